"""What a person may take offline; check out and check in."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse

from tallybook.core.fields import find_unstorable
from tallybook.core.instants import spell_instant
from tallybook.sync.checkouts import check_in, check_out, list_contracts

from .edge import AccountDisabled, BadRequest, endpoint, json_response, require_person
from .reading import read_envelope


class CheckoutEnvelope(msgspec.Struct):
    """A device that takes a contract offline."""

    device: UUID
    label: str = ""


@endpoint("GET")
def list_all(request: HttpRequest) -> HttpResponse:
    """Answer with the contracts on which the person has a right."""
    person = require_person(request, if_disabled=AccountDisabled)

    return json_response({"contracts": list_contracts(person=person)})


@endpoint("POST")
def register(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Register a checkout."""
    person = require_person(request)
    envelope = read_envelope(request, CheckoutEnvelope)
    if find_unstorable(envelope.label):
        raise BadRequest(detail={"why": "the label has a character that cannot be stored"})

    checkout = check_out(
        person=person,
        contract_id=contract_id,
        device=envelope.device,
        label=envelope.label,
        at=datetime.now(UTC),
    )

    told = {"device": str(checkout.device), "label": checkout.label}
    return json_response(told | {"checked_out_at": spell_instant(checkout.checked_out_at)})


@endpoint("DELETE")
def give_back(request: HttpRequest, contract_id: UUID, device: UUID) -> HttpResponse:
    """End a checkout."""
    person = require_person(request, if_disabled=None)

    check_in(person=person, contract_id=contract_id, device=device, at=datetime.now(UTC))

    return HttpResponse(status=204)
