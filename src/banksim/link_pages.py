"""The hosted link pages: plain forms, no script, a strict policy. Each step is a page; what was chosen travels in the form."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from litestar import Request, Response, Router, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from banksim import institutions, link_flow, wire
from banksim.bank import Bank
from banksim.errors import PlaidError
from banksim.model import LinkIntent
from banksim.people import roster
from banksim.people.model import login_at

_PAGES = Path(__file__).parent / "pages"
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_templates = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]


def _headers(intent: LinkIntent | None) -> dict[str, str]:
    """Forms may go to us, and by our redirect at the end to where the client asked for, nowhere else."""
    back = urlsplit(intent.completion_redirect_uri or "") if intent else urlsplit("")
    forms = f"'self' {back.scheme}://{back.netloc}" if back.netloc else "'self'"
    policy = f"default-src 'none'; style-src 'self'; form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
    return _HEADERS | {"Content-Security-Policy": policy}


def _page(name: str, *, status: int = 200, intent: LinkIntent | None = None, **words: Any) -> Response[str]:
    html = _templates.get_template(name).render(intent=intent, **words)
    return Response(html, status_code=status, media_type="text/html", headers=_headers(intent))


def _trouble(error: PlaidError, *, status: int = 400) -> Response[str]:
    told = {
        "INVALID_LINK_TOKEN": "This link has expired or was used already. Go back and start again.",
        "ITEM_NOT_FOUND": "This connection no longer exists.",
    }
    return _page("trouble.html", status=status, message=told.get(error.code, error.message))


def router(bank: Bank) -> Router:
    """All pages under /hosted/link, bound to one bank."""
    return Router(path="/hosted/link", route_handlers=[*_looking(bank), *_deciding(bank)])


def _looking(bank: Bank) -> list[Any]:
    @get("/link.css", media_type="text/css")
    async def css() -> str:
        return (_PAGES / "link.css").read_text()

    @get("/{token:str}")
    async def begin(token: str, q: str = "") -> Response[str]:
        try:
            intent = link_flow.open_intent(bank, token)
        except PlaidError as error:
            return _trouble(error, status=404)
        fixed = _fixed_institution(bank, intent)
        if fixed is not None:
            return _sign_in(intent, fixed, bank=bank)
        found = institutions.search(q, countries=intent.country_codes)
        return _page("institutions.html", intent=intent, found=found, q=q)

    @get("/{token:str}/sign-in")
    async def sign_in(token: str, institution: str) -> Response[str]:
        try:
            intent = link_flow.open_intent(bank, token)
        except PlaidError as error:
            return _trouble(error, status=404)
        if institutions.find(institution) is None:
            return _trouble(PlaidError("INVALID_INSTITUTION"))
        return _sign_in(intent, institution, bank=bank)

    return [css, begin, sign_in]


def _deciding(bank: Bank) -> list[Any]:
    @post("/{token:str}/accounts", status_code=200)
    async def accounts(token: str, data: Form) -> Response[Any]:
        institution_id, username = str(data.get("institution", "")), str(data.get("username", ""))
        try:
            intent = link_flow.open_intent(bank, token)
            person, login = link_flow.person_at(username, institution_id)
            if intent.update_of and not intent.account_selection:
                link_flow.finish_update(bank, intent, username=username)
                return _done(intent)
        except PlaidError as error:
            if error.code != "INVALID_CREDENTIALS" or institutions.find(institution_id) is None:
                return _trouble(error)
            return _sign_in(intent, institution_id, bank=bank, wrong=username)
        held = _held_keys(bank, intent)
        shown = [(plan, wire.display_amount(plan.closing, plan.currency), held is None or plan.key in held) for plan in login.accounts]
        bank_name = institutions.name_of(institution_id)
        return _page("accounts.html", intent=intent, institution_id=institution_id, bank_name=bank_name, person=person, accounts=shown)

    @post("/{token:str}/finish", status_code=200)
    async def finish(token: str, request: Request[Any, Any, Any]) -> Response[Any]:
        form = await request.form()
        keys = frozenset(str(key) for key in form.getall("account", []))
        try:
            intent = link_flow.open_intent(bank, token)
            username = str(form.get("username", ""))
            if intent.update_of:
                link_flow.finish_update(bank, intent, username=username, keys=keys)
            else:
                link_flow.finish_new(bank, intent, institution_id=str(form.get("institution", "")), username=username, keys=keys)
        except PlaidError as error:
            return _trouble(error)
        return _done(intent)

    @post("/{token:str}/leave", status_code=200)
    async def leave(token: str) -> Response[Any]:
        try:
            intent = link_flow.open_intent(bank, token)
        except PlaidError as error:
            return _trouble(error, status=404)
        link_flow.leave(bank, intent)
        return _done(intent, left=True)

    return [accounts, finish, leave]


def _held_keys(bank: Bank, intent: LinkIntent) -> set[str] | None:
    """The accounts an item in update mode has now; None for a new one."""
    item = bank.items.get(intent.update_of) if intent.update_of else None
    return None if item is None else {account.key for account in item.accounts}


def _fixed_institution(bank: Bank, intent: LinkIntent) -> str | None:
    """The bank a session is already about: the item's in update mode, or the one the client asked for."""
    if intent.update_of and intent.update_of in bank.items:
        return bank.items[intent.update_of].institution_id
    return intent.institution_id


def _sign_in(intent: LinkIntent, institution_id: str, *, bank: Bank, wrong: str | None = None) -> Response[str]:
    people = [(person, login_at(person, institution_id)) for person in roster.at_bank(institution_id)]
    known = bank.items[intent.update_of].username if intent.update_of and intent.update_of in bank.items else None
    return _page(
        "sign_in.html",
        status=200 if wrong is None else 422,
        intent=intent,
        institution_id=institution_id,
        bank_name=institutions.name_of(institution_id),
        people=[(person, login) for person, login in people if login and known in (None, person.username)],
        known=known,
        wrong=wrong,
    )


def _done(intent: LinkIntent, *, left: bool = False) -> Response[Any]:
    if intent.completion_redirect_uri:
        return Redirect(intent.completion_redirect_uri, status_code=303, headers=_headers(intent))
    return _page("done.html", intent=intent, left=left)
