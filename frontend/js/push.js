import { one } from "./dom.js";

/** Settings > Notifications: this browser asks its push service for an address, and the form takes it to the server. */
export function startPush() {
  const form = one("[data-push]");
  if (!form) return;
  const says = one("[data-push-says]", form);
  if (!("PushManager" in window) || !("serviceWorker" in navigator)) {
    says.textContent = "This browser cannot be notified. On a phone, put Farthing on the home screen first.";
    return;
  }
  markOwn().catch(() => {});
  form.addEventListener("submit", async (event) => {
    if (form.elements.endpoint.value) return;
    event.preventDefault();
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        says.textContent = "This browser does not let Farthing notify you. Allow it in the browser's settings for this page, and try again.";
        return;
      }
      const { endpoint, keys } = (await subscribed(form.dataset.push)).toJSON();
      form.elements.endpoint.value = endpoint;
      form.elements.point.value = keys.p256dh;
      form.elements.auth.value = keys.auth;
      form.requestSubmit(event.submitter);
    } catch {
      says.textContent = "The browser's push service cannot be reached. Try again later.";
    }
  });
}

async function subscribed(applicationServerKey) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const wish = { userVisibleOnly: true, applicationServerKey };
  try {
    return await pushManager.subscribe(wish);
  } catch (error) {
    const held = await pushManager.getSubscription(); // made for another installation's key at this address
    if (!held) throw error;
    await held.unsubscribe();
    return pushManager.subscribe(wish);
  }
}

/** Which of the channels is this browser; removing it ends the subscription here as well. */
async function markOwn() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const held = await pushManager.getSubscription();
  if (!held) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(held.endpoint)));
  const mark = [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const line = one(`[data-browser="${mark}"]`);
  if (!line) return;
  one("[data-own]", line).hidden = false;
  one("button[value=remove]", line).addEventListener("click", () => held.unsubscribe());
}
