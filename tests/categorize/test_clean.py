"""What a bank's text becomes: tables of real-looking descriptors, and what holds for any text at all."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from farthing.categorize import Names
from farthing.categorize.clean import KEY_MAX, Cleaned, clean
from farthing.categorize.knowing.brands import recognise, shown

KEYS = [
    ("SQ *BLUE BOTTLE #12 OAKLAND CA", "BLUE BOTTLE"),
    ("TST* The Pizza Place - San Francisco CA", "THE PIZZA PLACE"),
    ("PAYPAL *SPOTIFY 402-935-7733 CA", "SPOTIFY"),
    ("TRADER JOE'S #552  OAKLAND CA", "TRADER JOES"),
    ("TRADER JOE S #552", "TRADER JOES"),
    ("TRADER JOES", "TRADER JOES"),
    ("SAINSBURYS S/MKT", "SAINSBURYS S MKT"),
    ("CHECKCARD 0512 WHOLEFDS OAK 10234 OAKLAND CA 24692165133", "WHOLEFDS OAK"),
    ("POS DEBIT 1234 WALGREENS STORE 4321 OAKLAND CA", "WALGREENS"),
    ("PURCHASE AUTHORIZED ON 05/12 SAFEWAY #1234 OAKLAND CA S305132456789012 CARD 1234", "SAFEWAY"),
    ("PURCHASE WITH CASH BACK AUTHORIZED ON 05/12 SAFEWAY #1234 OAKLAND CA", "SAFEWAY"),
    ("NETFLIX.COM 866-579-7172 CA", "NETFLIX.COM"),
    ("AMZN Mktp US*2K4AB12C0", "AMZN MKTP"),
    ("Amazon.com*MK1AB2 Amzn.com/bill WA", "AMAZON.COM AMZN.COM BILL"),
    ("UBER   *TRIP HELP.UBER.COM CA", "UBER TRIP"),
    ("UBER *EATS", "UBER EATS"),
    ("GUSTO DES:PAYROLL ID:123456 INDN:JOHN DOE CO ID:9138864001 PPD", "GUSTO PAYROLL"),
    ("CAPITAL ONE MOBILE PMT 3A1B2C3D4E", "CAPITAL ONE MOBILE PMT"),
    ("CREDIT CARD PAYMENT - THANK YOU", "CREDIT CARD PAYMENT THANK YOU"),
    ("7-ELEVEN 33021", "7-ELEVEN"),
    ("FOREVER 21", "FOREVER 21"),
    ("24 HOUR FITNESS #123", "24 HOUR FITNESS"),
    ("1-800-FLOWERS.COM", "1-800-FLOWERS.COM"),
    ("McDonald's F12345", "MCDONALDS"),
    ("MCDONALD'S F12345 OAKLAND CA", "MCDONALDS"),
    ("CVS/PHARMACY #01234", "CVS PHARMACY"),
    ("SHELL OIL 57444212300", "SHELL OIL"),
    ("UPI-ZOMATO-ZOMATO@HDFCBANK-HDFC0000001-412345678901-UPI", "ZOMATO"),
    ("UPI-TATA 1MG-1MG@HDFCBANK-HDFC0000001-412345678901-PAYMENT", "TATA 1MG"),
    ("UPI-DREAM11-DREAM11@AXL-UTIB0000123-412345678901-PAY", "DREAM11"),
    ("COOP-1234 BERN", "COOP"),
    ("INV-0012 JOHN SMITH", "JOHN SMITH"),
    ("7-11 STORE 34512 DALLAS TX", "7-11"),
    ("IMPS-431212345678-RAHUL SHARMA-HDFC-XXXXXX1234-RENT", "RAHUL SHARMA"),
    ("NEFT CR-CITI0000004-INFOSYS LTD-SALARY NOV-N305123456", "INFOSYS"),
    ("PAYPAL EUROPE S.A.R.L. ET CIE S.C.A IHR EINKAUF BEI ZALANDO", "ZALANDO"),
    ("BIZUM A FAVOR DE: LUCIA", "LUCIA"),
    ("BIL/ONL/000512345/AIRTEL/PREPAID", "AIRTEL PREPAID"),
    ("INTERNET BANKING LEMON SYSTEMS", "LEMON SYSTEMS"),
    ("SP ALLBIRDS 888-963-8944 CA", "ALLBIRDS"),
    ("カ)ヤマダショウジ", "カ ヤマダショウジ"),
    ("스타벅스 강남", "스타벅스 강남"),
    ("AT&T*BILL PAYMENT", "AT&T BILL PAYMENT"),
    ("COSTCO WHSE #0123           OAKLAND       CA", "COSTCO WHSE"),
    ("deliveroo north sydneynsw", "DELIVEROO"),
    ("WOOLWORTHS 1234 SYDNEY AUS Card xx1234 Value Date: 12/05/2026", "WOOLWORTHS"),
    ("COLES 0456 BONDI NSW AUS TAP AND PAY XX1234", "COLES"),
    ("CARD PAYMENT TO TESCO STORES 2345,12.40 GBP, RATE 1.00/GBP ON 12-05-2026", "TESCO STORES"),
    ("BET365 STOKE ON TRENT", "BET365"),
    ("F45 TRAINING BONDI JUNCTION", "F45 TRAINING BONDI JUNCTION"),
    ("CHEMIST4U WIGAN GB", "CHEMIST4U"),
    ("VIR INST CHLOE GARNIER", "CHLOE GARNIER"),
    ("Kartenzahlung REWE SAGT DANKE. 12345//Berlin/DE", "REWE SAGT DANKE"),
    ("CB CARREFOUR CITY 12/05", "CARREFOUR CITY"),
    ("BEA NR:AB1234 12.05.26/18.23 ALBERT HEIJN 1234,PAS123", "ALBERT HEIJN"),
    ("WWW.CARLUCCIOS.COM", "CARLUCCIOS.COM"),
    ("ZELLE PAYMENT TO K NGUYEN RENT DKXXHHAC6", "ZELLE PAYMENT TO K NGUYEN RENT"),
    ("Zelle payment to Katie Nguyen JPM99a4bc2d1", "ZELLE PAYMENT TO KATIE NGUYEN"),
    ("Zelle payment to JOHN SMITH Conf# abc12def3", "ZELLE PAYMENT TO JOHN SMITH"),
    ("Zelle Transfer Conf# c8d9e7f6a; Smith, John", "ZELLE TRANSFER SMITH JOHN"),
    ("ZELLE FROM STUDIO 54 LLC", "ZELLE FROM STUDIO 54"),
    ("Déjà Vu Café", "DEJA VU CAFE"),
    ("Яндекс.Такси", "ЯНДЕКС.ТАКСИ"),
    ("TONI & GUY LEEDS", "TONI & GUY"),
    ("VETS4PETS HULL GB", "VETS4PETS"),
    ("MARATHON PETRO123456 LOUISVILLE KY", "MARATHON PETRO"),
    ("IMPARK00012345U VANCOUVER BC", "IMPARK"),
    ("MOJO COFFEE MOBILE AL", "MOJO COFFEE"),
    ("CRICKET MOBILE", "CRICKET MOBILE"),
    ("MINT MOBILE 800-683-7392 CA", "MINT MOBILE"),
    ("CREDIT CARD 3333 PAYMENT *//", "CREDIT CARD PAYMENT"),
    ("STARBUCKS CREDIT CARD 3333", "STARBUCKS CREDIT"),
    ("BANK OF MONTREAL", "BANK OF MONTREAL"),
    ("HOTEL LONDON", "HOTEL LONDON"),
    ("ZELLE PAYMENT TO PRESTON", "ZELLE PAYMENT TO PRESTON"),
    ("DIGITAL PAYMENT DT CORNER BAKERY", "CORNER BAKERY"),
    ("UPI/SWIGGY/123456789012/PAYMENT", "SWIGGY PAYMENT"),
]

MERCHANTS = [
    ("TRADER JOE'S #552", "Trader Joe's"),
    ("McDonald's F12345", "McDonald's"),
    ("O'REILLY AUTO PARTS 123", "O'Reilly Auto Parts"),
    ("Déjà Vu Café", "Déjà Vu Café"),
    ("BANK OF THE WEST", "Bank of the West"),
    ("7-ELEVEN 33021", "7-Eleven"),
    ("IKEA 123 BERLIN", "IKEA"),
    ("GOOGLE *YouTubePremium", "Google YouTubePremium"),
]


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_a_key_keeps_the_merchant_and_drops_the_purchase(text: str, key: str) -> None:
    assert clean(text).key == key


@pytest.mark.parametrize(("text", "merchant"), MERCHANTS)
def test_the_merchant_is_written_for_people(text: str, merchant: str) -> None:
    assert clean(text).merchant == merchant


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TRADER JOE S #552 OAKLAND CA", "Trader Joe's"),
        ("AMZN Mktp US*2K4AB12C0", "Amazon"),
        ("WHOLEFDS OAK 10234", "Whole Foods Market"),
        ("UNION BAKERY OAKLAND CA", "Union Bakery"),
        ("THE NEXT THING", "The Next Thing"),
    ],
)
def test_a_brand_is_shown_in_its_own_spelling(text: str, name: str) -> None:
    cleaned = clean(text)
    assert shown(cleaned, recognise(cleaned.key, "USD")) == name


@pytest.mark.parametrize(
    "text",
    [
        "COFFEE HUT ##4821 LEEDS",
        "COFFEE HUT CARD 1234 LEEDS",
        "COFFEE HUT S305132456789012 LEEDS",
        "COFFEE HUT 12.00 FOREIGN CURRENCY LEEDS",
        "COFFEE HUT USD 12.00 LEEDS",
        "COFFEE HUT AT 12:30 LEEDS",
        "COFFEE HUT ON 12/05",
        "COFFEE HUT REF 99123 LEEDS",
        "COFFEE HUT TRACE # LEEDS",
    ],
)
def test_what_follows_a_word_about_the_payment_goes_with_it(text: str) -> None:
    assert clean(text).key == "COFFEE HUT"


@pytest.mark.parametrize(
    "text",
    [
        "COFFEE HUT 12MAR WHARF",
        "COFFEE HUT 3 SEPT 2026 WHARF",
        "COFFEE HUT T12:30:05 WHARF",
        "COFFEE HUT X1234 WHARF",
        "COFFEE HUT XX-21 WHARF",
        "COFFEE HUT **21 WHARF",
        "COFFEE HUT CONF# ABCDE9F WHARF",
        "COFFEE HUT TERM: #12 WHARF",
        "COFFEE HUT #12 #13 WHARF",
        "COFFEE HUT SUITE 5 WHARF",
        "COFFEE HUT +1-415-555-1234 WHARF",
        "COFFEE HUT +141555512 WHARF",
        "COFFEE HUT 415-555-1234 WHARF",
    ],
)
def test_one_sign_alone_is_enough_to_drop_a_number(text: str) -> None:
    assert clean(text).key == "COFFEE HUT WHARF"


def test_two_merchants_that_share_a_word_stay_two() -> None:
    assert clean("UNION BAKERY").key == "UNION BAKERY"
    assert clean("UNION BANK").key != clean("UNION BAKERY").key


def test_two_purchases_at_one_shop_are_one_payee() -> None:
    texts = ("STARBUCKS STORE 00123 OAKLAND CA", "STARBUCKS STORE 98765 OAKLAND CA", "CHECKCARD 1105 STARBUCKS STORE 00123 OAKLAND CA")
    assert len({clean(t).key for t in texts}) == 1


def test_transfers_to_two_accounts_are_two_payees() -> None:
    assert clean("Transfer to xx1234 NetBank").key != clean("Transfer to xx9876 NetBank").key


@pytest.mark.parametrize(
    "text", ["", "   ", "#", "---", "😀", "12345678", "US", "CA", "POS", "SQ *", "A", "CHECKCARD 0512", "\x00\x01", "'"]
)
def test_what_is_all_noise_still_has_a_name(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.key
    assert cleaned.merchant


NOISY = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from([w for text, _ in KEYS for w in text.split()] + ["*", "#", "##", "  ", "   ", "'S", "S", "CA"]), max_size=12
    ).map(" ".join),
)


@given(NOISY)
@example("ß" * 100)
@example("ﬃ" * 60)
@example("İ" * 90)
@example("A" * 10_000)
@example("1-1-1 " * 50)
def test_a_key_is_bounded_never_empty_and_its_own_key(text: str) -> None:
    key = clean(text).key
    assert 1 <= len(key) <= KEY_MAX
    assert clean(key).key == key


def test_a_text_is_read_as_if_it_were_alone_whatever_was_read_before_it() -> None:
    texts = [
        "TRADER JOE'S #0412 OAKLAND CA", "TRADER JOE'S #0977 OAKLAND CA", "TRADER JOE'S OAKLAND CA", "ZELLE TO TRADER JOES OAKLAND CA",
        "STORE #12 ##44 ACME # 7 BOSTON MA", "#1 FAN SHOP #", "ZELLE TO AUSTIN TX 12", "POS DEBIT AUSTIN TX 12", "#12",
    ]  # fmt: skip
    names = Names()
    assert [names.key(t) for t in texts] == [clean(t).key for t in texts]


def test_thanks_alone_are_nobodys_name() -> None:
    assert clean("AUTOMATIC PAYMENT - THANK YOU") == Cleaned("THANK YOU", "Automatic Payment - Thank You")
