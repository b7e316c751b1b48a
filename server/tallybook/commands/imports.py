"""The command import-contract."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tallybook.contracts.accuracy import ACCURACY_MAX
from tallybook.contracts.import_failures import FileUnreadable
from tallybook.contracts.import_plan import plan_import
from tallybook.contracts.import_sheets import FILE_BYTES_MAX
from tallybook.sync.contract_import import save_import

from .rights import find_acting


def add_to(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "import-contract", help="make a contract out of a CSV, XLS or XLSX file of its items"
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--number", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--accuracy", type=int, choices=range(ACCURACY_MAX + 1), help="decimals of quantities")
    parser.add_argument("--where", action="append", default=[], metavar="COLUMN=VALUE", type=_read_choice)
    parser.add_argument("--sheet", default="", help="of a workbook")
    parser.add_argument("--as", dest="acting", metavar="EMAIL", help="who gives the command")
    parser.set_defaults(run=_import)


def _read_choice(text: str) -> tuple[str, str]:
    heading, separator, value = text.partition("=")
    if not separator or not heading.strip():
        raise argparse.ArgumentTypeError("write it as COLUMN=VALUE")
    return heading, value


def _import(arguments: argparse.Namespace) -> None:
    try:
        with arguments.file.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as unreadable:
        raise FileUnreadable(f"The file {arguments.file} cannot be read: {unreadable.strerror}.") from unreadable
    acting = find_acting(arguments.acting)
    plan = plan_import(
        content,
        accuracy_by_unit=settings.ACCURACY_BY_UNIT,
        accuracy=arguments.accuracy,
        where=arguments.where,
        sheet_name=arguments.sheet,
    )
    save_import(plan, acting=acting, number=arguments.number, name=arguments.name, at=datetime.now(UTC))
    counted = f"{len(plan.items)} items in {len(plan.title_by_project)} projects"
    sys.stdout.write(f"{arguments.number}: {counted}, {plan.total:,.2f} dollars in all.\n")
