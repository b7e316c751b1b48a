"""Backup files spoiled in ways that nobody thought of: refused with a sentence or merged, and nothing else happens.

Hypothesis invents them, spoiled in the same places every time; with `TALLYBOOK_TEST_EXAMPLES` as many other ones.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZIP_STORED

import msgspec
import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tallybook.accounts.models import Person
from tallybook.core.failures import TallybookFailure
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.backup_merging import MergedContract, add_merged, merge_part, preview_merge, tell_merged
from tallybook.sync.backup_reading import ReadBackup, read_backup
from tallybook.sync.installation import this_installation
from tallybook.sync.models import UnclaimedOperation
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, make_contract, make_inspector, make_person
from tests.support.backup_files import BackupWriter, Operations, lock, save, spell_lines
from tests.support.bad_zips import make_zip, make_zip64, stored
from tests.support.pocket_device import examples_wanted
from tests.support.spoiling import CountedPath, nothing_written_outside, spoil

pytestmark = pytest.mark.django_db

USUAL_EXAMPLES = 100
PASSPHRASE = "orange barrel"
DECLARED = {
    "backup_bomb", "backup_of_newer_program", "backup_of_other_agency", "backup_too_large", "not_a_backup",
    "passphrase_needed", "passphrase_too_costly", "passphrase_wrong",
}  # fmt: skip
FINDINGS = {"backup_cut_short", "backup_damaged", "member_missing", "member_unknown", "line_unreadable", "more"}


@dataclass
class World:
    """A contract with two entries, who may merge, whole files, and what became of the spoiled ones."""

    contract_id: UUID
    agency_id: UUID
    people: list[Person]
    files: list[bytes]
    typed: list[dict[str, Any]]
    became: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once; each merge is rolled back."""
    with django_db_blocker.unblock():
        office = make_person("ruth", "office")
        contract_id, _ = make_contract(office)
        device = make_inspector(contract_id, "ann")
        typed = [device.note(f"Note {number}") for number in range(8)]
        typed.append(device.make("revise", "note", typed[0]["record"], {"text": "Later."}, base={}, seen={}))
        device.push(*typed[:2])
        agency_id = this_installation(at=NOW).agency_id
        people = [office, device.person, make_person("stranger")]
        yield World(contract_id, agency_id, people, make_files(device.person, contract_id, typed), typed)
        call_command("flush", verbosity=0, interactive=False)


def make_files(ann: Person, contract_id: UUID, typed: list[dict[str, Any]]) -> list[bytes]:
    """One of each kind, and one that was cut."""
    told: dict[UUID, Operations] = {contract_id: typed, uuid4(): typed[:2]}
    deflated = BackupWriter(ann, told, photos={"a" * 64: b"a photo"})
    plain = BackupWriter(ann, told, compression=ZIP_STORED)
    members = [stored(name, content) for name, content in plain.members().items()]
    wide = make_zip64([*members, stored("manifest.json", json.dumps(plain.manifest()).encode())])
    whole = plain.write()
    locked = [lock(one, PASSPHRASE, factor=1) for one in (whole, whole[:-900])]
    return [deflated.write(), deflated.write_told(), whole, plain.write_told(), wide, whole[:-900], *locked]


def try_file(world: World, content: bytes, person: Person) -> None:
    """Read it, look at it, merge it, and merge it again; all that may happen is what is declared."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "private"
        folder.mkdir()
        file = CountedPath(save(content, Path(made), "file"))
        with nothing_written_outside(folder):
            read = read_or_refuse(world, file, folder)
        assert {one.name for one in Path(made).iterdir()} == {"private", "file"}
        if read is not None:
            assert {one.name for one in folder.iterdir()} <= {
                "index.json",
                *(f"{one.id}.ndjson" for one in read.contracts),
            }
            look_and_merge(world, read, folder, person)


def read_or_refuse(world: World, file: Path, folder: Path) -> ReadBackup | None:
    """What it holds; None where it is refused, and then nothing stays."""
    try:
        read = read_backup(file, folder, agency_id=world.agency_id, passphrase=PASSPHRASE)
    except TallybookFailure as refused:
        world.became[refused.code] += 1
        assert_is_declared(refused)
        assert_is_empty(folder)
        return None
    assert read_backup(file, folder, agency_id=world.agency_id) == read
    found = {one.code for one in read.findings}
    assert found <= FINDINGS
    world.became.update(found or {"whole"})
    return read


def assert_is_declared(refused: TallybookFailure) -> None:
    assert refused.code in DECLARED
    assert json.dumps(refused.detail)


def assert_is_empty(folder: Path) -> None:
    assert list(folder.iterdir()) == []


def look_and_merge(world: World, read: ReadBackup, folder: Path, person: Person) -> None:
    """What is told is what happens: in the ledger, once, each push whole; and all of it is undone at the end."""
    with transaction.atomic():
        looked = preview_merge(person=person, read=read, folder=folder)
        assert msgspec.json.encode(looked)
        before = LedgerEntry.objects.count(), UnclaimedOperation.objects.count()
        merged = merge_all(read, folder, person)
        new, unclaimed = (sum(getattr(one, name) for one in merged.values()) for name in ("new", "unclaimed"))
        assert sum(one["new"] + one["known"] for one in looked["contracts"]) == new + sum(
            one.known for one in merged.values()
        )
        assert LedgerEntry.objects.count() == before[0] + new
        assert UnclaimedOperation.objects.count() <= before[1] + unclaimed
        assert sum(one.new for one in merge_all(read, folder, person).values()) == 0
        if new:
            world.became["merged"] += 1
            assert find_first_difference(contract_id=world.contract_id, rules=RULES) is None
        transaction.set_rollback(True)


def merge_all(read: ReadBackup, folder: Path, person: Person) -> dict[UUID, MergedContract]:
    """All parts, damaged ones too."""
    sums: dict[UUID, MergedContract] = {}
    after = ""
    while True:
        part = merge_part(
            person=person, read=read, folder=folder, merge_id=uuid4(), contracts=None, with_damaged=True, after=after,
            now=lambda: datetime.now(UTC),
        )  # fmt: skip
        assert msgspec.json.encode(tell_merged(part.contracts))
        add_merged(sums, part)
        if part.next is None:
            return sums
        after = part.next


def invent(test: Callable[..., None]) -> None:
    """Run a test on what Hypothesis invents."""
    wanted = examples_wanted(USUAL_EXAMPLES)
    usual = wanted == USUAL_EXAMPLES
    settings(
        max_examples=wanted, derandomize=usual, deadline=None, database=None, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate] if usual else list(Phase),
    )(test)()  # fmt: skip


numbers = st.integers(0, 2**20)
spoilings = st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=4)


def test_a_spoiled_file_is_refused_or_merged(world: World) -> None:
    @given(which=numbers, how=spoilings, who=st.integers(0, 2))
    def spoiled(which: int, how: list[tuple[int, int, int, int]], who: int) -> None:
        try_file(world, spoil(world.files[which % len(world.files)], how), world.people[who])

    world.became.clear()
    for content in world.files:
        try_file(world, content, world.people[0])
    invent(spoiled)

    # A fuzz is checked for what it never does. Bombs are seldom among so few: tests/sync/test_bad_backups.py has them.
    print(dict(world.became))
    assert world.became.keys() >= {
        "whole", "merged", "not_a_backup", "backup_cut_short", "backup_damaged", "member_missing", "member_unknown",
    }  # fmt: skip


def file_of(world: World, lines: bytes) -> bytes:
    return make_zip([stored(f"contracts/{world.contract_id}/operations.ndjson", lines)])


plain_values = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["\ud800", "\0"])
)
nested_values = st.lists(plain_values, max_size=3) | st.dictionaries(st.text(max_size=5), plain_values, max_size=3)
json_values = plain_values | nested_values | st.lists(nested_values, max_size=2)


def test_lines_of_any_kind_are_merged_or_passed_over(world: World) -> None:
    names = st.sampled_from([*world.typed[-1], "reason", "target", "choice", "more"])
    changed = st.builds(
        lambda number, changes: json.dumps(world.typed[number] | changes).encode(),
        st.integers(0, 8),
        st.dictionaries(names, json_values, max_size=2),
    )
    nested = st.sampled_from([b"[" * 100_000, b'{"set":' * 5_000, b"1" * 5_000, b'{"id":1e400}', b"NaN", b'{"id":NaN}'])
    line = changed | changed | st.binary(max_size=40) | json_values.map(lambda one: json.dumps(one).encode()) | nested

    @given(lines=st.lists(line, max_size=8), ended=st.booleans(), who=st.integers(0, 1))
    def merged(lines: list[bytes], ended: bool, who: int) -> None:
        content = b"\n".join(lines) + b"\n" * ended
        try_file(world, file_of(world, content), world.people[who])

    world.became.clear()
    try_file(world, file_of(world, spell_lines(world.typed)), world.people[0])
    invent(merged)

    print(dict(world.became))
    assert world.became.keys() >= {"merged", "line_unreadable"}
