"""The item transactions of a contract of the demonstration: quantities, days, places, how they were measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from tallybook.core.quantities import normalise_decimal

from .acts import Act
from .chance import made_id, share_out, split_steps
from .contracts import DemoContract
from .items import DemoItem
from .season import Season
from .sentences import DOCUMENTATION, FOREMEN
from .stations import place_fields, spell_station


@dataclass(frozen=True)
class Habit:
    """How quantities of a unit come: decimals typed, how often, how many at the most."""

    decimals: int
    weight: float
    most: int


HABITS: Mapping[str, Habit] = {
    "TON": Habit(2, 6, 160),
    "CY": Habit(1, 5, 120),
    "LF": Habit(1, 3, 90),
    "SY": Habit(1, 3, 90),
    "SF": Habit(0, 2, 60),
    "EACH": Habit(0, 2, 40),
    "TREE": Habit(0, 1, 12),
    "HOUR": Habit(1, 1, 24),
    "LS": Habit(2, 0.6, 12),
    "SYS": Habit(2, 0.6, 10),
}
OTHER_HABIT = Habit(1, 1, 20)
NOT_BEGUN = 0.11  # of the items
OVER_RUN = 0.05
FINISHED = 0.3
LATE_PHASES = ("marking", "roadside")


def record_transactions(
    contract: DemoContract,
    items: Sequence[DemoItem],
    *,
    season: Season,
    chance: Random,
    people: Mapping[str, UUID],
) -> list[Act]:
    """Return as many transactions as the contract's size has, by item. Pure."""
    begun = [item for item in items if chance.random() >= NOT_BEGUN * (3 if item.phase in LATE_PHASES else 1)]
    steps = [_used_steps(chance, item) for item in begun]
    most = [min(habit_of(item).most, total) for item, total in zip(begun, steps, strict=True)]
    weights = [habit_of(item).weight * chance.uniform(0.5, 1.5) for item in begun]
    counts = share_out(chance, contract.transactions, weights=weights, most=most)
    acts: list[Act] = []
    for item, total, count in zip(begun, steps, counts, strict=True):
        writer = _Writer(contract=contract, item=item, season=season, chance=chance, people=people)
        acts += writer.record(split_steps(chance, total, count))
    return acts


def habit_of(item: DemoItem) -> Habit:
    """Return how quantities of the item come."""
    return HABITS.get(item.unit, OTHER_HABIT)


def spell_quantity(item: DemoItem, steps: int) -> str:
    """Return a number of the smallest steps in which people type the item's quantities."""
    return normalise_decimal(f"{Decimal(steps).scaleb(-habit_of(item).decimals):f}") or "0"


def _used_steps(chance: Random, item: DemoItem) -> int:
    """Return how much of the item is used in all: a bit over, all of it, or a part; in smallest steps."""
    drawn = chance.random()
    if drawn < OVER_RUN and item.unit not in ("LS", "SYS"):
        percent = chance.randint(102, 112)
    elif drawn < OVER_RUN + FINISHED:
        percent = 100
    else:
        percent = chance.randint(15, 96)
    return max(1, int(item.quantity.scaleb(habit_of(item).decimals) * percent / 100))


@dataclass
class _Writer:
    """Whoever measures one item, from its first day to its last."""

    contract: DemoContract
    item: DemoItem
    season: Season
    chance: Random
    people: Mapping[str, UUID]

    def record(self, parts: Sequence[int]) -> list[Act]:
        """Return a transaction for each part, in the order of days."""
        days = sorted(self.chance.choices(self.season.days_of(self.item.phase), k=len(parts)))
        usual = self.chance.choice(self.contract.inspectors)
        acts, done, total = [], 0, sum(parts)
        for steps, day in zip(parts, days, strict=True):
            by = usual if self.chance.random() < 0.8 else self.chance.choice(self.contract.inspectors)
            shares = (done / total, (done + steps) / total)
            acts.append(self._record_one(steps, day=day, by=by, shares=shares))
            done += steps
        return acts

    def _record_one(self, steps: int, *, day: date, by: str, shares: tuple[float, float]) -> Act:
        chance, item = self.chance, self.item
        at = self.season.clock(day, chance.randint(13, 17), chance.randint(0, 59))
        fields: dict[str, Any] = {"item": str(item.id), "work_date": day.isoformat()}
        fields |= {"quantity": spell_quantity(item, steps)} | place_fields(chance, item, shares)
        if chance.random() < 0.9:
            fields["documentation"] = self._document()
        if chance.random() < 0.6:
            fields |= {"measured_by": str(self.people[by]), "measured_date": day.isoformat()}
        if chance.random() < 0.15:
            other = chance.choice(self.contract.inspectors)
            fields |= {"calculated_by": str(self.people[other]), "calculated_date": day.isoformat()}
        ids = [made_id(chance, at=at) for _ in range(2)]
        return Act(id=ids[0], at=at, by=by, type="item_transaction", record=ids[1], fields=fields)

    def _document(self) -> str:
        chance, project = self.chance, self.item.project
        loads, ticket = chance.randint(2, 38), chance.randint(20_000, 89_000)
        sentence = chance.choice(DOCUMENTATION.get(self.item.unit, DOCUMENTATION["OTHER"]))
        return sentence.format(
            ticket=ticket,
            last=ticket + loads - 1,
            loads=loads,
            page=chance.randint(3, 96),
            foreman=chance.choice(FOREMEN),
            station=spell_station(chance.randint(project.begin_feet, project.end_feet)),
        )
