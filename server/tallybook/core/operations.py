"""One act of one person on one record, as it was received; and what is wrong with its envelope."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

from .canonical_json import hash_of
from .fields import find_unstorable, is_uuid
from .merging import Fields

OPERATION_BYTES_MAX = 64 * 1024
REASON_LENGTH_MAX = 2_000
VERBS = ("create", "revise", "decide")
ID_PARTS = ("id", "record", "author", "device")
CHOICES = ("apply", "set_aside")
_NOTHING: Mapping[str, Any] = {}
Otherwise = TypeVar("Otherwise")


class Operation:
    """An operation as received, immutable; `id` is the one under which the ledger keeps it.

    Every part is read once: what has not the kind that it should have reads as empty, and
    `find_problems` says so.
    """

    __slots__ = (
        "author", "author_id", "base", "canonical", "choice", "contract", "device", "hash", "id", "made_at", "reason",
        "received", "record", "record_id", "revision", "schema", "seen", "set", "target", "type", "verb",
    )  # fmt: skip

    def __init__(self, *, id: str, received: Any, canonical: bytes, hash: str) -> None:
        """Read the parts of `received`, decoded JSON exactly as sent, whose canonical JSON has the hash `hash`."""
        get = received.get if isinstance(received, dict) else _NOTHING.get
        self.id: Final = id
        self.received: Final = received
        self.canonical: Final = canonical
        self.hash: Final = hash  # SHA-256 of `canonical`
        self.record: Final = _text(get("record"))  # that it is about
        self.record_id: Final = self.record if is_uuid(self.record) else None  # where it can be read as one
        self.contract: Final = _text(get("contract"))  # that it says it is about
        self.type: Final = _text(get("type"))  # of the record
        self.verb: Final = _text(get("verb"))  # `create`, `revise` or `decide`
        self.author: Final = _text(get("author"))  # who typed it
        self.author_id: Final = self.author if is_uuid(self.author) else None  # where it can be read as a person's id
        self.device: Final = _text(get("device"))  # where it was typed
        self.made_at: Final = _text(get("made_at"))  # by the device's clock: shown, never used for order
        self.reason: Final = _text(get("reason")).strip()  # why, in the person's words
        self.target: Final = _text(get("target"))  # the held operation that a decision decides
        self.choice: Final = _text(get("choice"))  # `apply` or `set_aside`
        self.set: Final = _fields(get("set"))  # new values by field, as sent
        self.base: Final = _fields(get("base"))  # the values that the person saw, as sent
        self.seen: Final = _seen(get("seen"))  # the writers that the person saw; nulls left out
        self.revision: Final = _whole(get("revision"), None)  # of the record, as the person saw it
        self.schema: Final = _whole(get("schema", 1), -1)  # the version of the record type that the client knew

    def find_problems(self) -> dict[str, str]:
        """Return by field why the ledger cannot read the envelope; empty: it can. Cost: one pass."""
        parts = self.received
        if not isinstance(parts, dict):
            return {"operation": "This is not an operation."}
        if len(self.canonical) > OPERATION_BYTES_MAX:
            return {"operation": f"This is {len(self.canonical)} bytes; {OPERATION_BYTES_MAX} is the most."}
        problems = {name: "This must be a UUID." for name in ID_PARTS if not is_uuid(parts.get(name))}
        if self.verb not in VERBS:
            problems["verb"] = "This must be create, revise or decide."
        if not self.type:
            problems["type"] = "This is needed."
        if len(self.reason) > REASON_LENGTH_MAX:
            problems["reason"] = f"This must be at most {REASON_LENGTH_MAX} characters."
        self._find_problems_of_parts(parts, problems)
        self._find_unstorable_text(problems)
        return problems

    def _find_problems_of_parts(self, parts: Mapping[str, Any], problems: dict[str, str]) -> None:
        for name in ("set", "base"):
            if not isinstance(parts.get(name), dict | None):
                problems[name] = "This must be values by field."
        seen = parts.get("seen")
        writers = seen.values() if isinstance(seen, dict) else (seen,)
        if any(writer is not None and not is_uuid(writer) for writer in writers):
            problems["seen"] = "This must be the writer of each field."
        if "" in self.set or not "".join(self.set).isascii():
            problems["set"] = "Names of fields must be ASCII."
        if self.verb == "decide" and (self.choice not in CHOICES or not is_uuid(self.target)):
            problems["choice"] = "A decision needs a target, and apply or set_aside."
        if self.verb in ("create", "revise") and not self.set:
            problems["set"] = "This is needed."

    def _find_unstorable_text(self, problems: dict[str, str]) -> None:
        # Both are rare and escaped in canonical JSON, so most operations need no walk.
        canonical = self.canonical
        if b"\\" not in canonical or (b"\\u0000" not in canonical and b"\\ud" not in canonical):
            return
        if where := find_unstorable(self.received):
            problems[where] = "This text has a character that cannot be stored."


def derived_id(*parts: str | bytes) -> str:
    """Return the UUIDv8 of some parts: what has no id of its own, or another's, is kept under it."""
    joined = b"\n".join(part.encode() if isinstance(part, str) else part for part in parts)
    number = int(hash_of(joined)[:32], 16)
    number = number & ~(0xF << 76) | 0x8 << 76  # version 8
    number = number & ~(0x3 << 62) | 0x2 << 62  # the RFC's variant
    return str(UUID(int=number))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _fields(value: Any) -> Fields:
    return value if isinstance(value, dict) else {}


def _seen(value: Any) -> Mapping[str, str] | str:
    if isinstance(value, dict):
        return {name: writer for name, writer in value.items() if isinstance(writer, str)}
    return _text(value) or {}


def _whole(value: Any, otherwise: Otherwise) -> int | Otherwise:
    return value if type(value) is int else otherwise
