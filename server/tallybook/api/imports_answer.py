"""An import's plan as the office's page reads it. Decimals are strings, as everywhere on the wire."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from tallybook.contracts.import_choices import VALUE_LENGTH_MAX, VALUES_LISTED_MAX, Choice
from tallybook.contracts.import_headings import CHOICES, HEADING_LENGTH_MAX, TITLES, Columns
from tallybook.contracts.import_plan import ImportPlan, PlannedItem
from tallybook.contracts.import_warnings import find_warnings
from tallybook.core.quantities import total_quantity

ITEM_FIELDS = (
    "line",
    "item_number",
    "description",
    "unit",
    "quantity",
    "unit_price",
    "accuracy",
    "category",
    "alternate",
)


def tell_plan(plan: ImportPlan) -> dict[str, Any]:
    """Return the answer to a preview. Source: docs/running/import.md. Cost: a few passes over the items."""
    return {
        "sheet": plan.sheet,
        "sheets": plan.sheets,
        "columns": _tell_columns(plan.columns),
        "unused": _unused_headings(plan.columns),
        "choices": [_tell_choice(choice) for choice in plan.choices],
        "choose": [choice.part for choice in plan.choices if choice.is_open],
        "items": [_tell_item(item) for item in plan.items],
        "projects": _tell_projects(plan),
        "total": f"{plan.total:.2f}",
        "count": len(plan.items),
        "problems": [{"row": one.row, "reason": one.reason} for one in plan.problems],
        "warnings": find_warnings(plan),
        "ready": plan.is_ready,
    }


def _tell_columns(columns: Columns) -> list[dict[str, str]]:
    return [
        {
            "part": part,
            "title": TITLES.get(part, part),
            "heading": columns.headings[column],
            "letter": _letter(column),
        }
        for part, column in sorted(columns.column_by_field.items(), key=lambda one: one[1])
    ]


def _unused_headings(columns: Columns) -> list[str]:
    used = set(columns.column_by_field.values())
    unused = [heading for column, heading in enumerate(columns.headings) if heading and column not in used]
    return [heading[:HEADING_LENGTH_MAX] for heading in unused]


def _tell_choice(choice: Choice) -> dict[str, Any]:
    values = [(value, rows) for value, rows in choice.rows_by_value.items() if len(value) <= VALUE_LENGTH_MAX]
    listed = values[:VALUES_LISTED_MAX]
    return {
        "part": choice.part,
        "title": choice.part,
        "heading": choice.heading,
        "needed": choice.part in CHOICES,
        "chosen": choice.chosen,
        "values": [{"value": value, "rows": rows} for value, rows in listed],
        "left_out": len(choice.rows_by_value) - len(listed),
    }


def _tell_item(item: PlannedItem) -> dict[str, Any]:
    told: dict[str, Any] = {"row": item.row, "project": item.project, "amount": f"{item.amount:.2f}"}
    return told | {name: str(item.fields.get(name, "")) for name in ITEM_FIELDS}


def _tell_projects(plan: ImportPlan) -> list[dict[str, Any]]:
    count = Counter(item.project for item in plan.items)
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for item in plan.items:
        amounts[item.project].append(item.amount)
    return [
        {"number": number, "title": title, "items": count[number], "total": f"{total_quantity(amounts[number]):.2f}"}
        for number, title in plan.title_by_project.items()
    ]


def _letter(column: int) -> str:
    """Return a column's name in a spreadsheet: A to Z, AA to IV."""
    first, second = divmod(column, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)
