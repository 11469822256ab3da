"""A check that cannot fail proves nothing: each catalogue check is shown a database with the fault it is there to find."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from house import catalogue

Check = Callable[[asyncpg.Connection], Awaitable[list[str]]]

FAULTS = [
    (catalogue.lists_differ, "create table forgotten (household_id bigint primary key)", "forgotten: in the database, in no list"),
    (catalogue.lists_differ, "drop table outbox", "outbox: listed, not in the database"),
    (catalogue.unprotected, "drop policy tenant_only on budget", "budget: policies"),
    (catalogue.unprotected, "alter table member no force row level security", "member: row-level security enabled=True forced=False"),
    (catalogue.unprotected, "alter table line disable row level security", "line: row-level security enabled=False"),
    (catalogue.unprotected, "create policy everybody on payee using (true)", "payee: policies"),
    (catalogue.unprotected, "alter policy tenant on tag using (true)", "tag: policy tenant says"),
    (catalogue.loose_keys, "create unique index by_ref on line (ref)", "line: index by_ref starts with ref"),
    (catalogue.loose_keys, "alter table tag drop constraint tag_pkey", "tag: no primary key"),
    (
        catalogue.loose_keys,
        "create unique index on batch (batch_id); alter table landed add foreign key (batch_id) references batch (batch_id)",
        "landed: foreign key",
    ),
    (catalogue.talkative_finders, "alter table login add column email text", "login.email is text"),
    (catalogue.talkative_finders, "alter table session add column note bytea", "session.note: bytes without"),
    (catalogue.app_powers, "grant truncate on transaction to farthing_app", "farthing_app may truncate transaction"),
    (catalogue.app_powers, "grant update on audit_event to farthing_app", "farthing_app may update audit_event"),
    (catalogue.app_powers, "grant create on schema public to farthing_app", "farthing_app may create tables"),
    (catalogue.side_doors, "create view all_rows as select * from transaction", "view all_rows"),
]


@pytest.mark.parametrize(("check", "damage", "complaint"), FAULTS, ids=[damage for _, damage, _ in FAULTS])
async def test_the_check_notices(owner: asyncpg.Connection, check: Check, damage: str, complaint: str) -> None:
    """Given a database with one thing wrong, the check names that thing. The damage is rolled back."""
    undo = owner.transaction()
    await undo.start()
    try:
        await owner.execute(damage)
        complaints = await check(owner)
    finally:
        await undo.rollback()
    assert any(text.startswith(complaint) for text in complaints), complaints
