"""The rules of the households that were looked at last, compiled once in this process and kept while nobody changes them.

A household's row counts the changes of its rules (`rules_version`) and is read by every unit anyway, so that one without rules, or whose
rules are held, costs no statement.
"""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from farthing.categorize.ruling.engine import Ruleset
from farthing.categorize.ruling.store import rules
from farthing.flows.desk import Desk

RULES_MAX = 50_000  # in all households together; some 50 MB
NONE = Ruleset(())


class _Held(msgspec.Struct, frozen=True):
    version: int
    ruleset: Ruleset


class RuleShelf:
    """Rulesets by household."""

    def __init__(self) -> None:
        self._held: OrderedDict[int, _Held] = OrderedDict()

    async def of(self, desk: Desk) -> Ruleset:
        """The household's rules as they stood when its row was read; not to be asked after they were changed in the same unit."""
        version = desk.household.rules_version
        if not version:
            return NONE
        household = desk.unit.household_id
        held = self._held.get(household)
        if held is None or held.version != version:
            held = self._held[household] = _Held(version, Ruleset(await rules(desk.unit, desk.sealer)))
        self._held.move_to_end(household)
        while len(self._held) > 1 and sum(len(h.ruleset) for h in self._held.values()) > RULES_MAX:
            self._held.popitem(last=False)
        return held.ruleset

    def forget(self, household_id: int) -> None:
        """Drop what is kept of an erased household."""
        self._held.pop(household_id, None)


rule_shelf = RuleShelf()
