"""/api/v1/rules: what is done with rows that are alike, tried first without effect, and applied to rows that stand."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Body, FromPath, FromQuery
from msgspec import UNSET, UnsetType

from farthing.categorize.ruling.model import Share, Then
from farthing.core.dates import rfc3339
from farthing.core.errors import Rejected
from farthing.core.ids import internal, public
from farthing.core.money import decimal_text
from farthing.flows.desk import Desk, read_desk
from farthing.flows.list_rules import Listed, list_rules, one_rule, per_cent
from farthing.flows.manage_rules import RuleEdit, RuleWish, add_rule, delete_rule, edit_rule
from farthing.flows.preview_rule import Before, Preview, preview_rule, trying_desk
from farthing.flows.read_rule import ShareWish, ThenWish
from farthing.flows.run_rules import run_rules
from farthing.web.api.objects import CategoryRef, SplitPart, TransactionObject, category_id, category_ref, instant, transaction_object
from farthing.web.api.queries import page_of, version_of
from farthing.web.api.transactions import CALLING, SECURITY, Calling
from farthing.web.callers import Ask, Caller, world_of
from farthing.web.once import once

TAGS = ["Rules"]
RUN_RULES_MAX = 1_000


class RulePart(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a split: a fixed `amount` without sign in the household's currency, or a `share` in per cent of what those leave."""

    category_id: str
    amount: str | None = None
    share: str | None = None
    note: str | None = None


class RuleThen(msgspec.Struct, forbid_unknown_fields=True):
    """What a rule sets; what is null stays. `transfer`: money between own accounts, instead of a category; shares add up to 100."""

    category_id: str | None = None
    transfer: bool = False
    merchant: str | None = None
    note: str | None = None
    tags: list[str] = []
    hidden: bool | None = None
    reviewed: bool | None = None
    splits: list[RulePart] = []


class RuleObject(msgspec.Struct):
    """A rule. `when` in the language of the query box; `order` from 1, the first that holds decides; `matched`: rows that it decided.

    `hidden_by`: an earlier rule because of which it never decides; `faults`: what it names and is gone; `version` is also the ETag.
    """

    id: str
    name: str
    when: str
    then: RuleThen
    order: int
    enabled: bool
    matched: int
    last_match_at: str | None
    hidden_by: str | None
    faults: list[str]
    created_at: str
    version: int


class RuleList(msgspec.Struct):
    """In order."""

    items: list[RuleObject]
    next_cursor: str | None


class NewRule(msgspec.Struct, forbid_unknown_fields=True):
    """A rule to be; last in order if not said otherwise, and called by its `when` without a name."""

    when: str
    then: RuleThen
    name: str = ""
    order: int | None = None
    enabled: bool = True


class RuleChanges(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is to change; what is left out stays. `then` is said as a whole."""

    when: str | UnsetType = UNSET
    then: RuleThen | UnsetType = UNSET
    name: str | UnsetType = UNSET
    order: int | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class RuleDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A rule to be tried: new, or in place of the one named by `rule_id`."""

    when: str
    then: RuleThen
    name: str = ""
    order: int | None = None
    rule_id: str | None = None


class RuleRun(msgspec.Struct, forbid_unknown_fields=True):
    """The rules to apply, each where it decides among all; every one that is on, if none is named."""

    rule_ids: list[str] = []


class RuleAfter(msgspec.Struct):
    """What a row would be."""

    category: CategoryRef
    merchant: str
    note: str | None
    tags: list[str]
    hidden: bool
    reviewed: bool
    splits: list[SplitPart]


class RuleRow(msgspec.Struct):
    """A row that would change."""

    before: TransactionObject
    after: RuleAfter


class RuleBreaks(msgspec.Struct):
    """A row that you sorted by hand otherwise than the rule would; it stays so."""

    transaction: TransactionObject
    instead: CategoryRef


class RuleMeeting(msgspec.Struct):
    """Another rule that sets the same otherwise, on how many rows, and whether it goes first."""

    rule_id: str
    name: str
    rows: int
    goes_first: bool


class RulePreview(msgspec.Struct):
    """What a rule would do now: `matched` rows are meant, `changed` would change, `breaks` of them you sorted otherwise by hand.

    Of each at most twenty are shown. Nothing was changed.
    """

    when: str
    matched: int
    changed: int
    rows: list[RuleRow]
    breaks: int
    broken: list[RuleBreaks]
    conflicts: list[RuleMeeting]


class RuleRan(msgspec.Struct):
    """How many rows changed, and the batch that undoes it (null: nothing changed)."""

    updated: int
    batch_id: str | None


def _object(one: Listed, desk: Desk) -> RuleObject:
    rule = one.rule
    return RuleObject(
        id=public("rul", rule.rule_id),
        name=rule.name,
        when=one.when,
        then=_then(rule.then, desk),
        order=rule.position,
        enabled=rule.enabled,
        matched=rule.uses,
        last_match_at=instant(rule.used_at),
        hidden_by=public("rul", one.hidden_by.rule_id) if one.hidden_by else None,
        faults=list(one.faults),
        created_at=rfc3339(rule.created_at),
        version=rule.version,
    )


def _then(then: Then, desk: Desk) -> RuleThen:
    home, currency = desk.household.household_id, desk.household.currency

    def part(share: Share) -> RulePart:
        amount = decimal_text(share.amount, currency) if share.amount is not None else None
        return RulePart(category_id(home, share.category_id), amount, per_cent(share.share) if share.share else None, share.note or None)

    return RuleThen(
        category_id=category_id(home, then.category_id) if then.category_id is not None else None,
        transfer=then.transfer,
        merchant=then.merchant or None,
        note=then.note or None,
        tags=list(then.tags),
        hidden=then.hidden,
        reviewed=then.reviewed,
        splits=[part(s) for s in then.split],
    )


def _wish(then: RuleThen, household: int) -> ThenWish:
    parts = [
        ShareWish(category_id=internal("cat", p.category_id, household=household), amount=p.amount, share=p.share, note=p.note or "")
        for p in then.splits
    ]
    return ThenWish(
        category_id=internal("cat", then.category_id, household=household) if then.category_id is not None else None,
        transfer=then.transfer,
        merchant=then.merchant or "",
        note=then.note or "",
        tags=then.tags,
        hidden=then.hidden,
        reviewed=then.reviewed,
        splits=parts,
    )


async def _answer(request: Ask, calling: Caller, key: int, status: int = 200) -> Response[RuleObject]:
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        found = _object(await one_rule(desk, key), desk)
    return Response(found, status_code=status, headers={"etag": f'"{found.version}"'})


@get("/api/v1/rules", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="List rules")
async def get_rules(request: Ask, calling: Calling, cursor: FromQuery[str | None] = None, limit: FromQuery[str | None] = None) -> RuleList:
    """In order, those that are off too."""
    async with read_desk(world_of(request), calling.household_id, calling.actor) as desk:
        held = [_object(one, desk) for one in await list_rules(desk)]
    shown, after = page_of(held, lambda r: r.id, cursor=cursor, limit=limit)
    return RuleList(list(shown), after)


@get("/api/v1/rules/{rule_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Get a rule")
async def get_rule(request: Ask, calling: Calling, rule_id: FromPath[str]) -> Response[RuleObject]:
    """One rule."""
    return await _answer(request, calling, internal("rul", rule_id))


@post("/api/v1/rules", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Make a rule", status_code=201)
async def post_rule(request: Ask, calling: Calling, data: Annotated[NewRule, Body()]) -> Response[RuleObject]:
    """It sorts what comes from now on; `POST /rules/run` applies it to what stands. At most 10,000; 409 for one too many. One batch: its
    undo (`POST /undo/{batch_id}`) takes the rule away, and what it did by then stays.
    """

    async def story() -> Response[Any]:
        then = _wish(data.then, calling.household_id)
        wish = RuleWish(when=data.when, then=then, name=data.name, order=data.order, enabled=data.enabled)
        made = await add_rule(world_of(request), calling.household_id, calling.actor, wish)
        return await _answer(request, calling, made.rule.rule_id, 201)

    return await once(request, calling, story)


@patch("/api/v1/rules/{rule_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Edit a rule")
async def patch_rule(request: Ask, calling: Calling, rule_id: FromPath[str], data: Annotated[RuleChanges, Body()]) -> Response[RuleObject]:
    """Say it anew, move it, turn it off. `If-Match` makes it conditional. One batch, undone by `POST /undo/{batch_id}`."""
    key = internal("rul", rule_id)
    then: ThenWish | UnsetType = UNSET if isinstance(data.then, UnsetType) else _wish(data.then, calling.household_id)
    wish = RuleEdit(when=data.when, then=then, name=data.name, order=data.order, enabled=data.enabled)
    await edit_rule(world_of(request), calling.household_id, calling.actor, key, wish, if_version=version_of(request))
    return await _answer(request, calling, key)


@delete("/api/v1/rules/{rule_id:str}", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Delete a rule", status_code=204)
async def remove_rule(request: Ask, calling: Calling, rule_id: FromPath[str]) -> None:
    """The rule goes; what it did stays. One batch: its undo (`POST /undo/{batch_id}`) brings the rule back to its place."""
    key = internal("rul", rule_id)
    await delete_rule(world_of(request), calling.household_id, calling.actor, key, if_version=version_of(request))


@post("/api/v1/rules/preview", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Try a rule", status_code=200)
async def post_preview(request: Ask, calling: Calling, data: Annotated[RuleDraft, Body()]) -> RulePreview:
    """Rows before and after, corrections of yours that it contradicts, other rules that it meets; changes nothing."""
    wish = RuleWish(when=data.when, then=_wish(data.then, calling.household_id), name=data.name, order=data.order)
    key = internal("rul", data.rule_id) if data.rule_id is not None else None
    async with trying_desk(world_of(request), calling.household_id, calling.actor) as desk:
        if key is not None:
            await one_rule(desk, key)
        found = await preview_rule(desk, wish, rule_id=key)
        request.app.state.access.saw(calling.household_id, calling.actor, {int(b.shown.account.account_id) for b in found.rows} or [0])
        return _previewed(desk, found, data.when)


def _previewed(desk: Desk, found: Preview, when: str) -> RulePreview:
    home = desk.household.household_id
    return RulePreview(
        when=when,
        matched=found.matched,
        changed=found.changed,
        rows=[RuleRow(transaction_object(b.shown, home), _after(desk, b)) for b in found.rows],
        breaks=found.breaks,
        broken=[RuleBreaks(transaction_object(b.shown, home), category_ref(home, b.instead)) for b in found.broken],
        conflicts=[RuleMeeting(public("rul", m.rule.rule_id), m.rule.name, m.rows, m.goes_first) for m in found.meetings],
    )


def _after(desk: Desk, one: Before) -> RuleAfter:
    row, home = one.after.row, desk.household.household_id
    parts = [
        SplitPart(decimal_text(p.amount, row.currency), category_ref(home, desk.categories.of(p.category_id)), p.note or None)
        for p in one.after.parts
    ]
    merchant = row.owner.merchant or one.shown.merchant
    return RuleAfter(
        category_ref(home, one.category), merchant, row.owner.note or None, list(one.after.tags), row.hidden, row.reviewed, parts
    )


@post("/api/v1/rules/run", dependencies=CALLING, security=SECURITY, tags=TAGS, summary="Apply rules to rows that stand", status_code=200)
async def post_run(request: Ask, calling: Calling, data: Annotated[RuleRun, Body()]) -> Response[RuleRan]:
    """One batch of kind `rule_run`, undone by `POST /undo/{batch_id}`. What you said of a row by hand stays."""

    async def story() -> Response[Any]:
        if len(data.rule_ids) > RUN_RULES_MAX:
            raise Rejected("bad_ids", f"name at most {RUN_RULES_MAX:,} rules, or none for all that are on", field="rule_ids")
        ids = [internal("rul", i) for i in data.rule_ids]
        revised = await run_rules(world_of(request), calling.household_id, calling.actor, ids)
        return Response(RuleRan(revised.count, public("bat", revised.batch_id) if revised.batch_id else None), status_code=200)

    return await once(request, calling, story)


routes: list[Any] = [get_rules, get_rule, post_rule, patch_rule, remove_rule, post_preview, post_run]
