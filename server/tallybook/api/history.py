"""The history of one record, for everybody who has a right on its contract."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from tallybook.accounts.queries import names_of
from tallybook.ledger.history import HISTORY_PAGE_MAX, PastEntry, read_history
from tallybook.sync.checkouts import labels_of_devices, require_right
from tallybook.sync.registry import RULES

from .edge import endpoint, json_response, require_person
from .reading import read_number


@endpoint("GET")
def show_history(request: HttpRequest, contract_id: UUID, record_id: UUID) -> HttpResponse:
    """Answer with a page of what was done with a record, oldest first."""
    person = require_person(request)
    require_right(person=person, contract_id=contract_id)

    page = read_history(
        contract_id=contract_id,
        record_id=record_id,
        rules=RULES,
        after=read_number(request, "after"),
        limit=read_number(request, "limit", HISTORY_PAGE_MAX),
    )

    operations = [one.operation for one in page.entries]
    authors = {one.author_id for one in operations if one.author_id}
    names = names_of(authors | {one.signed_in for one in page.entries})
    labels = labels_of_devices(contract_id=contract_id, devices={one.device for one in operations})
    entries = [_tell(one, names, labels) for one in page.entries]
    return json_response({"type": page.type, "entries": entries, "more": page.more})


def _tell(past: PastEntry, names: dict[str, str], labels: dict[str, str]) -> dict[str, Any]:
    operation = past.operation
    return {
        "seq": past.seq,
        "operation": operation.id,
        "verb": operation.verb,
        "choice": operation.choice,
        "target": operation.target,
        "why": operation.reason,
        "state": past.state,
        "reason": past.reason,
        "detail": past.detail,
        "author": {"id": operation.author, "name": names.get(operation.author)},
        "signed_in": {"id": past.signed_in, "name": names.get(past.signed_in)},
        "device": {"id": operation.device, "label": labels.get(operation.device)},
        "made_at": operation.made_at,
        "received_at": past.received_at,
        "changes": [{"field": one.field, "before": one.before, "after": one.after} for one in past.changes],
        "fields": past.fields,
    }
