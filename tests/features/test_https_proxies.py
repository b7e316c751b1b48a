"""Who is believed about the scheme and the client's address: a trusted proxy, and nobody else."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from tallybook.config.environment import read_public_url, read_trusted_proxies
from tallybook.config.proxies import find_client, read_address

from tests.support.agency import PASSWORD, make_person
from tests.support.server import RunningServer, running_server

LOG_IN = "/_allauth/browser/v1/auth/login"
PROXY = "10.0.0.5"
WRONG = "email_password_mismatch"
TOO_MANY = "too_many_login_attempts"
FAILURES_MAX = 10  # of one address, in a minute


@pytest.fixture
def trusting(transactional_db: None, settings: Settings) -> None:
    """A server that trusts the proxies of one network."""
    call_command("createcachetable", verbosity=0)
    cache.clear()
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/24"),)


def is_secure(peer: str, **headers: str) -> bool:
    told = Client(REMOTE_ADDR=peer).get("/api/v1/session", headers=headers).json()
    secure: bool = (told.get("detail") or told)["secure"]
    return secure


def fail_to_sign_in(number: int, *, peer: str, forwarded_for: str) -> str:
    """Fail as somebody else each time, so that the address alone is counted; return why."""
    client = Client(REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded_for})
    return sign_in(client, f"nobody{number}@example.org", "wrong")


def sign_in(client: Client, email: str, password: str) -> str:
    """Sign in; return why not, or nothing."""
    body = json.dumps({"email": email, "password": password})
    told = client.post(LOG_IN, body, content_type="application/json").json()
    return "".join(one["code"] for one in told.get("errors", []))


def test_the_scheme_is_believed_from_a_trusted_proxy_alone(trusting: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "tallybook.example.org"]
    host = {"host": "tallybook.example.org"}

    assert is_secure(PROXY, **host, x_forwarded_proto="https")
    assert not is_secure(PROXY, **host, x_forwarded_proto="http")
    assert not is_secure(PROXY, **host)
    assert not is_secure("10.0.1.5", **host, x_forwarded_proto="https")
    assert not is_secure("10.0.1.5", **host, x_forwarded_proto="https", x_forwarded_for=PROXY)


def test_behind_a_proxy_each_client_has_his_own_failures(trusting: None) -> None:
    make_person("alice")

    refusals = [fail_to_sign_in(number, peer=PROXY, forwarded_for="203.0.113.7") for number in range(FAILURES_MAX + 2)]

    assert (refusals[0], refusals[-1]) == (WRONG, TOO_MANY)
    elsewhere = Client(REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": "203.0.113.8"})
    assert sign_in(elsewhere, "alice@example.org", PASSWORD) == ""


def test_nobody_gets_away_from_his_failures_by_naming_other_addresses(trusting: None) -> None:
    by_himself = [
        fail_to_sign_in(number, peer="198.51.100.9", forwarded_for=f"203.0.113.{number}")
        for number in range(FAILURES_MAX + 2)
    ]
    through_proxy = [
        fail_to_sign_in(number, peer=PROXY, forwarded_for=f"203.0.113.{number}, 192.0.2.1")
        for number in range(100, 100 + FAILURES_MAX + 2)
    ]

    assert by_himself[-1] == TOO_MANY
    assert through_proxy[-1] == TOO_MANY


@pytest.mark.parametrize(
    ("clients", "client"),
    [
        ("", "10.0.0.5"),
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.0.0.9", "203.0.113.7"),
        ("10.0.0.9", "10.0.0.9"),
        ("nonsense", "10.0.0.5"),
        ("nonsense, 10.0.0.9", "10.0.0.9"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        (", ".join(["203.0.113.7", *["10.0.0.9"] * 30]), "10.0.0.9"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy(clients: str, client: str) -> None:
    found = find_client(ip_address(PROXY), clients, (ip_network("10.0.0.0/24"),))

    assert str(found) == client


def test_an_ipv4_proxy_is_one_over_ipv6_too() -> None:
    assert read_address("::ffff:10.0.0.5") == ip_address(PROXY)


@pytest.mark.parametrize("told", ["*", "proxy.example.org", "10.0.0.1/24", "10.0.0.300"])
def test_what_is_no_address_is_refused_as_a_proxy(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("TALLYBOOK_TRUSTED_PROXIES", told)

    with pytest.raises(ImproperlyConfigured, match="TALLYBOOK_TRUSTED_PROXIES"):
        read_trusted_proxies()


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("https://Tallybook.Example.org/", ("https://tallybook.example.org", "tallybook.example.org")),
        ("http://10.0.0.1:8000", ("http://10.0.0.1:8000", "10.0.0.1")),
        ("https://[2001:db8::1]:8443", ("https://[2001:db8::1]:8443", "[2001:db8::1]")),
        ("", ("", "")),
    ],
)
def test_a_public_url_is_an_origin(monkeypatch: pytest.MonkeyPatch, told: str, read: tuple[str, str]) -> None:
    monkeypatch.setenv("TALLYBOOK_PUBLIC_URL", told)

    assert read_public_url() == read


@pytest.mark.parametrize(
    "told", ["tallybook.example.org", "ftp://x", "https://", "https://x/y", "https://x?y", "https://a@x", "https://x:y"]
)
def test_what_is_no_origin_is_refused_as_a_public_url(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("TALLYBOOK_PUBLIC_URL", told)

    with pytest.raises(ImproperlyConfigured, match="TALLYBOOK_PUBLIC_URL"):
        read_public_url()


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[RunningServer]:
    env = {"TALLYBOOK_PUBLIC_URL": "https://tallybook.example.org", "TALLYBOOK_TRUSTED_PROXIES": "127.0.0.1"}
    with running_server(tmp_path / "data", env=env) as started:
        yield started


def test_a_running_server_knows_its_proxy_by_the_address_it_comes_from(proxied: RunningServer) -> None:
    assert ask_from("127.0.0.1", proxied)["detail"]["secure"] is True
    assert ask_from("127.0.0.2", proxied)["detail"]["secure"] is False


def ask_from(address: str, server: RunningServer) -> Any:
    """Ask as a proxy at this address of loopback would."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, source_address=(address, 0), timeout=10)
    # The names that a careless server would believe, in every spelling.
    headers = {"Host": "tallybook.example.org", "X-Forwarded-Proto": "https", "X_Forwarded_Proto": "https"}
    connection.request("GET", "/api/v1/session", headers=headers)
    with connection.getresponse() as answer:
        told = json.loads(answer.read())
    connection.close()
    return told
