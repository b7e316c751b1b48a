"""A throwaway PostgreSQL: its own cluster, reached by a socket in a folder of its own, gone at the end.

python -m tests.support.postgres -- COMMAND    runs the command with TALLYBOOK_DATABASE_URL set
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from scripts.setup import find_postgres

OWNER = "postgres"  # PostgreSQL does not run as root
STOP_TIMEOUT_S = 30

# Strict like a real one where it is killed: what a test finds durable must have been made so.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
fsync = {fsync}
full_page_writes = {fsync}
max_connections = 60
shared_buffers = '64MB'
"""


class ClusterNotStarted(Exception):
    """The cluster did not come up; its own log is in the message."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster, and the folders that it alone uses."""

    programs: Path
    files: Path
    sockets: Path

    def url_of(self, database: str) -> str:
        """The libpq URI of one of its databases."""
        return f"postgresql:///{database}?host={self.sockets}&user={OWNER}"

    @property
    def pid(self) -> int:
        """The postmaster, as it says itself."""
        return int((self.files / "postmaster.pid").read_text().splitlines()[0])

    def ask(self, question: str) -> str:
        """One answer of psql."""
        arguments = [str(self.programs / "psql"), "-X", "-At", "-c", question, self.url_of("postgres")]
        return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()

    def create_database(self, name: str | None = None) -> str:
        """Make an empty database; return its URL."""
        chosen = name or f"tallybook_{uuid4().hex[:12]}"
        self.ask(f'CREATE DATABASE "{chosen}"')
        return self.url_of(chosen)

    def kill(self) -> None:
        """Cut the power: every process of the cluster ends at once, nothing is written."""
        pid = self.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for victim in [pid, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        wait_until_gone(pid)

    def start(self) -> None:
        """Start it (again) and make sure that it is this one that answers."""
        log = self.files / "log"
        command = [str(self.programs / "pg_ctl"), "-D", str(self.files), "-l", str(log), "-w", "start"]
        started = as_owner(command)
        if started.returncode != 0:
            raise ClusterNotStarted(f"{started.stderr}\n{log.read_text() if log.exists() else ''}")
        answered = self.ask("SHOW data_directory")
        if answered != str(self.files):
            raise ClusterNotStarted(f"Another cluster answers at {self.sockets}: {answered}")

    def stop(self) -> None:
        """End it, by the pid that it wrote itself; nothing happens where it does not run."""
        if not (self.files / "postmaster.pid").exists():
            return
        pid = self.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        wait_until_gone(pid)


def wait_until_gone(pid: int) -> None:
    """Return when the process has ended; a new one may then take its files."""
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise TimeoutError(f"The PostgreSQL of the tests (pid {pid}) has not ended in {STOP_TIMEOUT_S} s.")


def as_owner(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run as the user that may own a cluster."""
    whole = ["runuser", "-u", OWNER, "--", *command] if os.geteuid() == 0 else command
    # Its log goes to a file: a pipe would stay open for as long as the cluster runs.
    with tempfile.TemporaryFile("w+") as said:
        finished = subprocess.run(
            whole, cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said, text=True, check=False
        )
        said.seek(0)
        return subprocess.CompletedProcess(whole, finished.returncode, "", said.read())


@contextlib.contextmanager
def throwaway_cluster(*, waits_for_disk: bool = True) -> Iterator[Cluster]:
    """A new cluster, started; stopped and deleted at the end, also of a failed test.

    Where nobody kills it, it need not wait for the disk: that is most of the time of emptying tables behind each test.
    """
    programs = find_postgres()
    if programs is None:
        raise ClusterNotStarted("There is no PostgreSQL here. Run: python3 scripts/setup.py --tests")
    # Short, because the path of a socket may have 107 characters.
    home = Path(tempfile.mkdtemp(prefix="tb-", dir="/tmp"))
    cluster = Cluster(programs=programs, files=home / "files", sockets=home / "s")
    try:
        prepare(cluster, home, fsync="on" if waits_for_disk else "off")
        cluster.start()
        cluster.create_database("tallybook")
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def prepare(cluster: Cluster, home: Path, *, fsync: str) -> None:
    """Make the cluster's folders and files."""
    cluster.sockets.mkdir()
    if os.geteuid() == 0:
        for folder in (home, cluster.sockets):
            shutil.chown(folder, OWNER)
    made = as_owner(
        [
            str(cluster.programs / "initdb"),
            *("-D", str(cluster.files), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"),
        ]
    )
    if made.returncode != 0:
        raise ClusterNotStarted(made.stderr)
    with (cluster.files / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(sockets=cluster.sockets, fsync=fsync))


def name_database(url: str, name: str) -> str:
    """The same URL for another database. Not by `geturl`: some Pythons drop the slashes of an empty host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"


@contextlib.contextmanager
def new_database(url: str) -> Iterator[str]:
    """An empty database in the cluster of this URL, gone at the end whoever is still connected."""
    name = f"tallybook_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield name_database(url, name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def end_by_exception(number: int, _frame: object) -> None:
    """Let `finally` stop the cluster where this program is told to end."""
    sys.exit(128 + number)


def main() -> int:
    """Run a command beside a cluster; answer with its exit code."""
    if len(sys.argv) < 3 or sys.argv[1] != "--":
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, end_by_exception)
    with throwaway_cluster(waits_for_disk=False) as cluster:
        env = {**os.environ, "TALLYBOOK_DATABASE_URL": cluster.url_of("tallybook")}
        return subprocess.run(sys.argv[2:], env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
