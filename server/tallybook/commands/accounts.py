"""Commands about people: create-user, set-password, disable-user, create-token."""

import argparse
import getpass
import sys
from datetime import UTC, datetime
from typing import Any

from tallybook.accounts.models import ROLES
from tallybook.accounts.operations import change_password, create_person, create_token, disable_person
from tallybook.accounts.queries import find_person
from tallybook.core.failures import TallybookFailure
from tallybook.ledger.new_ids import new_id

STILL_RECEIVED = "What his devices still hold is received, and is unclaimed."


class PasswordsDiffer(TallybookFailure):
    """The password was not typed the same twice."""

    code = "passwords_differ"
    http_status = 422
    title = "The two passwords differ."
    remedy = "Type the same one twice."


def add_to(subparsers: Any) -> None:
    """Add the commands."""
    create = subparsers.add_parser("create-user", help="make a person; the password comes from standard input")
    create.add_argument("email")
    create.add_argument("--name", required=True)
    create.add_argument("--role", required=True, choices=ROLES)
    create.set_defaults(run=_create_user)
    for name, run, what in (
        ("set-password", _set_password, "give a person another password; it comes from standard input"),
        ("disable-user", _disable_user, "let a person sign in no more; what he wrote stays"),
        ("create-token", _create_token, "print a bearer token for scripts, and nothing else"),
    ):
        parser = subparsers.add_parser(name, help=what)
        parser.add_argument("email")
        parser.set_defaults(run=run)
        if name == "disable-user":
            parser.add_argument("--end-sessions", action="store_true", help="receive nothing more from his devices")


def _create_user(arguments: argparse.Namespace) -> None:
    at = datetime.now(UTC)
    person = create_person(
        id=new_id(at=at),
        email=arguments.email,
        name=arguments.name,
        role=arguments.role,
        password=_read_password(),
        at=at,
    )
    sys.stdout.write(f"{person.name} <{person.email}> can sign in as {person.role}.\n")


def _set_password(arguments: argparse.Namespace) -> None:
    person = find_person(email=arguments.email)
    change_password(person=person, password=_read_password())
    sys.stdout.write(f"{person.name} has a new password and is signed out everywhere.\n")


def _disable_user(arguments: argparse.Namespace) -> None:
    person = find_person(email=arguments.email)
    disable_person(person=person, with_sessions=arguments.end_sessions)
    rest = "Nothing more is received from his devices." if arguments.end_sessions else STILL_RECEIVED
    sys.stdout.write(f"{person.name} can sign in no more. {rest}\n")


def _create_token(arguments: argparse.Namespace) -> None:
    person = find_person(email=arguments.email)
    sys.stdout.write(create_token(person=person, at=datetime.now(UTC)) + "\n")


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise PasswordsDiffer
    return password
