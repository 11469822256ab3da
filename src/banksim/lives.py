"""A person's life at one bank: opened with two years behind it, and lived on day by day."""

import datetime as dt

import msgspec

from banksim import posting
from banksim.bank import Bank
from banksim.clock import instant
from banksim.errors import PlaidError
from banksim.ids import AccessToken, AccountId, ItemId, TransactionId, derive
from banksim.ledger import Book
from banksim.model import HISTORICAL, INITIAL, NOT_READY, Account, Item, Row, Trouble
from banksim.people import history, roster
from banksim.people.model import AccountPlan, Entry, Login, Person

_INITIAL_DAYS = 30
_PERSISTENT_AT = frozenset({"ins_56", "ins_13", "ins_127990", "ins_127287"})


def seed_of(bank: Bank) -> int:
    """People are the same on every machine unless a seed says otherwise."""
    return 1 if bank.settings.seed is None else bank.settings.seed


def open_item(
    bank: Bank,
    person: Person,
    login: Login,
    *,
    client_id: str,
    webhook: str | None,
    products: tuple[str, ...],
    days_requested: int,
    keys: frozenset[str] | None = None,
    custom: str | None = None,
) -> Item:
    """A new item with its whole past, none of it told yet. `keys` chooses accounts; None takes all."""
    today = bank.clock.today()
    item_id = ItemId(bank.mint.opaque("item"))
    seed = seed_of(bank)
    plans = [plan for plan in login.accounts if keys is None or plan.key in keys]
    ids = {plan.key: AccountId(derive(bank.mint.secret, "account", item_id, plan.key)) for plan in plans}
    entries = _past(person, seed=seed, anchor=today, today=today, days=days_requested)
    cutoff = today - dt.timedelta(days=login.trouble_days) if login.trouble_code else today
    rows = _rows(bank, item_id, ids, entries, today=today)
    rows = [msgspec.structs.replace(row, held=True) if row.on > cutoff else row for row in rows]
    trouble = None
    if login.trouble_code:
        at = f"{cutoff.isoformat()}T{login.trouble_at}:00Z"
        trouble = Trouble(code=None if login.trouble_code == "LATE" else login.trouble_code, since=at)
    consent = None
    if login.consent_days is not None:
        consent = instant(bank.clock.now() + dt.timedelta(days=login.consent_days))
    item = Item(
        item_id=item_id,
        access_token=AccessToken(bank.mint.token("access")),
        client_id=client_id,
        username=person.username,
        institution_id=login.institution_id,
        accounts=tuple(_account(login, plan, ids[plan.key], rows) for plan in plans),
        products=products,
        created=bank.clock.stamp(),
        anchor=today,
        lived_until=today,
        seed=seed,
        days_requested=days_requested,
        custom=custom,
        webhook=webhook,
        trouble=trouble,
        consent_until=consent,
    )
    with bank.store.unit():
        bank.keep_item(item)
        bank.books[item_id] = Book(rows)
        bank.keep_rows(item, rows)
        bank.keep_self()
    bank.watch(item_id)
    return bank.items[item_id]


def choose_accounts(bank: Bank, item: Item, login: Login, person: Person, keys: frozenset[str]) -> Item:
    """Update mode with account selection: accounts go and come. One that comes (again) has new ids and brings its past."""
    item = bank.items[item.item_id]
    held = {account.key for account in item.accounts}
    plans = [plan for plan in login.accounts if plan.key in keys - held]
    ids = {plan.key: AccountId(bank.mint.opaque("account")) for plan in plans}
    today = bank.clock.today()
    entries = _past(person, seed=item.seed, anchor=item.anchor, today=today, days=item.days_requested)
    rows = _rows(bank, item.item_id, ids, entries, today=today)
    kept = [account for account in item.accounts if account.key in keys]
    with bank.store.unit():
        bank.change_item(item, accounts=(*kept, *(_account(login, plan, ids[plan.key], rows) for plan in plans)))
        book = bank.books[item.item_id]
        bank.keep_rows(item, [book.tell(row) if item.stage == HISTORICAL else book.store(row) for row in rows])
        bank.keep_self()
        if rows:
            bank.notify_changes(item, new=len(rows))
    return bank.items[item.item_id]


def _past(person: Person, *, seed: int, anchor: dt.date, today: dt.date, days: int) -> list[Entry]:
    return history.entries(person, seed=seed, anchor=anchor, since=today - dt.timedelta(days=days - 1), until=today)


def _rows(bank: Bank, item_id: ItemId, ids: dict[str, AccountId], entries: list[Entry], *, today: dt.date) -> list[Row]:
    """The rows these entries are on `today`, for the accounts in `ids`."""
    drawn = (_row(bank, item_id, ids, entry, serial=serial, today=today) for serial, entry in enumerate(entries))
    return [row for row in drawn if row is not None]


def _account(login: Login, plan: AccountPlan, account_id: AccountId, rows: list[Row]) -> Account:
    closing = plan.closing
    told = sum(row.minor for row in rows if row.account_id == account_id and not row.pending and not row.held)
    account = Account(
        account_id=account_id,
        key=plan.key,
        name=plan.name,
        official_name=plan.official_name,
        mask=plan.mask,
        type=plan.type,
        subtype=plan.subtype,
        currency=plan.currency,
        current=closing,
        opening=0,
        limit=plan.limit,
        unofficial=plan.unofficial,
        has_lines=plan.has_lines,
        persistent_id=derive("persistent", login.institution_id, plan.mask, length=32)
        if login.institution_id in _PERSISTENT_AT and plan.type == "depository"
        else None,
    )
    return msgspec.structs.replace(account, opening=closing - posting.signed(account, told))


def _row(bank: Bank, item_id: ItemId, ids: dict[str, AccountId], entry: Entry, *, serial: int, today: dt.date) -> Row | None:
    """The row as the bank shows it on `today`; None when it is another bank's, or a hold already gone."""
    account_id = ids.get(entry.account)
    if account_id is None:
        return None
    transaction_id = TransactionId(derive(bank.mint.secret, "life", item_id, account_id, entry.on, serial))
    if entry.posts is not None and entry.posts <= today:
        return Row(transaction_id, account_id, entry.minor, entry.on, entry.posts, entry.face, at=entry.at)
    if entry.posts is None and entry.on + dt.timedelta(days=history.HOLD_DAYS) <= today:
        return None
    return Row(
        transaction_id,
        account_id,
        entry.minor if entry.pending_minor is None else entry.pending_minor,
        entry.on,
        entry.on,
        entry.face,
        pending=True,
        at=entry.at,
        posts=entry.posts,
        final_minor=entry.minor,
    )


def advance_stage(bank: Bank, item: Item, stage: int) -> None:
    """Hand over the last thirty days, then the rest; and tell the client each time, if it has asked once."""
    item = bank.items[item.item_id]
    for step in range(item.stage + 1, min(stage, HISTORICAL) + 1):
        book = bank.books[item.item_id]
        oldest = item.anchor - dt.timedelta(days=_INITIAL_DAYS) if step == INITIAL else dt.date.min
        due = sorted((r for r in book.waiting() if not r.held and r.date >= oldest), key=lambda r: (r.date, r.at or "", r.transaction_id))
        with bank.store.unit():
            told = [book.tell(row) for row in due]
            bank.keep_rows(item, told)
            item = bank.change_item(item, stage=step)
            if bank.legacy_webhooks and item.armed:
                code = "INITIAL_UPDATE" if step == INITIAL else "HISTORICAL_UPDATE"
                bank.notify(item, "TRANSACTIONS", code, new_transactions=len(told), error=None)
            bank.notify_changes(item)


def live_until(bank: Bank, item: Item, today: dt.date) -> int:
    """Live the days since the item last did: pendings post or vanish, new days happen. Returns how many rows changed."""
    item = bank.items[item.item_id]
    if item.stage == NOT_READY or item.lived_until >= today:
        return 0
    person = roster.person_of(item)
    if person is None:
        return 0
    ids = {account.key: account.account_id for account in item.accounts}
    changed = 0
    day = item.lived_until
    with bank.store.unit():
        while day < today:
            day += dt.timedelta(days=1)
            changed += _settle_due(bank, item, day)
            entries = history.entries(person, seed=item.seed, anchor=item.anchor, since=day, until=day)
            for serial, entry in enumerate(entries):
                row = _row(bank, item.item_id, ids, entry, serial=serial, today=day)
                if row is not None and row.transaction_id not in bank.books[item.item_id].rows:
                    posting.arrive(bank, item, row)
                    changed += 1
        bank.change_item(item, lived_until=today)
        if changed and not posting.is_silent(bank.items[item.item_id]):
            bank.notify_changes(item, new=changed)
    return changed


def _settle_due(bank: Bank, item: Item, day: dt.date) -> int:
    """Settle or drop what was due; a silent bank's pendings wait."""
    if posting.is_silent(bank.items[item.item_id]):
        return 0
    changed = 0
    for row in bank.books[item.item_id].pending():
        if row.origin != "life":
            continue
        if row.posts is not None and row.posts <= day:
            posting.settle(bank, item, row, on=row.posts)
            changed += 1
        elif row.posts is None and row.on + dt.timedelta(days=history.HOLD_DAYS) <= day:
            posting.remove(bank, item, row)
            changed += 1
    return changed


def fall_into_trouble(bank: Bank, item: Item) -> None:
    """The state the person's login is really in shows, now that the first download is done."""
    item = bank.items.get(item.item_id, item)
    trouble = item.trouble
    if trouble is None or item.item_id not in bank.items:
        return
    with bank.store.unit():
        if trouble.code is None:
            bank.change_item(item, trouble=None, late=True, as_of=trouble.since)
        else:
            break_item(bank, item, trouble.code, as_of=trouble.since)


def break_item(bank: Bank, item: Item, code: str, *, as_of: str | None = None) -> None:
    """From now on every call answers with this item error; the client is told once."""
    with bank.store.unit():
        now = bank.clock.stamp()
        bank.change_item(item, trouble=None, error=code, as_of=as_of or item.as_of or now, failed=now)
        bank.notify(item, "ITEM", "ERROR", error=PlaidError(code).body())


def repair_item(bank: Bank, item: Item) -> None:
    """Signed in again, or the bank caught up: errors go, what was held comes."""
    item = bank.items[item.item_id]
    was_broken = item.error is not None
    with bank.store.unit():
        bank.change_item(item, error=None, trouble=None, late=False, as_of=None, failed=None)
        told = posting.release_held(bank, item)
        _settle_due(bank, item, bank.clock.today())
        if was_broken:
            bank.notify(item, "ITEM", "LOGIN_REPAIRED")
        if told:
            bank.notify_changes(item, new=len(told))
