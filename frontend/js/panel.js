import { all, money, on, one } from "./dom.js";

const address = (id) => {
  const url = new URL(location.href);
  if (id) url.searchParams.set("open", id);
  else url.searchParams.delete("open");
  return url;
};
const openId = () => one("[data-panel]")?.dataset.panel ?? "";

function mark(id) {
  for (const row of all("#rows .row[aria-current]")) row.removeAttribute("aria-current");
  document.getElementById(id)?.setAttribute("aria-current", "true");
}

export function openPanel(htmx, id) {
  return htmx.ajax("GET", `/transactions/${id}/panel`, { target: "#panel", swap: "innerHTML" });
}

export function closePanel() {
  const id = openId();
  if (!id) return false;
  one("#panel").replaceChildren();
  mark("");
  history.pushState({ panel: "" }, "", address(""));
  one("a", document.getElementById(id) ?? document)?.focus({ preventScroll: true });
  return true;
}

/** The neighbour in the list, so that the panel can be read through with two keys. */
function step(htmx, by) {
  const rows = all("#rows .row");
  const next = rows[rows.findIndex((row) => row.id === openId()) + by];
  if (!next) return;
  next.scrollIntoView({ block: "nearest" });
  openPanel(htmx, next.id);
}

const minor = (text, digits) => {
  const clean = text.replace(/[\u2212\u2013]/g, "-").replace(/[\s\u00a0,](?=\d{3}\b)/g, "").replace(",", ".");
  return /^[-+]?\d*\.?\d+$/.test(clean) ? Math.round(Number(clean) * 10 ** digits) : Number.NaN;
};

/** The remainder counts itself; the last empty line is offered what is left. */
function addUp(form) {
  const currency = form.dataset.currency;
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  const fields = all("[name=amount]", form);
  const given = fields.map((field) => minor(field.value, digits));
  const rest = Number(form.dataset.total) - given.filter((n) => !Number.isNaN(n)).reduce((a, b) => a + b, 0);
  fields.forEach((field, i) => Number.isNaN(given[i]) && (field.placeholder = (rest / 10 ** digits).toFixed(digits)));
  const said = one("[data-split-rest]", form);
  said.textContent = rest === 0 ? "It adds up." : `${money(rest, currency)} left to place`;
  said.classList.toggle("over", rest !== 0);
  one("[data-split-save]", form).disabled = rest !== 0 || given.some(Number.isNaN);
}

function startSplit(htmx) {
  on("click", "[data-split]", (button) => {
    const part = button.closest(".panel-part");
    if (one(".split-form", part)) return;
    part.append(one("[data-split-form]", part).content.cloneNode(true));
    const form = one(".split-form", part);
    if (all(".split-line", form).length < 2) addLine(form);
    htmx.process(form);
    addUp(form);
    one("select, input:not([type=hidden])", form).focus();
  });
  on("click", "[data-split-add]", (button) => addLine(button.form));
  on("click", "[data-split-remove]", (button) => {
    const form = button.form;
    button.closest(".split-line").remove();
    addUp(form);
  });
  on("click", "[data-split-cancel]", (button) => button.form.remove());
  on("input", ".split-form", addUp);
  on("focusin", ".split-form [name=amount]", (field) => {
    if (field.value || !field.placeholder) return;
    field.value = field.placeholder;
    field.select();
    addUp(field.form);
  });
}

function addLine(form) {
  const line = one("[data-split-line]", form).content.cloneNode(true);
  one("[data-split-rest]", form).before(line);
  addUp(form);
}

export function startPanel(htmx) {
  if (!one("#panel")) return;
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "panel" || !openId()) return;
    mark(openId());
    const had = new URL(location.href).searchParams.has("open");
    history[had ? "replaceState" : "pushState"]({ panel: openId() }, "", address(openId()));
    all("[data-key]", one("#panel")).forEach((field) => field.classList.contains("quiet") && field.setAttribute("spellcheck", "false"));
  });
  addEventListener("popstate", () => {
    const id = new URL(location.href).searchParams.get("open");
    if (id && id !== openId()) openPanel(htmx, id);
    else if (!id && openId()) {
      one("#panel").replaceChildren();
      mark("");
    }
  });
  on("click", "[data-panel-close]", (link, event) => {
    event.preventDefault();
    closePanel();
  });
  on("click", "[data-panel-step]", (link, event) => {
    event.preventDefault();
    step(htmx, Number(link.dataset.panelStep));
  });
  // Only the field that was changed is sent: what the owner did not touch stays the bank's.
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { elt, formData, triggeringEvent } = event.detail;
    if (!elt.matches(".panel-facts")) return;
    for (const name of [...formData.keys()]) if (name !== "version" && name !== triggeringEvent?.target?.name) formData.delete(name);
  });
  startSplit(htmx);
}
