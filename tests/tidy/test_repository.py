"""The repository's own rules: short files that say what they are for, nothing left over, nothing private."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tallybook.core.version import VERSION

from scripts import run_tests
from tests.tidy.sources import ROOT, shown, tracked

LINES_MAX = 400
FUNCTION_LINES_MAX = 40
FILE_BYTES_MAX = 1024 * 1024
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt", "web/package-lock.json")
SUPPORT = {"support"}  # of the tests, itself no test
# Kept as dense as it is read; it came with the protocol's page.
DENSE = {"tests/support/model.py"}
# What starts a run on PostgreSQL, the fixtures, and the process behind a simulation.
GIVES_DATABASES = {"tests/support/postgres.py", "tests/conftest.py", "tests/support/stagehand.py"}
SOURCES = tracked("*.py", "*.ts", "*.svelte")
TEXT_SUFFIXES = {
    ".py", ".ts", ".svelte", ".js", ".cjs", ".mjs", ".json", ".md", ".toml", ".txt", ".in", ".html", ".css", ".yml",
}  # fmt: skip

# Spelled apart, so that this file does not say itself what no file may say.
LEFT_OVER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
# Skipping in Python and in vitest; `xfail` is a skip that looks better.
SKIPPED = re.compile(
    r"pytest\.(?:mark\.)?(?:ski" + r"p|xfai" + r"l)|unittest\.ski" + r"p|importorski" + r"p"
    r"|\b(?:it|test|describe|suite)\.(?:ski" + r"p|onl" + r"y|tod" + r"o|fail" + r"s)\b|\bx(?:it|describe)\("
)
MACHINE = re.compile(r"(?<![\w.$}])/(?:work|home|root|Users|mnt)/\w")
DATABASE_OF_RUN = re.compile(
    r"environ\b.*_DATABASE" + r"_URL|_DATABASE" + r"_URL.*\benviron\b|\bget" + r"fixturevalue\b"
)
REGISTRY = re.compile(r"registry\.|pypi\.org|pythonhosted|npmjs|index-url|\"resolved\"", re.IGNORECASE)
KEYS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b")


def is_text(path: Path) -> bool:
    return path.suffix in TEXT_SUFFIXES or path.name in {"Makefile", "LICENSE", "run", ".gitignore"}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_version_is_the_packages() -> None:
    told = tomllib.loads(read(ROOT / "pyproject.toml"))

    assert told["project"]["version"] == VERSION


@pytest.mark.parametrize("path", SOURCES, ids=shown)
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    lines = read(path).splitlines()
    if "migrations" in path.parts:
        return

    assert len(lines) <= LINES_MAX or shown(path) in DENSE
    assert lines[0].startswith(('"""', "/**", "//", "<!--"))


@pytest.mark.parametrize("path", tracked("*.py"), ids=shown)
def test_a_function_is_short(path: Path) -> None:
    if "migrations" in path.parts or shown(path) in DENSE:
        return
    functions = [one for one in ast.walk(ast.parse(read(path))) if isinstance(one, ast.FunctionDef)]

    # Of its body, not of the decorators and what a test is given.
    lengths = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in functions}

    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES_MAX} == {}


@pytest.mark.parametrize("path", [one for one in tracked() if is_text(one)], ids=shown)
def test_a_file_leaves_nothing_for_later_and_tells_nothing_private(path: Path) -> None:
    text = read(path)

    for what in (LEFT_OVER, MACHINE, KEYS):
        if what is MACHINE and path.name in {"Makefile", ".gitignore"}:
            continue
        assert what.findall(text) == []


@pytest.mark.parametrize("path", tracked("tests/*.py", "*.test.ts", "web/*/testing/*"), ids=shown)
def test_no_test_is_left_out(path: Path) -> None:
    assert SKIPPED.findall(read(path)) == []


@pytest.mark.parametrize("path", tracked(), ids=shown)
def test_a_file_is_small(path: Path) -> None:
    assert path.stat().st_size <= FILE_BYTES_MAX


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name: str) -> None:
    assert REGISTRY.findall(read(ROOT / name)) == []


def test_every_folder_of_tests_is_run() -> None:
    lists = (run_tests.RULES, run_tests.BOTH_DATABASES, run_tests.STORIES, run_tests.BROWSER, run_tests.TORTURE)
    known = {folder for one in lists for folder in one}
    there = {one.parts[len(ROOT.parts) + 1] for one in tracked("tests/*/*.py")} - SUPPORT
    run = {folder for step in run_tests.test_steps() for folder in step.folders}

    assert there <= known
    assert {f"tests/{one}" for one in there} <= run


@pytest.mark.parametrize("path", tracked("tests/*.py"), ids=shown)
def test_a_test_is_given_its_database_by_a_fixture(path: Path) -> None:
    """By the fixtures in its signature a test is known to be one that PostgreSQL can change: it runs there too."""
    if shown(path) not in GIVES_DATABASES:
        assert DATABASE_OF_RUN.findall(read(path)) == []


def test_every_file_of_a_test_is_found() -> None:
    """A file with tests in it that is not called `test_…` would never run."""
    for path in tracked("tests/*.py"):
        names = [one.name for one in ast.parse(read(path)).body if isinstance(one, ast.FunctionDef)]
        has_tests = any(name.startswith("test_") for name in names)
        assert has_tests == path.name.startswith("test_"), shown(path)
