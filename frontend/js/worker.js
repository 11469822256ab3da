// The service worker. It keeps the built files and one empty page, and nothing else: no page and no answer of the API ever comes in here.
// `FARTHING` is written before it by the server: the version (a hash of all of it), the files, and the empty page's address.
const { version, files, shell, icon, badge } = self.FARTHING;
const OURS = "farthing-";
const KEPT = `${OURS}${version}`;
const known = new Set(files);

self.addEventListener("install", (event) => {
  event.waitUntil(keep());
});

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll([...files, new Request(shell, { credentials: "omit", cache: "reload" })]);
  await self.skipWaiting(); // names change with content, so an open page never mixes with the new version
}

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable(); // the page is asked for while the worker wakes
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOrShell(event));
  else if (known.has(new URL(request.url).pathname)) event.respondWith(keptOrFetched(request));
});

async function pageOrShell(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const empty = await caches.match(shell, { cacheName: KEPT });
    if (empty) return empty;
    throw error;
  }
}

async function keptOrFetched(request) {
  const kept = await caches.match(new URL(request.url).pathname, { cacheName: KEPT, ignoreVary: true });
  return kept ?? fetch(request);
}

const NEWS = "/alerts";

self.addEventListener("push", (event) => {
  event.waitUntil(tell(event.data));
});

/** What is told is what was sent; a message that cannot be read still says that there is something to read. */
async function tell(data) {
  let told = {};
  try {
    told = data?.json() ?? {};
  } catch {
    // not ours, or cut short
  }
  const body = String(told.body ?? "");
  await self.registration.showNotification(String(told.title || "Farthing has news for you"), { body, icon, badge, tag: "alerts", renotify: true });
}

const CHANNELS = "/settings/notifications";

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew(event));
});

/** The push service took the address back: the browser asks for another, and its channel goes there. Who is signed out is told at the next visit:
 *  the server removes a channel whose address has gone. */
async function renew({ oldSubscription, newSubscription }) {
  const page = await (await fetch(CHANNELS)).text(); // for its form's token and our key; not kept
  const said = (pattern) => page.match(pattern)?.[1] ?? "";
  const wish = { userVisibleOnly: true, applicationServerKey: said(/data-push="([^"]+)"/) };
  const { endpoint, keys } = (newSubscription ?? (await self.registration.pushManager.subscribe(wish))).toJSON();
  const before = oldSubscription?.endpoint ?? "";
  const body = new URLSearchParams({ intent: "renew", before, endpoint, point: keys.p256dh, auth: keys.auth });
  await fetch(CHANNELS, { method: "POST", body, headers: { "x-csrf-token": said(/<meta name="csrf" content="([^"]+)"/) } });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openNews());
});

/** The page that shows them already, or one more: what somebody is typing elsewhere is left alone. */
async function openNews() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = pages.find((page) => new URL(page.url).pathname === NEWS);
  return shown ? shown.focus() : self.clients.openWindow(NEWS);
}
