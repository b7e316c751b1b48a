"""Finding the columns of a contract's items by their headings, under the names that people give them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEADING_ROWS_MAX = 60  # rows from the top in which the headings may stand
HEADING_LENGTH_MAX = 80  # characters; what is longer is no heading
HEADINGS_SHOWN_MAX = 60

WORDS = {
    "no": "number",
    "nr": "number",
    "num": "number",
    "nbr": "number",
    "id": "number",
    "qty": "quantity",
    "quant": "quantity",
    "desc": "description",
    "descr": "description",
    "est": "estimated",
    "approx": "approximate",
    "alt": "alternate",
    "cat": "category",
    "proj": "project",
    "uom": "unit of measure",
    "um": "unit of measure",
    "units": "unit",
    "decimals": "decimal places",
}

# By field, the names of its column, the surest first. Words are as `normalise_heading` writes them.
NAMES: Mapping[str, tuple[str, ...]] = {
    "line": (
        "line number", "line", "line item number", "line item", "proposal line number", "proposal line",
        "contract line number", "contract line item number", "contract line", "item line number",
        "bid line number", "clin", "pln", "sequence number", "sequence", "seq number", "seq", "ln",
    ),
    "item_number": (
        "item number", "pay item number", "bid item number", "contract item number", "pay item",
        "bid item", "contract item", "item code", "pay item code", "standard item number", "catalog number",
        "catalogue number", "spec item number", "spec item", "item", "number",
    ),
    "description": (
        "description", "item description", "pay item description", "bid item description",
        "long description", "description of work", "description of item", "item of work", "items of work",
        "item name", "name of item", "work description", "short description", "item", "title",
    ),
    "unit": (
        "unit", "unit of measure", "unit of measurement", "unit name", "pay unit", "item unit", "bid unit",
        "measure", "unit type", "plan unit", "unit code",
    ),
    "quantity": (
        "contract quantity", "bid quantity", "awarded quantity", "quantity", "item quantity",
        "estimated quantity", "plan quantity", "original quantity", "proposal quantity",
        "approximate quantity", "quantity bid", "estimated quantities", "quantities",
    ),
    "unit_price": (
        "unit price", "contract unit price", "awarded unit price", "bid unit price", "unit bid price",
        "unit bid", "bid price", "item price", "price per unit", "unit cost", "price",
    ),
    "unit_price_cents": ("unit price cents", "unit price in cents", "unit price cent"),
    "project": ("project number", "project", "project code", "job number", "project name"),
    "project_title": ("project title", "project description", "project name", "job description"),
    "category": (
        "category", "category number", "category code", "category description", "pay group", "item category",
        "section", "section number", "bid section", "schedule", "bid schedule", "group",
    ),
    "alternate": (
        "alternate", "alternate number", "alternate code", "alternate group", "alternate set", "bid alternate",
        "alternative", "alternate description",
    ),
    "accuracy": ("accuracy", "decimal places", "precision", "quantity decimal places"),
    # Not fields of an item: a file that holds several of these needs a choice.
    "contract": ("contract number", "contract"),
    "bidder": ("bidder name", "bidder", "bidder number", "vendor name", "vendor"),
}  # fmt: skip
REQUIRED = ("item_number", "description", "unit", "quantity", "unit_price")
CHOICES = ("contract", "bidder")
TITLES = {
    "line": "line",
    "item_number": "item number",
    "description": "description",
    "unit": "unit",
    "quantity": "quantity",
    "unit_price": "unit price",
    "unit_price_cents": "unit price in cents",
    "project": "project",
    "project_title": "project title",
    "category": "category",
    "alternate": "alternate",
    "accuracy": "accuracy",
}


@dataclass(frozen=True)
class Columns:
    """Which column holds what, and where the rows below the headings begin."""

    headings: tuple[str, ...]  # as they stand in the file, by column
    first_row: int  # index of the first row below them
    column_by_field: Mapping[str, int]
    several: Mapping[str, tuple[int, ...]]  # fields whose heading stands over several columns

    @property
    def shown(self) -> list[str]:
        """The headings as a sentence may name them: not all of very many, none of them whole where it is long."""
        return [heading[:HEADING_LENGTH_MAX] for heading in self.headings if heading][:HEADINGS_SHOWN_MAX]

    @property
    def missing(self) -> list[str]:
        """The fields that an item cannot be without and that were not found."""
        has_price = "unit_price" in self.column_by_field or "unit_price_cents" in self.column_by_field
        return [
            name for name in REQUIRED if name not in self.column_by_field and not (name == "unit_price" and has_price)
        ]

    @property
    def score(self) -> tuple[int, int]:
        """How well it describes items: required fields found, then all fields found."""
        return len(REQUIRED) - len(self.missing), len(self.column_by_field)


def normalise_heading(heading: str) -> str:
    """Return a heading as plain words: `Unit_Price ($)` → `unit price`, `ItemNo.` → `item number`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading.replace("#", " number "))
    found = re.findall(r"[a-z]+|[0-9]+", apart.casefold())
    return " ".join(WORDS.get(word, word) for word in found)


def compact_heading(heading: str) -> str:
    """Return a heading as `--where` compares it: neither case, blanks nor punctuation count."""
    return normalise_heading(heading).replace(" ", "")


def find_columns(rows: Sequence[Sequence[str]]) -> Columns:
    """Return the row, or the two rows, near the top whose headings describe items best.

    Ties go to the upper one. Cost: one pass over at most HEADING_ROWS_MAX rows.
    """
    best = Columns(headings=(), first_row=0, column_by_field={}, several={})
    for index, row in enumerate(rows[:HEADING_ROWS_MAX]):
        single = match_columns(row, first_row=index + 1)
        if single.score > best.score:
            best = single
        if single.missing and index + 1 < len(rows):
            # Headings of two rows: `Estimated` over `Quantity`. Only where one row alone is not enough.
            joined = match_columns(_join_rows(row, rows[index + 1]), first_row=index + 2)
            if joined.score > best.score and not joined.missing:
                best = joined
    return best


def match_columns(headings: Sequence[str], *, first_row: int) -> Columns:
    """Return which field each heading names. A column holds one field; a field's surest name wins."""
    columns_by_name = _columns_by_name(headings)
    column_by_field: dict[str, int] = {}
    several: dict[str, tuple[int, ...]] = {}
    for field, names in NAMES.items():
        for name in names:
            columns = [one for one in columns_by_name.get(name, ()) if one not in column_by_field.values()]
            if len(columns) == 1 or (columns and field in CHOICES):
                column_by_field[field] = columns[0]
            elif columns:
                several[field] = tuple(columns)
            if columns:
                break
    return Columns(
        headings=tuple(" ".join(one.split()) for one in headings),
        first_row=first_row,
        column_by_field=column_by_field,
        several=several,
    )


def _columns_by_name(headings: Sequence[str]) -> dict[str, list[int]]:
    """Return the columns under each name: of the whole heading, else without its parentheses."""
    columns_by_name: dict[str, list[int]] = {}
    known = {name for names in NAMES.values() for name in names}
    for column, heading in enumerate(headings):
        if len(heading) > HEADING_LENGTH_MAX:
            continue
        name = normalise_heading(heading)
        if name not in known:
            name = normalise_heading(re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading))
        if name:
            columns_by_name.setdefault(name, []).append(column)
    return columns_by_name


def _join_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    padded = zip([*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))], strict=True)
    return [f"{above} {below}".strip() for above, below in padded]
