"""The model of the protocol and the real settling answer the same, story by story."""

from __future__ import annotations

import pytest

from tallybook.ledger.replay import find_first_difference

from tests.support import model
from tests.support.ledger_model import RULES, BothServers

STORIES = 40


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(STORIES))
def test_the_model_and_the_ledger_agree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    servers: list[BothServers] = []

    def make_both() -> BothServers:
        servers.append(BothServers())
        return servers[-1]

    monkeypatch.setattr(model, "Server", make_both)

    problem, counts = model.story(seed)

    assert problem == ""
    assert counts["applied"] > 0
    assert servers[0].compared > 20
    servers[0].assert_equal()
    assert find_first_difference(contract_id=servers[0].contract_id, rules=RULES) is None


@pytest.mark.parametrize("mutant", ["no_look_again", "compare_values", "last_writer_wins"])
@pytest.mark.django_db
def test_a_model_with_a_fault_is_told_from_the_ledger(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MUTANT", mutant)
    monkeypatch.setattr(model, "Server", BothServers)

    def play_stories() -> None:
        for seed in range(STORIES):
            model.story(seed)

    with pytest.raises(AssertionError):
        play_stories()
