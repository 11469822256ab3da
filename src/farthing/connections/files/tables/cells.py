"""Single cells: dates under an order, amounts under a decimal mark. What a cell cannot be under any of them is not guessed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

import msgspec

DATE_ORDERS = ("ymd", "mdy", "dmy")
_YMD = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ,].{0,40})?|(\d{4})(\d\d)(\d\d)(?:[T ].{0,40})?", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s.{0,40})?", re.ASCII)
_YNAB4 = re.compile(r"(\d{1,2})/(\d{1,2})//(\d{4})", re.ASCII)
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})\.?[- /]*(?:de )?([^\W\d_]{3,10})\.?[- /,]*(?:de )?(\d{4}|\d{2})(?:,?\s.{0,40})?")
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]{3,10})\.?[- /]*(\d{1,2})(?:st|nd|rd|th)?[-, /]+(\d{4}|\d{2})(?:,?\s.{0,40})?")
_MONTHS = {
    name: i + 1
    for i, names in enumerate((
        "jan januari januar january janv janvier ene enero gen gennaio janeiro ja",
        "feb februari februar february fev fevr fevrier febr febrero febbraio fevereiro",
        "mar mrt maart mrz marz marzo march mars marco mae",
        "apr april avr avril abr abril aprile",
        "may mei mai mayo mag maggio maio",
        "jun juni june juin junio giu giugno junho",
        "jul juli july juil juillet julio lug luglio julho",
        "aug augustus august aou aout ago agosto",
        "sep sept september septembre septiembre set settembre setembro",
        "okt oktober oct october octobre octubre ott ottobre out outubro",
        "nov november novembre noviembre novembro",
        "dez dezember dec december decembre dic diciembre dicembre dezembro",
    ))
    for name in names.split()
}  # fmt: skip
_POINT = re.compile(r"\d{1,3}(?:[,'’ ]\d{3})+(?:\.\d*)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?|\d{1,15}(?:\.\d*)?|\.\d+", re.ASCII)
_COMMA = re.compile(r"\d{1,3}(?:[.'’ ]\d{3})+(?:,\d*)?|\d{1,15}(?:,\d*)?|,\d+", re.ASCII)
_FAST_POINT = re.compile(r"(-?)\d{1,15}(?:\.\d{1,8})?", re.ASCII)  # most cells of most files
_FAST_COMMA = re.compile(r"(-?)\d{1,15}(?:,\d{1,8})?", re.ASCII)
_WORD = re.compile(r"^([A-Za-z]{1,3}\.?)\s*(?=[\d.,+\-−(])|(?<=[\d.,)\-])\s*([A-Za-z]{1,3}\.?)$")
_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "₴": "UAH", "₫": "VND", "₱": "PHP"}
_MARKS = {"DR": -1, "D": -1, "S": -1, "CR": 1, "C": 1, "H": 1}  # debit, credit; Soll, Haben
_UNIT_WORDS = {"zł": "PLN", "kč": "CZK"}
_VAGUE = {"r", "rs", "re", "kr", "kc", "zl", "ft", "fr", "km", "br", "dh", "sr", "tl", "lt"}  # how units of several countries are shortened


class Amount(msgspec.Struct, frozen=True):
    """A cell's number. `marked`: its sign was written out (minus, parentheses, DR). `unit` when the cell names one."""

    value: Decimal
    marked: bool
    unit: str | None


def words(text: str) -> str:
    """Lower case, without accents and punctuation: `Date d'opération` -> `date d operation`."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(c for c in folded if not unicodedata.combining(c))))


@lru_cache(maxsize=65536)
def dates_of(text: str) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
    """What the cell means as year-month-day, month-day-year, day-month-year; None where it cannot."""
    text = text.strip()
    if match := _YMD.fullmatch(text):
        day = _date(match[1] or match[5], match[3] or match[6], match[4] or match[7])
        return day, day, day
    if match := _NUMERIC.fullmatch(text) or _YNAB4.fullmatch(text):
        first, second, year = (match[1], match[3], match[4]) if match.re is _NUMERIC else match.groups()
        dotted = match.re is _NUMERIC and match[2] == "."  # nobody writes month.day.year or yy.mm.dd
        ymd = _date(first, second, year) if len(year) == 2 and len(first) == 2 and not dotted else None
        return ymd, None if dotted else _date(year, first, second), _date(year, second, first)
    named = _named(text)
    return named, named, named


def _named(text: str) -> dt.date | None:
    if match := _DAY_NAME_YEAR.fullmatch(text):
        number, name, year = match.groups()
    elif match := _NAME_DAY_YEAR.fullmatch(text):
        name, number, year = match.groups()
    else:
        return None
    month = _MONTHS.get(words(name)) or _MONTHS.get(words(name)[:3])
    return _date(year, str(month), number) if month else None


def _date(year: str, month: str, day: str) -> dt.date | None:
    number = int(year)
    if len(year) < 4:
        number += 2000 if number < 70 else 1900
    try:
        return dt.date(number, int(month), int(day))
    except ValueError:
        return None


def date_in(text: str, order: str) -> dt.date | None:
    """The day under one order."""
    return dates_of(text)[DATE_ORDERS.index(order)]


def amount_in(text: str, decimal: str) -> Amount | None:
    """The cell's number under a decimal mark: signs before or behind, parentheses, DR/CR, symbols and codes. None if it is none."""
    if plain := (_FAST_POINT if decimal == "." else _FAST_COMMA).fullmatch(text):
        return Amount(Decimal(text if decimal == "." else text.replace(",", ".")), plain[1] == "-", None)
    body, sign, unit = _bare(text)
    if not body or not (_POINT if decimal == "." else _COMMA).fullmatch(body):
        return None
    digits = re.sub(r"[,'’ ]" if decimal == "." else r"[.'’ ]", "", body)
    value = Decimal(digits.replace(",", ".").rstrip(".") or "0")
    return Amount(-value if sign == -1 else value, sign != 0, unit)


@lru_cache(maxsize=65536)
def _bare(text: str) -> tuple[str, int, str | None]:
    """Digits and separators, the written sign (0: none) and the unit; an empty body when the cell is something else."""
    text = re.sub(r"[\u00a0\u2007\u2009\u202f]", " ", text.strip()).replace("−", "-").replace("–", "-")
    sign, unit, seen, signed = 0, None, 0, False
    while text and seen < 6:
        seen += 1
        before = text
        if text[0] == "(" and text[-1] == ")":
            text, sign = text[1:-1], -1
        elif text[0] in "+-" or text[-1] in "+-":
            if signed or sign > 0:
                return "", 0, None
            signed, mark = True, text[0] if text[0] in "+-" else text[-1]
            text = text[1:] if text[0] in "+-" else text[:-1]
            sign = -1 if mark == "-" or sign == -1 else 1
        elif not text[0].isdigit() and unicodedata.category(text[0]) == "Sc":
            unit, text = _SYMBOLS.get(text[0], unit), text[1:]
        elif unicodedata.category(text[-1]) == "Sc":
            unit, text = _SYMBOLS.get(text[-1], unit), text[:-1]
        elif match := _WORD.search(text) or re.search(r"^(zł|Kč)\s*|\s*(zł|Kč)$", text):
            word = (match[1] or match[2]).rstrip(".")
            text = text[: match.start()] + text[match.end() :]
            if word.upper() in _MARKS and (match.start() > 0 or len(word) == 2):  # before a number one letter may be a unit
                sign = sign or _MARKS[word.upper()]
            elif len(word) == 3:
                unit = word.upper()
            elif word.casefold() in _UNIT_WORDS or word.casefold() in _VAGUE:
                unit = _UNIT_WORDS.get(word.casefold(), unit)
            else:
                return "", 0, None  # a letter among digits: "12.5l" may be any amount
        text = text.strip()
        if text == before:
            break
    return text, sign, unit
