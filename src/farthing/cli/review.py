"""Review at a terminal: rows that wait for an eye, what is asked about two rows, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import as_json_option, run, table, tell
from farthing.cli.review_rows import approve_row, approved_words, waiting_items, waiting_words

if TYPE_CHECKING:
    from farthing.cli.compose import Caller
    from farthing.flows.review import Reviewed

WORDS = ("merge", "keep_apart", "pair", "reject")


@click.command()
@click.argument("email")
@click.option(
    "--answer", "answers", multiple=True, type=(str, click.Choice(WORDS)), metavar="ID WORD",
    help="Answer a question (sug_...): merge or keep_apart for a possible duplicate, pair or reject for a transfer or refund; repeatable.",
)  # fmt: skip
@click.option("--approve", "approved", multiple=True, metavar="ID", help="The category of this row (txn_...) is right; repeatable.")
@click.option(
    "--sort", "sorted_", multiple=True, type=(str, str), metavar="ID CATEGORY", help="This row belongs in that category; repeatable."
)
@click.option("--like", is_flag=True, help="With --approve and --sort: the same for all of the merchant of which you have not spoken.")
@as_json_option
def review(  # noqa: PLR0917 - one parameter an option
    email: str,
    answers: tuple[tuple[str, str], ...],
    approved: tuple[str, ...],
    sorted_: tuple[tuple[str, str], ...],
    like: bool,
    as_json: bool,
) -> None:
    """What Farthing is not sure of, by merchant, and what it asks about two rows; with --approve, --sort and --answer, answer it.

    Example: farthing review ada@example.org --sort txn_1h7z3k9q2 groceries --like
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller

        async with open_caller(email) as who:
            if answers or approved or sorted_:
                done = [await approve_row(who, key, category, like=like) for key, category in (*((k, "") for k in approved), *sorted_)]
                said = [await _say(who, key, word) for key, word in answers]
                words = [*map(approved_words, done), *map(_words, said)]
                tell({"answers": said, "approved": done}, as_json=as_json, words=lambda: "\n".join(words))
                return
            found, waiting = await _asked(who), await waiting_items(who)
        items = [_item(one) for one in found]
        rows = [(i["id"], i["kind"], i["left"]["words"], i["right"]["words"], i["why"]) for i in items]
        questions = table(("id", "kind", "one", "other", "why"), rows) if rows else ""
        tell(
            {"open": len(items), "items": items, "rows": waiting},
            as_json=as_json,
            words=lambda: "\n".join(filter(None, (waiting_words(waiting), questions))) or "nothing to review",
        )

    run(story())


async def _asked(who: Caller) -> list[Reviewed]:
    from farthing.cli.views import on_record
    from farthing.flows.desk import read_desk
    from farthing.flows.review import reviewed
    from farthing.ingest.suggestions.ask import OPEN_MAX

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        found = await reviewed(desk, count=OPEN_MAX)
    await on_record(who, {int(s.account.account_id) for one in found for s in (one.left, one.right)})
    return found


def _item(one: Reviewed) -> dict[str, Any]:
    from farthing.core.ids import public
    from farthing.core.money import decimal_text
    from farthing.flows.answer import WORDS as KNOWN
    from farthing.flows.view_review import TITLES

    def side(shown: Any, source: str) -> dict[str, str]:
        row = shown.row
        amount = decimal_text(row.amount, row.currency)
        return {
            "id": public("txn", row.transaction_id), "date": row.date.isoformat(), "amount": amount, "currency": row.currency,
            "merchant": shown.merchant, "account": shown.account.text.name, "from": source,
            "words": f"{row.date} {amount} {shown.merchant}",
        }  # fmt: skip

    return {
        "id": public("sug", one.question.suggestion_id),
        "kind": TITLES[one.question.kind][0],
        "why": one.why,
        "evidence": list(one.reasons),
        "left": side(one.left, one.left_from.words),
        "right": side(one.right, one.right_from.words),
        "answers": list(KNOWN[one.question.kind]),
    }


async def _say(who: Caller, key: str, word: str) -> dict[str, Any]:
    from farthing.core.ids import internal, public
    from farthing.flows.answer import answer_question

    done = await answer_question(who.world, who.household_id, who.actor, internal("sug", key), word)
    return {
        "id": key,
        "answer": word,
        "answered": done.count,
        "batch_id": public("bat", done.batch_id) if done.batch_id else None,
        "kept_id": public("txn", done.kept_id) if done.kept_id else None,
        "dropped": [name.removesuffix("_id") for name in done.dropped],
    }


def _words(said: dict[str, Any]) -> str:
    lost = f"; the other row's own {', '.join(said['dropped'])} did not go along" if said["dropped"] else ""
    again = "" if said["answered"] else " already"
    return f"{said['id']}: {said['answer']}{again} (batch {said['batch_id']}){lost}"
