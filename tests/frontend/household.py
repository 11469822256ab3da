"""The Okafor household on Sunday 22 November 2026, 09:17: the gallery's data as text. Its sums are tested beside it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

TODAY = dt.date(2026, 11, 22)

# day | merchant | category | account | amount | marks (u unreviewed, p pending, t transfer, r recurring) | note
LINES = """
22 | Fuel Coffee              | Coffee              | Joint checking | -6.40    | p |
22 | Whole Foods Market       | Groceries           | Joint checking | -31.27   | p |
21 | Costco Wholesale         | Split               | Joint checking | -221.89  |   | Turkey and paper goods
21 | Target                   | Household           | Joint checking | -46.12   | u |
20 | Harbor Clinics payroll   | Income              | Joint checking | 3120.40  | ur |
20 | Ally interest            | Income              | Savings        | 38.12    | u |
20 | Transfer to Savings      | Transfer            | Joint checking | -500.00  | t |
20 | Din Tai Fung             | Restaurants         | Freedom        | -118.40  | u |
20 | REI                      | Clothing and care   | Freedom        | -89.95   | u |
20 | PAYPAL *MKTSTUDIO        | Not sorted yet      | Freedom        | -19.95   | u |
20 | Diamond Parking          | Transit and parking | Freedom        | -16.00   | u |
20 | Victrola Coffee          | Coffee              | Freedom        | -5.90    | u |
19 | Shell                    | Fuel                | Freedom        | -41.22   | u |
19 | SIFF Cinema              | Fun                 | Freedom        | -34.00   | u |
19 | SQ *BLM 0412             | Not sorted yet      | Freedom        | -26.00   | u |
19 | Chipotle                 | Restaurants         | Freedom        | -24.35   | u |
18 | Alaska Airlines          | Travel              | Venture        | -214.40  | u |
18 | Notion                   | Subscriptions       | Freedom        | -10.00   | u |
18 | Nordstrom                | Clothing and care   | Venture        | -96.45   | u |
18 | Hotel Transit London     | Travel              | Venture        | -84.00   |   | £63.80
18 | Safeway                  | Groceries           | Freedom        | -92.41   | u |
17 | Walgreens                | Health              | Freedom        | -22.60   | u |
17 | ORCA reload              | Transit and parking | Freedom        | -12.25   |   |
16 | Uwajimaya                | Groceries           | Joint checking | -38.20   |   |
16 | Elm Coffee Roasters      | Coffee              | Freedom        | -5.80    |   |
15 | Trader Joe’s             | Groceries           | Joint checking | -61.05   |   |
15 | Molly Moon’s             | Restaurants         | Freedom        | -22.20   |   |
15 | Home Depot               | Household           | Venture        | -48.58   |   |
14 | Chuck E. Cheese          | Kids                | Freedom        | -65.00   |   |
14 | Shell                    | Fuel                | Freedom        | -38.70   |   |
14 | Fjord Design             | Income              | Joint checking | 1450.00  |   |
13 | Pagliacci Pizza          | Restaurants         | Freedom        | -41.60   |   |
13 | Storyville Coffee        | Coffee              | Freedom        | -6.25    |   |
12 | Fred Hutch pharmacy      | Health              | Freedom        | -32.40   |   |
12 | Safeway                  | Groceries           | Freedom        | -58.75   |   |
11 | Seattle City Light       | Utilities           | Joint checking | -96.36   | r |
11 | Mud Bay                  | Pets                | Venture        | -74.90   |   |
11 | Spotify                  | Subscriptions       | Freedom        | -11.99   | r |
10 | Piroshky Piroshky        | Restaurants         | Freedom        | -28.40   |   |
10 | ORCA reload              | Transit and parking | Freedom        | -12.00   |   |
9  | Little Gym               | Kids                | Joint checking | -140.00  |   |
9  | Elm Coffee Roasters      | Coffee              | Freedom        | -5.80    |   |
8  | H Mart                   | Groceries           | Joint checking | -74.20   |   |
8  | IKEA                     | Household           | Venture        | -54.00   |   |
8  | PCC Community Markets    | Groceries           | Freedom        | -42.60   |   |
7  | Ezell’s Famous Chicken   | Restaurants         | Freedom        | -39.80   |   |
7  | Bartell Drugs            | Health              | Freedom        | -40.00   |   |
7  | Steam                    | Fun                 | Freedom        | -78.03   |   |
6  | Harbor Clinics payroll   | Income              | Joint checking | 3120.40  | r |
6  | Transfer to Savings      | Transfer            | Joint checking | -500.00  | t |
6  | Transfer from Checking   | Transfer            | Savings        | 500.00   | t |
6  | Storyville Coffee        | Coffee              | Freedom        | -6.25    |   |
6  | Gap Kids                 | Kids                | Venture        | -90.00   |   |
5  | Puget Sound Energy       | Utilities           | Joint checking | -81.00   | r |
5  | Thai Tom                 | Restaurants         | Freedom        | -36.20   |   |
5  | Shell                    | Fuel                | Freedom        | -38.72   |   |
4  | Netflix                  | Subscriptions       | Freedom        | -17.99   | r |
4  | Elm Coffee Roasters      | Coffee              | Freedom        | -5.80    |   |
4  | Etsy                     | Gifts               | Freedom        | -38.50   |   |
3  | Pemco Insurance          | Insurance           | Joint checking | -138.50  | r |
3  | Nordstrom Rack           | Clothing and care   | Venture        | -40.00   |   |
3  | ORCA reload              | Transit and parking | Freedom        | -12.00   |   |
3  | Disney+                  | Subscriptions       | Freedom        | -15.00   | r |
2  | Sunrise After-school     | After-school        | Joint checking | -420.00  | r |
2  | iCloud                   | Subscriptions       | Freedom        | -2.99    | r |
2  | Bamboo Sushi             | Restaurants         | Venture        | -51.20   |   |
2  | Trader Joe’s             | Groceries           | Joint checking | -38.20   |   |
2  | Ace Hardware             | Household           | Freedom        | -23.00   |   |
1  | Alder Court Rent         | Rent                | Joint checking | -1980.00 | r |
1  | Card payment, Venture    | Transfer            | Joint checking | -842.10  | t |
1  | Storyville Coffee        | Coffee              | Freedom        | -5.80    |   |
"""

TONES = {
    "food": ("Groceries", "Restaurants", "Coffee"),
    "home": ("Household", "Fuel", "Transit and parking"),
    "family": ("Kids", "Health", "Pets"),
    "personal": ("Travel", "Clothing and care", "Fun", "Gifts"),
    "bills": ("Rent", "After-school", "Utilities", "Insurance", "Subscriptions"),
    "income": ("Income",),
    "transfer": ("Transfer",),
    "unsorted": ("Not sorted yet",),
    "split": ("Split",),
}
TONE_OF = {name: tone for tone, names in TONES.items() for name in names}
EVERYDAY = ("food", "home", "family", "personal", "unsorted")


class Line(NamedTuple):
    """A line of the text above; minor units, negative is out."""

    day: int
    merchant: str
    category: str
    account: str
    minor: int
    marks: str
    note: str


def lines() -> list[Line]:
    """Newest first."""
    found = []
    for text in LINES.strip().splitlines():
        day, merchant, category, account, amount, marks, note = (part.strip() for part in text.split("|"))
        found.append(Line(int(day), merchant, category, account, round(float(amount) * 100), marks, note))
    return found


def parts(line: Line) -> list[tuple[str, int]]:
    """What a line counts as: its splits, or itself."""
    return [("Groceries", -16892), ("Household", -5297)] if line.category == "Split" else [(line.category, line.minor)]


def counted() -> list[Line]:
    """Posted and no transfer, as the pictures count them."""
    return [line for line in lines() if not set(line.marks) & {"p", "t"}]


def spent_by_category() -> dict[str, int]:
    """Positive is spending."""
    sums: dict[str, int] = {}
    for line in counted():
        for category, minor in parts(line):
            sums[category] = sums.get(category, 0) - minor
    return sums


def spent_by_tone(tone: str) -> int:
    """A section's spending."""
    return sum(v for k, v in spent_by_category().items() if TONE_OF[k] == tone)


def running_everyday() -> list[int]:
    """Everyday spending up to each day of the month so far."""
    days = [0] * TODAY.day
    for line in counted():
        for category, minor in parts(line):
            if TONE_OF[category] in EVERYDAY:
                days[line.day - 1] -= minor
    return [sum(days[: i + 1]) for i in range(len(days))]
