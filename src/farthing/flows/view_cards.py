"""A trend drawn as a card of Overview."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.core.ids import public
from farthing.flows.report_trends import TrendAsk, TrendRow
from farthing.flows.trend_cards import CardSums, TrendRead
from farthing.flows.view_models.cards import CardChart, CardRow, TrendCard
from farthing.flows.view_models.charts import path
from farthing.flows.view_models.trends import Line, stacked
from farthing.flows.view_parts import Eye
from farthing.flows.view_reports import late_words
from farthing.flows.view_trends import LINED, Writer, change_words, title_of
from farthing.ledger.accounts import Account

BAR_WIDTH = 0.64  # of its slot


def view_card(eye: Eye, read: TrendRead, late: Sequence[Account]) -> TrendCard:
    """`late` are the accounts whose bank is behind."""
    view, asked, sums = read.view, read.asked, read.sums
    key = public("vew", view.view_id)
    if asked is None or sums is None:
        return TrendCard(key, view.name, "", "/trends", wrong=read.wrong)
    household = eye.household_id
    writer = Writer(eye, asked, [public("acc", a, household=household) for a in asked.accounts or ()])
    then = asked.spans[-2] if len(asked.spans) > 1 else ""
    running = asked.spans[-1] not in asked.ended
    toned = asked.measure not in LINED
    behind = [a for a in late if asked.accounts is None or a.account_id in asked.accounts]
    change = "" if sums.total.change is None else writer.short(sums.total.change, plus=True)
    return TrendCard(
        id=key,
        name=view.name,
        title=title_of(asked),
        href=view.href,
        now_label=f"{writer.span(asked.spans[-1])}{' so far' if running else ''}",
        then_label=writer.span(then) if then else "",
        total=_row(writer, sums.total, then, whole=True),
        rows=tuple(_row(writer, r, then, tone=f"c{n + 1}" if toned else "") for n, r in enumerate(sums.rows)),
        whole_label=f"All {sums.keys}" if sums.keys > len(sums.rows) else "Total",
        change=f"{change} in {change_words(writer)}" if change else "",
        chart=_chart(writer, asked, sums) if sums.rows else None,
        late=late_words(behind),
    )


def _row(writer: Writer, row: TrendRow, then: str, *, tone: str = "", whole: bool = False) -> CardRow:
    spans = writer.asked.spans
    earlier = writer.cell(row.values[-2], then, row.key, whole=whole) if then else None
    return CardRow(row.label, writer.cell(row.values[-1], spans[-1], row.key, whole=whole), earlier, tone)


def _chart(writer: Writer, asked: TrendAsk, sums: CardSums) -> CardChart:
    """A path for each colour, however many spans there are: a card is light."""
    count, first, last = len(asked.spans), writer.span(asked.spans[0]), writer.span(asked.spans[-1])
    summary = f"{title_of(asked)}: {writer.exact(sums.total.whole)} in {count} {asked.per}s."
    if asked.measure in LINED:
        return _line(sums.total.values, first, last, summary)
    series = [r.values for r in sums.rows]
    rest = tuple(max(0, t - sum(v[n] for v in series)) for n, t in enumerate(sums.total.values))
    if any(rest) and asked.by != "tag":  # tags may come to more than the whole
        series.append(rest)
    tones = [f"c{n + 1}" for n in range(len(sums.rows))] + ["other"]
    bars = stacked(series, count)
    slot = 100 / count
    drawn = []
    for k in range(len(series)):
        boxes = [(n, *parts[k]) for n, parts in enumerate(bars) if parts[k][1] > 0]
        drawn.append(Line("".join(_box(slot * (n + (1 - BAR_WIDTH) / 2), y, slot * BAR_WIDTH, tall) for n, y, tall in boxes), tones[k]))
    return CardChart(tuple(b for b in drawn if b.d), "", None, first, last, summary)


def _box(x: float, y: float, width: float, tall: float) -> str:
    return f"M{x:.4g} {y:g}h{width:.4g}v{tall:g}h-{width:.4g}z"


def _line(values: Sequence[int], first: str, last: str, summary: str) -> CardChart:
    high, low = max(0, *values), min(0, *values)
    tall, slot = (high - low) or 1, 100 / len(values)
    at = [(round(slot * (n + 0.5), 2), round(100 - 100 * (v - low) / tall, 2)) for n, v in enumerate(values)]
    return CardChart((), path(at), round(100 - 100 * -low / tall, 2), first, last, summary)
