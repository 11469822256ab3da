# ruff: noqa: E501 (tables: one category a line)
"""How often invented people have a row of each category, for how much, and what their banks write where no shop is named.

Weights are rows of a thousand, amounts are medians in dollars with a spread; both are guesses of ours about ordinary households.
`{E}` an employer or company, `{P}` a person, `{n}` digits, `{T}` a town.
"""

from __future__ import annotations

# category weight median spread
OUT = """
groceries 130 35 .9|convenience 28 9 .6|restaurants 95 30 .7|fast_food 60 14 .5|coffee 45 7 .5|bars 30 25 .7|delivery 16 32 .4|rent 8 1300 .4
mortgage 5 1500 .4|building_fees 2 250 .5|home_improvement 13 45 1|furnishing 4 150 1|energy 11 110 .6|water 5 60 .5|phone 13 45 .6|internet 9 65 .3
other_utilities 3 90 .6|fuel 46 45 .4|public_transit 32 8 .9|ride_hailing 26 16 .5|parking 15 6 .7|tolls 6 5 .6|vehicle_care 9 120 .9
vehicle_costs 3 130 1|flights 5 280 .7|lodging 9 180 .8|car_rental 2 200 .6|trips 3 130 1|clothing 24 55 .8|electronics 10 80 1.1|household 8 30 .7
books 8 20 .7|general_shopping 30 30 .9|online_shopping 46 28 .9|hobbies 11 45 .9|subscriptions 28 12 .5|software 14 15 .8|digital 15 5 .9
events 13 30 .7|games 7 20 .7|gambling 4 20 .8|doctor 7 70 .7|dental 3 150 .8|eye_care 2 150 .7|pharmacy 15 22 .7|care 4 80 .7|gym 9 40 .5
sports 7 30 .8|hair_beauty 10 40 .7|laundry 3 18 .6|tuition 5 150 1.2|childcare 4 300 .7|after_school 2 60 .7|kids_things 6 30 .8
pet_supplies 6 45 .7|vet 2 120 .7|car_insurance 4 110 .5|home_insurance 2 80 .6|health_insurance 4 180 .6|insurance 6 90 .7|gifts 6 40 .7
donations 7 40 1|bank_fees 24 5 .9|interest_paid 6 25 1.1|fines 1 80 .6|taxes 5 300 1.2|property_tax 2 700 .6|car_loan 3 350 .4|student_loan 2 250 .5
loan_payment 6 200 .9|cash 22 80 .7|professional 3 200 .9|post 5 14 .7|government 3 40 .9|home_help 3 100 .6|other_services 8 60 1|transfer 42 300 1.4
card_payment 20 500 1.1|investing 10 250 1.2|people 48 60 1.2
"""
IN = """
pay 26 2000 .6|self_employment 6 600 1|investment_income 12 4 1.6|benefits 6 500 .8|rental_income 1.5 900 .5|tax_refund 2 500 1|deposits 5 250 1.1
other_income 8 90 1.2|transfer 34 300 1.4|people 26 60 1.1|card_payment 15 500 1.1|loan_received 0.6 2000 .8|investing 1.5 500 1.2|bank_fees 0.6 5 .8
"""
REFUNDS = 13.0  # rows of a thousand that are money back from a shop, in its own category

NAMELESS = {
    "rent": "RENT|RENT PAYMENT {P}|{P} RENT|{E} PROPERTY MANAGEMENT|{E} LETTINGS|RENT {n}|{E} APARTMENTS WEB PMTS|STO RENT|{E} REALTY RENT|{E} PROPERTIES|HOUSING TRUST RENT",
    "mortgage": "HOME LOAN PAYMENT|{E} MORTGAGE|MORTGAGE PAYMENT {n}|HOME LOAN REPAYMENT|{E} HOME LOANS|BOND REPAYMENT|BOND PAYMENT|MTG PYMT|LOAN {n} MORTGAGE|{E} BUILDING SOCIETY",
    "property_tax": "CITY OF {T} PROPERTY TAX|{T} COUNCIL RATES|PROPERTY TAX {T}|RATES {T}|COUNTY TAX COLLECTOR",
    "bank_fees": "MONTHLY FEE|ACCOUNT FEE|SERVICE FEE|MONTHLY ACCOUNT FEE|OVERDRAFT FEE|FOREIGN TRANSACTION FEE|INTL TXN FEE|ATM FEE|NSF FEE|BANK CHARGES|SERVICE CHARGE|MONTHLY PLAN FEE|CARD FEE|ANNUAL FEE|SMS FEE|TRANSACTION CHARGE|FX FEE|LATE FEE|OFFSHORE SERVICE MARGINS|CASH DEPOSIT FEE|UNPAID FEE|NON-STERLING TRANSACTION FEE|ADMIN CHARGE|MTHLY ACC FEE|ELECTRONIC TRANSACTION FEE|BYC DEBIT|DEBIT ORDER FEE|NOTIFICATION FEE",
    "interest_paid": "INTEREST CHARGE|INTEREST|DEBIT INTEREST|INTEREST CHARGED|OVERDRAFT INTEREST|PURCHASE INTEREST|CASH ADVANCE INTEREST|INT ON DEBIT BALANCE|INTEREST ON OVERDRAFT|LOAN INTEREST",
    "fines": "PARKING FINE {T}|TRAFFIC FINE|CITY OF {T} CITATION|PENALTY CHARGE NOTICE|TRAFFIC INFRINGEMENT|COURT FINE|PARKING INFRINGEMENT|LIBRARY FINES",
    "taxes": "IRS USATAXPYMT|INLAND REVENUE|SARS EFILING|HMRC SELF ASSESSMENT|CRA TAX PAYMENT|STATE TAX PYMT|TAX PAYMENT|HMRC|INCOME TAX|TAX DEPT|COUNCIL TAX|{T} COUNCIL TAX|FRANCHISE TAX BO|ATO PAYMENT|PAYE",
    "car_loan": "{E} AUTO FINANCE|AUTO LOAN PAYMENT|VEHICLE FINANCE|CAR LOAN|{E} MOTOR FINANCE|{E} AUTO LN PYMT|CAR FINANCE {n}",
    "student_loan": "STUDENT LOAN|DEPT EDUCATION STUDENT LN|STUDENT LOAN REPAYMENT|STUDENT LN PYMT|NSLSC|STUDYLINK LOAN",
    "loan_payment": "LOAN PAYMENT|LOAN REPAYMENT|PERSONAL LOAN {n}|{E} FINANCE|{E} LENDING|{E} CREDIT REPAYMENT|LOAN PMT {n}|{E} LOANS|CASH ADVANCE REPAYMENT|INSTALMENT LOAN",
    "cash": "ATM WITHDRAWAL {T}|CASH WITHDRAWAL|ATM {n} {T}|ABM WITHDRAWAL|CASH ADVANCE|CARDLESS CASH|LINK ATM {T}|ATM CASH {n}|WITHDRAWAL|CASH {T}|COUNTER WITHDRAWAL|CASHPOINT {T}|EWALLET CASH|NON-BANK ATM|CHEQUE {n}|CHECK {n}|CASH OUT",
    "transfer": "TRANSFER TO SAVINGS|ONLINE TRANSFER TO SAV {n}|TRANSFER TO XXXXX{n}|TFR TO {n}|INTERNAL TRANSFER|SAVINGS|TRANSFER|TO {n}|MOBILE BANKING TRANSFER|TRANSFER FROM CHK {n}|INTER ACCOUNT TRANSFER|AUTOMATIC TRANSFER|SAVE THE CHANGE|ROUND UP|POT TRANSFER|TO POT|INTERNET TRANSFER|TRANSFER FROM SAVINGS|TFR FROM {n}|OWN ACCOUNT TRANSFER|WEB TRANSFER|MOVE MONEY|RAINY DAY|HOLIDAY FUND|TRANSFER FROM {n}|ACCOUNT TRANSFER {n}|WITHDRAWAL TRANSFER|EMERGENCY FUND|REVOLUT|WISE|TOP UP|ELECTRONIC TRANSFER",
    "card_payment": "CREDIT CARD PAYMENT|CREDIT CARD AUTOPAY|CARD PAYMENT {n}|PAYMENT THANK YOU|{E} CARD PAYMENT|CREDIT CRD EPAY|VISA PAYMENT|MASTERCARD PAYMENT|PAYMENT - THANK YOU|PAYMENT RECEIVED|CC PAYMENT|ONLINE PAYMENT THANK YOU|AMEX EPAYMENT|BPAY CREDIT CARD|PAYMENT RECEIVED THANK YOU|CRCARDPMT|CREDIT CARD|DIRECT DEBIT PAYMENT THANK YOU|MOBILE PAYMENT|AUTOPAY PAYMENT|CARD BALANCE PAYMENT|PAIEMENT MERCI",
    "investing": "{E} INVESTMENTS|{E} SECURITIES|BROKERAGE TRANSFER|SHARESIES|UNIT TRUST|{E} ASSET MANAGEMENT|RETIREMENT ANNUITY|{E} CAPITAL|RRSP CONTRIBUTION|TFSA|KIWISAVER|ISA {n}|{E} CRYPTO|401K|{E} WEALTH|MUTUAL FUND|STOCKS ISA|PENSION CONTRIBUTION|{E} FUNDS|BUY SHARES",
    "people": "{P}|TO {P}|FROM {P}|{P} {P}|ZELLE PAYMENT TO {P}|ZELLE FROM {P}|VENMO {P}|VENMO PAYMENT {n}|VENMO CASHOUT|INTERAC E-TRANSFER TO {P}|E-TRANSFER {P}|INTERAC E-TRANSFER FROM {P}|FASTER PAYMENT {P}|FP {P}|{P} DINNER|{P} THANKS|PAYMENT TO {P}|PAYSHAP {P}|CASH APP*{P}|EFT {P}|AP {P}|MONZO {P}|BILL PAYMENT {P}|{P} BEERS|SEND MONEY {P}|IMMEDIATE PAYMENT {P}|{P} FLAT|E-TRANSFER SENT|E-TRANSFER RECEIVED|CASH APP|PAYMENT FROM {P}|PAYPAL {P}",
    "pay": "{E} PAYROLL|SALARY|{E} SALARY|{E} DIRECT DEP|PAYROLL DEPOSIT {E}|{E} WAGES|WAGES|{E} DES:PAYROLL|{E}|{E} LTD|BGC {E}|DIRECT CREDIT {E}|{E} PAY|SALARY {E}|MAGTAPE CREDIT {E}|{E} PAYROLL PPD|{E} DIR DEP|PAY {E}|SALARIS|{E} PTY LTD|NET SALARY|BONUS {E}|{E} FORTNIGHTLY PAY|PAYROLL|{E} LLC",
    "self_employment": "STRIPE TRANSFER|INVOICE {n} {E}|{E} INV {n}|SQUARE INC|ETSY PAYOUT|UPWORK|{E} INVOICE|UBER PAYMENTS|PAYPAL TRANSFER|DOORDASH INC|{E}|SHOPIFY PAYOUT|{E} CONSULTING|CONTRACT {E}|AIRBNB PAYMENTS|FIVERR|DELIVEROO RIDER",
    "investment_income": "INTEREST PAID|INTEREST|CREDIT INTEREST|INTEREST PAYMENT|DIVIDEND {E}|{E} DIVIDEND|DIVIDEND|INTEREST EARNED|INT ON CREDIT BALANCE|SAVINGS INTEREST|GROSS INTEREST|{E} DISTRIBUTION|BONUS INTEREST|DIV {E}|CAPITAL GAIN",
    "benefits": "SSA TREAS|SOCIAL SECURITY|WINZ|DWP|CHILD BENEFIT|STATE PENSION|GST CREDIT|CANADA CHILD BENEFIT|SASSA GRANT|NZ SUPER|{E} PENSION|UNEMPLOYMENT BENEFIT|UNIVERSAL CREDIT|CENTRELINK|FAMILIES PACKAGE|{E} RETIREMENT|MSD|CPP|EI PAYMENT|PENSION|STUDYLINK|VA BENEF|CARBON REBATE|DISABILITY",
    "rental_income": "RENT FROM {P}|{P} RENT|RENTAL INCOME|RENT RECEIVED|{P} BOARD|FLAT RENT {P}|TENANT {P}",
    "tax_refund": "IRS TREAS TAX REF|TAX REFUND|IRD REFUND|HMRC REFUND|SARS REFUND|CRA TAX REFUND|STATE TAX RFND|INLAND REVENUE REFUND|TAX CREDIT REFUND",
    "deposits": "DEPOSIT|ATM DEPOSIT|CASH DEPOSIT|MOBILE CHECK DEPOSIT|CHEQUE DEPOSIT|BRANCH DEPOSIT|COUNTER CREDIT|REMOTE DEPOSIT|MOBILE DEPOSIT|CASH PAID IN|CHECK DEPOSIT {n}|DEPOSIT {T}",
    "other_income": "CASHBACK|REWARDS REDEMPTION|{E} CLAIM|{E} REIMBURSEMENT|EXPENSES {E}|REBATE|CASH BACK REWARD|{P} BIRTHDAY|GIFT FROM {P}|{E} SETTLEMENT|CASHBACK BONUS|INSURANCE CLAIM {E}|{E} EXPENSES|REIMBURSEMENT|STATEMENT CREDIT|MISC CREDIT|SUNDRY CREDIT|PRIZE|REFERRAL BONUS|{E} REFUND",
    "loan_received": "LOAN ADVANCE|LOAN PROCEEDS|{E} LOAN DISBURSEMENT|LOAN DRAWDOWN|LOAN PAYOUT|{E} LENDING",
}

# How banks dress a purchase by country: {M} the shop, {T} the town, {n} digits.
PURCHASES = {
    "US": "{M} {T}|{M} #{n} {T}|SQ *{M} {T}|TST* {M} {T}|POS PURCHASE {M} {T}|CHECKCARD 0512 {M} {T}|DEBIT CARD PURCHASE {M} {T}|{M}|PAYPAL *{M}|PURCHASE AUTHORIZED ON 05/12 {M} {T}|{M} {n}|{M} 800-555-0142|SP {M}|POS DEBIT {M}|VISA DEBIT {M} {T}",
    "NZ": "{M}|{M} {T}|{M} {T} NZ|POS W/D {M}|EFTPOS PURCHASE {M}|VISA PURCHASE {M}|{M} LTD|PAYPAL *{M}|{M} {n} {T}|SP {M}|CARD {n} {M}",
    "ZA": "{M}|{M} {T}|POS PURCHASE {M}|POS PURCHASE {M} {n}|YOCO *{M}|C*{M} {T}|CARD PURCHASE {M} {T}|{M} {T} ZA|PAYFAST*{M}|IK *{M}|PURCHASE {M} {T}|SNAPSCAN {M}|DEBIT CARD {M}",
    "GB": "{M}|{M} {T}|CARD PAYMENT TO {M}|{M} {T} GB|SUMUP *{M}|ZETTLE_*{M}|PAYPAL *{M}|{M} {n}|VIS {M} {T}|CONTACTLESS {M}|SQ *{M}|CRV*{M}|{M} LTD|IZ *{M}",
    "CA": "{M} {T}|{M} #{n} {T}|POS PURCHASE {M}|SQ *{M} {T}|CONTACTLESS INTERAC PURCHASE {M}|{M}|INTERAC PURCHASE {M}|VISA DEBIT PURCHASE {M}|TST-{M}|PAYPAL *{M}|IDP PURCHASE {M}|{M} {n}",
    "AU": "{M} {T} AU|{M} {T}|{M} {T} AUS|SQ *{M} {T}|EFTPOS PURCHASE {M}|VISA PURCHASE {M}|{M}|SP {M}|ZLR*{M} {T}|{M} CARD {n}",
}
BILLS = "{M}|{M} DIRECT DEBIT|DIRECT DEBIT {M}|DD {M}|{M} BILL PMT|{M} {n}|{M} AUTOPAY|PREAUTHORIZED DEBIT {M}|{M} WEB PAY|DEBIT ORDER {M}|BILL PAYMENT {M}|{M} PAYMENT"
BILLED = frozenset(
    (
        "energy",
        "water",
        "phone",
        "internet",
        "other_utilities",
        "car_insurance",
        "home_insurance",
        "health_insurance",
        "insurance",
        "gym",
        "childcare",
        "tuition",
        "building_fees",
        "donations",
    )
)
MOVES = "{}|{}|{}|DIRECT CREDIT {}|{} {n}|AUTOMATIC PAYMENT {}|FPI {}|ACH {}|BILL PAYMENT {}|{} REF {n}|EFT {}|STANDING ORDER {}|ONLINE {}|INTERNET BANKING {}"
EMPLOYERS = "{L} GROUP|{L} & SONS|{N} SYSTEMS|{N} LOGISTICS|{L} CONSTRUCTION|{N} HEALTH|CITY OF {T}|UNIVERSITY OF {T}|{N} TECHNOLOGIES|{L} ENGINEERING|{N} HOLDINGS|{L} FARMS|{N} SOLUTIONS|{N} MEDIA|{L} PARTNERS|{N} FOODS|{T} SCHOOLS|{N} RETAIL|{N} CONSULTING|{L} MANUFACTURING"

# Owners do not agree on what a thing is: so often of a hundred shops or rows, and what they call it instead. What banks and aggregators
# file under shopping in their public lists (toys, gifts, chemists, pets, hardware) many owners do as well. Where several stand, it is one
# of them each time: a payment to a person is called what it was for, and that is not always a meal.
QUIRKS = """
general_shopping 28 groceries|online_shopping 26 household|groceries 3 general_shopping|pharmacy 20 general_shopping
convenience 14 fuel|books 10 tuition|gym 6 care|sports 14 events|vehicle_costs 25 taxes|home_improvement 20 general_shopping
furnishing 22 general_shopping|software 18 other_services|subscriptions 7 internet|digital 14 general_shopping|car_rental 8 fuel
property_tax 20 other_utilities|laundry 18 household|post 24 general_shopping|hair_beauty 8 general_shopping|bars 5 events|cash 8 transfer
investing 6 pay|deposits 25 transfer|other_income 30 transfer|people 22 restaurants/gifts/other_services/events/groceries/home_help|transfer 6 other_income|investment_income 3 transfer
pay 2 transfer|kids_things 30 general_shopping|clothing 3 online_shopping|electronics 10 online_shopping|events 5 trips|hobbies 12 sports
fast_food 1 events|coffee 1 general_shopping|restaurants 2 events|lodging 4 events|health_insurance 12 doctor|insurance 5 loan_payment
government 25 taxes|professional 10 taxes|donations 5 people|tuition 4 after_school|bank_fees 4 other_services|ride_hailing 3 flights
parking 3 vehicle_costs|energy 2 rent|phone 4 electronics|internet 4 subscriptions|home_help 20 home_improvement|other_services 25 rent
vet 3 care|pet_supplies 15 general_shopping|loan_payment 12 transfer|interest_paid 4 loan_payment|rent 4 transfer|mortgage 6 loan_payment|building_fees 6 other_utilities
benefits 3 transfer|self_employment 8 transfer|tax_refund 4 taxes|care 4 sports|eye_care 3 clothing|games 8 digital|gambling 4 games
trips 10 events|vehicle_care 3 fuel|taxes 6 other_services|gifts 30 general_shopping|household 25 furnishing
"""
