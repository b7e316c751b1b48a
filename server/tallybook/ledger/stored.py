"""What a ledger keeps of records, entries and holds, between the tables and the rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tallybook.core.canonical_json import canonical_json, hash_of, is_plain
from tallybook.core.fields import is_uuid
from tallybook.core.merging import Fields, Image
from tallybook.core.operations import Operation, derived_id

WROTE = frozenset({"applied", "merged", "released"})
_decode = msgspec.json.Decoder().decode
_encode_sorted = msgspec.json.Encoder(order="deterministic").encode


def decode_json(text: str) -> Any:
    """Return what stored JSON says; lone surrogates, which the quick reader refuses, included."""
    try:
        return _decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


class StoredImage(msgspec.Struct, frozen=True):
    """A record's image with what the feed says about its last revision."""

    type: str
    seq: int
    image: Image
    author: str
    made_at: str
    received_at: str


class Answer(msgspec.Struct, frozen=True):
    """What became of an operation; the same whenever it is asked."""

    id: str
    state: str
    seq: int | None = None
    reason: str = ""
    detail: Any = None


class Known(msgspec.Struct, frozen=True):
    """The first entry of an operation: its answer for ever."""

    answer: Answer
    hash: str
    author: str


@dataclass(slots=True)
class Hold:
    """An operation that waits, for a person or for something missing."""

    operation: Operation
    seq: int
    reason: str
    signed_in: str
    awaits: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_missing(self) -> bool:
        """Whether it waits for another record or operation, so that it is looked at again."""
        return self.reason.startswith("missing_")


def canonical_bytes(value: Any) -> bytes:
    """Return canonical JSON, by the fast serializer where that gives the same bytes."""
    if is_plain(value):
        try:
            return _encode_sorted(value)
        except UnicodeEncodeError:  # a lone surrogate, which only the slow way can spell
            return canonical_json(value)
    return canonical_json(value)


def read_operation(received: Any) -> Operation:
    """Return the operation under the id by which the ledger keeps it: its own, or one of its bytes."""
    canonical = canonical_bytes(received)
    own = str(received.get("id", "")) if isinstance(received, dict) else ""
    return Operation(
        id=own if is_uuid(own) else derived_id(canonical),
        received=received,
        canonical=canonical,
        hash=hash_of(canonical),
    )


def under_derived_id(operation: Operation) -> Operation:
    """Return the operation as it is kept when its id belongs to another one."""
    return Operation(
        id=derived_id(operation.id, operation.hash),
        received=operation.received,
        canonical=operation.canonical,
        hash=operation.hash,
    )


def spell_entry(*, operation: bytes, reason: str, received_at: str, seq: int, signed_in: str, state: str) -> bytes:
    """Return the canonical JSON of an entry: what the chain is made of.

    Keys stand in their sorted order, and none of the values but the operation needs escaping.
    """
    return b'{"operation":%b,"reason":"%b","received_at":"%b","seq":%d,"signed_in":"%b","state":"%b"}' % (
        operation,
        reason.encode(),
        received_at.encode(),
        seq,
        signed_in.encode(),
        state.encode(),
    )


def next_chain(chain: str, entry: bytes) -> str:
    """Return the hash after an entry: SHA-256 of the hash before it and the entry's canonical JSON."""
    return hash_of(chain.encode() + entry)


class ImageLine(msgspec.Struct):
    """The feed's line of a record's image. Its names are sorted, so that a replay spells the same line."""

    author: str
    by: str
    by_field: Mapping[str, str]
    fields: Fields
    made_at: str
    received_at: str
    record: str
    revision: int
    seq: int
    type: str


_decode_image_line = msgspec.json.Decoder(ImageLine).decode


def spell_image(record: str, stored: StoredImage) -> str:
    """Return the feed's line of a record's image."""
    image = stored.image
    line = ImageLine(
        author=stored.author,
        by=image.by,
        by_field=image.by_field,
        fields=image.fields,
        made_at=stored.made_at,
        received_at=stored.received_at,
        record=record,
        revision=image.revision,
        seq=stored.seq,
        type=stored.type,
    )
    return _encode_sorted(line).decode()


def read_image(line: str) -> StoredImage:
    """Return the image that a line of the feed tells."""
    told = _decode_image_line(line)
    return StoredImage(
        type=told.type,
        seq=told.seq,
        image=Image(fields=told.fields, by=told.by, by_field=told.by_field, revision=told.revision),
        author=told.author,
        made_at=told.made_at,
        received_at=told.received_at,
    )


def spell_hold(*, seq: int, operation: Operation, reason: str, detail: Any) -> str:
    """Return the feed's line of a held operation, under the id by which the ledger keeps it."""
    received = operation.received
    held = (
        {**received, "id": operation.id} if isinstance(received, dict) else {"id": operation.id, "received": received}
    )
    told = {"seq": seq, "held": held, "reason": reason} | ({"detail": detail} if detail else {})
    return canonical_bytes(told).decode()


def spell_end(*, seq: int, operation_id: str, how: str) -> str:
    """Return the feed's line of the end of a hold."""
    return f'{{"seq":{seq},"ended":"{operation_id}","how":"{how}"}}'


def spell_detail(detail: Any) -> str:
    """Return an answer's detail as it is kept; empty where there is none."""
    return canonical_bytes(detail).decode() if detail else ""


def read_detail(kept: str) -> Any:
    """Return an answer's detail as it was given."""
    return decode_json(kept) if kept else None
