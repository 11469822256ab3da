"""How much speaks for two rows being one: amount, days, text, and how the row that we hold came to be free. Pure.

`role_of` says why a row may be a line that comes at all, `weigh` how well they fit. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from rapidfuzz import fuzz

from farthing.core.money import exponent
from farthing.ingest.matching import model
from farthing.ingest.matching.model import Amount, Role, Text
from farthing.ledger.model import Discarded, Held, Incoming, LineKind, LineState, Status

OPEN = (LineState.LIVE, LineState.PENDING, LineState.WAITING)


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """What was weighed. `days`: how much later the line is; `more`: by how much per cent its amount is more; `score` in per mille."""

    role: Role
    score: int
    amount: Amount
    text: Text
    days: int
    more: int = 0


def role_of(line: Incoming, held: Held, removed: Collection[bytes] = ()) -> Role | None:
    """Why this row may be that line; None when it cannot. Day, amount and text are not looked at."""
    if held.account_id != line.account_id or held.currency != line.line.amount.currency or held.ref == line.ref:
        return None
    if line.kind == held.kind == LineKind.BANK:
        return _role_at_bank(line, held, removed)
    if held.state not in OPEN:
        return None
    if outranks(line, held):
        return model.ENTRY if held.kind == LineKind.MANUAL else model.FILED
    if same_from_file(line, held):
        return model.FILED
    if held.discarded != Discarded.NO:
        return None
    if line.kind == held.kind == LineKind.FILE:
        return model.REFILED if line.line.ref is None else model.REFILED_WITH_IDS
    return model.WRITTEN_AGAIN if line.kind != held.kind else None


def _role_at_bank(line: Incoming, held: Held, removed: Collection[bytes]) -> Role | None:
    if held.state == LineState.GONE:
        if held.status != Status.VOID:
            return None
        if line.line.pending:
            return None  # another hold of the same pump
        return model.VANISHED if held.posted_date is None else model.TAKEN_BACK
    if held.state == LineState.WAITING:
        return model.RENAMED_PENDING if held.status == Status.PENDING else None if line.line.pending else model.RENAMED
    if held.ref in removed and held.state in OPEN:
        if held.status == Status.PENDING:
            return model.DROPPED
        return None if line.line.pending else model.WITHDRAWN
    if held.state == LineState.PENDING and not line.line.pending and held.discarded == Discarded.NO and line.pending_ref is None:
        return model.PENDING_HOLD if _may_hold(line) and _says_what_it_is(line) else model.PENDING
    return None


def outranks(line: Incoming, held: Held) -> bool:
    """A bank's line takes over what waited for it; not an entry that the owner wrote and deleted again."""
    thrown_away = held.kind == LineKind.MANUAL and held.discarded != Discarded.NO
    return held.state == LineState.WAITING and line.kind < held.kind and not thrown_away


def same_from_file(line: Incoming, held: Held) -> bool:
    """A file repeats what a bank said. An owner who writes a row down means that row, whatever else looks like it."""
    return line.kind == LineKind.FILE and held.kind == LineKind.BANK


def weigh(line: Incoming, held: Held, role: Role, words: Mapping[int, str]) -> Evidence | None:
    """The evidence for the two being one; None when they cannot be. `words`: cleaned texts by payee."""
    days = (line.line.date - held.date).days
    if abs(days) > role.reach or (role.name == "pending" and days < 0):
        return None
    amount = _amount(line, held, role)
    if amount is None:
        return None
    text = _text(line, held, words)
    if role is model.ENTRY and abs(days) > model.ENTRY_DAYS_MAX and (text != Text.SAME or amount != Amount.EXACT):
        return None
    points = model.AMOUNT_POINTS[amount] + max(0, model.DAY_POINTS - model.DAY_COST * abs(days)) + role.points
    points += max(model.TEXT_POINTS[text], model.TEXT_POINTS[Text.UNKNOWN] if role.any_text else 0)
    if amount != Amount.EXACT and text == Text.OTHER:
        points += model.STRANGERS - model.TEXT_POINTS[text]
    if amount == Amount.MOVED and text not in {Text.SAME, Text.ALIKE}:
        return None
    if amount == Amount.TIP and not _may_tip(line):
        points -= model.TIP_ELSEWHERE
    more = round(100 * line.line.amount.minor / held.amount) - 100 if amount != Amount.EXACT else 0
    sure = abs(days) <= role.sure and not role.asks and _is_sure(role, amount, text)
    return Evidence(role, min(points, 1000 if sure else model.NOT_SURE), amount, text, days, more)


def _is_sure(role: Role, amount: Amount, text: Text) -> bool:
    """What is never done without asking, whatever the score: an owner's words follow neither a hold nor an entry of another amount."""
    if amount in {Amount.HOLD, Amount.MOVED} or (amount != Amount.EXACT and role in {model.ENTRY, model.VANISHED}):
        return False
    return text in {Text.SAME, Text.ALIKE} or role not in {model.REFILED, model.TAKEN_BACK}


def _amount(line: Incoming, held: Held, role: Role) -> Amount | None:
    """The first of the role's ways in which the amounts agree. Money that came and money that went never do."""
    mine, theirs = line.line.amount.minor, held.amount
    if mine == theirs:
        return Amount.EXACT
    if len(role.amounts) == 1 or mine * theirs <= 0:
        return None
    ratio = mine / theirs
    ways = {
        Amount.RATE: abs(ratio - 1) < model.RATE_MAX,
        Amount.TIP: theirs < 0 and 1 < ratio <= model.TIP_MAX,
        Amount.HOLD: theirs < 0 and _may_hold(line) and _is_round(held) and (_is_one(held) or model.HOLD_LOW <= ratio <= model.HOLD_HIGH),
        Amount.MOVED: theirs < 0 and model.HOLD_LOW <= ratio <= model.HOLD_HIGH,
    }
    return next((way for way, fits in ways.items() if fits and way in role.amounts), None)


def _text(line: Incoming, held: Held, words: Mapping[int, str]) -> Text:
    if line.payee_id == held.payee_id:
        return Text.SAME if _names_somebody(words.get(line.payee_id, "?")) else Text.UNKNOWN
    mine, theirs = words.get(line.payee_id, ""), words.get(held.payee_id, "")
    if not _names_somebody(mine) or not _names_somebody(theirs):
        return Text.UNKNOWN
    alike = fuzz.token_set_ratio(mine, theirs)
    if alike >= model.ALIKE_MIN:
        return Text.ALIKE
    return Text.NEAR if alike >= model.NEAR_MIN else Text.OTHER


def _names_somebody(text: str) -> bool:
    return not model.NAMELESS.issuperset(text.split())


def _says_what_it_is(line: Incoming) -> bool:
    return line.line.mcc is not None or line.line.provider_code is not None


def _may_hold(line: Incoming) -> bool:
    """Fuel, hotels, hired cars; anything where nobody says what it is."""
    mcc, code = line.line.mcc, line.line.provider_code
    if mcc is not None:
        low, high = model.HOLD_MCC_RANGE
        return mcc in model.HOLD_MCC or (mcc.isdecimal() and low <= int(mcc) <= high)
    return code is None or code.startswith(model.HOLD_CODES)


def _may_tip(line: Incoming) -> bool:
    mcc, code = line.line.mcc, line.line.provider_code
    if mcc is not None:
        return mcc in model.TIP_MCC
    return code is None or (code.startswith(model.TIP_CODES) and not code.startswith(model.NO_TIP_CODES))


def _is_round(held: Held) -> bool:
    whole: int = 10 ** exponent(held.currency)
    return _is_one(held) or held.amount % (model.ROUND_UNITS * whole) == 0


def _is_one(held: Held) -> bool:
    whole: int = 10 ** exponent(held.currency)
    return abs(held.amount) == whole
