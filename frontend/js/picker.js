import { make, on, one, phone } from "./dom.js";

/** A combobox over the categories that the page carries as JSON. Resolves with a choice, or null when it is left. */
const categories = () => JSON.parse(one("#categories")?.textContent ?? "[]");
let open = null;

function list(choices, chosen) {
  let group = "";
  return choices.flatMap((choice, i) => {
    const option = make(
      "li",
      { role: "option", id: `pick-${i}`, "data-value": choice.value, "aria-selected": String(i === chosen) },
      make("span", { class: `dot tone-${choice.tone}` }),
      choice.label,
    );
    const head = choice.group && choice.group !== group ? [make("li", { class: "group", role: "presentation" }, choice.group)] : [];
    group = choice.group;
    return [...head, option];
  });
}

function place(box, anchor) {
  document.body.append(box);
  if (phone()) return box.classList.add("at-bottom");
  const at = anchor.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8)) + scrollX}px`;
  const below = at.bottom + 6 + 330 < innerHeight;
  box.style.top = `${(below ? at.bottom + 6 : Math.max(8, at.top - box.offsetHeight - 6)) + scrollY}px`;
  return undefined;
}

export function pickCategory(anchor) {
  open?.(null);
  const known = categories();
  let found = known;
  let at = 0;
  const field = make("input", { class: "input", role: "combobox", "aria-expanded": "true", "aria-controls": "pick-list", "aria-label": "Category", placeholder: "Category", autocomplete: "off" });
  const options = make("ul", { role: "listbox", id: "pick-list", "aria-label": "Categories" });
  const box = make("div", { class: "picker" }, field, options);
  const draw = () => {
    options.replaceChildren(...list(found, at));
    field.setAttribute("aria-activedescendant", found.length ? `pick-${at}` : "");
    one('[aria-selected="true"]', options)?.scrollIntoView({ block: "nearest" });
  };
  return new Promise((resolve) => {
    const leave = (choice) => {
      open = null;
      box.remove();
      document.removeEventListener("pointerdown", outside, true);
      anchor.isConnected && anchor.focus({ preventScroll: true });
      resolve(choice);
    };
    const outside = (event) => box.contains(event.target) || leave(null);
    open = leave;
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase();
      found = known.filter((choice) => choice.label.toLowerCase().includes(words) || choice.group.toLowerCase().includes(words));
      at = 0;
      draw();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" || event.key === "Tab") leave(null);
      else if (event.key === "Enter") leave(found[at] ?? null);
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(1, found.length);
        draw();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    options.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) leave(known.find((choice) => choice.value === option.dataset.value));
    });
    document.addEventListener("pointerdown", outside, true);
    draw();
    place(box, anchor);
    field.focus({ preventScroll: true });
  });
}

/** The row says the new category at once; when the server refuses, it says the old one again and turns red. */
function showAtOnce(chip, choice) {
  const before = [chip.className, [...chip.childNodes]];
  chip.className = `chip tone-${choice.tone}`;
  chip.replaceChildren(choice.label);
  return () => {
    chip.className = before[0];
    chip.replaceChildren(...before[1]);
    chip.closest(".row")?.setAttribute("data-failed", "");
  };
}

export async function recategorise(htmx, id, anchor) {
  const choice = await pickCategory(anchor);
  if (!choice) return;
  const row = document.getElementById(id);
  const chip = one(".chip", row ?? anchor);
  const back = chip ? showAtOnce(chip, choice) : () => {};
  row?.removeAttribute("data-failed");
  const failed = (event) => event.detail.pathInfo?.requestPath === `/transactions/${id}` && back();
  document.body.addEventListener("htmx:responseError", failed, { once: true });
  document.body.addEventListener("htmx:sendError", failed, { once: true });
  await htmx.ajax("PATCH", `/transactions/${id}`, { source: document.body, swap: "none", values: { category_id: choice.value } });
  document.body.removeEventListener("htmx:responseError", failed);
  document.body.removeEventListener("htmx:sendError", failed);
}

export function startPicker(htmx) {
  on("click", "[data-pick]", (button, event) => {
    event.preventDefault();
    recategorise(htmx, button.dataset.pick, button);
  });
}
