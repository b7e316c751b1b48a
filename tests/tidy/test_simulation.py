"""The simulation is checked for what it never does: for all that the protocol says may happen."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scripts.simulate import BECAME, FAULTS, Report
from tests.tidy.sources import ROOT

PROTOCOL = (ROOT / "docs" / "sync-protocol.md").read_text(encoding="utf-8")
# "paid" comes with the payments; "error" is a fault of the server, and breaks law 3.
NOT_PLAYED = {"paid", "error"}


@pytest.mark.parametrize("never", ["merged", "superseded moved", "held missing_base", "backup restored a month late"])
def test_what_never_happened_is_missing(never: str) -> None:
    report = Report(counts=Counter(one for one in (*FAULTS, *BECAME) if one != never))

    assert report.missing() == [never]


def test_every_reason_of_the_protocol_must_occur() -> None:
    [told] = re.findall(r"^Reasons: (.*)\. No timers\.$", PROTOCOL, re.MULTILINE)
    reasons = set(re.findall(r"`([a-z_]+)`", told))

    assert {f"held {one}" for one in reasons - NOT_PLAYED} == {one for one in BECAME if one.startswith("held ")}
