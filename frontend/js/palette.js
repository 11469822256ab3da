import { all, make, on, one } from "./dom.js";
import { openAdd } from "./forms.js";
import { togglePrivacy } from "./preferences.js";

const RECENT = "farthing.searches";
const RECENT_MAX = 5;
const PAUSE_MS = 40; // typing faster than this asks the server once
let box = null;
let items = [];
let at = 0;
let asked = 0;

const recent = () => JSON.parse(sessionStorage.getItem(RECENT) ?? "[]");
const remember = (text) => text && sessionStorage.setItem(RECENT, JSON.stringify([text, ...recent().filter((old) => old !== text)].slice(0, RECENT_MAX)));

function pages() {
  return all(".rail a.rail-item").map((link) => ({ label: one("span", link)?.textContent ?? link.title, href: link.getAttribute("href"), end: link.dataset.go ? `g ${link.dataset.go}` : "" }));
}

const actions = () => [
  { label: "Add a transaction", act: openAdd, end: "a" },
  { label: "Add a budget", href: "/budgets?add=1" },
  { label: "Connect a bank", href: "/connections?add=1" },
  { label: "Import a file", href: "/imports" },
  { label: "Sync now", href: "/connections" },
  { label: "Export CSV", href: `/transactions/export${document.body.dataset.page === "transactions" ? location.search : ""}` },
  { label: "Export everything", href: "/settings/data" },
  { label: "Hide or show figures", act: togglePrivacy, end: "Shift P" },
];

function search(text) {
  return { label: `Search transactions for ${text}`, href: `/transactions?${new URLSearchParams({ query: text })}`, said: text };
}

function local(text) {
  const fits = (item) => item.label.toLowerCase().includes(text.toLowerCase());
  const groups = [
    { name: "Pages", items: pages().filter(fits) },
    { name: "Actions", items: actions().filter(fits) },
  ];
  if (text) groups.push({ name: "Search", items: [search(text)] });
  else groups.unshift({ name: "Last searches", items: recent().map(search) });
  return groups;
}

function draw(groups) {
  items = groups.flatMap((group) => group.items);
  at = Math.min(at, Math.max(0, items.length - 1));
  let i = 0;
  const drawn = groups.flatMap((group) =>
    group.items.length
      ? [
          make("h3", { role: "presentation" }, group.name),
          ...group.items.map((item) =>
            make(
              "div",
              { role: "option", id: `palette-${i}`, "data-index": i, "aria-selected": String(i++ === at) },
              make("bdi", { class: "clip" }, item.label),
              ...(item.hint ? [make("span", { class: "faint clip" }, item.hint)] : []),
              make("span", { class: item.money ? "end amount" : "end" }, item.end ?? ""),
            ),
          ),
        ]
      : [],
  );
  one(".palette-list", box).replaceChildren(...(drawn.length ? drawn : [make("p", { class: "palette-none" }, "Nothing by that name")]));
  one("input", box).setAttribute("aria-activedescendant", items.length ? `palette-${at}` : "");
}

async function find(text) {
  const mine = ++asked;
  at = 0;
  const near = local(text);
  draw(near);
  await new Promise((soon) => setTimeout(soon, PAUSE_MS));
  if (mine !== asked || !box.open) return;
  const response = await fetch(`/palette?${new URLSearchParams({ q: text })}`, { headers: { accept: "application/json" } }).catch(() => null);
  if (!response?.ok || mine !== asked) return;
  const far = (await response.json()).groups;
  for (const item of far.flatMap((group) => group.items)) item.money = true; // hidden like every other figure
  draw(text ? [...far, ...near] : [...near, ...far]);
}

function choose(item) {
  if (!item) return;
  box.close();
  remember(item.said ?? (item.href && one("input", box).value.trim()));
  if (item.act) item.act();
  else location.assign(item.href);
}

function build() {
  const field = make("input", { role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-label": "Go to, do, or find", placeholder: "Go to, do, or find: costco, >100, =42.17", autocomplete: "off" });
  const list = make("div", { class: "palette-list", id: "palette-list", role: "listbox", "aria-label": "Commands" });
  box = make("dialog", { class: "box palette", "aria-label": "Commands" }, make("div", { class: "palette-find" }, field), list);
  document.body.append(box);
  field.addEventListener("input", () => find(field.value.trim()));
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = (at + step + items.length) % Math.max(1, items.length);
      for (const option of all("[role=option]", list)) option.setAttribute("aria-selected", String(Number(option.dataset.index) === at));
      one('[aria-selected="true"]', list)?.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", `palette-${at}`);
    } else if (event.key === "Enter") choose(items[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(items[Number(option.dataset.index)]);
  });
}

export function openPalette() {
  if (!box) build();
  if (box.open) return;
  one("input", box).value = "";
  box.showModal();
  one("input", box).focus();
  find("");
}

export function startPalette() {
  on("click", "[data-palette]", openPalette);
}
