"""What the database lets us do, from its own catalogue: the proof that row-level security holds the role we work as."""

from __future__ import annotations

import msgspec

from farthing.platform.sql import Connection
from farthing.platform.tables import TENANT

ROLE = """
select r.rolsuper, r.rolbypassrls, session_user::text as login, current_user::text as role,
  (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = 'public' and c.relkind in ('r', 'p')
     and c.relowner in (select oid from pg_roles where rolname in (session_user, current_user))) as owned,
  (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = 'public' and c.relkind in ('r', 'p') and has_table_privilege(current_user, c.oid, 'truncate')) as truncates
from pg_roles r where r.rolname = session_user
"""
UNFORCED = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relname = any($1::text[]) and not (c.relrowsecurity and c.relforcerowsecurity)
order by c.relname
"""


class Rights(msgspec.Struct, frozen=True):
    """`login` signed in, `role` is what it works as. `owned` and `truncates` count tables, `unforced` names them."""

    login: str
    role: str
    superuser: bool
    bypasses: bool
    owned: int
    truncates: int
    unforced: tuple[str, ...]


async def read_rights(conn: Connection) -> Rights:
    """Of the connection's own role."""
    found = await conn.fetchrow(ROLE)
    assert found is not None, "who is signed in has a role"
    unforced = await conn.fetch(UNFORCED, list(TENANT))
    return Rights(
        login=found["login"], role=found["role"], superuser=found["rolsuper"], bypasses=found["rolbypassrls"], owned=found["owned"],
        truncates=found["truncates"], unforced=tuple(r["relname"] for r in unforced),
    )  # fmt: skip
