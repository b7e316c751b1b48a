"""Loading the demonstration: what its people did is pushed through the ledger, as from their devices."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tallybook.accounts.models import Person
from tallybook.contracts.models import Contract, ContractItem, ContractPerson
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.stored import read_operation
from tallybook.sync.contract_import import NOTE_TYPES
from tallybook.sync.installation import OwnChange, create_contract, settle_own
from tallybook.sync.push import OPERATIONS_MAX, Push, push_operations

from .chance import made_id, seeded
from .contracts import DemoContract
from .corrections import OFFICE
from .items import DemoItem, make_items
from .people import RIGHTS, NotADemonstration
from .story import Round, tell_story


def load_contract(contract: DemoContract, *, people: Mapping[str, Person], now: datetime) -> int:
    """Make the contract and everything on it, as far as it is not there; return how many operations were new.

    The first entry says when the demonstration was made, so one that was cut short, even days ago, is
    completed and not begun anew. Raises NotADemonstration.
    Cost: planning, and one push for each week of each inspector.
    """
    contract_id = _make_contract(contract, people=people, now=now)
    begins_at = _instant_of_making(contract_id)
    items = make_items(contract, at=begins_at)
    if not ContractItem.objects.filter(contract_id=contract_id, id=items[0].id).exists():
        raise NotADemonstration(f"There is a contract {contract.number} already, which is not the demonstration's.")
    _assign(contract_id, people=people, at=begins_at)
    rounds = tell_story(
        contract,
        items,
        contract_id=contract_id,
        project_ids=_project_ids(contract, at=begins_at),
        people={email: person.id for email, person in people.items()},
        begins_at=begins_at,
    )
    known = {str(one) for one in _known_operations(contract_id)}
    new = 0
    for one in rounds:
        waiting = [operation for operation in one.operations if operation["id"] not in known]
        _push(contract_id, one, waiting, person=people[one.by])
        new += len(waiting)
    return new


def _make_contract(contract: DemoContract, *, people: Mapping[str, Person], now: datetime) -> UUID:
    found = Contract.objects.filter(number=contract.number).values_list("contract_id", flat=True).first()
    if found is not None:
        return found
    at = now.replace(microsecond=0) - timedelta(days=contract.season_days)
    fields = {
        "number": contract.number,
        "name": contract.name,
        "prime_contractor": contract.prime_contractor,
        "status": "construction",
        "start_date": (at + timedelta(days=3)).date().isoformat(),
        "checker_differs": True,
        "note_types": list(NOTE_TYPES),
    }
    ids = _project_ids(contract, at=at)
    items = make_items(contract, at=at)
    return create_contract(
        acting=people[OFFICE], fields=fields, projects=_projects(contract, ids), items=_items(items, ids), at=at
    )


def _project_ids(contract: DemoContract, *, at: datetime) -> dict[str, UUID]:
    chance = seeded(contract.number, "projects")
    return {project.number: made_id(chance, at=at) for project in contract.projects}


def _projects(contract: DemoContract, ids: Mapping[str, UUID]) -> list[OwnChange]:
    changes = []
    for place, project in enumerate(contract.projects):
        fields: dict[str, Any] = {"number": project.number, "title": project.title, "primary": place == 0}
        if project.state_number:
            fields["state_number"] = project.state_number
        changes.append(OwnChange("create", "project", ids[project.number], fields))
    return changes


def _items(items: Sequence[DemoItem], ids: Mapping[str, UUID]) -> list[OwnChange]:
    return [
        OwnChange("create", "contract_item", item.id, {**item.fields, "project": str(ids[item.project.number])})
        for item in items
    ]


def _instant_of_making(contract_id: UUID) -> datetime:
    told = LedgerEntry.objects.filter(contract_id=contract_id).order_by("seq").values_list("received_at", flat=True)
    return datetime.fromisoformat(str(told[0]))


def _assign(contract_id: UUID, *, people: Mapping[str, Person], at: datetime) -> None:
    """Give the rights that nobody gave or took yet."""
    there = set(ContractPerson.objects.filter(contract_id=contract_id).values_list("id", flat=True))
    changes = [
        OwnChange("create", "person", person.id, {"name": person.name, "initials": person.initials, "right": right})
        for email, right in RIGHTS.items()
        if (person := people[email]).id not in there
    ]
    if changes:
        settle_own(contract_id=contract_id, acting=people[OFFICE].id, changes=changes, at=at, reason="assigned")


def _known_operations(contract_id: UUID) -> Sequence[UUID]:
    return list(LedgerEntry.objects.filter(contract_id=contract_id).values_list("operation_id", flat=True))


def _push(contract_id: UUID, one: Round, waiting: Sequence[dict[str, Any]], *, person: Person) -> None:
    for start in range(0, len(waiting), OPERATIONS_MAX):
        batch = waiting[start : start + OPERATIONS_MAX]
        push_operations(
            person=person,
            contract_id=contract_id,
            push=Push(
                device=one.device,
                waiting=len(waiting) - start - len(batch),
                known=0,
                chain="",
                operations=[read_operation(operation) for operation in batch],
            ),
            received_at=one.received_at,
        )
