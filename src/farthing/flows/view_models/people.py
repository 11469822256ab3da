"""Coming in: sign-in, sign-up, a forgotten password, and the first steps."""

from __future__ import annotations

from typing import Literal

import msgspec

from farthing.flows.view_models.overview import FirstStep
from farthing.flows.view_models.parts import Choice, FieldState


class Plain(msgspec.Struct, frozen=True):
    """What stands around a page before anybody is signed in."""

    title: str
    csrf: str
    lang: str = "en"
    theme: Literal["auto", "light", "dark"] = "auto"


class SignIn(msgspec.Struct, frozen=True):
    """`demo_email` and `demo_password` are printed only where a demo household is served."""

    email: FieldState = FieldState()
    wrong: str = ""
    note: str = ""
    next_path: str = ""
    demo_email: str = ""
    demo_password: str = ""


class SignUp(msgspec.Struct, frozen=True):
    """A new member with a household of their own."""

    email: FieldState = FieldState()
    password: FieldState = FieldState()
    name: FieldState = FieldState()
    wrong: str = ""
    open_to_all: bool = True


class Forgot(msgspec.Struct, frozen=True):
    """Asks for the address, then says the same whether it is known or not."""

    email: FieldState = FieldState()
    sent: bool = False


class Reset(msgspec.Struct, frozen=True):
    """The page behind the mailed link."""

    token: str
    password: FieldState = FieldState()
    wrong: str = ""


class Welcome(msgspec.Struct, frozen=True):
    """Currency and zone, guessed from the browser, then three ways to begin. `hint` says how to look around with demo data."""

    currencies: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    steps: tuple[FirstStep, ...]
    household: FieldState = FieldState()
    settled: bool = False
    wrong: str = ""
    hint: str = ""
