"""The installation's own doing: imports and commands go through the ledger as everything else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import transaction

from tallybook.accounts.models import Person
from tallybook.contracts.models import Contract
from tallybook.core.failures import TallybookFailure
from tallybook.core.fields import normalise_fields
from tallybook.core.instants import spell_instant
from tallybook.core.merging import VOIDED
from tallybook.core.version import VERSION
from tallybook.ledger.models import LedgerHead
from tallybook.ledger.new_ids import new_id
from tallybook.ledger.settle import settle
from tallybook.ledger.stored import Answer, read_operation
from tallybook.ledger.workspace import Workspace, lock_head

from .models import Installation
from .registry import RULES

AGENCY_NAME = "Our agency"


class OwnChange(msgspec.Struct, frozen=True):
    """One record that the installation makes or changes."""

    verb: Literal["create", "revise"]
    type: str
    record: UUID
    fields: dict[str, Any]


class OwnChangeHeld(TallybookFailure):
    """A change by a command or an import does not fit the rules; nothing of it was kept."""

    code = "own_change_held"
    http_status = 422
    title = "The records do not take this change."
    remedy = "Correct what is named and try again. Nothing was changed."


class ContractNumberTaken(TallybookFailure):
    """A contract's number is unique in the agency."""

    code = "contract_number_taken"
    http_status = 409
    title = "There is a contract with this number already."
    remedy = "Choose another number."


def this_installation(*, at: datetime) -> Installation:
    """Return this installation's row, made at the first time. Cost: one query."""
    first = {"agency_id": new_id(at=at), "agency_name": AGENCY_NAME, "device": new_id(at=at)}
    found, _ = Installation.objects.get_or_create(is_the_one=True, defaults=first)
    return found


def _lock_installation(at: datetime) -> Installation:
    """Return the row, locked until commit: of two changes at once each gets numbers of its own."""
    this_installation(at=at)
    return Installation.objects.select_for_update().get()


@transaction.atomic
def settle_own(
    *, contract_id: UUID, acting: UUID, changes: Sequence[OwnChange], at: datetime, reason: str = ""
) -> list[Answer]:
    """Settle changes that a command or an import makes as `acting`, all of them or none.

    Raises OwnChangeHeld. Cost: that of one push.
    """
    head = lock_head(contract_id)
    if head is None:
        raise OwnChangeHeld("There is no such contract.")
    return _settle_changes(head, acting, changes, at, reason)


@transaction.atomic
def create_contract(
    *,
    acting: Person,
    fields: Mapping[str, Any],
    projects: Sequence[OwnChange],
    items: Sequence[OwnChange],
    at: datetime,
) -> UUID:
    """Make a contract's ledger with its contract, its maker with the office right, projects and items.

    Raises ContractNumberTaken, OwnChangeHeld; then nothing was kept. Returns the contract's id.
    """
    if Contract.objects.filter(number=str(fields.get("number", "")).strip()).exists():
        raise ContractNumberTaken
    contract_id = new_id(at=at)
    head = LedgerHead.objects.create(contract_id=contract_id)
    person = {"name": acting.name, "initials": acting.initials, "right": "office"}
    changes = [
        OwnChange("create", "contract", contract_id, dict(fields)),
        OwnChange("create", "person", acting.id, person),
        *projects,
        *items,
    ]
    _settle_changes(head, acting.id, changes, at, "")
    return contract_id


def _settle_changes(
    head: LedgerHead, acting: UUID, changes: Sequence[OwnChange], at: datetime, reason: str
) -> list[Answer]:
    installation = _lock_installation(at)
    workspace = Workspace(contract_id=head.contract_id, head=head, rules=RULES)
    workspace.load_records({str(change.record) for change in changes})
    operations = []
    for change in changes:
        installation.last_number += 1
        operations.append(read_operation(_make_operation(workspace, installation, acting, change, at, reason)))
    installation.save(update_fields=["last_number"])
    answers = settle(
        workspace,
        operations,
        signed_in=str(acting),
        received_at=spell_instant(at),
        acts_for_office=lambda _signed_in: True,
    )
    held = [(change, answer) for change, answer in zip(changes, answers, strict=True) if answer.state == "held"]
    if held:
        raise OwnChangeHeld(
            detail={
                "held": [{"type": one.type, "reason": answer.reason, "detail": answer.detail} for one, answer in held]
            }
        )
    return answers


def _make_operation(
    workspace: Workspace,
    installation: Installation,
    acting: UUID,
    change: OwnChange,
    at: datetime,
    reason: str,
) -> dict[str, Any]:
    """Return the operation of a change, typed upon the record as it stands under the lock."""
    stored = workspace.images.get(str(change.record))
    normal, _ = normalise_fields(change.fields, RULES.types[change.type].kinds)
    operation: dict[str, Any] = {
        "id": str(new_id(at=at)),
        "device": str(installation.device),
        "number": installation.last_number,
        "contract": str(workspace.contract_id),
        "type": change.type,
        "record": str(change.record),
        "verb": change.verb,
        "set": {name: value for name, value in normal.items() if value is not None or change.verb == "revise"},
        "author": str(acting),
        "made_at": at.isoformat(timespec="milliseconds"),
        "app": VERSION,
        "schema": RULES.types[change.type].schema,
    } | ({"reason": reason} if reason else {})
    if stored is None or change.verb == "create":
        return operation
    # Under the lock nothing moves between this look and the settling.
    names = {*stored.image.fields, *stored.image.by_field, *change.fields, VOIDED}
    writers = {name: writer for name in sorted(names) if (writer := stored.image.writer_of(name))}
    base = {name: stored.image.fields[name] for name in sorted(names) if name in stored.image.fields}
    return operation | {"base": base, "seen": writers, "revision": stored.image.revision}
