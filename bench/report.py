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
    """Write each scenario's figures in place of those from before; return the files."""
    folder.mkdir(exist_ok=True)
    written = []
    for name in dict.fromkeys(one.scenario for one in measured):
        of_scenario = [one for one in measured if one.scenario == name]
        as_json, as_text = folder / f"{name}.json", folder / f"{name}.md"
        told = {"machine": dict(machine), "measured": [asdict(one) for one in of_scenario]}
        as_json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        as_text.write_text(spell_report(machine, of_scenario), encoding="utf-8")
        written += [as_json, as_text]
    return written


def spell_report(machine: Mapping[str, str], measured: Sequence[Measured]) -> str:
    """Return the figures of one scenario as a page of Markdown."""
    heading, _, about = measured[0].about.partition(": ")
    parts = [
        f"# {heading}",
        about.strip(),
        "Made by `make bench`. Figures are medians of the runs; a ratio is of figures of one run.",
        "\n".join(f"- {name}: {value}" for name, value in machine.items()),
    ]
    for one in measured:
        parts += [f"On {one.database}, {len(one.figures[0].runs)} runs:", spell_table(one.figures)]
    return "\n\n".join(parts) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    wanted = "" if figure.most is None else f"≤ {figure.most:g} {figure.unit}"
    verdict = {None: "", True: "met", False: "NOT MET"}[figure.is_met]
    least, most = (_spell(one) for one in (min(figure.runs), max(figure.runs)))
    return (figure.name, f"{_spell(figure.median)} {figure.unit}", least, most, wanted, verdict)


def _spell(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
