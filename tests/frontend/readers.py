"""What readers need of an open page, asked of axe: every rule, and again what another width can change.

Contrast takes axe two thirds of its time, and hangs on few things: the letters' colour and size, and what is painted beneath. So of all
texts that have these in common three are measured, the longest ones, and on the next page none of them again.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from .gallery import READER

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = "color-contrast"
SIZES = ["target-size", "scrollable-region-focusable"]  # what a width alone can break

# Whatever is looked for, axe goes through the whole page once for it: contrast is measured on the way, of the texts that are marked.
MARKED = "axe.configure({rules: [{id: 'color-contrast', selector: '[data-to-read], [data-to-read] *'}]})"
LOOK = r"""async ({seen, runOnly}) => {
  const CLEAR = 'rgba(0, 0, 0, 0)', OFF = ':disabled, [aria-disabled=true], [inert], [aria-hidden=true]'
  const own = (one) => [...one.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('') || one.value || ''
  const grounds = new Map()
  const ground = (one) => {  // what is painted beneath an element's letters, from itself outwards until nothing shines through
    if (!one) return {told: '', faded: '', kinds: '', lifted: false}
    if (grounds.has(one)) return grounds.get(one)
    const now = getComputedStyle(one), behind = ground(one.parentElement), paint = now.backgroundColor
    const covers = paint !== CLEAR && !/rgba|\//.test(paint)
    const faded = (now.opacity === '1' ? '' : ' opacity ' + now.opacity) + behind.faded
    const paints = paint !== CLEAR || now.backgroundImage !== 'none' ? paint + now.backgroundImage + ' ' : ''
    const found = {
      told: paints + (covers ? faded : faded + behind.told),
      faded,
      kinds: one.tagName + '.' + one.className + ' ' + behind.kinds,
      lifted: behind.lifted || ['absolute', 'fixed', 'sticky'].includes(now.position),
    }
    grounds.set(one, found)
    return found
  }
  const under = (one) => {
    const now = getComputedStyle(one), large = parseFloat(now.fontSize) >= (now.fontWeight >= 700 ? 18.66 : 24)
    const {told, kinds, lifted} = ground(one), field = /^(INPUT|SELECT|TEXTAREA)$/.test(one.tagName)
    return [now.color, now.fill, large, one.closest(OFF) !== null, field, told, lifted ? kinds : ''].join(' | ')
  }
  const fresh = new Map()
  for (const one of document.body.querySelectorAll('*')) {
    if (!own(one) || !one.checkVisibility({visibilityProperty: true})) continue
    const key = under(one)
    if (!seen.includes(key)) fresh.set(key, [...fresh.get(key) ?? [], one])
  }
  const marked = [...fresh.values()].flatMap((some) => some.sort((a, b) => own(b).length - own(a).length).slice(0, 3))
  if (!marked.length && runOnly.every((rule) => rule === 'color-contrast')) return [[], []]
  for (const one of marked) one.setAttribute('data-to-read', '')
  const found = await axe.run(document, {runOnly, resultTypes: ['violations'], ancestry: true})
  for (const one of marked) one.removeAttribute('data-to-read')
  return [[...fresh.keys()], found.violations]
}"""


class Readers:
    """One after the other they read the pages of a test file. Findings are serious and critical ones, each with where."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    @staticmethod
    def sit_down(page: Page) -> None:
        """Before anything is asked of a page that was opened. By its address, so that the browser keeps what it compiled of it."""
        page.add_script_tag(url=READER)
        page.evaluate(MARKED)

    def every_rule(self, page: Page) -> list[str]:
        return self._look(page, LEVELS)

    def sizes(self, page: Page) -> list[str]:
        return self._look(page, [*SIZES, CONTRAST])

    def contrast(self, page: Page) -> list[str]:
        """Of texts that were not read on any page before."""
        return self._look(page, [CONTRAST])

    def _look(self, page: Page, rules: list[str]) -> list[str]:
        fresh, found = page.evaluate(LOOK, {"seen": self._seen, "runOnly": rules})
        wrong = _bad(found)
        self._seen += [] if wrong else fresh
        return wrong


def _bad(found: list[dict[str, Any]]) -> list[str]:
    return [f"{v['id']}: {[n['ancestry'] for n in v['nodes']][:4]}" for v in found if v["impact"] in {"serious", "critical"}]
