"""Backup files that are merged here: uploaded, looked at, merged part by part, deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from tallybook.accounts.models import Person
from tallybook.sync.backup_failures import BackupCutInTransfer, BackupNotFound
from tallybook.sync.backup_merging import merge_part, preview_merge, tell_merged
from tallybook.sync.backup_reading import ReadBackup, read_backup
from tallybook.sync.backup_uploads import Upload, delete_upload, find_upload, keep_upload
from tallybook.sync.installation import this_installation

from .edge import BadRequest, endpoint, json_response, require_person
from .reading import read_envelope

# Not a form: Django would read that, and so the whole file, to find the token of our pages.
CONTENT_TYPES = ("application/vnd.tallybook.backup", "application/octet-stream", "application/zip")
PASSPHRASE_LENGTH_MAX = 1_024
CONTRACTS_CHOSEN_MAX = 1_000
LENGTH_DIGITS_MAX = 15


class PassphraseEnvelope(msgspec.Struct):
    """What opens a file; empty where nothing locks it."""

    passphrase: str = ""


class MergeEnvelope(msgspec.Struct):
    """What to merge: all contracts unless some are named, from the start unless a place is."""

    passphrase: str = ""
    contracts: list[UUID] | None = None
    after: str | None = None
    damaged: bool = False  # also of contracts whose member is damaged: a changed character cannot be told


@endpoint("POST")
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a file for a day."""
    if request.content_type not in CONTENT_TYPES:
        raise BadRequest(detail={"why": f"the content type must be {CONTENT_TYPES[0]}"})
    person = require_person(request)
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if not length.isascii() or not length.isdigit() or len(length) > LENGTH_DIGITS_MAX:
        raise BadRequest(detail={"why": "the request must say the length of its body"})

    try:
        kept = keep_upload(person=person, stream=request, length=int(length), at=datetime.now(UTC))
    except UnreadablePostError as gone:
        raise BackupCutInTransfer from gone

    return json_response({"backup": kept.id, "bytes": kept.bytes, "locked": kept.locked}, status=201)


@endpoint("POST")
def preview(request: HttpRequest, backup_id: UUID) -> HttpResponse:
    """Answer with what the file holds, and what of it is new here."""
    person = require_person(request)
    envelope = read_envelope(request, PassphraseEnvelope, if_empty=b"{}")
    _check_lengths(envelope)
    with _while_it_is_here():
        kept, read = _open(person, backup_id, envelope.passphrase)
        told = preview_merge(person=person, read=read, folder=kept.folder)

    return json_response(told)


@endpoint("POST")
def merge(request: HttpRequest, backup_id: UUID) -> HttpResponse:
    """Merge a part of the file; asked again until `next` is null."""
    person = require_person(request)
    envelope = read_envelope(request, MergeEnvelope, if_empty=b"{}")
    _check_lengths(envelope)
    with _while_it_is_here():
        kept, read = _open(person, backup_id, envelope.passphrase)
        part = merge_part(
            person=person,
            read=read,
            folder=kept.folder,
            merge_id=kept.id,
            contracts=None if envelope.contracts is None else frozenset(envelope.contracts),
            with_damaged=envelope.damaged,
            after=envelope.after or "",
            now=lambda: datetime.now(UTC),
        )

    return json_response({"done": part.done, "next": part.next, "contracts": tell_merged(part.contracts)})


@endpoint("DELETE")
def delete(request: HttpRequest, backup_id: UUID) -> HttpResponse:
    """Delete the file."""
    person = require_person(request)

    delete_upload(person=person, id_=backup_id, at=datetime.now(UTC))

    return HttpResponse(status=204)


def _open(person: Person, backup_id: UUID, passphrase: str) -> tuple[Upload, ReadBackup]:
    now = datetime.now(UTC)
    kept = find_upload(person=person, id_=backup_id, at=now)
    agency_id = this_installation(at=now).agency_id
    return kept, read_backup(kept.file, kept.folder, agency_id=agency_id, passphrase=passphrase)


@contextmanager
def _while_it_is_here() -> Iterator[None]:
    """Its uploader may delete a file that is being read, or replace it by a fourth: what was merged stays."""
    try:
        yield
    except FileNotFoundError as deleted:
        raise BackupNotFound from deleted


def _check_lengths(told: PassphraseEnvelope | MergeEnvelope) -> None:
    if len(told.passphrase) > PASSPHRASE_LENGTH_MAX:
        raise BadRequest(detail={"why": f"a passphrase has at most {PASSPHRASE_LENGTH_MAX} characters"})
    if isinstance(told, MergeEnvelope) and len(told.contracts or ()) > CONTRACTS_CHOSEN_MAX:
        raise BadRequest(detail={"why": f"at most {CONTRACTS_CHOSEN_MAX} contracts may be chosen"})
