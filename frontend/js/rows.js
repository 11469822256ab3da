import { all, make, one } from "./dom.js";
import { openPanel } from "./panel.js";

const NEAR_PX = 500; // with a screen of 900, at most four pieces of twenty rows stand near, wherever it begins
const LIVE_MAX = 60; // more rows than this, and those far away become a gap of the same height
const CHUNK = 20;
let focused = "";

const rows = () => all("#rows .row");
export const focusedRow = () => document.getElementById(focused) ?? one("#rows .row[aria-current]");

export function moveFocus(htmx, by) {
  const list = rows();
  const from = list.indexOf(focusedRow());
  const next = list[Math.max(0, Math.min(list.length - 1, from + by))];
  if (!next) return;
  one("[data-focused]")?.removeAttribute("data-focused");
  next.setAttribute("data-focused", "");
  focused = next.id;
  next.scrollIntoView({ block: "nearest" });
  one(".row-merchant a", next).focus({ preventScroll: true });
  if (one("[data-panel]")) openPanel(htmx, next.id);
}

const away = new WeakMap();
let printing = false;

/** A page of a hundred rows becomes bodies of twenty, so that little has to stay in the document. */
function chunk(page) {
  const lines = [...page.children];
  if (lines.length <= CHUNK * 1.5 || away.has(page)) return;
  let before = page;
  for (let from = CHUNK; from < lines.length; from += CHUNK) {
    const body = make("tbody", { class: page.className, "data-rows-page": true });
    body.append(...lines.slice(from, from + CHUNK));
    before.after(body);
    before = body;
  }
}

function takeOut(page) {
  if (printing || away.has(page) || !one(".row", page) || page.contains(document.activeElement) || one(".tick:checked", page)) return;
  const height = page.offsetHeight;
  const kept = [...page.childNodes];
  const cell = make("td", { colspan: 5 });
  const gap = make("tr", { class: "gap", "aria-hidden": "true" }, cell);
  gap.style.height = `${height}px`;
  page.replaceChildren(gap);
  away.set(page, kept);
}

function putBack(page) {
  const kept = away.get(page);
  if (!kept) return;
  away.delete(page);
  page.replaceChildren(...kept);
}

function virtualise() {
  const far = new Set();
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) far.delete(target), putBack(target);
        else far.add(target);
      // Also those that were far away before, while there were few rows: nothing more is heard of them where they stay so.
      for (const page of far)
        if (!page.isConnected || away.has(page)) far.delete(page);
        else if (rows().length > LIVE_MAX) takeOut(page);
    },
    { rootMargin: `${NEAR_PX}px 0px` },
  );
  const watch = () => {
    all("[data-rows-page]").forEach(chunk);
    all("[data-rows-page]").forEach((page) => seen.observe(page));
  };
  watch();
  document.body.addEventListener("htmx:afterSettle", watch);
  window.addEventListener("beforeprint", () => {
    printing = true;
    all("[data-rows-page]").forEach(putBack); // paper has no far away
  });
  window.addEventListener("afterprint", () => {
    printing = false;
    all("[data-rows-page]").forEach((page) => (seen.unobserve(page), seen.observe(page)));
  });
  one("#rows").addEventListener("farthing:drawn", watch);
}

/** New rows come in at the top when the reader is there; further down a button says so and nothing moves. */
async function refresh(htmx) {
  const table = one("#rows");
  if (!table) return;
  const response = await fetch(table.dataset.rows, { headers: { "hx-request": "true" } }).catch(() => null);
  if (!response?.ok) return;
  const shell = make("template");
  shell.innerHTML = `<table>${await response.text()}</table>`;
  const fresh = one("[data-rows-page]", shell.content);
  const known = new Set(rows().map((row) => row.id));
  const added = all(".row", fresh).filter((row) => !known.has(row.id));
  const busy = one(".tick:checked", table) || one(".picker");
  if (scrollY > 240 || busy) {
    if (added.length) offer(htmx, added.length);
    return;
  }
  one("[data-new-rows]")?.remove();
  const open = one(".row[aria-current]", table)?.id;
  all("[data-rows-page]").forEach((page) => page.remove());
  table.append(fresh);
  htmx.process(fresh);
  table.dispatchEvent(new CustomEvent("farthing:drawn"));
  document.getElementById(open)?.setAttribute("aria-current", "true");
  for (const row of added) document.getElementById(row.id)?.setAttribute("data-new", "");
}

function offer(htmx, count) {
  one("[data-new-rows]")?.remove();
  const button = make("button", { type: "button", class: "button main new-rows", "data-new-rows": true }, `${count} new`);
  button.addEventListener("click", () => {
    scrollTo({ top: 0 });
    button.remove();
    refresh(htmx);
  });
  one("#rows").before(button);
}

export function startRows(htmx) {
  if (!one("#rows")) {
    // An empty list becomes one with the first row.
    if (document.body.dataset.page === "transactions") document.body.addEventListener("farthing:ledger", () => location.replace(location.pathname + location.search.replace(/[?&]add=1/, "")));
    return;
  }
  virtualise();
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const asked = event.detail.requestConfig.elt;
    if (asked.matches(".reach")) asked.closest("tr").remove();
  });
  let soon = 0;
  document.body.addEventListener("farthing:ledger", () => {
    clearTimeout(soon);
    soon = setTimeout(() => refresh(htmx), 150);
  });
}
