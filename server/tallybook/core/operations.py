"""One act of one person on one record, as it was received; and what is wrong with its envelope."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from .canonical_json import hash_of
from .fields import find_unstorable, is_uuid
from .merging import Fields

OPERATION_BYTES_MAX = 64 * 1024
REASON_LENGTH_MAX = 2_000
VERBS = ("create", "revise", "decide")
CHOICES = ("apply", "set_aside")


@dataclass(frozen=True)
class Operation:
    """An operation as received, immutable; `id` is the one under which the ledger keeps it."""

    id: str
    received: Any  # decoded JSON, exactly as sent
    canonical: bytes  # its canonical JSON
    hash: str  # SHA-256 of `canonical`

    @cached_property
    def _parts(self) -> Mapping[str, Any]:
        return self.received if isinstance(self.received, dict) else {}

    def _text(self, name: str) -> str:
        value = self._parts.get(name)
        return value if isinstance(value, str) else ""

    def _fields(self, name: str) -> Fields:
        value = self._parts.get(name)
        return value if isinstance(value, dict) else {}

    @property
    def record(self) -> str:
        """The record that it is about."""
        return self._text("record")

    @property
    def contract(self) -> str:
        """The contract that it says it is about."""
        return self._text("contract")

    @property
    def type(self) -> str:
        """The type of the record."""
        return self._text("type")

    @property
    def verb(self) -> str:
        """`create`, `revise` or `decide`."""
        return self._text("verb")

    @property
    def author(self) -> str:
        """Who typed it."""
        return self._text("author")

    @property
    def author_id(self) -> str | None:
        """Who typed it, where that can be read as a person's id."""
        return self.author if is_uuid(self.author) else None

    @property
    def device(self) -> str:
        """Where it was typed."""
        return self._text("device")

    @property
    def made_at(self) -> str:
        """When it was typed, by the device's clock: shown, never used for order."""
        return self._text("made_at")

    @property
    def reason(self) -> str:
        """Why, in the person's words."""
        return self._text("reason").strip()

    @property
    def target(self) -> str:
        """The held operation that a decision decides."""
        return self._text("target")

    @property
    def choice(self) -> str:
        """`apply` or `set_aside`."""
        return self._text("choice")

    @property
    def set(self) -> Fields:
        """New values by field, as sent."""
        return self._fields("set")

    @property
    def base(self) -> Fields:
        """The values that the person saw, as sent."""
        return self._fields("base")

    @property
    def seen(self) -> Mapping[str, str] | str:
        """The writers that the person saw; nulls left out."""
        value = self._parts.get("seen")
        if isinstance(value, dict):
            return {name: writer for name, writer in value.items() if isinstance(writer, str)}
        return value if isinstance(value, str) and value else {}

    @property
    def revision(self) -> int | None:
        """The record's revision that the person saw."""
        value = self._parts.get("revision")
        return value if type(value) is int else None

    @property
    def schema(self) -> int:
        """The version of the record type that the client knew."""
        value = self._parts.get("schema", 1)
        return value if type(value) is int else -1

    def find_problems(self) -> dict[str, str]:
        """Return by field why the ledger cannot read the envelope; empty: it can. Cost: one pass."""
        if not isinstance(self.received, dict):
            return {"operation": "This is not an operation."}
        if len(self.canonical) > OPERATION_BYTES_MAX:
            return {"operation": f"This is {len(self.canonical)} bytes; {OPERATION_BYTES_MAX} is the most."}
        problems = {
            name: "This must be a UUID."
            for name in ("id", "record", "author", "device")
            if not is_uuid(self._text(name))
        }
        if self.verb not in VERBS:
            problems["verb"] = "This must be create, revise or decide."
        if not self.type:
            problems["type"] = "This is needed."
        if len(self.reason) > REASON_LENGTH_MAX:
            problems["reason"] = f"This must be at most {REASON_LENGTH_MAX} characters."
        return problems | self._find_problems_of_parts() | self._find_unstorable_text()

    def _find_problems_of_parts(self) -> dict[str, str]:
        problems = {}
        for name in ("set", "base"):
            if not isinstance(self._parts.get(name, {}), dict | None):
                problems[name] = "This must be values by field."
        seen = self._parts.get("seen", {})
        writers = seen.values() if isinstance(seen, dict) else (seen,)
        if not all(writer is None or is_uuid(writer) for writer in writers):
            problems["seen"] = "This must be the writer of each field."
        if not all(name.isascii() and name for name in self.set):
            problems["set"] = "Names of fields must be ASCII."
        if self.verb == "decide" and (self.choice not in CHOICES or not is_uuid(self.target)):
            problems["choice"] = "A decision needs a target, and apply or set_aside."
        if self.verb in ("create", "revise") and not self.set:
            problems["set"] = "This is needed."
        return problems

    def _find_unstorable_text(self) -> dict[str, str]:
        # Both are rare and escaped in canonical JSON, so most operations need no walk.
        if b"\\u0000" not in self.canonical and b"\\ud" not in self.canonical:
            return {}
        where = find_unstorable(self.received)
        return {where: "This text has a character that cannot be stored."} if where else {}


def derived_id(*parts: str | bytes) -> str:
    """Return the UUIDv8 of some parts: what has no id of its own, or another's, is kept under it."""
    joined = b"\n".join(part.encode() if isinstance(part, str) else part for part in parts)
    number = int(hash_of(joined)[:32], 16)
    number = number & ~(0xF << 76) | 0x8 << 76  # version 8
    number = number & ~(0x3 << 62) | 0x2 << 62  # the RFC's variant
    return str(UUID(int=number))
