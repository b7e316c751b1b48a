"""Contracts out of files that agencies published; totals are theirs, to the cent."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tallybook.contracts.accuracy import DEFAULT_ACCURACY_BY_UNIT
from tallybook.contracts.import_failures import ChoiceNeeded
from tallybook.contracts.import_plan import ImportPlan, plan_import

pytestmark = pytest.mark.real_data


def plan(path: Path, *where: tuple[str, str]) -> ImportPlan:
    return plan_import(path.read_bytes(), accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT, where=where)


@pytest.mark.parametrize(("contract", "count", "total"), [("1070I", 79, "7633084.20"), ("2977J", 51, "3941885.60")])
def test_san_francisco(real_data: Path, contract: str, count: int, total: str) -> None:
    path = real_data / "progress_payments" / f"{contract}_contract_items.csv"

    found = plan(path)

    with path.open(encoding="utf-8", newline="") as file:
        published = sum(Decimal(row["extended"]) for row in csv.DictReader(file))
    assert (len(found.items), found.total, found.problems) == (count, Decimal(total), [])
    assert found.total == published


def test_one_contract_and_bidder_of_the_indiana_csv(real_data: Path) -> None:
    path = real_data / "bid_tabs" / "indot" / "2026-04-08.csv"
    chosen = ("ProjectID", "B -40891-A"), ("bidder name", "force construction co inc")

    found = plan(path, *chosen)

    assert (len(found.items), found.total, found.problems) == (70, Decimal("1431388.90"), [])
    with pytest.raises(ChoiceNeeded, match="MILESTONE"):
        plan(path, chosen[0])


def test_an_indiana_workbook(real_data: Path) -> None:
    found = plan(real_data / "bid_tabs" / "indot" / "2023-04-03.xls", ("Bidder Name", "MILESTONE CONTRACTORS, L.P."))

    assert found.problems == []
    assert len(found.items) > 10
    assert found.total > 0


def test_a_minnesota_contract_out_of_the_winning_bids(real_data: Path) -> None:
    found = plan(real_data / "bid_tabs" / "mndot_winning_bids_2018_2023.csv.gz", ("contract_id", "170186"))

    assert (len(found.items), found.total, found.problems) == (84, Decimal("4137087.16"), [])
    mobilization = next(one.fields for one in found.items if one.fields["item_number"] == "2021.501/00010")
    assert (mobilization["unit_price"], mobilization["accuracy"]) == ("304000", 4)


def test_a_workbook_made_by_hand_lists_every_bad_row(real_data: Path) -> None:
    found = plan(real_data / "bid_tabs" / "port_of_portland" / "PDX_2018D015.xlsx")

    assert {one.reason for one in found.problems} == {"The unit price is empty."}
    assert [one.row for one in found.problems] == list(range(20, 39))
