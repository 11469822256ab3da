import { all, csrf, keep, on, one } from "./dom.js";

const root = document.documentElement;

function showPrivacy() {
  const hidden = root.dataset.privacy === "on";
  for (const eye of all("[data-privacy-eye]")) {
    eye.setAttribute("aria-pressed", String(hidden));
    const use = one("use", eye);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, hidden ? "#eye-off" : "#eye"));
  }
  for (const box of all("[data-set-privacy]")) box.checked = hidden;
}

/** A taste is the member's and kept by the server, which draws the next page with it. Until it has answered, this browser remembers. */
async function remember(name, value, said) {
  keep(name, value);
  const body = new URLSearchParams({ intent: "one", [name]: said });
  const answer = await fetch("/settings/appearance", { method: "POST", keepalive: true, headers: { "x-csrf-token": csrf() }, body }).catch(() => null);
  if (answer?.status === 204) keep(name, "");
}

export function togglePrivacy() {
  root.dataset.privacy = root.dataset.privacy === "on" ? "off" : "on";
  remember("privacy", root.dataset.privacy, root.dataset.privacy === "on" ? "yes" : "no");
  showPrivacy();
}

export function toggleRail() {
  root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow";
  keep("rail", root.dataset.rail);
}

function show(name, value, none) {
  if (value === none) delete root.dataset[name];
  else root.dataset[name] = value;
}

function setDensity(value) {
  show("density", value, "compact");
  remember("density", value, value);
}

export function startPreferences() {
  showPrivacy();
  on("click", "[data-privacy-eye]", togglePrivacy);
  // The form of Settings shows each choice at once and keeps it when it is sent.
  on("change", "[data-set-privacy]", (box) => {
    root.dataset.privacy = box.checked ? "on" : "off";
    showPrivacy();
  });
  on("change", "[data-set-theme]", (box) => show("theme", box.value, "auto"));
  on("change", "[data-set-density]", (box) => show("density", box.value, "compact"));
  on("submit", "[data-appearance]", () => ["privacy", "density"].forEach((name) => keep(name, "")));
  on("click", "[data-density]", () => setDensity(root.dataset.density === "cozy" ? "compact" : "cozy"));
}
