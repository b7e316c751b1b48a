"""Seeded stories with the real server and the real engine: after the faults stop, every law holds."""

from __future__ import annotations

import pytest

from scripts.simulate import explain, simulate
from tests.simulation.seeds import COUNT, FIRST, SEEDS_THAT_FAILED_ONCE


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_law_holds_and_every_fault_struck() -> None:
    named = ",".join(map(str, SEEDS_THAT_FAILED_ONCE))

    report = simulate(["--seeds", named, "--from", str(FIRST), "--count", str(COUNT)])

    assert report.failure is None, explain(report)
    assert report.played == len({*SEEDS_THAT_FAILED_ONCE, *range(FIRST, FIRST + COUNT)})
    assert report.missing() == []
