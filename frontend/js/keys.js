import { all, make, one, typing } from "./dom.js";
import { openAdd } from "./forms.js";
import { openPalette } from "./palette.js";
import { closePanel, openPanel } from "./panel.js";
import { recategorise } from "./picker.js";
import { togglePrivacy, toggleRail } from "./preferences.js";
import { answerAsk, approveCard, chooseOption, chooseOther, moveAsk, reviewing, undoAsk } from "./review.js";
import { focusedRow, moveFocus } from "./rows.js";
import { clearSelection, selectRow } from "./selection.js";

const GO_MS = 1200;
const LEGEND = [
  ["j k", "move"], ["Enter", "open"], ["x", "select"], ["Shift x", "select a range"], ["c", "category"], ["t m n", "tags, merchant, note"], ["s", "split"], ["r", "a rule from this"],
  ["e u", "reviewed, not reviewed"], ["m n", "in Review: yes, no"], ["1 2 3", "in Review: choose"], ["z", "undo"], ["a", "add"], ["d", "begin at a date"], ["g …", "go to a page"], [", .", "month"], ["/", "search"], ["[", "rail"], ["Shift P", "hide figures"], ["Ctrl K", "commands"], ["Esc", "close"],
];
let going = 0;

function go(key) {
  clearTimeout(going);
  going = 0;
  one(`.rail [data-go="${CSS.escape(key)}"]`)?.click();
}

/** Puts each key on its control, and the keys without one in a list; any key takes them away again. */
function hints(on = !one(".key-hint, #key-legend")) {
  all(".key-hint").forEach((hint) => hint.remove());
  one("#key-legend")?.remove();
  if (!on) return;
  for (const control of all("[data-key], [data-go], [data-search]")) {
    const box = control.getBoundingClientRect();
    if (!box.width || box.top < 0 || box.top > innerHeight) continue;
    const key = control.dataset.key ?? (control.dataset.go ? `g ${control.dataset.go}` : "/");
    const hint = make("kbd", { class: "key-hint", "aria-hidden": "true" }, key);
    hint.style.left = `${box.left + scrollX}px`;
    hint.style.top = `${box.top + scrollY}px`;
    document.body.append(hint);
  }
  const list = make("div", { class: "key-list" }, ...LEGEND.map(([key, words]) => make("div", {}, make("span", {}, words), make("kbd", {}, key))));
  const legend = make("dialog", { class: "box wide", id: "key-legend", "aria-label": "Keys" }, make("div", { class: "box-body" }, list));
  document.body.append(legend);
  legend.show();
}

async function editRow(htmx, name) {
  const row = focusedRow();
  if (!row) return;
  if (one("[data-panel]")?.dataset.panel !== row.id) await openPanel(htmx, row.id);
  const field = name === "s" ? one("[data-split]") : one(`#panel [data-key="${name}"]`);
  if (name === "s") field?.click();
  else field?.focus();
}

function review(htmx, reviewed) {
  const row = focusedRow();
  const id = one("[data-panel]")?.dataset.panel ?? row?.id;
  if (!id) return;
  htmx.ajax("PATCH", `/transactions/${id}`, { source: document.body, swap: "none", values: { reviewed } });
  if (row) moveFocus(htmx, reviewed === "yes" ? 1 : 0);
}

function search() {
  const field = one("[data-query]") ?? one("[data-search]");
  field?.focus();
  field?.select();
}

const follow = (key) => one(`a[data-key="${key}"][href]`)?.click();

function single(htmx) {
  return {
    g: () => (going = setTimeout(() => (going = 0), GO_MS)),
    j: () => (reviewing() ? moveAsk(1) : moveFocus(htmx, 1)),
    k: () => (reviewing() ? moveAsk(-1) : moveFocus(htmx, -1)),
    x: () => focusedRow() && selectRow(focusedRow()),
    X: () => focusedRow() && selectRow(focusedRow(), true),
    c: async () => {
      if (await chooseOther()) return;
      const id = one("[data-panel]")?.dataset.panel ?? focusedRow()?.id;
      const anchor = one(`[data-pick="${CSS.escape(id ?? "")}"]`);
      if (anchor) recategorise(htmx, id, anchor);
    },
    t: () => editRow(htmx, "t"),
    m: () => (reviewing() ? answerAsk("yes") : editRow(htmx, "m")),
    n: () => (reviewing() ? answerAsk("no") : editRow(htmx, "n")),
    s: () => editRow(htmx, "s"),
    r: () => {
      const id = one("[data-panel]")?.dataset.panel ?? focusedRow()?.id;
      if (id) location.assign(`/settings/rules?from=${encodeURIComponent(id)}`);
    },
    e: () => approveCard() || review(htmx, "yes"),
    1: () => chooseOption(1),
    2: () => chooseOption(2),
    3: () => chooseOption(3),
    u: () => review(htmx, "no"),
    z: () => undoAsk(),
    a: openAdd,
    d: () => {
      const menu = one(".jump");
      if (!menu) return;
      menu.open = true;
      one("input[type=date]", menu).focus();
    },
    P: togglePrivacy,
    "/": search,
    ",": () => follow(","),
    ".": () => follow("."),
    "[": toggleRail,
    "?": () => hints(),
  };
}

export function startKeys(htmx) {
  const keys = single(htmx);
  const off = document.body.dataset.singleKeys === "off";
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return openPalette();
    }
    if (event.key === "Escape" && !typing(event.target)) return one("#key-legend") ? hints(false) : clearSelection() || closePanel();
    if (event.key === "Escape" && event.target.matches?.(".quiet, [data-query], [data-search]")) return event.target.blur();
    if (off || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]:not(#key-legend)")) return undefined;
    if (one("#key-legend") && event.key !== "Shift") hints(false);
    else if (event.key === "?" || event.key in keys || going) {
      event.preventDefault();
      if (going) return go(event.key);
      return keys[event.key]?.();
    }
    return undefined;
  });
}
