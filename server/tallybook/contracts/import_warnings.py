"""What a person should look at before a file becomes a contract, although nothing is wrong with it."""

from collections.abc import Iterator
from decimal import Decimal

from .import_plan import ImportPlan

ROWS_NAMED_MAX = 10


def find_warnings(plan: ImportPlan) -> list[str]:
    """Return a sentence for each thing that is unusual, the rows named. Cost: a few passes over the items."""
    return list(_find_warnings(plan))


def _find_warnings(plan: ImportPlan) -> Iterator[str]:
    if plan.rows_left_out:
        yield _count(plan.rows_left_out, "was left out as a title or a remark", "were left out as titles or remarks")
    for name, what in (("quantity", "quantity"), ("unit_price", "unit price")):
        zero = [one.row for one in plan.items if one.fields[name] == "0"]
        if zero:
            yield _count(zero, f"has the {what} 0", f"have the {what} 0")
    deductions = [one.row for one in plan.items if Decimal(str(one.fields["unit_price"])) < 0]
    if deductions:
        yield _count(deductions, "has a price below zero: a deduction", "have a price below zero: deductions")
    negative = [one.row for one in plan.items if Decimal(str(one.fields["quantity"])) < 0]
    if negative:
        yield _count(negative, "has a quantity below zero", "have a quantity below zero")
    alternates = [one.row for one in plan.items if one.fields.get("alternate")]
    if alternates:
        yield _count(alternates, "belongs to an alternate and is in the total", "belong to alternates, in the total")


def _count(rows: list[int], one: str, several: str) -> str:
    named = ", ".join(map(str, rows[:ROWS_NAMED_MAX])) + (", …" if len(rows) > ROWS_NAMED_MAX else "")
    return f"1 row {one}: {named}." if len(rows) == 1 else f"{len(rows):,} rows {several}: {named}."
