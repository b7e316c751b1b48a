"""The real server, as a process of its own: started, killed, restarted on the same port."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TALLYBOOK = ROOT / ".venv" / "bin" / "tallybook"

START_TIMEOUT_S = 40
STOP_TIMEOUT_S = 20


class ServerNotStarted(Exception):
    """The server did not answer in time, or ended; what it said is in the message."""


def find_free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningServer:
    """`tallybook serve` on one data folder and one port, whatever happens to its process."""

    def __init__(
        self, *, data_dir: Path, database_url: str | None, env: Mapping[str, str], options: Sequence[str] = ()
    ) -> None:
        """Choose a port; nothing runs yet. `options` are those of `tallybook serve`."""
        self.data_dir = data_dir
        self.port = find_free_port()
        self.options = tuple(options)
        self.url = f"{'https' if '--certificate' in options else 'http'}://127.0.0.1:{self.port}"
        self.log = data_dir / "server.log"
        self.env = {**os.environ, **env, "TALLYBOOK_DATA_DIR": str(data_dir)}
        # Given or not, never the one that this test run happens to use.
        self.env.pop("TALLYBOOK_DATABASE_URL", None)
        if database_url is not None:
            self.env["TALLYBOOK_DATABASE_URL"] = database_url
        self.running: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str, typed: str = "") -> str:
        """Another `tallybook` command on the same data, with what is typed; return what it printed."""
        finished = subprocess.run(
            [str(TALLYBOOK), *arguments],
            cwd=self.data_dir,
            env=self.env,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, f"tallybook {' '.join(arguments)}:\n{finished.stdout}{finished.stderr}"
        return finished.stdout

    def migrate(self) -> None:
        """Make the database, empty; SQLite's is a copy of one that the command made."""
        if "TALLYBOOK_DATABASE_URL" in self.env:
            self.run("migrate")
        else:
            shutil.copy(migrated_file(), self.data_dir)

    def start(self) -> None:
        """Start and return when it answers."""
        assert self.running is None, "The server runs already."
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [str(TALLYBOOK), "serve", "--port", str(self.port), *self.options],
                cwd=self.data_dir,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its workers can be killed with it
            )
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.kill()
            raise

    def wait_until_it_answers(self) -> None:
        """Any answer of HTTP will do, also a refusal."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.running is None or self.running.poll() is not None:
                break
            if answers(self.url):
                return
            time.sleep(0.05)
        raise ServerNotStarted(f"No answer from {self.url}. It said:\n{self.said()}")

    def said(self) -> str:
        """What the server wrote so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def kill(self) -> None:
        """SIGKILL to every process of the server: nothing gets to finish."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end; requests that run may finish."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """The same data, the same port, a new process."""
        self.stop()
        self.start()

    def _end(self, number: signal.Signals) -> None:
        if self.running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, number)
        try:
            self.running.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(STOP_TIMEOUT_S)
        self.running = None


@functools.cache
def migrated_file() -> Path:
    """An empty SQLite that `tallybook migrate` made: once in each process, for it takes a second and many want one."""
    folder = Path(tempfile.mkdtemp(prefix="tallybook-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    RunningServer(data_dir=folder, database_url=None, env={}).run("migrate")
    return folder / "tallybook.sqlite3"


def answers(url: str) -> bool:
    """Whether something speaks HTTP there."""
    unverified = ssl._create_unverified_context()  # who it is does not matter here
    https = urllib.request.HTTPSHandler(context=unverified)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), https)
    try:
        with opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return True
    except OSError:
        return False


@contextlib.contextmanager
def running_server(
    data_dir: Path,
    *,
    database_url: str | None = None,
    env: Mapping[str, str] | None = None,
    before: tuple[tuple[str, ...], ...] = (("migrate",),),
    options: Sequence[str] = (),
) -> Iterator[RunningServer]:
    """A server on this folder, started after the commands in `before`; gone at the end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    server = RunningServer(data_dir=data_dir, database_url=database_url, env=env or {}, options=options)
    for arguments in before:
        server.migrate() if arguments == ("migrate",) else server.run(*arguments)
    server.start()
    try:
        yield server
    finally:
        server.stop()
