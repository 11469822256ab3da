# ruff: noqa: E501 (one account, one face a line)
"""The Brennans, Raleigh: two salaries, a mortgage, three children, one in day care; a car loan, two cards."""

from banksim.model import Face
from banksim.people.faces import CARD, FROM_BROKER, TO_BROKER
from banksim.people.history import CardBill, Sweep
from banksim.people.model import AccountPlan, Journey, Login, Person, Taste
from banksim.people.rules import Bill, Biweekly, Cash, Habit, Irregular, Move

_BOA_OUT = Face("Bank of America card payment", "ONLINE BANKING PAYMENT TO CRD 9914", CARD, channel="other", code="payment")
_BOA_IN = Face("Payment from CHK 5502", "ONLINE PAYMENT FROM CHK 5502", CARD, channel="other", code="payment")
_AMEX_OUT = Face(
    "American Express payment", "AMEX EPAYMENT ACH PMT PPD ID: 0005000040", CARD, channel="online", code="payment", ppd="0005000040"
)
_AMEX_IN = Face("Autopay payment", "AUTOPAY PAYMENT - THANK YOU", CARD, channel="online", code="payment")
_SAVE = Face("Transfer to savings", "ONLINE SCHEDULED TRANSFER TO SAV 7719", "TRANSFER_OUT_SAVINGS", channel="other", code="transfer")
_SAVED = Face("Transfer from checking", "ONLINE SCHEDULED TRANSFER FROM CHK 5502", "TRANSFER_IN_SAVINGS", channel="other", code="transfer")

PERSON = Person(
    username="user_family",
    journeys=(Journey("MX", (11, 18), frozenset({7})),),
    title="Erin and Tom Brennan, family of five",
    city="Raleigh",
    region="NC",
    logins=(
        Login(
            "ins_127989",
            (
                AccountPlan("checking", "Advantage Plus", "BANK OF AMERICA ADVANTAGE PLUS BANKING", "5502", "depository", "checking", 612_044),
                AccountPlan("savings", "Advantage Savings", "BANK OF AMERICA ADVANTAGE SAVINGS", "7719", "depository", "savings", 1_873_310),
                AccountPlan("visa", "Customized Cash", "BANK OF AMERICA CUSTOMIZED CASH VISA", "9914", "credit", "credit card", 148_231, limit=1_500_000),
                AccountPlan("mortgage", "Home loan", "BANK OF AMERICA 30-YEAR FIXED", "2206", "loan", "mortgage", 28_641_977, has_lines=False),
            ),
        ),
        Login(
            "ins_10",
            (AccountPlan("amex", "Blue Cash Preferred", "AMERICAN EXPRESS BLUE CASH PREFERRED", "1006", "credit", "credit card", 97_408, limit=2_000_000),),
        ),
    ),
    rules=(
        Biweekly("checking", "pay_meridian", -248_615, phase=1),
        Bill("checking", "pay_school", 30, -318_450, weekend=False, raises=((99, -309_200), (15, -318_450))),
        Bill("checking", "mortgage", 1, 218_740, raises=((99, 214_905), (10, 218_740))),
        Bill("checking", "daycare", 3, 124_000, raises=((99, 118_000), (14, 124_000))),
        Bill("checking", "toyota", 16, 41_280),
        Bill("checking", "duke", 12, 16_400, jitter=0.35),
        Bill("checking", "citywater", 19, 7_900, jitter=0.2),
        Bill("checking", "waste", 7, 3_650, months=frozenset({1, 4, 7, 10})),
        Bill("checking", "spectrum", 21, 7_999, raises=((13, 8_999),)),
        Bill("checking", "verizon", 24, 16_240),
        Bill("checking", "statefarm", 9, 19_860, raises=((11, 21_840),)),
        Bill("amex", "netflix", 8, 1_799, raises=((99, 1_549), (9, 1_799), (1, 1_999))),
        Bill("amex", "disney", 14, 1_399, raises=((12, 1_599), (1, 1_899))),
        Bill("amex", "spotify", 22, 1_699, raises=((15, 1_999),)),
        Bill("amex", "icloud", 4, 999),
        Bill("visa", "prime", 11, 1_499),
        Bill("visa", "planetfitness", 17, 1_000, raises=((16, 1_500),)),
        Bill("checking", "irs_refund", 6, -264_000, months=frozenset({3})),
        Bill("savings", "interest", 28, -412, jitter=0.15),
        Habit("amex", ("kroger", "publix", "aldi", "walmart"), 11, scale=0.95),
        Habit("visa", ("costco",), 1.6),
        Habit("amex", ("target", "amazon", "kohls", "oldnavy"), 6, refunds=0.08, scale=0.75),
        Habit("visa", ("exxon", "shell"), 6),
        Habit("visa", ("chickfila", "mcdonalds", "chipotle"), 6, weekend=True),
        Habit("visa", ("olivegarden", "texasroad"), 2, weekend=True),
        Habit("visa", ("dunkin", "starbucks"), 7),
        Habit("visa", ("cvs", "walgreens"), 2.5),
        Habit("visa", ("dentist",), 0.4),
        Habit("visa", ("lowes", "homedepot"), 1.6),
        Habit("visa", ("scholastic", "lego", "barnes"), 1.6),
        Habit("visa", ("amc",), 0.8, weekend=True),
        Habit("visa", ("greatclips",), 1.5),
        Habit("visa", ("chewy", "petco"), 1.1),
        Habit("visa", ("vet",), 0.15),
        Habit("amex", ("amazon", "target", "lego"), 9, months=frozenset({12}), scale=0.8),
        Habit("amex", ("marriott", "hertz", "delta"), 3, months=frozenset({7}), days=(1, 7)),
        Habit("amex", ("cancun",), 6, months=frozenset({7}), days=(11, 18)),
        Habit("checking", ("charity",), 0.5),
        Cash("checking", 1.5, fee=300),
        Irregular("checking", ("venmo_in",), 0.8),
        Move("checking", "savings", 26, 25_000, _SAVE, _SAVED),
        CardBill("visa", "checking", 20, _BOA_OUT, _BOA_IN),
        CardBill("amex", "checking", 25, _AMEX_OUT, _AMEX_IN, lag=1),
        Sweep("checking", 3, TO_BROKER, FROM_BROKER),
    ),
    tastes=(
        Taste("amex", "kroger", 4),
        Taste("amex", "publix", 3),
        Taste("amex", "target", 2),
        Taste("amex", "amazon", 2),
        Taste("visa", "exxon", 2),
        Taste("visa", "chickfila", 3),
        Taste("visa", "dunkin", 3),
        Taste("visa", "olivegarden", 1),
        Taste("visa", "costco", 1),
        Taste("checking", "charity", 0.3),
    ),
)  # fmt: skip
