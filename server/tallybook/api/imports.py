"""Making a contract out of a file of its items: a preview that saves nothing, and the import itself."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse

from tallybook.accounts.models import Person
from tallybook.contracts.accuracy import ACCURACY_MAX
from tallybook.contracts.import_choices import Where
from tallybook.contracts.import_failures import AccuracyRefused, ChoiceUnreadable, FileMissing
from tallybook.contracts.import_plan import plan_import, preview_import
from tallybook.contracts.import_sheets import FILE_BYTES_MAX
from tallybook.core.failures import TallybookFailure
from tallybook.sync.contract_import import save_import

from .edge import TooLarge, endpoint, json_response, require_person
from .imports_answer import tell_plan

FORM_BYTES_MAX = 64 * 1024  # of all that stands beside the file
BODY_BYTES_MAX = FILE_BYTES_MAX + FORM_BYTES_MAX
WHERE_MAX = 20
MAKERS = ("admin", "office")  # roles


class OfficeOnly(TallybookFailure):
    """Contracts are made by the office."""

    code = "office_only"
    http_status = 403
    title = "Only the office makes contracts."
    remedy = "Ask your office, or an administrator, to import it."


class ImportBodyTooLarge(TooLarge):
    """Refused by what the request says of itself, before any of it is read."""

    title = "This file is larger than an import takes."
    remedy = "Nothing was saved. Keep only the rows and columns of this contract in the file."


class InMemory(MemoryFileUploadHandler):
    """Keeps an upload out of the system's folder for temporary files: nothing is written beside our own data."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Take it, whatever its size: the body's is limited already."""
        self.activated = True


@endpoint("POST")
def preview(request: HttpRequest) -> HttpResponse:
    """Answer with what an import of the file would make."""
    require_maker(request)

    plan = preview_import(read_file(request), **_read_wishes(request))

    return json_response(tell_plan(plan))


@endpoint("POST")
def save(request: HttpRequest) -> HttpResponse:
    """Make the contract."""
    person = require_maker(request)
    plan = plan_import(read_file(request), **_read_wishes(request))
    number, name, prime = (request.POST.get(field, "") for field in ("number", "name", "prime_contractor"))

    contract_id = save_import(
        plan, acting=person, number=number, name=name, prime_contractor=prime, at=datetime.now(UTC)
    )

    return json_response({"id": str(contract_id), "number": number.strip()}, status=201)


def require_maker(request: HttpRequest) -> Person:
    """Return who asks, where he may make contracts. Raises ImportBodyTooLarge, NotSignedIn, CsrfRefused, OfficeOnly."""
    # Before anything else: Django's check of the CSRF token reads the form, and so the file.
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > BODY_BYTES_MAX:
        raise ImportBodyTooLarge(detail={"bytes_max": FILE_BYTES_MAX})
    request.upload_handlers = [InMemory(request)]
    person = require_person(request)
    if person.role not in MAKERS:
        raise OfficeOnly
    return person


def read_file(request: HttpRequest) -> bytes:
    """Return what the form's file holds. Raises FileMissing."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise FileMissing
    return bytes(file.read())


def _read_wishes(request: HttpRequest) -> dict[str, Any]:
    return {
        "accuracy_by_unit": settings.ACCURACY_BY_UNIT,
        "accuracy": _read_accuracy(request.POST.get("accuracy", "").strip()),
        "where": _read_where(request.POST.getlist("where")),
        "sheet_name": request.POST.get("sheet", ""),
    }


def _read_accuracy(typed: str) -> int | None:
    if not typed:
        return None
    if typed not in map(str, range(ACCURACY_MAX + 1)):
        raise AccuracyRefused
    return int(typed)


def _read_where(typed: list[str]) -> Where:
    if len(typed) > WHERE_MAX:
        raise ChoiceUnreadable(f"There are {len(typed)} choices; {WHERE_MAX} is the most there may be.")
    parted = [one.partition("=") for one in typed]
    for heading, separator, _ in parted:
        if not separator or not heading.strip():
            raise ChoiceUnreadable
    return [(heading, value) for heading, _, value in parted]
