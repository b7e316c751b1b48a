"""The repository's own rules."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from tallybook.core.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 400
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt", "web/package-lock.json")


def tracked(*patterns: str) -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = [ROOT / line for line in listed.splitlines()]
    assert found
    return [path for path in found if path.is_file()]


def test_the_version_is_the_packages() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert told["project"]["version"] == VERSION


@pytest.mark.parametrize("path", tracked("*.py", "*.ts", "*.svelte"), ids=lambda one: str(one.relative_to(ROOT)))
def test_a_file_is_short_and_says_what_it_is_for(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    if "migrations" in path.parts:
        return

    assert len(lines) <= LINES_MAX + (path.name == "model.py") * LINES_MAX
    assert lines[0].startswith(('"""', "/**", "//", "<!--"))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert '"resolved"' not in text
    assert "index-url" not in text
