"""The Okafors' month that everything else leads up to: 1 to 22 November, row by row.

Everyday spending is 2,559.82 in 52 rows; bills, income and transfers come from the rules in `okafor.py`.
"""

import datetime as dt

import msgspec

from banksim.people import shops
from banksim.people.model import Entry, Life

TODAY = dt.date(2026, 11, 22)

# day | account | shop | amount | time | descriptor, where it is a particular one
_ROWS = """
1 | freedom | starbucks | 1465 | 10:12
1 | freedom | fuelcoffee | 640 | 08:41
2 | venture | safeway | 7816 | 17:52
2 | freedom | victrola | 590 | 08:20
3 | freedom | paybyphone | 1000 | 11:05
3 | freedom | steam | 1999 | 20:31
4 | venture | chevron | 3877 | 07:48
4 | freedom | thaitom | 3320 | 18:55
5 | checking | traderjoes | 6483 | 18:02
5 | freedom | tolls | 625 | 09:00
6 | freedom | uniqlo | 2995 | 12:44
6 | venture | pagliacci | 3845 | 19:03
7 | checking | ouac | 6275 | 11:20
7 | venture | bookshop | 3254 | 15:37
8 | checking | homedepot | 5429 | 10:26
8 | venture | seriouspie | 6280 | 19:14
9 | checking | qfc | 4190 | 17:40
9 | freedom | bartell | 1740 | 17:58
10 | venture | airbnb | 8400 | 21:10
10 | checking | carters | 6425 | 12:18
10 | venture | amazon | 4194 | 22:02
11 | freedom | orca | 2000 | 07:15
12 | freedom | storyville | 875 | 08:33
12 | checking | wholefoods | 5874 | 18:20
13 | checking | clinic | 5500 | 09:45
13 | freedom | dicks | 3735 | 18:36
14 | checking | pcc | 6937 | 10:51
14 | venture | petco | 4360 | 11:40
14 | venture | costcogas | 3865 | 12:30
14 | venture | mioposto | 4760 | 19:22
15 | venture | rack | 6850 | 13:08
15 | venture | etsy | 3850 | 21:27
15 | venture | ace | 2935 | 15:11
16 | venture | snapology | 5000 | 09:30
16 | checking | greatclips | 3800 | 16:45
17 | freedom | walgreens | 2260 | 18:12 | WALGREENS #3742
17 | venture | mudbay | 3130 | 17:30
17 | venture | mopop | 2550 | 12:05
18 | venture | alaska | 21440 | 06:51 | ALASKA AIR 0272154398812
18 | checking | swim | 11800 | 10:00
18 | checking | safeway | 9241 | 18:24
19 | freedom | shell | 4122 | 07:39
19 | freedom | siff | 3400 | 19:10
19 | freedom | blm | 2600 | 12:40 | SQ *BLM 0412 SEATTLE WA
19 | freedom | chipotle | 2435 | 12:58
20 | freedom | dintaifung | 11840 | 19:31
20 | freedom | rei | 8995 | 17:20 | REI #11 SEATTLE WA
20 | freedom | mktstudio | 1995 | 11:02 | PAYPAL *MKTSTUDIO 4029357733
20 | freedom | diamond | 1600 | 19:05
20 | freedom | victrola | 590 | 08:17
21 | checking | costco | 22189 | 11:34 | COSTCO WHSE #0001 SEATTLE WA 11/21
21 | checking | target | 4612 | 14:06 | TARGET 00012344 SEATTLE WA
"""
# What the two silent banks have not told yet.
_UNTOLD = """
20 | venture | qfc | 3618 | 17:22
21 | venture | chevron | 4107 | 09:40
21 | freedom | starbucks | 785 | 08:55
22 | freedom | amazon | 2349 | 07:12
"""
_PENDING = """
22 | checking | fuelcoffee | 640 | 08:36
22 | checking | wholefoods | 3127 | 09:02
"""
# The household's earlier visits that its pages show: date, account, shop, amount.
EARLIER = (
    (dt.date(2026, 10, 30), "checking", "target", 3820),
    (dt.date(2026, 10, 11), "checking", "target", 2745),
    (dt.date(2026, 9, 19), "checking", "target", 4180),
    (dt.date(2026, 8, 22), "checking", "target", 5134),
    *(
        (dt.date(2025 + (month < 12), month, 21), "checking", "costco", minor)
        for month, minor in (
            (12, 19_512), (1, 20_544), (2, 6_020), (3, 23_418), (4, 17_960), (5, 21_633),
            (6, 3_577), (7, 19_850), (8, 24_107), (9, 18_925), (10, 20_991),
        )
    ),
)  # fmt: skip
# The names as a banking page writes them where the card network's says nothing.
_NAMES = {"mktstudio": "PAYPAL *MKTSTUDIO", "blm": "SQ *BLM 0412"}


def fixed(life: Life, on: dt.date, *, account: str, key: str, minor: int, time: str = "12:00", descriptor: str | None = None) -> Entry:
    """A purchase that posted on its day under its final amount."""
    dice = life.dice("fixed", on, key, minor)
    face = shops.face(shops.find(key), city=life.city, region=life.region, on=on, dice=dice)
    if descriptor:
        face = msgspec.structs.replace(face, descriptor=descriptor)
    face = msgspec.structs.replace(face, name=_NAMES.get(key, face.name))
    return Entry(account, on, on, minor, face, at=f"{on.isoformat()}T{time}:00Z")


def _entries(life: Life, table: str) -> list[Entry]:
    out = []
    for line in table.strip().splitlines():
        day, account, key, minor, time, *descriptor = (part.strip() for part in line.split("|"))
        on = TODAY.replace(day=int(day))
        out.append(fixed(life, on, account=account, key=key, minor=int(minor), time=time, descriptor=descriptor[0] if descriptor else None))
    return out


def november(life: Life) -> list[Entry]:
    """Everyday purchases of the month up to today; the two of today are pending."""
    pending = [msgspec.structs.replace(e, posts=e.on + dt.timedelta(days=2)) for e in _entries(life, _PENDING)]
    return _entries(life, _ROWS) + _entries(life, _UNTOLD) + pending
