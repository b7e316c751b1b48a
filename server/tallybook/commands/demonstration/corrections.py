"""What was corrected on a contract of the demonstration: revised, voided, and by two people at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from . import sentences
from .acts import Act
from .chance import made_id
from .contracts import DemoContract
from .items import DemoItem
from .season import Season
from .transactions import habit_of, spell_quantity

REVISED_IN_A_HUNDRED = 3  # of the entries
VOIDED_IN_A_HUNDRED = 1
DISPUTED_STEPS_MIN = 5  # a quantity about which two can differ
SETTLED_DAYS = 16  # so old an entry is at the office, on every device
OFFICE = "office@tallybook.example"


def record_corrections(
    contract: DemoContract,
    items: Sequence[DemoItem],
    entries: Sequence[Act],
    *,
    season: Season,
    chance: Random,
) -> list[Act]:
    """Return revisions of some entries, none of them twice by one person. Pure."""
    corrector = _Corrector(contract, items, season, chance)
    transactions = [act for act in entries if act.type == "item_transaction"]
    twice = chance.sample(
        [act for act in transactions if corrector.is_settled(act)], contract.conflicts + contract.merges
    )
    disputed, merged = twice[: contract.conflicts], twice[contract.conflicts :]
    acts = [one for act in disputed for one in corrector.dispute(act)]
    acts += [one for act in merged for one in corrector.merge(act)]
    rest = [act for act in entries if act not in twice]
    acts += map(corrector.void, chance.sample(rest, len(rest) * VOIDED_IN_A_HUNDRED // 100))
    voided = {act.record for act in acts}
    rest = [act for act in rest if act.record not in voided]
    acts += map(corrector.revise, chance.sample(rest, len(rest) * REVISED_IN_A_HUNDRED // 100))
    return acts


class _Corrector:
    """Whoever finds something to put right."""

    def __init__(self, contract: DemoContract, items: Sequence[DemoItem], season: Season, chance: Random) -> None:
        self.contract = contract
        self.item_by_id = {str(item.id): item for item in items}
        self.season = season
        self.chance = chance

    def is_settled(self, entry: Act) -> bool:
        """Whether everybody has the entry by now, and a week is left to disagree about it."""
        item = self.item_by_id[entry.fields["item"]]
        old = self.season.today_at - entry.at > timedelta(days=SETTLED_DAYS)
        return old and _steps(entry, item) >= DISPUTED_STEPS_MIN and "station_from" in entry.fields

    def void(self, entry: Act) -> Act:
        """Take an entry out of every sum."""
        return self._revise(entry, {"voided": True}, by=entry.by, reason=self.chance.choice(sentences.VOID_REASONS))

    def revise(self, entry: Act) -> Act:
        """Put right what the same person wrote."""
        reason = self.chance.choice(sentences.REVISE_REASONS)
        if entry.type == "note":
            text = f"{entry.fields['text']} Corrected: {reason[0].lower()}{reason[1:]}"
            return self._revise(entry, {"text": text}, by=entry.by, reason=reason)
        if self.chance.random() < 0.3 or _steps(entry, self.item_by_id[entry.fields["item"]]) == 1:
            more = sentences.ADDED_DOCUMENTATION.format(page=self.chance.randint(3, 96))
            documented = f"{entry.fields.get('documentation', '')} {more}".strip()
            return self._revise(entry, {"documentation": documented}, by=entry.by)
        return self._revise(entry, {"quantity": self._other_quantity(entry, 1)}, by=entry.by, reason=reason)

    def dispute(self, entry: Act) -> list[Act]:
        """Two people change one quantity, neither having seen what the other did: the later one is held."""
        first_at, second_at = self._two_instants()
        first = self._revise(
            entry,
            {"quantity": self._other_quantity(entry, 1)},
            by=self._other_than(entry.by),
            reason="Checked against the cross sections.",
            at=first_at,
        )
        second = self._revise(
            entry,
            {"quantity": self._other_quantity(entry, 2), "documentation": "Taped again with the foreman."},
            by=entry.by,
            reason="Taped again.",
            at=second_at,
        )
        return [first, second]

    def merge(self, entry: Act) -> list[Act]:
        """One changes where, the other how much: both stand."""
        first_at, second_at = self._two_instants()
        other = self._other_than(entry.by)
        moved = {"location": "Behind the sawcut", "side": "RT" if entry.fields["side"] == "LT" else "LT"}
        more = {"quantity": self._other_quantity(entry, 1)}
        first = self._revise(entry, moved, by=other, reason="The side was wrong.", at=first_at)
        return [first, self._revise(entry, more, by=entry.by, reason="Added up again.", at=second_at)]

    def _two_instants(self) -> tuple[datetime, datetime]:
        """Return two instants of the last days, so that what they made is still to be decided."""
        first = self.season.today_at - timedelta(days=2, hours=self.chance.randint(1, 5))
        return first, first + timedelta(hours=self.chance.randint(6, 20))

    def _other_than(self, by: str) -> str:
        others = [one for one in self.contract.inspectors if one != by]
        return self.chance.choice(others) if others else OFFICE

    def _other_quantity(self, entry: Act, times: int) -> str:
        """Return a quantity a little below the entry's; another one for other `times`."""
        item = self.item_by_id[entry.fields["item"]]
        steps = _steps(entry, item)
        return spell_quantity(item, steps - times * max(1, steps // 25))

    def _revise(
        self,
        entry: Act,
        fields: Mapping[str, Any],
        *,
        by: str,
        reason: str = "",
        at: datetime | None = None,
    ) -> Act:
        if at is None:
            at = min(entry.at + timedelta(minutes=self.chance.randint(5, 26 * 60)), self.season.today_at)
        operation = made_id(self.chance, at=at)
        return Act(operation, at, by, entry.type, entry.record, fields, reason=reason, upon=entry)


def _steps(entry: Act, item: DemoItem) -> int:
    """Return the entry's quantity in the smallest steps in which people type it."""
    return int(Decimal(entry.fields["quantity"]).scaleb(habit_of(item).decimals))
