import { all, on, one } from "./dom.js";

/** Menus are <details>: they open without a script, and close here when the reader looks away. */
export function startMenus() {
  one(".settings-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" ? one("details.menu[open]") : null;
    if (!menu) return;
    menu.open = false;
    one("summary", menu).focus();
    event.stopImmediatePropagation();
  });
  on("keydown", "details.menu[open]", (menu, event) => {
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.target.matches("input")) return;
    const items = all(".menu-list :is(a, button)", menu);
    const at = items.indexOf(document.activeElement);
    const next = items.at((at + (event.key === "ArrowDown" ? 1 : -1)) % items.length);
    next?.focus();
    event.preventDefault();
  });
  on("click", "[data-filters]", (button) => button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true")));
  on("click", "[data-fold]", (button) => button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true")));
  on("change", "[data-follow]", (box) => location.assign(box.dataset.follow));
}

