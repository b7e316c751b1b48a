"""A device without a network: what a person sees, types and decides, straight against the real push and feed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tallybook.accounts.models import Person
from tallybook.ledger.feed import read_feed
from tallybook.ledger.new_ids import new_id
from tallybook.ledger.stored import read_operation
from tallybook.sync.push import Push, push_operations
from tallybook.sync.registry import RULES

from tests.support.agency import NOW
from tests.support.device_lines import Line, make_operation, take_line, writers_of

Typed = Line  # an operation as it is sent
WRITES = ("applied", "merged")


def examples_wanted(usual: int) -> int:
    """How many stories a test invents: `TALLYBOOK_TEST_EXAMPLES`, where somebody wants more than usual."""
    return int(os.environ.get("TALLYBOOK_TEST_EXAMPLES") or usual)


@dataclass
class Seen:
    """A record as it stands before a person: values, and who wrote each."""

    type: str
    fields: dict[str, Any] = field(default_factory=dict)
    writers: dict[str, str] = field(default_factory=dict)
    revision: int = 0

    def write(self, typed: Typed) -> None:
        """Let an operation write."""
        self.fields.update(typed["set"])
        self.writers.update(dict.fromkeys(typed["set"], typed["id"]))
        self.revision += 1


@dataclass
class PocketDevice:
    """What one browser profile keeps: images and holds at its cursor, and what it typed."""

    person: Person
    contract_id: UUID
    id: str = field(default_factory=lambda: str(new_id(at=NOW)))
    number: int = 0
    position: tuple[int, str] = (0, "")
    cursor: int = 0
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    outbox: list[Typed] = field(default_factory=list)
    unconfirmed: list[tuple[int, Typed]] = field(default_factory=list)  # answered, its line not here yet
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def view(self) -> dict[str, Seen]:
        """What the person sees: the records with his own operations on top, where what they saw is still so."""
        shown = {record: read_line(line) for record, line in self.images.items()}
        for typed in [*(one for _, one in self.unconfirmed), *self.outbox]:
            seen = shown.get(typed["record"])
            if seen is None and typed["verb"] == "create":
                seen = shown[typed["record"]] = Seen(typed["type"])
            if seen is not None and all(seen.writers.get(one) == typed["seen"].get(one) for one in typed["set"]):
                seen.write(typed)
        return shown

    def make(self, verb: str, type_: str, record: str, set_: dict[str, Any], **more: Any) -> Typed:
        """Type something, upon the record as it is seen here, and keep it in the outbox."""
        self.number += 1
        shown = self.view().get(record)
        typed = make_operation(
            verb, type_, record, set_,
            at=NOW, device=self.id, number=self.number, contract=self.contract_id, author=self.person.id, seen={},
        ) | more  # fmt: skip
        if shown and verb != "create":
            names = looked_at(type_, set_, shown.writers)
            typed["base"] = {one: shown.fields[one] for one in names if shown.fields.get(one) is not None}
            typed["seen"] = {one: shown.writers[one] for one in names if one in shown.writers}
            typed["revision"] = shown.revision
        self.outbox.append(typed)
        return typed

    def push(self, batch: list[Typed], *, answer_arrives: bool = True) -> list[dict[str, Any]]:
        """Deliver; take the answers, unless they are lost on the way."""
        known, chain = self.position
        sent = [read_operation(json.loads(json.dumps(one))) for one in batch]
        push = Push(device=UUID(self.id), waiting=0, known=known, chain=chain, operations=sent)
        told = push_operations(person=self.person, contract_id=self.contract_id, push=push, received_at=NOW)
        kept = [one for one in told.answers if one is not None]
        answers = [{"id": one.id, "state": one.state, "reason": one.reason, "seq": one.seq} for one in kept]
        if answer_arrives:
            self.position = max(self.position, (told.head, told.chain))
            for typed, answer in zip(batch, answers, strict=True):
                self._take_answer(typed, answer)
        return answers

    def pull(self, *, pages: int, limit: int) -> bool:
        """Read some pages of the feed; return whether it came to the end."""
        for _ in range(pages):
            known, chain = self.position
            page = read_feed(contract_id=self.contract_id, after=self.cursor, known=known, chain=chain, limit=limit)
            for line in map(json.loads, page.lines):
                take_line(line, images=self.images, held=self.held)
            self.position, self.cursor = max(self.position, (page.head, page.chain)), page.cursor
            self._confirm(complete=not page.more)
            if not page.more:
                assert page.records == len(self.images)
                assert page.revisions == sum(one["revision"] for one in self.images.values())
                return True
        return False

    def _take_answer(self, typed: Typed, answer: dict[str, Any]) -> None:
        assert self.answers.setdefault(typed["id"], answer) == answer
        if typed in self.outbox:
            self.outbox.remove(typed)
            if answer["state"] in WRITES and typed.get("choice") != "set_aside":
                self.unconfirmed.append((answer["seq"], typed))

    def _confirm(self, *, complete: bool) -> None:
        self.unconfirmed = [
            (seq, typed)
            for seq, typed in self.unconfirmed
            if not complete and self.images.get(typed["record"], {"seq": 0})["seq"] < seq
        ]


def looked_at(type_: str, set_: dict[str, Any], written: dict[str, str]) -> set[str]:
    """The fields that a revise of these rests on: those that belong together with them, and whether it is voided."""
    groups = RULES.types[type_].groups
    together = {name for one in set_ for name in groups.get(one, (one,))} | {"voided"}
    return together | set(written) if "voided" in set_ else together


def read_line(line: dict[str, Any]) -> Seen:
    """The record that a line of the feed tells."""
    fields, writers = dict(line["fields"]), writers_of(line)
    return Seen(type=line["type"], fields=fields, writers=writers, revision=line["revision"])
