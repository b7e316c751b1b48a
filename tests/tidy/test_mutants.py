"""Each mutant of the simulation can still be made, and each law has one."""

from __future__ import annotations

import pytest

from scripts.mutants import LAWS, Mutant, read_mutants
from tests.tidy.sources import ROOT

MUTANTS = read_mutants()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_what_a_mutant_takes_away_is_there(mutant: Mutant) -> None:
    for edit in mutant.edits:
        assert edit.count(ROOT) == 1, f"{edit.file} has moved on: {edit.old}"
        assert edit.new != edit.old


def test_each_law_has_a_mutant() -> None:
    assert {one.law for one in MUTANTS} == set(LAWS)
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)
