"""Operations that came without a right, as the office sees them: who delivered what, for which contract."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from tallybook.accounts.models import Person
from tallybook.accounts.queries import names_of
from tallybook.contracts.models import Contract, ContractItem, Project
from tallybook.contracts.queries import rights_on_contracts
from tallybook.core.fields import is_uuid
from tallybook.core.instants import spell_instant
from tallybook.ledger.stored import decode_json

from .models import UnclaimedOperation
from .unclaimed import open_operations

PAGE_MAX = 200  # operations
PAGE_BYTES = 2_000_000  # about: what one page tells of them
GROUPS_MAX = 1_000
ORDER = ("contract_id", "person_id", "device", "number", "id")
PEOPLE_IN_FIELDS = ("measured_by", "calculated_by")


@dataclass(frozen=True)
class Wanted:
    """Which operations a page of the list is about; empty: all that the reader may see."""

    contract_id: UUID | None = None
    person_id: UUID | None = None
    how: str = ""  # empty: open ones; else how the office dealt with them
    after: UUID | None = None  # the last one of the page before


def list_groups(*, reader: Person) -> list[dict[str, Any]]:
    """Return how much is open, by who delivered it and for which contract, by name and number.

    Cost: three queries; each open operation is looked for in its ledger once.
    """
    rows = _seen_by(open_operations(), reader)
    grouped = rows.values("contract_id", "person_id", "person__name").annotate(
        count=Count("id"), first=Min("received_at"), last=Max("received_at")
    )
    found = list(grouped.order_by("person__name", "person_id", "contract_id")[:GROUPS_MAX])
    numbers = _numbers_of({one["contract_id"] for one in found})
    return [
        {
            "contract": str(one["contract_id"]),
            "contract_number": numbers.get(one["contract_id"]),  # null: there is no such contract
            "person": {"id": str(one["person_id"]), "name": one["person__name"]},
            "count": one["count"],
            "first_received_at": spell_instant(one["first"]),
            "last_received_at": spell_instant(one["last"]),
        }
        for one in found
    ]


def list_operations(*, reader: Person, wanted: Wanted, limit: int = PAGE_MAX) -> dict[str, Any]:
    """Return a page of operations in the order typed on each device, and what the ids in them stand for.

    Of every contract to an administrator, else of those on which the reader has the office right.
    Cost: eight queries for any page.
    """
    rows = _seen_by(_rows_of(wanted.how), reader).order_by(*ORDER)
    if wanted.contract_id is not None:
        rows = rows.filter(contract_id=wanted.contract_id)
    if wanted.person_id is not None:
        rows = rows.filter(person_id=wanted.person_id)
    page, more = _read_page(_after(rows, wanted.after), max(1, min(limit, PAGE_MAX)))
    operations = [decode_json(row.operation) for row in page]
    numbers = _numbers_of({row.contract_id for row in page})
    told = [_tell(row, one, numbers) for row, one in zip(page, operations, strict=True)]
    return {"unclaimed": told, "more": more, **_name_ids(numbers.keys(), operations)}


def _seen_by(rows: QuerySet[UnclaimedOperation], reader: Person) -> QuerySet[UnclaimedOperation]:
    if reader.role == "admin":
        return rows
    office = [one for one, right in rights_on_contracts(person=reader).items() if right == "office"]
    return rows.filter(contract_id__in=office)


def _rows_of(how: str) -> QuerySet[UnclaimedOperation]:
    return UnclaimedOperation.objects.filter(how=how) if how else open_operations()


def _after(rows: QuerySet[UnclaimedOperation], after: UUID | None) -> QuerySet[UnclaimedOperation]:
    last = UnclaimedOperation.objects.filter(id=after).values(*ORDER).first() if after else None
    if last is None:
        return rows
    behind = Q()
    for place, name in enumerate(ORDER):
        behind |= Q(**{one: last[one] for one in ORDER[:place]}, **{f"{name}__gt": last[name]})
    return rows.filter(behind)


def _read_page(rows: QuerySet[UnclaimedOperation], limit: int) -> tuple[list[UnclaimedOperation], bool]:
    """Return as many rows as a page tells, one at least, and whether there are more: by their size, then whole."""
    ids: list[UUID] = []
    size, more = 0, False
    for id_, bytes_ in rows.values_list("id", "bytes")[: limit + 1]:
        size += bytes_
        if more := len(ids) == limit or (bool(ids) and size > PAGE_BYTES):
            break
        ids.append(id_)
    found = UnclaimedOperation.objects.select_related("person", "ended_by").in_bulk(ids)
    return [found[one] for one in ids], more


def _tell(row: UnclaimedOperation, operation: Any, numbers: dict[UUID, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": str(row.id),
        "contract": str(row.contract_id),
        "contract_number": numbers.get(row.contract_id),
        "person": {"id": str(row.person_id), "name": row.person.name},
        "received_at": spell_instant(row.received_at),
        "operation": operation,
    }
    if row.ended_at is not None and row.ended_by is not None:
        by = {"id": str(row.ended_by_id), "name": row.ended_by.name}
        told["ended"] = {"how": row.how, "by": by, "at": spell_instant(row.ended_at), "reason": row.reason}
    return told


def _numbers_of(contracts: Collection[UUID]) -> dict[UUID, str]:
    return dict(Contract.objects.filter(contract_id__in=contracts).values_list("contract_id", "number"))


def _name_ids(contracts: Collection[UUID], operations: Sequence[Any]) -> dict[str, Any]:
    """Return what the ids in these operations stand for, of the page's contracts and no other."""
    parts = [one for one in operations if isinstance(one, dict)]
    fields = [one[name] for one in parts for name in ("set", "base") if isinstance(one.get(name), dict)]
    items = ContractItem.objects.filter(contract_id__in=contracts, id__in=_ids_of(fields, "item"))
    projects = Project.objects.filter(contract_id__in=contracts, id__in=_ids_of(fields, "project"))
    return {
        "items": {str(one.id): {"line": one.line, "description": one.description, "unit": one.unit} for one in items},
        "projects": {str(one.id): {"number": one.number, "title": one.title} for one in projects},
        "people": names_of(_ids_of(parts, "author") | _ids_of(fields, *PEOPLE_IN_FIELDS)),
    }


def _ids_of(parts: Sequence[dict[str, Any]], *names: str) -> set[str]:
    return {one[name] for one in parts for name in names if is_uuid(one.get(name))}
