"""docs/running/ holds against the program: settings, commands, the import's headings."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tallybook.commands.main import make_parser
from tallybook.contracts import import_plan, import_sheets
from tallybook.contracts.import_headings import HEADING_ROWS_MAX, TITLES, match_columns
from tallybook.contracts.import_numbers import NotANumber, read_number

from tests.docs.pages import ROOT, first_cells, page, rows, section, spelled

VARIABLE = re.compile(r"\bTALLYBOOK_[A-Z_]+\b")
OF_TESTS = re.compile(r"TALLYBOOK_(?:TEST|BENCH)_")


def variables_in(*folders: str) -> set[str]:
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {name for path in paths for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}


def subcommands() -> Mapping[str, argparse.ArgumentParser]:
    actions = make_parser()._actions
    found = next(one for one in actions if isinstance(one, argparse._SubParsersAction))
    choices: Mapping[str, argparse.ArgumentParser] = found.choices
    return choices


def test_every_setting_is_told() -> None:
    told = first_cells(page("docs/running/settings.md"))

    assert sorted(told) == sorted(variables_in("server"))


def test_every_variable_of_tests_is_told_to_who_contributes() -> None:
    used = {name for name in variables_in("scripts", "tests/support", "bench") if OF_TESTS.match(name)}

    assert used == {name for name in VARIABLE.findall(page("CONTRIBUTING.md")) if OF_TESTS.match(name)}


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda one: one.name)
def test_no_page_names_a_setting_that_there_is_not(path: Path) -> None:
    named = set(VARIABLE.findall(path.read_text(encoding="utf-8")))

    assert named <= variables_in("server", "scripts")


def test_every_command_is_told() -> None:
    told = re.findall(r"(?m)^## `tallybook ([a-z-]+)`$", page("docs/running/commands.md"))

    assert sorted(told) == sorted(subcommands())


@pytest.mark.parametrize("command", sorted(subcommands()))
def test_every_option_is_told(command: str) -> None:
    told = first_cells(section(page("docs/running/commands.md"), f"## `tallybook {command}`"))

    actions = [one for one in subcommands()[command]._actions if one.dest != "help"]
    assert sorted(told) == sorted(one.option_strings[-1] if one.option_strings else one.dest for one in actions)


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda one: one.name)
def test_every_command_line_in_a_page_is_one(path: Path) -> None:
    for words in re.findall(r"(?m)^(?:\.venv/bin/)?tallybook ([a-z-]+)(.*)$", path.read_text(encoding="utf-8")):
        options = {one for action in subcommands()[words[0]]._actions for one in action.option_strings}
        assert set(re.findall(r"(?<= )--[a-z-]+", words[1])) <= options, words


def test_the_imports_headings_are_found() -> None:
    fields = {title: name for name, title in TITLES.items()} | {"contract": "contract", "bidder": "bidder"}
    told = [cells for cells in rows(section(page("docs/running/import.md"), "## Headings")) if cells[1]]

    assert len(told) >= len(fields) - 1  # a price in cents stands with the price
    for title, headings, *_ in told:
        for heading in spelled(headings):
            found = match_columns([heading], first_row=1).column_by_field
            expected = {fields[title]} | ({"unit_price_cents"} if title == "unit price" else set())
            assert expected & set(found) or heading == "Item", (title, heading, found)


def test_the_imports_numbers_are_read() -> None:
    read, _, refused = section(page("docs/running/import.md"), "## Numbers").partition("Never a guess")

    assert all(read_number(one) is not None for one in spelled(read))
    assert (len(spelled(read)), len(spelled(refused))) == (8, 3)
    for number in spelled(refused):
        with pytest.raises(NotANumber):
            read_number(number)


def test_the_imports_limits_are_told() -> None:
    text = page("docs/running/import.md")

    mebibytes = [one // 1024**2 for one in (import_sheets.FILE_BYTES_MAX, import_sheets.UNPACKED_BYTES_MAX)]
    assert "{} MiB ({} MiB unpacked)".format(*mebibytes) in text
    for limit, what in (
        (import_sheets.ROWS_MAX, "rows"),
        (import_sheets.COLUMNS_MAX, "columns"),
        (import_sheets.CELLS_MAX, "cells"),
        (import_sheets.CELL_LENGTH_MAX, "characters"),
        (import_plan.ITEMS_MAX, "items"),
    ):
        assert f"{limit:,} {what}" in text
    assert f"first {HEADING_ROWS_MAX} rows" in text
