"""The work to measure with: item transactions as inspectors type them, the same for one seed.

A transaction as JSON has about 480 bytes: two stations, a place of 44 characters, 124 characters of
how the quantity was derived. Its words come from a small vocabulary, so it compresses somewhat better
than what people type.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

SEED = 417
ITEMS = 400  # of the contract
FIRST_DAY = date(2026, 3, 1)
DAYS = 240
VOCABULARY = (
    "placed compacted inspected pipe culvert asphalt concrete class subbase aggregate northbound southbound "
    "shoulder lane median barrier rail forms rebar slump air test passed retest crew foreman notified trench "
    "depth width measured station offset left right finish grade curb gutter inlet manhole seeding mulch erosion "
    "control traffic signs weather dry wet delayed truck ticket load temperature roller passes density core "
    "sample per plan sheet revision"
)
WORDS = VOCABULARY.split()
PLACES = ("NB", "SB", "EB", "WB", "Ramp A", "Ramp B", "Bridge 14", "Median", "Sta line C")

Row = dict[str, Any]


def spell_items() -> str:
    """Return a contract's pay items, as a CSV file to import."""
    chance = random.Random(SEED)
    rows = ["Line,Item Number,Description,Unit,Quantity,Unit Price"]
    for line in range(1, ITEMS + 1):
        unit = chance.choice(("LF", "SY", "CY", "TON", "GAL"))
        number = f"{chance.randrange(2000, 2600)}.{line:03d}"
        rows.append(
            f"{line},{number},{_text(chance, 50)},{unit},{chance.randrange(1, 90000)},{chance.randrange(900)}.50"
        )
    return "\n".join(rows) + "\n"


def make_transactions(count: int, *, items: Sequence[str], person: str, seed: int = SEED) -> list[Row]:
    """Return transactions as flat rows, the ids of record and operation among them."""
    chance = random.Random(seed)
    return [_transaction(chance, items, person) for _ in range(count)]


def make_operation(row: Row, *, contract: str, device: str, number: int) -> dict[str, Any]:
    """Return the operation that creates a transaction."""
    outside = ("id", "operation", "author", "made_at")
    return {
        "id": row["operation"], "device": device, "number": number, "contract": contract, "type": "item_transaction",
        "record": row["id"], "verb": "create", "set": {name: one for name, one in row.items() if name not in outside},
        "author": row["author"], "made_at": row["made_at"], "app": "0.1.0", "schema": 1,
    }  # fmt: skip


def derive_id(row: Row) -> str:
    """Return the id of an operation that revises what this row created."""
    number = UUID(row["operation"]).int ^ 0xFFFF
    return str(UUID(int=number))


def in_batches(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Return the rows in parts of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _transaction(chance: random.Random, items: Sequence[str], person: str) -> Row:
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    made_at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(milliseconds=chance.randrange(86_400_000))
    start = chance.randrange(100, 90_000) + chance.randrange(100) / 100
    end = start + chance.randrange(5, 900) + chance.randrange(100) / 100
    return {
        "id": _id_of(chance, made_at),
        "operation": _id_of(chance, made_at),
        "item": chance.choice(items),
        "work_date": day.isoformat(),
        "quantity": f"{chance.randrange(5_000)}.{chance.randrange(1, 1_000):03d}",
        "station_from": _station(start),
        "station_to": _station(end),
        "location": f"{chance.choice(PLACES)} {_text(chance, 38)}"[:44].strip(),
        "documentation": _text(chance, 124),
        "measured_by": person,
        "author": person,
        "made_at": made_at.isoformat(timespec="milliseconds"),
    }


def _id_of(chance: random.Random, at: datetime) -> str:
    """A UUIDv7 of a seeded chance."""
    high = int(at.timestamp() * 1_000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64
    return str(UUID(int=high | 0x2 << 62 | chance.getrandbits(62)))


def _station(feet: float) -> str:
    return f"{int(feet) // 100}+{feet % 100:05.2f}"


def _text(chance: random.Random, length: int) -> str:
    text = chance.choice(WORDS).capitalize()
    while len(text) < length - 8:
        text += " " + chance.choice(WORDS)
        if chance.random() < 0.07:
            text += f" {chance.randrange(200)}.{chance.randrange(10)}"
    return text
