# ruff: noqa: E501 (one account, one face a line)
"""Mika Sato-Weber: an engineer between New York, Berlin and Tokyo, with accounts in dollars, euros and yen."""

from banksim.model import Face
from banksim.people.faces import CARD, FROM_BROKER, TO_BROKER
from banksim.people.history import CardBill, Sweep
from banksim.people.model import AccountPlan, Journey, Login, Person, Taste
from banksim.people.rules import Bill, Cash, Habit, Move

_OUT = Face(
    "Sapphire card payment", "CHASE CREDIT CRD AUTOPAY PPD ID: 4760039224", CARD, channel="online", code="payment", ppd="4760039224"
)
_IN = Face("Automatic payment - thank you", "AUTOMATIC PAYMENT - THANK YOU", CARD, channel="online", code="payment")
_WIRE_OUT = Face(
    "Wise",
    "WISE US INC WISE TRNWISE PPD ID: 1453233521",
    "TRANSFER_OUT_ACCOUNT_TRANSFER",
    "Wise",
    channel="online",
    website="wise.com",
    ppd="1453233521",
)
_EUR_IN = Face(
    "Money added from USD",
    "RECEIVED MONEY FROM MIKA SATO-WEBER WITH REFERENCE EUR",
    "TRANSFER_IN_ACCOUNT_TRANSFER",
    channel="online",
    code="transfer",
)
_JPY_IN = Face(
    "Money added from USD",
    "RECEIVED MONEY FROM MIKA SATO-WEBER WITH REFERENCE JPY",
    "TRANSFER_IN_ACCOUNT_TRANSFER",
    channel="online",
    code="transfer",
)
_TO_N26 = Face("N26", "SENT MONEY TO MIKA SATO-WEBER N26 DE**1007", "TRANSFER_OUT_ACCOUNT_TRANSFER", channel="online", code="transfer")
_AT_N26 = Face(
    "Mika Sato-Weber", "GUTSCHRIFT MIKA SATO-WEBER WISE EUROPE SA", "TRANSFER_IN_ACCOUNT_TRANSFER", channel="online", code="transfer"
)
_TOKYO, _TOKYO_DAYS = frozenset({3, 4, 10}), (5, 18)
_BERLIN_DAYS = (20, 27)

PERSON = Person(
    username="user_traveller",
    journeys=(Journey("JP", _TOKYO_DAYS, _TOKYO), Journey("DE", _BERLIN_DAYS), Journey("GB", (3, 7), frozenset({9}))),
    title="Mika Sato-Weber, three currencies",
    city="New York",
    region="NY",
    logins=(
        Login(
            "ins_56",
            (
                AccountPlan("checking", "Total Checking", "CHASE TOTAL CHECKING", "2093", "depository", "checking", 934_118),
                AccountPlan("sapphire", "Sapphire Preferred", "CHASE SAPPHIRE PREFERRED", "8816", "credit", "credit card", 213_404, limit=1_800_000),
            ),
        ),
        Login(
            "ins_134470",
            (
                AccountPlan("eur", "EUR balance", "WISE EUR BALANCE", "4011", "depository", "checking", 184_250, currency="EUR"),
                AccountPlan("jpy", "JPY balance", "WISE JPY BALANCE", "4012", "depository", "checking", 312_480, currency="JPY"),
            ),
        ),
        Login(
            "ins_118923",
            (AccountPlan("n26", "N26 Hauptkonto", "N26 HAUPTKONTO", "1007", "depository", "checking", 246_731, currency="EUR"),),
        ),
    ),
    rules=(
        Bill("checking", "pay_global", 15, -462_500, extra=(31,), weekend=False, raises=((99, -441_000), (11, -462_500))),
        Bill("checking", "rent_loft", 1, 265_000, raises=((99, 255_000), (12, 265_000))),
        Bill("checking", "verizon", 18, 8_500),
        Bill("sapphire", "netflix", 4, 1_549, raises=((2, 1_799),)),
        Bill("sapphire", "audible", 13, 1_495),
        Bill("sapphire", "annualfee", 9, 9_500, months=frozenset({6})),
        Bill("n26", "pay_eur", 28, -70_000, weekend=False),
        Bill("n26", "rent_berlin", 1, 64_000, raises=((99, 62_000), (13, 64_000))),
        Bill("n26", "strom", 3, 6_800),
        Bill("n26", "o2de", 7, 1_999, raises=((8, 2_499),)),
        Move("checking", "eur", 5, 40_000, _WIRE_OUT, _EUR_IN, lag=1, rate=0.9214),
        Move("checking", "jpy", 6, 18_000, _WIRE_OUT, _JPY_IN, lag=1, rate=1.512),
        Move("eur", "n26", 12, 30_000, _TO_N26, _AT_N26, lag=1),
        Habit("sapphire", ("wholefoods", "traderjoes"), 6),
        Habit("sapphire", ("starbucks", "bluebottle"), 9),
        Habit("sapphire", ("ramen", "chipotle", "doordash", "dintaifung"), 8, weekend=True),
        Habit("sapphire", ("mta",), 16),
        Habit("sapphire", ("uber", "lyft"), 3),
        Habit("sapphire", ("uniqlo", "amazon", "sephora"), 2.5, refunds=0.12),
        Habit("sapphire", ("lufthansa", "ana", "delta"), 0.7),
        Habit("sapphire", ("hilton", "marriott"), 0.5),
        Habit("sapphire", ("pret_london", "tfl"), 8, months=frozenset({9}), fee=0.03, days=(3, 7)),
        Habit("n26", ("rewe", "edeka", "dm"), 6, days=_BERLIN_DAYS),
        Habit("n26", ("bvg",), 4, days=_BERLIN_DAYS),
        Habit("n26", ("db",), 0.6, days=_BERLIN_DAYS),
        Habit("n26", ("kneipe",), 2, weekend=True, days=_BERLIN_DAYS),
        Habit("eur", ("rewe", "dm"), 1.2, scale=0.6, days=_BERLIN_DAYS),
        Habit("jpy", ("lawson", "familymart", "suica"), 26, months=_TOKYO, days=_TOKYO_DAYS),
        Habit("jpy", ("ichiran",), 8, months=_TOKYO, days=_TOKYO_DAYS),
        Habit("jpy", ("yodobashi",), 1, months=_TOKYO, days=_TOKYO_DAYS),
        Habit("jpy", ("apa",), 1, months=_TOKYO, days=_TOKYO_DAYS),
        Cash("checking", 1, fee=350),
        Cash("n26", 0.8, sums=(5_000, 10_000), shop="geldautomat", days=_BERLIN_DAYS),
        CardBill("sapphire", "checking", 23, _OUT, _IN),
        Sweep("checking", 3, TO_BROKER, FROM_BROKER),
    ),
    tastes=(
        Taste("sapphire", "bluebottle", 3),
        Taste("sapphire", "mta", 4),
        Taste("sapphire", "wholefoods", 2),
        Taste("sapphire", "doordash", 2),
        Taste("n26", "rewe", 2),
        Taste("n26", "bvg", 1),
        Taste("jpy", "lawson", 2),
        Taste("jpy", "ichiran", 1),
        Taste("eur", "dm", 1),
    ),
)  # fmt: skip
