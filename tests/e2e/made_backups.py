"""Backup files for the pages that restore and merge them: made beside the server, of its own agency and people."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from tests.e2e.conftest import NUMBER, Agency
from tests.support.backup_files import BackupWriter, PersonOfFile, save
from tests.support.inspector import Inspector

PASSPHRASE = "orange barrel 42"


class Office:
    """What the files of an agency say of it."""

    def __init__(self, agency: Agency, folder: Path) -> None:
        """Read beside the server: the database is its own."""
        self.folder = folder
        with contextlib.closing(sqlite3.connect(agency.server.data_dir / "tallybook.sqlite3")) as database:
            (self.agency,) = database.execute("SELECT agency_id FROM sync_installation").fetchone()
            self.people = {
                email.split("@")[0]: PersonOfFile(UUID(id_), email, name, "".join(part[0] for part in name.split()))
                for id_, email, name in database.execute("SELECT id, email, name FROM accounts_person")
            }
            found = database.execute("SELECT contract_id FROM contracts_contract WHERE number = ?", (NUMBER,))
            self.contract = UUID(found.fetchone()[0])

    def writer(self, whose: str, notes: int, *, others: str = "", **more: Any) -> BackupWriter:
        """Somebody's file with so many notes; one more that another person typed."""
        operations = [self._note(whose, number, f"Note {number}") for number in range(1, notes + 1)]
        if others:
            operations.append(self._note(others, notes + 1, "Typed by another person"))
        made: dict[str, Any] = {
            "person": self.people[whose],
            "operations": {self.contract: operations},
            "agency": {"id": str(UUID(self.agency)), "name": "Our agency"},
        }
        return BackupWriter(**(made | more))

    def file(self, content: bytes, name: str = "a.tallybook") -> Path:
        """On the disk of whoever chooses it."""
        return save(content, self.folder, name)

    def _note(self, author: str, number: int, text: str) -> dict[str, Any]:
        return {
            "id": str(uuid4()), "device": "00000000-0000-7000-8000-00000000dddd", "number": number,
            "contract": str(self.contract), "type": "note", "record": str(uuid4()), "verb": "create",
            "set": {"note_type": "General", "text": text, "work_date": "2026-11-19"},
            "author": str(self.people[author].id),
            "made_at": "2026-11-19T14:05:11.120-06:00", "app": "0.1.0", "schema": 1,
        }  # fmt: skip


def choose(who: Inspector, file: Path) -> None:
    """Choose the file of the page in sight."""
    who.page.locator("main input[type=file]").set_input_files(file)
