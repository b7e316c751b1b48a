"""Reading a CSV file as people save it: its encoding, what separates its columns, its quoted line breaks."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import replace

from .import_failures import FileTooLarge, FileUnreadable
from .import_headings import HEADING_ROWS_MAX, find_columns
from .import_sheets import Sheet, SheetLimits

DELIMITERS = (",", ";", "\t")
GZIP_MAGIC = b"\x1f\x8b"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def unpack_gzip(content: bytes, *, bytes_max: int) -> bytes:
    """Return what a .gz file holds, never more than `bytes_max`."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(bytes_max + 1)
    except (OSError, EOFError, zlib.error) as damaged:
        raise FileUnreadable(f"The compressed file is damaged: {damaged}.") from damaged
    if len(unpacked) > bytes_max:
        raise FileTooLarge(f"Uncompressed, the file has more than {bytes_max:,} bytes, the most there may be.")
    return unpacked


def read_text_sheet(content: bytes, *, limits: SheetLimits) -> Sheet:
    """Return the rows of a CSV file, numbered as a spreadsheet that opened it would number them.

    The delimiter is the one under which the headings of items are found best, else the one that makes
    most columns. Raises FileUnreadable, FileTooLarge.
    """
    text = decode_text(content)
    delimiter = max(DELIMITERS, key=lambda one: _judge_delimiter(text, one, limits=limits))
    return Sheet(name="", rows=list(_read_rows(text, delimiter, limits=limits)))


def decode_text(content: bytes) -> str:
    """Return the text: UTF-8, UTF-16 where its mark says so, else Windows-1252."""
    if content.startswith(UTF16_MARKS):
        return _decode(content, "utf-16")
    if b"\x00" in content:
        raise FileUnreadable("This is neither text nor a workbook.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode(content, "windows-1252")


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as undecodable:
        raise FileUnreadable(
            f"The text is in an encoding that is none of UTF-8, UTF-16 and Windows-1252 (byte {undecodable.start + 1})."
        ) from undecodable


def _read_rows(text: str, delimiter: str, *, limits: SheetLimits) -> Iterator[list[str]]:
    # Strict: else a quotation mark that is never closed swallows the rest of the file without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = cells = 0
    try:
        for row in reader:
            count, cells = count + 1, cells + len(row)
            limits.check_row(row, number=count, cells=cells)
            yield row
    except csv.Error as broken:
        raise FileUnreadable(_explain(broken, row=count + 1)) from broken


def _explain(broken: csv.Error, *, row: int) -> str:
    if "unexpected end of data" in str(broken):
        return f"A quotation mark that opens in row {row} is never closed."
    if "field larger than" in str(broken):
        return f"Row {row} has a cell that is too long; perhaps a quotation mark is never closed."
    return f"Row {row} has a quotation mark in the middle of a quoted cell; within quotes it is written twice."


def _judge_delimiter(text: str, delimiter: str, *, limits: SheetLimits) -> tuple[tuple[int, int], int]:
    rows: list[list[str]] = []
    # Too many columns are still columns: the delimiter is found, and the reading says that they are too many.
    lenient = replace(limits, columns=limits.cells)
    try:
        for row in _read_rows(text, delimiter, limits=lenient):
            rows.append(row)
            if len(rows) >= HEADING_ROWS_MAX:
                break
    except (FileUnreadable, FileTooLarge):
        # With the wrong delimiter, quotes stand in wrong places. What was read until then still counts.
        pass
    return find_columns(rows).score, sum(map(len, rows))
