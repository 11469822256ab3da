"""E-mail addresses and names, as they may be typed. Plain ones only: what a mail server could misread is refused, not repaired."""

from __future__ import annotations

import re
import unicodedata

from babel import Locale, UnknownLocaleError

from farthing.core import dates
from farthing.core.errors import Rejected
from farthing.core.money import is_currency, parse_unit
from farthing.people.model import NAME_MAX, Settings, Taste

EMAIL_MAX = 254
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]",
    re.ASCII,
)
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{4})?(?:-[A-Z]{2})?", re.ASCII)
THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "cozy")


def parse_email(text: str) -> str:
    """The address, in lower case: one address, ASCII (a domain with other letters is written `xn--...`). Raises Rejected."""
    email = text.strip(" ").lower()
    local, _, _ = email.partition("@")
    if len(email) > EMAIL_MAX or len(local) > 64 or not _EMAIL.fullmatch(email):
        raise Rejected("bad_email", "an e-mail address is written name@example.com", field="email")
    return email


def parse_name(text: str, *, field: str = "name") -> str:
    """A name on one line, without what cannot be seen. May be empty. Raises Rejected."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > NAME_MAX:
        raise Rejected("name_too_long", f"at most {NAME_MAX} characters", field=field)
    if any(
        unicodedata.category(c) in {"Cc", "Cs", "Cn", "Co"} or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for c in name
    ):
        raise Rejected("bad_text", "a name is made of letters", field=field)
    return name


def parse_settings(given: Settings) -> Settings:
    """The settings, each checked: an ISO 4217 currency, an IANA zone, a locale that formats are known for. Raises Rejected."""
    currency = parse_unit(given.currency)
    if not is_currency(currency):
        raise Rejected("bad_currency", "a household counts in a currency such as USD or EUR", field="currency")
    dates.zone(given.zone)
    return Settings(name=parse_name(given.name), currency=currency, zone=given.zone, locale=parse_locale(given.locale), votes=given.votes)


def parse_locale(text: str) -> str:
    """`en-US`; raises Rejected."""
    try:
        if not _LOCALE.fullmatch(text):
            raise ValueError
        Locale.parse(text, sep="-")
    except (ValueError, UnknownLocaleError) as error:
        raise Rejected("bad_locale", "a locale is written en-US", field="locale") from error
    return text


def parse_taste(taste: Taste) -> Taste:
    """Raises Rejected for a theme or density there is not."""
    if taste.theme not in THEMES:
        raise Rejected("bad_theme", f"one of {', '.join(THEMES)}", field="theme")
    if taste.density not in DENSITIES:
        raise Rejected("bad_density", f"one of {', '.join(DENSITIES)}", field="density")
    return taste
