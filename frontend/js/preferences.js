import { all, keep, on, one } from "./dom.js";

const root = document.documentElement;

function showPrivacy() {
  const hidden = root.dataset.privacy === "on";
  for (const eye of all("[data-privacy-eye]")) {
    eye.setAttribute("aria-pressed", String(hidden));
    const use = one("use", eye);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, hidden ? "#eye-off" : "#eye"));
  }
  for (const box of all("[data-privacy-switch]")) box.checked = hidden;
}

export function togglePrivacy() {
  root.dataset.privacy = root.dataset.privacy === "on" ? "off" : "on";
  keep("privacy", root.dataset.privacy);
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
  keep("density", value);
}

export function startPreferences() {
  showPrivacy();
  on("click", "[data-privacy-eye]", togglePrivacy);
  on("change", "[data-privacy-switch]", togglePrivacy);
  on("change", "[data-set-theme]", (box) => show("theme", box.value, "auto"));
  on("change", "[data-set-density]", (box) => setDensity(box.value));
  on("click", "[data-density]", () => setDensity(root.dataset.density === "cozy" ? "compact" : "cozy"));
}
