"""The query box: `safeway >20 cat:groceries -tag:work 2026-05` read into the list's own parameters. Pure.

word word "two words"      in merchant, bank text or note
cat: acc: tag: from: to:   a category, an account, a tag, the first day, the last day; `-cat:` and `-tag:` leave out
>20 <5 =42.17 20..50       the size of the amount, whichever way the money went
2026 2026-05               a year, a month
merchant:uber              a merchant by its name, or a part of it; merchant:="Card" only the one that is called exactly that
is:pending                 pending, posted, void, unreviewed, reviewed, transfer, split, hidden, recurring; in, out: which way it went
source:memory              who chose the category: owner, rule, memory, merchant, none, ...
/uber.*(trip|eats)/        a regular expression over the bank's text and the merchant; `\\/` for a stroke

All of it must hold. Words, categories, accounts, tags and states may be several; of sizes, days and periods one of a kind (`>20 <50`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from farthing.core.errors import Rejected

TEXT_MAX = 300
STATES = ("pending", "posted", "void", "unreviewed", "reviewed", "transfer", "split", "hidden", "recurring", "in", "out")
_TOKEN = re.compile(
    r"(?<!\S)/(?P<pattern>(?:[^/\\]|\\.)+)/(?=\s|$)"
    r'|(?P<less>-)?(?:(?P<name>[A-Za-z]{2,20}):(?P<exact>=)?)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+|(?(name)(?=\s|$)|(?!))))'
)
_SIZE = re.compile(r"(?P<sign>>=?|<=?|=)(?P<number>[\d.,]+)", re.ASCII)
_RANGE = re.compile(r"(?P<low>[\d.,]*\d)\.\.(?P<high>\d[\d.,]*)", re.ASCII)
_PERIOD = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_NAMES = {
    "cat": "category", "category": "category", "acc": "account", "account": "account", "tag": "tag", "from": "from", "to": "to",
    "is": "status", "merchant": "merchant", "source": "source",
}  # fmt: skip
KEYS = ("cat:", "acc:", "tag:", "from:", "to:", "is:", "merchant:", "source:")
_SEVERAL = frozenset({"q", "category", "no_category", "account", "tag", "no_tag", "status", "source"})
_WITHOUT = {"category": "no_category", "tag": "no_tag"}
_SIZES = {">": "over", ">=": "least", "<": "under", "<=": "most", "=": "size"}


def read_query(text: str, keys: Sequence[str] = KEYS) -> dict[str, str]:
    """Parameters of the list; what is said twice counts together where it can (`cat:a cat:b`), else it is refused (`>20 >30`).

    Raises Rejected, saying which part; `keys` are named to whoever wrote one that there is not.
    """
    if len(text) > TEXT_MAX:
        raise Rejected("too_long", f"at most {TEXT_MAX} characters", field="query")
    found: dict[str, list[str]] = {}
    for match in _TOKEN.finditer(text):
        name, value = _meaning(match, keys)
        said = found.setdefault(name, [])
        if said and name not in _SEVERAL and said != [value]:
            raise Rejected(
                "said_twice", f"{_as_typed(name, said[0])} and {_as_typed(name, value)} say two things of one; keep one", field="query"
            )
        if not said or name in _SEVERAL:
            said.append(value)
    return {name: (" " if name == "q" else ",").join(values) for name, values in found.items()}


def _as_typed(name: str, value: str) -> str:
    signs = {parameter: sign for sign, parameter in _SIZES.items()}
    if name == "pattern":
        return f"/{value}/"
    if name == "merchant_is":
        return f"merchant:={value}"
    return f"{signs[name]}{value}" if name in signs else value if name in {"between", "period"} else f"{name}:{value}"


def _meaning(match: re.Match[str], keys: Sequence[str]) -> tuple[str, str]:
    if match["pattern"] is not None:
        return "pattern", match["pattern"].replace("\\/", "/")
    value = match["quoted"] if match["quoted"] is not None else match["bare"]
    if match["name"]:
        return _named(match["name"].lower(), value.strip(), keys, less=bool(match["less"]), exact=bool(match["exact"]))
    if match["less"]:
        if value and match["quoted"] is None and value[0].isdigit():
            return "q", f"-{value}"
        raise Rejected("bad_query", "only a category or a tag can be left out: -cat:fees, -tag:work", field="query")
    if match["quoted"] is not None:
        return "q", value
    if sized := _SIZE.fullmatch(value):
        return _SIZES[sized["sign"]], sized["number"]
    if ranged := _RANGE.fullmatch(value):
        return "between", f"{ranged['low']}..{ranged['high']}"
    if _PERIOD.fullmatch(value):
        return "period", value
    return "q", value


def _unknown_key(name: str, keys: Sequence[str]) -> Rejected:
    last = f"{', '.join(keys[:-1])} and {keys[-1]}"
    return Rejected("unknown_key", f'there is no {name}: (there are {last}); to look for it as a word, write "{name}:..."', field="query")


def _named(name: str, value: str, keys: Sequence[str], *, less: bool, exact: bool) -> tuple[str, str]:
    parameter = _NAMES.get(name)
    if parameter is None and value.startswith("//"):
        return "q", f"{'-' if less else ''}{name}:{value}"
    if parameter is None:
        raise _unknown_key(name, keys)
    if exact and parameter != "merchant":
        raise Rejected("bad_query", f'only a merchant is named exactly: merchant:="Card"; leave the = of {name}:= out', field="query")
    if not value:
        raise Rejected("bad_query", f"say what {name}: is to be", field="query")
    if less:
        if parameter not in _WITHOUT:
            raise Rejected("bad_query", "only a category or a tag can be left out: -cat:fees, -tag:work", field="query")
        return _WITHOUT[parameter], value
    if parameter == "status" and value.lower() not in STATES:
        raise Rejected("bad_query", f"the filter is: takes one of {', '.join(STATES)}", field="query")
    if exact:
        return "merchant_is", value
    return parameter, value.lower() if parameter in {"status", "source"} else value
