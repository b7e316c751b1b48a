"""What an import would make of a file: projects, items, their total, and every bad row with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tallybook.core.fields import find_unstorable
from tallybook.core.quantities import EXACT, extended_amount, normalise_decimal, total_quantity
from tallybook.ledger.record_types import RecordType

from .accuracy import ACCURACY_MAX, accuracy_of_unit
from .import_choices import Choice, Row, Where, cell_of, choose_rows, find_choices, require_choices
from .import_failures import FileTooLarge, HeadingsNotFound, NoItemsFound, SheetNotFound
from .import_headings import TITLES, Columns, find_columns
from .import_numbers import NotANumber, read_number
from .import_sheets import FILE_BYTES_MAX, UNPACKED_BYTES_MAX, Sheet, SheetLimits
from .import_text import GZIP_MAGIC, read_text_sheet, unpack_gzip
from .import_workbook import read_workbook
from .records import CONTRACT_ITEM, PROJECT

WORKBOOK_MAGICS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX, XLS
ITEMS_MAX = 10_000
TEXT_FIELDS = ("item_number", "description", "unit")
PROJECT_TITLES = {"number": TITLES["project"], "title": TITLES["project_title"]}


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

    @property
    def amount(self) -> Decimal:
        """Dollars, rounded once."""
        quantity, price = Decimal(str(self.fields["quantity"])), Decimal(str(self.fields["unit_price"]))
        return extended_amount(quantity=quantity, unit_price=price)


@dataclass
class ImportPlan:
    """All that an import would make; with a problem, it makes nothing."""

    sheet: str  # the one that was read; empty for a text file
    sheets: list[str]  # all of a workbook
    columns: Columns
    choices: list[Choice] = field(default_factory=list)
    items: list[PlannedItem] = field(default_factory=list)
    problems: list[BadRow] = field(default_factory=list)
    title_by_project: dict[str, str] = field(default_factory=dict)
    rows_left_out: list[int] = field(default_factory=list)  # titles of sections, remarks

    @property
    def total(self) -> Decimal:
        """The sum of the items' amounts, each rounded to the cent; alternates included."""
        return total_quantity(item.amount for item in self.items)

    @property
    def is_ready(self) -> bool:
        """Whether a contract can be made of it."""
        return not self.problems and not any(choice.is_open for choice in self.choices)


def plan_import(
    content: bytes,
    *,
    accuracy_by_unit: Mapping[str, int],
    accuracy: int | None = None,
    where: Where = (),
    sheet_name: str = "",
) -> ImportPlan:
    """Return what an import of this file would make. Raises ImportFailure where it cannot be read as a whole,
    ChoiceNeeded among it.
    """
    plan = preview_import(
        content, accuracy_by_unit=accuracy_by_unit, accuracy=accuracy, where=where, sheet_name=sheet_name
    )
    require_choices(plan.choices)
    return plan


def preview_import(
    content: bytes,
    *,
    accuracy_by_unit: Mapping[str, int],
    accuracy: int | None = None,
    where: Where = (),
    sheet_name: str = "",
) -> ImportPlan:
    """Return the plan, without items as long as a contract or a bidder must be chosen.

    Raises ImportFailure where the file cannot be read as a whole. Cost: one pass over the file, its rows in memory.
    """
    sheets = _read_sheets(content)
    sheet = _choose_sheet(sheets, sheet_name)
    plan = ImportPlan(
        sheet=sheet.name, sheets=[one.name for one in sheets if one.name], columns=find_columns(sheet.rows)
    )
    _require_columns(plan)
    rows = _rows_below_headings(sheet, plan.columns)
    chosen = choose_rows(rows, plan.columns, where)
    plan.choices = find_choices(rows, plan.columns, where)
    if any(choice.is_open for choice in plan.choices):
        return plan
    for number, row in chosen:
        _plan_row(plan, number, row, accuracy=accuracy, accuracy_by_unit=accuracy_by_unit)
    if not plan.items and not plan.problems:
        raise NoItemsFound(detail={"sheet": plan.sheet, "sheets": plan.sheets})
    if len(plan.items) > ITEMS_MAX:
        raise FileTooLarge(f"The contract has more than {ITEMS_MAX:,} items, the most there may be.")
    _find_repeated_lines(plan)
    return plan


def _require_columns(plan: ImportPlan) -> None:
    columns = plan.columns
    seen = columns.shown
    missing = [TITLES[name] for name in columns.missing]
    several = [TITLES.get(name, name) for name in columns.several]
    detail = {"sheet": plan.sheet, "sheets": plan.sheets, "headings": seen, "missing": missing, "several": several}
    if several:
        raise HeadingsNotFound(f"More than one column has the heading for: {', '.join(several)}.", detail=detail)
    if missing:
        told = f"No column was found for: {', '.join(missing)}. Headings seen: {', '.join(seen) or 'none'}."
        raise HeadingsNotFound(told, detail=detail)


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
            there = [one.name for one in sheets if one.name]
            told = f"There is no sheet {name}. There are: {', '.join(there) or 'none'}."
            raise SheetNotFound(told, detail={"sheets": there})
        return found[0]
    if not sheets:
        raise NoItemsFound
    return max(sheets, key=lambda sheet: find_columns(sheet.rows).score)


def _rows_below_headings(sheet: Sheet, columns: Columns) -> list[Row]:
    numbered = enumerate(sheet.rows[columns.first_row :], start=sheet.row_number(columns.first_row))
    return [(number, row) for number, row in numbered if any(cell.strip() for cell in row)]


def _plan_row(
    plan: ImportPlan,
    number: int,
    row: Sequence[str],
    *,
    accuracy: int | None,
    accuracy_by_unit: Mapping[str, int],
) -> None:
    """Add the row's item to the plan, or why there is none."""
    told = {name: " ".join(cell_of(row, column).split()) for name, column in plan.columns.column_by_field.items()}
    if not any(told.get(name) for name in ("item_number", "unit", "quantity", "unit_price", "unit_price_cents")):
        plan.rows_left_out.append(number)  # the title of a section, or a remark
        return
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
    project, title = told.get("project", ""), told.get("project_title", "")
    reasons += _find_limits_passed(fields, CONTRACT_ITEM)
    reasons += _find_limits_passed({"number": project, "title": title}, PROJECT)
    if reasons:
        plan.problems.append(BadRow(row=number, reason=" ".join(reasons)))
        return
    plan.title_by_project.setdefault(project, title or project)
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


def _find_limits_passed(fields: Mapping[str, str | int | bool], record_type: RecordType) -> Iterator[str]:
    """Yield what the record would not take."""
    titles = PROJECT_TITLES if record_type is PROJECT else TITLES
    for name, value in fields.items():
        if value == "":
            continue
        if find_unstorable(value):
            yield f"The {titles.get(name, name)} has a character that cannot be stored."
        try:
            record_type.kinds[name](value)
        except ValueError as why:
            yield f"{titles.get(name, name).capitalize()}: {why}"


def _find_repeated_lines(plan: ImportPlan) -> None:
    """List every row whose line stands in its project before."""
    first: dict[tuple[str, str], int] = {}
    for item in plan.items:
        key = (item.project, str(item.fields["line"]))
        if key in first:
            plan.problems.append(BadRow(item.row, f"Line {key[1]} stands in row {first[key]} already."))
        first.setdefault(key, item.row)
    plan.problems.sort(key=lambda one: one.row)
