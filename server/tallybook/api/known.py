"""Which operations are at the office already: asked before a backup file is restored, believed by nobody afterwards."""

from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse

from tallybook.ledger.known import find_known
from tallybook.sync.checkouts import require_right
from tallybook.sync.push import OPERATIONS_MAX

from .edge import TooLarge, endpoint, json_response, require_person
from .reading import read_envelope


class KnownEnvelope(msgspec.Struct):
    """Ids of operations, at most as many as one push has."""

    operations: list[UUID]


@endpoint("POST")
def tell_known(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Answer with those that the contract's ledger has; the order is that of their ids."""
    person = require_person(request)
    require_right(person=person, contract_id=contract_id)
    envelope = read_envelope(request, KnownEnvelope)
    if len(envelope.operations) > OPERATIONS_MAX:
        raise TooLarge(detail={"operations_max": OPERATIONS_MAX})

    known = find_known(contract_id=contract_id, operations=envelope.operations)

    return json_response({"known": [str(one) for one in known]})
