"""Accounts and connections of the Okafors, in several currencies where a test wants them."""

from __future__ import annotations

from farthing.core.money import Money
from farthing.flows.view_models.accounts import AccountGroup, AccountPage, AccountRow, Accounts, AddAccount, BalanceChart
from farthing.flows.view_models.activity import Activity, ActivityBatch, AsideLine, BatchLine, EffectLine, FieldLine
from farthing.flows.view_models.charts import ScaleMark, histogram, spark
from farthing.flows.view_models.connections import (
    AddConnection,
    Arrivals,
    BatchRow,
    ColumnChoice,
    Connection,
    Connections,
    Counts,
    DryRun,
    Fact,
    Going,
    Imported,
    Imports,
    Leaving,
    Linked,
    LinkedAccount,
    PreviewRow,
    Provider,
    RefusedRow,
    Style,
)
from farthing.flows.view_models.format import amount_view
from farthing.flows.view_models.parts import Choice, FieldState, Link, words
from farthing.flows.view_models.proof import GapView, ProofView, SuspectRow, SuspectView

from .household import lines
from .pages_frame import usd
from .pages_transactions import row_of

WORTH = (981, 992, 989, 1001, 1012, 1008, 1026, 1041, 1033, 1056, 1071, 1108)
MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")


def chart() -> BalanceChart:
    """Net worth over twelve months."""
    line = spark(WORTH)
    marks = tuple(
        ScaleMark(round(100 * i / 11, 2), MONTHS[i], "start" if i == 0 else "end" if i == 11 else "middle", i == 11)
        for i in (0, 3, 6, 9, 11)
    )
    rules = (ScaleMark(8, "111k"), ScaleMark(50, "105k"), ScaleMark(92, "98k"))
    table = tuple((month, usd(worth * 10_000, symbol=True, whole=True)) for month, worth in zip(MONTHS, WORTH, strict=True))
    return BalanceChart(
        line, f"{line.path}L100 100L0 100", rules, marks, "Net worth rose from 98,100 to 110,854 dollars in twelve months.", table
    )


def account(name: str, bank: str, mask: str, minor: int, *more: object, **named: object) -> AccountRow:
    """A row of the list."""
    age, late = (*more, "", False)[:2]
    return AccountRow(f"acc_{mask or name}", name, bank, mask, usd(minor), f"/accounts/acc_{mask or name}", str(age), bool(late), **named)  # type: ignore[arg-type]


def accounts() -> Accounts:
    """All of them, by kind."""
    yen = AccountRow(
        "acc_jp",
        "普通預金",
        "みずほ銀行",
        "8821",
        amount_view(Money(1_204_500, "JPY"), home="USD"),
        "/accounts/acc_jp",
        "2 h",
        home_balance=usd(784_120, symbol=True),
    )
    groups = (
        AccountGroup(
            "cash",
            "Cash",
            usd(440_062, symbol=True),
            (
                account("Joint checking", "Ally", "2210", 431_862, "5 min"),
                account("Wallet", "by hand", "", 8_200, manual=True, gap="does not add up"),
            ),
        ),
        AccountGroup(
            "cards",
            "Cards",
            usd(-212_912, symbol=True),
            (
                account("Venture", "Capital One", "1175", -148_695, "3 days", True, state="delayed"),
                account("Freedom", "Chase", "6032", -64_217, "2 days", True, state="sign_in_again"),
            ),
        ),
        AccountGroup("savings", "Savings", usd(2_048_138, symbol=True), (account("Savings", "Ally", "8804", 1_264_018, "5 min"), yen)),
        AccountGroup(
            "investments",
            "Investments",
            usd(10_514_482, symbol=True),
            (account("401(k)", "Fidelity", "5520", 8_621_477, "Fri"), account("Brokerage", "Fidelity", "0911", 1_893_005, "Fri")),
        ),
        AccountGroup(
            "loans",
            "Loans",
            usd(-912_055, symbol=True),
            (account("Car loan", "Chase", "4471", -912_055, "2 days", True, state="sign_in_again"),),
        ),
    )
    kinds = tuple(
        Choice(key, name)
        for key, name in (
            ("cash", "Cash"),
            ("checking", "Checking"),
            ("savings", "Savings"),
            ("card", "Card"),
            ("loan", "Loan"),
            ("property", "Property"),
        )
    )
    add = AddAccount(kinds, (Choice("USD", "US dollar", chosen=True), Choice("EUR", "Euro")), "2026-11-22")
    sentence = words("Up ", ("$12,754", "strong"), " in 12 months. ", ("2 of 4 banks are behind.", "warn"))
    return Accounts(usd(11_085_395, symbol=True), sentence, groups, add, chart(), hidden_count=2)


def proof() -> ProofView:
    """Two gaps, one of them past, and a row twice."""

    def row(key: str, minor: int, intent: str = "", label: str = "") -> SuspectRow:
        return SuspectRow(f"txn_{key}", f"/transactions/txn_{key}", "Din Tai Fung", "18 Nov", usd(minor), intent, label)

    twice = SuspectView(
        "It equals another of 18 Nov; without one of them the balance is right.", (row("1", -11_840, "delete_row", "Delete it"),)
    )
    lost = SuspectView(
        "A row of $118.40 on 18 Nov is missing.",
        links=(Link("Look at those days", "/transactions"), Link("Import a statement", "/imports")),
    )
    words_of = "The balance has $118.40 more than the rows on 18 Nov make."
    gap = GapView("gap-2026-11-18", "Since 18 Nov", usd(11_840, symbol=True, plus=True), "Open", words_of, True, (twice, lost))
    late = SuspectView("The balance and this row did not move on the same day; that goes by itself.", (row("2", -4_317),))
    past = GapView("gap-2026-09-02", "Since 2 Sep", usd(-4_317, symbol=True), "Closed 21 Sep", "", False, (late,))
    kinds = ["" if i < 84 else "missing" for i in range(90)]
    return ProofView(
        words("Bank says $82.00 on 22 Nov; we have −$36.40, ", ("$118.40 apart", "warn"), "."),
        agrees=False,
        alarm=True,
        explained="98 % of 412 days explained, since 6 Oct.",
        note="The balances count what is pending as well.",
        bars=histogram([i % 7 and 1 for i in range(90)], kinds=kinds),
        bars_summary="78 days with a balance up to 22 Nov, 6 with a gap",
        first_day="25 Aug",
        last_day="22 Nov",
        standing=(gap,),
        over=(past,),
    )


def one_account() -> AccountPage:
    """A manual account opened."""
    row = account("Wallet", "by hand", "", 8_200, manual=True)
    kinds = (Choice("cash", "Cash", chosen=True), Choice("checking", "Checking"))
    recent = tuple(row_of(i, line, day=True) for i, line in enumerate(lines()[:6]))
    return AccountPage(
        row,
        "Cash, kept by hand",
        (("Kind", "Cash"), ("Currency", "US dollar"), ("Since", "3 Jan 2025"), ("Transactions", "214")),
        kinds,
        recent,
        "/transactions?account=acc_Wallet",
        "All 214",
        usd(8_200, symbol=True),
        chart(),
        proof(),
        transactions_count=214,
        name=FieldState("Wallet"),
        today="2026-11-22",
    )


ROWS = {
    "Chase": (7, 4, 0, 9, 6, 4, 12, 7, 0, 7, 9, 4, 12, 0, 7, 4, 6, 0, 7, 7, 0, 0, 4, 4, 7, 4, 12, 15, 0, 0),
    "Capital One": (4, 9, 6, 0, 6, 12, 4, 6, 4, 0, 4, 4, 0, 6, 0, 6, 0, 6, 0, 4, 6, 9, 6, 6, 0, 9, 0, 0, 0, 0),
    "Ally": (4, 0, 6, 4, 0, 4, 9, 0, 4, 9, 0, 0, 6, 0, 0, 0, 0, 4, 0, 9, 0, 0, 0, 4, 0, 4, 0, 12, 6, 0),
    "Fidelity": (0, 0, 4, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 0, 0),
}


def arrivals(bank: str, count: str, missing: str = "", days: int = 0, *, late: bool = False) -> Arrivals:
    """Thirty days of one bank."""
    kinds = [""] * (30 - days) + ["late" if late else "missing"] * days
    return Arrivals(
        histogram(ROWS[bank], top=15, kinds=kinds),
        count,
        "24 Oct",
        f"{count} new rows in 30 days{', ' + missing if missing else ''}",
        missing,
        late,
    )


def connections(*, none: bool = False) -> Connections:
    """Four banks in the order of need."""

    def linked(name: str, mask: str, minor: int) -> LinkedAccount:
        return LinkedAccount(name, mask, usd(minor), f"/accounts/acc_{mask}")

    def facts(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
        return tuple(Fact(*pair) for pair in pairs)

    banks = (
        Connection(
            "con_1",
            "Chase",
            "Ch",
            "sign_in_again",
            "Sign in again",
            "Chase has not let us in since Fri 20 Nov, 21:40. Nothing is lost: the gap fills as soon as you sign in.",
            (linked("Freedom", "6032", -64_217), linked("Car loan", "4471", -912_055)),
            arrivals("Chase", "48", "2 days missing", 2),
            facts(("Last success", "Fri 20 Nov, 21:40"), ("Next try", "when you sign in"), ("Access", "ended 20 Nov")),
            Leaving(2, 1_284),
        ),
        Connection(
            "con_2",
            "Capital One",
            "CO",
            "delayed",
            "Delayed at the bank since Thu",
            "Capital One answers, but with nothing newer than Thu 19 Nov. Nothing for you to do; we ask again every 2 hours.",
            (linked("Venture", "1175", -148_695),),
            arrivals("Capital One", "37", "3 days missing", 3, late=True),
            facts(
                ("Last answer", "today, 09:05"), ("Data as of", "Thu 19 Nov, 07:04"), ("Next try", "11:05"), ("Access", "until 2 Mar 2027")
            ),
            Leaving(1, 902),
        ),
        Connection(
            "con_3",
            "Ally",
            "Al",
            "fine",
            "Fine",
            "",
            (linked("Joint checking", "2210", 431_862), linked("Savings", "8804", 1_264_018)),
            arrivals("Ally", "26"),
            facts(("Last success", "today, 09:12"), ("Next try", "11:12"), ("Access", "until 18 Jun 2027")),
            Leaving(2, 3_411),
        ),
        Connection(
            "con_4",
            "Fidelity",
            "Fi",
            "fine",
            "Fine",
            "",
            (linked("401(k)", "5520", 8_621_477), linked("Brokerage", "0911", 1_893_005)),
            arrivals("Fidelity", "6"),
            facts(("Last success", "today, 06:40"), ("Next try", "tomorrow, 06:40"), ("Access", "until 30 Apr 2027")),
            Leaving(2, 214),
        ),
    )
    add = AddConnection(
        (
            Provider(
                "plaid",
                "A bank in North America or Europe",
                "You choose the bank on the next page and sign in there.",
                "hosted",
                chosen=True,
            ),
            Provider("simplefin", "SimpleFIN", "Paste the set-up token that SimpleFIN Bridge gave you.", "token"),
        )
    )
    promise = "Farthing can see balances and transactions. It can never move money."
    if none:
        return Connections("No bank is connected", promise, (), add)
    return Connections("1 bank needs you, 1 is late, 2 are fine", promise, banks, add)


BATCHES = (
    BatchRow("bat_3", "Today 09:14", "ally-november.ofx", "26 new, 12 already here"),
    BatchRow("bat_2", "Yesterday 18:02", "Bulk edit, 23 moved to Groceries", "23 changed", undone=True),
    BatchRow("bat_1", "3 Nov 07:40", "statement.pdf", "", undo=False, failed="not a format Farthing reads"),
)
STYLE = Style((Choice("dmy", "Day, month, year"),), (Choice(".", "Point: 1,204.10"),), (Choice("signed", "Minus is money out"),))
BANKS = (Choice("acc_1", "Joint checking"), Choice("new", "A new account"))


def imports(*, dry: str = "") -> Imports:
    """The import page, before and after a file was read."""
    rows = tuple(
        PreviewRow(f"{line.day} Nov", line.merchant, usd(line.minor), line.account, "known" if i == 1 else "similar" if i == 3 else "new")
        for i, line in enumerate(lines()[:6])
    )
    sentence = words(("312 new", "strong"), ", 41 already here, 2 look alike, ", ("1 refused", "over"))
    columns = ()
    if dry == "csv":
        roles = ("Date", "Merchant", "Amount", "Note", "Leave out")
        samples = {
            "Posted": ("2026-11-21", "2026-11-20", "2026-11-19"),
            "Description": ("COSTCO WHSE #0001", "DIN TAI FUNG", "مخبز الشام"),
            "Value": ("-221.89", "-118.40", "-24.35"),
        }
        columns = tuple(
            ColumnChoice(name, values, tuple(Choice(role, role, chosen=role == roles[at]) for role in roles))
            for at, (name, values) in enumerate(samples.items())
        )
    run = (
        DryRun(
            "imp_1",
            "november.csv" if dry == "csv" else "ally-november.ofx",
            "CSV" if dry == "csv" else "OFX 2.2",
            Counts(312, 41, 2, 1),
            sentence,
            rows,
            (RefusedRow(17, "amount", "12,3.4 is not an amount"),),
            columns,
            BANKS,
            STYLE if columns else None,
            ("The day and the month of “03.04.2026” can be exchanged: read as day, month, year.",) if columns else (),
            columns_open=bool(columns),
            passed_over=2,
        )
        if dry in {"csv", "ofx"}
        else None
    )
    done = Imported(
        "bat_3", "ally-november.ofx", words(("26 transactions imported", "strong"), ", 12 were here already"), "Into Savings.", "/"
    )
    return Imports("OFX, QFX and CSV", BATCHES, run, done if dry == "done" else None)


LINES = (
    BatchLine("bat_9", "Today, 14:02", "Change", "Change", "Maya", "3 changed", "/", undo="Undo"),
    BatchLine(
        "bat_8", "Today, 9:12", "Sync", "Bank of the Very Long Name and Its Savings Association", "", "12 new, 1 changed", "/", undo="Undo"
    ),
    BatchLine("bat_7", "Yesterday", "Undo", "Undo: november.ofx", "Daniel", "26 taken back", "/", undo="Redo"),
    BatchLine("bat_6", "Yesterday", "Import", "november.ofx", "Daniel", "26 new", "/", undone=True),
    BatchLine("bat_5", "21 Nov", "Sync", "Ally", "", "nothing new", "/", failed="The bank asks you to sign in again."),
)


def activity() -> Activity:
    """The list with each kind of line."""
    return Activity(LINES, (Link("Everything", "/activity", current=True), Link("Banks", "/activity?kind=bank")), "/activity?cursor=bat_5")


def activity_batch() -> ActivityBatch:
    """A batch with a new row, a changed one and one that is gone, and a budget."""
    fields = (
        FieldLine("Amount", "-30.00", "-36.00", "the pending row was booked: same merchant, 20 % tip"),
        FieldLine("Status", "pending", "posted"),
    )
    effects = tuple(
        EffectLine(did, f"{line.day} Nov", line.merchant, usd(line.minor), line.account, "/", fields if did == "Changed" else ())
        for did, line in zip(("New", "Changed", "Taken out"), lines(), strict=False)
    )
    asides = (AsideLine("Budget changed: Groceries", (FieldLine("Limit", "800.00 USD", "850.00 USD"),)),)
    return ActivityBatch(LINES[1], effects, asides, "/activity/bat_8?cursor=txn_1")


GOING = Going("https://bank.example/link", "Your bank’s page is opening", "You choose the bank there and sign in.", at_once=False)


def linked(state: str) -> Linked:
    """Back from a bank's page."""
    if state == "left":
        return Linked("left", "Nothing was linked", "The bank’s page was left before a bank was chosen.")
    if state == "waiting":
        return Linked("waiting", "The link is being made", "This takes some seconds; the page follows by itself.")
    there = (
        LinkedAccount("Joint checking", "2210", usd(431_862), "/accounts/acc_1"),
        LinkedAccount("Savings", "8804", usd(1_264_018), "/"),
    )
    promise = "Farthing can see balances and transactions. It can never move money."
    return Linked("linked", "Ally is linked", promise, there, "213 transactions so far; more are coming.", True, "/transactions")
