"""An installation with a contract, its backups, and what a test asks of either: on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.support.hammering import HammeringDevice, Office
from tests.support.server import TALLYBOOK, RunningServer, running_server

PASSWORD = "orange barrel 42\n"
ITEMS = "Line,Item Number,Description,Unit,Quantity,Unit Price\n10,2021.501,Mobilization,LS,1,75000\n"


@dataclass
class Installation:
    """A running server and the folder of its backups."""

    server: RunningServer
    database_url: str | None
    place: Path
    office: Office

    def tallybook(self, *words: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever its end."""
        return subprocess.run(
            [str(TALLYBOOK), *map(str, words)],
            cwd=self.server.data_dir,
            env={**self.server.env, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )

    def back_up(self, *options: str) -> Path:
        """Make a backup that must be whole; return its folder."""
        before = set(self.whole())
        self.server.run("backup", str(self.place), *options)
        [made] = set(self.whole()) - before
        return made

    def refuse(self, *words: str | Path, because: str, env: Mapping[str, str] | None = None) -> None:
        """The command ends with 1, and one of its lines says this."""
        finished = self.tallybook(*words, env=env)
        assert (finished.returncode, because in finished.stderr) == (1, True), finished.stderr
        assert "Traceback" not in finished.stderr

    def whole(self) -> list[Path]:
        """The backups that look whole, oldest first."""
        return sorted(self.place.glob("tallybook-*Z"))

    def ledger(self) -> list[dict[str, Any]]:
        """Every entry of the contract."""
        return [json.loads(line) for line in self.server.run("export-ledger", "SP 1").splitlines()]

    def device(self, seed: int = 1) -> HammeringDevice:
        """Somebody's device on the contract."""
        return HammeringDevice(self.office, random.Random(seed))

    def change(self, statement: str) -> None:
        """Change the stored tables behind the program's back."""
        if self.database_url is not None:
            with psycopg.connect(self.database_url) as connection:
                connection.execute(statement.encode())
            return
        with contextlib.closing(sqlite3.connect(self.server.data_dir / "tallybook.sqlite3")) as connection:
            connection.execute(statement)
            connection.commit()


@contextlib.contextmanager
def installation(folder: Path, database_url: str | None) -> Iterator[Installation]:
    """A server with one person and one contract."""
    items = folder / "items.csv"
    items.write_text(ITEMS, encoding="utf-8")
    with running_server(folder / "data", database_url=database_url) as server:
        server.run("create-user", "ann@example.org", "--name", "Ann", "--role", "admin", typed=PASSWORD)
        server.run("import-contract", str(items), "--number", "SP 1", "--name", "Overlay")
        token = server.run("create-token", "ann@example.org").strip()
        contract = ask(server, token, "/api/sync/v1/contracts")["contracts"][0]["id"]
        person = ask(server, token, "/api/v1/session")["person"]["id"]
        yield Installation(server, database_url, folder / "backups", Office([server], contract, person, token))


def ask(server: RunningServer, token: str, path: str) -> Any:
    """One answer of the API."""
    asked = urllib.request.Request(server.url + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
        return json.loads(answer.read())
