"""Who is signed in, and whether this browser keeps what is typed."""

from __future__ import annotations

import pytest
from django.test import Client

from tallybook.accounts.operations import create_token

from tests.support.agency import NOW, make_person


@pytest.mark.parametrize(
    ("host", "is_https", "secure"),
    [
        ("localhost:8000", False, True),
        ("127.0.0.1", False, True),
        ("[::1]:8000", False, True),
        ("testserver", False, False),
        ("testserver", True, True),
    ],
)
def test_a_browser_keeps_records_over_https_or_on_the_machine_itself(
    transactional_db: None, host: str, is_https: bool, secure: bool
) -> None:
    person = make_person("ruth", "office")
    signed_in = Client(headers={"Authorization": f"Bearer {create_token(person=person, at=NOW)}", "Host": host})

    told = signed_in.get("/api/v1/session", secure=is_https).json()
    refused = Client(headers={"Host": host}).get("/api/v1/session", secure=is_https).json()

    assert told["person"] == {
        "id": str(person.id), "email": "ruth@example.org", "name": "Ruth", "initials": "R", "role": "office",
    }  # fmt: skip
    assert (told["secure"], refused["detail"]["secure"]) == (secure, secure)
    assert told["agency"]["name"]
