"""The notes of a contract of the demonstration: what the inspectors saw, day by day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID

from tallybook.sync.contract_import import NOTE_TYPES

from . import sentences
from .acts import Act
from .chance import made_id
from .contracts import DemoContract, DemoProject
from .items import DemoItem
from .season import Season
from .stations import spell_station

SHARE_OF_TYPE: Mapping[str, int] = {
    "General": 18,
    "Work performed": 40,
    "Weather": 15,
    "Traffic control": 9,
    "Materials": 9,
    "Safety": 7,
    "Nothing to report": 2,
}
MEAN_BY_MONTH = (14, 19, 32, 47, 59, 69, 74, 71, 62, 48, 33, 19)  # degrees Fahrenheit
HOURS = {"Weather": (6, 8), "Nothing to report": (10, 15)}
USUAL_HOURS = (7, 17)
TYPED_WITHIN_MINUTES = 40


def record_notes(
    contract: DemoContract,
    items: Sequence[DemoItem],
    transactions: Sequence[Act],
    *,
    project_ids: Mapping[str, UUID],
    season: Season,
    chance: Random,
) -> list[Act]:
    """Return as many notes as the contract's size has; what they say of work was done that day. Pure."""
    item_by_id = {str(item.id): item for item in items}
    worked: dict[tuple[date, str], list[DemoItem]] = defaultdict(list)
    for act in transactions:
        worked[date.fromisoformat(act.fields["work_date"]), act.by].append(item_by_id[act.fields["item"]])
    teller = _Teller(items=items, season=season, chance=chance, project_ids=project_ids)
    acts = []
    for place in range(contract.notes):
        # Every day has some, today too; the rest falls where it falls.
        on_each_day = place < len(season.days)
        day = season.days[-1 - place] if on_each_day else chance.choice(season.days)
        by = chance.choice(contract.inspectors)
        acts.append(teller.record(day, by, worked.get((day, by), [])))
    return acts


@dataclass
class _Teller:
    """Whoever writes notes."""

    items: Sequence[DemoItem]
    season: Season
    chance: Random
    project_ids: Mapping[str, UUID]  # by number

    def record(self, day: date, by: str, done: Sequence[DemoItem]) -> Act:
        chance = self.chance
        note_type = chance.choices(list(SHARE_OF_TYPE), list(SHARE_OF_TYPE.values()))[0]
        assert note_type in NOTE_TYPES
        item = chance.choice(done or self.items)
        hour, minute = chance.randint(*HOURS.get(note_type, USUAL_HOURS)), chance.randint(0, 59)
        seen_at = self.season.clock(day, hour, minute)
        begin = chance.randint(item.project.begin_feet, item.project.end_feet)
        fields: dict[str, Any] = {
            "note_type": note_type,
            "work_date": day.isoformat(),
            "time": f"{seen_at:%H:%M}",
            "text": self._tell(note_type, seen_at, item, begin),
        }
        if chance.random() < 0.5:
            fields["project"] = str(self.project_ids[item.project.number])
        if note_type in ("Work performed", "Materials") and chance.random() < 0.6:
            fields["station"] = spell_station(begin)
        at = self.season.clock(day, hour, min(59, minute + chance.randint(1, TYPED_WITHIN_MINUTES)))
        ids = [made_id(chance, at=at) for _ in range(2)]
        return Act(id=ids[0], at=at, by=by, type="note", record=ids[1], fields=fields)

    def _tell(self, note_type: str, seen_at: datetime, item: DemoItem, begin: int) -> str:
        chance = self.chance
        if note_type == "Weather":
            return self._tell_weather(seen_at)
        if note_type == "Work performed":
            crew = self._fill(chance.choice(sentences.CREWS), item)
            end = min(begin + chance.randint(20, 420), item.project.end_feet)
            where = f"{spell_station(begin)} to {spell_station(end)}"
            where = where if chance.random() < 0.6 else chance.choice(item.project.places)
            detail = self._fill(chance.choice(sentences.WORK_DETAILS[item.phase]), item)
            return f"{crew} on {_in_sentence(item)}, {where}. {detail}"
        if note_type == "Traffic control":
            finding = self._fill(chance.choice(sentences.TRAFFIC_FINDINGS), item)
            return f"Drove the work zone at {seen_at:%H:%M}. {finding}"
        told = {
            "Materials": sentences.MATERIALS,
            "Safety": sentences.SAFETY,
            "Nothing to report": sentences.NOTHING,
        }.get(note_type, sentences.GENERAL)
        return self._fill(chance.choice(told), item)

    def _tell_weather(self, seen_at: datetime) -> str:
        chance = self.chance
        low = MEAN_BY_MONTH[seen_at.month - 1] + chance.randint(-14, 2)
        sky, effect = chance.choice(sentences.WEATHER_SKIES), chance.choice(sentences.WEATHER_EFFECTS)
        return f"{sky}. {low} °F at start, {low + chance.randint(6, 24)} °F in the afternoon. {effect}"

    def _station(self, project: DemoProject) -> str:
        return spell_station(self.chance.randint(project.begin_feet, project.end_feet))

    def _fill(self, sentence: str, item: DemoItem) -> str:
        chance = self.chance
        filled = sentence.format(
            foreman=chance.choice(sentences.FOREMEN),
            item=_in_sentence(item),
            loads=chance.randint(2, 34),
            page=chance.randint(3, 96),
            people=chance.randint(2, 9),
            place=chance.choice(item.project.places),
            sample=chance.choice(sentences.SAMPLES),
            station=self._station(item.project),
            ticket=chance.randint(2_000, 89_000),
        )
        return filled[0].upper() + filled[1:]


def _in_sentence(item: DemoItem) -> str:
    """Return the item's description as it stands in the middle of a sentence."""
    description = str(item.fields["description"])
    return description[0].lower() + description[1:]
