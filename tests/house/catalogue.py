"""What the database's own catalogue says about tenancy, as checks that return complaints (an empty list is a pass).

Functions and not tests, so that test_mutations.py can prove that each of them notices what it is there for.
"""

from __future__ import annotations

from asyncpg import Connection

from farthing.platform.tables import FINDERS, SHARED, TENANT

APP = "farthing_app"
ONLY_MINE = "(household_id = (NULLIF(current_setting('app.household'::text, true), ''::text))::bigint)"
POLICIES = {("tenant", "PERMISSIVE"), ("tenant_only", "RESTRICTIVE")}
FINDER_TYPES = {"bytea", "bigint", "integer", "smallint", "timestamp with time zone"}
# Byte columns of finders that are not hashes of a fixed length: the sealed input of a command on its way to a worker.
FINDER_SEALED = {("due", "input")}
POWERS = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
INSERT_ONLY = ("audit_event", "audit_checkpoint")


async def lists_differ(conn: Connection) -> list[str]:
    """platform/tables.py names every table exactly once, and no other."""
    there = {
        r[0] for r in await conn.fetch("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')")
    }
    listed = [*FINDERS, *SHARED, *TENANT]
    twice = {name for name in listed if listed.count(name) > 1}
    return (
        [f"{name}: in the database, in no list" for name in sorted(there - set(listed))]
        + [f"{name}: listed, not in the database" for name in sorted(set(listed) - there)]
        + [f"{name}: listed twice" for name in sorted(twice)]
    )


async def unprotected(conn: Connection) -> list[str]:
    """Row-level security is enabled and forced, with both policies word for word, on tenant tables; on no other."""
    rows = await conn.fetch(
        "select relname, relrowsecurity as enabled, relforcerowsecurity as forced from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1"
    )
    complaints = []
    for name, enabled, forced in rows:
        tenant = name in TENANT
        if (enabled, forced) != (tenant, tenant):
            complaints.append(f"{name}: row-level security enabled={enabled} forced={forced}, expected {tenant}")
        complaints += [f"{name}: {text}" for text in await _policy_faults(conn, name, tenant=tenant)]
    return complaints


async def _policy_faults(conn: Connection, table: str, *, tenant: bool) -> list[str]:
    rows = await conn.fetch("select * from pg_policies where schemaname = 'public' and tablename = $1", table)
    expected = POLICIES if tenant else set()
    found = {(r["policyname"], r["permissive"]) for r in rows}
    faults = [f"policies {sorted(found)}, expected {sorted(expected)}"] if found != expected else []
    for row in rows:
        if (row["cmd"], row["qual"], row["with_check"], list(row["roles"])) != ("ALL", ONLY_MINE, ONLY_MINE, ["public"]):
            faults.append(f"policy {row['policyname']} says {row['cmd']} {row['qual']} {row['with_check']} {row['roles']}")
    return faults


async def loose_keys(conn: Connection) -> list[str]:
    """Every index of a tenant table starts with household_id, and every foreign key does on both sides.

    Row-level security does not guard unique and foreign key checks: without this, one household could attach a row to another's, or
    learn that a value exists there.
    """
    indexes = await conn.fetch(
        "select c.relname as name, i.relname as index, a.attname as first from pg_index x join pg_class c on c.oid = x.indrelid"
        " join pg_class i on i.oid = x.indexrelid left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]"
        " where c.relname = any($1)",
        list(TENANT),
    )
    complaints = [f"{r['name']}: index {r['index']} starts with {r['first']}" for r in indexes if r["first"] != "household_id"]
    foreign = await conn.fetch(
        "select conrelid::regclass::text as name, conname, ours.attname as ours, theirs.attname as theirs from pg_constraint"
        " join pg_attribute ours on ours.attrelid = conrelid and ours.attnum = conkey[1]"
        " join pg_attribute theirs on theirs.attrelid = confrelid and theirs.attnum = confkey[1] where contype = 'f'"
    )
    for r in foreign:
        if (r["ours"], r["theirs"]) != ("household_id", "household_id"):
            complaints.append(f"{r['name']}: foreign key {r['conname']} starts with {r['ours']} -> {r['theirs']}")
    keyed = {r[0] for r in await conn.fetch("select conrelid::regclass::text from pg_constraint where contype = 'p'")}
    return complaints + [f"{name}: no primary key" for name in TENANT if name not in keyed]


async def talkative_finders(conn: Connection) -> list[str]:
    """A finder can be read before a household is known, so it holds hashes of a checked length, ids, small codes and instants."""
    rows = await conn.fetch(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' and table_name = any($1)",
        list(FINDERS),
    )
    checks = await conn.fetch(
        "select conrelid::regclass::text as name, pg_get_constraintdef(oid) as text from pg_constraint where contype = 'c'"
    )
    complaints = []
    for table, column, kind in rows:
        if kind not in FINDER_TYPES:
            complaints.append(f"{table}.{column} is {kind}")
        measured = any(c["name"] == table and f"length({column})" in c["text"] for c in checks)
        if kind == "bytea" and (table, column) not in FINDER_SEALED and not measured:
            complaints.append(f"{table}.{column}: bytes without a checked length may hold anything")
    return complaints


async def app_powers(conn: Connection) -> list[str]:
    """The program's own role reads and writes rows; it owns nothing, empties nothing, and cannot rewrite the audit trail."""
    role = await conn.fetchrow("select * from pg_roles where rolname = $1", APP)
    assert role is not None
    complaints = [f"{APP} has {power}" for power in POWERS if role[power]]
    owned = await conn.fetch("select relname from pg_class where relowner = $1::regrole", APP)
    complaints += [f"{APP} owns {r[0]}" for r in owned]
    if await conn.fetchval("select pg_has_role($1, 'farthing_owner', 'member')", APP):
        complaints.append(f"{APP} may become the owner")
    if await conn.fetchval("select has_schema_privilege($1, 'public', 'create')", APP):
        complaints.append(f"{APP} may create tables")
    for table in (*FINDERS, *SHARED, *TENANT):
        forbidden = ["truncate", "references", "trigger"]
        forbidden += ["update", "delete"] if table in INSERT_ONLY else []
        forbidden += ["insert", "update", "delete"] if table == "schema_migrations" else []
        for power in forbidden:
            if await conn.fetchval("select has_table_privilege($1, $2, $3)", APP, f"public.{table}", power):
                complaints.append(f"{APP} may {power} {table}")
    return complaints


async def side_doors(conn: Connection) -> list[str]:
    """No trigger, no function that runs as its owner, no view: each would run beside what the policies and queries say."""
    rows = await conn.fetch(
        "select 'trigger ' || tgname as what from pg_trigger where not tgisinternal"
        " union all select 'function ' || proname from pg_proc where pronamespace = 'public'::regnamespace"
        " union all select 'view ' || relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'S')"
    )
    return [r["what"] for r in rows]


CHECKS = (lists_differ, unprotected, loose_keys, talkative_finders, app_powers, side_doors)
