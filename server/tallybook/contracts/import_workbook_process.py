"""A process of its own that reads a workbook: whatever the file makes of it, the server stays up.

Run as a script: a workbook on standard input, sheets as JSON on standard output. It imports nothing of
Tallybook, so that it starts at once. A few bytes can ask for cells far apart, and so for more memory
than the machine has; here that ends this process and nothing else.
"""

import datetime
import io
import json
import resource
import sys
import zipfile
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineSheet, PasswordError, SheetVisibleEnum, load_workbook

MEMORY_BYTES_MAX = 2 * 1024**3
CPU_SECONDS_MAX = 60
TEXT_LENGTH_MAX = 64 * 1024**2  # characters of all cells
ZIP_MAGIC = b"PK"
SHEETS_MAX = 200


class Refused(Exception):
    """What the parent tells the person: a code and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def main() -> None:
    """Read, and write either sheets or why there are none."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
    limits = json.loads(sys.argv[1])
    try:
        answer: dict[str, Any] = {"sheets": read_sheets(sys.stdin.buffer.read(), limits=limits)}
    except Refused as refused:
        answer = {"refused": refused.code, "sentence": str(refused)}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def read_sheets(content: bytes, *, limits: dict[str, int]) -> list[dict[str, Any]]:
    """Return every visible worksheet: name, number of its first row, rows of text."""
    if content.startswith(ZIP_MAGIC):
        check_unpacked_size(content, bytes_max=limits["unpacked_bytes"])
    try:
        workbook = load_workbook(io.BytesIO(content))
        shown = [one.name for one in workbook.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        if len(shown) > SHEETS_MAX:
            raise Refused("too_large", f"The workbook has {len(shown)} sheets; {SHEETS_MAX} is the most there may be.")
        return [read_sheet(workbook.get_sheet_by_name(name), name=name, limits=limits) for name in shown]
    except PasswordError as locked:
        raise Refused("unreadable", "The workbook is protected by a password.") from locked
    except CalamineError as damaged:
        raise Refused("unreadable", f"The workbook cannot be read: {damaged}.") from damaged


def check_unpacked_size(content: bytes, *, bytes_max: int) -> None:
    """Refuse, before anything is unpacked, what says itself that it is too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as damaged:
        raise Refused("unreadable", f"The workbook is damaged: {damaged}.") from damaged
    if size > bytes_max:
        raise Refused(
            "too_large", f"Unpacked, the workbook has {size:,} bytes; {bytes_max:,} is the most there may be."
        )


def read_sheet(sheet: CalamineSheet, *, name: str, limits: dict[str, int]) -> dict[str, Any]:
    """Return one sheet's rows as text, trailing empty cells left out."""
    if sheet.start is None:
        return {"name": name, "first_row": 1, "rows": []}
    for count, limit, what in (
        (sheet.height, limits["rows"], "rows"),
        (sheet.width, limits["columns"], "columns"),
        (sheet.height * sheet.width, limits["cells"], "cells"),
    ):
        if count > limit:
            raise Refused("too_large", f"The sheet “{name}” has {count:,} {what}; {limit:,} is the most there may be.")
    rows = [[text_of(cell) for cell in row] for row in sheet.to_python()]
    if sum(len(cell) for row in rows for cell in row) > TEXT_LENGTH_MAX:
        raise Refused("too_large", f"The sheet “{name}” has more text than an import takes.")
    return {"name": name, "first_row": sheet.start[0] + 1, "rows": [without_empty_end(row) for row in rows]}


def without_empty_end(row: list[str]) -> list[str]:
    """Return the row up to its last cell that holds something."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def text_of(cell: Any) -> str:
    """Return a cell as the text that a person would have typed; numbers keep their full digits."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return exact_text_of_float(cell)
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def exact_text_of_float(value: float) -> str:
    """Return the decimal that a spreadsheet shows for its binary number, all digits, no exponent.

    The shortest decimal that is this number; of a computed one (0.1 + 0.2) the 15 digits that
    spreadsheets show, because the rest was never typed by anybody.
    """
    shortest = Decimal(repr(value))
    if len(shortest.as_tuple().digits) > 15:
        shortest = Decimal(f"{value:.15g}")
    plain = f"{shortest:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


if __name__ == "__main__":
    main()
