"""The simulator's people as statements whose truth is known: each row's category is the one its bank was told to give it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from banksim.people.history import entries
from banksim.people.model import AccountPlan, Person
from banksim.people.roster import everybody
from farthing.categorize.clean import key_of
from farthing.categorize.knowing.provider import by_provider
from farthing.categorize.measuring.labelled import Truth
from farthing.categorize.taxonomy import by_id
from farthing.categorize.weighing.facts import Facts
from farthing.connections.providers.plaid_wire import CONFIDENCE

KINDS = {"credit card": "card", "savings": "savings", "student": "loan", "mortgage": "loan"}
UNTIL = dt.date(2026, 11, 1)


def truths(*, days: int = 365, seed: int = 1) -> list[Truth]:
    """Everybody's year, without the rows whose truth the simulator leaves open (OTHER_OTHER, cheques)."""
    return [t for person in everybody().values() for t in _life(person, days=days, seed=seed)]


def told(username: str, *, days: int = 365, seed: int = 1) -> list[Facts]:
    """A person's year as the bank tells it, its codes included."""
    person = everybody()[username]
    plans = {a.key: a for login in person.logins for a in login.accounts}
    return [
        Facts(
            payee_id=0,
            key=key_of(entry.face.descriptor),
            text=entry.face.descriptor,
            amount=-entry.minor,
            currency=plans[entry.account].currency,
            account_kind=KINDS.get(plans[entry.account].subtype, "checking"),
            provider_code=entry.face.detailed,
            provider_confidence=CONFIDENCE.get(entry.face.confidence),
            merchant=entry.face.merchant or "",
        )
        for entry in entries(person, seed=seed, anchor=UNTIL, since=UNTIL - dt.timedelta(days=days), until=UNTIL)
        if entry.account in plans and entry.posts
    ]


def _life(person: Person, *, days: int, seed: int) -> Iterator[Truth]:
    plans: dict[str, AccountPlan] = {a.key: a for login in person.logins for a in login.accounts}
    for entry in entries(person, seed=seed, anchor=UNTIL, since=UNTIL - dt.timedelta(days=days), until=UNTIL):
        called = by_provider(entry.face.detailed, None)
        category = by_id(called.category_id) if called else None
        plan = plans.get(entry.account)
        if category and plan and entry.posts and entry.face.code != "cheque":
            yield Truth(
                text=entry.face.descriptor,
                amount=-entry.minor,
                group=category.group,
                category_id=category.category_id,
                date=entry.on,
                kind=KINDS.get(plan.subtype, "checking"),
                currency=plan.currency,
                source=person.username,
            )
