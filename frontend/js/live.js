import { keepOpen, takeChanges, writing } from "./changes.js";
import { all, one } from "./dom.js";

const POLL_MS = 15_000;
const KINDS = ["ledger", "budget", "alert", "connection", "recurring", "forecast"];
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

/** The parts of the page as the server drew them: this runs before anything else changes them. */
const drawn = new Map(all("[data-live]").map((part) => [part.id, part.cloneNode(true)]));

const asDrawn = (part, response) => new DOMParser().parseFromString(response, "text/html").getElementById(part.id);
const whenWritten = (htmx) => document.activeElement.addEventListener("blur", () => htmx.trigger(document.body, "farthing:ledger"), { once: true });

/** What a page was made to ask for afterwards is part of how it was drawn. */
const belongs = (part, target, now) => drawn.get(part.id)?.querySelector(`#${CSS.escape(target.id)}`)?.replaceWith(now);

/** A refresh takes over what changed and leaves the rest: not what somebody is typing, nor what they opened. */
function keepPlace(htmx) {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, requestConfig } = event.detail;
    const part = target?.closest?.("[data-live]");
    if (!part || xhr.status >= 400) return;
    if (target.matches('[hx-trigger="load"]')) return belongs(part, target, asDrawn(target, xhr.response));
    const told = requestConfig.triggeringEvent?.type.startsWith("farthing:") && requestConfig.verb === "get";
    const before = drawn.get(part.id);
    const now = target === part ? asDrawn(part, xhr.response) : null;
    drawn.delete(part.id);
    if (now) drawn.set(part.id, now);
    const made = told && before && now ? takeChanges(part, before, now) : null;
    if (made) {
      event.detail.shouldSwap = false;
      for (const element of made) if (element.nodeType === Node.ELEMENT_NODE) htmx.process(element);
      htmx.trigger(part, "htmx:afterSettle", event.detail);
      if (!made.waits) return;
      drawn.delete(part.id);
      whenWritten(htmx);
    } else if (told && writing(part)) {
      drawn.delete(part.id);
      event.detail.shouldSwap = false;
      whenWritten(htmx);
    } else {
      const old = part.cloneNode(true);
      document.body.addEventListener("htmx:afterSettle", () => keepOpen(old, one(`#${CSS.escape(part.id)}`) ?? old), { once: true });
    }
  });
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => drawn.delete(event.detail.target?.closest?.("[data-live]")?.id));
}

export function startLive(htmx) {
  if (!document.body.dataset.version) return;
  version = Number(document.body.dataset.version);
  keepPlace(htmx);
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
