"""Names are the glossary's: none of those that say nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.tidy.sources import client_names, python_names, shown, tracked

WORDS = ("Manager", "Helper", "Util", "Utils", "Processor")
VERBS = ("handle", "process", "do")
WHOLE = {"data", "info"}
FOLDERS = {"utils", "util", "helpers", "helper", "common", "lib"}
# Names that somebody else gives, and that code must spell as they do.
OTHERS: dict[str, set[str]] = {
    "server/tallybook/api/imports.py": {"handle_raw_input"},  # Django's upload handler
    "server/tallybook/commands/worker.py": {"handle_quit"},  # gunicorn's
    "bench/machine.py": {"_processor"},  # the computer's
    "web/.dependency-cruiser.cjs": {"doNotFollow"},  # dependency-cruiser's option
}


def parts_of(name: str) -> list[str]:
    """`handleKeyDown`, `HANDLE_KEYS`, `_handle_keys` → their words, in lower case."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return [word.lower() for word in apart.split("_") if word]


def is_banned(name: str) -> bool:
    words = parts_of(name)
    if not words:
        return False
    says_nothing = any(word in words for word in map(str.lower, WORDS))
    acts_vaguely = len(words) > 1 and words[0] in VERBS
    return says_nothing or acts_vaguely or (len(words) == 1 and words[0] in WHOLE)


def names_in(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return set(python_names(ast.parse(text))) if path.suffix == ".py" else client_names(text)


@pytest.mark.parametrize("path", tracked("*.py", "*.ts", "*.svelte", "*.cjs", "*.js"), ids=shown)
def test_no_name_says_nothing(path: Path) -> None:
    banned = {name for name in names_in(path) | {path.name.partition(".")[0].replace("-", "_")} if is_banned(name)}

    assert banned - OTHERS.get(shown(path), set()) == set()


def test_no_folder_says_nothing() -> None:
    folders = {parent.name for path in tracked() for parent in path.parents}

    assert folders & FOLDERS == set()


def test_every_exception_is_needed() -> None:
    for name, allowed in OTHERS.items():
        path = next(one for one in tracked() if shown(one) == name)
        assert allowed <= {one for one in names_in(path) if is_banned(one)}, name


@pytest.mark.parametrize(
    ("name", "banned"),
    [
        ("DeviceManager", True), ("manager", True), ("_helper", True), ("date_utils", True), ("handleClick", True),
        ("handle_click", True), ("process_push", True), ("doSync", True), ("data", True), ("info", True),
        ("DATA", True), ("handle", False), ("process", False), ("DATA_DIR", False), ("data_dir", False),
        ("document", False), ("doneAt", False), ("processes", False), ("handler400", False), ("utility_poles", False),
    ],
)  # fmt: skip
def test_what_is_banned(name: str, banned: bool) -> None:
    assert is_banned(name) is banned


def test_names_are_found_where_they_are_given() -> None:
    python = "def a(b, *c, d=1, **e):\n    f: int = 1\n    self.g = [h for h in b]\nclass I: ...\nimport x as j\n"
    client = (
        "const a = 1; let { b, c: d } = e; function f(g: number, h?: string) {}; // data: x\nclass I { j(k: T) {} }"
    )

    assert set(python_names(ast.parse(python))) == set("abcdefghIj")
    assert {*"abdfghI"} <= client_names(client)
    assert "data" not in client_names(client)
