"""What every device of the tests says and hears alike: an operation as it is sent, and a line of the feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tallybook.ledger.new_ids import new_id

Line = dict[str, Any]  # an operation as it is sent, or a line of the feed


def make_operation(
    verb: str, type_: str, record: str, set_: dict[str, Any], *,
    at: datetime, device: str, number: int, contract: UUID | str, author: UUID | str, **more: Any,
) -> Line:  # fmt: skip
    """An operation as the client makes it; `at` is when its id is made."""
    return {
        "id": str(new_id(at=at)), "device": device, "number": number, "contract": str(contract), "type": type_,
        "record": record, "verb": verb, "set": set_, "author": str(author),
        "made_at": "2026-11-24T06:00:00.000-06:00", "app": "test", "schema": 1, **more,
    }  # fmt: skip


def upon(image: Line | None) -> dict[str, Any]:
    """What an operation says that is typed upon this line of the feed, seen whole; upon none, nothing."""
    if image is None:
        return {}
    return {"base": image["fields"], "seen": writers_of(image), "revision": image["revision"]}


def writers_of(image: Line) -> dict[str, Any]:
    """Who wrote each field."""
    return {**dict.fromkeys(image["fields"], image["by"]), **image["by_field"]}


def take_line(line: Line, *, images: dict[str, Line], held: dict[str, Line]) -> None:
    """Keep what a line of the feed tells."""
    if "held" in line:
        held[line["held"]["id"]] = line
    elif "ended" in line:
        held.pop(line["ended"], None)
    else:
        images[line["record"]] = line
