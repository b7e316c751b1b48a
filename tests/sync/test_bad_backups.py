"""Each way in which a backup file can be bad, by name: refused with a code, or merged as far as it is whole."""

from __future__ import annotations

import shutil
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID
from zipfile import ZIP_STORED

import pytest

from tallybook.accounts.models import Person
from tallybook.core.failures import TallybookFailure
from tallybook.sync import backup_reading, backup_room
from tallybook.sync.backup_failures import NoRoomForBackup
from tallybook.sync.backup_reading import ReadBackup, read_backup
from tallybook.sync.backup_zip import DEFLATED

from tests.support.backup_files import BackupWriter, flip, lock, packed_size_of, place_of, save
from tests.support.bad_zips import Entry, make_quoting_bomb, make_zip, make_zip64, stored

AGENCY = UUID("00000000-0000-7000-8000-0000000000aa")
ELSEWHERE = UUID("00000000-0000-7000-8000-0000000000bb")
CONTRACT = UUID("00000000-0000-7000-8000-0000000000cc")
ANN = Person(id=UUID("00000000-0000-7000-8000-0000000000dd"), email="ann@example.org", name="Ann")
OPERATIONS = f"contracts/{CONTRACT}/operations.ndjson"
NOTES = [{"id": f"note {number}", "set": {"text": "Paving began. " * 5}} for number in range(40)]
PHOTO = "a" * 64
PASSPHRASE = "orange barrel"


def make(**changes: object) -> BackupWriter:
    told = {"agency": {"id": str(AGENCY), "name": "Here"}, "photos": {PHOTO: b"a photo"}, **changes}
    return BackupWriter(ANN, {CONTRACT: NOTES}, **told)  # type: ignore[arg-type]


def read(folder: Path, content: bytes, passphrase: str = "") -> ReadBackup:
    private = folder / "private"
    private.mkdir()
    return read_backup(save(content, folder), private, agency_id=AGENCY, passphrase=passphrase)


def cut_in(content: bytes, name: str = OPERATIONS) -> bytes:
    return content[: place_of(content, name) + packed_size_of(content, name) // 2]


def found(told: ReadBackup) -> set[tuple[str, str]]:
    return {(one.code, one.member) for one in told.findings}


def million_members() -> bytes:
    directory = Entry(b"x", b"", 0, 0).central(0) * 1_000_000
    return directory + make_zip([])[:-10] + len(directory).to_bytes(4, "little") + bytes(6)


QUOTED = [f"contracts/{UUID(int=number)}/operations.ndjson".encode() for number in range(1, 30)]
OVERLAPPING = stored(OPERATIONS, b"x" * 100)
REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "not a ZIP": (lambda: b"%PDF-1.7" * 100, "not_a_backup", "This is not a Tallybook backup."),
    "nothing": (lambda: b"", "not_a_backup", "This is not a Tallybook backup."),
    "a ZIP of something else": (lambda: make_zip([stored("x.doc", b"x")]), "not_a_backup", "not a Tallybook backup"),
    "another agency": (
        lambda: make(agency={"id": str(ELSEWHERE), "name": "There"}).write(), "backup_of_other_agency",
        "belongs to another agency",
    ),
    "a future format": (
        lambda: make(manifest_changes={"format_version": 2}).write(), "backup_of_newer_program", "newer version",
    ),
    "a format beyond 64 bits": (
        lambda: make(manifest_changes={"format_version": 2**70}).write(), "backup_of_newer_program", "newer version",
    ),
    "another format": (lambda: make(manifest_changes={"format": "zip"}).write(), "not_a_backup", "not a Tallybook"),
    "locked": (lambda: lock(make().write(), PASSPHRASE), "passphrase_needed", "locked with a passphrase"),
    "work factor 19": (
        lambda: lock(make().write(), PASSPHRASE, factor=19), "passphrase_too_costly", "more work than a backup",
    ),
    "a ratio that deflate cannot have": (
        lambda: make_zip([Entry(OPERATIONS.encode(), b"x" * 10, 10**6, 0, DEFLATED)]), "backup_bomb", "unpack to far",
    ),
    "members inside each other": (lambda: make_quoting_bomb(QUOTED, b"\n" * 10**6), "backup_bomb", "unpack to far"),
    "the same bytes under two names": (
        lambda: make_zip([OVERLAPPING, Entry(QUOTED[0], b"x" * 100, 100, 0, start=0)]), "backup_bomb", "unpack to far",
    ),
    "the same member twice in the directory": (
        lambda: make_zip([OVERLAPPING, Entry(OPERATIONS.encode(), b"", 0, 0, start=0)]), "backup_bomb", "far more",
    ),
    "a size that its bytes cannot have": (
        lambda: make_zip([Entry(OPERATIONS.encode(), b"x", 2**32 - 2, 0)]), "backup_bomb", "unpack to far",
    ),
    "a million tiny members": (million_members, "backup_bomb", "unpack to far"),
    "a million beginnings of members": (lambda: b"PK\x03\x04" * 1_000_000, "backup_bomb", "unpack to far"),
    "more than it may unpack": (
        lambda: make_zip([Entry(OPERATIONS.encode(), b"x" * 2**21, 2**31, 0, DEFLATED)]), "backup_too_large", "larger",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_as_a_whole_with_a_sentence(name: str, tmp_path: Path) -> None:
    content, code, sentence = REFUSED[name]

    with pytest.raises(TallybookFailure) as refused:
        read(tmp_path, content())

    assert (refused.value.code, sentence in refused.value.title) == (code, True)
    assert refused.value.remedy
    assert list((tmp_path / "private").iterdir()) == []


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(TallybookFailure, match="This passphrase does not open the backup"):
        read(tmp_path, lock(make().write(), PASSPHRASE), "orange barrels")

    assert list((tmp_path / "private").iterdir()) == []


def test_the_quoting_bomb_is_one() -> None:
    """Held here, so that what is refused above is known to work elsewhere."""
    content = make_quoting_bomb(QUOTED, b"\n" * 10**6)
    start = content.index(QUOTED[0]) + len(QUOTED[0])

    assert len(content) < 20_000
    assert len(zlib.decompressobj(-zlib.MAX_WBITS).decompress(content[start:])) > 10**6


@pytest.mark.parametrize("name", ["deflated", "stored", "sizes told before", "ZIP64", "locked"])
def test_a_whole_file_is_whole(name: str, tmp_path: Path) -> None:
    members = [stored(one, content) for one, content in make().members().items()]
    contents: dict[str, Callable[[], bytes]] = {
        "deflated": make().write,
        "stored": make(compression=ZIP_STORED).write,
        "sizes told before": make(compression=ZIP_STORED).write_told,
        "ZIP64": lambda: make_zip64([*members, stored("manifest.json", manifest())]),
        "locked": lambda: lock(make().write(), PASSPHRASE),
    }

    told = read(tmp_path, contents[name](), PASSPHRASE if name == "locked" else "")

    assert told.findings == []
    assert told.contracts[0].lines.operations == len(NOTES)
    assert told.whose is not None
    assert told.whose["name"] == "Ann"


def manifest() -> bytes:
    content = make(compression=ZIP_STORED).write()
    start = place_of(content, "manifest.json")
    return content[start : start + packed_size_of(content, "manifest.json")]


CUT: dict[str, Callable[[], bytes]] = {
    "stored": lambda: cut_in(make(compression=ZIP_STORED).write()),
    "deflated": lambda: cut_in(make().write()),
    "stored, sizes told before": lambda: cut_in(make(compression=ZIP_STORED).write_told()),
    "deflated, sizes told before": lambda: cut_in(make().write_told()),
    "locked": lambda: lock(make(compression=ZIP_STORED).write() * 12, PASSPHRASE)[: 66_000 + 800],
}


@pytest.mark.parametrize("name", CUT)
def test_whole_entries_before_the_cut_are_kept(name: str, tmp_path: Path) -> None:
    content = CUT[name]()
    told = read(tmp_path, content, PASSPHRASE if name == "locked" else "")

    assert told.whose is None or name == "locked"
    assert not told.contracts[0].is_damaged
    assert 0 < told.contracts[0].lines.operations <= len(NOTES)
    assert "backup_cut_short" in {one.code for one in told.findings}


def test_a_flipped_bit_damages_its_member_alone(tmp_path: Path) -> None:
    content = make(compression=ZIP_STORED).write()

    told = read(tmp_path, flip(content, place_of(content, OPERATIONS) + 60))

    assert told.contracts[0].is_damaged
    assert found(told) == {("backup_damaged", OPERATIONS)}


def test_a_flipped_bit_in_a_locked_file_ends_it_there(tmp_path: Path) -> None:
    whole = make(compression=ZIP_STORED, add={f"photos/{'b' * 64}": bytes(200_000)})

    told = read(tmp_path, flip(locked := lock(whole.write(), PASSPHRASE), len(locked) - 50_000), PASSPHRASE)

    assert told.contracts[0].lines.operations == len(NOTES)
    assert [one.code for one in told.findings] == ["backup_cut_short"]


@pytest.mark.parametrize("size", [0, 1, 400, 10**6, 10**8])
def test_a_member_that_lies_about_its_size_is_damaged(size: int, tmp_path: Path) -> None:
    content = b'{"id":"note"}\n' * 50_000

    told = read(tmp_path, make_zip([Entry(OPERATIONS.encode(), content, size, zlib.crc32(content))]))

    assert told.contracts[0].is_damaged


@pytest.mark.parametrize(
    "name",
    [
        "../../x", "/etc/x", "C:\\x", "contracts/../../x/operations.ndjson", f"./{OPERATIONS}", "contracts/",
        OPERATIONS.upper(), f"contracts/{str(CONTRACT).upper()}/operations.ndjson", f"{OPERATIONS}\0.txt",
        f"{OPERATIONS}\n",
        "x" * 300, "x" * 65_000, "\u202egpj.exe", "photos/" + "A" * 64,
    ],
)  # fmt: skip
def test_a_name_that_we_do_not_write_is_told_and_becomes_nothing(name: str, tmp_path: Path) -> None:
    members = [stored(OPERATIONS, b'{"id":"note"}\n'), stored(name, b'{"id":"other"}\n')]

    told = read(tmp_path, make_zip(members))

    assert [one.lines.operations for one in told.contracts] == [1]
    [unknown] = [one for one in told.findings if one.code == "member_unknown"]
    assert unknown.member.isprintable()
    assert len(unknown.member) <= 255
    assert {one.name for one in (tmp_path / "private").iterdir()} == {"index.json", f"{CONTRACT}.ndjson"}
    assert {one.name for one in tmp_path.iterdir()} == {"private", "a.tallybook"}


def test_a_name_that_is_no_unicode_is_told(tmp_path: Path) -> None:
    told = read(tmp_path, make_zip([stored(OPERATIONS, b""), Entry(b"\xff\xfe\x80", b"", 0, 0)]))

    assert ("member_unknown", "���") in found(told)


def test_a_missing_photo_is_named_and_the_rest_is_whole(tmp_path: Path) -> None:
    told = read(tmp_path, make(leave_out=[f"photos/{PHOTO}"]).write())

    assert found(told) == {("member_missing", f"photos/{PHOTO}")}
    assert told.contracts[0].lines.operations == len(NOTES)


@pytest.mark.parametrize("place", [2**31, 2**63 - 1, 2**64 - 1])
def test_a_zip64_directory_that_is_nowhere_is_looked_for_elsewhere(place: int, tmp_path: Path) -> None:
    told = read(tmp_path, make_zip64([stored(OPERATIONS, b'{"id":"note"}\n')], record_at=place))

    assert told.contracts[0].lines.operations == 1


def test_a_manifest_of_another_kind_is_damaged(tmp_path: Path) -> None:
    for number, changes in enumerate(({"person": []}, {"members": {}}, {"contracts": [{"id": "x"}]}, {"made_at": 1})):
        folder = tmp_path / str(number)
        folder.mkdir()
        told = read(folder, make(manifest_changes=changes).write())
        assert ("backup_damaged", "manifest.json") in found(told)
        assert told.whose is None


def test_an_author_that_is_no_id_is_nobody(tmp_path: Path) -> None:
    lines = b'{"author":"nobody"}\n{"author":7}\n{"author":"00000000-0000-7000-8000-0000000000dd"}\n'

    told = read(tmp_path, make_zip([stored(OPERATIONS, lines)]))

    assert told.contracts[0].lines.by_author == {"": 2, str(ANN.id): 1}


@pytest.mark.parametrize("where", ["names", "manifest", "lines"])
def test_what_is_packed_small_takes_little_memory(where: str, tmp_path: Path) -> None:
    nothings = {"agency": {"id": str(AGENCY), "more": [[]] * 600_000}}
    contents: dict[str, Callable[[], bytes]] = {
        "names": lambda: make_zip([stored(OPERATIONS, b""), *(stored("x" * 65_000, b"") for _ in range(600))]),
        "manifest": lambda: make(manifest_changes=nothings).write(),
        "lines": lambda: make_zip([stored(OPERATIONS, b'{"id":"note"}\n' * 100_000)]),
    }
    content = contents[where]()
    tracemalloc.start()
    try:
        read(tmp_path, content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 24 * 1024**2


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_a_small_file_that_unpacks_to_much_leaves_the_disk_its_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str
) -> None:
    """Others write meanwhile, and how much comes out is known when it is out: so the disk is asked on the way."""
    monkeypatch.setattr(backup_room, "ASKED_EACH_BYTES", 100_000)
    free = backup_room.FREE_BYTES_LEFT + 1_000_000
    written: list[int] = []

    def disk_usage(folder: Path) -> SimpleNamespace:
        written.append(sum(one.stat().st_size for one in tmp_path.rglob("*.ndjson")))
        return SimpleNamespace(free=free - written[-1])

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    long = [{"id": f"note {number}", "set": {"text": "x" * 50_000}} for number in range(100)]
    content = BackupWriter(ANN, {CONTRACT: long}, agency={"id": str(AGENCY), "name": "Here"}).write()
    assert len(content) < 100_000

    with pytest.raises(NoRoomForBackup):
        read(tmp_path, lock(content, passphrase) if passphrase else content, passphrase)

    assert max(written) < 1_100_000
    assert list((tmp_path / "private").iterdir()) == []


def test_unlocking_asks_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=backup_room.FREE_BYTES_LEFT))
    monkeypatch.setattr(backup_reading, "_read_zip", lambda *_: pytest.fail("it was unlocked"))

    with pytest.raises(NoRoomForBackup):
        read(tmp_path, lock(make().write(), PASSPHRASE), PASSPHRASE)
