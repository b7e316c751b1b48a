"""Reading our own pages: what they say in code spelling, table by table."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def page(name: str) -> str:
    """Return the text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of its kind or above."""
    marks, _, _ = heading.partition(" ")
    found = re.search(rf"(?ms)^{re.escape(heading)}$\n(.*?)(?=^#{{1,{len(marks)}}} |\Z)", text)
    assert found, f"There is no section {heading}"
    return found[1]


def first_cells(text: str) -> list[str]:
    """Return what the first column of every table says in code spelling, in order."""
    return re.findall(r"(?m)^\| `([^`]+)`", text)


def rows(text: str) -> list[list[str]]:
    """Return the cells of every row of every table, headings left out."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    split = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    headings = {text.splitlines()[at - 1] for at, line in enumerate(text.splitlines()) if line.startswith("|--")}
    return [cells for line, cells in zip(lines, split, strict=True) if line not in headings]


def spelled(text: str) -> list[str]:
    """Return everything that a text says in code spelling, blocks of code left out."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```$", "", text))
