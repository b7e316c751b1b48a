"""Two devices without a browser that change the same quantities, so that the second one's changes are held."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

from tallybook.ledger.new_ids import new_id

from tests.support.hammering import HammeringDevice, Office
from tests.support.server import RunningServer

DAY = "2026-11-19"
BASE, THEIRS, MINE = "1", "3", "2"  # quantities: as both saw it, as it stands, as it waits
ALL_PAGES = 1_000


class FieldDevice(HammeringDevice):
    """Types transactions, all at once."""

    def create(self, item: str, number: int) -> dict[str, Any]:
        """A quantity of one item at a place of its own."""
        fields = {"item": item, "work_date": DAY, "quantity": BASE, "location": f"Manhole {number}"}
        return self._make("create", str(new_id(at=datetime.now(UTC))), fields, type="item_transaction")

    def revise(self, record: str, quantity: str) -> dict[str, Any]:
        """Another quantity, upon what this device was last told."""
        return self._make(
            "revise", record, {"quantity": quantity}, type="item_transaction", reason=f"I counted {quantity}."
        )

    def first_item(self, number: str) -> str:
        """The pay item with this number."""
        items = [one for one in self.images.values() if one["fields"].get("item_number") == number]
        return str(items[0]["record"])


def device_of(server: RunningServer, email: str) -> FieldDevice:
    """A script of one person, with everything that the contract has."""
    office = Office([server], contract="", person="", token=server.run("create-token", email).strip())
    office.contract = json.loads(office.ask(server, "/api/sync/v1/contracts"))["contracts"][0]["id"]
    office.person = json.loads(office.ask(server, "/api/v1/session"))["person"]["id"]
    device = FieldDevice(office, random.Random(1))
    device.pull(pages=ALL_PAGES)
    return device


def hold_conflicts(server: RunningServer, count: int, *, item: str, theirs: str, mine: str) -> FieldDevice:
    """Let so many quantities of `mine` be held against `theirs`, in the order of their places; return his device."""
    first, second = device_of(server, theirs), device_of(server, mine)
    found = first.first_item(item)
    first.push([first.create(found, number) for number in range(count)])
    for device in (first, second):
        device.pull(pages=ALL_PAGES)
    records = [one["record"] for one in second.images.values() if one["type"] == "item_transaction"]
    first.push([first.revise(record, THEIRS) for record in records])
    second.push([second.revise(record, MINE) for record in records])
    second.pull(pages=ALL_PAGES)
    assert [one["reason"] for one in second.held.values()] == ["conflict"] * count
    return second
