"""An office with a running server, to which backup files are brought by HTTP."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tallybook.accounts.models import Person
from tallybook.ledger.new_ids import new_id

from tests.support.backup_files import BackupWriter
from tests.support.hammering import Office, make_office
from tests.support.postgres import new_database
from tests.support.server import RunningServer, running_server

API = "/api/sync/v1/backups"
DEVICE = "00000000-0000-7000-8000-00000000dddd"


@contextmanager
def merging_office(folder: Path, database_of_run: str | None) -> Iterator[Office]:
    """A server on a database of its own, of the kind that this run tests."""
    with ExitStack() as stack:
        made = stack.enter_context(new_database(database_of_run)) if database_of_run else None
        server = stack.enter_context(running_server(folder / "data", database_url=made))
        yield make_office([server], folder)


def make_notes(office: Office, count: int) -> list[dict[str, Any]]:
    """Notes that a device made and never sent."""
    now = datetime.now(UTC)
    return [
        {
            "id": str(new_id(at=now)), "device": DEVICE, "number": number, "contract": office.contract, "type": "note",
            "record": str(new_id(at=now)), "verb": "create", "author": office.person, "app": "test", "schema": 1,
            "made_at": "2026-11-24T06:00:00.000-06:00",
            "set": {"note_type": "General", "work_date": "2026-11-20", "text": f"Note {number}"},
        }
        for number in range(1, count + 1)
    ]  # fmt: skip


def write_backup(office: Office, operations: list[dict[str, Any]]) -> bytes:
    """The file of such a device."""
    agency = json.loads(office.ask(office.servers[0], "/api/v1/session"))["agency"]
    ann = Person(id=UUID(office.person), email="ann@example.org", name="Ann")
    return BackupWriter(ann, {UUID(office.contract): operations}, agency=agency).write()


def ask(office: Office, method: str, path: str, body: Any = None, *, timeout_s: int = 60) -> tuple[int, dict[str, Any]]:
    """One request under the address of backups; raises one of LOST where no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", office.servers[0].port, timeout=timeout_s)
    is_file = isinstance(body, bytes)
    headers = {
        "Authorization": f"Bearer {office.token}", "Host": "localhost",
        "Content-Type": "application/vnd.tallybook.backup" if is_file else "application/json",
    }  # fmt: skip
    try:
        connection.request(method, API + path, body if is_file else json.dumps(body or {}), headers)
        with connection.getresponse() as answer:
            told = answer.read()
            return answer.status, json.loads(told) if told else {}
    finally:
        connection.close()


def send_raw(office: Office, headers: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """An upload with headers as they are given; the sending side is closed behind the body."""
    head = f"POST {API} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {office.token}\r\nConnection: close\r\n"
    typed = "Content-Type: application/vnd.tallybook.backup\r\n"
    with socket.create_connection(("127.0.0.1", office.servers[0].port), timeout=60) as opened:
        opened.sendall((head + typed + headers + "\r\n").encode() + body)
        opened.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(opened)
        answer.begin()
        return answer.status, json.loads(answer.read())


def uploads_of(server: RunningServer) -> list[str]:
    """What lies in the folder of uploads."""
    folder = server.data_dir / "backups"
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


def count_entries(office: Office, operations: list[dict[str, Any]]) -> tuple[int, int]:
    """How many of these the ledger has, and how many entries of the ledger these are."""
    lines = office.servers[0].run("export-ledger", "SP 1").splitlines()
    ids = [json.loads(line)["operation"]["id"] for line in lines]
    wanted = {one["id"] for one in operations}
    return len(wanted & set(ids)), sum(one in wanted for one in ids)
