"""CSV in the dialects of banks: what is told from the file, what is said when it cannot be told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from farthing.connections.files import Mapping, Statement, read_statement
from farthing.core.errors import Rejected
from farthing.ledger.model import StatementLine

TODAY = dt.date(2026, 11, 22)


def read(text: str | bytes, **more: Any) -> Statement:
    content = text.encode() if isinstance(text, str) else text
    return read_statement(content, today=TODAY, **{"currency": "USD", **more})


def brief(statement: Statement) -> list[str]:
    """`2026-04-01 -12.50 USD Coffee` of each line."""
    return [f"{line.date} {line.amount} {line.amount.currency} {line.text}" for line in statement.lines]


def doubts(statement: Statement) -> list[str]:
    return [d.code for d in statement.doubts]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_delimiter_newline_and_encoding_are_told(delimiter: str, newline: str, encoding: str) -> None:
    rows = [["Date", "Description", "Amount"], ["2026-04-01", "Café Zürich", "-12.50"], ["2026-04-02", "Bücher", "-7.00"]]
    text = newline.join(delimiter.join(r) for r in rows)

    statement = read(text.encode(encoding))

    assert brief(statement) == ["2026-04-01 -12.50 USD Café Zürich", "2026-04-02 -7.00 USD Bücher"]


def test_other_code_pages_are_told_by_their_letters() -> None:
    rows = "\n".join(f"2026-04-{d:02d};Płatność kartą w sklepie spożywczym Żabka, ulica Świętokrzyska;-{d},50" for d in range(1, 20))

    statement = read(("Data;Opis;Kwota\n" + rows).encode("cp1250"), currency="PLN")

    assert statement.lines[0].text == "Płatność kartą w sklepie spożywczym Żabka, ulica Świętokrzyska"


def test_a_sep_line_names_the_delimiter() -> None:
    assert brief(read("sep=|\nDate|Description|Amount\n2026-04-01|a, b; c|-1.00")) == ["2026-04-01 -1.00 USD a, b; c"]


def test_what_stands_above_the_header_is_skipped_and_rows_are_numbered_as_in_a_spreadsheet() -> None:
    text = (
        "Account statement\nHolder;Jane Doe\n\nBuchungstag;Verwendungszweck;Betrag\n01.04.2026;Kaffee;-3,50\n02.04.2026;Tee;kaputt\n"
        "03.04.2026;Brot;-4,10\n"
    )
    statement = read(text, currency="EUR")

    assert brief(statement) == ["2026-04-01 -3.50 EUR Kaffee", "2026-04-03 -4.10 EUR Brot"]
    assert [(e.row, e.field, e.code) for e in statement.errors] == [(6, "Betrag", "bad_amount")]
    assert statement.headers == ["Buchungstag", "Verwendungszweck", "Betrag"]


def test_a_file_without_header_is_told_by_its_cells() -> None:
    statement = read("04/01/2026,-12.50,*,,COFFEE SHOP\n04/13/2026,100.00,*,,PAYROLL\n")

    assert brief(statement) == ["2026-04-01 -12.50 USD COFFEE SHOP", "2026-04-13 100.00 USD PAYROLL"]
    assert statement.headers == []


@pytest.mark.parametrize(
    ("headers", "row", "line"),
    [
        ("Date,Payee,Amount", "2026-04-01,Shop,-5.00", "2026-04-01 -5.00 USD Shop"),
        ("Buchungstag;Auftraggeber/Empfänger;Umsatz", "01.04.2026;Laden;-5,00", "2026-04-01 -5.00 USD Laden"),
        ("Date d'opération;Libellé;Montant", "01/04/2026;Magasin;-5,00", "2026-04-01 -5.00 USD Magasin"),
        ("Fecha de operación;Concepto;Importe", "01/04/2026;Tienda;-5,00", "2026-04-01 -5.00 USD Tienda"),
        ("Data operazione;Descrizione;Importo", "01/04/2026;Negozio;-5,00", "2026-04-01 -5.00 USD Negozio"),
        ("Datum;Omschrijving;Bedrag", "01-04-2026;Winkel;-5,00", "2026-04-01 -5.00 USD Winkel"),
        ("Data;Descrição;Valor", "01/04/2026;Loja;-5,00", "2026-04-01 -5.00 USD Loja"),
        ("Data operacji;Opis operacji;Kwota", "2026-04-01;Sklep;-5,00", "2026-04-01 -5.00 USD Sklep"),
        ("Dato;Tekst;Beløb", "01.04.2026;Butik;-5,00", "2026-04-01 -5.00 USD Butik"),
        ("Bokföringsdatum;Beskrivelse;Belopp", "2026-04-01;Affär;-5,00", "2026-04-01 -5.00 USD Affär"),
    ],
)
def test_headers_are_known_in_many_languages(headers: str, row: str, line: str) -> None:
    assert brief(read(f"{headers}\n{row}\n", locale="en_GB")) == [line]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["13/04/2026", "01/05/2026"], "dmy"),
        (["04/13/2026", "05/01/2026"], "mdy"),
        (["2026-04-13", "2026-05-01"], "ymd"),
        (["13.04.26", "01.05.26"], "dmy"),
        (["13-Apr-26", "1-May-26"], "ymd"),
        (["Apr 13, 2026", "May 1, 2026"], "ymd"),
        (["13. April 2026", "1. Mai 2026"], "ymd"),
        (["20260413", "20260501"], "ymd"),
    ],
)
def test_one_order_of_dates_holds_for_the_whole_column(cells: list[str], order: str) -> None:
    statement = read("Date;Description;Amount\n" + "".join(f"{c};x;-1.00\n" for c in cells))

    assert [line.date for line in statement.lines] == [dt.date(2026, 4, 13), dt.date(2026, 5, 1)]
    assert statement.mapping
    assert statement.mapping.date_order == order
    assert "date_order" not in doubts(statement)


@pytest.mark.parametrize(("locale", "day"), [("en_US", dt.date(2026, 1, 2)), ("en_GB", dt.date(2026, 2, 1)), ("de", dt.date(2026, 2, 1))])
def test_dates_that_can_be_read_two_ways_follow_the_owners_custom_and_say_so(locale: str, day: dt.date) -> None:
    statement = read("Date,Description,Amount\n01/02/2026,x,-1.00\n03/02/2026,y,-1.00\n", locale=locale)

    assert statement.lines[0].date == day
    assert "date_order" in doubts(statement)


def test_dates_are_never_mixed() -> None:
    rows = ["13/04/2026", "14/04/2026", "04/15/2026", "16/04/2026"]

    statement = read("Date,Description,Amount\n" + "".join(f"{c},x,-1.00\n" for c in rows))

    assert [line.date.day for line in statement.lines] == [13, 14, 16]
    assert [(e.row, e.code) for e in statement.errors] == [(4, "bad_date")]


def test_a_reading_in_the_future_is_not_the_right_one() -> None:
    statement = read("Date,Description,Amount\n12/10/2026,x,-1.00\n12/11/2026,y,-1.00\n", locale="en_US")

    assert [str(line.date) for line in statement.lines] == ["2026-10-12", "2026-11-12"]


@pytest.mark.parametrize(
    ("cells", "minors"),
    [
        (["-1,234.56", "7.00"], [-123456, 700]),
        (["-1.234,56", "7,00"], [-123456, 700]),
        (["(1,234.56)", "7.00"], [-123456, 700]),
        (["1,234.56-", "7.00"], [-123456, 700]),
        (["-$1,234.56", "$7.00"], [-123456, 700]),
        (["$-1,234.56", "$7.00"], [-123456, 700]),
        (["-1 234,56", "7,00"], [-123456, 700]),
        (["-1\u00a0234,56", "7,00"], [-123456, 700]),
        (["-1'234.56", "7.00"], [-123456, 700]),
        (["−1234.56", "+7.00"], [-123456, 700]),
        (["1234.56 DR", "7.00 CR"], [-123456, 700]),
        (["DR 1234.56", "CR 7.00"], [-123456, 700]),
        (["-Rs.1234.56", "kr 7.00"], [-123456, 700]),
        (["-1,23,456.00", "7.00"], [-12345600, 700]),
        (["-1,000", "7.50"], [-100000, 750]),
        (["-1.000", "7,50"], [-100000, 750]),
        (["-1234", "7"], [-123400, 700]),
    ],
)
def test_amounts_are_read_exactly_in_every_form(cells: list[str], minors: list[int]) -> None:
    text = "Date;Description;Amount\n" + "".join(f"2026-04-{i + 1:02d};x;{c}\n" for i, c in enumerate(cells))

    assert [line.amount.minor for line in read(text).lines] == minors


def test_an_amount_that_can_be_read_two_ways_says_so() -> None:
    statement = read('Date,Description,Amount\n2026-04-01,x,"-1,234"\n2026-04-02,x,"5,678"\n')

    assert [line.amount.minor for line in statement.lines] == [-123400, 567800]
    assert "decimal" in doubts(statement)


@pytest.mark.parametrize("bad", ["-x.20", "12.5l", "l2.50", "S 5.00"])
def test_a_letter_among_digits_makes_up_no_amount(bad: str) -> None:
    statement = read(f"Date,Description,Amount\n2026-04-01,good,-1.00\n2026-04-02,bad,{bad}\n")

    assert [(line.text, line.amount.minor) for line in statement.lines] == [("good", -100)]
    assert [(e.row, e.code) for e in statement.errors] == [(3, "bad_amount")]


@pytest.mark.parametrize(
    "bad",
    ["1e9", "NaN", "Infinity", "١٢", "12..34", "1_000", "--", "--5", "-5-", "+-5", "0x10", "１２", "=1+1", "1.005", "9" * 17],
)
def test_a_cell_that_is_no_amount_is_a_row_error(bad: str) -> None:
    statement = read(f"Date,Description,Amount\n2026-04-01,good,-1.00\n2026-04-02,bad,{bad}\n2026-04-03,good,-2.00\n")

    assert [line.text for line in statement.lines] == ["good", "good"]
    assert [(e.row, e.field) for e in statement.errors] == [(3, "Amount")]


@pytest.mark.parametrize("bad", ["2099-01-01", "1969-12-31", "2026-02-30", "0000-01-01", "yesterday", "", "2026-13-01", "٢٠٢٦-٠١-٠١"])
def test_a_day_that_cannot_be_is_a_row_error(bad: str) -> None:
    statement = read(f"Date,Description,Amount\n2026-04-01,good,-1.00\n{bad},bad,-5.00\n2026-04-03,good,-2.00\n")

    assert [line.text for line in statement.lines] == ["good", "good"]
    assert [(e.row, e.field) for e in statement.errors] == [(3, "Date")]


def test_debit_and_credit_stand_in_columns_of_their_own() -> None:
    statement = read(
        "Date,Description,Debit,Credit\n2026-04-01,a,5.00,\n2026-04-02,b,,7.00\n2026-04-03,c,1.00,2.00\n2026-04-04,d,0.00,3.00\n"
    )

    assert [line.amount.minor for line in statement.lines] == [-500, 700, 300]
    assert [(e.row, e.code) for e in statement.errors] == [(4, "two_amounts")]


def test_a_debit_column_may_have_its_minus_already() -> None:
    statement = read(
        "Date,Description,Debit,Credit\n2026-04-01,a,-5.00,\n2026-04-02,b,,7.00\n2026-04-03,refund,2.00,\n2026-04-04,c,-1.00,\n"
    )

    assert [line.amount.minor for line in statement.lines] == [-500, 700, 200, -100]


def test_a_column_may_say_the_side() -> None:
    dutch = "Datum;Naam / Omschrijving;Af Bij;Bedrag (EUR)\n20260401;Winkel;Af;5,00\n20260402;Loon;Bij;700,00\n20260403;Vreemd;Raar;1,00\n"

    statement = read(dutch + "20260404;Bakker;Af;2,00\n" * 20)

    assert brief(statement)[:2] == ["2026-04-01 -5.00 EUR Winkel", "2026-04-02 700.00 EUR Loon"]
    assert [(e.row, e.code) for e in statement.errors] == [(4, "bad_sign")]


def test_a_kind_beside_signed_amounts_does_not_turn_them() -> None:
    header = "Transaction Date,Post Date,Description,Category,Type,Amount\n"
    text = header + "04/01/2026,04/02/2026,Shop,Food,Sale,-5.00\n04/13/2026,04/14/2026,Paid,,Payment,9.00\n"

    assert [line.amount.minor for line in read(text).lines] == [-500, 900]


def test_a_kind_that_speaks_against_the_signs_turns_them() -> None:
    text = (
        "Date,Description,Type,Amount (USD)\n04/01/2026,Shop,Purchase,5.00\n04/13/2026,Paid,Payment,-9.00\n04/14/2026,Shop,Purchase,3.00\n"
    )

    assert [line.amount.minor for line in read(text).lines] == [-500, 900, -300]


def test_the_running_balance_proves_the_sign() -> None:
    """A card whose purchases are written without a minus, while the balance falls with each."""
    rows = [("2026-04-01", "5.00", "95.00"), ("2026-04-02", "10.00", "85.00"), ("2026-04-03", "-20.00", "105.00")]

    for ordered in (rows, rows[::-1]):
        statement = read("Date,Description,Amount,Balance\n" + "".join(f"{d},x,{a},{b}\n" for d, a, b in ordered))

        assert sorted((line.date.day, line.amount.minor) for line in statement.lines) == [(1, -500), (2, -1000), (3, 2000)]
        assert statement.accounts[0].balance == 10500
        assert doubts(statement) == []


def test_a_running_balance_that_does_not_follow_is_told() -> None:
    rows = ["2026-04-01,x,-5.00,95.00", "2026-04-02,x,-5.00,90.00", "2026-04-03,x,-5.00,60.00", "2026-04-04,x,-5.00,55.00"]

    statement = read("Date,Description,Amount,Balance\n" + "\n".join(rows))

    assert doubts(statement) == ["balance_gaps"]
    assert statement.accounts[0].balance == 5500


def test_a_card_statement_that_counts_purchases_up_is_told_by_its_payments() -> None:
    text = "Date,Description,Amount\n04/01/2026,SHOP,5.00\n04/13/2026,PAYMENT THANK YOU,-9.00\n04/14/2026,CAFE,3.00\n04/15/2026,BAR,2.00\n"

    statement = read(text)

    assert [line.amount.minor for line in statement.lines] == [-500, 900, -300, -200]
    assert doubts(statement) == ["sign"]


def test_amounts_without_any_sign_are_a_doubt() -> None:
    statement = read("Date,Description,Amount\n2026-04-01,SHOP,5.00\n2026-04-02,CAFE,3.00\n")

    assert doubts(statement) == ["sign"]
    edited = msgspec.structs.replace(statement.mapping, sign="inverted")
    assert [line.amount.minor for line in read("Date,Description,Amount\n2026-04-01,SHOP,5.00\n", mapping=edited).lines] == [-500]


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("Date,Description,Amount,Currency\n2026-04-01,x,-1.00,eur\n2026-04-02,x,-100,JPY\n", ["EUR", "JPY"]),
        ("Date,Description,Amount (CHF)\n2026-04-01,x,-1.00\n", ["CHF"]),
        ("Date,Description,Amount\n2026-04-01,x,-€1.00\n2026-04-02,x,GBP -1.00\n2026-04-03,x,$-1.00\n", ["EUR", "GBP", "USD"]),
    ],
)
def test_the_currency_is_the_rows_own_then_the_files_then_the_households(text: str, currencies: list[str]) -> None:
    assert [line.amount.currency for line in read(text).lines] == currencies


def test_a_currency_that_is_none_is_a_row_error() -> None:
    statement = read("Date,Description,Amount,Currency\n2026-04-01,x,-1.00,EUR\n2026-04-02,x,-1.00,US$\n2026-04-03,x,-1.005,USD\n")

    assert [(e.row, e.code) for e in statement.errors] == [(3, "bad_currency"), (4, "too_many_digits")]


def test_several_accounts_in_one_file_keep_their_balances() -> None:
    text = (
        "Account,Date,Description,Amount,Balance\nMain checking,2026-04-01,a,-1.00,9.00\nVisa card,2026-04-01,b,-2.00,-2.00\n"
        "Main checking,2026-04-02,c,-1.00,8.00\nVisa card,2026-04-03,d,-2.00,-4.00\n"
    )
    statement = read(text)

    assert [(a.ref, a.kind, a.balance) for a in statement.accounts] == [("Main checking", "checking", 800), ("Visa card", "card", -400)]
    assert [line.account_ref for line in statement.lines] == ["Main checking", "Visa card", "Main checking", "Visa card"]


def test_equal_rows_are_counted_and_ids_are_kept() -> None:
    plain = read("Date,Description,Amount\n2026-04-01,Tram,-2.00\n2026-04-01,Tram,-2.00\n2026-04-02,Tram,-2.00\n")
    named = read("Transaction ID,Date,Description,Amount\nt1,2026-04-01,Tram,-2.00\nt2,2026-04-01,Tram,-2.00\n")

    assert [(line.ref, line.occurrence) for line in plain.lines] == [(None, 0), (None, 1), (None, 0)]
    assert [(line.ref, line.occurrence) for line in named.lines] == [("t1", 0), ("t2", 0)]


def test_a_reference_is_not_an_id() -> None:
    """Banks repeat references from month to month: taken for an id, a real purchase would be lost."""
    line = read("Date,Description,Amount,Reference\n2026-04-01,Rent,-2.00,R-1\n").lines[0]

    assert (line.ref, line.reference) == (None, "R-1")


def test_notes_tags_and_categories_of_a_tracker_are_the_owners_word_but_a_banks_are_not() -> None:
    mine = read('Date,Payee,Category,Tags,Notes,Amount\n2026-04-01,Shop,Food,"trip; Anna, trip",with Anna,-1.00\n').lines[0]
    theirs = read("Date,Description,Category,Amount\n2026-04-01,Shop,Groceries,-1.00\n").lines[0]

    assert (mine.owner_category, mine.owner_tags, mine.owner_note) == ("Food", ("trip", "Anna"), "with Anna")
    assert (theirs.owner_category, theirs.provider_code) == (None, "Groceries")


def test_rows_that_hold_nothing_are_passed_over_by_name() -> None:
    text = (
        "Date,Description,Amount,Balance,Status\n2026-03-31,Beginning balance,,100.00,\n2026-04-01,Shop,-1.00,99.00,Completed\n"
        "2026-04-02,Shop,-1.00,,Declined\nDate,Description,Amount,Balance,Status\n2026-04-03,Hotel,-9.00,,Pending\n\nTotal,,-10.00,,\n"
    )
    statement = read(text)

    assert [(line.text, line.pending) for line in statement.lines] == [("Shop", False), ("Hotel", True)]
    assert [(p.row, p.code) for p in statement.passed_over] == [
        (2, "balance_only"),
        (4, "not_booked"),
        (5, "repeated_header"),
        (8, "no_entry"),
    ]
    assert statement.errors == []


def test_formulas_are_text() -> None:
    text = 'Date,Description,Amount\n2026-04-01,"=cmd()|x",-2.00\n2026-04-02,＝1+1,-2.00\n2026-04-03,-2+3,-2.00\n'

    assert [line.text for line in read(text).lines] == ["=cmd()|x", "＝1+1", "-2+3"]


def test_quotes_hold_delimiters_newlines_and_quotes() -> None:
    line = read('Date,Description,Amount\n2026-04-01,"He said ""hi"",\nthen left",-2.00\n').lines[0]

    assert line.text == 'He said "hi", then left'


def test_a_quote_that_never_closes_costs_its_row_and_no_more() -> None:
    text = 'Date,Description,Amount\n2026-04-01,"Shop,-1.00\n2026-04-02,Cafe,-2.00\n2026-04-03,5" pipe,-3.00\n2026-04-04,"Bar",-4.00\n'

    statement = read(text)

    assert [line.text for line in statement.lines] == ["Cafe", '5" pipe', "Bar"]
    assert [(e.row, e.code) for e in statement.errors] == [(2, "broken_row")]


def test_a_row_that_is_too_wide_too_long_or_holds_nul_costs_no_more_than_itself() -> None:
    good = "2026-04-01,Shop,-1.00\n" * 3
    text = f"Date,Description,Amount\n{good}2026-04-02,{'x' * 140_000},-1.00\n{',' * 10_000}\n2026-04-03,a\x00b,-1.00\n{good}"

    statement = read(text)

    assert len(statement.lines) == 6
    assert [(e.row, e.code) for e in statement.errors] == [(5, "broken_row"), (6, "broken_row"), (7, "broken_row")]


def test_mixed_newlines_are_rows_all_the_same() -> None:
    assert len(read("Date,Description,Amount\r\n2026-04-01,a,-1.00\r2026-04-02,b,-1.00\n2026-04-03,c,-1.00").lines) == 3


def test_what_the_owner_must_say_is_asked_with_headers_and_first_rows() -> None:
    statement = read("When,What,Howmuch\n2026-04-01,Shop,ten\n2026-04-02,Cafe,nine\n2026-04-03,Cafe,eight\n")

    assert statement.lines == []
    assert statement.missing == ["amount"]
    assert statement.headers == ["When", "What", "Howmuch"]
    assert statement.sample[0] == ["2026-04-01", "Shop", "ten"]


def test_an_edited_mapping_is_followed() -> None:
    text = "Date,Description,Amount,Fee\n2026-04-01,Shop,-5.00,-1.00\n"
    first = read(text)
    edited = msgspec.structs.replace(first.mapping, columns=("date", "note", "", "amount"), currency="EUR")

    line = read(text, mapping=edited).lines[0]

    assert (line.text, line.owner_note, str(line.amount), line.amount.currency) == ("Shop", "Shop", "-1.00", "EUR")


def test_a_mapping_survives_being_remembered() -> None:
    first = read("Konto;Datum;Text;Betrag\nA1;01.04.2026;Laden;-1,50\n").mapping
    assert first

    again = msgspec.json.decode(msgspec.json.encode(first), type=Mapping)

    assert again == first
    assert brief(read("Neuer Kopf\n\nKonto;Datum;Text;Betrag\nA1;03.02.2026;Laden;-2,50\n", mapping=again)) == [
        "2026-02-03 -2.50 USD Laden"
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"columns": ("date", "text", "")}, {"columns": ("", "text", "amount")}, {"columns": ("date", "magic", "amount")},
        {"sign": "columns"}, {"sign": "maybe"}, {"decimal": ";"}, {"date_order": "ydm"}, {"delimiter": ",,"},
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_work_is_refused(change: dict[str, Any]) -> None:
    good = Mapping(columns=("date", "text", "amount"), headers=("Date", "Description", "Amount"))

    with pytest.raises(Rejected) as refusal:
        read("Date,Description,Amount\n2026-04-01,Shop,-5.00\n", mapping=msgspec.structs.replace(good, **change))

    assert refusal.value.code == "bad_mapping"


def test_lines_of_one_layout_share_its_name() -> None:
    april, may = (read(f"Date,Description,Amount\n2026-0{m}-01,Shop,-5.00\n") for m in (4, 5))

    assert april.layout == may.layout
    assert april.digest != may.digest
    assert isinstance(april.lines[0], StatementLine)
