"""Commands about contracts: close-contract."""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from tallybook.contracts.queries import find_contract_by_number
from tallybook.sync.installation import OwnChange, settle_own

from .rights import find_acting


def add_to(subparsers: Any) -> None:
    """Add the commands."""
    close = subparsers.add_parser("close-contract", help="close a contract; what comes later is held for the office")
    close.add_argument("contract_number")
    close.add_argument("--as", dest="acting", metavar="EMAIL", help="who gives the command")
    close.set_defaults(run=_close)


def _close(arguments: argparse.Namespace) -> None:
    contract = find_contract_by_number(number=arguments.contract_number)
    settle_own(
        contract_id=contract.contract_id,
        acting=find_acting(arguments.acting).id,
        changes=[OwnChange("revise", "contract", contract.contract_id, {"status": "closed"})],
        at=datetime.now(UTC),
        reason="closed",
    )
    sys.stdout.write(f"{contract.number} is closed.\n")
