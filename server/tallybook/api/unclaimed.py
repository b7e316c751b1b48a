"""Operations that came without a right: listed for the office, handed to their contract, or set aside."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse

from tallybook.accounts.models import Person
from tallybook.sync.unclaimed_list import GROUPS_MAX, PAGE_MAX, Wanted, list_groups, list_operations
from tallybook.sync.unclaimed_office import Choice, Done, hand_over, set_aside

from .edge import BadRequest, endpoint, json_response, require_person, tell_answer
from .reading import read_envelope, read_id, read_number

HOW = {"open": "", "handed_over": "handed_over", "set_aside": "set_aside"}


class ChoiceEnvelope(msgspec.Struct):
    """Which operations of a contract: some, or all that one person delivered; and why."""

    contract: UUID
    reason: str
    ids: list[UUID] = []
    person: UUID | None = None


@endpoint("GET")
def list_all(request: HttpRequest) -> HttpResponse:
    """Answer with a page of the operations that the person may see."""
    reader = require_person(request)
    how = HOW.get(request.GET.get("state", "open"))
    if how is None:
        raise BadRequest(detail={"why": f"state must be one of: {', '.join(HOW)}"})
    wanted = Wanted(
        contract_id=read_id(request, "contract"),
        person_id=read_id(request, "person"),
        how=how,
        after=read_id(request, "after"),
    )

    page = list_operations(reader=reader, wanted=wanted, limit=read_number(request, "limit", PAGE_MAX))

    return json_response(page)


@endpoint("GET")
def list_grouped(request: HttpRequest) -> HttpResponse:
    """Answer with how much is open, by person and contract."""
    reader = require_person(request)

    groups = list_groups(reader=reader)

    return json_response({"groups": groups, "groups_max": GROUPS_MAX, "open": sum(one["count"] for one in groups)})


@endpoint("POST")
def hand_over_chosen(request: HttpRequest) -> HttpResponse:
    """Settle what was chosen on its contract."""
    done = _act(request, hand_over)

    return json_response(
        {
            "handed_over": done.count,
            "answers": [tell_answer(one) for one in done.answers],
            "remaining": done.remaining,
        }
    )


@endpoint("POST")
def set_aside_chosen(request: HttpRequest) -> HttpResponse:
    """Mark what was chosen as of no use."""
    done = _act(request, set_aside)

    return json_response({"set_aside": done.count, "remaining": done.remaining})


def _act(request: HttpRequest, act: Callable[..., Done]) -> Done:
    acting: Person = require_person(request)
    told = read_envelope(request, ChoiceEnvelope)
    choice = Choice(contract_id=told.contract, ids=told.ids, person_id=told.person)
    return act(acting=acting, choice=choice, reason=told.reason, at=datetime.now(UTC))
