"""A column for exact decimals: an integer of millionths, so that both databases add without rounding."""

from decimal import Decimal
from typing import Any

from django.db import models

DECIMALS = 6
SCALE = Decimal(10) ** DECIMALS


def to_millionths(value: str | Decimal) -> int:
    """Return a decimal with at most six decimals as a whole number of millionths."""
    return int(Decimal(value).scaleb(DECIMALS))


class ExactDecimalField(models.BigIntegerField):  # type: ignore[type-arg]  # the stubs take no arguments at run time
    """A Decimal below 10^12 with up to six decimals.

    SQLite would keep a DecimalField as a binary fraction; 10^18 millionths fit into 64 bits.
    """

    def from_db_value(self, value: int | Decimal | None, _expression: Any, _connection: Any) -> Decimal | None:
        """Return the Decimal without zeros that say nothing."""
        # PostgreSQL's sum of bigint is numeric: a Decimal of millionths.
        return None if value is None else Decimal(value) / SCALE

    def get_prep_value(self, value: Any) -> int | None:
        """Return the millionths."""
        return None if value is None else to_millionths(value)

    def to_python(self, value: Any) -> Any:
        """Return the Decimal that a form or a fixture means."""
        return None if value is None else Decimal(value)
