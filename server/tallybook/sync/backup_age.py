"""Opening age files that a passphrase locks, as a stream: neither the file nor what is in it is held in memory.

Source: the age format, version 1 (C2SP, age.md), its scrypt recipient alone. The ciphers are those of `cryptography`.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .backup_failures import WORK_FACTOR_MAX, NotABackup, PassphraseTooCostly, PassphraseWrong

AGE_MAGIC = b"age-encryption.org/v1\n"
HEADER_BYTES_MAX = 1_024  # of one scrypt recipient: about 150
HEADER = re.compile(
    rb"age-encryption\.org/v1\n-> scrypt (?P<salt>[A-Za-z0-9+/]{22}) (?P<factor>[1-9][0-9]{0,2})\n"
    rb"(?P<wrapped>[A-Za-z0-9+/]{43})\n--- (?P<mac>[A-Za-z0-9+/]{43})\n"
)
SALT_LABEL = b"age-encryption.org/v1/scrypt"
NONCE_BYTES = 16
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
# One at a time: work factor 18 takes 256 MB for its moment.
_unwrapping = Lock()


class AgeCutShort(Exception):
    """The file ends, or stops being what was written, before its last piece; what came before is right."""


@dataclass(frozen=True)
class AgeHeader:
    """What stands before the payload."""

    salt: bytes
    factor: int  # scrypt's work factor, as a power of two
    wrapped: bytes  # the file's key, locked by the passphrase
    mac: bytes
    signed: bytes  # what `mac` is of
    length: int


def is_age(start: bytes) -> bool:
    """Whether a file that begins so is an age file."""
    return start.startswith(AGE_MAGIC)


def read_age_header(file: BinaryIO) -> AgeHeader:
    """Return the header at the beginning of a file. Raises NotABackup, PassphraseTooCostly, before any work."""
    file.seek(0)
    found = HEADER.match(file.read(HEADER_BYTES_MAX))
    if found is None:
        raise NotABackup("This file is locked by age, and not with a passphrase alone.")
    if int(found["factor"]) > WORK_FACTOR_MAX:
        raise PassphraseTooCostly(detail={"work_factor": int(found["factor"]), "work_factor_max": WORK_FACTOR_MAX})
    try:
        salt, wrapped, mac = (_decode(found[name]) for name in ("salt", "wrapped", "mac"))
    except NotBase64 as wrong:
        raise NotABackup from wrong
    signed = found[0][: found.start("mac") - 1]
    return AgeHeader(salt, int(found["factor"]), wrapped, mac, signed, found.end())


def decrypt_age(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """Yield what an age file holds, each piece proved before it comes. The first piece proves the passphrase.

    Raises NotABackup, PassphraseTooCostly, PassphraseWrong; AgeCutShort once all that is whole has come.
    Cost: scrypt once (2^factor × 1 KiB of memory for a moment), one piece of 64 KiB at a time.
    """
    header = read_age_header(file)
    key = _unwrap(header, passphrase)
    file.seek(header.length)
    nonce = file.read(NONCE_BYTES)
    if len(nonce) < NONCE_BYTES:
        raise AgeCutShort
    cipher = ChaCha20Poly1305(_derive(key, b"payload", nonce))
    sealed, number = file.read(CHUNK_BYTES + TAG_BYTES), 0
    while True:
        after = file.read(CHUNK_BYTES + TAG_BYTES)
        yield _open_piece(cipher, number, sealed, is_last=not after)
        if not after:
            return
        sealed, number = after, number + 1


def _open_piece(cipher: ChaCha20Poly1305, number: int, sealed: bytes, *, is_last: bool) -> bytes:
    try:
        return cipher.decrypt(number.to_bytes(11, "big") + bytes([is_last]), sealed, None)
    except (InvalidTag, ValueError) as damaged:
        raise AgeCutShort from damaged


def _unwrap(header: AgeHeader, passphrase: str) -> bytes:
    try:
        secret = passphrase.encode()
        with _unwrapping:
            scrypt = Scrypt(salt=SALT_LABEL + header.salt, length=32, n=1 << header.factor, r=8, p=1)
            lock = scrypt.derive(secret)
        key = ChaCha20Poly1305(lock).decrypt(bytes(12), header.wrapped, None)
    except (InvalidTag, UnicodeEncodeError) as wrong:
        raise PassphraseWrong from wrong
    signature = HMAC(_derive(key, b"header", b""), SHA256())
    signature.update(header.signed)
    try:
        signature.verify(header.mac)
    except InvalidSignature as changed:
        raise NotABackup("The beginning of this file was changed after it was made.") from changed
    return key


def _derive(key: bytes, label: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=label).derive(key)


def _decode(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4), validate=True)
