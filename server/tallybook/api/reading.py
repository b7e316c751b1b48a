"""What endpoints read of a request: its body, an envelope in it, numbers and ids of the query."""

import zlib
from typing import TypeVar
from uuid import UUID

import msgspec
from django.http import HttpRequest

from .edge import BadRequest, TooLarge

BODY_BYTES_MAX = 1024 * 1024  # uncompressed
SEQ_MAX = 2**62
Envelope = TypeVar("Envelope", bound=msgspec.Struct)


def read_body(request: HttpRequest) -> bytes:
    """Return the body, unpacked. Raises BadRequest, TooLarge; a small body cannot unpack to a large one."""
    body = request.body
    if request.headers.get("Content-Encoding", "") == "gzip":
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            body = unpacker.decompress(body, BODY_BYTES_MAX + 1)
        except zlib.error as wrong:
            raise BadRequest(detail={"why": "the body is not gzip"}) from wrong
        if not unpacker.eof and len(body) <= BODY_BYTES_MAX:
            raise BadRequest(detail={"why": "the body was cut short"})
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(detail={"bytes_max": BODY_BYTES_MAX})
    return body


def read_envelope(request: HttpRequest, shape: type[Envelope], *, if_empty: bytes = b"") -> Envelope:
    """Return the body as this shape. Raises BadRequest, TooLarge; also where it is nested too deep to be read."""
    try:
        return msgspec.json.decode(read_body(request) or if_empty, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise BadRequest(detail={"why": str(wrong)}) from wrong


def read_number(request: HttpRequest, name: str, default: int = 0) -> int:
    """Return a whole number of the query, at most SEQ_MAX. Raises BadRequest."""
    text = request.GET.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > len(str(SEQ_MAX)):
        raise BadRequest(detail={"why": f"{name} must be a whole number"})
    return min(int(text), SEQ_MAX)


def read_id(request: HttpRequest, name: str) -> UUID | None:
    """Return an id of the query; None where it is not there. Raises BadRequest."""
    text = request.GET.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError as wrong:
        raise BadRequest(detail={"why": f"{name} must be an id"}) from wrong
