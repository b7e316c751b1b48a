"""The feed and the push of the sync protocol."""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import brotli
import msgspec
from django.http import HttpRequest, HttpResponse

from tallybook.core.operations import Operation
from tallybook.ledger.feed import FEED_PAGE_MAX, Diverged, read_feed
from tallybook.ledger.stored import read_operation
from tallybook.sync.checkouts import require_right
from tallybook.sync.hearing import hear_reading
from tallybook.sync.push import OPERATIONS_MAX, Push, note_diverged, push_operations
from tallybook.sync.unclaimed import too_many_unclaimed

from .edge import (
    AccountDisabled,
    BadRequest,
    TooLarge,
    endpoint,
    json_response,
    require_person,
    tell_answer,
    tell_problem,
)
from .reading import SEQ_MAX, read_body, read_id, read_number

REFUSED_WEIGHT = re.compile(r"q=0(\.0*)?")
COMPRESSED_FROM_BYTES = 1_000
# Best first. Of a page of the feed brotli makes less than gzip does, in half the time; browsers ask for it over HTTPS.
COMPRESSIONS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=3),
    "gzip": partial(gzip.compress, compresslevel=6),
}


class PushEnvelope(msgspec.Struct):
    """A push as it is sent; what its operations hold is not looked at here."""

    device: UUID
    operations: list[Any]
    waiting: int = 0
    known: int = 0
    chain: str = ""


class PushEnvelopeUnread(PushEnvelope):
    """The same, its operations left as the text that they are."""

    operations: list[msgspec.Raw]


@endpoint("POST")
def push(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Settle operations durably, then answer."""
    person = require_person(request, if_disabled=None)
    envelope = decode_push(read_body(request))

    answer = push_operations(person=person, contract_id=contract_id, push=envelope, received_at=datetime.now(UTC))

    answers = [tell_answer(one) if one else None for one in answer.answers]
    told = {"answers": answers, "head": answer.head, "chain": answer.chain}
    return json_response(told | ({"not_kept": tell_problem(too_many_unclaimed())} if None in answers else {}))


@endpoint("GET")
def feed(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Answer with a page of the feed, as NDJSON."""
    person = require_person(request, if_disabled=AccountDisabled)
    require_right(person=person, contract_id=contract_id)

    device = read_id(request, "device")
    known = read_number(request, "known")
    try:
        page = read_feed(
            contract_id=contract_id,
            after=read_number(request, "after"),
            known=known,
            chain=request.GET.get("chain", ""),
            limit=read_number(request, "limit", FEED_PAGE_MAX),
        )
    except Diverged:
        if device is not None:
            note_diverged(person=person, contract_id=contract_id, device=device, known=known, at=datetime.now(UTC))
        raise
    if device is not None:
        hear_reading(contract_id=contract_id, device=device, at=datetime.now(UTC))

    first = {"head": page.head, "chain": page.chain, "remaining": page.remaining}
    tally = {"records": page.records, "revisions": page.revisions}
    last = {"cursor": page.cursor, "more": page.more, "tally": tally}
    lines = [msgspec.json.encode(first).decode(), *page.lines, msgspec.json.encode(last).decode(), ""]
    return _compressed(request, "\n".join(lines).encode())


_decode_envelope = msgspec.json.Decoder(PushEnvelope).decode


def decode_push(body: bytes) -> Push:
    """Return what a device sent. Raises BadRequest, TooLarge."""
    envelope, operations = _read_envelope(body)
    if len(operations) > OPERATIONS_MAX:
        raise TooLarge(detail={"operations_max": OPERATIONS_MAX})
    if not 0 <= envelope.known <= SEQ_MAX:
        raise BadRequest(detail={"why": "known is out of range"})
    return Push(
        device=envelope.device,
        waiting=envelope.waiting,
        known=envelope.known,
        chain=envelope.chain,
        operations=operations,
    )


def _read_envelope(body: bytes) -> tuple[PushEnvelope, list[Operation]]:
    """Return the envelope and its operations. Cost: one reading, where none of the operations is strange."""
    try:
        envelope = _decode_envelope(body)
        return envelope, [read_operation(one) for one in envelope.operations]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _read_strange_envelope(body)


def _read_strange_envelope(body: bytes) -> tuple[PushEnvelope, list[Operation]]:
    """Return the envelope and its operations, each read by itself; what only a lenient reader reads, by that one."""
    try:
        envelope: PushEnvelope = msgspec.json.decode(body, type=PushEnvelopeUnread)
        return envelope, [_read_operation(bytes(raw)) for raw in envelope.operations]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as strange:
        try:  # a lone surrogate, which a device can type, is refused by the quick reader
            told = json.loads(body)
            envelope = msgspec.convert({**told, "operations": []}, PushEnvelope)
            return envelope, [read_operation(one) for one in told["operations"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise BadRequest(detail={"why": str(strange)}) from strange


def _read_operation(text: bytes) -> Operation:
    try:
        return read_operation(msgspec.json.decode(text))
    except (RecursionError, ValueError):  # nested too deep, or a number that nothing can hold
        return read_operation(text.decode("utf-8", "replace"))


def _compressed(request: HttpRequest, body: bytes) -> HttpResponse:
    response = HttpResponse(body, content_type="application/x-ndjson; charset=utf-8")
    response["Vary"] = "Accept-Encoding"
    accepted = _accepted_encodings(request)
    name = next((one for one in COMPRESSIONS if one in accepted), None)
    if name and len(body) >= COMPRESSED_FROM_BYTES:
        response.content = COMPRESSIONS[name](body)
        response["Content-Encoding"] = name
    return response


def _accepted_encodings(request: HttpRequest) -> set[str]:
    """Return what the request accepts: `gzip, br;q=0` is gzip alone."""
    accepted = set()
    for one in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = one.partition(";")
        if not REFUSED_WEIGHT.fullmatch(weight.replace(" ", "")):
            accepted.add(name.strip())
    return accepted
