"""Every page of the gallery in a real browser: policy, names and roles, contrast, widths, size; then the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from chromium import FLAGS, chromium_path
from farthing.web.templating import environment

from .gallery import render, served
from .pages import PAGES
from .pages_hard import a_hundred
from .readers import Readers

NARROWER: tuple[tuple[int, Literal["dark", "light"]], ...] = ((768, "light"), (390, "light"), (320, "dark"))
NODES_MAX = 1500
SHOWN = sorted(name for name in PAGES if name != "panel")

pytestmark = pytest.mark.browser

WATCH = "window.broken=[];document.addEventListener('securitypolicyviolation',e=>broken.push(e.violatedDirective+' '+e.blockedURI));"
# What the eye leaves readable: words with a currency's sign beside a figure. What somebody typed to search for stays.
READABLE = r"""() => {
  document.documentElement.dataset.privacy = 'on';
  const every = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (every.nextNode()) {
    const text = every.currentNode.textContent.trim(), at = every.currentNode.parentElement;
    const money = /\p{Sc}\s?\d|\d\s?\p{Sc}/u.test(text);
    if (!money || at.closest('script,option,title,.sr-only,dialog:not([open]),.chip.filter,.button[href^="/transactions"]')) continue;
    let hidden = !at.checkVisibility();
    for (let one = at; one && !hidden; one = one.parentElement) hidden = getComputedStyle(one).filter !== 'none';
    if (!hidden) found.push(text);
  }
  delete document.documentElement.dataset.privacy;
  return found;
}"""

FOCUSED = """() => {
  const at = document.activeElement;
  if (at.matches('a.sr-only')) return [];
  const said = [at.getAttribute('aria-label'), at.name, at.labels?.[0]?.textContent, at.textContent].filter(Boolean).join(' ');
  return [[Math.round((at.closest('label') ?? at).getBoundingClientRect().top + scrollY), said.trim().slice(0, 40)]];
}"""

GAPS = """() => [...document.querySelectorAll('.flow-list tr:has(.amount)')].map((row) =>
  row.querySelector('.amount').getBoundingClientRect().left - row.querySelector('th').getBoundingClientRect().right)"""
UNDERNEATH = """() => {
  const foot = document.querySelector('.tabs'), at = document.activeElement;
  return at.closest('main') ? at.getBoundingClientRect().bottom - foot.getBoundingClientRect().top : 0;
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as at:
        yield at


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=False, reduced_motion="reduce")
        context.add_init_script(WATCH)
        opened = context.new_page()
        opened.set_default_timeout(5_000)
        yield opened
        browser.close()


@pytest.fixture(scope="module")
def readers() -> Readers:
    return Readers()


def show(page: Page, address: str, name: str) -> list[str]:
    """Opens a page of the gallery; returns what went wrong in its scripts, which fills as it lives."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/gallery/{name}", wait_until="load")
    return wrong


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_keeps_the_policy_the_widths_and_the_readers(page: Page, address: str, readers: Readers, name: str) -> None:
    """By every rule in light on a desk and in dark on the narrowest phone; by what a theme or a width can change besides."""
    page.emulate_media(color_scheme="light")
    wrong = show(page, address, name)
    readers.sit_down(page)
    assert readers.every_rule(page) == []
    page.emulate_media(color_scheme="dark")
    assert readers.contrast(page) == []
    assert page.evaluate("document.querySelectorAll('*').length") <= NODES_MAX
    assert page.evaluate(READABLE) == [], "the eye hides these"
    for width, theme in NARROWER:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"wider than {width}"
        if width == 768:
            assert readers.sizes(page) == []
    assert readers.every_rule(page) == []
    page.emulate_media(color_scheme="light")
    assert page.evaluate("broken") == []
    assert wrong == []


def test_a_phone_sees_what_is_unread_and_reaches_it(page: Page, address: str) -> None:
    for name in ("overview", "transactions", "accounts"):
        show(page, address, name)
        page.set_viewport_size({"width": 390, "height": 844})
        counts = page.locator(".topbar .bell-count, .tabs .more-unread")
        assert [each.inner_text().split()[0] for each in counts.all() if each.is_visible()] == ["14"], name
        page.click("[popovertarget=more]")
        assert page.inner_text("#more [href='/alerts']").split() == ["Alerts", "14", "unread"]


def test_a_span_of_days_has_room_on_the_narrowest_phone(page: Page, address: str) -> None:
    show(page, address, "cash-flow")
    page.evaluate("document.querySelector('.period summary').textContent = '1 Feb 2025 to 28 May 2026'")
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_tab_goes_down_a_phone_as_the_eye_does_where_parts_stand_in_another_order_than_in_the_document(page: Page, address: str) -> None:
    for name, first, later in (("trends", "CSV", "by"), ("review", "category_id", "Approve all 12")):
        show(page, address, name)
        page.set_viewport_size({"width": 390, "height": 844})
        page.focus("main")
        reached: list[tuple[int, str]] = []
        for _ in range(14):
            page.keyboard.press("Tab")
            reached += page.evaluate(FOCUSED)
        names = [said for _, said in reached]
        assert any(first in said for said in names[:2]), names
        assert any(later in said for said in names), names
        assert [top for top, _ in reached] == sorted(top for top, _ in reached), (name, reached)


def test_what_is_focused_on_a_phone_does_not_lie_under_the_bar_at_its_foot(page: Page, address: str) -> None:
    show(page, address, "transactions")
    page.set_viewport_size({"width": 390, "height": 844})
    page.focus("main")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(UNDERNEATH) <= 0, page.evaluate("document.activeElement.textContent")


@pytest.mark.parametrize("name", ["insights", "alerts", "imports", "activity", "account", "accounts"])
def test_a_desk_is_used_to_its_edges(page: Page, address: str, name: str) -> None:
    show(page, address, name)
    right, left = page.evaluate(
        """() => { const edges = [...document.querySelectorAll('main .card, main .drop')].map((one) => one.getBoundingClientRect());
        return [Math.max(...edges.map((e) => e.right)), Math.min(...edges.map((e) => e.left))]; }"""
    )
    assert (round(left), round(right)) == (232 + 32, 1440 - 32)


def test_a_name_in_the_flow_does_not_touch_its_amount_on_the_narrowest_phone(page: Page, address: str) -> None:
    show(page, address, "cash-flow")
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_selector(".flow-list", state="visible")
    gaps = page.evaluate(GAPS)
    assert len(gaps) > 10
    assert min(gaps) >= 8


def test_the_figures_hide_and_stay_hidden(page: Page, address: str) -> None:
    show(page, address, "overview")
    page.keyboard.press("Shift+P")
    page.reload()
    assert page.evaluate("getComputedStyle(document.querySelector('.amount.figure')).filter") != "none"
    page.keyboard.press("Shift+P")
    assert page.evaluate("getComputedStyle(document.querySelector('.amount.figure')).filter") == "none"


def test_a_row_opens_by_keys_alone_and_gives_the_focus_back(page: Page, address: str) -> None:
    show(page, address, "transactions")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-panel=txn_2]")
    assert "open=txn_2" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-panel]", state="detached")
    assert "open=" not in page.url
    assert page.evaluate("document.activeElement.closest('.row').id") == "txn_2"


def test_a_selection_counts_and_adds_up(page: Page, address: str) -> None:
    show(page, address, "transactions")
    for key in ("j", "j", "j", "x", "j", "Shift+X"):
        page.keyboard.press(key)
    assert page.inner_text("[data-selection-count]") == "2 selected, −$268.01"
    page.keyboard.press("Escape")
    assert page.is_hidden("#selection")


def test_letters_typed_into_a_field_are_only_letters(page: Page, address: str) -> None:
    show(page, address, "transactions")
    page.keyboard.press("/")
    page.keyboard.type("xjg")
    assert page.input_value("[data-query]") == "xjg"
    assert page.is_hidden("#selection")


def test_a_split_shows_what_is_left_to_place(page: Page, address: str) -> None:
    show(page, address, "transactions-open")
    page.click("[data-split]")
    assert page.inner_text("[data-split-rest]") == "It adds up."
    page.fill(".split-line:nth-of-type(1) [name=amount]", "-100.00")
    assert page.inner_text("[data-split-rest]") == "−$68.92 left to place"
    assert page.is_disabled("[data-split-save]")


def test_a_category_is_picked_by_typing(page: Page, address: str) -> None:
    show(page, address, "transactions")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.post_data}") if request.method == "PATCH" else None)
    for key in ("j", "j", "c"):
        page.keyboard.press(key)
    page.keyboard.type("coff")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert asked == ["PATCH category_id=cat_Coffee"]


def test_the_palette_finds_pages_and_keys_show_on_their_controls(page: Page, address: str) -> None:
    show(page, address, "overview")
    page.keyboard.press("Control+k")
    page.keyboard.type("budg")
    assert page.inner_text(".palette [aria-selected=true]").startswith("Budgets")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.palette", state="hidden")
    page.keyboard.press("?")
    page.wait_for_selector(".key-hint")
    assert page.locator(".key-hint").count() >= 8
    page.keyboard.press("?")
    assert page.locator(".key-hint").count() == 0


def test_the_chart_is_read_by_arrow_keys(page: Page, address: str) -> None:
    show(page, address, "overview")
    page.focus("[data-chart]")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("[data-chart] output").startswith("22 Nov, This month 2,559.82, Last month 2,871.82")


def test_nothing_moves_while_the_page_arrives(page: Page, address: str) -> None:
    page.add_init_script(
        "window.shift=0;new PerformanceObserver(l=>l.getEntries().forEach(e=>shift+=e.value)).observe({type:'layout-shift',buffered:true});"
    )
    page.emulate_media(reduced_motion="no-preference")
    for name in ("overview", "transactions", "budgets"):
        show(page, address, name)
        page.wait_for_timeout(150)
        assert page.evaluate("shift") < 0.02, name
    page.emulate_media(reduced_motion="reduce")


def test_an_event_makes_the_open_page_fetch_itself_again(page: Page, address: str) -> None:
    told = 'event: ledger\ndata: {"version": 8}\n\n'
    page.route("**/events", lambda route: route.fulfill(content_type="text/event-stream", body=told))

    def newer(route: Route) -> None:
        if route.request.headers.get("hx-request") != "true":
            return route.continue_()
        return route.fulfill(content_type="text/html", body=render(PAGES["overview"]).replace("You can still spend", "You can now spend"))

    page.route("**/gallery/overview", newer)
    show(page, address, "overview")
    assert page.wait_for_selector("#overview >> text=You can now spend")
    page.unroute("**/gallery/overview")
    page.unroute("**/events")


def test_an_edit_that_does_not_arrive_says_so_and_takes_itself_back(page: Page, address: str) -> None:
    page.route("**/transactions/txn_1", lambda route: route.abort())
    show(page, address, "transactions")
    for key in ("j", "j", "c"):
        page.keyboard.press(key)
    page.keyboard.type("coff")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast.failed")
    assert page.inner_text("#txn_1 .chip") == "Groceries"
    page.unroute("**/transactions/txn_1")


def test_a_toast_offers_undo_and_z_takes_it(page: Page, address: str) -> None:
    show(page, address, "transactions-toast")
    with page.expect_request("**/undo/bat_1") as undone:
        page.keyboard.press("z")
    assert undone.value.headers["x-csrf-token"] == "token-of-the-gallery"


def test_a_list_without_end_keeps_the_document_small(page: Page, address: str) -> None:
    asked: list[str] = []

    def more(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(
            content_type="text/html", body=environment().get_template("fragments/transaction_rows.html").render(rows=a_hundred(len(asked)))
        )

    page.route("**/transactions/rows?**", more)
    show(page, address, "transactions-long")
    for _ in range(40):
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(30)
    assert comes(page, lambda: len(asked) >= 3, meanwhile=lambda: page.mouse.wheel(0, 900))
    # Not `wait_for_function`: whenever it has to ask twice it evaluates text, which the page's own policy forbids.
    # What came in after the last turn of the wheel is thinned out with the next one, which must not lead to rows that come back.
    turns = cycle((-60, 60))
    assert comes(
        page,
        lambda: page.evaluate("document.querySelectorAll('*').length") <= NODES_MAX,
        meanwhile=lambda: page.mouse.wheel(0, next(turns)),
    )
    # Wherever the reader stands: a window may begin in the middle of one piece of the list and end in the middle of another.
    for _ in range(24):
        page.mouse.wheel(0, -35)
        page.wait_for_timeout(60)
        assert comes(page, lambda: page.evaluate("document.querySelectorAll('*').length") <= NODES_MAX)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_selector("#txn_0_0")
    page.unroute("**/transactions/rows?**")


def comes(page: Page, holds: Callable[[], bool], *, meanwhile: Callable[[], None] = lambda: None) -> bool:
    """Whether something becomes true within ten seconds."""
    for _ in range(200):
        if holds():
            return True
        meanwhile()
        page.wait_for_timeout(50)
    return False


def test_an_edit_sends_only_what_was_changed(page: Page, address: str) -> None:
    show(page, address, "transactions-open")
    with page.expect_request("**/transactions/txn_2") as sent:
        page.fill("#panel-note", "Turkey")
        page.press("#panel-note", "Tab")
    assert sorted((sent.value.post_data or "").split("&")) == ["note=Turkey", "version=3"]


def test_the_add_dialog_asks_for_the_amount_first(page: Page, address: str) -> None:
    show(page, address, "transactions")
    page.keyboard.press("a")
    page.keyboard.type("12.50")
    assert page.input_value("#add-amount") == "12.50"
    page.keyboard.press("Escape")
    assert page.is_hidden("#add")


def test_the_flow_is_a_tree_for_the_keyboard(page: Page, address: str) -> None:
    show(page, address, "cash-flow")
    page.focus("[role=treeitem][tabindex='0']")
    told = "document.activeElement.querySelector('title').textContent"
    assert page.evaluate(told).startswith("Income")
    for key, name in (("End", "Not sorted yet"), ("ArrowUp", "2 others"), ("ArrowLeft", "Home and car"), ("ArrowRight", "Household")):
        page.keyboard.press(key)
        assert page.evaluate(told).startswith(name), key
    assert page.evaluate("document.querySelectorAll('.ribbon.on').length") > 1


def test_a_drawing_is_handed_over_as_a_picture(page: Page, address: str) -> None:
    for name in ("cash-flow", "trends"):
        wrong = show(page, address, name)
        with page.expect_download() as taken:
            page.click("[data-png]")
        picture = Path(taken.value.path()).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 10_000
        assert (wrong, page.evaluate("broken")) == ([], [])


def test_months_dragged_over_become_the_days(page: Page, address: str) -> None:
    show(page, address, "cash-flow")
    months = [page.locator(".month").nth(n).bounding_box() for n in (2, 5)]
    middle = [(box["x"] + box["width"] / 2, box["y"] + 20) for box in months if box]
    page.mouse.move(*middle[0])
    page.mouse.down()
    page.mouse.move(*middle[1], steps=6)
    page.mouse.up()
    page.wait_for_url("**from=2026-02-01&to=2026-05-28")
    assert "period" not in page.url


def test_rows_that_wait_for_an_answer_stand_still_and_look_like_rows(page: Page, address: str) -> None:
    """Only what is being fetched pulses in grey."""
    page.emulate_media(reduced_motion="no-preference")
    show(page, address, "review")
    area = page.locator("#review > :has(> .wait-card)")
    assert area.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert area.evaluate("(one) => one.getAnimations().length") == 0
    page.emulate_media(reduced_motion="reduce")
