# ruff: noqa: E501 (a table: one shop a line)
"""Bills, subscriptions, pay and bank entries: what arrives by debit, card on file or ACH. Columns as in shops.py."""

TABLE = """
netflix | Netflix | NETFLIX.COM LOS GATOS CA | ENTERTAINMENT_TV_AND_MOVIES | 1549 | 1799 | channel=online website=netflix.com
spotify | Spotify | SPOTIFY USA 877-778-1161 NY | ENTERTAINMENT_MUSIC_AND_AUDIO | 1199 | 1999 | channel=online website=spotify.com
icloud | Apple iCloud | APPLE.COM/BILL 866-712-7753 CA | GENERAL_SERVICES_OTHER_GENERAL_SERVICES | 299 | 999 | channel=online website=apple.com
notion | Notion | NOTION LABS, INC. | GENERAL_SERVICES_OTHER_GENERAL_SERVICES | 1000 | 1000 | channel=online website=notion.so confidence=MEDIUM
hulu | Hulu | HULU 877-8244858 CA | ENTERTAINMENT_TV_AND_MOVIES | 999 | 1899 | channel=online website=hulu.com
disney | Disney+ | DISNEY PLUS 888-9057888 CA | ENTERTAINMENT_TV_AND_MOVIES | 1399 | 1899 | channel=online website=disneyplus.com
youtube | YouTube Premium | GOOGLE *YOUTUBEPREMIUM G.CO/HELPPAY# CA | ENTERTAINMENT_TV_AND_MOVIES | 1399 | 1399 | channel=online website=youtube.com
adobe | Adobe | ADOBE *CREATIVE CLOUD 408-536-6000 CA | GENERAL_SERVICES_OTHER_GENERAL_SERVICES | 5999 | 6999 | channel=online website=adobe.com
figma | Figma | FIGMA SAN FRANCISCO CA | GENERAL_SERVICES_OTHER_GENERAL_SERVICES | 1500 | 1800 | channel=online website=figma.com
dropbox | Dropbox | DROPBOX*{x} DROPBOX.COM CA | GENERAL_SERVICES_OTHER_GENERAL_SERVICES | 1199 | 1199 | channel=online website=dropbox.com
aws | Amazon Web Services | AMAZON WEB SERVICES AWS.AMAZON.CO WA | GENERAL_SERVICES_OTHER_GENERAL_SERVICES | 1800 | 4200 | channel=online website=aws.amazon.com
nyt | The New York Times | NYTIMES*NYTIMES 800-698-4637 NY | GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS | 2500 | 2500 | channel=online website=nytimes.com
audible | Audible | AUDIBLE*{x} AMZN.COM/BILL NJ | ENTERTAINMENT_MUSIC_AND_AUDIO | 1495 | 1495 | channel=online website=audible.com
xbox | Xbox | MICROSOFT*XBOX GAME PASS 425-6816830 WA | ENTERTAINMENT_VIDEO_GAMES | 1499 | 1999 | channel=online website=xbox.com
prime | Amazon Prime | AMAZON PRIME*{x} AMZN.COM/BILL WA | GENERAL_MERCHANDISE_ONLINE_MARKETPLACES | 1499 | 1499 | channel=online website=amazon.com
ymca | YMCA | YMCA OF GREATER {city} 206-382-5003 | PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS | 5800 | 5800 | channel=online website=ymca.org
planetfitness | Planet Fitness | PLANET FIT CLUB FEES 603-750-0001 NH | PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS | 1000 | 1500 | channel=online website=planetfitness.com
tmobile | T-Mobile | T-MOBILE PCS SVC TMOBILE*AUTO PAY PPD ID: 0000450304 | RENT_AND_UTILITIES_TELEPHONE | 12000 | 12000 | channel=online website=t-mobile.com ppd=0000450304
verizon | Verizon | VZWRLSS*APOCC VISB 800-922-0204 FL | RENT_AND_UTILITIES_TELEPHONE | 8500 | 16500 | channel=online website=verizon.com
mint | Mint Mobile | MINT MOBILE 800-683-7392 CA | RENT_AND_UTILITIES_TELEPHONE | 2000 | 3000 | channel=online website=mintmobile.com
xfinity | Xfinity | COMCAST {city} CS 1X 800-266-2278 | RENT_AND_UTILITIES_INTERNET_AND_CABLE | 7500 | 9800 | channel=online website=xfinity.com
spectrum | Spectrum | SPECTRUM 855-707-7328 MO | RENT_AND_UTILITIES_INTERNET_AND_CABLE | 6999 | 8999 | channel=online website=spectrum.com
citylight | Seattle City Light | SEATTLE CITY LIGHT UTIL PYMT PPD ID: 1916001275 | RENT_AND_UTILITIES_GAS_AND_ELECTRICITY | 6800 | 14500 | channel=online ppd=1916001275
spu | Seattle Public Utilities | SEATTLE PUB UTIL WEB PYMT PPD ID: 1916001276 | RENT_AND_UTILITIES_WATER | 8420 | 8420 | channel=online ppd=1916001276
pge | PG&E | PGANDE WEB ONLINE PPD ID: 5940742640 | RENT_AND_UTILITIES_GAS_AND_ELECTRICITY | 7800 | 24500 | channel=online website=pge.com ppd=5940742640
duke | Duke Energy | DUKEENERGY BILL PAY PPD ID: 1550000002 | RENT_AND_UTILITIES_GAS_AND_ELECTRICITY | 8900 | 23900 | channel=online website=duke-energy.com ppd=1550000002
citywater | | CITY OF {city} WATER UTIL PAYMT | RENT_AND_UTILITIES_WATER | 4800 | 11200 | channel=online confidence=HIGH
waste | Waste Management | WASTE MANAGEMENT INTERNET PPD ID: 9049038216 | RENT_AND_UTILITIES_SEWAGE_AND_WASTE_MANAGEMENT | 3400 | 4100 | channel=online website=wm.com ppd=9049038216
rent_alder | Alder Court Rent | ALDER COURT APTS RENT WEB PMTS PPD ID: 1383693141 | RENT_AND_UTILITIES_RENT | 198000 | 198000 | channel=online ppd=1383693141 confidence=HIGH
rent_room | | ZELLE PAYMENT TO K NGUYEN RENT {x} | RENT_AND_UTILITIES_RENT | 78000 | 78000 | channel=online confidence=MEDIUM
rent_loft | | AVALON PROPERTIES RENT ONLINE PPD ID: 9000338721 | RENT_AND_UTILITIES_RENT | 265000 | 265000 | channel=online ppd=9000338721 confidence=HIGH
mortgage | Bank of America Mortgage | BK OF AMER MTG LOAN PAYMT PPD ID: 1942687665 | LOAN_PAYMENTS_MORTGAGE_PAYMENT | 218740 | 218740 | channel=online website=bankofamerica.com ppd=1942687665
afterschool | Sunrise After-School | SUNRISE AFTERSCHOOL TUITION ACH PPD ID: 4270465600 | GENERAL_SERVICES_CHILDCARE | 42000 | 42000 | channel=online ppd=4270465600 confidence=HIGH
daycare | Bright Horizons | BRIGHT HORIZONS TUITION 877-624-4532 | GENERAL_SERVICES_CHILDCARE | 124000 | 124000 | channel=online website=brighthorizons.com
pemco | PEMCO | PEMCO MUTUAL INS PREM PPD ID: 1910218030 | GENERAL_SERVICES_INSURANCE | 13850 | 13850 | channel=online website=pemco.com ppd=1910218030
geico | GEICO | GEICO *AUTO 800-841-3000 DC | GENERAL_SERVICES_INSURANCE | 11800 | 16400 | channel=online website=geico.com
statefarm | State Farm | STATE FARM RO 27 CPC-CLIENT PPD ID: 9000313004 | GENERAL_SERVICES_INSURANCE | 18400 | 21900 | channel=online website=statefarm.com ppd=9000313004
medigap | UnitedHealthcare | UHC MEDSUPP PREMIUM PPD ID: 1411289245 | GENERAL_SERVICES_INSURANCE | 18900 | 21400 | channel=online ppd=1411289245
carloan | Chase Auto | CHASE AUTO FIN PAYMENT PPD ID: 9783397101 | LOAN_PAYMENTS_CAR_PAYMENT | 28900 | 28900 | channel=online ppd=9783397101
toyota | Toyota Financial | TOYOTA FINANCIAL PAYMENT PPD ID: 9953775816 | LOAN_PAYMENTS_CAR_PAYMENT | 41280 | 41280 | channel=online ppd=9953775816
studentloan | Nelnet | NELNET STUDENT LOAN PYMT PPD ID: 9470756002 | LOAN_PAYMENTS_STUDENT_LOAN_PAYMENT | 22400 | 22400 | channel=online ppd=9470756002
irs_est | IRS | IRS USATAXPYMT PPD ID: 3387702000 | GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT | 240000 | 240000 | channel=online ppd=3387702000
irs_refund | IRS | IRS TREAS 310 TAX REF PPD ID: 9111736946 | INCOME_TAX_REFUND | 84000 | 264000 | channel=online party=income_source ppd=9111736946
tuition | | UW SEATTLE TUITION FEES 206-543-4694 | GENERAL_SERVICES_EDUCATION | 120000 | 420000 | channel=online confidence=HIGH
textbooks | Chegg | CHEGG ORDER 888-992-4344 CA | GENERAL_SERVICES_EDUCATION | 1599 | 9900 | channel=online website=chegg.com
pay_harbor | Harbor Clinics | HARBOR CLINICS PAYROLL PPD ID: 1911443820 | INCOME_SALARY | 312040 | 312040 | channel=online party=income_source ppd=1911443820
pay_fjord | Fjord Design | FJORD DESIGN LLC INVOICE ACH CCD ID: 8412077316 | INCOME_CONTRACTOR | 80000 | 145000 | channel=online party=income_source ppd=8412077316 confidence=HIGH
pay_meridian | Meridian Logistics | MERIDIAN LOGIST DIR DEP PPD ID: 1752211640 | INCOME_SALARY | 248615 | 248615 | channel=online party=income_source ppd=1752211640
pay_school | Wake County Schools | WAKE COUNTY SCH PAYROLL PPD ID: 1566001120 | INCOME_SALARY | 318450 | 318450 | channel=online party=income_source ppd=1566001120
pay_campus | University of Washington | UNIV OF WASH PAYROLL PPD ID: 1916001537 | INCOME_SALARY | 46180 | 58920 | channel=online party=income_source ppd=1916001537
pay_global | Nordstern Robotics | NORDSTERN ROBOTICS PAYROLL PPD ID: 1471884021 | INCOME_SALARY | 462500 | 462500 | channel=online party=income_source ppd=1471884021
pay_eur | Nordstern Robotics GmbH | GUTSCHRIFT NORDSTERN ROBOTICS GMBH GEHALT | INCOME_SALARY | 118000 | 118000 | channel=online party=income_source country=DE
fidelity | Fidelity | FID BKG SVC LLC MONEYLINE PPD ID: 1035141383 | TRANSFER_OUT_INVESTMENT_AND_RETIREMENT_FUNDS | 100000 | 100000 | channel=online party=financial_institution ppd=1035141383
family_help | | ZELLE PAYMENT FROM L OKONKWO {x} | TRANSFER_IN_TRANSFER_IN_FROM_APPS | 20000 | 35000 | channel=online party=payment_app confidence=HIGH
venmo_out | Venmo | VENMO PAYMENT {x} PPD ID: 3264681992 | TRANSFER_OUT_TRANSFER_OUT_FROM_APPS | 900 | 6400 | channel=online party=payment_app website=venmo.com ppd=3264681992
venmo_in | Venmo | VENMO CASHOUT {x} PPD ID: 5264681992 | TRANSFER_IN_TRANSFER_IN_FROM_APPS | 900 | 5200 | channel=online party=payment_app website=venmo.com ppd=5264681992
ssa | Social Security Administration | SSA TREAS 310 XXSOC SEC PPD ID: 9031736042 | INCOME_RETIREMENT_PENSION | 231800 | 231800 | channel=online party=income_source ppd=9031736042
pension | CalPERS | CALPERS PENSION PPD ID: 1946207465 | INCOME_RETIREMENT_PENSION | 187645 | 187645 | channel=online party=income_source ppd=1946207465
dividend | Vanguard | VANGUARD BUY INVESTMENT DIVIDEND PPD ID: 1231945930 | INCOME_DIVIDENDS | 21000 | 64000 | channel=online party=income_source ppd=1231945930
inv_acme | Acme Studio | ACME STUDIO INC PAYMENTS CCD ID: 1800948598 | INCOME_CONTRACTOR | 180000 | 520000 | channel=online party=income_source confidence=HIGH
inv_stripe | Stripe | STRIPE TRANSFER ST-{x} CCD ID: 4270465600 | INCOME_CONTRACTOR | 24000 | 168000 | channel=online party=income_source website=stripe.com
inv_upwork | Upwork | UPWORK ESCROW IN EDI PYMNTS CCD ID: 1264208831 | INCOME_GIG_ECONOMY | 38000 | 210000 | channel=online party=income_source website=upwork.com
ally_interest | | Ally interest | INCOME_INTEREST_EARNED | 300 | 4200 | channel=other code=interest party=financial_institution confidence=VERY_HIGH
interest | | INTEREST PAID | INCOME_INTEREST_EARNED | 300 | 4200 | channel=other code=interest party=financial_institution
atmfee | | NON-NETWORK ATM FEE | BANK_FEES_ATM_FEES | 300 | 350 | channel=other code=bank_charge party=financial_institution
monthlyfee | | MONTHLY MAINTENANCE FEE | BANK_FEES_OTHER_BANK_FEES | 1200 | 1200 | channel=other code=bank_charge party=financial_institution
overdraft | | OVERDRAFT FEE | BANK_FEES_OVERDRAFT_FEES | 3500 | 3500 | channel=other code=bank_charge party=financial_institution
annualfee | | ANNUAL MEMBERSHIP FEE | BANK_FEES_OTHER_BANK_FEES | 9500 | 9500 | channel=other code=bank_charge party=financial_institution
cardinterest | | INTEREST CHARGE ON PURCHASES | BANK_FEES_INTEREST_CHARGE | 1200 | 4800 | channel=other code=interest party=financial_institution
fxfee | | FOREIGN TRANSACTION FEE | BANK_FEES_FOREIGN_TRANSACTION_FEES | 30 | 900 | channel=other code=bank_charge party=financial_institution
"""
