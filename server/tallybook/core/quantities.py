"""Exact decimals as people type them and as records keep them; amounts of money."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

DECIMAL_PATTERN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
DECIMAL_TEXT_MAX = 60  # characters of one typed decimal
CENT = Decimal("0.01")
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)  # wide enough that no sum or product here is ever rounded by it


def normalise_decimal(typed: str) -> str | None:
    """Return the one spelling of a decimal: no exponent, no plus, no zeros that say nothing; None if it is none.

    `"012.50"` → `"12.5"`, `"-0.0"` → `"0"`, `".5"` → `"0.5"`. Source: docs/data-model.md; vectors: decimals.json.
    """
    text = typed.strip()
    if len(text) > DECIMAL_TEXT_MAX or not DECIMAL_PATTERN.fullmatch(text):
        return None
    sign = "-" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    normal = f"{whole}.{fraction}" if fraction else whole
    return normal if normal == "0" else sign + normal


def count_decimals(normal: str) -> int:
    """Return how many digits stand behind the point of a normalised decimal."""
    return len(normal.partition(".")[2])


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Return `value` with `decimals` digits behind the point, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=EXACT)


def total_quantity(quantities: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    with localcontext(EXACT):
        return sum(quantities, Decimal(0))


def extended_amount(*, quantity: Decimal, unit_price: Decimal) -> Decimal:
    """Return quantity times unit price in dollars, rounded half up to the cent, once, at the end."""
    with localcontext(EXACT):
        return (quantity * unit_price).quantize(CENT)
