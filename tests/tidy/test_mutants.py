"""Each mutant of the simulation can still be made, and each law has one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from scripts import mutants
from scripts.mutants import LAWS, NOT_CAUGHT, Edit, Failure, Mutant, play_until_shown, read_mutants
from scripts.simulate import Report
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
    """A story that cannot be read asks no law."""
    edits = (Edit("web/src/sync/testing/simulation/main.ts", "/** The program", "= ( /** The program"),)
    broken = Mutant(law=1, name="no program", edits=edits)
    monkeypatch.setattr(mutants, "read_mutants", lambda: [broken])
    monkeypatch.setattr(sys, "argv", ["mutants"])
    assert mutants.main() == 1
    assert "does not even start" in capsys.readouterr().out


def failure_of(seed: int, law: int | None, cause: str) -> Failure:
    return {"seed": seed, "law": law, "cause": cause}


ENDINGS = {
    "a server that is busy": failure_of(2, None, "Error: CommandFailed: database is locked"),
    "a story that does not end": failure_of(0, None, "Error: The story does not end after: recorded"),
    "another law": failure_of(2, 3, "LawBroken: law 3: the server answered 500"),
    "a cause that only names the law": failure_of(2, None, "Error: law 10: is what this is about"),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_only_the_law_of_a_mutant_that_breaks_is_a_catch(monkeypatch: pytest.MonkeyPatch, ending: Failure) -> None:
    mutant = Mutant(law=10, name="a mutant", edits=())
    wishes = let_stories_end(monkeypatch, [ending, None])

    said = play_until_shown(mutant, ROOT)

    law = "no law" if ending["law"] is None else f"law {ending['law']}"
    assert said.startswith(f"{NOT_CAUGHT} by 14 seeds (past 1 of {law}: seed {ending['seed']}: ")
    assert [one[1] for one in wishes] == ["1", str(max(1, ending["seed"]) + 1)]  # the next seeds are tried


def test_the_next_seed_may_break_the_law(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = failure_of(9, 10, "LawBroken: law 10: the tables differ\n    at breaks")
    let_stories_end(monkeypatch, [ENDINGS["a server that is busy"], broken])

    said = play_until_shown(Mutant(law=10, name="a mutant", edits=()), ROOT)

    assert said.startswith("seed 9: law 10: the tables differ (past 1 of no law: seed 2: ")


@pytest.mark.parametrize("law", [6, 3])
def test_a_mutant_may_name_another_law_that_shows_it(monkeypatch: pytest.MonkeyPatch, law: int) -> None:
    mutant = Mutant(law=6, name="a mutant", edits=(), also_breaks=3)
    let_stories_end(monkeypatch, [failure_of(4, 8, "LawBroken: law 8"), failure_of(5, law, f"LawBroken: law {law}")])

    assert play_until_shown(mutant, ROOT).startswith(f"seed 5: law {law}")


def let_stories_end(monkeypatch: pytest.MonkeyPatch, endings: list[Failure | None]) -> list[Sequence[str]]:
    """Let each simulation play 7 seeds and end like this; return, as they come, the wishes of each."""
    wishes: list[Sequence[str]] = []

    def simulate(wished: Sequence[str], **_others: object) -> Report:
        wishes.append(wished)
        return Report(played=7, failure=endings[len(wishes) - 1])

    monkeypatch.setattr(mutants, "simulate", simulate)
    return wishes
