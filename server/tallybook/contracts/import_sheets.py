"""A file as sheets of rows of text, whatever it was saved as, and how large it may be."""

from collections.abc import Sequence
from dataclasses import dataclass

from .import_failures import FileTooLarge

FILE_BYTES_MAX = 16 * 1024 * 1024  # as it is given
UNPACKED_BYTES_MAX = 64 * 1024 * 1024  # what a workbook or .gz holds
ROWS_MAX = 100_000
COLUMNS_MAX = 256
CELLS_MAX = 2_000_000
CELL_LENGTH_MAX = 32_767  # characters: a spreadsheet's own limit


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells as text, the first of them in the spreadsheet's row `first_row`."""

    name: str  # empty for a text file
    rows: Sequence[Sequence[str]]
    first_row: int = 1

    def row_number(self, index: int) -> int:
        """Return the number that a spreadsheet shows beside the row."""
        return self.first_row + index


@dataclass(frozen=True)
class SheetLimits:
    """How large a sheet may be; a test makes them small."""

    rows: int = ROWS_MAX
    columns: int = COLUMNS_MAX
    cells: int = CELLS_MAX
    cell_length: int = CELL_LENGTH_MAX
    unpacked_bytes: int = UNPACKED_BYTES_MAX

    def check_row(self, row: Sequence[str], *, number: int, cells: int) -> None:
        """Raise FileTooLarge where the row, or all cells so far, are beyond a limit."""
        if number > self.rows:
            raise FileTooLarge(f"The file has more than {self.rows:,} rows, the most there may be.")
        if len(row) > self.columns:
            raise FileTooLarge(f"Row {number} has {len(row):,} columns; {self.columns:,} is the most there may be.")
        if cells > self.cells:
            raise FileTooLarge(f"The file has more than {self.cells:,} cells, the most there may be.")
        if any(len(cell) > self.cell_length for cell in row):
            raise FileTooLarge(
                f"Row {number} has a cell with more than {self.cell_length:,} characters, the most there may be."
            )
