"""The pay items of a contract of the demonstration: chosen, numbered, with quantities and prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from uuid import UUID

from tallybook.contracts.accuracy import DEFAULT_ACCURACY_BY_UNIT, accuracy_of_unit
from tallybook.core.quantities import normalise_decimal, round_half_up

from .chance import made_id, seeded, share_out
from .contracts import ALL_WORK, DemoContract, DemoProject
from .work_road import Work

FIRST_OF_ALL = ("general", "traffic")  # their first item stands in every project that has them
LINE_STEP = 5
CENT = 2


@dataclass(frozen=True)
class DemoItem:
    """A pay item, as its record will be, and what the planning of entries needs."""

    id: UUID
    project: DemoProject
    phase: str
    fields: Mapping[str, str | int | bool]  # of the record, without `project`

    @property
    def unit(self) -> str:
        """The unit of its quantities."""
        return str(self.fields["unit"])

    @property
    def quantity(self) -> Decimal:
        """The contract quantity."""
        return Decimal(str(self.fields["quantity"]))

    @property
    def accuracy(self) -> int:
        """Decimals of its quantities."""
        return int(self.fields["accuracy"])


def make_items(contract: DemoContract, *, at: datetime) -> list[DemoItem]:
    """Return the contract's items, lines rising over all its projects. Pure: the same every time."""
    chance = seeded(contract.number, "items")
    items: list[DemoItem] = []
    for project in contract.projects:
        for phase, work in _choose(chance, project):
            line = f"{(len(items) + 1) * LINE_STEP:04d}"
            fields = _fields(chance, phase, work, line=line)
            items.append(DemoItem(id=made_id(chance, at=at), project=project, phase=phase, fields=fields))
    return items


def _choose(chance: Random, project: DemoProject) -> list[tuple[str, Work]]:
    """Return as many different kinds of work as the project has items, spread over its phases."""
    pools = [ALL_WORK[phase] for phase in project.phases]
    sizes = [len(pool) for pool in pools]
    counts = share_out(chance, project.items, weights=sizes, most=sizes)
    chosen: list[tuple[str, Work]] = []
    for phase, pool, count in zip(project.phases, pools, counts, strict=True):
        first = pool[:1] if phase in FIRST_OF_ALL else ()
        rest = chance.sample(pool[len(first) :], count - len(first))
        chosen += [(phase, work) for work in (*first, *rest)]
    return sorted(chosen, key=lambda one: one[1][0])


def _fields(chance: Random, phase: str, work: Work, *, line: str) -> dict[str, str | int | bool]:
    number, description, unit, usual_quantity, usual_price = work
    return {
        "line": line,
        "item_number": number,
        "description": description,
        "unit": unit,
        "quantity": _quantity(chance, unit, usual_quantity),
        "unit_price": _price(chance, usual_price),
        "category": phase.capitalize(),
        "accuracy": accuracy_of_unit(unit, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT),
        "plan_quantity": phase in ("grading", "structure") and unit == "CY",
    }


def _quantity(chance: Random, unit: str, usual: float) -> str:
    if unit in ("LS", "SYS"):
        return "1"
    wanted = Decimal(str(usual)) * chance.randint(60, 150) / 100
    decimals = -1 if wanted >= 1_000 else 0 if wanted >= 20 or unit in ("EACH", "TREE") else 1
    return normalise_decimal(f"{max(round_half_up(wanted, decimals), Decimal(1)):f}") or "1"


def _price(chance: Random, usual: float) -> str:
    wanted = Decimal(str(usual)) * chance.randint(88, 118) / 100
    decimals = -1 if wanted >= 2_000 else 3 if wanted < 1 else CENT
    price = round_half_up(wanted, decimals)
    return normalise_decimal(f"{max(price, Decimal('0.01')):f}") or "0.01"
