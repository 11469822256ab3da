import { all, one } from "./dom.js";

const POLL_MS = 15_000;
const KINDS = ["ledger", "budget", "alert", "connection", "recurring"];
let version = 0;
let stream = null;
let poll = 0;

/** Parts of the page listen for `farthing:ledger` and its like at the body, and fetch themselves again. */
function tell(htmx, kinds) {
  for (const kind of kinds) htmx.trigger(document.body, `farthing:${kind}`);
}

async function askVersion(htmx) {
  const response = await fetch("/version", { headers: { accept: "application/json" } }).catch(() => null);
  if (response?.status === 401) return location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (!response?.ok) return undefined;
  const answer = await response.json();
  if (answer.version === version) return undefined;
  version = answer.version;
  return tell(htmx, KINDS);
}

function close() {
  stream?.close();
  stream = null;
  clearInterval(poll);
  poll = 0;
}

function open(htmx) {
  if (stream) return;
  stream = new EventSource("/events");
  for (const kind of KINDS)
    stream.addEventListener(kind, (event) => {
      version = Math.max(version, JSON.parse(event.data).version);
      tell(htmx, [kind]);
    });
  // What happened between drawing the page and this greeting would otherwise be missed.
  stream.addEventListener("hello", (event) => {
    const now = JSON.parse(event.data).version;
    if (now === version) return;
    version = now;
    tell(htmx, KINDS);
  });
  // It ends with its session. Whoever gave the password again meanwhile has another, and goes on.
  stream.addEventListener("signed_out", () => {
    close();
    askVersion(htmx).then(() => reopen(htmx));
  });
  stream.addEventListener("open", () => {
    clearInterval(poll);
    poll = 0;
  });
  // While the stream is away the version is asked for; the browser itself tries the stream again.
  stream.addEventListener("error", () => {
    if (stream?.readyState === EventSource.CLOSED) stream = null;
    if (!poll) poll = setInterval(() => (stream ? askVersion(htmx) : (askVersion(htmx), reopen(htmx))), POLL_MS);
  });
}

function reopen(htmx) {
  if (!document.hidden) open(htmx);
}

/** A refresh must not take away what somebody is typing, nor shut what they opened. */
function keepPlace() {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    const part = target?.closest?.("[data-live]");
    if (!part || event.detail.xhr.status >= 400) return;
    const busy = part.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox],[type=radio]), textarea, select");
    if (busy && event.detail.requestConfig.triggeringEvent?.type.startsWith("farthing:") && event.detail.requestConfig.verb === "get") {
      event.detail.shouldSwap = false;
      document.activeElement.addEventListener("blur", () => window.htmx.trigger(document.body, "farthing:ledger"), { once: true });
      return;
    }
    const opened = all("details", part).map((details) => details.open);
    const folded = all("[data-fold]", part).map((button) => button.getAttribute("aria-expanded"));
    const id = part.id;
    document.body.addEventListener(
      "htmx:afterSettle",
      () => {
        const fresh = one(`#${CSS.escape(id)}`);
        if (!fresh) return;
        const details = all("details", fresh);
        if (details.length === opened.length) details.forEach((d, i) => (d.open = opened[i]));
        const folds = all("[data-fold]", fresh);
        if (folds.length === folded.length) folds.forEach((b, i) => b.setAttribute("aria-expanded", folded[i]));
      },
      { once: true },
    );
  });
}

export function startLive(htmx) {
  if (!document.body.dataset.version) return;
  version = Number(document.body.dataset.version);
  keepPlace();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    open(htmx);
    return askVersion(htmx);
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    open(htmx);
    askVersion(htmx);
  });
  if (!document.hidden) open(htmx);
}
