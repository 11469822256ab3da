"""/transactions/sync, /get and /refresh."""

from typing import Any

from banksim import cursor as cursors
from banksim import posting, requests, wire
from banksim.caller import Caller
from banksim.errors import PlaidError
from banksim.ids import AccountId
from banksim.model import HISTORICAL, NOT_READY, STATUS, Account, Item, Row

_NOT_OURS = "cursor not associated with access_token"


def sync(caller: Caller, asked: requests.TransactionsSync) -> dict[str, Any]:
    """Changes since the cursor. The first call arms the webhook; until something is ready it answers NOT_READY and no cursor."""
    bank, item = caller.bank, caller.item
    if not item.armed:
        with bank.store.unit():
            item = bank.change_item(item, armed=True)
    if item.stage == NOT_READY and not asked.cursor:
        return _answer(caller, item, [], [], [], cursor="", more=False)
    book = bank.books[item.item_id]
    at = _position(caller, item, asked, head=book.head)
    if at.page > 1 and at.head != book.head:
        raise PlaidError("TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION")
    if bank.use_fault("mutation", item_id=item.item_id, page=at.page):
        raise PlaidError("TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION")
    account_id = AccountId(at.account_id) if at.account_id else None
    page = book.page(at.position, since=at.start, head=at.head, count=asked.count, account_id=account_id)
    more = page.more
    following = cursors.Cursor(
        item_id=item.item_id,
        epoch=item.epoch,
        account_id=at.account_id,
        position=page.position if more else at.head,
        head=at.head,
        page=at.page + 1 if more else 0,
        start=at.start if more else at.head,
    )
    sealed = cursors.seal(following, bank.cursor_secret)
    if not more and item.stage == HISTORICAL and not item.first_told:
        bank.change_item(item, first_told=True)
        bank.watch(item.item_id)
    removed = [{"transaction_id": row.transaction_id, "account_id": row.account_id} for row in page.removed]
    added, modified = (_bodies(caller, item, rows, asked.options) for rows in (page.added, page.modified))
    return _answer(caller, item, added, modified, removed, cursor=sealed, more=more)


def _position(caller: Caller, item: Item, asked: requests.TransactionsSync, *, head: int) -> cursors.Cursor:
    """Where this page begins: `page` 1 opens a new loop at today's head."""
    wanted = asked.options.account_id
    if wanted is not None:
        posting.account_of(item, wanted)
    if not asked.cursor or asked.cursor == "now":
        start = head if asked.cursor == "now" else 0
        return cursors.Cursor(item_id=item.item_id, epoch=item.epoch, account_id=wanted, position=start, head=head, page=1, start=start)
    held = cursors.open_sealed(asked.cursor, caller.bank.cursor_secret)
    stale = caller.bank.use_fault("stale_cursor", item_id=item.item_id)
    if held is None or stale or (held.item_id, held.epoch, held.account_id) != (item.item_id, item.epoch, wanted):
        raise PlaidError("INVALID_FIELD", _NOT_OURS)
    if held.page:
        return held
    return cursors.Cursor(
        item_id=held.item_id, epoch=held.epoch, account_id=wanted, position=held.position, head=head, page=1, start=held.position
    )


def _bodies(caller: Caller, item: Item, rows: list[Row], options: requests.SyncOptions | requests.GetOptions) -> list[dict[str, Any]]:
    if not rows:
        return []
    accounts = {account.account_id: account for account in item.accounts}
    bare = caller.bank.use_fault("null_category", item_id=item.item_id) is not None
    out = []
    for row in rows:
        account = accounts.get(row.account_id)
        if account is None:
            continue
        body = wire.transaction(
            row,
            account,
            original=bool(options.include_original_description),
            version=options.personal_finance_category_version,
        )
        out.append(body | {"personal_finance_category": None} if bare else body)
    return out


def _answer(
    caller: Caller,
    item: Item,
    added: list[dict[str, Any]],
    modified: list[dict[str, Any]],
    removed: list[dict[str, Any]],
    *,
    cursor: str,
    more: bool,
) -> dict[str, Any]:
    with_lines = [account for account in item.accounts if account.has_lines] if item.stage != NOT_READY else []
    return {
        "accounts": caller.bank.account_bodies(item, with_lines) if with_lines else [],
        "added": added,
        "has_more": more,
        "modified": modified,
        "next_cursor": cursor,
        "removed": removed,
        "transactions_update_status": STATUS[item.stage],
    }


def get(caller: Caller, asked: requests.TransactionsGet) -> dict[str, Any]:
    """A window of the rows as they are now, newest first."""
    bank, item = caller.bank, caller.item
    if item.stage == NOT_READY:
        raise PlaidError("PRODUCT_NOT_READY")
    if asked.start_date > asked.end_date:
        raise PlaidError("INVALID_FIELD", "start_date must not be after end_date")
    chosen: tuple[Account, ...] = item.accounts
    if asked.options.account_ids is not None:
        chosen = tuple(posting.account_of(item, account_id) for account_id in asked.options.account_ids)
    ids = {account.account_id for account in chosen}
    rows = [r for r in bank.books[item.item_id].live() if r.account_id in ids and asked.start_date <= r.date <= asked.end_date]
    rows.sort(key=lambda row: (row.date, row.at or "", row.transaction_id), reverse=True)
    window = rows[asked.options.offset : asked.options.offset + asked.options.count]
    return {
        "accounts": bank.account_bodies(item, list(chosen)),
        "transactions": _bodies(caller, item, window, asked.options),
        "total_transactions": len(rows),
        "item": wire.item(item),
    }
