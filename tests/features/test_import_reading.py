"""What people write into files of items: encodings, separators, headings, numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tallybook.contracts.accuracy import DEFAULT_ACCURACY_BY_UNIT
from tallybook.contracts.import_failures import FileTooLarge
from tallybook.contracts.import_numbers import NUMBER_LENGTH_MAX, NotANumber, read_number
from tallybook.contracts.import_plan import ImportPlan, plan_import
from tallybook.contracts.import_sheets import SheetLimits
from tallybook.contracts.import_text import read_text_sheet, unpack_gzip

ROWS = "Item No,Description,Unit,Quantity,Unit Price\n1,Curb – “B424”,LF,12.5,3\n"


def plan(content: str | bytes) -> ImportPlan:
    encoded = content.encode() if isinstance(content, str) else content
    return plan_import(encoded, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$1,234.50", "1234.50"),
        (".54", "0.54"),
        ("1.0", "1"),
        ("1 234", "1234"),
        ("1\u00a0234,000", None),
        ("(12.00)", "-12"),
        ("($1,250.00)", "-1250"),
        ("$(3)", "-3"),
        ("12-", "-12"),
        ("−3", "-3"),
        ("-$4", "-4"),
        ("USD 7", "7"),
        ("1'000", "1000"),
        ("+2", "2"),
        ("$ -", "0"),
        ("12,345,678.9", "12345678.9"),
        ("1,23", None),
        ("1.234,50", None),
        ("1e3", None),
        ("--1", None),
        ("(-1)", None),
        ("12 ft", None),
        ("½", None),
        ("٣", None),
        ("1" * (NUMBER_LENGTH_MAX + 1), None),
    ],
)
def test_numbers_are_read_exactly_or_not_at_all(written: str, value: str | None) -> None:
    if value is not None:
        assert read_number(written) == Decimal(value)
        return

    with pytest.raises(NotANumber):
        read_number(written)


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "-", "–"])
def test_a_blank_is_no_number_and_no_zero(blank: str) -> None:
    assert read_number(blank) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_however_it_was_saved(encoding: str, line_end: str, separator: str) -> None:
    content = ROWS.replace(",", separator).replace("\n", line_end).encode(encoding)

    found = plan(content)

    assert found.problems == []
    assert [(one.fields["description"], one.fields["quantity"]) for one in found.items] == [("Curb – “B424”", "12.5")]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    found = plan(
        'City of Elm\n\nItem,Description,Units,"Est.\nQty",Unit Price ($)\n1,"two\nlines",LS,1,5\n2,Sod,SY,x,1\n'
    )

    assert [(one.row, one.fields["line"], one.fields["description"]) for one in found.items] == [(4, "4", "two lines")]
    assert [one.row for one in found.problems] == [5]


def test_headings_may_stand_in_two_rows() -> None:
    found = plan("Line,Item,,,Estimated,Unit\nNo.,Number,Description,Unit,Quantity,Price\n3,2105,Fill,CY,5,2\n")

    assert [one.fields["line"] for one in found.items] == ["3"]
    assert found.total == 10


def test_accuracy_comes_from_the_file_else_from_the_wish_else_from_the_unit() -> None:
    content = (
        b"Item,Description,Unit,Quantity,Unit Price,Decimals\n1,a,LS,1,1,\n2,b,Each,1,1,\n3,c,TON,1,1,\n4,d,TON,1,1,5\n"
    )

    by_unit = plan(content)
    by_wish = plan_import(content, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT, accuracy=6)

    assert [one.fields["accuracy"] for one in by_unit.items] == [4, 2, 3, 5]
    assert [one.fields["accuracy"] for one in by_wish.items] == [6, 6, 6, 5]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,a,LF,1.0000001,1,,", "Quantity: This has 7 decimals; 6 is the most."),
        ("1,a,LF,1,1234567890123,,", "Unit price: This number is too large"),
        ("1," + "a" * 301 + ",LF,1,1,,", "Description: This is 301 characters long; 300 is the most."),
        ("1,a,LF,1,1," + "p" * 41 + ",", "Project: This is 41 characters long; 40 is the most."),
        ("1,a,LF,1,1,,7", "Accuracy: it must be a whole number from 0 to 6."),
        ("1,,,1,1,,", "The description is empty. The unit is empty."),
    ],
)
def test_what_no_item_can_be_is_said_of_its_row(row: str, reason: str) -> None:
    found = plan("Item,Description,Unit,Quantity,Unit Price,Project,Decimals\n" + row + "\n2,b,LF,1,1,,\n")

    assert [(one.row, one.reason.startswith(reason)) for one in found.problems] == [(2, True)]
    assert not found.is_ready


def test_a_character_that_cannot_be_stored_is_said_of_its_row() -> None:
    found = plan(ROWS.replace("Curb", "Cu\x00rb").encode("utf-16"))

    assert [one.reason for one in found.problems] == ["The description has a character that cannot be stored."]


@pytest.mark.parametrize(
    "limits", [SheetLimits(rows=1), SheetLimits(columns=4), SheetLimits(cells=9), SheetLimits(cell_length=10)]
)
def test_what_is_larger_than_a_sheet_may_be_is_refused(limits: SheetLimits) -> None:
    with pytest.raises(FileTooLarge, match="the most there may be"):
        read_text_sheet(ROWS.encode(), limits=limits)


def test_unpacking_stops_at_its_limit() -> None:
    import gzip

    assert unpack_gzip(gzip.compress(b"x" * 10), bytes_max=10) == b"x" * 10
    with pytest.raises(FileTooLarge):
        unpack_gzip(gzip.compress(b"x" * 11), bytes_max=10)
