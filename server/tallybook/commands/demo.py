"""The command demo: an agency to try Tallybook with, its people, three contracts and what is written on them."""

import sys
from datetime import UTC, datetime
from typing import Any

from .demonstration.contracts import CONTRACTS, DemoContract
from .demonstration.loading import load_contract
from .demonstration.people import PASSWORD, PEOPLE, make_people


def add_to(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="make a demonstration agency, and print its sign-ins")
    parser.set_defaults(run=_demo)


def _demo(_arguments: Any) -> None:
    now = datetime.now(UTC)
    people = make_people(at=now)
    for contract in CONTRACTS:
        load_contract(contract, people=people, now=now)
    sys.stdout.write(f"Sign in with the password  {PASSWORD}\n")
    for email, name, role in PEOPLE:
        sys.stdout.write(f"  {email:28} {name:18} {role}\n")
    sys.stdout.write("Contracts to take offline\n")
    for contract in CONTRACTS:
        sys.stdout.write(f"  {_describe(contract)}\n")


def _describe(contract: DemoContract) -> str:
    entries = f"{contract.transactions:,} transactions, {contract.notes:,} notes"
    projects = "1 project" if len(contract.projects) == 1 else f"{len(contract.projects)} projects"
    return f"{contract.size}  {contract.number:16} {contract.items:>3} items, {projects}, {entries}"
