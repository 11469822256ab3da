# ruff: noqa: E501 (a table: one shop a line)
"""Shops met on journeys, and those of people who live in two countries. Prices in the currency of the account that pays."""

TABLE = """
pret_london | Pret A Manger | PRET A MANGER LONDON GBR | FOOD_AND_DRINK_FAST_FOOD | 540 | 1890 | country=GB website=pret.com
tfl | Transport for London | TFL TRAVEL CH TFL.GOV.UK/CP GBR | TRANSPORTATION_PUBLIC_TRANSIT | 340 | 1120 | country=GB website=tfl.gov.uk
tesco | Tesco | TESCO STORES 6402 LONDON GBR | FOOD_AND_DRINK_GROCERIES | 890 | 4200 | country=GB website=tesco.com
cancun | OXXO | OXXO KUKULCAN CANCUN QROO MEX | GENERAL_MERCHANDISE_CONVENIENCE_STORES | 480 | 3900 | country=MX confidence=MEDIUM
vancouver | Tim Hortons | TIM HORTONS #2210 VANCOUVER BC CAN | FOOD_AND_DRINK_COFFEE | 390 | 1700 | country=CA website=timhortons.com
rewe | REWE | REWE SAGT DANKE 4011//BERLIN/DE | FOOD_AND_DRINK_GROCERIES | 780 | 6900 | country=DE website=rewe.de
edeka | Edeka | EDEKA CENTER//BERLIN/DE | FOOD_AND_DRINK_GROCERIES | 690 | 5900 | country=DE website=edeka.de
dm | dm-drogerie markt | DM DROGERIE MARKT//BERLIN/DE | GENERAL_MERCHANDISE_DISCOUNT_STORES | 490 | 3900 | country=DE website=dm.de
bvg | BVG | BVG APP BERLIN/DE | TRANSPORTATION_PUBLIC_TRANSIT | 380 | 990 | channel=online country=DE website=bvg.de
db | Deutsche Bahn | DB VERTRIEB GMBH FRANKFURT/DE | TRANSPORTATION_PUBLIC_TRANSIT | 1990 | 11900 | channel=online country=DE website=bahn.de
kneipe | | SUMUP *ZUR LETZTEN INSTANZ BERLIN/DE | FOOD_AND_DRINK_RESTAURANT | 1900 | 6400 | country=DE confidence=MEDIUM
strom | Vattenfall | SEPA-LASTSCHRIFT VATTENFALL EUROPE SALES | RENT_AND_UTILITIES_GAS_AND_ELECTRICITY | 6800 | 6800 | channel=online country=DE website=vattenfall.de
o2de | O2 | SEPA-LASTSCHRIFT TELEFONICA GERMANY O2 | RENT_AND_UTILITIES_TELEPHONE | 1999 | 2499 | channel=online country=DE website=o2online.de
rent_berlin | | DAUERAUFTRAG MIETE HAUSVERWALTUNG LINDEN | RENT_AND_UTILITIES_RENT | 64000 | 64000 | channel=online country=DE confidence=HIGH
geldautomat | | GELDAUTOMAT SPARKASSE BERLIN/DE | TRANSFER_OUT_WITHDRAWAL | 5000 | 10000 | country=DE code=atm party=financial_institution
lawson | Lawson | LAWSON SHINJUKU TOKYO JPN | GENERAL_MERCHANDISE_CONVENIENCE_STORES | 320 | 2400 | country=JP website=lawson.co.jp
familymart | FamilyMart | FAMILYMART SHIBUYA TOKYO JPN | GENERAL_MERCHANDISE_CONVENIENCE_STORES | 280 | 1900 | country=JP website=family.co.jp
suica | JR East | MOBILE SUICA JR EAST TOKYO JPN | TRANSPORTATION_PUBLIC_TRANSIT | 1000 | 5000 | channel=online country=JP website=jreast.co.jp
yodobashi | Yodobashi Camera | YODOBASHI AKIBA TOKYO JPN | GENERAL_MERCHANDISE_ELECTRONICS | 2400 | 48000 | country=JP website=yodobashi.com
ichiran | Ichiran | ICHIRAN SHINJUKU TOKYO JPN | FOOD_AND_DRINK_RESTAURANT | 1180 | 3600 | country=JP website=ichiran.com
apa | APA Hotel | APA HOTEL SHINJUKU TOKYO JPN | TRAVEL_LODGING | 9800 | 36000 | country=JP kind=hotel website=apahotel.com
lufthansa | Lufthansa | LUFTHANSA 2202{n6}{n3} | TRAVEL_FLIGHTS | 18900 | 94000 | channel=online website=lufthansa.com
ana | ANA | ALL NIPPON AIR 2052{n6}{n3} | TRAVEL_FLIGHTS | 28900 | 128000 | channel=online website=ana.co.jp
"""
