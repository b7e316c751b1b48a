"""What came back after a restore, for the office: who came, with what, and who is still to come."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from tallybook.sync.returning_list import PAGE_MAX, list_restores, list_returned

from .edge import endpoint, json_response, require_person
from .reading import read_number


@endpoint("GET")
def list_all(request: HttpRequest) -> HttpResponse:
    """Answer with the restores of the contracts of which the person is the office."""
    reader = require_person(request)

    return json_response({"restores": list_restores(reader=reader)})


@endpoint("GET")
def list_entries(request: HttpRequest, return_id: UUID) -> HttpResponse:
    """Answer with a page of what one device brought."""
    reader = require_person(request)

    page = list_returned(
        reader=reader,
        return_id=return_id,
        after=read_number(request, "after"),
        limit=read_number(request, "limit", PAGE_MAX),
    )

    return json_response(page)
