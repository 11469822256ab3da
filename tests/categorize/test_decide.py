"""Who is heard, in which order, and what the sentence says."""

from __future__ import annotations

import re

import msgspec
import pytest

from farthing.categorize import Facts, Names, Remembered, Said, clean, decide, explain, likeliest
from farthing.categorize.knowing.provider import by_mcc, by_provider
from farthing.categorize.taxonomy import by_id, by_slug
from farthing.categorize.weighing.voices import heard
from farthing.core.ids import CategoryId
from farthing.ledger.model import Label, Source


def facts(text: str, amount: int = -1000, **more: object) -> Facts:
    return Facts(**{"payee_id": 1, "key": clean(text).key, "text": text, "amount": amount, "currency": "USD", **more})  # type: ignore[arg-type]


def label(text: str, amount: int = -1000, memory: dict[int, Remembered] | None = None, **more: object) -> Label:
    return decide([facts(text, amount, **more)], memory or {})[0]


def slug(found: Label) -> str:
    category = by_id(found.category_id)
    assert category
    return category.slug


def why(text: str, amount: int = -1000, remembered: Remembered | None = None, **more: object) -> str:
    one = facts(text, amount, **more)
    found = decide([one], {1: remembered} if remembered else {})[0]
    category = by_id(found.category_id)
    assert category
    return explain(Said(category, found.source, found.confidence, clean(text).merchant, one, remembered))


def group(category_id: int) -> str:
    category = by_id(category_id)
    assert category
    return category.group


def id_of(name: str) -> CategoryId:
    return by_slug(name).category_id


@pytest.mark.parametrize(
    ("text", "amount", "expected"),
    [
        ("STARBUCKS STORE 00123 OAKLAND CA", -550, "coffee"),
        ("TRADER JOE'S #552 OAKLAND CA", -6120, "groceries"),
        ("NETFLIX.COM 866-579-7172 CA", -1599, "subscriptions"),
        ("UBER   *TRIP HELP.UBER.COM CA", -1840, "ride_hailing"),
        ("UBER *EATS HELP.UBER.COM CA", -2710, "delivery"),
        ("AMZN Mktp US*2K4AB12C0", -2199, "online_shopping"),
        ("COMCAST CALIFORNIA 800-COMCAST CA", -7999, "internet"),
        ("PG&E/EZ-PAY DES:UTILITY", -9800, "energy"),
        ("SHELL OIL 57444212300 OAKLAND CA", -4410, "fuel"),
        ("UNION BAKERY OAKLAND CA", -900, "coffee"),
        ("BAY AREA DENTAL GROUP", -12000, "dental"),
        ("APOTHEKE AM MARKT 12", -1500, "pharmacy"),
        ("GUSTO DES:PAYROLL ID:123456", 312040, "pay"),
        ("INTEREST PAYMENT", 812, "investment_income"),
        ("INTEREST CHARGE ON PURCHASES", -2133, "interest_paid"),
        ("MONTHLY MAINTENANCE FEE", -1200, "bank_fees"),
        ("ATM WITHDRAWAL 004123 05/12 123 MAIN ST", -6000, "cash"),
        ("INTERNATIONAL ATM WITHDRAWAL FEE", -500, "bank_fees"),
        ("CHASE CREDIT CRD AUTOPAY", -88012, "card_payment"),
        ("PAYMENT THANK YOU-MOBILE", 88012, "card_payment"),
        ("ONLINE TRANSFER TO SAV ...1234", -20000, "transfer"),
        ("RENT PAYMENT OAKWOOD APTS", -198000, "rent"),
        ("IRS TREAS 310 TAX REF", 120000, "tax_refund"),
        ("IRS USATAXPYMT", -120000, "taxes"),
    ],
)
def test_a_line_that_says_what_it_is_goes_there(text: str, amount: int, expected: str) -> None:
    assert slug(label(text, amount)) == expected


def test_the_owners_word_in_a_file_ends_the_matter() -> None:
    found = label("STARBUCKS STORE 1", owner_category=id_of("gifts"), memory={1: Remembered(id_of("books"), 9, 9)})
    assert (slug(found), found.source, found.confidence) == ("gifts", Source.OWNER, 1000)


def test_a_file_that_says_uncategorised_says_nothing() -> None:
    assert slug(label("STARBUCKS STORE 1", owner_category=CategoryId(0))) == "coffee"


def test_what_the_owner_always_said_beats_every_source() -> None:
    found = label("STARBUCKS STORE 1", memory={1: Remembered(id_of("gifts"), 1, 1)}, provider_code="FOOD_AND_DRINK_COFFEE", mcc="5814")
    assert (slug(found), found.source) == ("gifts", Source.MEMORY)
    assert found.confidence >= 900


def test_more_agreement_makes_memory_surer() -> None:
    sure = [Remembered(id_of("gifts"), n, n).confidence for n in (1, 2, 3, 30)]
    torn = [Remembered(id_of("gifts"), n, 5).confidence for n in (1, 3, 4)]
    assert sure == sorted(sure)
    assert torn == sorted(torn)
    assert torn[-1] < sure[0]


def test_a_word_that_the_owner_took_back_often_is_only_one_voice() -> None:
    found = label(
        "STARBUCKS STORE 1", memory={1: Remembered(id_of("gifts"), 1, 5)}, provider_code="FOOD_AND_DRINK_COFFEE", provider_confidence=985
    )
    assert slug(found) == "coffee"


def test_what_was_learned_of_money_in_says_nothing_of_money_out() -> None:
    memory = {1: Remembered(id_of("pay"), 3, 3)}
    assert slug(label("ACME CORP", 100_000, memory)) == "pay"
    assert slug(label("ACME CORP", -4_000, memory)) != "pay"


def test_a_refund_keeps_the_merchants_category_with_less_certainty() -> None:
    out, back = label("TRADER JOE'S #552", -1000), label("TRADER JOE'S #552", 1000, account_kind="card")
    assert slug(out) == slug(back) == "groceries"
    assert back.confidence < out.confidence
    assert label("TRADER JOE'S #552", 1000, account_kind="checking").confidence <= back.confidence


def test_a_brand_never_makes_income() -> None:
    found = by_id(label("UBER BV", 45_000).category_id)
    assert found
    assert found.group != "income"


def test_sources_that_agree_are_surer_than_one() -> None:
    alone = label("QXZ BARBER")
    together = label("QXZ BARBER", provider_code="PERSONAL_CARE_HAIR_AND_BEAUTY", provider_confidence=930, mcc="7230")
    assert together.confidence > alone.confidence


def test_a_sure_provider_beats_a_weak_name() -> None:
    weak = label("MERCURY 12 MAIN")
    told = label("MERCURY 12 MAIN", provider_code="FOOD_AND_DRINK_RESTAURANT", provider_confidence=985)
    assert slug(told) == "restaurants"
    assert told.source is Source.PROVIDER
    assert slug(weak) != "restaurants"


def test_a_quarrel_lowers_the_confidence() -> None:
    quarrel = label("TRADER JOE'S", provider_code="TRAVEL_FLIGHTS", provider_confidence=985)
    assert quarrel.confidence < min(900, label("TRADER JOE'S").confidence)


@pytest.mark.parametrize(
    ("shop", "text", "code", "expected"),
    [
        ("Carter's", "CARTERS #7285 SEATTLE WA", "GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES", "kids_things"),
        ("LEGO", "LEGO STORE SEATTLE WA", "GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE", "kids_things"),
        ("Sephora", "SEPHORA 1234 SEATTLE WA", "GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE", "hair_beauty"),
        ("Petco", "PETCO 1234 SEATTLE WA", "MEDICAL_VETERINARY_SERVICES", "pet_supplies"),
        ("Shell", "SHELL OIL 57444212300 OAKLAND CA", "GENERAL_MERCHANDISE_CONVENIENCE_STORES", "fuel"),
        ("CVS", "CVS/PHARMACY #01234 SEATTLE WA", "GENERAL_MERCHANDISE_CONVENIENCE_STORES", "pharmacy"),
        ("IKEA", "IKEA RENTON WA", "GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE", "furnishing"),
    ],
)
def test_a_shop_known_by_name_is_sorted_though_the_bank_puts_it_next_door(shop: str, text: str, code: str, expected: str) -> None:
    assert slug(label(text, -3_450, provider_code=code, provider_confidence=985, merchant=shop)) == expected


def test_a_code_that_has_no_word_for_a_thing_is_no_word_against_it() -> None:
    """Banks file children's clothes under clothing, and what is only called merchandise may be anything that is sold."""
    alone, *told = (
        label("CARTERS #7285 SEATTLE WA", -3_450, provider_code=code, provider_confidence=985).confidence
        for code in (
            None,
            "GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES",
            "GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE",
            "TRANSPORTATION_GAS",
        )
    )
    assert [confidence >= alone for confidence in told] == [True, True, False]
    assert slug(label("PETCO 1234 SEATTLE WA", -3_450, provider_code="GENERAL_MERCHANDISE", provider_confidence=985)) == "pet_supplies"


def test_an_inn_that_takes_little_has_sold_a_meal() -> None:
    assert slug(label("THE CROWN HOTEL", -2_200, currency="AUD")) == "restaurants"
    assert slug(label("THE CROWN HOTEL", -22_000, currency="AUD")) == "lodging"
    assert "rather than a night" in why("THE CROWN HOTEL", -2_200)


def test_a_payment_that_comes_into_a_card_pays_the_card() -> None:
    assert slug(label("PAYMENT RECEIVED - WEB", 50_000, account_kind="card")) == "card_payment"
    assert slug(label("ACME CORP AUTOPAY", -50_000, account_kind="checking")) != "card_payment"


def test_common_words_count_only_at_the_start() -> None:
    assert label("THE NEXT THING STUDIO LLC").source in {Source.MODEL, Source.NONE}
    assert slug(label("NEXT", currency="GBP")) == "clothing"


def test_a_brand_of_another_country_is_doubted() -> None:
    assert label("IGA EVERYDAY", currency="AUD").confidence > label("IGA EVERYDAY", currency="NOK").confidence


def test_every_code_of_the_provider_has_a_meaning_and_an_unknown_one_does_no_harm() -> None:
    known = by_provider("FOOD_AND_DRINK_GROCERIES", 985)
    newer = by_provider("FOOD_AND_DRINK_SOMETHING_NEW", 985)
    assert known
    assert newer
    assert by_id(newer.category_id).group == "food"  # type: ignore[union-attr]
    assert newer.trust < known.trust
    assert by_provider("NO_SUCH_THING", 985) is None
    assert by_provider("OTHER_OTHER", 985) is None
    assert by_provider("", None) is by_provider(None, None) is None


@pytest.mark.parametrize(
    ("mcc", "expected"),
    [("5411", "groceries"), ("5812", "restaurants"), ("3058", "flights"), ("3640", "lodging"), ("742", "vet"), ("6011", "cash")],
)
def test_merchant_category_codes_have_a_meaning(mcc: str, expected: str) -> None:
    found = by_mcc(mcc)
    assert found
    assert by_id(found.category_id).slug == expected  # type: ignore[union-attr]


@pytest.mark.parametrize("mcc", [None, "", "0000", "9999", "99999", "abcd", "٥٤١١", "-411"])
def test_what_is_no_merchant_category_code_says_nothing(mcc: str | None) -> None:
    assert by_mcc(mcc) is None


def test_the_sentence_names_the_reason() -> None:
    coffee = id_of("coffee")
    assert why("STARBUCKS STORE 123") == "Starbucks is a coffee shop"
    assert why("INTEREST PAYMENT", 100) == "the bank's text says “interest payment”"
    assert why("SQ *QXZ").startswith("its name is not known, but it was paid through Square, as in many a restaurant (guess ")
    assert "“tax pymt”, short for tax payment" in why("STATE TAX PYMT")
    assert "“capital one mobile pymt”, where “pymt” is short for payment" in why("CAPITAL ONE MOBILE PYMT", 50_000, account_kind="card")
    assert why("QXZ", provider_code="FOOD_AND_DRINK_GROCERIES", provider_confidence=985) == "your bank calls it groceries"
    assert why("QXZ", mcc="5411") == "the card network files this shop under supermarkets"
    assert why("BAY AREA DENTAL GROUP") == "its name says “dental”"
    assert why("QXZ SHOP", remembered=Remembered(coffee, 3, 3)) == "learned from your 3 corrections at Qxz Shop"
    assert why("QXZ SHOP", remembered=Remembered(coffee, 3, 5)) == "3 of your last 5 at Qxz Shop were"
    assert why("QXZ SHOP", remembered=Remembered(coffee, 1, 1)) == "learned from your correction at Qxz Shop"
    assert why("QXZ SHOP", owner_category=coffee) == "you chose it"


def test_a_guess_by_letters_says_so_and_names_the_model() -> None:
    said = Said(by_slug("restaurants"), Source.MODEL, 720, "Qxz", facts("QXZ"), model="3.2")
    assert explain(said) == "by its letters and amount it is most like a restaurant (guess 72 %, model 3.2)"


def test_a_line_among_many_begins_with_how_sure_we_are_and_names_one_reason() -> None:
    guessed = Said(by_slug("restaurants"), Source.MODEL, 720, "Qxz", facts("QXZ"), model="3.2")
    assert explain(guessed, brief=True) == "guess 72 %, model 3.2: by its letters and amount it is most like a restaurant"
    line = facts("QXZ", provider_code="FOOD_AND_DRINK_GROCERIES", provider_confidence=985)
    called = Said(by_slug("groceries"), Source.PROVIDER, 510, "Qxz", line)
    assert explain(called, brief=True) == "guess 51 %: your bank calls it groceries"
    assert explain(msgspec.structs.replace(called, confidence=950), brief=True) == "your bank calls it groceries"
    kitchen = Said(by_slug("restaurants"), Source.MCC, 950, "Qxz Kitchen", facts("QXZ KITCHEN", mcc="5812"))
    assert explain(kitchen, brief=True) == "the card network files this shop under restaurants"


def test_what_todays_words_would_not_say_is_told_as_another_versions() -> None:
    said = Said(by_slug("vet"), Source.MERCHANT, 950, "Qxz", facts("QXZ"), model="2")
    assert "version 2 of the model" in explain(said)


def test_two_reasons_are_both_named() -> None:
    assert why("STARBUCKS QXZ", mcc="5814") == "Starbucks is a coffee shop"
    assert "the card network files this shop under restaurants, and its name says “kitchen”" in why("QXZ KITCHEN", mcc="5812")


def test_the_clearer_of_two_words_is_named() -> None:
    assert "“thai”" in why("SQ *THAI TOM SEATTLE WA", -2956)


def test_marketplaces_and_people_are_never_sure_until_the_owner_has_spoken() -> None:
    for text in ("AMZN Mktp US*2K4AB12C0", "WAL-MART #4411", "ZELLE PAYMENT TO JANE DOE"):
        assert label(text, provider_code="GENERAL_MERCHANDISE_ONLINE_MARKETPLACES", provider_confidence=985).confidence < 900
    assert label("AMZN Mktp US*2K4AB12C0", memory={1: Remembered(id_of("online_shopping"), 2, 2)}).confidence >= 900


def test_the_likeliest_are_of_different_groups_and_begin_with_the_label() -> None:
    rows = [facts("STARBUCKS STORE 1"), facts("QXZ VORTEX"), facts("INTEREST PAYMENT", 812)]
    labels, likely = decide(rows, {}), likeliest(rows, {}, n=3)
    assert [len(x) for x in likely] == [3, 3, 3]
    assert [x[0].category_id for x in likely] == [labels[0].category_id, likely[1][0].category_id, labels[2].category_id]
    for one in likely:
        assert len({group(g.category_id) for g in one}) == 3
        assert [g.confidence for g in one] == sorted((g.confidence for g in one), reverse=True)


def test_a_line_that_is_left_unsorted_still_has_a_likeliest() -> None:
    row = facts("BZZ GRMPF WOBBLE", -81_300, currency="GBP")
    best = likeliest([row], {})[0][0]
    assert decide([row], {})[0].category_id in {0, best.category_id}
    assert best.category_id
    assert best.confidence < 900


def test_what_the_owner_settled_stands_first_among_the_likeliest() -> None:
    found = likeliest([facts("STARBUCKS STORE 1")], {1: Remembered(id_of("gifts"), 3, 3)})[0]
    assert (found[0].category_id, found[0].source) == (id_of("gifts"), Source.MEMORY)
    assert sum(g.confidence for g in found) <= 1000


def test_a_household_may_keep_a_category_in_another_group() -> None:
    """Two voices for one group of the household's are one matter, whatever the system says."""
    moved = {id_of("coffee"): "entertainment"}
    row = facts("STARBUCKS STORE 1")
    assert decide([row], {}, groups=moved)[0].category_id == id_of("coffee")
    assert len({moved.get(g.category_id) or group(g.category_id) for g in likeliest([row], {}, groups=moved)[0]}) == 3


def test_an_unsure_sentence_says_that_it_is_a_guess() -> None:
    assert re.fullmatch(r"its name says “gifts” \(guess [5-8]\d %\)", why("QXZ GIFTS"))


@pytest.mark.parametrize("text", ["", "😀", "\x00", "A" * 10_000, "\u202eabc", "' or 1=1 --", "*" * 500])
def test_any_text_gets_a_label(text: str) -> None:
    found = label(text)
    assert 0 <= found.confidence <= 1000


def test_rows_of_one_batch_are_decided_as_each_alone() -> None:
    rows = [
        facts("IGA EVERYDAY", currency="AUD"),
        facts("IGA EVERYDAY", currency="NOK"),
        facts("IGA EVERYDAY", 2500, currency="AUD"),
        facts("THE CROWN INN", -2400),
        facts("THE CROWN INN", -18_000),
        facts("THE CROWN INN", -2400, currency="SEK"),
        facts("SQ *RIVERSIDE 12", merchant="Starbucks"),
        facts("SQ *RIVERSIDE 12"),
        facts("SQ *RIVERSIDE 12", provider_code="FOOD_AND_DRINK_COFFEE", provider_confidence=450),
        facts("SQ *RIVERSIDE 12", provider_code="FOOD_AND_DRINK_COFFEE", provider_confidence=985),
        *(facts("HARBOUR INN", amount, currency="GBP") for amount in (-5_001, -5_000, -4_999, 0, 2_400)),
        *(facts("MADISON SCHOOLS", amount, account_kind=kind) for amount in (-100, 0, 100) for kind in ("checking", "card")),
        *(facts("QXZ", -900, mcc=mcc) for mcc in (None, "5411", "7011")),
        *(facts(f"{way}QXZ BAGELS", 900) for way in ("", "REFUND ", "INTEREST ")),
    ]

    together, likely = decide(rows, {}), likeliest(rows, {})

    assert together == [decide([row], {})[0] for row in rows]
    assert likely == [likeliest([row], {})[0] for row in rows]
    assert len({(x.category_id, x.source, x.confidence) for x in together}) > 6


@pytest.mark.parametrize(
    ("text", "amount", "currency", "slug"),
    [
        ("TRAINLINE.COM INTERNET GB", -3210, "GBP", "public_transit"),
        ("LNK SAINSBURYS CD 8712 05NOV24", -5000, "GBP", "cash"),
        ("RECIBO COMUNIDAD DE PROPIETARIOS", -5500, "EUR", "building_fees"),
        ("ACH D- LIC OF INDIA-1234567", -240_000, "INR", "insurance"),
        ("給与 カ)ヤマダショウジ", 28_000_000, "JPY", "pay"),
        ("東京電力エナジーパートナー", -890_000, "JPY", "energy"),
        ("SUICA CHARGE MOBILE", -300_000, "JPY", "public_transit"),
    ],
)
def test_banks_of_other_countries_are_understood(text: str, amount: int, currency: str, slug: str) -> None:
    names = Names()
    (found,) = decide([Facts(1, names.key(text), text, amount, currency)], {}, names=names)
    assert found.category_id == id_of(slug)


def test_names_know_how_many_answers_they_keep() -> None:
    """One text with a hundred codes is a hundred answers, though it is read once: whoever keeps names goes by their number."""
    names = Names()
    for code in range(100):
        heard(Facts(1, "STARBUCKS", "STARBUCKS", -2_000, "USD", mcc=f"5{code:03d}"), names)
    assert len(names) == 100


def test_rows_share_their_voices_unless_one_of_them_would_be_heard_otherwise() -> None:
    names = Names()

    def said(text: str, amount: int, kind: str) -> object:
        return heard(facts(text, amount, account_kind=kind), names)

    assert said("STARBUCKS", -900, "card") is said("STARBUCKS", -90_000, "checking"), "a purchase is one on every account"
    assert said("STARBUCKS", 900, "card") != said("STARBUCKS", 900, "checking"), "a card receives little but refunds"
    assert said("QXZ HOTEL", -1_850, "card") != said("QXZ HOTEL", -18_500, "card"), "a meal is no night"


def test_a_trade_within_a_brands_own_name_is_no_voice_against_it() -> None:
    held = heard(Facts(1, "THE BODY SHOP", "THE BODY SHOP", -2_000, "GBP"), Names())
    assert [v.category_id for v in held] == [id_of("hair_beauty")]
    assert len(heard(Facts(1, "STARBUCKS PHARMACY", "STARBUCKS PHARMACY", -2_000, "USD"), Names())) == 2
