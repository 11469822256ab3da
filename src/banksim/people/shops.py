# ruff: noqa: E501 (a table: one shop a line)
"""Merchants as card networks print them. Prices in minor units, from and to; `kind` says how the card is charged.

kind: plain; tip (posts higher than authorised); fuel (a hold first, then the real amount); hotel (a hold, replaced or vanishing).
In a descriptor: {n2}..{n6} digits of one of the shop's few stores, {x} letters and digits new each time, {city}, {st}, {d} day.
"""

import datetime as dt
import random
from functools import lru_cache

import msgspec

from banksim.model import Face


class Shop(msgspec.Struct, frozen=True):
    key: str
    merchant: str | None
    descriptor: str
    detailed: str
    low: int
    high: int
    channel: str = "in store"
    kind: str = "plain"
    confidence: str = "VERY_HIGH"
    website: str | None = None
    code: str | None = None
    party: str = "merchant"
    country: str | None = "US"
    ppd: str | None = None


def _rows(table: str) -> dict[str, Shop]:
    shops = {}
    for line in table.strip().splitlines():
        key, merchant, descriptor, detailed, low, high, *more = (part.strip() for part in line.split("|"))
        extra = dict(word.split("=", 1) for word in (more[0].split() if more else []))
        shops[key] = Shop(
            key=key, merchant=merchant or None, descriptor=descriptor, detailed=detailed, low=int(low), high=int(high), **extra
        )
    return shops


# key | merchant | descriptor | category | from | to | exceptions
_CARD = """
safeway | Safeway | SAFEWAY #{n4} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1800 | 9800 | website=safeway.com
qfc | QFC | QFC #58{n2} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1200 | 6900 | website=qfc.com
traderjoes | Trader Joe's | TRADER JOE S #{n3} {city} {st} | FOOD_AND_DRINK_GROCERIES | 2200 | 8400 | website=traderjoes.com
wholefoods | Whole Foods Market | WHOLEFDS {city} #{n5} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1400 | 8800 | website=wholefoodsmarket.com
pcc | PCC Community Markets | PCC - {city} #{n2} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1500 | 7700 | website=pccmarkets.com
kroger | Kroger | KROGER #{n3} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1700 | 12400 | website=kroger.com
publix | Publix | PUBLIX #{n4} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1500 | 9400 | website=publix.com
aldi | ALDI | ALDI {n5} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1300 | 6200 | website=aldi.us
heb | H-E-B | H-E-B #{n3} {city} {st} | FOOD_AND_DRINK_GROCERIES | 1500 | 9900 | website=heb.com
costco | Costco Wholesale | COSTCO WHSE #{n4} {city} {st} | GENERAL_MERCHANDISE_SUPERSTORES | 9800 | 28900 | website=costco.com confidence=HIGH
walmart | Walmart | WAL-MART #{n4} {city} {st} | GENERAL_MERCHANDISE_SUPERSTORES | 1500 | 13500 | website=walmart.com
target | Target | TARGET 000{n5} {city} {st} | GENERAL_MERCHANDISE_SUPERSTORES | 1600 | 9400 | website=target.com confidence=MEDIUM
starbucks | Starbucks | STARBUCKS STORE {n5} {city} {st} | FOOD_AND_DRINK_COFFEE | 425 | 1290 | website=starbucks.com
dunkin | Dunkin' | DUNKIN #{n6} {city} {st} | FOOD_AND_DRINK_COFFEE | 310 | 1140 | website=dunkindonuts.com
victrola | Victrola Coffee | SQ *VICTROLA COFFEE ROAST {city} {st} | FOOD_AND_DRINK_COFFEE | 425 | 1190 | confidence=HIGH
fuelcoffee | Fuel Coffee | SQ *FUEL COFFEE {city} {st} | FOOD_AND_DRINK_COFFEE | 390 | 980 | confidence=HIGH
bluebottle | Blue Bottle Coffee | SQ *BLUE BOTTLE COFFEE {city} {st} | FOOD_AND_DRINK_COFFEE | 475 | 1350 | website=bluebottlecoffee.com
chipotle | Chipotle | CHIPOTLE {n4} {city} {st} | FOOD_AND_DRINK_FAST_FOOD | 1080 | 3450 | website=chipotle.com
mcdonalds | McDonald's | MCDONALD'S F{n5} {city} {st} | FOOD_AND_DRINK_FAST_FOOD | 480 | 2350 | website=mcdonalds.com
tacobell | Taco Bell | TACO BELL #{n6} {city} {st} | FOOD_AND_DRINK_FAST_FOOD | 560 | 2200 | website=tacobell.com
dicks | Dick's Drive-In | DICKS DRIVE IN {city} {st} | FOOD_AND_DRINK_FAST_FOOD | 890 | 3900 | website=ddir.com
chickfila | Chick-fil-A | CHICK-FIL-A #{n5} {city} {st} | FOOD_AND_DRINK_FAST_FOOD | 780 | 3600 | website=chick-fil-a.com
dintaifung | Din Tai Fung | TST* DIN TAI FUNG {city} {st} | FOOD_AND_DRINK_RESTAURANT | 4800 | 12400 | kind=tip website=dintaifungusa.com
seriouspie | Serious Pie | TST* SERIOUS PIE - DOWNT {city} {st} | FOOD_AND_DRINK_RESTAURANT | 3300 | 8200 | kind=tip confidence=HIGH
mioposto | Mioposto | TST* MIOPOSTO - MT BAKER {city} {st} | FOOD_AND_DRINK_RESTAURANT | 2900 | 7600 | kind=tip confidence=HIGH
thaitom | Thai Tom | SQ *THAI TOM {city} {st} | FOOD_AND_DRINK_RESTAURANT | 1900 | 5200 | kind=tip confidence=HIGH
pagliacci | Pagliacci Pizza | PAGLIACCI PIZZA {city} {st} | FOOD_AND_DRINK_RESTAURANT | 2400 | 5600 | website=pagliacci.com
olivegarden | Olive Garden | OLIVE GARDEN 00{n5} {city} {st} | FOOD_AND_DRINK_RESTAURANT | 3800 | 9600 | kind=tip website=olivegarden.com
texasroad | Texas Roadhouse | TEXAS ROADHOUSE #{n4} {city} {st} | FOOD_AND_DRINK_RESTAURANT | 4100 | 11800 | kind=tip website=texasroadhouse.com
ramen | | TST* KIZUKI RAMEN {city} {st} | FOOD_AND_DRINK_RESTAURANT | 1850 | 4900 | kind=tip confidence=MEDIUM
doordash | DoorDash | DD *DOORDASH {x} 855-973-1040 CA | FOOD_AND_DRINK_RESTAURANT | 1890 | 5400 | channel=online website=doordash.com
ubereats | Uber Eats | UBER *EATS HELP.UBER.COM CA | FOOD_AND_DRINK_RESTAURANT | 1790 | 5200 | channel=online website=ubereats.com
homedepot | The Home Depot | THE HOME DEPOT #{n4} {city} {st} | HOME_IMPROVEMENT_HARDWARE | 1200 | 18500 | website=homedepot.com
lowes | Lowe's | LOWES #0{n4}* {city} {st} | HOME_IMPROVEMENT_HARDWARE | 1100 | 16900 | website=lowes.com
ace | Ace Hardware | STEWART ACE HDWE {n4} {city} {st} | HOME_IMPROVEMENT_HARDWARE | 790 | 5400 | website=acehardware.com
ikea | IKEA | IKEA {city} {st} | HOME_IMPROVEMENT_FURNITURE | 2900 | 38900 | website=ikea.com
amazon | Amazon | AMZN MKTP US*{x} AMZN.COM/BILL WA | GENERAL_MERCHANDISE_ONLINE_MARKETPLACES | 890 | 11800 | channel=online website=amazon.com
shell | Shell | SHELL OIL 574{n6} {city} {st} | TRANSPORTATION_GAS | 2900 | 6400 | kind=fuel website=shell.com
chevron | Chevron | CHEVRON 00{n5} {city} {st} | TRANSPORTATION_GAS | 2800 | 6500 | kind=fuel website=chevron.com
costcogas | Costco Gas | COSTCO GAS #{n4} {city} {st} | TRANSPORTATION_GAS | 3100 | 6100 | kind=fuel website=costco.com
exxon | ExxonMobil | EXXONMOBIL {n6} {city} {st} | TRANSPORTATION_GAS | 2700 | 6600 | kind=fuel website=exxon.com
diamond | Diamond Parking | DIAMOND PARKING LOT {n4} {city} {st} | TRANSPORTATION_PARKING | 600 | 2400 | website=diamondparking.com
paybyphone | PayByPhone | PAYBYPHONE PARKING 888-450-7275 | TRANSPORTATION_PARKING | 150 | 1200 | channel=online website=paybyphone.com
orca | ORCA | MYORCA.COM 888-988-6722 {st} | TRANSPORTATION_PUBLIC_TRANSIT | 1000 | 4000 | channel=online website=myorca.com
mta | MTA | MTA*NYCT PAYGO NEW YORK NY | TRANSPORTATION_PUBLIC_TRANSIT | 290 | 290 | website=mta.info
tolls | Good To Go | WSDOT GOODTOGO RENTON WA | TRANSPORTATION_TOLLS | 225 | 1850 | channel=online confidence=HIGH
uber | Uber | UBER *TRIP HELP.UBER.COM CA | TRANSPORTATION_TAXIS_AND_RIDE_SHARES | 890 | 4600 | channel=online website=uber.com
lyft | Lyft | LYFT *RIDE {d} LYFT.COM CA | TRANSPORTATION_TAXIS_AND_RIDE_SHARES | 840 | 4300 | channel=online website=lyft.com
walgreens | Walgreens | WALGREENS #{n4} {city} {st} | MEDICAL_PHARMACIES_AND_SUPPLEMENTS | 590 | 4200 | website=walgreens.com
cvs | CVS | CVS/PHARMACY #0{n4} {city} {st} | MEDICAL_PHARMACIES_AND_SUPPLEMENTS | 490 | 5200 | website=cvs.com
bartell | Bartell Drugs | BARTELL DRUGS #{n2} {city} {st} | MEDICAL_PHARMACIES_AND_SUPPLEMENTS | 590 | 3600 |
clinic | | SWEDISH MEDICAL GRP COPAY {city} {st} | MEDICAL_PRIMARY_CARE | 2500 | 7500 | confidence=HIGH
dentist | | GREENWOOD FAMILY DENTAL {city} {st} | MEDICAL_DENTAL_CARE | 4500 | 24500 | confidence=HIGH
optician | Warby Parker | WARBY PARKER {n4} {city} {st} | MEDICAL_EYE_CARE | 9500 | 29500 | website=warbyparker.com
petco | Petco | PETCO {n4} {city} {st} | GENERAL_MERCHANDISE_PET_SUPPLIES | 1900 | 8200 | website=petco.com
mudbay | Mud Bay | MUD BAY {city} {st} | GENERAL_MERCHANDISE_PET_SUPPLIES | 1700 | 6900 | website=mudbay.com
chewy | Chewy | CHEWY.COM 800-672-4399 FL | GENERAL_MERCHANDISE_PET_SUPPLIES | 2900 | 9100 | channel=online website=chewy.com
vet | | {city} VETERINARY CLINIC {st} | MEDICAL_VETERINARY_SERVICES | 6500 | 28500 | confidence=HIGH
rei | REI | REI #{n2} {city} {st} | GENERAL_MERCHANDISE_SPORTING_GOODS | 2900 | 18900 | website=rei.com confidence=HIGH
rack | Nordstrom Rack | NORDSTROM RACK #0{n3} {city} {st} | GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES | 2400 | 14900 | website=nordstromrack.com
uniqlo | Uniqlo | UNIQLO {city} {st} | GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES | 1990 | 9900 | website=uniqlo.com
oldnavy | Old Navy | OLD NAVY US {n4} {city} {st} | GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES | 1800 | 11800 | website=oldnavy.com
kohls | Kohl's | KOHL'S #{n4} {city} {st} | GENERAL_MERCHANDISE_DEPARTMENT_STORES | 1900 | 12900 | website=kohls.com
greatclips | Great Clips | GREAT CLIPS {n4} {city} {st} | PERSONAL_CARE_HAIR_AND_BEAUTY | 2200 | 3800 | website=greatclips.com
sephora | Sephora | SEPHORA {n4} {city} {st} | PERSONAL_CARE_HAIR_AND_BEAUTY | 1800 | 8900 | website=sephora.com
carters | Carter's | CARTERS #{n4} {city} {st} | GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES | 1900 | 7900 | website=carters.com
ouac | Once Upon A Child | ONCE UPON A CHILD {city} {st} | GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES | 1200 | 6900 | confidence=HIGH
scholastic | Scholastic | SCHOLASTIC BOOK FAIRS 800-724-6527 | GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS | 890 | 3900 | channel=online website=scholastic.com
swim | | ACT*{city} PARKS SWIM 877-228-4881 | PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS | 6500 | 14800 | channel=online confidence=MEDIUM
lego | LEGO | LEGO STORE {city} {st} | GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE | 1499 | 9900 | website=lego.com
siff | SIFF Cinema | SIFF CINEMA UPTOWN {city} {st} | ENTERTAINMENT_TV_AND_MOVIES | 1400 | 4800 | website=siff.net
amc | AMC Theatres | AMC {n4} {city} {st} | ENTERTAINMENT_TV_AND_MOVIES | 1450 | 6200 | website=amctheatres.com
mopop | MoPOP | MOPOP TICKETS {city} {st} | ENTERTAINMENT_SPORTING_EVENTS_AMUSEMENT_PARKS_AND_MUSEUMS | 1950 | 8900 | website=mopop.org
ticketmaster | Ticketmaster | TM *{x} TICKETMASTER.COM | ENTERTAINMENT_SPORTING_EVENTS_AMUSEMENT_PARKS_AND_MUSEUMS | 4800 | 24900 | channel=online website=ticketmaster.com
bookshop | Elliott Bay Book Company | SQ *ELLIOTT BAY BOOK CO {city} {st} | GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS | 1290 | 5900 | website=elliottbaybook.com
barnes | Barnes & Noble | BARNES&NOBLE #{n4} {city} {st} | GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS | 1190 | 5600 | website=bn.com
steam | Steam | STEAMGAMES.COM 4259522985 WA | ENTERTAINMENT_VIDEO_GAMES | 499 | 5999 | channel=online website=steampowered.com
etsy | Etsy | ETSY, INC. ETSY.COM NY | GENERAL_MERCHANDISE_ONLINE_MARKETPLACES | 1290 | 7900 | channel=online website=etsy.com
flowers | 1-800-Flowers | 1-800-FLOWERS.COM 800-468-1141 NY | GENERAL_MERCHANDISE_GIFTS_AND_NOVELTIES | 3900 | 9900 | channel=online website=1800flowers.com
alaska | Alaska Airlines | ALASKA AIR 0272{n6}{n3} | TRAVEL_FLIGHTS | 11800 | 46900 | channel=online website=alaskaair.com
delta | Delta Air Lines | DELTA AIR 0062{n6}{n3} | TRAVEL_FLIGHTS | 14900 | 61900 | channel=online website=delta.com
airbnb | Airbnb | AIRBNB * {x} AIRBNB.COM CA | TRAVEL_LODGING | 8400 | 52000 | channel=online website=airbnb.com
hilton | Hilton | HILTON GARDEN INN {city} {st} | TRAVEL_LODGING | 13900 | 38900 | kind=hotel website=hilton.com
marriott | Marriott | MARRIOTT {n5} {city} {st} | TRAVEL_LODGING | 15900 | 42900 | kind=hotel website=marriott.com
hertz | Hertz | HERTZ RENT-A-CAR {city} {st} | TRAVEL_RENTAL_CARS | 9900 | 34900 | kind=hotel website=hertz.com
staples | Staples | STAPLES 0011{n4} {city} {st} | GENERAL_MERCHANDISE_OFFICE_SUPPLIES | 890 | 12900 | website=staples.com
bestbuy | Best Buy | BEST BUY 0000{n4} {city} {st} | GENERAL_MERCHANDISE_ELECTRONICS | 1900 | 42900 | website=bestbuy.com
apple | Apple | APPLE STORE #R{n3} {city} {st} | GENERAL_MERCHANDISE_ELECTRONICS | 2900 | 89900 | website=apple.com
usps | USPS | USPS PO {n6} {city} {st} | GENERAL_SERVICES_POSTAGE_AND_SHIPPING | 490 | 3900 | website=usps.com
jiffy | Jiffy Lube | JIFFY LUBE #{n4} {city} {st} | GENERAL_SERVICES_AUTOMOTIVE | 6900 | 14900 | website=jiffylube.com
storyville | Storyville Coffee | SQ *STORYVILLE COFFEE {city} {st} | FOOD_AND_DRINK_COFFEE | 425 | 1290 | confidence=HIGH
snapology | Snapology | SNAPOLOGY OF {city} {st} | GENERAL_SERVICES_EDUCATION | 2500 | 9500 | confidence=MEDIUM
mktstudio | | PAYPAL *MKTSTUDIO 4029357733 | OTHER_OTHER | 1995 | 1995 | channel=online confidence=LOW
blm | | SQ *BLM 0412 {city} {st} | OTHER_OTHER | 2600 | 2600 | confidence=LOW
laundry | | CSC SERVICEWORKS 877-264-6622 | PERSONAL_CARE_LAUNDRY_AND_DRY_CLEANING | 325 | 1250 | confidence=HIGH
seveneleven | 7-Eleven | 7-ELEVEN {n5} {city} {st} | GENERAL_MERCHANDISE_CONVENIENCE_STORES | 290 | 1690 | website=7-eleven.com
totalwine | Total Wine & More | TOTAL WINE & MORE {n3} {city} {st} | FOOD_AND_DRINK_BEER_WINE_AND_LIQUOR | 1590 | 8900 | website=totalwine.com
bar | | SQ *THE PINE BOX {city} {st} | FOOD_AND_DRINK_RESTAURANT | 1300 | 5400 | kind=tip confidence=MEDIUM
charity | American Red Cross | AMERICAN RED CROSS 800-733-2767 DC | GOVERNMENT_AND_NON_PROFIT_DONATIONS | 2000 | 10000 | channel=online website=redcross.org
church | | ST MARKS PARISH GIVING | GOVERNMENT_AND_NON_PROFIT_DONATIONS | 4000 | 6000 | channel=online confidence=MEDIUM
golf | | {city} MUNI GOLF COURSE {st} | ENTERTAINMENT_OTHER_ENTERTAINMENT | 2800 | 6400 | confidence=MEDIUM
garden | | SWANSONS NURSERY {city} {st} | HOME_IMPROVEMENT_REPAIR_AND_MAINTENANCE | 1800 | 9800 | confidence=HIGH
atm | | ATM WITHDRAWAL 00{n4} {city} {st} | TRANSFER_OUT_WITHDRAWAL | 4000 | 20000 | code=atm party=financial_institution
"""


# Nobody sleeps at a hotel in their own town.
_ELSEWHERE = (("San Diego", "CA"), ("Chicago", "IL"), ("Denver", "CO"), ("Boston", "MA"), ("Austin", "TX"), ("Portland", "OR"))


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Shop]:
    from banksim.people import shops_abroad, shops_billed

    return _rows(_CARD) | _rows(shops_billed.TABLE) | _rows(shops_abroad.TABLE)


def find(key: str) -> Shop:
    return catalogue()[key]


def face(shop: Shop, *, city: str, region: str, on: dt.date, dice: random.Random) -> Face:
    """The face of one purchase: the store is one of three this town has, the rest is new each time."""
    if shop.kind == "hotel" and shop.country == "US":
        city, region = random.Random(f"{shop.key}|{on}").choice(_ELSEWHERE)  # noqa: S311
    store = str(random.Random(f"{shop.key}|{city}|{dice.randrange(3)}").randrange(100_000, 999_999))  # noqa: S311
    numbers = {f"n{digits}": store[:digits] for digits in range(2, 7)}
    serial = "".join(dice.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=9))
    descriptor = shop.descriptor.format(city=city.upper(), st=region, x=serial, d=on.strftime("%m/%d"), **numbers)
    here = shop.channel == "in store"
    domestic = shop.country == "US"
    paid = " payroll" if shop.detailed == "INCOME_SALARY" else ""
    return Face(
        name=f"{shop.merchant}{paid}" if shop.merchant else descriptor,
        descriptor=descriptor,
        detailed=shop.detailed,
        merchant=shop.merchant,
        confidence=shop.confidence,
        channel=shop.channel,
        party=shop.party,
        code=shop.code.replace("_", " ") if shop.code else None,
        website=shop.website,
        city=city if here and domestic else None,
        region=region if here and domestic else None,
        country=shop.country if here else None,
        store=store[:4] if here and "{n" in shop.descriptor else None,
        ppd=shop.ppd,
    )
