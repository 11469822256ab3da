"""A client that applies every page of every sync holds exactly what the bank shows, whatever happened in between."""

import datetime as dt

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from banksim.ids import AccountId, TransactionId
from banksim.ledger import Book
from banksim.model import Face, Row

DAY = dt.date(2026, 11, 22)
STEPS = st.lists(st.tuples(st.sampled_from(["add", "modify", "remove", "restore", "sync"]), st.integers(0, 30)), max_size=60)


def row(number: int) -> Row:
    return Row(TransactionId(f"t{number}"), AccountId(f"a{number % 2}"), number, DAY, DAY, Face("n", "d", "OTHER_OTHER"))


class Client:
    """Applies what it is told and complains of what it could not have been told."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        self.position = 0

    def sync(self, book: Book, *, count: int) -> None:
        at, since, head = self.position, self.position, book.head
        while True:
            page = book.page(at, since=since, head=head, count=count)
            for told in page.added:
                assert told.transaction_id not in self.held
                self.held[told.transaction_id] = told.minor
            for told in page.modified:
                assert told.transaction_id in self.held
                self.held[told.transaction_id] = told.minor
            for told in page.removed:
                del self.held[told.transaction_id]
            at = page.position
            if not page.more:
                self.position = head
                return


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(1, 5))
def test_synced_pages_always_add_up_to_the_banks_rows(steps, count):
    book, client, made = Book(), Client(), 0
    for what, which in steps:
        live, dead = list(book.live()), [r for r in book.rows.values() if r.removed]
        if what == "add":
            made += 1
            book.tell(row(made))
        elif what == "modify" and live:
            chosen = live[which % len(live)]
            book.tell(msgspec.structs.replace(chosen, minor=chosen.minor + 100))
        elif what == "remove" and live:
            book.remove(live[which % len(live)])
        elif what == "restore" and dead:
            book.tell(msgspec.structs.replace(dead[which % len(dead)], removed=False))
        elif what == "sync":
            client.sync(book, count=count)
    client.sync(book, count=count)
    assert client.held == {r.transaction_id: r.minor for r in book.live()}


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_a_book_read_back_from_its_rows_is_the_same_book(steps):
    book, made = Book(), 0
    for what, which in steps:
        live = list(book.live())
        if what == "add":
            made += 1
            book.tell(row(made))
        elif what in {"modify", "remove"} and live:
            chosen = live[which % len(live)]
            book.tell(msgspec.structs.replace(chosen, removed=what == "remove"))
    again = Book(book.rows.values())
    whole = {"since": 0, "count": 500}
    assert again.page(0, head=again.head, **whole).added == book.page(0, head=book.head, **whole).added
