"""The Okafors, Seattle: Maya, a nurse, and Daniel, a freelance designer; two children, a rented flat. The demo household.

Told as of Sunday 22 November 2026 and moved as a whole to any other day, so that it always ends today. Months before have the net the
household's cash flow page shows, which fixes what they spent: the habits' purchases are stretched to fit.
"""

import datetime as dt

import msgspec

from banksim.model import Face
from banksim.people.faces import CARD
from banksim.people.history import CardBill
from banksim.people.model import AccountPlan, Entry, Life, Login, Person, Taste
from banksim.people.okafor_november import EARLIER, TODAY, fixed, november
from banksim.people.rules import Bill, Habit, Move, months_between

_TRANSFER = "TRANSFER_OUT_SAVINGS"
_TO_SAVINGS = Face("Transfer to Savings", "ALLY BANK INTERNET TRANSFER TO SAVINGS 8804", _TRANSFER, channel="other", code="transfer")
_FROM_CHECKING = Face(
    "Transfer from Joint checking",
    "ALLY BANK INTERNET TRANSFER FROM CHECKING 2210",
    "TRANSFER_IN_SAVINGS",
    channel="other",
    code="transfer",
)
_VENTURE_OUT = Face(
    "Venture card payment", "CAPITAL ONE MOBILE PMT PPD ID: 9279744380", CARD, channel="online", code="payment", ppd="9279744380"
)
_VENTURE_IN = Face("Capital One mobile payment", "CAPITAL ONE MOBILE PYMT AUTHDATE", CARD, channel="online", code="payment")
_FREEDOM_OUT = Face(
    "Freedom card payment", "CHASE CREDIT CRD AUTOPAY PPD ID: 4760039224", CARD, channel="online", code="payment", ppd="4760039224"
)
_FREEDOM_IN = Face("Automatic payment - thank you", "AUTOMATIC PAYMENT - THANK YOU", CARD, channel="online", code="payment")

# Freelance pay and the month's net, newest (October) first.
_FREELANCE = (
    90_000, 127_500, 90_000, 110_000, 90_000, 172_500, 90_000, 135_000, 90_000, 90_000, 116_000, 85_000,
    80_000, 80_000, 120_000, 80_000, 95_000, 80_000, 140_000, 80_000, 80_000, 105_000, 80_000, 80_000,
)  # fmt: skip
_NETS = (
    51_700, 112_600, 94_800, -27_700, 63_800, 192_600, -11_200, 124_000, 119_800, 97_400, -48_200, 21_000,
    11_000, 14_000, 32_000, -36_000, 38_000, 12_000, 41_000, 6_000, -39_000, 24_000, 15_000, 20_000,
)  # fmt: skip
_OCTOBER_BY_22 = 287_182
_ELECTRIC = (10_236, 10_275, 7_120, 6_890, 7_015, 7_340, 8_210, 9_480, 11_870, 13_960, 14_420, 13_150)


def _interest(back: int) -> int:
    """Savings grow by 500 a month in the last year, by 250 before: 3.6 % a year on what was there."""
    held = 1_264_018 - 54_000 * min(back, 12) - 27_000 * max(0, back - 12)
    return -3_812 if back == 0 else -3_712 if back == 1 else -round(held * 0.0363 / 12)


def shape(life: Life, first: dt.date, drawn: list[Entry]) -> list[Entry]:
    """The rules' month, made to come out as the household's pages say."""
    back = months_between(first, TODAY)
    if back < 0:
        return drawn
    rest = [entry for entry in drawn if entry.at is None]
    bought = [msgspec.structs.replace(entry, posts=entry.on) for entry in drawn if entry.at is not None]
    if back == 0:
        return rest + november(life) + [entry for entry in bought if entry.on > TODAY]
    told = [
        fixed(life, on, account=account, key=key, minor=minor)
        for on, account, key, minor in EARLIER
        if (on.year, on.month) == (first.year, first.month)
    ]
    spare = -sum(entry.minor for entry in rest if not entry.face.detailed.startswith("TRANSFER_"))
    everyday = spare - _NETS[min(back, len(_NETS)) - 1]
    if back == 1:
        return rest + told + _split_stretch(bought, told, everyday)
    return rest + told + _stretch(bought, everyday - sum(entry.minor for entry in told))


def _split_stretch(bought: list[Entry], told: list[Entry], everyday: int) -> list[Entry]:
    """October: its first 22 days are compared with November's, so they come out right on their own."""
    out: list[Entry] = []
    for early, target in ((True, _OCTOBER_BY_22), (False, everyday - _OCTOBER_BY_22)):
        part = [entry for entry in bought if (entry.on.day <= 22) is early]
        out += _stretch(part, target - sum(entry.minor for entry in told if (entry.on.day <= 22) is early))
    return out


def _stretch(bought: list[Entry], target: int) -> list[Entry]:
    """The same purchases, in proportion, to the cent: the largest takes what rounding leaves."""
    whole = sum(entry.minor for entry in bought)
    out = [msgspec.structs.replace(e, minor=round(e.minor * target / whole), pending_minor=None) for e in bought]
    largest = max(range(len(out)), key=lambda place: out[place].minor)
    over = sum(entry.minor for entry in out) - target
    out[largest] = msgspec.structs.replace(out[largest], minor=out[largest].minor - over)
    return out


_LOGINS = (
    Login(
        "ins_25",
        (
            AccountPlan("checking", "Joint checking", "ALLY INTEREST CHECKING", "2210", "depository", "checking", 431_862),
            AccountPlan("savings", "Savings", "ALLY ONLINE SAVINGS", "8804", "depository", "savings", 1_264_018),
        ),
        consent_days=208,
    ),
    Login(
        "ins_128026",
        (AccountPlan("venture", "Venture", "CAPITAL ONE VENTURE REWARDS", "1175", "credit", "credit card", 148_695, limit=1_200_000),),
        trouble_code="LATE",
        trouble_days=3,
        trouble_at="07:04",
        consent_days=100,
    ),
    Login(
        "ins_56",
        (
            AccountPlan("freedom", "Freedom", "CHASE FREEDOM UNLIMITED", "6032", "credit", "credit card", 64_217, limit=800_000),
            AccountPlan("carloan", "Car loan", "CHASE AUTO LOAN", "4471", "loan", "auto", 912_055, has_lines=False),
        ),
        trouble_code="ITEM_LOGIN_REQUIRED",
        trouble_days=2,
        trouble_at="21:40",
        consent_days=-2,
    ),
    Login(
        "ins_12",
        (
            AccountPlan("k401", "401(k)", "HARBOR CLINICS 401(K) PLAN", "5520", "investment", "401k", 8_621_477, has_lines=False),
            AccountPlan("brokerage", "Brokerage", "FIDELITY INDIVIDUAL TOD", "0911", "investment", "brokerage", 1_893_005, has_lines=False),
        ),
        consent_days=159,
    ),
)
_BILLS = (
    Bill("checking", "pay_harbor", 5, -312_040, extra=(20,), weekend=False),
    Bill(
        "checking",
        "pay_fjord",
        12,
        -145_000,
        raises=(*((24 - n, -minor) for n, minor in enumerate(reversed(_FREELANCE))), (0, -145_000)),
    ),
    Bill("savings", "ally_interest", 20, -3_812, raises=tuple((back, _interest(back)) for back in range(24, -1, -1))),
    Bill("checking", "rent_alder", 1, 198_000, raises=((99, 189_000), (14, 198_000))),
    Bill("checking", "afterschool", 2, 42_000, raises=((99, 39_500), (14, 42_000))),
    Bill("checking", "pemco", 8, 13_850, raises=((99, 12_980), (10, 13_850))),
    Bill("checking", "citylight", 10, 10_236, raises=tuple((back, _ELECTRIC[back % 12]) for back in range(24, -1, -1))),
    Bill("checking", "xfinity", 12, 7_500, raises=((99, 7_000), (16, 7_500))),
    Bill("freedom", "icloud", 3, 999),
    Bill("venture", "netflix", 5, 1_549, raises=((0, 1_799),)),
    Bill("venture", "spotify", 9, 1_999, raises=((99, 1_699), (15, 1_999))),
    Bill("freedom", "notion", 18, 1_000, since=0),
    Bill("checking", "tmobile", 24, 12_000),
    Bill("checking", "ymca", 25, 5_800),
    Bill("checking", "spu", 26, 8_420),
    Bill("freedom", "nyt", 27, 2_500, raises=((99, 1_700), (11, 2_500))),
    Bill("checking", "irs_refund", 11, -64_000, months=frozenset({3}), since=24, until=12),
    Bill("freedom", "amazon", 23, -3_499, months=frozenset({8}), since=12, until=1),
    Move("checking", "savings", 20, 50_000, _TO_SAVINGS, _FROM_CHECKING, since=11),
    Move("checking", "savings", 20, 25_000, _TO_SAVINGS, _FROM_CHECKING, since=99, until=12),
    Bill("checking", "fidelity", 9, 120_000, months=frozenset({10}), since=11, until=1),
    Bill("checking", "fidelity", 11, 100_000, months=frozenset({6}), since=11, until=1),
    Bill("checking", "fidelity", 13, 150_000, months=frozenset({4}), since=11, until=1),
    CardBill("freedom", "checking", 14, _FREEDOM_OUT, _FREEDOM_IN, fixed=((0, 164_000),)),
    CardBill("venture", "checking", 28, _VENTURE_OUT, _VENTURE_IN, closes=18, fixed=((1, 131_208), (0, 131_208))),
)
_HABITS = (
    Habit("checking", ("safeway", "traderjoes", "wholefoods", "qfc"), 7),
    Habit("venture", ("safeway", "pcc"), 2),
    Habit("venture", ("traderjoes", "qfc"), 4, days=(1, 18)),
    Habit("freedom", ("chipotle", "dicks", "thaitom", "pagliacci", "ramen"), 6, weekend=True, scale=0.8),
    Habit("venture", ("seriouspie", "mioposto", "dintaifung", "pagliacci"), 3, weekend=True, scale=0.8, days=(1, 18)),
    Habit("freedom", ("fuelcoffee", "victrola", "starbucks", "storyville"), 8),
    Habit("venture", ("homedepot", "amazon"), 1.6),
    Habit("checking", ("ace", "homedepot"), 1.4),
    Habit("venture", ("amazon",), 1.5, days=(1, 18)),
    Habit("venture", ("chevron", "costcogas"), 2),
    Habit("freedom", ("shell",), 1.4),
    Habit("freedom", ("diamond", "paybyphone", "orca", "tolls"), 5),
    Habit("venture", ("carters", "ouac", "lego", "scholastic", "snapology"), 3, days=(1, 18)),
    Habit("checking", ("swim",), 1, scale=0.9),
    Habit("freedom", ("walgreens", "bartell"), 2.4),
    Habit("checking", ("clinic",), 0.8),
    Habit("venture", ("petco", "mudbay"), 2),
    Habit("venture", ("alaska", "airbnb"), 0.5, scale=0.7),
    Habit("freedom", ("rei",), 0.7),
    Habit("checking", ("rack", "uniqlo", "greatclips"), 2.4),
    Habit("freedom", ("siff", "bookshop", "steam", "mopop"), 3.2),
    Habit("venture", ("etsy", "flowers"), 0.8),
    Habit("venture", ("etsy", "lego", "rei", "bookshop"), 4, months=frozenset({12})),
    Habit("venture", ("airbnb",), 1, months=frozenset({7})),
)

PERSON = Person(
    username="user_okafor",
    title="Maya and Daniel Okafor",
    city="Seattle",
    region="WA",
    logins=_LOGINS,
    rules=_BILLS + _HABITS,
    tastes=(
        Taste("checking", "safeway", 3),
        Taste("checking", "wholefoods", 2),
        Taste("checking", "target", 1),
        Taste("checking", "traderjoes", 2),
        Taste("checking", "fuelcoffee", 3),
        Taste("freedom", "victrola", 3),
        Taste("freedom", "chipotle", 2),
        Taste("freedom", "shell", 1),
        Taste("freedom", "thaitom", 2),
        Taste("freedom", "diamond", 1),
        Taste("venture", "safeway", 2),
        Taste("venture", "seriouspie", 2),
        Taste("venture", "chevron", 1),
        Taste("venture", "amazon", 2),
    ),
    told_as_of=TODAY,
    shape=shape,
)
