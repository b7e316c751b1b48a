"""Operations that came without a right, listed for the office."""

from django.http import HttpRequest, HttpResponse

from tallybook.sync.unclaimed import list_unclaimed_for

from .edge import endpoint, json_response, require_person


@endpoint("GET")
def list_unclaimed(request: HttpRequest) -> HttpResponse:
    """Answer with the unclaimed operations that the person may see, oldest first."""
    person = require_person(request)

    return json_response({"unclaimed": list_unclaimed_for(person=person)})
