"""A backup file is merged through the page: uploaded, looked at, merged in parts, as often as anybody likes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_STORED

import pytest
from django.test import Client
from pyrage import passphrase as age

from tallybook.accounts.models import Person
from tallybook.accounts.operations import create_token
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.backup_uploads import keep_upload
from tallybook.sync.models import UnclaimedOperation
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, TestDevice, make_contract, make_inspector, make_person
from tests.support.backup_files import BackupWriter, flip, lock, packed_size_of, place_of

API = "/api/sync/v1/backups"
QUERIES_OF_A_PREVIEW = 7  # who asks, the agency, names, rights, contracts, what was set aside, what is known


@dataclass
class Place:
    """A contract, its office, an inspector with a device, and somebody of another crew."""

    contract_id: UUID
    item: UUID
    office: Person
    ann: TestDevice
    bo: TestDevice


@pytest.fixture
def place(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Place]:
    settings.DATA_DIR = tmp_path
    office = make_person("ruth", "office")
    contract_id, item = make_contract(office)
    ann, bo = make_inspector(contract_id, "ann"), make_inspector(contract_id, "bo")
    yield Place(contract_id, item, office, ann, bo)
    assert find_first_difference(contract_id=contract_id, rules=RULES) is None


class Uploader:
    """Somebody who merges a file by the API."""

    def __init__(self, person: Person) -> None:
        token = create_token(person=person, at=NOW)
        self.client = Client(headers={"Authorization": f"Bearer {token}"}, enforce_csrf_checks=True)

    def upload(self, content: bytes, *, status: int = 201) -> dict[str, Any]:
        return self.ask("POST", API, content, "application/vnd.tallybook.backup", status)

    def ask(self, method: str, address: str, body: Any, content_type: str, status: int) -> dict[str, Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = self.client.generic(method, address, content, content_type=content_type)
        assert response.status_code == status, response.content
        told: dict[str, Any] = response.json() if response.content else {}
        return told

    def preview(self, id_: str, *, status: int = 200, **envelope: Any) -> dict[str, Any]:
        return self.ask("POST", f"{API}/{id_}/preview", envelope, "application/json", status)

    def merge_part(self, id_: str, *, status: int = 200, **envelope: Any) -> dict[str, Any]:
        return self.ask("POST", f"{API}/{id_}/merge", envelope, "application/json", status)

    def merge(self, id_: str, **envelope: Any) -> dict[str, int]:
        """All parts; return the counts of all contracts together."""
        sums: dict[str, int] = {}
        after = None
        while True:
            part = self.merge_part(id_, after=after, **envelope)
            for one in part["contracts"]:
                for name, count in one.items():
                    if isinstance(count, int):
                        sums[name] = sums.get(name, 0) + count
            after = part["next"]
            if after is None:
                assert part["done"] == 1
                return {name: count for name, count in sums.items() if count}


def notes_of(device: TestDevice, count: int) -> list[dict[str, Any]]:
    return [device.note(f"Note {number}") for number in range(count)]


def test_a_file_is_merged_once_however_often(place: Place) -> None:
    notes = notes_of(place.ann, 5)
    assert {one["state"] for one in place.ann.push(*notes[:2])} == {"applied"}
    content = BackupWriter(place.ann.person, {place.contract_id: notes}).write()
    office = Uploader(place.office)

    kept = office.upload(content)
    assert kept["locked"] is False
    assert kept["bytes"] == len(content)
    told = office.preview(kept["backup"])
    assert told["whose"]["name"] == "Ann"
    assert told["device"]["label"] == "Tablet 4"
    assert told["findings"] == []
    [contract] = told["contracts"]
    assert contract == {
        "id": str(place.contract_id), "number": "SP 1", "name": "Overlay", "right": "office",
        "from": "2026-11-24T06:00:00.000-06:00", "to": "2026-11-24T06:00:00.000-06:00", "damaged": False,
        "operations": 5, "new": 3, "known": 2, "unclaimed": 0, "authors": [{"name": "Ann", "operations": 5}],
    }  # fmt: skip
    before = LedgerEntry.objects.count()
    assert office.merge(kept["backup"]) == {"new": 3, "known": 2, "applied": 3}
    assert office.merge(kept["backup"]) == {"known": 5}
    assert LedgerEntry.objects.count() == before + 3
    assert Uploader(place.ann.person).merge(Uploader(place.ann.person).upload(content)["backup"]) == {"known": 5}
    assert {one["state"] for one in place.ann.push(*notes)} == {"applied"}
    assert LedgerEntry.objects.count() == before + 3
    entry = LedgerEntry.objects.get(operation_id=notes[4]["id"])
    assert str(entry.signed_in) == str(place.office.id)
    assert json.loads(entry.operation) == notes[4]


def test_a_locked_file_opens_with_its_passphrase_alone(place: Place) -> None:
    content = BackupWriter(place.ann.person, {place.contract_id: notes_of(place.ann, 3)}).write()
    office = Uploader(place.office)

    locked = lock(content, "orange barrel")
    assert age.decrypt(locked, "orange barrel") == content  # another's reader agrees that it is age

    kept = office.upload(locked)

    assert kept["locked"] is True
    assert office.preview(kept["backup"], status=422)["code"] == "passphrase_needed"
    assert office.preview(kept["backup"], status=422, passphrase="orange barrels")["code"] == "passphrase_wrong"
    assert office.merge(kept["backup"], passphrase="orange barrel") == {"new": 3, "applied": 3}


def test_whole_entries_of_a_file_that_was_cut_short_are_merged(place: Place) -> None:
    notes = notes_of(place.ann, 40)
    content = BackupWriter(place.ann.person, {place.contract_id: notes}, compression=ZIP_STORED).write()
    name = f"contracts/{place.contract_id}/operations.ndjson"
    start = place_of(content, name)
    office = Uploader(place.office)

    kept = office.upload(content[: start + packed_size_of(content, name) // 2])

    told = office.preview(kept["backup"])
    assert told["whose"] is None
    assert {one["code"] for one in told["findings"]} == {"backup_cut_short"}
    whole = told["contracts"][0]["operations"]
    assert 15 < whole < 25
    assert office.merge(kept["backup"]) == {"new": whole, "applied": whole}


def test_a_flipped_bit_is_merged_only_where_somebody_says_so(place: Place) -> None:
    content = BackupWriter(
        place.ann.person, {place.contract_id: notes_of(place.ann, 4)}, compression=ZIP_STORED
    ).write()
    start = place_of(content, f"contracts/{place.contract_id}/operations.ndjson")
    office = Uploader(place.office)

    kept = office.upload(flip(content, content.index(b"Note 2", start) + 5))

    told = office.preview(kept["backup"])
    assert told["contracts"][0]["damaged"] is True
    assert [one["code"] for one in told["findings"]] == ["backup_damaged"]
    assert office.merge(kept["backup"]) == {}
    assert office.merge(kept["backup"], damaged=True) == {"new": 4, "applied": 4}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format_version": 2}, "backup_of_newer_program"),
        ({"agency": {"id": "00000000-0000-7000-8000-000000000000", "name": "Elsewhere"}}, "backup_of_other_agency"),
    ],
)
def test_a_file_that_is_not_for_this_server_is_refused(place: Place, changes: dict[str, Any], code: str) -> None:
    content = BackupWriter(place.ann.person, {place.contract_id: []}, manifest_changes=changes).write()
    office = Uploader(place.office)

    assert office.preview(office.upload(content)["backup"], status=422)["code"] == code


def test_what_is_no_backup_is_refused(place: Place) -> None:
    office = Uploader(place.office)

    for content in (b"not a zip", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(range(256)) * 40):
        assert office.preview(office.upload(content)["backup"], status=422)["code"] == "not_a_backup"
    assert office.upload(lock(b"x", "y", factor=19), status=422)["code"] == "passphrase_too_costly"


def test_what_somebody_may_not_deliver_goes_to_the_unclaimed(place: Place) -> None:
    content = BackupWriter(place.ann.person, {place.contract_id: notes_of(place.ann, 2)}).write()
    bo = Uploader(place.bo.person)

    kept = bo.upload(content)

    assert bo.preview(kept["backup"])["contracts"][0]["unclaimed"] == 2
    assert bo.merge(kept["backup"]) == {"unclaimed": 2}
    assert UnclaimedOperation.objects.count() == 2
    assert Uploader(place.office).preview(kept["backup"], status=404)["code"] == "backup_not_found"


def test_a_preview_of_many_contracts_asks_as_often_as_of_one(place: Place, django_assert_num_queries: Any) -> None:
    office = Uploader(place.office)
    contracts = [place.contract_id, *(UUID(int=number) for number in range(20))]
    one, many = (
        office.upload(BackupWriter(place.ann.person, {one: [place.ann.note()] for one in some}).write())["backup"]
        for some in (contracts[:1], contracts)
    )
    for id_ in (one, many):
        office.preview(id_)  # is read at the first look

    for id_ in (one, many):
        with django_assert_num_queries(QUERIES_OF_A_PREVIEW):
            office.preview(id_)


def test_a_fourth_file_takes_the_place_of_the_oldest(place: Place) -> None:
    content = BackupWriter(place.ann.person, {place.contract_id: []}).write()
    office, bo = Uploader(place.office), Uploader(place.bo.person)

    first, *others = [office.upload(content)["backup"] for _ in range(4)]
    of_bo = bo.upload(content)["backup"]

    office.preview(first, status=404)
    for one in others:
        office.preview(one)
    bo.preview(of_bo)


def test_a_file_is_its_uploaders_alone(place: Place) -> None:
    kept = Uploader(place.office).upload(BackupWriter(place.ann.person, {place.contract_id: []}).write())["backup"]
    bo = Uploader(place.bo.person)

    assert bo.preview(kept, status=404)["code"] == "backup_not_found"
    assert bo.merge_part(kept, status=404)["code"] == "backup_not_found"
    assert bo.ask("DELETE", f"{API}/{kept}", {}, "application/json", 404)["code"] == "backup_not_found"
    Uploader(place.office).preview(kept)


def test_a_file_older_than_a_day_is_gone(place: Place, tmp_path: Path) -> None:
    content = BackupWriter(place.ann.person, {place.contract_id: []}).write()
    now = datetime.now(UTC)
    old, young = (
        str(keep_upload(person=place.office, stream=BytesIO(content), length=len(content), at=now - before).id)
        for before in (timedelta(hours=25), timedelta(hours=23))
    )

    office = Uploader(place.office)
    office.preview(young)

    assert office.preview(old, status=404)["code"] == "backup_not_found"
    assert [one.name for one in (tmp_path / "backups").iterdir()] == [young]
