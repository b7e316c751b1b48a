"""All that was done on a contract of the demonstration, as the operations of devices, round by round."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tallybook.core.version import VERSION

from .acts import Act
from .chance import made_id, seeded
from .contracts import DemoContract
from .corrections import record_corrections
from .items import DemoItem
from .notes import record_notes
from .season import AGENCY_ZONE, make_season
from .transactions import record_transactions

ROUND_DAYS = 7  # so often a device syncs
ROUND_TAKES = timedelta(minutes=3)


@dataclass(frozen=True)
class Round:
    """What one device sends at one time."""

    by: str  # email
    device: UUID
    received_at: datetime
    operations: list[dict[str, Any]]


def tell_story(
    contract: DemoContract,
    items: Sequence[DemoItem],
    *,
    contract_id: UUID,
    project_ids: Mapping[str, UUID],
    people: Mapping[str, UUID],
    begins_at: datetime,
) -> list[Round]:
    """Return everything in the order in which it came to the office. Pure: the same every time."""
    chance = seeded(contract.number, "story")
    season = make_season(chance, begins_at=begins_at, season_days=contract.season_days)
    transactions = record_transactions(contract, items, season=season, chance=chance, people=people)
    notes = record_notes(contract, items, transactions, project_ids=project_ids, season=season, chance=chance)
    entries = [*transactions, *notes]
    corrections = record_corrections(contract, items, entries, season=season, chance=chance)
    by_person: dict[str, list[Act]] = defaultdict(list)
    for act in sorted([*entries, *corrections], key=lambda one: one.at):  # stable: what comes first stays first
        by_person[act.by].append(act)
    rounds = [
        one
        for by, acts in sorted(by_person.items())
        for one in _sync(acts, device=made_id(chance, at=begins_at), contract_id=contract_id, author=people[by])
    ]
    latest = season.today_at
    return sorted(
        (Round(one.by, one.device, min(one.received_at, latest), one.operations) for one in rounds),
        key=lambda one: one.received_at,
    )


def _sync(acts: Sequence[Act], *, device: UUID, contract_id: UUID, author: UUID) -> Iterator[Round]:
    """Yield one device's rounds: its operations, numbered as they were made."""
    waiting: list[dict[str, Any]] = []
    begun_at = acts[0].at
    last = acts[0]
    for number, act in enumerate(acts, start=1):
        if act.at - begun_at > timedelta(days=ROUND_DAYS):
            yield Round(last.by, device, last.at + ROUND_TAKES, waiting)
            waiting, begun_at = [], act.at
        operation = {"device": str(device), "number": number, "contract": str(contract_id), "author": str(author)}
        waiting.append(operation | _spell(act))
        last = act
    yield Round(last.by, device, last.at + ROUND_TAKES, waiting)


def _spell(act: Act) -> dict[str, Any]:
    """Return what an act says of itself."""
    told: dict[str, Any] = {
        "id": str(act.id),
        "type": act.type,
        "record": str(act.record),
        "verb": "create" if act.upon is None else "revise",
        "set": dict(act.fields),
        "made_at": act.at.astimezone(AGENCY_ZONE).isoformat(timespec="milliseconds"),
        "app": VERSION,
        "schema": 1,
    } | ({"reason": act.reason} if act.reason else {})
    if act.upon is None:
        return told
    # Nobody corrects an entry twice, so what he saw is what was created.
    seen = dict.fromkeys(act.upon.fields, str(act.upon.id))
    return told | {"base": dict(act.upon.fields), "seen": seen, "revision": 1}
