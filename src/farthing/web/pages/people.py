"""Coming in and going out: the pages that need nobody signed in, and the cookie they set."""

from __future__ import annotations

import re
from typing import Any, cast

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.response import Redirect

from farthing.core.errors import FarthingError, Forbidden, Limited, Malformed, Rejected, Unauthorized
from farthing.flows.demo import DEMO_EMAIL, DEMO_PASSWORD
from farthing.flows.mail import queue_mail
from farthing.flows.passwords import forget_password, reset_password
from farthing.flows.sign_in import SignedIn, Visit, sign_in, sign_out
from farthing.flows.sign_up import Wish, sign_up
from farthing.flows.view_models.parts import FieldState
from farthing.flows.view_models.people import Forgot, Plain, Reset, SignIn, SignUp
from farthing.people.model import Settings
from farthing.security.sessions import AGE_MAX
from farthing.web.callers import Ask, Visitor, cookie_name, request_id_of, visitor, visitor_or_none, world_of
from farthing.web.pages.render import page, said
from farthing.web.parameters import FLAG, WORDS, reads
from farthing.web.place import place_of

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))
_PATH = re.compile(r"/(?!/)[\w\-./?&=%,]*", re.ASCII)


def visit_of(request: Ask) -> Visit:
    """Where a request comes from, as far as it can be believed: its address, the browser's own words."""
    agent = request.headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return Visit(place_of(request), f"{browser} on {system}" if system else browser, request_id_of(request))


def same_origin(request: Ask) -> None:
    """A form before anybody is signed in: browsers say where it stands; another site's is refused."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site") == "cross-site" or (origin and origin.partition("://")[2] != request.headers.get("host")):
        raise Forbidden("cross_site", "this form stands on another site")


def plain(title: str) -> Plain:
    """What stands around a page before sign-in."""
    return Plain(title, "")


def _next_path(text: str | None) -> str:
    """Only paths of ours: a sign-in link cannot lead elsewhere."""
    return text if text and _PATH.fullmatch(text) else "/"


def session_cookie(request: Ask, signed: SignedIn) -> Cookie:
    """What the browser keeps of a session."""
    return _cookie(request, signed.secret, max_age=int(AGE_MAX.total_seconds()))


def _cookie(request: Ask, secret: str, *, max_age: int) -> Cookie:
    """A browser takes a __Host- cookie back only by the attributes it was given with."""
    name = cookie_name(world_of(request))
    return Cookie(key=name, value=secret, httponly=True, samesite="lax", secure=name.startswith("__Host-"), path="/", max_age=max_age)


def welcome_in(request: Ask, signed: SignedIn, target: str) -> Redirect:
    """Off to `target`, with the session's cookie."""
    return Redirect(target, status_code=303, cookies=[session_cookie(request, signed)])


def seen_out(answer: Response[Any], request: Ask) -> Response[Any]:
    """The answer takes the cookie, and what the browser kept, away."""
    answer.headers["clear-site-data"] = '"cache", "storage"'
    answer.cookies.append(_cookie(request, "", max_age=0))
    return answer


def _sign_in_page(view: SignIn, status: int = 200) -> Response[Any]:
    return page("pages/people/sign_in.html", status=status, plain=plain("Sign in"), view=view)


def _empty(request: Ask, **more: Any) -> SignIn:
    demo = world_of(request).settings.plaid_client_id == "demo"
    return SignIn(demo_email=DEMO_EMAIL if demo else "", demo_password=DEMO_PASSWORD if demo else "", **more)


@get("/sign-in", include_in_schema=False, opt=reads(changed=FLAG, next=WORDS))
async def sign_in_form(request: Ask) -> Response[Any]:
    """The form; who is signed in already goes on."""
    if await visitor_or_none(request) is not None:
        return Redirect("/", status_code=303)
    note = "Your password is changed. Sign in with the new one." if request.query_params.get("changed") else ""
    return _sign_in_page(_empty(request, note=note, next_path=request.query_params.get("next", "")))


@post("/sign-in", include_in_schema=False, status_code=200)
async def sign_in_post(request: Ask) -> Response[Any]:
    """A session, or the form again with what is wrong."""
    same_origin(request)
    form = await request.form()
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    try:
        signed = await sign_in(world_of(request), email, password, visit_of(request))
    except (Unauthorized, Limited, Rejected) as error:
        wrong = "That e-mail address and password do not belong together." if isinstance(error, Unauthorized) else said(error)
        return _sign_in_page(_empty(request, email=FieldState(email[:200]), wrong=wrong), error.status if error.status == 429 else 401)
    return welcome_in(request, signed, _next_path(cast("str | None", form.get("next"))))


@post("/sign-out", dependencies={"visiting": Provide(visitor)}, include_in_schema=False, status_code=303)
async def sign_out_post(request: Ask, visiting: NamedDependency[Visitor]) -> Response[Any]:
    """End the session here and in the table."""
    await sign_out(world_of(request), visiting.session)
    return seen_out(Redirect("/sign-in", status_code=303), request)


@get("/sign-up", include_in_schema=False)
async def sign_up_form() -> Response[Any]:
    """The form for a new member."""
    return page("pages/people/sign_up.html", plain=plain("Make an account"), view=SignUp())


@post("/sign-up", include_in_schema=False, status_code=200)
async def sign_up_post(request: Ask) -> Response[Any]:
    """A household and a session, or the form again with what is wrong at its field."""
    same_origin(request)
    form = {k: str(v)[:600] for k, v in (await request.form()).items()}
    defaults = Settings()
    settings = Settings(
        name=f"{form.get('name', '').strip().split(' ')[-1]} household".strip()[:80],
        currency=defaults.currency,
        zone=form.get("zone") or defaults.zone,
        locale=form.get("locale") or defaults.locale,
    )
    wish = Wish(email=form.get("email", ""), password=form.get("password", ""), name=form.get("name", ""), settings=settings)
    try:
        signed = await sign_up(world_of(request), wish, visit_of(request))
    except FarthingError as error:
        if error.status >= 500:
            raise
        return page("pages/people/sign_up.html", status=error.status, plain=plain("Make an account"), view=_again(form, error))
    return welcome_in(request, signed, "/welcome")


def _again(form: dict[str, str], error: FarthingError) -> SignUp:
    def field(name: str) -> FieldState:
        return FieldState("" if name == "password" else form.get(name, ""), said(error) if error.field == name else "")

    known = error.field in {"email", "password", "name"}
    return SignUp(field("email"), field("password"), field("name"), "" if known else said(error))


@get("/forgot", include_in_schema=False)
async def forgot_form() -> Response[Any]:
    """Asks for the address."""
    return page("pages/people/forgot.html", plain=plain("Forgotten password"), view=Forgot())


@post("/forgot", include_in_schema=False, status_code=200)
async def forgot_post(request: Ask) -> Response[Any]:
    """The same answer whether the address is known or not."""
    same_origin(request)
    form = await request.form()
    await forget_password(world_of(request), str(form.get("email", ""))[:300], visit_of(request), queue=queue_mail)
    return page(
        "pages/people/forgot.html", plain=plain("Forgotten password"), view=Forgot(FieldState(str(form.get("email", ""))[:300]), sent=True)
    )


@get("/reset", include_in_schema=False, opt=reads(token=WORDS))
async def reset_form(request: Ask) -> Response[Any]:
    """The page behind the mailed link."""
    return page("pages/people/reset.html", plain=plain("New password"), view=Reset(request.query_params.get("token", "")[:200]))


@post("/reset", include_in_schema=False, status_code=200)
async def reset_post(request: Ask) -> Response[Any]:
    """A new password; every session ends."""
    same_origin(request)
    form = await request.form()
    token, password = str(form.get("token", ""))[:200], str(form.get("password", ""))
    try:
        await reset_password(world_of(request), token, password, visit_of(request))
    except (Malformed, Rejected) as error:
        wrong = FieldState("", said(error)) if error.field == "password" else FieldState()
        view = Reset(token, wrong, "" if error.field == "password" else said(error))
        return page("pages/people/reset.html", status=error.status, plain=plain("New password"), view=view)
    return Redirect("/sign-in?changed=1", status_code=303)


routes: list[Any] = [
    sign_in_form, sign_in_post, sign_out_post, sign_up_form, sign_up_post, forgot_form, forgot_post, reset_form, reset_post,
]  # fmt: skip
