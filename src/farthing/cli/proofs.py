"""The operator's proofs: keys, the audit trail, the books."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.flows.rebuild import Rebuilt


@click.group()
def keys() -> None:
    """The keys that households' text is sealed with. Example: farthing keys status"""


@keys.command("status")
@as_json_option
def key_status(as_json: bool) -> None:
    """How many branch keys there are of each class, and how old. Example: farthing keys status"""

    async def story() -> None:
        from farthing.cli.compose import open_world, read_settings
        from farthing.core.dates import rfc3339
        from farthing.flows.keep_keys import key_status as status

        async with open_world(read_settings()) as world:
            found = await status(world)
            service = world.settings.kms
        items = [
            {"class": s.key_class.name.lower(), "branches": s.branches, "version": s.version, "oldest": rfc3339(s.oldest)} for s in found
        ]
        head = ("class", "branches", "version", "oldest")
        rows = [tuple(str(v) for v in i.values()) for i in items]
        tell(
            {"service": service, "items": items}, as_json=as_json, words=lambda: table(head, rows, right=(1, 2)) if rows else "no keys yet"
        )

    run(story())


@keys.command("rotate")
@as_json_option
def rotate(as_json: bool) -> None:
    """New branch keys, and new household keys under them. What is there stays readable. Example: farthing keys rotate"""

    async def story() -> None:
        from farthing.cli.compose import open_world, read_settings
        from farthing.flows.keep_keys import rotate_keys

        async with open_world(read_settings()) as world:
            made = await rotate_keys(world)
        words = f"new keys: {made.branches} branches, {made.households} households; they seal what is written from ten minutes on"
        tell(made, as_json=as_json, words=lambda: words)

    run(story())


@click.group()
def audit() -> None:
    """The trail of who saw or changed what. Example: farthing audit verify"""


@audit.command("verify")
@click.option("--household", default=None, help="Only this one (hh_...).")
@as_json_option
def verify_audit(household: str | None, as_json: bool) -> None:
    """Whether every event is as it was written; exit code 1 when one is not. Example: farthing audit verify"""

    async def story() -> int:
        from farthing.cli.compose import open_world, read_settings
        from farthing.core.ids import public
        from farthing.flows.keep_keys import verify_audit as verify

        async with open_world(read_settings()) as world:
            found = await verify(world, _household(household))
        altered = [{"household_id": public("hh", h), "event_id": public("aud", e)} for h, e in found.altered]
        lines = [f"altered: event {a['event_id']} of household {a['household_id']}" for a in altered]
        words = "\n".join([f"{found.events} events, {len(altered) or 'none'} altered", *lines])
        tell({"events": found.events, "altered": altered}, as_json=as_json, words=lambda: words)
        return int(bool(altered))

    run(story())


@click.group()
def ledger() -> None:
    """The books. Example: farthing ledger verify"""


@ledger.command("verify")
@click.option("--household", default=None, help="Only this one (hh_...).")
@click.option("--mend", is_flag=True, help="Count months again whose sums are wrong, before looking.")
@as_json_option
def verify_books(*, household: str | None, mend: bool, as_json: bool) -> None:
    """Whether sums are those of their rows, parts add up and whatever belongs together does; exit code 1 when not.

    Balances that rows do not explain are warnings.

    Example: farthing ledger verify
    """

    async def story() -> int:
        from farthing.cli.compose import open_world, read_settings
        from farthing.core.ids import public
        from farthing.flows.verify_ledger import verify_ledger

        async with open_world(read_settings()) as world:
            found = await verify_ledger(world, _household(household), mend=mend)
        wrong = [{"household_id": public("hh", h), "check": f.check, "what": f.what, "mend": f.mend} for h, f in found.wrong]
        lines = [f"{w['household_id']}: {w['what']}; {w['mend']}" for w in wrong]
        warned = [{"household_id": public("hh", h), "what": sentence} for h, sentence in found.unproved]
        lines += [f"{w['household_id']}: warning: {w['what']}" for w in warned]
        again = f", {found.mended} months counted again" if mend else ""
        words = "\n".join([f"{found.households} households, {len(wrong) or 'nothing'} wrong{again}", *lines])
        answer = {"households": found.households, "months_mended": found.mended, "wrong": wrong, "unproved": warned}
        tell(answer, as_json=as_json, words=lambda: words)
        return int(bool(wrong))

    run(story())


@ledger.command("rebuild")
@click.option("--household", required=True, help="Which one (hh_...).")
@as_json_option
def rebuild_books(household: str, *, as_json: bool) -> None:
    """Replay what banks and files brought and what its owner decided, and show how the ledger that comes of it differs from the one kept.

    Changes nothing. Exit code 1 when something differs, and when what was landed is not complete enough to tell.

    Example: farthing ledger rebuild --household hh_1h7x3k
    """

    async def story() -> int:
        from farthing.cli.compose import open_world, read_settings
        from farthing.core.ids import internal
        from farthing.flows.rebuild import rebuild_ledger

        async with open_world(read_settings()) as world:
            found = await rebuild_ledger(world, internal("hh", household))
        told = {
            "household_id": household,
            "batches": found.batches,
            "rows": found.rows,
            "differences": [
                {"what": d.what, "name": d.name, "only": d.only, "fields": {k: list(v) for k, v in d.fields.items()}}
                for d in found.differences
            ],
            "incomplete": list(found.incomplete),
        }
        tell(told, as_json=as_json, words=lambda: "\n".join(_rebuilt_words(found)))
        return int(bool(found.incomplete or found.differences))

    run(story())


def _rebuilt_words(found: Rebuilt) -> Iterator[str]:
    """What a replay found, the incomplete past before all."""
    if found.incomplete:
        yield "not replayed, because the comparison would only show what is no longer kept:"
        yield from found.incomplete
        return
    yield f"{found.batches} batches replayed, {found.rows} rows: {len(found.differences) or 'no'} differences"
    for d in found.differences:
        fields = ", ".join(f"{name} {was} instead of {now}" for name, (was, now) in d.fields.items())
        yield f"{d.what} {d.name}: {fields or f'only in the {d.only} ledger'}"


def _household(text: str | None) -> int | None:
    from farthing.core.ids import internal

    return internal("hh", text) if text else None
