"""HTTPS with a certificate made as docs/running/https.md says: signing in, and a push by session."""

from __future__ import annotations

import http.cookiejar
import json
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tallybook.ledger.new_ids import new_id

from tests.support.agency import NOW
from tests.support.certificate import certificate_options, make_certificate
from tests.support.server import RunningServer, running_server

PASSWORD = "orange barrel 42"
ITEMS = "Line,Item Number,Description,Unit,Quantity,Unit Price\n10,2021.501,Mobilization,LS,1,75000\n"


class Visitor:
    """A browser, as far as a server sees one: cookies, the CSRF token, and the page it comes from."""

    def __init__(self, url: str, *, authority: Path | None = None) -> None:
        context = ssl.create_default_context(cafile=str(authority)) if authority else None
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Message]:
        """GET, or POST a body; return status, answer and headers."""
        token = next((one.value or "" for one in self.cookies if one.name == "csrftoken"), "")
        sent = {"Content-Type": "application/json", "X-CSRFToken": token, "Origin": self.url}
        asked = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=sent | {name.replace("_", "-"): value for name, value in headers.items()},
        )
        try:
            with self.opener.open(asked, timeout=20) as answer:
                return answer.status, json.loads(answer.read()), answer.headers
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read()), refusal.headers

    def log_in(self, email: str) -> int:
        """Sign in; return the status."""
        self.ask("/api/v1/session")
        return self.ask("/_allauth/browser/v1/auth/login", {"email": email, "password": PASSWORD})[0]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the office's own authority and the server's certificate."""
    folder = tmp_path_factory.mktemp("certificate")
    make_certificate(folder)
    return folder


@pytest.fixture
def server(tmp_path: Path, certificate: Path, database_url: str | None) -> Iterator[RunningServer]:
    with running_server(
        tmp_path / "data", database_url=database_url, options=certificate_options(certificate)
    ) as started:
        started.run("create-user", "ruth@example.org", "--name", "Ruth", "--role", "admin", typed=f"{PASSWORD}\n")
        items = tmp_path / "items.csv"
        items.write_text(ITEMS)
        started.run("import-contract", str(items), "--number", "SP 1", "--name", "Overlay")
        yield started


def test_a_person_signs_in_and_pushes_over_https(server: RunningServer, certificate: Path) -> None:
    visitor = Visitor(server.url, authority=certificate / "office-ca.crt")

    assert visitor.log_in("ruth@example.org") == 200

    cookies = {one.name: one for one in visitor.cookies}
    assert {name: one.secure for name, one in cookies.items()} == {"csrftoken": True, "sessionid": True}
    assert cookies["sessionid"].has_nonstandard_attr("HttpOnly")
    _, session, headers = visitor.ask("/api/v1/session")
    assert session["secure"] is True
    assert "Strict-Transport-Security" not in headers  # other programs may serve this host on other ports
    contract = visitor.ask("/api/sync/v1/contracts")[1]["contracts"][0]["id"]
    note = {
        "id": str(new_id(at=NOW)), "device": str(new_id(at=NOW)), "number": 1, "contract": contract, "type": "note",
        "record": str(new_id(at=NOW)), "verb": "create", "author": session["person"]["id"], "schema": 1, "app": "test",
        "set": {"note_type": "General", "work_date": "2026-11-20", "text": "Paving began."},
        "made_at": "2026-11-24T06:00:00.000-06:00",
    }  # fmt: skip
    push = {"device": note["device"], "operations": [note]}
    address = f"/api/sync/v1/contracts/{contract}/operations"
    assert visitor.ask(address, push, X_CSRFToken="wrong")[:1] == (403,)
    assert visitor.ask(address, push, Origin="https://elsewhere.example")[:1] == (403,)
    status, answer, _ = visitor.ask(address, push)
    assert (status, answer["answers"][0]["state"]) == (200, "applied")
    assert "Traceback" not in server.said()


def test_who_does_not_trust_the_office_does_not_get_in(tmp_path: Path, certificate: Path) -> None:
    with (
        running_server(tmp_path / "data", options=certificate_options(certificate)) as server,
        pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        Visitor(server.url).ask("/api/v1/session")


def test_a_host_of_its_own_is_told_to_stay_on_https(tmp_path: Path, certificate: Path) -> None:
    env = {"TALLYBOOK_PUBLIC_URL": "https://tallybook.example.org"}
    options = certificate_options(certificate)
    with running_server(tmp_path / "data", env=env, options=options) as server:
        visitor = Visitor(server.url, authority=certificate / "office-ca.crt")

        _, _, headers = visitor.ask("/api/v1/session", Host="tallybook.example.org")

        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        told = visitor.ask("/api/v1/session", Host="elsewhere.example.org")
        assert (told[0], told[1]["code"]) == (400, "unknown_host")


@pytest.mark.parametrize(
    ("certificate_name", "key_name", "said"),
    [
        ("tallybook.crt", "office-ca.key", "its own key"),
        ("tallybook.key", "tallybook.key", "its own key"),
        ("tallybook.crt", "locked.key", "without a password"),
        ("tallybook.crt", "nowhere.key", "cannot be read"),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused(
    tmp_path: Path, certificate: Path, certificate_name: str, key_name: str, said: str
) -> None:
    lock = ["openssl", "rsa", "-aes256", "-passout", "pass:x", "-in", "tallybook.key", "-out", "locked.key"]
    subprocess.run(lock, cwd=certificate, check=True, capture_output=True)
    server = RunningServer(data_dir=tmp_path, database_url=None, env={})
    command = ["serve", "--certificate", str(certificate / certificate_name), "--key", str(certificate / key_name)]

    with pytest.raises(AssertionError, match=said) as refused:
        server.run(*command)

    assert "Traceback" not in str(refused.value)
