"""Contracts out of files that agencies published; totals are theirs, to the cent."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from tallybook.contracts.accuracy import DEFAULT_ACCURACY_BY_UNIT
from tallybook.contracts.import_failures import ChoiceNeeded, HeadingsNotFound, SheetNotFound
from tallybook.contracts.import_plan import ImportPlan, plan_import, preview_import
from tallybook.ledger.models import LedgerHead
from tallybook.sync.contract_import import RowsRefused, save_import

from tests.support.agency import NOW, make_person

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


def test_every_winner_of_the_indiana_csv_comes_to_the_published_total(real_data: Path) -> None:
    path = real_data / "bid_tabs" / "indot" / "2026-04-08.csv"
    with path.open(encoding="utf-8", newline="") as file:
        winners = {
            (row["ProjectID"], row["Bidder Name"]): Decimal(row["Job Size"])
            for row in csv.DictReader(file)
            if row["Pos"] == "1"
        }

    found = {(one, bidder): plan(path, ("ProjectID", one), ("Bidder Name", bidder)) for one, bidder in winners}

    assert len(winners) == 24
    assert not any(one.problems for one in found.values())
    assert {chosen: one.total for chosen, one in found.items()} == winners


def test_one_item_stands_twice_with_two_descriptions(real_data: Path) -> None:
    path = real_data / "bid_tabs" / "indot" / "2026-04-08.csv"

    found = plan(path, ("ProjectID", "B -44594-A"), ("Bidder Name", "LINKEL COMPANY LLC"))

    debris = [one.fields["description"] for one in found.items if one.fields["item_number"] == "201-90788"]
    assert sorted(map(str, debris)) == [f"DEBRIS, REMOVE, STRUCTURE NO. {number}" for number in (1, 2, 3, 4, 6, 7, 8)]
    assert found.problems == []


@pytest.mark.parametrize(
    ("name", "project", "bidder", "count", "total"),
    [
        ("2022-12-14.xls", "B -43149-B", "MORPHEY CONSTRUCTION, INC.", 76, "2957008.87"),
        ("2022-12-21.xls", "B -44236-B", "HOOSIER COMPANY, INC.", 49, "4422346.46"),
        ("2023-04-03.xls", "R -44884-A", "MILESTONE CONTRACTORS, L.P.", 23, "245000"),
    ],
)
def test_an_indiana_workbook(real_data: Path, name: str, project: str, bidder: str, count: int, total: str) -> None:
    path = real_data / "bid_tabs" / "indot" / name

    found = plan(path, ("ProjectID", project), ("Bidder Name", bidder))

    assert (len(found.items), found.total, found.problems) == (count, Decimal(total), [])
    assert list(found.title_by_project) == [project]


def test_a_total_that_the_agency_did_not_round(real_data: Path) -> None:
    path = real_data / "bid_tabs" / "indot" / "2022-12-21.xls"

    found = plan(path, ("ProjectID", "R -43518-A"), ("Bidder Name", "RIETH RILEY/E & B PAVING/GRADEX 3VENT"))

    # 297,131,076.559 is published: the sum of amounts with thousandths. Here each is rounded to the cent.
    assert found.total - Decimal("297131076.559") == Decimal("0.021")


def test_a_minnesota_contract_out_of_the_winning_bids(real_data: Path) -> None:
    found = plan(real_data / "bid_tabs" / "mndot_winning_bids_2018_2023.csv.gz", ("contract_id", "170186"))

    assert (len(found.items), found.total, found.problems) == (84, Decimal("4137087.16"), [])
    mobilization = next(one.fields for one in found.items if one.fields["item_number"] == "2021.501/00010")
    assert (mobilization["unit_price"], mobilization["accuracy"]) == ("304000", 4)


def test_the_winning_bids_offer_their_contracts_to_choose_from(real_data: Path) -> None:
    content = (real_data / "bid_tabs" / "mndot_winning_bids_2018_2023.csv.gz").read_bytes()

    found = preview_import(content, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT)

    contract, _ = found.choices
    assert (contract.part, contract.is_open, len(contract.rows_by_value)) == ("contract", True, 907)
    assert contract.rows_by_value["170186"] == 84
    assert (found.items, found.is_ready) == ([], False)


def test_a_row_without_an_item_is_listed_and_nothing_comes_in(db: None, real_data: Path) -> None:
    path = real_data / "bid_tabs" / "mndot_winning_bids_2018_2023.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        numbered = list(enumerate(csv.DictReader(file), start=2))
    broken = next(row["contract_id"] for _, row in numbered if not row["item_number"])
    expected = [number for number, row in numbered if row["contract_id"] == broken and not row["item_number"]]

    found = plan(path, ("contract_id", broken))

    assert [one.row for one in found.problems] == expected
    assert found.problems[0].reason == "The item number is empty. The description is empty. The unit is empty."
    with pytest.raises(RowsRefused, match="cannot be read"):
        save_import(found, acting=make_person("ruth", "office"), number="1", name="n", at=NOW)
    assert not LedgerHead.objects.exists()


def test_a_workbook_made_by_hand_lists_every_bad_row(real_data: Path) -> None:
    found = plan(real_data / "bid_tabs" / "port_of_portland" / "PDX_2018D015.xlsx")

    assert {one.reason for one in found.problems} == {"The unit price is empty."}
    assert [one.row for one in found.problems] == list(range(20, 39))


def test_a_workbook_made_by_hand_says_which_sheet_has_what(real_data: Path) -> None:
    content = (real_data / "bid_tabs" / "port_of_portland" / "PDX_2018D015.xlsx").read_bytes()

    with pytest.raises(HeadingsNotFound, match="More than one column has the heading for: unit price") as several:
        plan_import(content, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT, sheet_name="bid tabulation")
    with pytest.raises(HeadingsNotFound, match="No column was found for: item number") as missing:
        plan_import(content, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT, sheet_name="Summary")
    with pytest.raises(SheetNotFound, match="Bid Item List, Bid Tabulation, Summary"):
        plan_import(content, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT, sheet_name="Base")

    assert several.value.detail["sheets"] == ["Bid Item List", "Bid Tabulation", "Summary"]
    assert missing.value.detail["headings"] == ["Bidder", "Total Price"]
