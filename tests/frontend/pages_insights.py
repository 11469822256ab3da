"""The Okafors' insights: every heading, one that was dismissed, and a household that is too young for more."""

from __future__ import annotations

from farthing.flows.view_models.insights import InsightGroup, InsightLine, InsightsPage

from .pages_frame import BEHIND

LISTED = "/transactions?category=fees"
SUBSCRIPTIONS = InsightLine(
    "ins_1", "3 subscriptions cost $455.76 a year, 1 % of all you spend: Netflix, Spotify and Notion.", "/recurring", "Subscriptions"
)
MUSIC = "Two music services: Spotify and Apple Music. With the dearest alone you would keep $131.88 a year."


def insights() -> InsightsPage:
    """All that the page can hold at once."""
    return InsightsPage(
        groups=(
            InsightGroup("Subscriptions", "group-0", (SUBSCRIPTIONS,)),
            InsightGroup(
                "Could be saved",
                "group-1",
                (
                    InsightLine("ins_2", MUSIC, "/recurring", "Payments"),
                    InsightLine("ins_3", "Bank fees took $84.00 in twelve months.", LISTED, "Transactions"),
                ),
            ),
            InsightGroup(
                "Idle cash",
                "group-2",
                (
                    InsightLine(
                        "ins_4",
                        "حساب مشترك never held less than $9,200.00 in a year, and $1,300.00 is due from it in 60 days: $4,100.00 lies "
                        "idle, a month's spending left aside.",
                        "/accounts",
                        "Account",
                    ),
                ),
            ),
        ),
        dismissed=(InsightLine("ins_5", "Netflix costs $30.00 a year more since 5 Nov: $185.88 a year before.", "/recurring", "Payments"),),
        empty="",
        freshness=BEHIND,
        unrated="without UAH: no rate is known",
        saved="Dismissed. It comes back only if it becomes a quarter more.",
        undo_id="ins_5",
    )


def young() -> InsightsPage:
    """Too little history for more."""
    return InsightsPage(
        (),
        (),
        "Six whole months of transactions are needed to say what is usual.",
        BEHIND,
        asked="23 payments may come again. What subscriptions cost is told once you say which.",
    )
