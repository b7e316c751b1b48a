"""Operations that came without a right, as the office sees them."""

from typing import Any

from tallybook.accounts.models import Person
from tallybook.contracts.queries import rights_on_contracts
from tallybook.ledger.stored import decode_json

from .models import UnclaimedOperation
from .push import spell_instant

LISTED_MAX = 1_000


def list_unclaimed_for(*, person: Person) -> list[dict[str, Any]]:
    """Return the oldest unclaimed operations: of every contract to an administrator, else of the person's own.

    Cost: two queries.
    """
    rows = UnclaimedOperation.objects.select_related("person").order_by("received_at", "id")
    if person.role != "admin":
        office = [one for one, right in rights_on_contracts(person=person).items() if right == "office"]
        rows = rows.filter(contract_id__in=office)
    return [
        {
            "id": str(row.id),
            "contract": str(row.contract_id),
            "person": {"id": str(row.person_id), "name": row.person.name},
            "received_at": spell_instant(row.received_at),
            "operation": decode_json(row.operation),
        }
        for row in rows[:LISTED_MAX]
    ]
