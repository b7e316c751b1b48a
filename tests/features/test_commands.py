"""The command line as an administrator uses it, on the real program."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.server import RunningServer, running_server

ITEMS = """Line No.,Item No,Description,Unit,Qty,Unit Price
10,2021.501,Mobilization,LS,1,"$75,000.50"
20,2360.509,Wearing course,TON,"4,250",.54
"""


def run(server: RunningServer, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(Path(__file__).resolve().parents[2] / ".venv" / "bin" / "tallybook"), *words]
    return subprocess.run(
        command, env=server.env, cwd=server.data_dir, input=stdin, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_an_administrator_sets_an_agency_up(tmp_path: Path, database_url: str | None) -> None:
    items = tmp_path / "items.csv"
    items.write_text(ITEMS, encoding="windows-1252")
    with running_server(tmp_path / "data", database_url=database_url) as server:
        for email, role in (("ada@example.org", "admin"), ("bo@example.org", "inspector")):
            made = run(server, "create-user", email, "--name", "Ada B", "--role", role, stdin="a long one 42 x\n")
            assert made.returncode == 0, made.stderr
        weak = run(server, "create-user", "c@example.org", "--name", "C", "--role", "viewer", stdin="12345\n")
        assert (weak.returncode, "weak" in weak.stderr or "short" in weak.stderr) == (1, True)
        twice = run(server, "create-user", "ADA@example.org", "--name", "A", "--role", "admin", stdin="a long one 42\n")
        assert (twice.returncode, "already" in twice.stderr) == (1, True)

        imported = run(server, "import-contract", str(items), "--number", "SP 1", "--name", "Overlay")
        assert imported.stdout == "SP 1: 2 items in 1 projects, 77,295.50 dollars in all.\n", imported.stderr
        assert run(server, "import-contract", str(items), "--number", "SP 1", "--name", "Again").returncode == 1
        assert run(server, "assign", "bo@example.org", "SP 1", "--right", "inspection").returncode == 0
        token = run(server, "create-token", "bo@example.org").stdout.strip()
        assert json.loads(fetch(server, token))["contracts"][0]["number"] == "SP 1"
        assert run(server, "revoke", "bo@example.org", "SP 1").returncode == 0
        assert json.loads(fetch(server, token))["contracts"] == []
        assert run(server, "revoke", "bo@example.org", "SP 1").returncode == 1
        assert run(server, "assign", "bo@example.org", "SP 1", "--right", "view").returncode == 0
        assert run(server, "close-contract", "SP 1").returncode == 0
        assert run(server, "set-password", "bo@example.org", stdin="another long 77\n").returncode == 0
        assert "is received" in run(server, "disable-user", "bo@example.org").stdout
        assert push_nothing(server, token) == 200
        assert "Nothing more" in run(server, "disable-user", "bo@example.org", "--end-sessions").stdout
        assert push_nothing(server, token) == 401
        assert run(server, "verify-ledger").returncode == 0
        exported = [json.loads(line) for line in run(server, "export-ledger", "SP 1").stdout.splitlines()]
        assert [entry["seq"] for entry in exported] == list(range(1, len(exported) + 1))
        assert run(server, "verify-ledger", "nowhere").returncode == 1
        assert run(server, "create-user", "x").returncode == 2
        server.kill()
        server.start()
        assert server.said().count("Traceback") == 0


def test_serving_refuses_plainly_what_it_cannot_do(tmp_path: Path) -> None:
    server = RunningServer(data_dir=tmp_path, database_url=None, env={})

    assert "tallybook migrate" in run(server, "serve").stderr
    assert "--key" in run(server, "serve", "--certificate", "none.pem").stderr
    assert run(server, "serve", "--port", "99999").returncode == 1


def test_a_server_makes_a_password_hard_to_guess(tmp_path: Path) -> None:
    """As hard as Django says; the tests in this process make it easy for themselves, see tests/conftest.py."""
    server = RunningServer(data_dir=tmp_path, database_url=None, env={})
    hashing = "import django; django.setup(); from django.contrib.auth.hashers import make_password as p; print(p('x'))"

    hashed = subprocess.run([sys.executable, "-c", hashing], env=server.env, capture_output=True, text=True, check=True)

    assert hashed.stdout.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")


def fetch(server: RunningServer, token: str) -> str:
    asked = urllib.request.Request(f"{server.url}/api/sync/v1/contracts", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


def push_nothing(server: RunningServer, token: str) -> int:
    address = f"{server.url}/api/sync/v1/contracts/{uuid4()}/operations"
    body = json.dumps({"device": str(uuid4()), "operations": []}).encode()
    asked = urllib.request.Request(address, body, {"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
