"""Each mutant of the simulation can still be made, and each law has one."""

from __future__ import annotations

import sys

import pytest

from scripts import mutants
from scripts.mutants import LAWS, Edit, Mutant, read_mutants
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


def test_a_mutant_that_does_not_even_start_is_not_caught(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only a law that breaks is a catch: a story that cannot be read asks none."""
    edits = (Edit("web/src/sync/testing/simulation/main.ts", "/** The program", "= ( /** The program"),)
    broken = Mutant(law=1, name="no program", edits=edits, rough=False, database="sqlite")
    monkeypatch.setattr(mutants, "read_mutants", lambda: [broken])
    monkeypatch.setattr(sys, "argv", ["mutants"])
    assert mutants.main() == 1
    assert "does not even start" in capsys.readouterr().out
