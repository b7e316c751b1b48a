"""The model's stories played against the real settling: each push is settled by both."""

from __future__ import annotations

import copy
import itertools
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from tallybook.contracts.models import Project
from tallybook.ledger.models import LedgerEntry, LedgerHead, LedgerHold, LedgerImage
from tallybook.ledger.record_types import RecordType, Rules
from tallybook.ledger.settle import settle
from tallybook.ledger.stored import Answer, read_image, read_operation
from tallybook.ledger.workspace import Workspace, lock_head

from tests.support import model

NAMESPACE = UUID("00000000-0000-0000-0000-000000000000")
AUTHOR = str(uuid5(NAMESPACE, "author"))
AT = "2026-11-24T00:00:00.000Z"


class PlainType(RecordType):
    """A record type without rules: every field by itself, as in the model."""

    def table_columns(self) -> tuple[str, ...]:
        return ("contract_id", "id", "seq", "revision", "voided", "number", "title", "primary")

    def row(self, *, contract_id: str, record: str, seq: int, image: Any) -> tuple[Any, ...]:
        return (contract_id, record, seq, image.revision, False, "1", "one", False)


RULES = Rules(
    types={"thing": PlainType(name="thing", schema=1, kinds={}, model=Project, columns={})},
    find_hold=lambda _contract, _type, _office: None,
)


def id_of(name: str) -> str:
    """The UUID that stands for one of the model's names."""
    return str(uuid5(NAMESPACE, name))


class BothServers(model.Server):
    """The model's server, with the real ledger beside it: every answer is compared."""

    ledgers = itertools.count()  # each server, and each restored one, has a ledger of its own

    def __init__(self) -> None:
        self.compared = 0
        super().__init__()

    @property
    def contract_id(self) -> UUID:
        return uuid5(NAMESPACE, f"contract {self.contract}")

    def restore(self, entries: list[dict[str, Any]]) -> None:
        """A restored server is another ledger, settled anew in the order in which it was settled."""
        super().restore(entries)
        self.contract = next(self.ledgers)
        LedgerHead.objects.create(contract_id=self.contract_id)
        in_order = {entry["op"]["id"]: entry["op"] for entry in reversed(entries)}
        self.settle_for_real([in_order[id_] for id_ in self.first])

    def settle(self, operations: list[dict[str, Any]], position: tuple[int, str]) -> Any:
        settled = super().settle(copy.deepcopy(operations), position)
        if settled is not None:
            answers = self.settle_for_real(operations)
            expected = [(id_of(one["id"]), one["seq"], one["state"]) for one in settled[0]]
            real = [(one.id, one.seq, one.state) for one in answers]
            assert real == expected, (operations, answers, settled[0])
            self.compared += len(answers)
        return settled

    def settle_for_real(self, operations: list[dict[str, Any]]) -> list[Answer]:
        with transaction.atomic():
            head = lock_head(self.contract_id)
            assert head is not None
            return settle(
                Workspace(contract_id=self.contract_id, head=head, rules=RULES),
                [read_operation(self.as_sent(op)) for op in operations],
                signed_in=AUTHOR,
                received_at=AT,
                acts_for_office=lambda _signed_in: True,
            )

    def as_sent(self, op: dict[str, Any]) -> dict[str, Any]:
        sent = {
            **op,
            "id": id_of(op["id"]),
            "record": id_of(op["record"]),
            "contract": str(self.contract_id),
            "device": id_of(op["device"]),
            "author": AUTHOR,
            "type": "thing",
            "reason": "because",
            "made_at": AT,
            "seen": {name: id_of(writer) for name, writer in op["seen"].items() if writer},
        }
        return sent | ({"target": id_of(op["target"])} if "target" in op else {})

    def assert_equal(self) -> None:
        """Entries, images, holds and ends of both are the same."""
        entries = LedgerEntry.objects.filter(contract_id=self.contract_id).order_by("seq")
        real = [
            (str(id_), state, reason) for id_, state, reason in entries.values_list("operation_id", "state", "reason")
        ]
        assert real == [(id_of(one["op"]["id"]), one["state"], one["reason"]) for one in self.entries]
        images = LedgerImage.objects.filter(contract_id=self.contract_id).values_list("record_id", "line")
        found = {str(record): read_image(line) for record, line in images}
        assert found.keys() == {id_of(record) for record in self.images}
        for record, expected in self.images.items():
            stored = found[id_of(record)]
            fields = {name: value for name, value in expected["fields"].items() if value is not None}
            writers = {name: id_of(writer) for name, writer in expected["by"].items()}
            assert (stored.seq, stored.image.revision) == (expected["seq"], expected["revision"])
            assert dict(stored.image.fields) == fields
            assert {name: stored.image.writer_of(name) for name in writers} == writers
        holds = LedgerHold.objects.filter(contract_id=self.contract_id)
        columns = holds.values_list("operation_id", "seq", "ended_seq", "how")
        held = {str(id_): seq for id_, seq, ended, _ in columns if ended is None}
        ended = {str(id_): (seq, how) for id_, _, seq, how in columns if seq is not None}
        assert held == {id_of(id_): entry["seq"] for id_, entry in self.held.items()}
        assert ended == {id_of(id_): end for id_, end in self.ended.items()}
