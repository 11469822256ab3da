"""Settings, and the pages before sign-in."""

from __future__ import annotations

from farthing.flows.view_models import settings
from farthing.flows.view_models.frame import FailurePage
from farthing.flows.view_models.overview import FirstStep
from farthing.flows.view_models.parts import Action, Choice, FieldState, words
from farthing.flows.view_models.people import Forgot, Plain, Reset, SignIn, SignUp, Welcome

from .pages_categories import categories
from .pages_notifications import notifications
from .pages_overview import first_run
from .pages_rules import rules

CURRENCIES = (Choice("USD", "US dollar", chosen=True), Choice("EUR", "Euro"), Choice("JPY", "Japanese yen"))
ZONES = (Choice("America/Los_Angeles", "Los Angeles", chosen=True), Choice("Europe/Berlin", "Berlin"))
HELD = settings.Held(7, 12_408, 4, 13)

SETTINGS: dict[settings.Place, object] = {
    "profile": settings.Profile("maya@okafor.example", FieldState("Maya Okafor"), saved="name"),
    "household": settings.Household(
        FieldState("Okafor household"),
        CURRENCIES,
        ZONES,
        (Choice("en-US", "1,234.56 and 22 Nov", chosen=True), Choice("de-DE", "1.234,56 and 22. Nov")),
        (settings.Member("Maya Okafor", "maya@okafor.example", "owner"), settings.Member("Tobi Okafor", "tobi@okafor.example", "member")),
        currency_fixed=True,
    ),
    "categories": categories(),
    "rules": rules(),
    "notifications": notifications(),
    "appearance": settings.Appearance(
        (Choice("auto", "As the system", chosen=True), Choice("light", "Light"), Choice("dark", "Dark")),
        (Choice("compact", "Compact", chosen=True), Choice("cozy", "Cozy")),
        True,
    ),
    "security": settings.Security(
        (
            settings.SignedIn("ses_1", "Firefox on Linux", "192.0.2.7", "now", this_one=True),
            settings.SignedIn("ses_2", "Safari on iPhone", "198.51.100.20", "2 h ago"),
        ),
        (
            settings.Access("Today, 08:58", "Signed in", "Maya, Firefox on Linux"),
            settings.Access("Thu 19 Nov, 21:10", "Asked for an export of everything", "Maya"),
        ),
        log_next_href="/settings/security?before=aud_1",
    ),
    "tokens": settings.Tokens(
        (
            settings.Token("tok_1", "Spreadsheet", "Read", "used 3 h ago", "ends 1 Feb 2027"),
            settings.Token("tok_2", "Old script", "Read and write", "never used", "ended 1 Feb 2026", ended=True),
        ),
        (Choice("read", "Read"), Choice("write", "Read and write")),
        (Choice("90", "In 90 days", chosen=True), Choice("", "Never")),
        made="fth_9f2c0e7ab1d24c6e8d01b7f3a5c4e692",
    ),
    "data": settings.YourData(
        HELD,
        (
            settings.Export("today, 09:16", "Being made, 3.1 MB so far", making=True),
            settings.Export("today, 09:10", "4.2 MB, until tomorrow, 09:10", "/settings/data/exports/1"),
        ),
        "maya@okafor.example",
        confirm=FieldState("maya@", "Type maya@okafor.example to say that you mean it."),
    ),
}


def plain(title: str) -> Plain:
    """What stands around."""
    return Plain(title, "token-of-the-gallery")


SIGN_IN = SignIn(demo_email="maya@okafor.example", demo_password="a plain demo password")
SIGN_IN_WRONG = SignIn(
    FieldState("maya@okafor.example"), wrong="Email and password do not fit together. After 5 more tries we wait a quarter of an hour."
)
SIGN_UP = SignUp(
    email=FieldState("maya@", "An email address looks like name@example.org"), password=FieldState("", "At least 10 characters")
)
FORGOT = Forgot()
SENT = Forgot(FieldState("maya@okafor.example"), sent=True)
RESET = Reset("one-time")
ERASED = settings.Erased(
    "rcp_1h7f0q2m9c4e8",
    "2026-11-22 09:17 UTC",
    ("7 accounts", "12,408 transactions", "1 member", "38,112 other rows"),
    3,
    ("Chase",),
    "9f2c0e7a" * 8,
)
WELCOME = Welcome(CURRENCIES, ZONES, first_run().first_steps, FieldState("Okafor household"))
WELCOME_STEPS = Welcome(
    CURRENCIES,
    ZONES,
    (
        *first_run().first_steps[:2],
        FirstStep("sparkles", "Try demo data", "Two years of a family’s life.", Action("Fill", "/welcome", post=True)),
    ),
    settled=True,
)
MISSING = FailurePage(404, "There is nothing here", words("The page does not exist, or it belongs to another household."))
AWAY = FailurePage(
    503,
    "Farthing cannot reach its database",
    words("Nothing is lost. We keep trying, and so can you in a few seconds."),
    "/",
    "Try again",
    "req_7f20a1",
)
