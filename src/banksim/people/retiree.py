# ruff: noqa: E501 (one account, one face a line)
"""Harold and June Whitfield, Sacramento: pension, Social Security, dividends; a quiet month, cheques, the grandchildren."""

from banksim.model import Face
from banksim.people.faces import CARD
from banksim.people.history import CardBill
from banksim.people.model import AccountPlan, Login, Person, Taste
from banksim.people.rules import Bill, Cash, Cheques, Habit, Irregular, Move

_OUT = Face("US Bank card payment", "WEB AUTHORIZED PMT US BANK CARDMEMBER", CARD, channel="online", code="payment")
_IN = Face("Payment - thank you", "PAYMENT - THANK YOU", CARD, channel="online", code="payment")
_SAVE = Face("Transfer to Money market", "INTERNET BANKING TRANSFER TO MM 6630", "TRANSFER_OUT_SAVINGS", channel="other", code="transfer")
_SAVED = Face("Transfer from checking", "INTERNET BANKING TRANSFER FROM CHK 1182", "TRANSFER_IN_SAVINGS", channel="other", code="transfer")

PERSON = Person(
    username="user_retiree",
    title="Harold and June Whitfield, retired",
    city="Sacramento",
    region="CA",
    logins=(
        Login(
            "ins_127990",
            (
                AccountPlan("checking", "Smartly Checking", "U.S. BANK SMARTLY CHECKING", "1182", "depository", "checking", 874_205),
                AccountPlan("mm", "Money market", "U.S. BANK ELITE MONEY MARKET", "6630", "depository", "money market", 6_418_871),
                AccountPlan("card", "Cash+", "U.S. BANK CASH+ VISA SIGNATURE", "4408", "credit", "credit card", 91_277, limit=1_200_000),
            ),
        ),
        Login(
            "ins_11",
            (
                AccountPlan("ira", "Rollover IRA", "SCHWAB ROLLOVER IRA", "0733", "investment", "ira", 41_290_316, has_lines=False),
                AccountPlan("taxable", "Schwab One", "SCHWAB ONE BROKERAGE", "2291", "investment", "brokerage", 12_877_040, has_lines=False),
            ),
        ),
    ),
    rules=(
        Bill("checking", "ssa", 9, -231_800, raises=((99, -226_100), (22, -231_800), (10, -237_600)), weekend=False),
        Bill("checking", "pension", 1, -187_645, weekend=False),
        Bill("checking", "dividend", 27, -41_200, jitter=0.3, months=frozenset({3, 6, 9, 12})),
        Bill("checking", "pge", 15, 17_900, jitter=0.3),
        Bill("checking", "citywater", 18, 6_850, jitter=0.15),
        Bill("checking", "waste", 20, 3_900, months=frozenset({2, 5, 8, 11})),
        Bill("checking", "medigap", 5, 20_400, raises=((99, 18_900), (23, 20_400), (11, 21_400))),
        Bill("checking", "geico", 12, 12_600, raises=((12, 13_900),)),
        Bill("checking", "church", 7, 5_000),
        Bill("card", "xfinity", 22, 9_400, raises=((12, 9_800),)),
        Bill("card", "verizon", 14, 8_500),
        Bill("card", "nyt", 10, 1_700, raises=((9, 2_500),)),
        Bill("card", "netflix", 19, 1_549, raises=((4, 1_799),)),
        Bill("checking", "monthlyfee", 28, 1_200, months=frozenset({2})),
        Bill("mm", "interest", 28, -18_720, jitter=0.06),
        Bill("card", "cardinterest", 23, 2_140, months=frozenset({8})),
        Habit("card", ("safeway", "traderjoes", "costco"), 7),
        Habit("card", ("walgreens", "cvs"), 3.5),
        Habit("card", ("clinic", "dentist"), 1),
        Habit("card", ("optician",), 0.1),
        Habit("card", ("olivegarden",), 2.5, scale=0.8),
        Habit("card", ("golf",), 2.5),
        Habit("card", ("garden", "lowes"), 1.4),
        Habit("card", ("barnes",), 1),
        Habit("card", ("chevron",), 2.2),
        Habit("card", ("amazon", "kohls"), 1.5, refunds=0.2, scale=0.6),
        Habit("card", ("delta", "hilton"), 1.2, months=frozenset({5, 10})),
        Habit("card", ("flowers", "lego"), 1.4, months=frozenset({12, 5})),
        Habit("checking", ("charity",), 0.7),
        Cash("checking", 2, sums=(10_000, 20_000)),
        Cheques("checking", 2, 1_460),
        Irregular("checking", ("venmo_in",), 0.1),
        Bill("checking", "vet", 8, 18_600, months=frozenset({4, 10}), jitter=0.3),
        Move("checking", "mm", 16, 150_000, _SAVE, _SAVED),
        CardBill("card", "checking", 21, _OUT, _IN, lag=1),
    ),
    tastes=(
        Taste("card", "safeway", 3),
        Taste("card", "walgreens", 2),
        Taste("card", "golf", 1),
        Taste("card", "chevron", 1),
        Taste("card", "barnes", 1),
        Taste("checking", "charity", 0.5),
    ),
)  # fmt: skip
