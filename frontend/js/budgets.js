import { all, on, one } from "./dom.js";

/** Sends one limit as it was typed: `250`, `+50`, `=avg3`, `last`; the server does the sum and draws the page again. */
function save(field, htmx) {
  if (field.value.trim() === field.defaultValue) return;
  const form = field.form;
  one("[name=budget_id]", form).value = field.closest("tr").id;
  one("input[type=hidden][name=limit]", form).value = field.value.trim();
  field.defaultValue = field.value.trim();
  htmx.trigger(form, "farthing:limit");
}

const opened = new Set(); // rows that show everything on a phone, over a refresh

function move(field, step) {
  const fields = all("[data-limit]");
  const next = fields[fields.indexOf(field) + step];
  next?.focus();
  next?.select();
  return Boolean(next);
}

/** What was refused is where the reader goes on. */
function settled(field) {
  if (field?.getAttribute("aria-invalid") !== "true") field?.classList.add("saved");
  else {
    if (opened.has(field.closest(".budget-row")?.id)) field.closest(".budget-row").setAttribute("data-open", "");
    field.focus();
    field.select();
  }
}

export function startBudgets(htmx) {
  on("focusin", "[data-limit]", (field) => field.select());
  on("change", "[data-limit]", (field) => save(field, htmx));
  on("keydown", "[data-limit]", (field, event) => {
    if (event.key === "Escape") {
      field.value = field.defaultValue;
      field.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") move(field, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") {
      const id = field.id;
      save(field, htmx);
      move(field, 1);
      document.body.addEventListener("htmx:afterSettle", () => settled(one(`#${CSS.escape(id)}`)), { once: true });
    } else if (event.key === "Tab" && move(field, event.shiftKey ? -1 : 1)) {
      // from limit to limit; the first and the last let go
    } else return;
    event.preventDefault();
  });
  on("click", ".budget-row", (row, event) => {
    if (!matchMedia("(width < 640px)").matches || event.target.closest("input, .button")) return;
    event.preventDefault();
    if (row.toggleAttribute("data-open")) opened.add(row.id);
    else opened.delete(row.id);
  });
  // What a screen reader is told of the twelve months is there for whoever points at them.
  on("mouseover", ".budget-months", (bars) => (bars.parentElement.title = bars.getAttribute("aria-label") ?? ""));
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of opened) one(`#${CSS.escape(id)}`)?.setAttribute("data-open", "");
  });
}
