"""The command `tallybook`: finds the sub-command, runs it, and tells a failure in one line."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from tallybook.core.failures import TallybookFailure
from tallybook.core.version import VERSION

# Each module has `add_to(subparsers)`; what it adds has `run(arguments) -> int | None` as its default.
MODULES = ("serving", "accounts", "rights", "contracts", "imports", "ledger", "merge_backup", "server_backup", "demo")

FAILED = 1


def main(words: Sequence[str] | None = None) -> int:
    """Run `tallybook` with these words; return its exit code: 0 done, 1 failed, 2 used wrongly."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallybook.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        sys.stderr.write(f"tallybook: {str(wrong).strip().rstrip('.')}. See docs/running/settings.md.\n")
        return FAILED
    arguments = make_parser().parse_args(words)
    try:
        code = arguments.run(arguments)
    except TallybookFailure as failure:
        sys.stderr.write(f"tallybook: {failure} {failure.remedy}\n")
        for line in failure.detail.get("lines", []):
            sys.stderr.write(f"  {line}\n")
        return FAILED
    except DatabaseError as failure:
        sys.stderr.write(f"tallybook: The database does not answer as it should: {failure}")
        sys.stderr.write("\nIf this is a new version, run: tallybook migrate\n")
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    return code or 0


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all sub-commands."""
    parser = argparse.ArgumentParser(prog="tallybook", description="Daily records of road and bridge construction.")
    parser.add_argument("--version", action="version", version=VERSION)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in MODULES:
        import_module(f"tallybook.commands.{name}").add_to(subparsers)
    return parser
