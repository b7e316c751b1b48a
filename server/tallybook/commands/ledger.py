"""Commands about the ledger: verify-ledger, export-ledger."""

import argparse
import sys
from typing import Any
from uuid import UUID

import msgspec

from tallybook.contracts.models import Contract
from tallybook.contracts.queries import find_contract_by_number
from tallybook.ledger.models import LedgerEntry, LedgerHead
from tallybook.ledger.replay import ROWS_AT_ONCE, find_first_difference
from tallybook.sync.registry import RULES


def add_to(subparsers: Any) -> None:
    """Add the commands."""
    verify = subparsers.add_parser(
        "verify-ledger", help="recompute chains, images and tables; say the first difference"
    )
    verify.add_argument("contract_number", nargs="?")
    verify.set_defaults(run=_verify)
    export = subparsers.add_parser("export-ledger", help="print a contract's ledger as NDJSON, an entry a line")
    export.add_argument("contract_number")
    export.set_defaults(run=_export)


def _verify(arguments: argparse.Namespace) -> int:
    if arguments.contract_number:
        contract = find_contract_by_number(number=arguments.contract_number)
        name_by_id = {contract.contract_id: contract.number}
    else:
        name_by_id = name_ledgers()
    differing = 0
    for contract_id, name in name_by_id.items():
        difference = find_first_difference(contract_id=contract_id, rules=RULES)
        differing += difference is not None
        sys.stdout.write(f"{name}: {difference or 'every entry, image and row is as it should be.'}\n")
    return 1 if differing else 0


def name_ledgers() -> dict[UUID, str]:
    """Return every contract's number, then the id of what has a head or entries and is in no list of contracts."""
    listed = dict(Contract.objects.order_by("number").values_list("contract_id", "number"))
    entries = LedgerEntry.objects.values_list("contract_id", flat=True).distinct()
    for contract_id in sorted({*LedgerHead.objects.values_list("contract_id", flat=True), *entries} - listed.keys()):
        listed[contract_id] = f"Contract {contract_id}"
    return listed


def _export(arguments: argparse.Namespace) -> None:
    contract = find_contract_by_number(number=arguments.contract_number)
    entries = LedgerEntry.objects.filter(contract_id=contract.contract_id).order_by("seq")
    for entry in entries.iterator(chunk_size=ROWS_AT_ONCE):
        told = {
            "seq": entry.seq,
            "operation": msgspec.Raw(entry.operation.encode()),
            "signed_in": str(entry.signed_in),
            "received_at": entry.received_at,
            "state": entry.state,
            "reason": entry.reason,
            "hash": entry.hash,
        }
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
