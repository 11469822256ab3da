"""Every form and every request of the pages leads to a door that there is, by the method that it takes."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from farthing.web.pages import routes

from .gallery import render
from .pages import PAGES

SHOWN_ONLY = ("/static/", "/receipts/", "/recurring/", "/retry")  # what the gallery shows of pages to come
FORM = re.compile(r'<form\b(?=[^>]*\bmethod="post")[^>]*\baction="([^"#]+)"')
ASKED = re.compile(r'\bhx-(get|post|put|patch|delete)="(/[^"#]*)"')
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)"')


@cache
def doors() -> list[tuple[str, re.Pattern[str]]]:
    handlers: list[Any] = routes
    return [
        (method, re.compile(re.sub(r"\{\w+:\w+\}", "[^/]+", path)))
        for handler in handlers
        for path in handler.paths
        for method in handler.http_methods
    ]


def leads(method: str, address: str) -> bool:
    path = address.replace("&amp;", "&").partition("?")[0]
    return any(method == door and pattern.fullmatch(path) for door, pattern in doors())


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_a_page_sends_and_where_it_leads_is_there(name: str) -> None:
    html = render(PAGES[name])
    sent = [("POST", action) for action in FORM.findall(html)] + [(verb.upper(), at) for verb, at in ASKED.findall(html)]
    led = [("GET", href) for href in LINK.findall(html)]
    assert [one for one in {*sent, *led} if not one[1].startswith(SHOWN_ONLY) and not leads(*one)] == []
