import { all, make, money, on, one } from "./dom.js";
import { pickCategory } from "./picker.js";

let last = null;
let wholeFilter = false;
const EXPORT_MAX = 300; // what an address can name

const ticks = () => all("#rows .row .tick");
const chosen = () => all("#rows .row:has(.tick:checked)");

function show() {
  const bar = one("#selection");
  if (!bar) return;
  const rows = chosen();
  bar.hidden = rows.length === 0;
  if (rows.length) one("#rows").classList.add("selecting");
  const head = one("[data-all]");
  head.checked = rows.length > 0 && rows.length === ticks().length;
  head.indeterminate = rows.length > 0 && !head.checked;
  const units = new Set(rows.map((row) => row.dataset.unit));
  const sum = rows.reduce((total, row) => total + Number(row.dataset.minor), 0);
  const figure = units.size === 1 && !wholeFilter ? `, ${money(sum, [...units][0])}` : "";
  const count = one(".totals-count")?.firstChild?.textContent.trim() ?? "";
  one("[data-selection-count]").textContent = wholeFilter ? `All ${count} selected` : `${rows.length} selected${figure}`;
  const more = one("[data-select-filter]");
  more.hidden = wholeFilter || !head.checked || !one(".more-rows");
  more.textContent = `Select all ${count}`;
}

function clear() {
  wholeFilter = false;
  ticks().forEach((tick) => (tick.checked = false));
  one("#rows").classList.remove("selecting");
  show();
}

/** Selects the row, and with Shift all rows between it and the last one. */
export function selectRow(row, range = false) {
  const list = ticks();
  const tick = one(".tick", row);
  tick.checked = range || !tick.checked;
  if (range && last?.isConnected) {
    const [from, to] = [list.indexOf(last), list.indexOf(tick)].sort((a, b) => a - b);
    list.slice(from, to + 1).forEach((t) => (t.checked = true));
  }
  last = tick;
  show();
}

/** A line to type in, beside the button that asked. */
function ask(button, label) {
  return new Promise((resolve) => {
    const field = make("input", { class: "input", "aria-label": label, placeholder: label, dir: "auto" });
    const box = make("div", { class: "picker ask" }, field);
    let over = false; // taking the box away blurs its field, which would answer a second time
    const done = (value) => {
      if (over) return;
      over = true;
      box.remove();
      button.focus();
      resolve(value);
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") event.preventDefault();
      if (event.key === "Enter" && field.value.trim()) done(field.value.trim());
      else if (event.key === "Escape") done("");
    });
    field.addEventListener("blur", () => done(""));
    button.after(box);
    field.focus();
  });
}

async function valueOf(kind, button) {
  if (kind === "category") return ["category_id", (await pickCategory(button))?.value ?? ""];
  if (kind === "tag") return ["tag", await ask(button, "Tag")];
  if (kind === "merchant") return ["merchant", await ask(button, "Merchant")];
  return [kind, "yes"];
}

async function bulk(htmx, kind, button) {
  const ids = chosen().map((row) => row.id);
  const [field, value] = await valueOf(kind, button);
  if (!value) return;
  const scope = wholeFilter ? { filter: location.search.slice(1) } : { ids };
  await htmx.ajax("POST", "/transactions/bulk", { source: document.body, swap: "none", values: { ...scope, [field]: value } });
  clear();
}

export function startSelection(htmx) {
  if (!one("#rows")) return;
  on("click", "#rows .row .tick", (tick, event) => {
    tick.checked = !tick.checked;
    selectRow(tick.closest(".row"), event.shiftKey);
  });
  on("change", "[data-all]", (head) => {
    wholeFilter = false;
    ticks().forEach((tick) => (tick.checked = head.checked));
    show();
  });
  on("click", "[data-select-mode]", () => (one("#rows").classList.contains("selecting") ? clear() : one("#rows").classList.add("selecting")));
  on("click", "[data-select-filter]", () => {
    wholeFilter = true;
    show();
  });
  on("click", "[data-bulk]", (button) => (button.dataset.bulk === "none" ? clear() : bulk(htmx, button.dataset.bulk, button)));
  // What is chosen is exported, and the whole list when it was chosen whole.
  on("click", "[data-export]", (link) => {
    const url = new URL(link.href);
    const ids = chosen().map((row) => row.id);
    if (wholeFilter || ids.length > EXPORT_MAX) url.searchParams.delete("ids");
    else url.searchParams.set("ids", ids.join(","));
    link.href = url;
  });
  document.body.addEventListener("htmx:afterSettle", show);
}

export const clearSelection = () => chosen().length > 0 && (clear(), true);
