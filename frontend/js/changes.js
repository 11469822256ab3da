import { all, typing } from "./dom.js";

/**
 * What the server drew last, and what it draws now: the page takes over the difference and nothing else. A focus, a half-typed word, a list
 * that was opened stay where they are, because the elements that carry them stay.
 */
const key = (node) => node.id || node.nodeName;
const alike = (one, other) => one.length === other.length && [...one].every((node, i) => key(node) === key(other[i]));
const named = (parent) => parent.children.length > 0 && [...parent.children].every((child) => child.id);
const behaves = (name) => name.startsWith("hx-");
export const writing = (part) => part.contains(document.activeElement) && typing(document.activeElement);

/** Attributes that the server changed; false when one of them says how the element behaves, which is set up once. */
function takeAttributes(live, before, now) {
  const names = new Set([...before.getAttributeNames(), ...now.getAttributeNames()]);
  const changed = [...names].filter((name) => before.getAttribute(name) !== now.getAttribute(name));
  if (changed.some(behaves)) return false;
  for (const name of changed) {
    const untouched = name !== "value" || live.value === live.defaultValue;
    if (now.hasAttribute(name)) live.setAttribute(name, now.getAttribute(name));
    else live.removeAttribute(name);
    if (name === "value" && untouched) live.value = now.getAttribute("value") ?? "";
    if (name === "checked") live.checked = now.hasAttribute("checked");
  }
  return true;
}

/** Rows that have names are moved, added and taken away by them; where one stays, only what changed in it. */
function takeRows(live, before, now, made) {
  const held = new Map([...live.children].map((child) => [child.id, child]));
  const old = new Map([...before.children].map((child) => [child.id, child]));
  let at = live.firstElementChild;
  for (const child of now.children) {
    const kept = held.get(child.id);
    held.delete(child.id);
    if (kept && old.has(child.id) && take(kept, old.get(child.id), child, made)) {
      if (kept === at) at = at.nextElementSibling;
      else live.insertBefore(kept, at);
      continue;
    }
    if (kept && writing(kept)) {
      made.waits = true;
      continue;
    }
    const fresh = document.importNode(child, true);
    made.push(fresh);
    live.insertBefore(fresh, at);
    if (kept) held.set(child.id, kept);
  }
  for (const gone of held.values()) gone.remove();
}

/** Makes `live` what the server draws now; false when it has to be replaced as a whole. */
function take(live, before, now, made) {
  if (before.isEqualNode(now)) return true;
  if (live.nodeName !== now.nodeName || before.nodeName !== now.nodeName) return false;
  if (live.nodeType !== Node.ELEMENT_NODE) {
    live.data = now.data;
    return true;
  }
  if (!takeAttributes(live, before, now)) return false;
  if (alike(live.childNodes, before.childNodes) && alike(before.childNodes, now.childNodes)) {
    const pairs = [...live.childNodes].map((child, i) => [child, before.childNodes[i], now.childNodes[i]]);
    for (const [child, was, is] of pairs) if (!take(child, was, is, made)) replace(child, is, made);
    return true;
  }
  if (!named(before) || !named(now) || !named(live)) return false;
  takeRows(live, before, now, made);
  return true;
}

function replace(live, now, made) {
  if (writing(live)) {
    made.waits = true;
    return;
  }
  const fresh = document.importNode(now, true);
  keepOpen(live, fresh);
  const way = wayTo(live);
  live.replaceWith(fresh);
  made.push(fresh);
  const there = way?.reduce((node, i) => node?.children[i], fresh);
  if (there && there.nodeName === way.name) there.focus({ preventScroll: true });
}

/** The way from an element down to the focus in it. */
function wayTo(top) {
  let node = document.activeElement;
  if (!top.contains?.(node)) return null;
  const way = Object.assign([], { name: node.nodeName });
  for (; node !== top; node = node.parentElement) way.unshift([...node.parentElement.children].indexOf(node));
  return way;
}

/** What somebody opened in the old one is open in the new one. */
export function keepOpen(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) return;
  for (const [selector, keep] of [
    ["details", (from, to) => (to.open = from.open)],
    ["[data-fold]", (from, to) => to.setAttribute("aria-expanded", from.getAttribute("aria-expanded"))],
  ]) {
    const [from, to] = [all(selector, old), all(selector, fresh)];
    if (from.length === to.length) from.forEach((element, i) => keep(element, to[i]));
  }
}

/**
 * Takes over what differs between two drawings of a part; gives the elements that are new, or null when nothing of it could stay. With
 * `waits` set something in which somebody writes was left as it is.
 */
export function takeChanges(live, before, now) {
  const made = [];
  return take(live, before, now, made) ? made : null;
}
