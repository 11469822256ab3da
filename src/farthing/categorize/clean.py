"""A bank's text made readable: `clean("SQ *BLUE BOTTLE #12 OAKLAND CA")` -> key "BLUE BOTTLE OAKLAND", merchant "Blue Bottle Oakland".

The key is what a payee id hashes, so it is the household's memory of a merchant: upper case, accents folded, without what changes from one
purchase to the next (store, card, date, reference, phone) and with every word that tells two merchants apart. `clean` is a fixpoint of
itself: the key of a key is that key. It only ever removes, and what would be left empty is kept as it was.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

KEY_MAX = 80
TEXT_MAX = 400  # a descriptor has 22 to 140 characters; what follows is free text of a transfer at most
_PASSES_MAX = 12
NO_TEXT = "NO TEXT"


class Cleaned(msgspec.Struct, frozen=True):
    """`key` for hashing and matching, `merchant` for people."""

    key: str
    merchant: str


_NOT_WORD = re.compile(r"[^\w&*#./+:@-]+")
_FOLDED = str.maketrans({**dict.fromkeys("'’‘`´ʼ", ""), **dict.fromkeys("_<>|\\", " "), "＊": "*"})

# Who carried the payment; the merchant follows.
_PREFIX = re.compile(
    r"^(?:"
    r"(?:SQ|SQU|SQC|TST|SP|PY|PYL|IN|IZ|CKE|WPY|SUMUP|ZETTLE|IZETTLE|ZTL|PP|PAYPAL|PAYPALAU|PYPL|EB|FS|BT|ACT|LS|SMK|NYX|NYA|USA|CTLP|FSP|CCB|EZI|EVENTBRITE|STRIPE"
    r"|BILLPLZ|KLARNA|TOAST|POY|DRI|2CO(?:COM)?|2C2P|MOLLIE|ADYEN|NAYAX|GPAY|GOOGLE PAY|APPLE PAY|APLPAY|CLOVER|PADDLE NET|FSPRG|GUMROAD CO|ALIPAY|PAYU|DLO|EBANX|YOCO|"
    r"IK|PAYSTACK|PAYFAST|CASH APP|LIGHTSPEED|SHOPIFY|MERCADOPAGO|MP|MERPAGO|TYRO|ZLR|UPI|CMSVEND|FLASHFOOD|FD)\s?\*+\s?"
    r"|(?:APLPAY|SUMUP|ZETTLE|PAYPAL INST XFER|PAYPAL DES)\s+(?=\w)"
    r"|(?:(?:NON[- ]?LOCAL |INTL |INTERNATIONAL |FOREIGN |RECURRING |PENDING |DOMESTIC |MOBILE |ONLINE |CONTACTLESS |PIN |SIGNATURE |VISA |MASTERCARD |MC |MAESTRO |EFTPOS )*"
    r"(?:CHECK ?CARD|DEBIT CARD|CREDIT CARD|VISA DEBIT|DEBIT|CARD|POS|EFTPOS|INTERAC|FPOS|OPOS|IDP|VISA)?\s?"
    r"(?:PURCHASES?|RETAIL PURCHASE|PURCH|POS WITHDRAWAL|TRANSACTION)(?: (?:AUTHORIZED ON|AT|FROM|RETURN|-))*)(?=[\s:-]|$)"
    r"|(?:RECURRING PAYMENT|PURCHASE|PAYMENT|CREDIT|RETURN) AUTHORIZED ON\b"
    r"|(?:CHECK ?CARD|DEBIT CARD|VISA DEBIT|POS DEBIT|POS PURCH|POS|DBT CRD|DBT PURCHASE|DDA PUR|DDA PURCHASE|VISA ACCESS|EFTPOS|FPOS|OPOS|VDP|VDA|DC|CRD|VIS|CONTACTLESS"
    r"|CARD PAYMENT TO|CARD PURCHASE|PAYMENT TO|DIRECT DEBIT(?: PAYMENT)? TO|DIRECT DEBIT|BILL PAYMENT TO|BILL PAY|STANDING ORDER TO|ACH (?:DEBIT|WITHDRAWAL|PMT|HOLD|PAYMENT)"
    r"|PREAUTHORIZED (?:DEBIT|PAYMENT)|PRE-?AUTHORIZED DEBIT|MISC(?:ELLANEOUS)? PAYMENTS?|ELECTRONIC (?:PMT|PAYMENT|WITHDRAWAL)|EXTERNAL WITHDRAWAL|WITHDRAWAL (?:DEBIT )?CARD"
    r"|ACHAT(?: PAR)?(?: CB| CARTE)?|PAIEMENT(?: PAR)? (?:CB|CARTE)|CARTE|CB|PRLV(?: SEPA)?|PRELEVEMENT(?: SEPA)?|KARTENZAHLUNG|KARTENUMSATZ|GIROCARD|(?:SEPA[- ]?)?LASTSCHRIFT|SEPA DIRECT DEBIT"
    r"|COMPRA(?: (?:TARJ|TARJETA|CON TARJETA|EM|NO DEBITO))?|RECIBO|ADEUDO|ADDEBITO(?: SDD)?|PAGAMENTO (?:POS|CARTA)|BETAALPAS|BEA|GEA|SEPA INCASSO ALGEMEEN DOORLOPEND|KORTKOP|KORTKJOP|VAREKJOP|VARKOP|DANKORT"
    r")\s(?:-\s?)?(?=\S)"
    r"|(?:POS|DEBIT|CRD|DC|VIS|CHKCARD|CHKCRD|CKCD)\s?[-*:]\s?"
    r")"
)
_CUT = re.compile(  # what follows is about this one payment
    r"\s(?:(?:PPD|WEB|CCD|TEL|ARC|CTX|INST|CO|TRANSACTION|ORIG|COMPANY|TRN|TRACE|SEC|CUST|EED)\s?ID:?|INDN:|IND ID:|IND NAME:|ORIG CO NAME:|DESC DATE:|REF(?:ERENCE|NO|NR)?\s?[.:#]+|RRN\b|UTR\b|MREF|EREF|KREF|CRED|SVWZ|ABWA"
    r"|CONFIRMATION\s?#|TRACE\s?#|AUTH(?:ORI[SZ]ATION)?\s?(?:CODE|#|NO)|CARD (?:ENDING|NO|NUMBER|NR)\b|CARD\s?[X*]*\d{4}\b|VALUE DATE|EFFECTIVE DATE|ON \d|AT \d{1,2}:\d\d|TERMINAL\b|S\d{12,}|"
    r"(?:USD|EUR|GBP|AUD|CAD|NZD|ZAR|CHF|INR|JPY|SEK|NOK|DKK|PLN|MXN|BRL|SGD|HKD|THB)\s\d[\d.,]*|\d[\d.,]*\s(?:USD|EUR|GBP|AUD|CAD|NZD|ZAR|CHF|INR|JPY|SEK|NOK|DKK|PLN|US DOLLAR|EURO|POUND|FRGN AMT|FOREIGN)|##\d{4}).*$"
)
_DATE = re.compile(
    r"\b(?:\d{1,4}[-/]\d{1,2}[-/]\d{1,4}|\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?"
    r"|\d{1,2}[- ]?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|SEPT|OCT|NOV|DEC)(?:[- ]?(?:20)?[12]\d)?|T?\d{1,2}:\d{2}(?::\d{2})?)\b(?![-/]\d)"
)
_PHONE = re.compile(r"(?:\+?1[-. ]?)?\(?\b\d{3}\)?[-.]\d{3}[-.]?\d{4}(?:[A-Z]{2}\b)?|\b(?:1?8(?:00|33|44|55|66|77|88))\d{7}(?:[A-Z]{2}\b)?|\b\d{3}-\d{7}\b|\+\d{6,14}\b")
_STORE = re.compile(r"(?:\s|^)(?:STORE|STR|SHOP|UNIT|STE|SUITE|NO|NR|NUM|LOC|KIOSK|TERM|BRANCH|FILIALE|SUC)?[.:\s]*#+\s?[A-Z]?-?\d[\w-]*|\b(?:STORE|STE|SUITE|UNIT|NR|NUM)[.:]?\s\d+\b")
_CARD = re.compile(r"\b(?:[X*]{2,}[- ]?\d{2,6}|X\d{4}|\d{4,6}[X*]{4,}\d{2,4}|CARD \d{4})\b|\*{2,}\d{2,6}")
_TAIL_WORD = re.compile(r"\s(?:US|USA|U\.S\.A|GB|GBR|UK|AUS|AU|NZ|NZL|CAN|ZAF|ZA|IRL|DEU|FRA|NLD|ESP|ITA|COM\.AU|HELP\.UBER\.COM|PPD|WEB|CCD|INC|LLC|LTD|PTY LTD|PTY|LIMITED|GMBH|S\.?A\.?|PLC|CORP)\.?$")
_STATE = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
    "|PR|ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|YT|NSW|VIC|QLD|TAS|ACT"
)
_PLACE = re.compile(rf"(?<=\w)\s(?:{_STATE})(?:\s\d{{5}}(?:-\d{{4}})?)?(?:\s?(?:US|USA|AUS|AU|CA|CAN))?$")
_GLUED_STATE = re.compile(r"(?<=[A-Z]{4})(?:NSW|QLD)$")
_S_ALONE = re.compile(r"(?<=[A-Z]{2}) S(?= |$)")
_EDGES = " -.,:/+#@&*"
_SMALL = frozenset("and of the de la le du et und y for at by to in on del van von da do e".split())
_UPPER = frozenset(
    "ATM BP KFC CVS IKEA USPS UPS DHL AT&T HBO IRS BBQ H&M M&S B&Q IGA AMC EE O2 DMV TJ HMRC BMW REI NY TV UK US ACH ETF BT "
    "NHS TFL EDF RBC TD BMO CIBC ANZ NAB BNZ ASB FNB HSBC UBS ING DKB DB SNCF RATP PG&E HSBC GMC JFK LAX USA IT CD DVD PC".split()
)


def fold(text: str) -> str:
    """Upper case, accents and apostrophes away, odd spaces and control characters away; letters of other scripts stay."""
    text = text[:TEXT_MAX].translate(_FOLDED)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.upper())
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text.upper()).strip()


def clean(text: str) -> Cleaned:
    """Key and merchant of a descriptor. Total: any text has a key of 1 to 80 characters."""
    key = _settle(_head(text))
    if not key:
        key = _settle(fold(text)) or NO_TEXT
    return Cleaned(key, _display(key, text))


def _head(text: str) -> str:
    """Card networks print merchant, city and state in columns: the first one is the merchant if it says enough."""
    if "   " in text:
        columns = text.strip().split("   ", 1)
        if len(columns) == 2 and sum(map(str.isalpha, columns[0])) >= 5:
            head = fold(columns[0])
            if _PREFIX.sub("", head, count=1) == head:
                return head
    return fold(text)


def _settle(folded: str) -> str:
    """Strip until nothing changes, so that a key is its own key. Each pass shortens, hence ends."""
    for _ in range(_PASSES_MAX):
        stripped = _strip(folded)
        if stripped == folded:
            break
        folded = stripped
    return folded


def _strip(text: str) -> str:
    """One pass. Each step is undone when it would leave fewer than two letters: a text that is all noise is its own name."""
    for pattern in _STEPS:
        shorter = pattern.sub(" ", text)
        if shorter != text and _says_something(shorter):
            text = shorter.strip(_EDGES)
    words = [w for i, w in enumerate(text.replace("*", " * ").replace("/", " ").split()) if _is_name(w, first=i == 0)]
    shorter = " ".join(w.strip(_EDGES) or "" for w in words if w.strip(_EDGES))
    if _says_something(shorter):
        text = shorter
    return " ".join(_S_ALONE.sub("S", text)[:KEY_MAX].split())


def _says_something(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 2


def _is_name(word: str, *, first: bool) -> bool:
    """Whether a word with digits is part of a name (7-ELEVEN, FOREVER 21, O2) rather than a store, a date or a reference."""
    digits = sum(map(str.isdigit, word))
    if not digits:
        return True
    letters = sum(map(str.isalpha, word))
    if not letters:
        return digits <= (4 if first else 2)
    if first:
        return digits <= 4 and letters >= digits
    return digits == 1 or (digits == 2 and letters <= 4)


def _display(key: str, text: str) -> str:
    """The key in the case of people: as the bank wrote it where the bank knows lower case, else capitals on words."""
    written = {fold(w): w.strip(_EDGES) for w in text[:TEXT_MAX].replace("*", " ").replace("/", " ").split()}
    shouted = text.isupper() or text.islower()
    shown = []
    for i, word in enumerate(key.split()):
        original = written.get(word, word)
        if word in _UPPER:
            shown.append(word)
        elif not shouted and not original.isupper():
            shown.append(original)
        elif i and original.lower() in _SMALL:
            shown.append(original.lower())
        else:
            shown.append(_capital(original))
    return " ".join(shown)


def _capital(word: str) -> str:
    """Trader, 7-Eleven, O'Reilly but Joe's: a capital after the start and after a dash or an apostrophe that has a name behind it."""
    lower = word.lower()
    return re.sub(r"(?:^|[-.&+](?!com\b|net\b|org\b|co\b)|(?<=^[a-z])'(?=[a-z]{2}))[^\W\d_]", lambda m: m[0].upper(), lower)


_STEPS = (_CUT, _PREFIX, _PHONE, _DATE, _CARD, _STORE, _TAIL_WORD, _PLACE, _GLUED_STATE)
