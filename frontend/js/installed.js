/** The service worker, after the page stands; without one (an old browser, plain http) nothing is missing but the empty page. */
export function startInstalled() {
  if (!("serviceWorker" in navigator)) return;
  const begin = () => navigator.serviceWorker.register("/sw.js").catch(() => {});
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}
