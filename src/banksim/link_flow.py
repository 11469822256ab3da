"""What a person does on the link pages, without the pages: begin, sign in, choose accounts, finish or leave."""

import msgspec

from banksim import lives
from banksim.bank import Bank
from banksim.endpoints.sandbox import grant_for
from banksim.errors import PlaidError
from banksim.ids import LinkToken
from banksim.model import Item, LinkIntent, LinkSession
from banksim.people import roster
from banksim.people.model import Login, Person, login_at
from banksim.webhooks import ENVIRONMENT


def open_intent(bank: Bank, token: str) -> LinkIntent:
    """Raises INVALID_LINK_TOKEN for one that is unknown, expired or already used."""
    intent = bank.intents.get(LinkToken(token))
    if intent is None or intent.expires < bank.clock.stamp():
        raise PlaidError("INVALID_LINK_TOKEN")
    if any(session.outcome == "SUCCESS" for session in intent.sessions):
        raise PlaidError("INVALID_LINK_TOKEN")
    return intent


def person_at(username: str, institution_id: str) -> tuple[Person, Login]:
    person = roster.find(username.strip())
    login = login_at(person, institution_id) if person else None
    if person is None or login is None:
        raise PlaidError("INVALID_CREDENTIALS")
    return person, login


def finish_new(bank: Bank, intent: LinkIntent, *, institution_id: str, username: str, keys: frozenset[str]) -> LinkSession:
    """A new item and its public token; the client hears of both."""
    person, login = person_at(username, institution_id)
    if not keys & {plan.key for plan in login.accounts}:
        raise PlaidError("NO_ACCOUNTS")
    with bank.store.unit():
        item = lives.open_item(
            bank,
            person,
            login,
            client_id=intent.client_id,
            webhook=intent.webhook,
            products=intent.products,
            days_requested=intent.days_requested,
            keys=keys,
        )
        public_token = grant_for(bank, item)
        session = _session(bank, item, username=username)
        session = msgspec.structs.replace(session, public_token=public_token)
        _close(bank, intent, session, webhook=intent.webhook)
        _tell(bank, intent.webhook, "ITEM_ADD_RESULT", session, intent, public_token=public_token)
    return session


def finish_update(bank: Bank, intent: LinkIntent, *, username: str, keys: frozenset[str] | None = None) -> LinkSession:
    """The same item, signed in again, with other accounts if `keys` says so: no public token, no exchange."""
    item = bank.items.get(intent.update_of) if intent.update_of else None
    if item is None:
        raise PlaidError("ITEM_NOT_FOUND")
    person, login = person_at(username, item.institution_id)
    if username.strip() != item.username:
        raise PlaidError("INVALID_CREDENTIALS")
    if keys is not None and not keys & {plan.key for plan in login.accounts}:
        raise PlaidError("NO_ACCOUNTS")
    with bank.store.unit():
        lives.repair_item(bank, item)
        if keys is not None:
            lives.choose_accounts(bank, item, login, person, keys)
        session = _session(bank, item, username=username)
        _close(bank, intent, session, webhook=item.webhook)
    return session


def leave(bank: Bank, intent: LinkIntent) -> None:
    now = bank.clock.stamp()
    session = LinkSession(session_id=bank.mint.opaque("session"), started=now, finished=now, outcome="EXITED")
    with bank.store.unit():
        _close(bank, intent, session, webhook=intent.webhook)
        bank.keep_self()


def _session(bank: Bank, item: Item, *, username: str) -> LinkSession:
    now = bank.clock.stamp()
    return LinkSession(
        session_id=bank.mint.opaque("session"),
        started=now,
        finished=now,
        institution_id=item.institution_id,
        username=username,
        outcome="SUCCESS",
        item_id=item.item_id,
    )


def _close(bank: Bank, intent: LinkIntent, session: LinkSession, *, webhook: str | None) -> None:
    bank.keep_intent(msgspec.structs.replace(intent, sessions=(*intent.sessions, session)))
    tokens = [session.public_token] if session.public_token else []
    extra = {"public_token": session.public_token} if session.public_token else {}
    _tell(bank, webhook, "SESSION_FINISHED", session, intent, status=str(session.outcome), public_tokens=tokens, **extra)


def _tell(bank: Bank, webhook: str | None, code: str, session: LinkSession, intent: LinkIntent, **extra: object) -> None:
    if not webhook:
        return
    body = {
        "webhook_type": "LINK",
        "webhook_code": code,
        "link_session_id": session.session_id,
        "link_token": intent.token,
        **extra,
        "environment": ENVIRONMENT,
    }
    bank.sender.send(webhook, body, item_id=session.item_id)
