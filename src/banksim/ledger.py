"""One item's transactions and the log of their changes, in memory. Pure: the caller keeps what changed.

The log holds transaction ids in order of last change; a later change of the same transaction empties its earlier place, so a page
read from any position shows each transaction once, in its newest state, as Plaid's sync does.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from banksim.ids import AccountId, TransactionId
from banksim.model import Row


class Page(msgspec.Struct, frozen=True):
    added: list[Row]
    modified: list[Row]
    removed: list[Row]
    position: int
    more: bool


class Book:
    """Rows by id plus their log. Every change returns the new row; `head` is the log's length."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: dict[TransactionId, Row] = {row.transaction_id: row for row in rows}
        self._log: list[TransactionId | None] = []
        for row in sorted((row for row in self.rows.values() if row.changed), key=lambda row: row.changed):
            self._log.extend([None] * (row.changed - 1 - len(self._log)))
            self._log.append(row.transaction_id)
        self._pending = {row.transaction_id: row for row in self.live() if row.pending}

    @property
    def head(self) -> int:
        return len(self._log)

    def live(self) -> Iterator[Row]:
        """Rows a client can see now."""
        return (row for row in self.rows.values() if row.changed and not row.removed)

    def pending(self) -> list[Row]:
        """Pending rows a client can see now, oldest first."""
        return list(self._pending.values())

    def waiting(self) -> Iterator[Row]:
        """Rows not told yet: history still being fetched, or held back by a bank that is late."""
        return (row for row in self.rows.values() if not row.changed)

    def store(self, row: Row) -> Row:
        """Hold a row without telling it."""
        self.rows[row.transaction_id] = row
        return row

    def tell(self, row: Row) -> Row:
        """Write a new or changed row to the log."""
        held = self.rows.get(row.transaction_id)
        if held is not None and held.changed:
            self._log[held.changed - 1] = None
        self._log.append(row.transaction_id)
        turns = held.turns if held is not None else ()
        shown = len(turns) % 2 == 1
        told = msgspec.structs.replace(row, changed=self.head, turns=turns if shown is not row.removed else (*turns, self.head))
        self.rows[row.transaction_id] = told
        if told.pending and not told.removed:
            self._pending[told.transaction_id] = told
        else:
            self._pending.pop(told.transaction_id, None)
        return told

    def remove(self, row: Row) -> Row:
        return self.tell(msgspec.structs.replace(row, removed=True))

    def page(self, position: int, *, since: int, head: int, count: int, account_id: AccountId | None = None) -> Page:
        """The next `count` changes after `position`, up to `head`. `since` is what the client knew before the loop: a row it never
        saw is new however often it changed, and is not mentioned when it is gone again."""
        added: list[Row] = []
        modified: list[Row] = []
        removed: list[Row] = []
        at, taken = position, 0
        while at < head and taken < count:
            transaction_id = self._log[at]
            at += 1
            if transaction_id is None:
                continue
            row = self.rows[transaction_id]
            if account_id is not None and row.account_id != account_id:
                continue
            known = bisect_right(row.turns, since) % 2 == 1
            if row.removed and not known:
                continue
            taken += 1
            (removed if row.removed else modified if known else added).append(row)
        return Page(added=added, modified=modified, removed=removed, position=at, more=self._any_after(at, head, account_id))

    def _any_after(self, at: int, head: int, account_id: AccountId | None) -> bool:
        for place in range(at, head):
            transaction_id = self._log[place]
            if transaction_id is not None and account_id in (None, self.rows[transaction_id].account_id):
                return True
        return False
