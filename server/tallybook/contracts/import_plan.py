"""What an import would make of a file: projects, items, their total, and every bad row with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tallybook.core.quantities import EXACT, extended_amount, normalise_decimal, total_quantity

from .accuracy import ACCURACY_MAX, accuracy_of_unit
from .import_failures import (
    ChoiceMatchesNothing,
    ChoiceNeeded,
    FileTooLarge,
    HeadingsNotFound,
    NoItemsFound,
    SheetNotFound,
)
from .import_headings import CHOICES, TITLES, Columns, compact_heading, find_columns
from .import_numbers import NotANumber, read_number
from .import_sheets import FILE_BYTES_MAX, UNPACKED_BYTES_MAX, Sheet, SheetLimits
from .import_text import GZIP_MAGIC, read_text_sheet, unpack_gzip
from .import_workbook import read_workbook
from .records import CONTRACT_ITEM

WORKBOOK_MAGICS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX, XLS
VALUES_SHOWN_MAX = 10
ITEMS_MAX = 10_000
TEXT_FIELDS = ("item_number", "description", "unit")


@dataclass(frozen=True)
class BadRow:
    """A row out of which no item can be made."""

    row: int  # as a spreadsheet numbers it
    reason: str


@dataclass(frozen=True)
class PlannedItem:
    """An item as it would be made."""

    row: int
    project: str  # the project's number; empty where the file names none
    fields: Mapping[str, str | int | bool]


@dataclass
class ImportPlan:
    """All that an import would make; with a problem, it makes nothing."""

    columns: Columns
    items: list[PlannedItem] = field(default_factory=list)
    problems: list[BadRow] = field(default_factory=list)
    title_by_project: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """The sum of the items' amounts, each rounded to the cent; alternates included."""
        return total_quantity(_amount(item) for item in self.items)


def plan_import(
    content: bytes,
    *,
    accuracy_by_unit: Mapping[str, int],
    accuracy: int | None = None,
    where: Sequence[tuple[str, str]] = (),
    sheet_name: str = "",
) -> ImportPlan:
    """Return what an import of this file would make. Raises ImportFailure where it cannot be read as a whole.

    Source: docs/running/import.md. Cost: one pass over the file, its rows in memory.
    """
    sheet = _choose_sheet(_read_sheets(content), sheet_name)
    columns = find_columns(sheet.rows)
    if columns.missing:
        seen = ", ".join(heading for heading in columns.headings if heading) or "none"
        needed = ", ".join(TITLES[name] for name in columns.missing)
        raise HeadingsNotFound(f"No column was found for: {needed}. Headings seen: {seen}.")
    if columns.several:
        named = ", ".join(TITLES.get(name, name) for name in columns.several)
        raise HeadingsNotFound(f"More than one column has the heading for: {named}.")
    rows = _choose_rows(sheet, columns, where)
    plan = ImportPlan(columns=columns)
    for number, row in rows:
        _plan_row(plan, number, row, accuracy=accuracy, accuracy_by_unit=accuracy_by_unit)
    if not plan.items and not plan.problems:
        raise NoItemsFound
    if len(plan.items) > ITEMS_MAX:
        raise FileTooLarge(f"The contract has more than {ITEMS_MAX:,} items, the most there may be.")
    _find_repeated_lines(plan)
    return plan


def _read_sheets(content: bytes) -> list[Sheet]:
    if len(content) > FILE_BYTES_MAX:
        raise FileTooLarge(f"The file has {len(content):,} bytes; {FILE_BYTES_MAX:,} is the most there may be.")
    limits = SheetLimits()
    if content.startswith(GZIP_MAGIC):
        content = unpack_gzip(content, bytes_max=UNPACKED_BYTES_MAX)
    if content.startswith(WORKBOOK_MAGICS):
        return read_workbook(content, limits=limits)
    return [read_text_sheet(content, limits=limits)]


def _choose_sheet(sheets: Sequence[Sheet], name: str) -> Sheet:
    """Return the named sheet, else the one whose headings describe items best."""
    if name:
        found = [sheet for sheet in sheets if sheet.name.strip().casefold() == name.strip().casefold()]
        if not found:
            raise SheetNotFound(f"There is no sheet {name}. There are: {', '.join(one.name for one in sheets)}.")
        return found[0]
    if not sheets:
        raise NoItemsFound
    return max(sheets, key=lambda sheet: find_columns(sheet.rows).score)


def _choose_rows(sheet: Sheet, columns: Columns, where: Sequence[tuple[str, str]]) -> list[tuple[int, Sequence[str]]]:
    """Return the rows below the headings that the choice names, each with its number."""
    numbered = enumerate(sheet.rows[columns.first_row :], start=sheet.row_number(columns.first_row))
    rows = [(number, row) for number, row in numbered if any(cell.strip() for cell in row)]
    for heading, value in where:
        column = _find_choice(columns, heading)
        chosen = [(number, row) for number, row in rows if _same(_cell(row, column), value)]
        if not chosen:
            there = sorted({_cell(row, column) for _, row in rows})[:VALUES_SHOWN_MAX]
            raise ChoiceMatchesNothing(f"No row has {heading} = {value}. Values there: {'; '.join(there)}.")
        rows = chosen
    for name in CHOICES:
        if (column := columns.column_by_field.get(name, -1)) >= 0:
            values = {_cell(row, column) for _, row in rows} - {""}
            if len(values) > 1:
                shown = "; ".join(sorted(values)[:VALUES_SHOWN_MAX])
                raise ChoiceNeeded(f"Choose a {name} by {columns.headings[column]}=VALUE. Values there: {shown}.")
    return rows


def _find_choice(columns: Columns, heading: str) -> int:
    for column, one in enumerate(columns.headings):
        if compact_heading(one) == compact_heading(heading):
            return column
    raise ChoiceMatchesNothing(f"There is no column {heading}. There are: {', '.join(columns.headings)}.")


def _plan_row(
    plan: ImportPlan,
    number: int,
    row: Sequence[str],
    *,
    accuracy: int | None,
    accuracy_by_unit: Mapping[str, int],
) -> None:
    """Add the row's item to the plan, or why there is none."""
    told = {name: " ".join(_cell(row, column).split()) for name, column in plan.columns.column_by_field.items()}
    if not any(told.get(name) for name in ("item_number", "unit", "quantity", "unit_price", "unit_price_cents")):
        return  # the title of a section, or a remark
    fields: dict[str, str | int | bool] = {"line": told.get("line") or str(number), "plan_quantity": False}
    reasons = list(_read_numbers(told, fields))
    for name in TEXT_FIELDS:
        fields[name] = told.get(name, "")
        if not fields[name]:
            reasons.append(f"The {TITLES[name]} is empty.")
    for name in ("category", "alternate"):
        if told.get(name):
            fields[name] = told[name]
    try:
        by_file = read_number(told.get("accuracy", ""))
        fields["accuracy"] = _choose_accuracy(by_file, accuracy, str(fields["unit"]), accuracy_by_unit)
    except NotANumber as why:
        reasons.append(f"Accuracy: {why}")
    reasons += _find_limits_passed(fields)
    if reasons:
        plan.problems.append(BadRow(row=number, reason=" ".join(reasons)))
        return
    project = told.get("project", "")
    plan.title_by_project.setdefault(project, told.get("project_title", "") or project)
    plan.items.append(PlannedItem(row=number, project=project, fields=fields))


def _read_numbers(told: Mapping[str, str], fields: dict[str, str | int | bool]) -> Iterator[str]:
    """Read quantity and unit price into `fields`; yield what is wrong with them."""
    for name in ("quantity", "unit_price", "unit_price_cents"):
        if name not in told:
            continue
        try:
            value = read_number(told[name])
        except NotANumber as why:
            yield f"{TITLES[name].capitalize()}: {why}"
            continue
        if value is None:
            yield f"The {TITLES[name]} is empty."
            continue
        exact = EXACT.divide(value, Decimal(100)) if name == "unit_price_cents" else value
        fields[name.removesuffix("_cents")] = normalise_decimal(f"{exact:f}") or ""


def _choose_accuracy(
    by_file: Decimal | None, by_command: int | None, unit: str, accuracy_by_unit: Mapping[str, int]
) -> int:
    if by_file is None:
        return accuracy_of_unit(unit, accuracy_by_unit=accuracy_by_unit) if by_command is None else by_command
    if by_file != by_file.to_integral_value() or not 0 <= by_file <= ACCURACY_MAX:
        raise NotANumber(f"it must be a whole number from 0 to {ACCURACY_MAX}.")
    return int(by_file)


def _find_limits_passed(fields: Mapping[str, str | int | bool]) -> Iterator[str]:
    """Yield what the record of an item would not take."""
    for name, value in fields.items():
        if value == "":
            continue
        try:
            CONTRACT_ITEM.kinds[name](value)
        except ValueError as why:
            yield f"{TITLES.get(name, name).capitalize()}: {why}"


def _find_repeated_lines(plan: ImportPlan) -> None:
    """List every row whose line stands in its project before."""
    first: dict[tuple[str, str], int] = {}
    for item in plan.items:
        key = (item.project, str(item.fields["line"]))
        if key in first:
            plan.problems.append(BadRow(item.row, f"Line {key[1]} stands in row {first[key]} already."))
        first.setdefault(key, item.row)


def _amount(item: PlannedItem) -> Decimal:
    quantity, price = Decimal(str(item.fields["quantity"])), Decimal(str(item.fields["unit_price"]))
    return extended_amount(quantity=quantity, unit_price=price)


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _same(cell: str, value: str) -> bool:
    return " ".join(cell.split()).casefold() == " ".join(value.split()).casefold()
