"""Numbers and money as people write them, read exactly or not at all."""

import re
from decimal import Decimal

NUMBER_LENGTH_MAX = 60  # characters of one cell
SPACES = re.compile("[\\s\u00a0\u2007\u2009\u202f]+")
CURRENCY = re.compile(r"^(?:US)?\$|^USD|(?:US)?\$$|USD$", re.IGNORECASE)
MINUS = str.maketrans("\u2212\u2013", "--")  # the typographer's minus, and the dash that Word makes of one
PLAIN = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]{1,3}(?:'[0-9]{3})+(?:\.[0-9]*)?")
GROUPED_BY_BLANKS = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]*)?")
EXPONENT = re.compile(r"[0-9.]+E[+-]?[0-9]+", re.IGNORECASE)


class NotANumber(ValueError):
    """A cell that is no number; its message says why, to a person."""


def read_number(written: str) -> Decimal | None:
    """Return the exact decimal that somebody wrote, None for an empty cell.

    `$1,234.50`, `.54`, `1 234`, `(12.00)`, `12-`, `−3`, `1.0`, and `$ -`, which is how a spreadsheet
    writes no money. Never a guess: `1,5` and `1.234,50` are refused. Raises NotANumber.
    """
    if len(written) > NUMBER_LENGTH_MAX:
        raise NotANumber(f"This is {len(written)} characters long, too long for a number.")
    text = SPACES.sub(" ", written).strip().translate(MINUS)
    if text in ("", "-"):
        return None
    negative, text = _take_sign(text)
    without_currency = _without_currency(text)
    if without_currency in ("", "-") and without_currency != text:
        return Decimal(0)
    inner_sign, digits = _take_sign(without_currency)
    if negative and inner_sign:
        raise NotANumber(f"“{written.strip()}” has two signs.")
    value = Decimal(_plain_digits(digits, written=written))
    return -value if negative or inner_sign else value


def _take_sign(text: str) -> tuple[bool, str]:
    """Return whether the text says that it is negative, and the rest."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text.startswith("-"):
        return True, text[1:].strip()
    if text.endswith("-") and text[:-1].strip(" $"):
        return True, text[:-1].strip()
    return False, text.removeprefix("+").strip()


def _without_currency(text: str) -> str:
    return CURRENCY.sub("", text, count=1).strip()


def _plain_digits(text: str, *, written: str) -> str:
    """Return digits with at most one point, without the separators of thousands."""
    if PLAIN.fullmatch(text):
        return text
    if GROUPED.fullmatch(text) or GROUPED_BY_BLANKS.fullmatch(text):
        return re.sub("[, ']", "", text)
    if EXPONENT.fullmatch(text):
        raise NotANumber(f"“{written.strip()}” is shortened with an exponent: write all its digits.")
    raise NotANumber(f"“{written.strip()}” is not a number.")
