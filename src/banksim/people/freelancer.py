# ruff: noqa: E501 (one account, one face a line)
"""Ravi Menon, Oakland: freelance developer. Invoices paid when clients please, quarterly taxes, tools by subscription."""

from banksim.model import Face
from banksim.people.faces import CARD, FROM_BROKER, TO_BROKER
from banksim.people.history import CardBill, Sweep
from banksim.people.model import AccountPlan, Journey, Login, Person, Taste
from banksim.people.rules import Bill, Cash, Habit, Irregular, Move

_OUT = Face(
    "American Express payment", "AMEX EPAYMENT ACH PMT CCD ID: 0005000008", CARD, channel="online", code="payment", ppd="0005000008"
)
_IN = Face("Autopay payment", "AUTOPAY PAYMENT RECEIVED - THANK YOU", CARD, channel="online", code="payment")
_TAX_OUT = Face("Transfer to Tax reserve", "TRANSFER TO TAX RESERVE XX4410", "TRANSFER_OUT_SAVINGS", channel="other", code="transfer")
_TAX_IN = Face("Transfer from Operating", "TRANSFER FROM OPERATING XX4402", "TRANSFER_IN_SAVINGS", channel="other", code="transfer")

PERSON = Person(
    username="user_freelancer",
    journeys=(Journey("GB", (9, 18), frozenset({5})),),
    title="Ravi Menon, freelance developer",
    city="Oakland",
    region="CA",
    logins=(
        Login(
            "ins_130358",
            (
                AccountPlan("operating", "Operating", "MERCURY CHECKING", "4402", "depository", "checking", 1_384_290),
                AccountPlan("tax", "Tax reserve", "MERCURY SAVINGS", "4410", "depository", "savings", 612_000),
            ),
        ),
        Login(
            "ins_10",
            (AccountPlan("amex", "Business Gold", "AMERICAN EXPRESS BUSINESS GOLD", "3004", "credit", "credit card", 184_612, limit=2_500_000),),
        ),
    ),
    rules=(
        Irregular("operating", ("inv_acme",), 1.3, round_to=12_500),
        Irregular("operating", ("inv_stripe", "inv_upwork"), 3.1),
        Bill("operating", "rent_loft", 1, 212_000, raises=((99, 205_000), (8, 212_000))),
        Bill("operating", "irs_est", 15, 240_000, months=frozenset({1, 4, 6, 9})),
        Bill("operating", "studentloan", 18, 22_400),
        Bill("operating", "pge", 13, 9_800, jitter=0.3),
        Bill("operating", "geico", 20, 11_800, raises=((12, 13_400),)),
        Bill("amex", "adobe", 6, 5_999, raises=((10, 6_999),)),
        Bill("amex", "figma", 9, 1_500, raises=((7, 1_800),)),
        Bill("amex", "dropbox", 11, 1_199),
        Bill("amex", "aws", 3, 2_900, jitter=0.35),
        Bill("amex", "notion", 16, 1_000),
        Bill("amex", "youtube", 21, 1_399),
        Bill("amex", "xfinity", 23, 8_300, raises=((11, 9_300),)),
        Bill("amex", "mint", 26, 3_000),
        Bill("amex", "annualfee", 2, 37_500, months=frozenset({5})),
        Bill("tax", "interest", 28, -1_890, jitter=0.3),
        Habit("amex", ("safeway", "traderjoes", "wholefoods"), 8),
        Habit("amex", ("bluebottle", "starbucks"), 12),
        Habit("amex", ("chipotle", "ramen", "doordash", "ubereats"), 8, weekend=True),
        Habit("amex", ("bar",), 2.5, weekend=True),
        Habit("amex", ("uber", "lyft"), 4),
        Habit("amex", ("staples", "bestbuy"), 0.9, refunds=0.15),
        Habit("amex", ("amazon",), 2.5, refunds=0.1),
        Habit("amex", ("ticketmaster", "amc", "steam"), 1.2),
        Habit("amex", ("delta", "hilton"), 0.5),
        Habit("amex", ("pret_london", "tfl", "tesco"), 16, months=frozenset({5}), fee=0.027, days=(9, 18)),
        Habit("amex", ("dentist", "optician"), 0.25),
        Cash("operating", 0.8),
        Move("operating", "tax", 17, 80_000, _TAX_OUT, _TAX_IN),
        Move("tax", "operating", 12, 220_000, _TAX_OUT, _TAX_IN, months=frozenset({1, 4, 6, 9})),
        CardBill("amex", "operating", 24, _OUT, _IN, lag=1),
        Sweep("operating", 4, TO_BROKER, FROM_BROKER),
    ),
    tastes=(
        Taste("amex", "bluebottle", 4),
        Taste("amex", "wholefoods", 2),
        Taste("amex", "doordash", 3),
        Taste("amex", "uber", 2),
        Taste("amex", "bar", 1),
        Taste("operating", "usps", 0.5),
    ),
)  # fmt: skip
