"""What stands in the database that is read now: heads, migrations, agency; and whether its ledgers are right."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tallybook.ledger.models import LedgerEntry, LedgerHead
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.models import Installation
from tallybook.sync.registry import RULES

from ..ledger import name_ledgers
from .folder import ContractHead


@contextlib.contextmanager
def reading_file(path: Path, *, writable: bool = False) -> Iterator[None]:
    """Let every query of this thread go to another SQLite file, until the end of the block."""
    usual = connections[DEFAULT_DB_ALIAS]
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    # Without the settings of the live file: the copy stays one file, with nothing beside it.
    options = {"transaction_mode": "IMMEDIATE"} if writable else {}
    other.settings_dict = {
        **usual.settings_dict,
        "NAME": f"file:{quote(str(path))}?mode={'rw' if writable else 'ro'}",
        "OPTIONS": options,
    }
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = usual
        other.close()


def read_heads() -> list[ContractHead]:
    """Return where each ledger ends, contracts by number."""
    names = name_ledgers()
    heads = {head.contract_id: head for head in LedgerHead.objects.all()}
    return [
        ContractHead(str(one), name, heads[one].seq, heads[one].chain) for one, name in names.items() if one in heads
    ]


def read_agency() -> str:
    """Return the agency's id; nothing where nothing was written yet."""
    found = Installation.objects.first()
    return str(found.agency_id) if found else ""


def read_migrations() -> list[str]:
    """Return the migrations that the database has had."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def find_unknown_migrations(migrations: list[str]) -> list[str]:
    """Return those that this program does not know: a newer one made them."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    return [one for one in migrations if one not in known]


def has_tables() -> bool:
    """Whether there is anything at all in the database."""
    return bool(connection.introspection.table_names())


def has_entries() -> bool:
    """Whether any ledger has an entry."""
    return any(one.startswith("ledger.") for one in read_migrations()) and LedgerEntry.objects.exists()


def find_differences(heads: list[ContractHead] | None = None) -> list[str]:
    """Return what verify-ledger finds, a sentence for each ledger, and where one does not end as `heads` say."""
    found = []
    for contract_id, name in name_ledgers().items():
        difference = find_first_difference(contract_id=contract_id, rules=RULES)
        if difference:
            found.append(f"{name}: {difference}")
    stored = {head.contract_id: (head.seq, head.chain) for head in LedgerHead.objects.all()}
    found += [
        f"{head.name}: it does not end at entry {head.entries} as when it was backed up."
        for head in heads or []
        if stored.get(UUID(head.id)) != (head.entries, head.chain)
    ]
    return found
