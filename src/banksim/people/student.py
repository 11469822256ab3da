"""Zoe Tran, 20: shared flat, campus job, help from home, an overdraft now and then, a first credit card."""

from banksim.model import Face
from banksim.people.history import CardBill
from banksim.people.model import AccountPlan, Login, Person, Taste
from banksim.people.rules import Bill, Biweekly, Cash, Habit, Irregular

_CARD_OUT = Face(
    "Discover", "DISCOVER E-PAYMENT 6317 WEB ID: 2510020270", "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT", channel="online", code="payment"
)
_CARD_IN = Face("Internet payment - thank you", "INTERNET PAYMENT - THANK YOU", "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT", channel="online")

PERSON = Person(
    username="user_student",
    title="Zoe Tran, student",
    city="Seattle",
    region="WA",
    logins=(
        Login(
            "ins_127991",
            (
                AccountPlan("checking", "Everyday Checking", "WELLS FARGO EVERYDAY CHECKING", "3381", "depository", "checking", 71_263),
                AccountPlan("savings", "Way2Save Savings", "WAY2SAVE SAVINGS", "9907", "depository", "savings", 128_540),
            ),
        ),
        Login(
            "ins_33",
            (
                AccountPlan(
                    "card", "Discover it Student", "DISCOVER IT STUDENT CASH BACK", "7745", "credit", "credit card", 31_884, limit=150_000
                ),
            ),
        ),
    ),
    rules=(
        Biweekly("checking", "pay_campus", -46_180),
        Bill("checking", "family_help", 2, -22_000),
        Bill("checking", "rent_room", 1, 78_000),
        Bill("checking", "mint", 9, 2_000, raises=((8, 2_500),)),
        Bill("card", "spotify", 12, 599, raises=((13, 699),)),
        Bill("card", "netflix", 18, 1_549, raises=((1, 1_799),)),
        Bill("checking", "tuition", 20, 42_000, months=frozenset({9, 1, 3})),
        Bill("checking", "irs_refund", 14, -118_000, months=frozenset({3})),
        Bill("checking", "overdraft", 27, 3_500, months=frozenset({2, 10})),
        Bill("savings", "interest", 28, -64, jitter=0.2),
        Habit("card", ("safeway", "traderjoes", "qfc"), 4),
        Habit("card", ("chipotle", "tacobell", "mcdonalds", "dicks", "ramen"), 4, weekend=True, scale=0.6),
        Habit("card", ("starbucks", "bluebottle", "fuelcoffee"), 5),
        Habit("card", ("orca", "lyft", "seveneleven"), 3, scale=0.6),
        Habit("card", ("amazon", "steam", "uniqlo"), 1.2, refunds=0.15, scale=0.5),
        Habit("card", ("textbooks",), 2, months=frozenset({1, 3, 9})),
        Habit("checking", ("venmo_out",), 2),
        Habit("checking", ("laundry",), 3),
        Irregular("checking", ("venmo_in",), 1.5),
        Cash("checking", 1, sums=(2_000, 4_000), fee=300),
        CardBill("card", "checking", 22, _CARD_OUT, _CARD_IN, lag=1),
    ),
    tastes=(
        Taste("card", "starbucks", 3),
        Taste("card", "chipotle", 2),
        Taste("card", "safeway", 2),
        Taste("card", "orca", 1),
        Taste("checking", "laundry", 1),
        Taste("card", "amazon", 1),
    ),
)
