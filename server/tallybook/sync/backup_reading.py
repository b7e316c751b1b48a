"""Reading a backup file once: its operations become plain files in a folder of ours, beside an index of what it holds.

Nothing that the file names becomes a path: an operations file is named by a UUID that was recognised as one.
Source: docs/backup-file.md.
"""

import hashlib
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec

from .backup_age import AgeCutShort, decrypt_age, is_age, read_age_header
from .backup_failures import (
    FILE_BYTES_MAX,
    NO_ROOM,
    BackupOfNewerProgram,
    BackupOfOtherAgency,
    BackupTooLarge,
    Finding,
    NoRoomForBackup,
    NotABackup,
    PassphraseNeeded,
    show_name,
)
from .backup_lines import KeptLines, keep_whole_lines
from .backup_room import write_within_room
from .backup_zip import Member, NoDirectory, Unpacked, find_members, read_directory, unpack

FORMAT, FORMAT_VERSION = "tallybook-backup", 1
MANIFEST = "manifest.json"
MANIFEST_BYTES_MAX = 32 * 1024**2
NDJSON_BYTES_MAX = 1024**3
OPERATIONS_BYTES_MAX = 2 * 1024**3  # of all contracts, unpacked
CONTRACTS_MAX = 1_000
FINDINGS_MAX = 200
NAME_BYTES_MAX = 255
UUID_FORM = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
OPERATIONS_NAME = re.compile(rf"contracts/({UUID_FORM})/operations\.ndjson")
KNOWN_NAME = re.compile(
    rf"README\.txt|view\.html|manifest\.json|photos/[0-9a-f]{{64}}"
    rf"|contracts/{UUID_FORM}/(operations|records|held)\.ndjson"
)
INDEX_FILE, OPENED_FILE = "index.json", "opened"


class ReadContract(msgspec.Struct):
    """What a file holds of one contract."""

    id: UUID
    number: str = ""
    name: str = ""
    lines: KeptLines = msgspec.field(default_factory=KeptLines)
    is_damaged: bool = False  # a changed character cannot be told: merged only where somebody asks for it


class ReadBackup(msgspec.Struct):
    """What a file holds."""

    whose: dict[str, str] | None  # None: there is no manifest, so nobody says
    device: dict[str, str] | None
    made_at: str | None
    contracts: list[ReadContract]
    findings: list[Finding]


class ManifestVersion(msgspec.Struct):
    """What a manifest of any version says."""

    format: str
    format_version: int


class ManifestContract(msgspec.Struct):
    """What the manifest says of a contract; its counts are ours to make."""

    id: UUID
    number: str = ""
    name: str = ""


class ManifestParty(msgspec.Struct):
    """Whom or what the manifest names; the rest is not decoded: empty lists take twenty times their bytes."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    initials: str | None = None
    label: str | None = None

    def tell(self, *names: str) -> dict[str, str]:
        """Return some of it, as it can be shown."""
        return {name: show_name(getattr(self, name) or "") for name in names}


class ManifestMember(msgspec.Struct):
    """What the manifest says of a member."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct):
    """A manifest of our version."""

    agency: ManifestParty
    device: ManifestParty
    person: ManifestParty
    made_at: str
    contracts: list[ManifestContract]
    members: list[ManifestMember]


class _Findings(list[Finding]):
    """As many as somebody may read."""

    def add(self, code: str, member: str = "", detail: str = "") -> None:
        if len(self) < FINDINGS_MAX:
            self.append(Finding(code, show_name(member), detail))
        elif len(self) == FINDINGS_MAX:
            self.append(Finding("more", "", ""))


def is_known_name(name: str) -> bool:
    """Whether a member's name is exactly of a form that we write."""
    return len(name) <= NAME_BYTES_MAX and KNOWN_NAME.fullmatch(name) is not None


def is_locked(file: Path) -> bool:
    """Whether a passphrase is needed. Raises NotABackup, PassphraseTooCostly by the header alone."""
    with file.open("rb") as opened:
        if not is_age(opened.read(64)):
            return False
        read_age_header(opened)
    return True


def read_backup(file: Path, folder: Path, *, agency_id: UUID, passphrase: str = "") -> ReadBackup:
    """Return what a backup file holds, from the index in `folder` where it was read before.

    Safe to be cut off anywhere, and to be called by two at once. Raises the failures of backup_failures.
    Cost: at the first time one pass over the operations, and one over the file where it is locked or damaged.
    """
    index = folder / INDEX_FILE
    if index.is_file():
        return msgspec.json.decode(index.read_bytes(), type=ReadBackup)
    work = folder / f"reading-{secrets.token_hex(8)}"
    work.mkdir(mode=0o700)
    try:
        read = _read(file, work, agency_id, passphrase)
        for plain in work.glob("*.ndjson"):
            plain.replace(folder / plain.name)
        (work / INDEX_FILE).write_bytes(msgspec.json.encode(read))
        (work / INDEX_FILE).replace(index)
    except OSError as failed:
        if failed.errno in NO_ROOM:
            raise NoRoomForBackup from failed
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return read


def plain_file(folder: Path, contract_id: UUID) -> Path:
    """Return where a contract's operations are, one a line."""
    return folder / f"{contract_id}.ndjson"


def _read(file: Path, work: Path, agency_id: UUID, passphrase: str) -> ReadBackup:
    findings = _Findings()
    with file.open("rb") as opened:
        length = file.stat().st_size
        if length > FILE_BYTES_MAX:
            raise BackupTooLarge(detail={"bytes_max": FILE_BYTES_MAX})
        if not is_age(opened.read(64)):
            return _read_zip(opened, length, work, agency_id, findings)
        if not passphrase:
            read_age_header(opened)
            raise PassphraseNeeded
        unlocked = work / OPENED_FILE
        _unlock(opened, unlocked, passphrase, findings)
    with unlocked.open("rb") as opened:
        return _read_zip(opened, unlocked.stat().st_size, work, agency_id, findings)


def _unlock(opened: BinaryIO, unlocked: Path, passphrase: str, findings: _Findings) -> None:
    with unlocked.open("wb") as plain:
        try:
            write_within_room(plain, unlocked.parent, decrypt_age(opened, passphrase))
        except AgeCutShort:
            findings.add("backup_cut_short", "", f"{plain.tell():,} bytes of it could be opened")


def _read_zip(opened: BinaryIO, length: int, work: Path, agency_id: UUID, findings: _Findings) -> ReadBackup:
    members = _list_members(opened, length, findings)
    manifest = _read_manifest(opened, members.get(MANIFEST), agency_id, findings)
    told = {one.name: one for one in manifest.members} if manifest else {}
    for name, one in told.items():
        if name not in members and is_known_name(name):
            findings.add("member_missing", name, "")
        elif name in members and members[name].size not in (None, one.size):
            findings.add("backup_damaged", name, "its size is not the one told")
    names = {one.id: one for one in manifest.contracts[:CONTRACTS_MAX]} if manifest else {}
    contracts = [_describe(one.id, names) for one in names.values()]
    by_id = {one.id: one for one in contracts}
    room = OPERATIONS_BYTES_MAX
    for name, member in members.items():
        if found := OPERATIONS_NAME.fullmatch(name):
            contract = by_id.get(UUID(found[1])) or _describe(UUID(found[1]), names)
            if contract.id not in by_id:
                contracts.append(contract)
            if len(contracts) > CONTRACTS_MAX:
                raise BackupTooLarge(detail={"contracts_max": CONTRACTS_MAX})
            room -= _read_operations(opened, member, told.get(name), room, work, contract, findings)
    return ReadBackup(
        whose=manifest.person.tell("id", "email", "name", "initials") if manifest else None,
        device=manifest.device.tell("id", "label") if manifest else None,
        made_at=show_name(manifest.made_at) if manifest else None,
        contracts=contracts,
        findings=list(findings),
    )


def _list_members(opened: BinaryIO, length: int, findings: _Findings) -> dict[str, Member]:
    """Return the members of known names. Raises NotABackup, BackupBomb."""
    try:
        found: Sequence[Member] = read_directory(opened, length)
    except NoDirectory:
        found = find_members(opened, length, is_known_name)
        if not any(one.code == "backup_cut_short" for one in findings):
            findings.add("backup_cut_short", "", "the list of its members is missing")
    members: dict[str, Member] = {}
    for one in found:
        if is_known_name(one.name) and one.name not in members:
            members[one.name] = one
        else:
            findings.add("member_unknown", one.name, "")
    if not members:
        raise NotABackup
    return members


def _read_manifest(opened: BinaryIO, member: Member | None, agency_id: UUID, findings: _Findings) -> Manifest | None:
    """Return what the manifest says; None where it is missing or damaged. Raises what refuses the whole file."""
    if member is None:
        if not any(one.code == "backup_cut_short" for one in findings):
            findings.add("backup_cut_short", MANIFEST, "it is missing")
        return None
    became = Unpacked()
    content = b"".join(unpack(opened, member, size_max=MANIFEST_BYTES_MAX, became=became))
    try:
        version = msgspec.json.decode(content, type=ManifestVersion) if became.is_whole else None
        if version is not None and version.format != FORMAT:
            raise NotABackup
        if version is not None and version.format_version > FORMAT_VERSION:
            raise BackupOfNewerProgram(detail={"format_version_max": FORMAT_VERSION})
        manifest = msgspec.json.decode(content, type=Manifest) if version else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        manifest = None
    if manifest is None:
        findings.add("backup_damaged", MANIFEST, "")
    elif manifest.agency.id != str(agency_id):
        raise BackupOfOtherAgency(detail={"agency": manifest.agency.tell("name")["name"]})
    return manifest


def _read_operations(
    opened: BinaryIO,
    member: Member,
    told: ManifestMember | None,
    room: int,
    work: Path,
    contract: ReadContract,
    findings: _Findings,
) -> int:
    """Unpack a contract's operations, and note in `contract` what they are. Returns how many bytes they take."""
    became, digest = Unpacked(), hashlib.sha256()
    plain = plain_file(work, contract.id)
    with plain.open("wb") as out:
        parts = _unpack_within(opened, member, room, became)
        write_within_room(out, work, _each_told(parts, digest.update))
    is_as_told = told is None or (told.size, told.sha256) == (became.size, digest.hexdigest())
    is_whole = became.is_whole and is_as_told
    contract.is_damaged = not is_whole and not became.is_cut
    contract.lines = keep_whole_lines(plain, is_whole=is_whole)
    counted = f"{contract.lines.operations:,} entries can be read"
    if contract.is_damaged:
        findings.add("backup_damaged", member.name, counted)
    elif not is_whole:
        findings.add("backup_cut_short", member.name, counted)
    if contract.lines.unreadable:
        findings.add("line_unreadable", member.name, f"{contract.lines.unreadable:,} lines")
    return became.size


def _each_told(parts: Iterable[bytes], note: Callable[[bytes], None]) -> Iterator[bytes]:
    for part in parts:
        note(part)
        yield part


def _unpack_within(opened: BinaryIO, member: Member, room: int, became: Unpacked) -> Iterator[bytes]:
    size_max = min(NDJSON_BYTES_MAX, room)
    if (member.size or 0) > size_max:
        raise BackupTooLarge(detail={"operations_bytes_max": OPERATIONS_BYTES_MAX})
    return unpack(opened, member, size_max=size_max, became=became)


def _describe(contract_id: UUID, names: Mapping[UUID, ManifestContract]) -> ReadContract:
    named = names.get(contract_id)
    if named is None:
        return ReadContract(id=contract_id)
    return ReadContract(id=contract_id, number=show_name(named.number), name=show_name(named.name))
