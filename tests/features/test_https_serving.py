"""`tallybook serve` on an office network: its addresses, strangers' hosts, and devices that fall silent."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallybook.commands import own_addresses
from tallybook.commands.main import main, make_parser
from tallybook.commands.serving import SILENCE_TIMEOUT_SECONDS, THREADS

from tests.support.server import TALLYBOOK, RunningServer, running_server

ENDS_WITHIN_S = 5
HALF_A_REQUEST = b"GET /api/v1/session HTTP/1.1\r\nHost: local"
COMMANDS = sorted(make_parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr,arg-type]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path / "data", options=("--host", "0.0.0.0")) as started:
        yield started


def run(server: RunningServer, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(TALLYBOOK), *words],
        env=server.env | env,
        cwd=server.data_dir,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def ask(address: str, port: int, host: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(address, port, timeout=60)
    connection.request("GET", "/api/v1/session", headers={"Host": f"{host}:{port}"})
    with connection.getresponse() as answer:
        told = json.loads(answer.read())
        status = answer.status
    connection.close()
    return status, told


def test_a_phone_reaches_it_by_the_machines_name_and_addresses(server: RunningServer) -> None:
    hosts = [socket.gethostname(), *own_addresses.list_own_names(), *own_addresses.list_own_addresses()]

    answers = {host: ask("127.0.0.1", server.port, own_addresses.spell_host(host))[0] for host in hosts}

    assert set(answers.values()) == {401}, answers
    assert all(f"http://{own_addresses.spell_host(host)}:{server.port}" in server.said() for host in hosts)
    for address in own_addresses.list_own_addresses():
        if ":" not in address:
            assert ask(address, server.port, address) == (401, ask("127.0.0.1", server.port, address)[1])


def test_an_unknown_host_is_told_so(server: RunningServer) -> None:
    status, told = ask("127.0.0.1", server.port, "elsewhere.example.org")

    assert (status, told["code"]) == (400, "unknown_host")
    assert "TALLYBOOK_PUBLIC_URL" in told["remedy"]
    assert "Traceback" not in server.said()


def test_only_the_machine_itself_unless_asked_for_more(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        assert ask("127.0.0.1", server.port, "localhost")[0] == 401
        assert ask("127.0.0.1", server.port, socket.gethostname())[0] == 400


def test_it_serves_over_ipv6(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        server.stop()
        command = [str(TALLYBOOK), "serve", "--host", "::1", "--port", str(server.port)]
        started = subprocess.Popen(command, env=server.env, stdout=subprocess.PIPE, text=True)
        assert started.stdout is not None
        try:
            assert f"http://[::1]:{server.port} " in started.stdout.readline()
            wait_for("::1", server.port)
            assert ask("::1", server.port, "[::1]")[0] == 401
        finally:
            started.terminate()
            started.wait(ENDS_WITHIN_S)
            started.stdout.close()


def wait_for(address: str, port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def test_an_address_in_use_is_a_clear_error(server: RunningServer) -> None:
    refused = run(server, "serve", "--port", str(server.port))

    assert refused.returncode == 1
    assert refused.stderr == (
        f"tallybook: The address 127.0.0.1:{server.port} cannot be used: Address already in use. "
        "Correct what is named and start again.\n"
    )


@pytest.mark.parametrize(
    ("words", "env", "code", "said"),
    [
        (("serve", "--port", "0"), {}, 1, "from 1 to 65,535"),
        (("serve", "--port", "65536"), {}, 1, "from 1 to 65,535"),
        (("serve", "--port", "x"), {}, 2, "invalid int value"),
        (("serve", "--host", "nowhere.invalid"), {}, 1, "cannot be used"),
        (("serve", "--certificate", "a.pem"), {}, 1, "both --certificate and --key"),
        (("serve",), {"TALLYBOOK_WORKERS": "0"}, 1, "TALLYBOOK_WORKERS must be"),
        (("serve",), {"TALLYBOOK_WORKERS": "65"}, 1, "TALLYBOOK_WORKERS must be"),
        (("serve",), {"TALLYBOOK_WORKERS": "two"}, 1, "TALLYBOOK_WORKERS must be"),
        (("serve",), {"TALLYBOOK_ACCURACY_BY_UNIT": "LS=7"}, 1, "TALLYBOOK_ACCURACY_BY_UNIT must be"),
        (("serve",), {"TALLYBOOK_ACCURACY_BY_UNIT": "LS"}, 1, "TALLYBOOK_ACCURACY_BY_UNIT must be"),
        (("migrate",), {"TALLYBOOK_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, 1, "does not answer"),
        (("migrate",), {"TALLYBOOK_DATABASE_URL": "mysql://x"}, 1, "TALLYBOOK_DATABASE_URL cannot be read"),
        (("migrate",), {"TALLYBOOK_DATA_DIR": "/dev/null/x"}, 1, "TALLYBOOK_DATA_DIR cannot be made"),
        ((), {}, 2, "required: COMMAND"),
        (("fly",), {}, 2, "invalid choice"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    tmp_path: Path, words: tuple[str, ...], env: dict[str, str], code: int, said: str
) -> None:
    server = RunningServer(data_dir=tmp_path, database_url=None, env={})
    server.migrate()

    refused = run(server, *words, **env)

    assert (refused.returncode, said in refused.stderr) == (code, True), refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert f"usage: tallybook {command}" in capsys.readouterr().out


@pytest.mark.slow
def test_devices_that_fall_silent_do_not_stop_the_others(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(THREADS)]
        for one in silent:
            one.sendall(HALF_A_REQUEST)
        time.sleep(1)
        asked_at = time.monotonic()

        status, _ = ask("127.0.0.1", server.port, "localhost")

        assert (status, time.monotonic() - asked_at < SILENCE_TIMEOUT_SECONDS + 5) == (401, True)
        for one in silent:
            one.close()
