"""Real postings of a finished contract, as an inspector would have typed them."""

from __future__ import annotations

import calendar
import csv
import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tallybook.core.quantities import normalise_decimal, round_half_up

DECIMALS = 6


@dataclass(frozen=True)
class Posting:
    """One quantity of one item at one place."""

    item: str  # its number
    quantity: str
    location: str
    work_date: str  # the last day of the month that its period names


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, by heading."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_postings(folder: Path, contract: str, count: int) -> list[Posting]:
    """The first postings of a contract, in the order of the file."""
    items = read_rows(folder / f"{contract}_contract_items.csv")
    prices = {row["bid_item"]: Decimal(row["unit_price"]) for row in items}
    ends = {row["period"]: last_day_of(row["label"]) for row in read_rows(folder / f"{contract}_period_totals.csv")}
    rows = read_rows(folder / f"{contract}_location_postings.csv")[:count]
    return [
        Posting(
            item=row["bid_item"],
            quantity=str(normalise_decimal(f"{quantity_of(row, prices[row['bid_item']]):f}")),
            location=row["location"],
            work_date=ends[row["period"]],
        )
        for row in rows
    ]


def quantity_of(row: dict[str, str], price: Decimal) -> Decimal:
    """The published quantity, else the one that the published amount comes to, rounded to six decimals."""
    published = row.get("qty_as_published") or row.get("qty")
    exact = Decimal(published) if published else Decimal(row["amount_as_published"]) / price
    return round_half_up(exact, DECIMALS)


def last_day_of(label: str) -> str:
    """Of `NTP through June 2023` the 30th of June; of `Jun 2024` the 30th as well."""
    found = re.search(r"([A-Z][a-z]{2})[a-z]* (\d{4})$", label.strip())
    assert found, label
    year, month = int(found[2]), list(calendar.month_abbr).index(found[1])
    return datetime.date(year, month, calendar.monthrange(year, month)[1]).isoformat()
