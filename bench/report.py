"""What was measured, as a table for people and as JSON to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .figures import Figure

RESULTS = Path(__file__).resolve().parent / "results"
HEADINGS = ("what", "median", "least", "most", "wanted", "")


@dataclass(frozen=True)
class Measured:
    """All figures of one scenario on one database."""

    scenario: str
    database: str
    about: str  # the scenario's own words: what is measured, and against what
    figures: Sequence[Figure]


def spell_table(figures: Sequence[Figure]) -> str:
    """Return figures as a table of Markdown, aligned so that it reads on a terminal too."""
    rows = [HEADINGS, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write_results(machine: Mapping[str, str], measured: Sequence[Measured], folder: Path = RESULTS) -> list[Path]:
    """Write everything beside what was measured before, in place of it; return the files."""
    folder.mkdir(exist_ok=True)
    as_json, as_text = folder / "results.json", folder / "results.md"
    told = {"machine": dict(machine), "measured": [asdict(one) for one in measured]}
    as_json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    as_text.write_text(spell_report(machine, measured), encoding="utf-8")
    return [as_json, as_text]


def spell_report(machine: Mapping[str, str], measured: Sequence[Measured]) -> str:
    """Return everything as one page of Markdown."""
    parts = ["# What was measured", "Made by `make bench`. Ratios are of one run; figures are medians of the runs."]
    parts.append("\n".join(f"- {name}: {value}" for name, value in machine.items()))
    about = ""
    for one in measured:
        if one.about != about:
            parts += [f"## {one.scenario.capitalize()}", one.about.partition(": ")[2].strip()]
            about = one.about
        parts += [f"On {one.database}, {len(one.figures[0].runs)} runs:", spell_table(one.figures)]
    return "\n\n".join(parts) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    wanted = "" if figure.most is None else f"≤ {figure.most:g} {figure.unit}"
    verdict = {None: "", True: "met", False: "NOT MET"}[figure.is_met]
    least, most = (_spell(one) for one in (min(figure.runs), max(figure.runs)))
    return (figure.name, f"{_spell(figure.median)} {figure.unit}", least, most, wanted, verdict)


def _spell(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
