"""Who is signed in, and what this server is."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from tallybook.core.version import VERSION
from tallybook.sync.installation import this_installation

from .edge import NotSignedIn, endpoint, json_response, problem_response, require_person

LOOPBACK_NAMES = frozenset(("localhost", "127.0.0.1", "[::1]"))


@endpoint("GET")
def show_session(request: HttpRequest) -> HttpResponse:
    """Answer who is asking, the agency, and whether this browser keeps records; sets the CSRF cookie."""
    get_token(request)
    # Browsers keep data and run offline over HTTPS or on the machine itself alone.
    is_secure = request.is_secure() or request.get_host().rsplit(":", 1)[0] in LOOPBACK_NAMES
    try:
        person = require_person(request)
    except NotSignedIn as nobody:
        nobody.detail = {"secure": is_secure}
        return problem_response(nobody)
    installation = this_installation(at=datetime.now(UTC))
    return json_response(
        {
            "person": {
                "id": str(person.id),
                "email": person.email,
                "name": person.name,
                "initials": person.initials,
                "role": person.role,
            },
            "agency": {"id": str(installation.agency_id), "name": installation.agency_name},
            "version": VERSION,
            "secure": is_secure,
        }
    )
