"""What peers' tests expect of import matching, played with the real flows. Facts: tests/data/peers_cases.txt; results: docs/cases.md."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("ingest.peers")

from ingest.peers import Case, Play, cases  # noqa: E402
from world import Family  # noqa: E402


def _marked(case: Case) -> object:
    return pytest.param(case, id=case.name, marks=pytest.mark.xfail(reason=case.open, strict=True) if case.open else ())


@pytest.mark.parametrize("case", map(_marked, cases()))
async def test_what_peers_expect(household: Family, case: Case) -> None:
    await Play(household).must_hold(case)
