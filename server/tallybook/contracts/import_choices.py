"""Choosing one contract, one bidder, among the rows of a file that holds several."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .import_failures import ChoiceMatchesNothing, ChoiceNeeded
from .import_headings import CHOICES, Columns, compact_heading

VALUES_SHOWN_MAX = 10  # in a sentence
VALUES_LISTED_MAX = 2_000  # for a page to choose from
VALUE_LENGTH_MAX = 200  # characters; what is longer names no contract or bidder
# In the order in which a person narrows a file down; several projects can also be one contract.
OFFERED = ("contract", "project", "bidder")

Row = tuple[int, Sequence[str]]  # its number in the spreadsheet, its cells
Where = Sequence[tuple[str, str]]  # heading and value


@dataclass(frozen=True)
class Choice:
    """A column whose rows belong to several contracts, projects or bidders."""

    part: str
    heading: str
    chosen: str | None  # None: nothing yet
    is_open: bool  # whether it still must be made
    rows_by_value: dict[str, int] = field(default_factory=dict)  # under the choices of the parts before it

    def explain(self) -> str:
        """Return what to choose from, in one sentence."""
        return f"Choose a {self.part} by {self.heading}=VALUE. Values there: {_show(self.rows_by_value)}."


def choose_rows(rows: Sequence[Row], columns: Columns, where: Where) -> list[Row]:
    """Return the rows that the choices name. Raises ChoiceMatchesNothing. Cost: one pass for each choice."""
    chosen = list(rows)
    for heading, value in where:
        column = _find_column(columns, heading)
        matching = [(number, row) for number, row in chosen if _same(cell_of(row, column), value)]
        if not matching:
            there = _show({cell_of(row, column) for _, row in chosen})
            raise ChoiceMatchesNothing(f"No row has {heading} = {value}. Values there: {there}.")
        chosen = matching
    return chosen


def find_choices(rows: Sequence[Row], columns: Columns, where: Where) -> list[Choice]:
    """Return what there is to choose among all rows below the headings, what was chosen included.

    Cost: a few passes over the rows for each part.
    """
    offered = [(part, columns.column_by_field[part]) for part in OFFERED if part in columns.column_by_field]
    wanted = [(_find_column(columns, heading), heading, value) for heading, value in where]
    later = {column for _, column in offered}
    finally_chosen = choose_rows(rows, columns, where)
    found = []
    for part, column in offered:
        before = [(heading, value) for one, heading, value in wanted if one not in later]
        later.remove(column)
        counted = _count_values(choose_rows(rows, columns, before), column)
        if len(counted) > 1:
            own = [value for one, _, value in wanted if one == column]
            chosen = next((value for value in counted if own and _same(value, own[-1])), None)
            is_open = part in CHOICES and len(_count_values(finally_chosen, column)) > 1
            found.append(Choice(part, columns.headings[column], chosen, is_open, counted))
    return found


def require_choices(choices: Sequence[Choice]) -> None:
    """Raise ChoiceNeeded where the rows still belong to several contracts or bidders."""
    for choice in choices:
        if choice.is_open:
            raise ChoiceNeeded(choice.explain())


def cell_of(row: Sequence[str], column: int) -> str:
    """Return a row's cell, empty where the row ends before it."""
    return row[column].strip() if column < len(row) else ""


def _find_column(columns: Columns, heading: str) -> int:
    for column, one in enumerate(columns.headings):
        if compact_heading(one) == compact_heading(heading):
            return column
    raise ChoiceMatchesNothing(f"There is no column {heading}. There are: {', '.join(columns.shown)}.")


def _show(values: Iterable[str]) -> str:
    """Return the first of some values, as a sentence names them."""
    return "; ".join(value[:VALUE_LENGTH_MAX] for value in sorted(values)[:VALUES_SHOWN_MAX])


def _count_values(rows: Sequence[Row], column: int) -> dict[str, int]:
    """Return how many rows have each value, sorted; values that differ in case or blanks alone are one."""
    spelling: dict[str, str] = {}
    cells = [cell_of(row, column) for _, row in rows]
    counted = Counter(spelling.setdefault(_folded(cell), cell) for cell in cells if cell)
    return {value: counted[value] for value in sorted(counted)}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _same(cell: str, value: str) -> bool:
    return _folded(cell) == _folded(value)
