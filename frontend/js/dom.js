/** The small words that every other module uses. */
export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Listens once, at the document, for whatever is drawn later as well. */
export function on(event, selector, act, options) {
  document.addEventListener(
    event,
    (e) => {
      const found = e.target instanceof Element ? e.target.closest(selector) : null;
      if (found) act(found, e);
    },
    options,
  );
}

/** An element from a tag, attributes and children; text is never read as HTML. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  element.append(...children);
  return element;
}

export const typing = (target) => target instanceof Element && target.closest("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]") !== null;
export const csrf = () => one('meta[name="csrf"]')?.content ?? "";
export const phone = () => matchMedia("(width < 640px)").matches;

/** Keeps a choice in this browser; a browser that refuses still works, until the next page. */
export function keep(name, value) {
  try {
    if (value) localStorage.setItem(`farthing.${name}`, value);
    else localStorage.removeItem(`farthing.${name}`);
  } catch {
    /* storage refused */
  }
}

/** Money in the page's language from minor units. */
export function money(minor, currency) {
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits).replace("-", "\u2212");
}
