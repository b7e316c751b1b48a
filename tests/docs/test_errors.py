"""docs/errors.md tells every code, state and reason that the server can answer, and no other."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import tallybook
from tallybook.core.failures import TallybookFailure

from tests.docs.pages import ROOT, first_cells, page, rows, section

SERVER = ROOT / "server" / "tallybook"
# Named by the protocol, and not yet answered by anything: payments come later.
NOT_YET = {"paid"}


def failures(above: type[TallybookFailure] = TallybookFailure) -> Iterator[type[TallybookFailure]]:
    for one in above.__subclasses__():
        if one.__module__.startswith("tallybook."):
            yield one
        yield from failures(one)


def all_statuses() -> dict[str, set[str]]:
    """Every failure's status by its code, of every module there is."""
    for module in pkgutil.walk_packages(tallybook.__path__, "tallybook."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    statuses = defaultdict(set)
    for one in failures():
        statuses[one.code].add(str(one.http_status))
    return statuses


def called(names: set[str], place: int) -> set[str]:
    """The texts that calls of some functions of the ledger have in one place."""
    texts = set()
    for path in [*(SERVER / "ledger").glob("*.py"), *(SERVER / "sync").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in names:
                continue
            given = [*node.args[place : place + 1], *(one.value for one in node.keywords if one.arg == "reason")]
            for part in given:
                texts |= {one.value for one in ast.walk(part) if isinstance(one, ast.Constant) and one.value}
    return {one for one in texts if isinstance(one, str)}


def rules_reasons() -> set[str]:
    """The reasons that the rules of records and contracts give: what `find_…_hold` returns."""
    found = set()
    for path in (SERVER / "contracts" / "records.py", SERVER / "inspection" / "records.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and function.name.endswith("_hold"):
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and isinstance(node.value, ast.IfExp):
                        found |= {ast.literal_eval(node.value.body)}
    return found


def reasons_of_holds() -> set[str]:
    return called({"held"}, 0) | rules_reasons() | called({"Answer"}, 3) | {"invalid"}


def test_every_code_is_told_with_its_status() -> None:
    told = {cells[0].strip("`"): {cells[1]} for cells in rows(page("docs/errors.md")) if len(cells) == 4}

    assert told == all_statuses()


def test_every_row_says_what_it_means_and_what_to_do() -> None:
    assert all(all(cells) for cells in rows(page("docs/errors.md")))


def test_every_state_is_told() -> None:
    told = first_cells(section(page("docs/errors.md"), "## What became of an operation"))

    assert set(told) == called({"Verdict"}, 0)
    assert len(told) == len(set(told))


def test_every_reason_to_hold_is_told() -> None:
    told = first_cells(section(page("docs/errors.md"), "## Why an operation is held"))

    assert set(told) == reasons_of_holds()


def test_every_reason_to_supersede_is_told() -> None:
    told = first_cells(section(page("docs/errors.md"), "## Why a decision is superseded"))

    assert set(told) == called({"Verdict"}, 1) - reasons_of_holds()


def test_the_protocol_names_the_same_reasons() -> None:
    settling = section(page("docs/sync-protocol.md"), "## Settling (server)")
    line = next(line for line in settling.splitlines() if line.startswith("Reasons: "))

    told = {part.partition("`")[2].partition("`")[0] for part in line.removeprefix("Reasons: ").split(", ")} - {""}

    assert told == reasons_of_holds() - {"forbidden"} | NOT_YET


def test_what_is_not_yet_is_not_there() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(SERVER).rglob("*.py"))

    assert not any(f'"{reason}"' in sources for reason in NOT_YET)
