"""The Okafors' notifications: channels that work, rest and fail, programs, what was given up, and a form that was refused."""

from __future__ import annotations

from farthing.flows.view_models.notifications import ChannelForm, ChannelLine, DeadLine, Notifications, ProgramLine
from farthing.flows.view_models.parts import Choice, FieldState

LONG = "A channel with a name as long as a name may be, which is eighty characters long,"
FORM = ChannelForm(
    id="chn_2",
    title="Change هاتف مايا",
    url=FieldState("", "This service is not known."),
    name=FieldState("هاتف مايا"),
    digests=(
        Choice("none", "As they come"),
        Choice("daily", "Once a day", chosen=True),
        Choice("weekly", "Once a week, on Monday"),
    ),
    digest_at=FieldState("8", "A time is written 08:00."),
    quiet_from=FieldState("22:00"),
    quiet_to=FieldState("07:00"),
    kinds=(
        Choice("budget", "Budget limits", chosen=True),
        Choice("large", "Large transactions", chosen=True),
        Choice("double-charge", "Double charges", chosen=True),
        Choice("bank-needs-you", "A bank needs you", chosen=True),
        Choice("price-rise", "Price rises"),
    ),
    paused=True,
)


def notifications() -> Notifications:
    """All that the page can hold at once."""
    return Notifications(
        channels=(
            ChannelLine("chn_1", "Maya's mail", "mailto", "as they come", edit_href="/settings/notifications?edit=chn_1#channel"),
            ChannelLine(
                "chn_2", "هاتف مايا", "ntfys", "daily at 08:00, quiet 22:00 to 07:00", paused=True, muted="Not: Price rises",
                edit_href="/settings/notifications?edit=chn_2#channel",
            ),
            ChannelLine(
                "chn_3", LONG, "slack", "Mondays at 08:00", edit_href="/settings/notifications?edit=chn_3#channel",
                failing="Nothing gets through since 21 Nov, 09:12. The service did not answer in time.",
            ),
        ),
        form=FORM,
        line=FieldState("5oo", "An amount is written 500.00."),
        low_line=FieldState("250.00"),
        line_unit="USD",
        mail_hint="mailto:you@example.org",
        hook_hint="https://example.org/farthing",
        programs=(
            ProgramLine(
                "whk_1", "https://home.okafor.example/farthing", paused=True,
                lost="Of what it was to hear while paused, the oldest 1,200 were dropped.",
            ),
            ProgramLine(
                "whk_2", "https://example.org/" + "a-long-way-down/" * 8, "Takes nothing since 20 Nov. It answered with status 503."
            ),
        ),
        dead=(
            DeadLine("whd_1", "ledger.changed", "20 Nov", "It answered with status 503."),
            DeadLine("whd_2", "alerts.changed", "20 Nov", "It did not answer in time."),
        ),
        hook_url=FieldState("http://example.org/", "Only https addresses are told."),
        push_key="BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        secret="whsec_bm90LWEtc2VjcmV0LWJ1dC1hcy1sb25nLWFzLW9uZQ",
        said="The channel is changed.",
        wrong="At most 10 endpoints; remove one first.",
    )  # fmt: skip
