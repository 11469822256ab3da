# ruff: noqa: E501 (one account a line)
"""Plaid's own test users at First Platypus Bank: `user_good`, and the dynamic one whose transactions move on every refresh."""

import msgspec

from banksim.model import Face
from banksim.people.faces import CARD, FROM_BROKER, TO_BROKER
from banksim.people.history import CardBill, Sweep
from banksim.people.model import AccountPlan, Login, Person, Taste
from banksim.people.rules import Bill, Cash, Habit, Move

DYNAMIC = "user_transactions_dynamic"
_OUT = Face("Credit card payment", "CREDIT CARD 3333 PAYMENT *//", CARD, channel="other", code="payment")
_IN = Face("Payment received", "PAYMENT RECEIVED - THANK YOU", CARD, channel="other", code="payment")
_SAVE = Face("Transfer to savings", "ONLINE TRANSFER TO SAVINGS ...1111", "TRANSFER_OUT_SAVINGS", channel="other", code="transfer")
_SAVED = Face("Transfer from checking", "ONLINE TRANSFER FROM CHECKING ...0000", "TRANSFER_IN_SAVINGS", channel="other", code="transfer")

GOOD = Person(
    username="user_good",
    title="Alberta Charleson",
    city="Malakoff",
    region="TX",
    logins=(
        Login(
            "ins_109508",
            (
                AccountPlan("checking", "Plaid Checking", "Plaid Gold Standard 0% Interest Checking", "0000", "depository", "checking", 211_050),
                AccountPlan("savings", "Plaid Saving", "Plaid Silver Standard 0.1% Interest Saving", "1111", "depository", "savings", 521_000),
                AccountPlan("card", "Plaid Credit Card", "Plaid Diamond 12.5% APR Interest Credit Card", "3333", "credit", "credit card", 41_020, limit=200_000),
            ),
        ),
    ),
    rules=(
        Bill("checking", "pay_meridian", 1, -165_000, extra=(15,), weekend=False),
        Bill("checking", "rent_loft", 3, 120_000),
        Bill("checking", "duke", 11, 11_000, jitter=0.3),
        Bill("checking", "verizon", 16, 8_500),
        Bill("card", "netflix", 7, 1_549, raises=((3, 1_799),)),
        Bill("savings", "interest", 28, -423, jitter=0.1),
        Habit("card", ("kroger", "walmart", "heb"), 7),
        Habit("card", ("chipotle", "olivegarden", "chickfila"), 5, weekend=True, scale=0.6),
        Habit("card", ("starbucks", "dunkin"), 6),
        Habit("card", ("exxon",), 3),
        Habit("card", ("amazon", "target"), 2, refunds=0.2),
        Habit("card", ("marriott", "hertz"), 0.3),
        Habit("checking", ("uber",), 2),
        Cash("checking", 1),
        Move("checking", "savings", 5, 20_000, _SAVE, _SAVED, lag=1),
        CardBill("card", "checking", 20, _OUT, _IN, lag=1),
        Sweep("checking", 4, TO_BROKER, FROM_BROKER),
    ),
    tastes=(
        Taste("card", "kroger", 2),
        Taste("card", "chipotle", 2),
        Taste("card", "starbucks", 3),
        Taste("card", "exxon", 1),
        Taste("checking", "uber", 1),
        Taste("checking", "walmart", 1),
    ),
)  # fmt: skip
PERSON = msgspec.structs.replace(GOOD, username=DYNAMIC, title="Alberta Charleson, moving with every refresh")
