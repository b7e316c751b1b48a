"""The command demo: people to sign in with, for whoever tries Tallybook out."""

import sys
from datetime import UTC, datetime
from typing import Any

from tallybook.accounts.models import Person
from tallybook.accounts.operations import create_person
from tallybook.core.failures import TallybookFailure
from tallybook.ledger.new_ids import new_id

PASSWORD = "orange barrel 42"  # noqa: S105 - printed for everybody who tries it
PEOPLE = (
    ("admin@tallybook.example", "Dana Whitfield", "admin"),
    ("office@tallybook.example", "Ruth Castellano", "office"),
    ("ann@tallybook.example", "Ann Lindqvist", "inspector"),
    ("bo@tallybook.example", "Bo Keller", "inspector"),
    ("dee@tallybook.example", "Dee Okafor", "inspector"),
    ("viewer@tallybook.example", "Vic Moreau", "viewer"),
    ("nobody@tallybook.example", "Noel Brandt", "inspector"),
)


class NotADemonstration(TallybookFailure):
    """There are real people in this database."""

    code = "not_a_demonstration"
    http_status = 409
    title = "There are people in this database already."
    remedy = "Use another TALLYBOOK_DATA_DIR for the demonstration. Nothing was changed."


def add_to(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="make the people of a demonstration agency, and print their sign-ins")
    parser.set_defaults(run=_demo)


def _demo(_arguments: Any) -> None:
    there = set(Person.objects.values_list("email", flat=True))
    if there - {email for email, _, _ in PEOPLE}:
        raise NotADemonstration
    at = datetime.now(UTC)
    for email, name, role in PEOPLE:
        if email not in there:
            create_person(id=new_id(at=at), email=email, name=name, role=role, password=PASSWORD, at=at)
    sys.stdout.write(f"Sign in with the password  {PASSWORD}\n")
    for email, name, role in PEOPLE:
        sys.stdout.write(f"  {email:28} {name:18} {role}\n")
