"""Rules with what can be said of them: in words, how often they decided, and why some never can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from farthing.categorize.ruling.model import Rule, Share, Then
from farthing.categorize.ruling.overlap import shadowed
from farthing.categorize.ruling.store import find_rule, rules
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, accounts_of
from farthing.flows.read_rule import words_of
from farthing.ledger.accounts import Account


class Listed(msgspec.Struct, frozen=True):
    """A rule; `when` and `does` in words. `hidden_by`: an earlier rule because of which it never decides; `faults`: what is gone of it."""

    rule: Rule
    when: str
    does: tuple[str, ...]
    hidden_by: Rule | None = None
    faults: tuple[str, ...] = ()

    @property
    def never(self) -> bool:
        """Whether it is on and never decided a row."""
        return self.rule.enabled and not self.rule.uses


async def list_rules(desk: Desk) -> list[Listed]:
    """Every rule of the household in order."""
    return await _listed(desk, await rules(desk.unit, desk.sealer))


async def one_rule(desk: Desk, rule_id: int) -> Listed:
    """One rule among all; raises Missing."""
    held = await rules(desk.unit, desk.sealer)
    find_rule(held, rule_id)
    return next(one for one in await _listed(desk, held) if one.rule.rule_id == rule_id)


async def _listed(desk: Desk, held: Sequence[Rule]) -> list[Listed]:
    accounts, hidden = await accounts_of(desk), shadowed(held)
    return [
        Listed(r, words_of(desk, r.when, accounts), tuple(does(desk, r.then)), hidden.get(r.rule_id), _faults(desk, r, accounts))
        for r in held
    ]


def does(desk: Desk, then: Then) -> list[str]:
    """What a rule sets, in a few words each."""
    said = [desk.categories.of(then.category_id).name] if then.category_id is not None else []
    said += ["transfer"] if then.transfer else []
    said += [f"called “{then.merchant}”"] if then.merchant else []
    said += [f"#{t}" for t in then.tags]
    said += [f"note “{then.note if len(then.note) <= 40 else then.note[:39] + '…'}”"] if then.note else []
    said += [{True: "hidden", False: "not hidden"}[then.hidden]] if then.hidden is not None else []
    said += [{True: "reviewed", False: "to review"}[then.reviewed]] if then.reviewed is not None else []
    said += [f"split: {', '.join(share_words(desk, s) for s in then.split)}"] if then.split else []
    return said


def share_words(desk: Desk, share: Share) -> str:
    """`40 % Groceries` or `5.00 Fees`."""
    return f"{quantity(desk, share)} {desk.categories.of(share.category_id).name}"


def quantity(desk: Desk, share: Share) -> str:
    """`40 %`, `33.33 %` or `5.00`."""
    if share.amount is not None:
        return decimal_text(share.amount, desk.household.currency)
    return f"{per_cent(share.share or 0)} %"


def per_cent(hundredths: int) -> str:
    """Hundredths of a per cent as they are typed: `33.33`, `50`."""
    return decimal_text(hundredths, "USD").removesuffix(".00")


def _faults(desk: Desk, rule: Rule, accounts: Mapping[int, Account]) -> tuple[str, ...]:
    said = ["its category is gone"] if any(c not in desk.categories.by_id for c in rule.then.categories) else []
    said += ["its category is gone: say what it is to do, or delete it"] if rule.readable and not rule.then.fields else []
    said += [] if rule.readable else ["its seal is broken: delete it, or bring it back from a backup"]
    return (*said, *(["its account is gone"] if any(a not in accounts for a in rule.when.accounts) else []))
