"""Backup files as the client writes them, and every way of spoiling one."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tallybook.accounts.models import Person
from tallybook.core.canonical_json import canonical_json
from tallybook.sync.backup_age import AGE_MAGIC, CHUNK_BYTES, SALT_LABEL
from tallybook.sync.installation import this_installation

Operations = Sequence[Mapping[str, Any]]
LOCAL_HEADER_BYTES = 30


def spell_lines(operations: Operations) -> bytes:
    """Operations as a member has them."""
    return b"".join(canonical_json(one) + b"\n" for one in operations)


@dataclass(frozen=True)
class PersonOfFile:
    """Whose file it is, where nobody has the server's database open."""

    id: UUID
    email: str
    name: str
    initials: str


@dataclass
class BackupWriter:
    """Writes a file as docs/backup-file.md says; a test changes what it wants changed before `write`."""

    person: Person | PersonOfFile
    operations: dict[UUID, Operations]
    photos: Mapping[str, bytes] = field(default_factory=dict)
    device: str = "00000000-0000-7000-8000-00000000dddd"
    compression: int = zipfile.ZIP_DEFLATED
    agency: Mapping[str, str] | None = None  # None: the one whose database this is
    manifest_changes: Mapping[str, Any] = field(default_factory=dict)
    leave_out: Sequence[str] = ()  # members that the manifest tells of
    add: Mapping[str, bytes] = field(default_factory=dict)  # members that it does not

    def members(self) -> dict[str, bytes]:
        """Every member but the manifest."""
        made = {"README.txt": b"Whoever finds this: it belongs to an inspector.\n"}
        for contract_id, operations in self.operations.items():
            made[f"contracts/{contract_id}/operations.ndjson"] = spell_lines(operations)
            made[f"contracts/{contract_id}/records.ndjson"] = b""
            made[f"contracts/{contract_id}/held.ndjson"] = b""
        made |= {f"photos/{name}": content for name, content in self.photos.items()}
        return made | {"view.html": b"<!doctype html><title>Backup</title>"}

    def manifest(self) -> dict[str, Any]:
        """What the last member says."""
        return {
            "format": "tallybook-backup", "format_version": 1, "program": "0.1.0", "schema": 1,
            "agency": dict(self.agency or _this_agency()),
            "device": {"id": self.device, "label": "Tablet 4"},
            "person": {
                "id": str(self.person.id), "email": self.person.email,
                "name": self.person.name, "initials": self.person.initials,
            },
            "made_at": "2026-11-23T14:05:11.120-06:00",
            "contracts": [
                {
                    "id": str(one), "number": "From the file", "name": "Told by the file",
                    "status": "construction", "right": "inspection", "chain": "",
                    "operations": len(operations), "unanswered": len(operations),
                    **dict.fromkeys(("cursor", "whole", "known", "records", "revisions", "held", "photos"), 0),
                }
                for one, operations in self.operations.items()
            ],
            "members": [
                {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in self.members().items()
            ],
        } | dict(self.manifest_changes)  # fmt: skip

    def write(self) -> bytes:
        """The whole file, written as a stream: sizes and CRC stand behind each member."""
        return self._write(stream=True)

    def write_told(self) -> bytes:
        """The same as another program packs it: sizes and CRC stand before each member."""
        return self._write(stream=False)

    def _write(self, *, stream: bool) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(_Unseekable(out) if stream else out, "w", self.compression) as packed:
            for name, content in {**self.members(), **self.add}.items():
                if name not in self.leave_out:
                    packed.writestr(name, content)
            if "manifest.json" not in self.leave_out:
                packed.writestr("manifest.json", json.dumps(self.manifest()))
        return out.getvalue()


def _this_agency() -> dict[str, str]:
    here = this_installation(at=datetime.now(UTC))
    return {"id": str(here.agency_id), "name": here.agency_name}


class _Unseekable(io.RawIOBase):
    def __init__(self, out: io.BytesIO) -> None:
        self.out = out

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        return self.out.write(part)


def place_of(content: bytes, name: str) -> int:
    """Where a member's packed bytes start."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        one = packed.getinfo(name)
    of_name, of_extra = (int.from_bytes(content[one.header_offset + at :][:2], "little") for at in (26, 28))
    return one.header_offset + LOCAL_HEADER_BYTES + of_name + of_extra


def packed_size_of(content: bytes, name: str) -> int:
    """How many packed bytes a member has."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.getinfo(name).compress_size


def lock(content: bytes, passphrase: str, *, factor: int = 10) -> bytes:
    """The same as an age file, with a work factor of ours: `pyrage` takes one by the speed of the machine."""
    key, salt, nonce = bytes(range(16)), bytes(range(16)), bytes(range(16, 32))
    # Beyond what is accepted the key does not matter: nobody may come so far.
    work = 1 << min(factor, 15)
    secret = Scrypt(salt=SALT_LABEL + salt, length=32, n=work, r=8, p=1).derive(passphrase.encode())
    wrapped = ChaCha20Poly1305(secret).encrypt(bytes(12), key, None)
    header = AGE_MAGIC + b"-> scrypt %b %d\n%b\n---" % (_spell(salt), factor, _spell(wrapped))
    signature = HMAC(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"header").derive(key), SHA256())
    signature.update(header)
    cipher = ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=nonce, info=b"payload").derive(key))
    pieces = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)] or [b""]
    sealed = [
        cipher.encrypt(number.to_bytes(11, "big") + bytes([number == len(pieces) - 1]), piece, None)
        for number, piece in enumerate(pieces)
    ]
    return header + b" " + _spell(signature.finalize()) + b"\n" + nonce + b"".join(sealed)


def _spell(content: bytes) -> bytes:
    return b64encode(content).rstrip(b"=")


def flip(content: bytes, place: int, bit: int = 1) -> bytes:
    """The same with one bit flipped."""
    return content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]


def save(content: bytes, folder: Path, name: str = "a.tallybook") -> Path:
    """A file on disk."""
    path = folder / name
    path.write_bytes(content)
    return path
