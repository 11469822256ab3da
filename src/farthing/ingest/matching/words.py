"""What a decision rested on, in a few bytes beside the row, and in one sentence for its owner.

Kept is the kind of decision and what was weighed: `same_content was=-5000 days=2 amount=tip more=24 text=same score=925`.
"""

from __future__ import annotations

from collections.abc import Mapping

from farthing.core.money import decimal_text
from farthing.ingest.matching.model import TIP_MAX, Amount, Text
from farthing.ingest.matching.score import Evidence
from farthing.ledger.model import Held, Incoming

_TEXTS = {
    Text.SAME: "same merchant",
    Text.ALIKE: "the merchant reads alike",
    Text.NEAR: "the merchant reads nearly alike",
    Text.UNKNOWN: "one of them names no merchant",
    Text.OTHER: "another merchant",
}


def noted(line: Incoming, held: Held, evidence: Evidence | None = None) -> str:
    """What counted, for keeping. Of a certain rule only what is not plain anyway: another amount, another day."""
    days, amount = (line.line.date - held.date).days, line.line.amount.minor
    said = [f"was={held.amount}"] if held.amount != amount else []
    said += [f"days={days}"] if days else []
    if evidence is not None:
        said += [f"amount={evidence.amount}"] + ([f"more={evidence.more}"] if evidence.more else [])
        said += [f"text={evidence.text}", f"score={evidence.score}"]
    elif held.amount not in {0, amount}:
        tip = held.amount < 0 and 1 < amount / held.amount <= TIP_MAX
        said += [f"amount={Amount.TIP if tip else Amount.MOVED}", f"more={round(100 * amount / held.amount) - 100}"]
        said += [f"text={Text.SAME}"] if line.payee_id == held.payee_id else []
    return " ".join(said)


def told(why: str, kinds: Mapping[str, str], currency: str) -> str:
    """The sentence of what was kept; `kinds` has the words of each kind of decision, and what is unknown is told as it stands."""
    kind, _, rest = why.partition(" ")
    if kind not in kinds or not all("=" in part for part in rest.split()):
        return kinds.get(why, why)
    said = dict(part.split("=", 1) for part in rest.split())
    head = kinds[kind]
    if "was" in said:
        head += f" of {decimal_text(abs(int(said['was'])), currency)}"
    if "days" in said:
        head += f" {_days(int(said['days']))}"
    return f"{head}: {reasons(said)}" if "amount" in said else head


def reasons(said: dict[str, str]) -> str:
    """Amount and text in words."""
    text = [_TEXTS[Text(said["text"])]] if "text" in said else []
    return ", ".join([*text, _amount(Amount(said["amount"]), int(said.get("more", 0)))])


def asked(evidence: Evidence) -> str:
    """The words of a question: what speaks for two rows being one."""
    said = {"amount": str(evidence.amount), "more": str(evidence.more), "text": str(evidence.text)}
    return f"{reasons(said)}, {_apart(evidence.days)}"


def _amount(amount: Amount, more: int) -> str:
    share = f"{abs(more)} % {'more' if more > 0 else 'less'}"
    match amount:
        case Amount.EXACT:
            return "same amount"
        case Amount.TIP:
            return f"{more} % tip"
        case Amount.RATE:
            return f"{share}, as exchange rates move" if more else "nearly the same amount"
        case Amount.HOLD:
            return f"{share} than was held"
        case Amount.MOVED:
            return share


def _days(days: int) -> str:
    return f"{_count(abs(days))} {'earlier' if days > 0 else 'later'}"


def _apart(days: int) -> str:
    return f"{_count(abs(days))} apart" if days else "on the same day"


def _count(days: int) -> str:
    names = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return f"{names[days] if days < len(names) else days} day{'' if days == 1 else 's'}"
