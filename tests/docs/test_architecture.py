"""ARCHITECTURE.md and every page name what is there: paths, names, layers."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, page, section, spelled

TOP = {"server", "web", "tests", "docs", "scripts", "protocol", "bench", ".ci"}
FILE = re.compile(r"[\w.-]+\.(?:md|py|toml|txt|in|ts|svelte|cjs)|Makefile|LICENSE")
# Made by the program, or to be made by the reader.
MADE = {"web/dist", "Caddyfile", "tallybook.sqlite3", "secret-key"}
PAGES = [ROOT / name for name in ("ARCHITECTURE.md", "README.md", "CONTRIBUTING.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
ARROW = " › "


def paths_in(text: str) -> list[str]:
    return [one for one in spelled(text) if one.split("/")[0] in TOP and "/" in one and one not in MADE]


@pytest.mark.parametrize("path", PAGES, ids=lambda one: one.name)
def test_every_path_that_a_page_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    for named in paths_in(text):
        assert list(ROOT.glob(named.rstrip("/"))), f"{path.name} names {named}"
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (path.parent / link).exists(), f"{path.name} links to {link}"


def test_a_folder_of_docs_is_reached() -> None:
    """Every page is named by another one."""
    named = {ROOT / one.rstrip("/") for path in PAGES for one in paths_in(path.read_text(encoding="utf-8"))}

    for path in PAGES[3:]:
        assert path in named or path.parent in named, f"No page names {path.relative_to(ROOT)}"


def steps() -> list[str]:
    journey = section(page("ARCHITECTURE.md"), "## One write's journey, file by file")
    return [*re.findall(r"(?m)^\d+\. (.*)$", journey), journey.strip().splitlines()[-1]]


def test_the_journey_is_whole() -> None:
    named = [path for step in steps() for path in paths_in(step)]

    for needed in (
        "web/src/screens/", "web/src/actions/record-entry.ts", "web/src/store/outbox.ts", "web/src/sync/push.ts",
        "web/src/wire/server.ts", "server/tallybook/api/sync_ledger.py", "server/tallybook/sync/push.py",
        "server/tallybook/ledger/settle.py", "server/tallybook/ledger/feed.py", "web/src/sync/pull.ts",
    ):  # fmt: skip
        assert needed in named
    assert [int(one) for one in re.findall(r"(?m)^(\d+)\. ", page("ARCHITECTURE.md").partition("## Laws")[0])] == list(
        range(1, len(steps()))
    )


@pytest.mark.parametrize("step", steps(), ids=lambda one: one[:40])
def test_each_step_names_what_its_files_have(step: str) -> None:
    files = [ROOT / one for one in paths_in(step)]
    names = [one for one in spelled(step) if re.fullmatch(r"\w+", one)]
    sources = [one.read_text(encoding="utf-8") for one in files if one.is_file()]

    assert files
    for name in names:
        assert any(re.search(rf"\b{name}\b", source) for source in sources), f"{name} is in none of {files}"


def layers_told() -> list[str]:
    return [one for one in spelled(page("ARCHITECTURE.md")) if ARROW in one]


def test_the_layers_are_the_servers() -> None:
    told = tomllib.loads(page("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in told if one["id"] == "layers")

    assert layers_told()[0] == ARROW.join(layers)


def test_the_layers_are_the_clients() -> None:
    found = re.search(r"(?s)const LAYERS = (\[.*?\]\])", page("web/.dependency-cruiser.cjs"))
    assert found
    layers = [re.findall(r'"(\w+)"', one) for one in re.findall(r"\[([^][]+)\]", found[1])]

    assert layers_told()[1] == ARROW.join(" | ".join(one) for one in layers)
    there = {one.name for one in (ROOT / "web" / "src").iterdir() if one.is_dir()}
    assert there == {name for one in layers for name in one}


def test_the_tree_has_no_folder_that_nobody_explains() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.split("/")[0] for line in listed.splitlines() if "/" in line}

    assert folders <= TOP
