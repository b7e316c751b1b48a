"""`tallybook serve` told to end: by a service manager, by Ctrl+C, at rest, at work and while it begins."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.server import TALLYBOOK, RunningServer, running_server

ENDS_WITHIN_S = 5
REQUEST = b"GET /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
PROCESSES = "4"
TRIES = 6  # of what went wrong one time in four


@pytest.fixture
def server_on_database(tmp_path: Path, database_url: str | None) -> Iterator[RunningServer]:
    """With as many processes as it has on this database."""
    with running_server(tmp_path / "data", database_url=database_url) as started:
        yield started


@pytest.fixture
def server_with_processes(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path / "data", env={"TALLYBOOK_WORKERS": PROCESSES}) as started:
        yield started


def press_ctrl_c(server: RunningServer) -> None:
    """A terminal sends it to every process."""
    assert server.running is not None
    os.killpg(server.running.pid, signal.SIGINT)


def send_sigterm(server: RunningServer) -> None:
    assert server.running is not None
    os.kill(server.running.pid, signal.SIGTERM)


def check_it_ended(server: RunningServer) -> None:
    """In time, with code 0, and without a word about it."""
    assert server.running is not None
    code = server.running.wait(ENDS_WITHIN_S)
    server.running = None
    said = [line for line in server.said().splitlines() if not line.startswith("Tallybook is at ")]
    assert (code, said) == (0, [])


@pytest.mark.parametrize("tell", [send_sigterm, press_ctrl_c])
def test_it_ends_quickly_and_cleanly(server_on_database: RunningServer, tell: Callable[[RunningServer], None]) -> None:
    server = server_on_database
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as kept:
        kept.request("GET", "/api/v1/session")
        kept.getresponse().read()

        tell(server)

        check_it_ended(server)


@pytest.mark.parametrize("tell", [send_sigterm, press_ctrl_c])
def test_a_request_that_runs_is_answered(
    server_on_database: RunningServer, tell: Callable[[RunningServer], None]
) -> None:
    server = server_on_database
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as half_said:
        half_said.sendall(REQUEST[:30])
        time.sleep(0.3)  # until a thread reads it

        tell(server)
        time.sleep(0.3)
        half_said.sendall(REQUEST[30:])

        assert half_said.recv(100).startswith(b"HTTP/1.1 401 ")
    check_it_ended(server)


def test_ctrl_c_ends_a_server_at_work(server_with_processes: RunningServer) -> None:
    server = server_with_processes
    for number in range(TRIES):
        with devices_asking(server.port) as was_answered:
            assert was_answered.wait(ENDS_WITHIN_S)
            time.sleep(number / 300)

            press_ctrl_c(server)

            check_it_ended(server)
        server.start()


def test_ctrl_c_ends_a_server_that_begins(server_with_processes: RunningServer) -> None:
    server = server_with_processes
    for number in range(TRIES):
        server.stop()
        server.log.unlink()
        with server.log.open("ab") as log:
            server.running = subprocess.Popen(
                [str(TALLYBOOK), "serve", "--port", str(server.port)],
                env=server.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while "Tallybook is at" not in server.said():
            assert server.running.poll() is None
            time.sleep(0.01)
        time.sleep(0.05 + number / 15)  # its processes begin within these

        press_ctrl_c(server)

        check_it_ended(server)


@contextlib.contextmanager
def devices_asking(port: int) -> Iterator[threading.Event]:
    """Six of them without a pause, each time by a connection of its own; the event tells of a first answer."""
    was_answered, is_over = threading.Event(), threading.Event()

    def ask_again_and_again() -> None:
        while not is_over.is_set():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as one:
                one.sendall(REQUEST)
                if one.recv(100):
                    was_answered.set()

    devices = [threading.Thread(target=ask_again_and_again) for _ in range(6)]
    for device in devices:
        device.start()
    try:
        yield was_answered
    finally:
        is_over.set()
        for device in devices:
            device.join()
