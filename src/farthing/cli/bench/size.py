"""Bytes a transaction on disk, by table, index and TOAST: for rows that came in bulk, and for rows that came by syncs of 1 to 3."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from farthing.cli.bench.measure import Figures, Meter
from farthing.cli.bench.people import Stage, Tenant, days_back, fill, new_household, pages, row, stage, take

ROWS_EACH = 2_000
SMALL_SHARE = 30
_RELATIONS = """
select t.relname as table, pg_relation_size(t.oid) as heap, pg_indexes_size(t.oid) as indexes,
  pg_table_size(t.oid) - pg_relation_size(t.oid) as toast
from pg_class as t
where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace
"""
_INDEXES = """
select i.relname as index, t.relname as table, pg_relation_size(i.oid) as bytes
from pg_index as x
join pg_class as i on i.oid = x.indexrelid
join pg_class as t on t.oid = x.indrelid
where t.relkind = 'r' and t.relnamespace = 'public'::regnamespace
"""
Sizes = Mapping[str, int]


async def sizes(rows: int) -> list[Figures]:
    """`rows` in bulk, by households of 2,000; then a thirtieth of it by syncs of 1 to 3 rows into the same households."""
    async with stage() as made:
        today = made.world.clock.now().date()
        tenants = [await new_household(made.world) for _ in range(max(1, rows // ROWS_EACH))]
        each = min(rows, ROWS_EACH)
        empty, bulk, small = await _sizes(made), Meter(made.postmaster), Meter(made.postmaster)
        with bulk.running():
            for seed, tenant in enumerate(tenants):
                await fill(made, tenant, each, ending=today - dt.timedelta(days=30), seed=seed)
        full = await _sizes(made)
        with small.running():
            count, syncs = await _by_small_syncs(made, tenants, max(1, rows // SMALL_SHARE), today)
        after = await _sizes(made)
        bulked = each * len(tenants)
        return [
            *_told(bulk, "size.bulk", bulked, empty, full, note=f"pages of 500 into {len(tenants)} households"),
            *_told(small, "size.small", count, full, after, note=f"{syncs:,} syncs of 1 to 3 rows"),
        ]


async def _by_small_syncs(made: Stage, tenants: list[Tenant], count: int, today: dt.date) -> tuple[int, int]:
    dice, done, syncs = random.Random(count), 0, 0  # noqa: S311
    while done < count:
        several = dice.randrange(1, 4)
        rows = [row(dice, 2 + 200 * (10**6 + syncs) + i, day) for i, day in enumerate(days_back(several, span=3, ending=today))]
        for page in pages(rows):
            await take(made, tenants[syncs % len(tenants)], page)
        done, syncs = done + several, syncs + 1
    return done, syncs


async def _sizes(made: Stage) -> Sizes:
    """Bytes by `table.heap`, `table.toast` and `table.index NAME`."""
    found: dict[str, int] = {}
    async with made.world.db.shared() as conn:
        for one in await conn.fetch(_RELATIONS):
            found |= {f"{one['table']}.heap": one["heap"], f"{one['table']}.toast": one["toast"]}
        for one in await conn.fetch(_INDEXES):
            found[f"{one['table']}.{one['index']}"] = one["bytes"]
    return found


def _told(meter: Meter, work: str, rows: int, before: Sizes, after: Sizes, *, note: str) -> list[Figures]:
    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] > before.get(name, 0)}
    whole = meter.figures(work, rows, note=note)
    whole.p50_ms = whole.p95_ms = whole.p99_ms = 0.0
    whole.bytes_each = round(sum(grown.values()) / rows, 1)
    parts = []
    for name, size in sorted(grown.items(), key=lambda g: -g[1]):
        if size >= rows:
            part = meter.figures(f"{work}.{name}", rows)
            part.bytes_each, part.p50_ms, part.p95_ms, part.p99_ms = round(size / rows, 1), 0.0, 0.0, 0.0
            parts.append(part)
    return [whole, *parts]
