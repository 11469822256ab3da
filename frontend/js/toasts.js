import { all, make, on, one } from "./dom.js";

const SHOWN_MS = 10_000;
let lastBatch = "";
let htmx;

function keepFor(toast) {
  let timer = setTimeout(() => toast.remove(), SHOWN_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => (timer = setTimeout(() => toast.remove(), SHOWN_MS)));
}

/** Says what happened, bottom centre, for ten seconds; a batch can be taken back. */
export function say(text, { batch = "", failed = false } = {}) {
  const toast = make("div", { class: failed ? "toast failed" : "toast", "data-toast": true }, make("span", {}, text));
  if (batch) {
    lastBatch = batch;
    toast.append(make("button", { type: "button", "data-undo": batch }, "Undo"));
  }
  all("[data-toast]").forEach((old) => old.remove());
  one("#toasts").append(toast);
  keepFor(toast);
}

/** `z`, or the toast's button: the same road. */
export function undo(batch = lastBatch) {
  if (!batch) return say("Nothing to undo here");
  if (batch === lastBatch) lastBatch = "";
  return htmx.ajax("POST", `/undo/${batch}`, { source: document.body, swap: "none" });
}

/** What was said once is not said again when the page is loaded again. */
function forgetSaid() {
  const here = new URL(location.href);
  if (!here.searchParams.has("said")) return;
  for (const name of ["said", "batch"]) here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}

export function startToasts(lib) {
  htmx = lib;
  forgetSaid();
  for (const toast of all("[data-toast]")) {
    lastBatch = one("[data-undo]", toast)?.dataset.undo ?? lastBatch;
    keepFor(toast);
  }
  on("click", "[data-undo]:not([hx-post])", (button) => {
    undo(button.dataset.undo);
    button.closest("[data-toast]").remove();
  });
  // A response says so in HX-Trigger: {"farthing:toast": {"text": "...", "batch_id": "bat_..."}}
  document.body.addEventListener("farthing:toast", (event) => say(event.detail.text, { batch: event.detail.batch_id, failed: event.detail.failed }));
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { successful, requestConfig } = event.detail;
    if (!successful || !requestConfig?.path.startsWith("/undo/")) return;
    htmx.trigger(document.body, "farthing:view");
    if (one("[data-live], #rows")) htmx.trigger(document.body, "farthing:ledger");
    else location.reload();
  });
  document.body.addEventListener("htmx:sendError", () => say("That did not reach the server. It is still here: try again.", { failed: true }));
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (event.detail.xhr.getResponseHeader("HX-Trigger")?.includes("farthing:toast")) return undefined; // the server said why
    if (status === 401) return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    if (event.detail.requestConfig.verb === "get") return say("That could not be fetched. We try again with the next change.", { failed: true });
    const words = status === 503 ? "Farthing is busy for a moment. Nothing was changed: try again." : "That was not done. Nothing was changed.";
    return say(words, { failed: true });
  });
}
