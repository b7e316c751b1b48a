"""Reading a ZIP that nobody vouches for: by its directory, or without one by what stands before each member.

`zipfile` believes the directory, reads it whole whatever it says of its size, and cannot do without it; so the
directory is read here, entry by entry, and every limit is checked before anything is unpacked. Unpacking is zlib's.
Source: APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (ZIP64).
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO

from .backup_failures import BackupBomb, show_name

MEMBERS_MAX = 100_000  # also of what looks like one where members are looked for
NAME_KEPT_BYTES_MAX = 256  # one more than a name may have: what is longer stays unknown, and takes no memory
EXTRA_BYTES_MAX = 1_024  # beside a name; ours has none, ZIP64 needs 20
DESCRIPTORS_LOOKED_AT_MAX = 100  # in one member; JSON escapes what they begin with, so there is one
RATIO_MAX = 1_032  # deflate cannot do more
READ_BYTES = 256 * 1024
SEARCH_BYTES = 1024 * 1024
STORED, DEFLATED = 0, 8
LOCAL = b"PK\x03\x04"
LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = b"PK\x01\x02"
CENTRAL_HEADER = struct.Struct("<4sHHHHHHIIIHHHHHII")
END = b"PK\x05\x06"
END_RECORD = struct.Struct("<4sHHHHIIH")
COMMENT_BYTES_MAX = 65_535
END64_LOCATOR = struct.Struct("<4sIQI")
END64_RECORD = struct.Struct("<4sQHHIIQQQQ")
DESCRIPTOR = b"PK\x07\x08"
IN_ZIP64 = 0xFFFF_FFFF
ENCRYPTED, TOLD_BEHIND = 1, 8  # flags: sizes and CRC stand behind the bytes


class NoDirectory(Exception):
    """The end of the ZIP is not there, or is not what it should be: its members must be looked for."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member, and what the ZIP says of it. None: nothing, or only what follows its bytes."""

    name: str
    start: int  # of its local header
    end: int  # before which its bytes end
    method: int
    packed: int | None
    size: int | None
    crc: int | None
    is_last: bool = False  # found without a directory: the file may have ended inside it


@dataclass
class Unpacked:
    """What became of a member that was unpacked."""

    size: int = 0
    is_whole: bool = False  # size and CRC are as the ZIP says
    is_cut: bool = False  # its bytes ran out with those of the file; what came is right as far as it goes


@dataclass
class _Content:
    """Where a member's packed bytes are; an unpacker corrects the end, and says whether it was reached."""

    start: int
    end: int
    is_complete: bool = False
    is_broken: bool = False


def read_directory(file: BinaryIO, length: int) -> list[Member]:
    """Return the members that the ZIP's directory lists, in the order of the file.

    Raises NoDirectory; BackupBomb where there are too many, or they share bytes, or are said to unpack to what
    no deflate can. Cost: one pass over the directory; a member takes about 300 bytes of memory.
    """
    start, end = _find_directory(file, length)
    members: list[Member] = []
    file.seek(start)
    while file.tell() < end:
        members.append(_read_central(file))
        if len(members) > MEMBERS_MAX:
            raise BackupBomb(detail={"members_max": MEMBERS_MAX})
    if file.tell() != end:
        raise NoDirectory
    members.sort(key=lambda one: one.start)
    for one, after in zip(members, [*(one.start for one in members[1:]), start], strict=False):
        if one.end > after:
            raise BackupBomb(detail={"member": show_name(one.name), "why": "members share bytes"})
        if (one.size or 0) > ((one.packed or 0) + 1) * RATIO_MAX:
            raise BackupBomb(detail={"member": show_name(one.name), "ratio_max": RATIO_MAX})
    return members


def find_members(file: BinaryIO, length: int, is_known: Callable[[str], bool]) -> list[Member]:
    """Return the members of known names, by the headers before each: what is left of a ZIP without a directory.

    Where a member ends is not believed: it may take the room up to the next one. Raises BackupBomb.
    Cost: one pass over the file.
    """
    found: list[Member] = []
    for number, start in enumerate(_find_signature(file, LOCAL, 0, length)):
        member = _read_local(file, start, length)
        if number >= MEMBERS_MAX:
            raise BackupBomb(detail={"members_max": MEMBERS_MAX})
        if member is not None and is_known(member.name):
            found.append(member)
    ends = [*(one.start for one in found[1:]), length]
    return [replace(one, end=end, is_last=end == length) for one, end in zip(found, ends, strict=False)]


def unpack(file: BinaryIO, member: Member, *, size_max: int, became: Unpacked) -> Iterator[bytes]:
    """Yield a member's bytes, and tell in `became` what became of it once they have all come.

    Never more than the ZIP says that there are; BackupBomb beyond `size_max`. Nothing is yielded of a member that
    is encrypted or packed by a method that we do not write. Memory: a few hundred kilobytes.
    """
    content = _find_content(file, member)
    if content is None:
        return
    crc = 0
    for part in (_unpack_stored if member.method == STORED else _unpack_deflated)(file, content):
        if became.size + len(part) > size_max:
            raise BackupBomb(detail={"member": show_name(member.name), "bytes_max": size_max})
        if member.size is not None and became.size + len(part) > member.size:
            return
        became.size += len(part)
        crc = zlib.crc32(part, crc)
        yield part
    if content.is_complete:
        expected = member.crc if member.crc is not None else _read_descriptor(file, content.end)
        became.is_whole = crc == expected and member.size in (None, became.size)
    else:
        became.is_cut = member.is_last and not content.is_broken


def _find_directory(file: BinaryIO, length: int) -> tuple[int, int]:
    """Return where the directory starts and ends. Raises NoDirectory."""
    tail_start = max(0, length - END_RECORD.size - COMMENT_BYTES_MAX)
    file.seek(tail_start)
    tail = file.read(length - tail_start)
    place = tail.rfind(END)
    if place < 0 or len(tail) - place < END_RECORD.size:
        raise NoDirectory
    *_, size, start, _ = END_RECORD.unpack_from(tail, place)
    end = tail_start + place
    if IN_ZIP64 in (size, start) or tail[max(0, place - END64_LOCATOR.size) :][:4] == b"PK\x06\x07":
        size, start, end = _read_end64(file, end)
    if start + size > end:
        raise NoDirectory
    return start, start + size


def _read_end64(file: BinaryIO, end: int) -> tuple[int, int, int]:
    locator = _read_at(file, max(0, end - END64_LOCATOR.size), END64_LOCATOR)
    if locator is None or locator[0] != b"PK\x06\x07" or locator[2] > end:
        raise NoDirectory
    record = _read_at(file, locator[2], END64_RECORD)
    if record is None or record[0] != b"PK\x06\x06":
        raise NoDirectory
    return record[8], record[9], locator[2]


def _read_central(file: BinaryIO) -> Member:
    header = file.read(CENTRAL_HEADER.size)
    if len(header) < CENTRAL_HEADER.size or not header.startswith(CENTRAL):
        raise NoDirectory
    _, _, _, flags, method, _, _, crc, packed, size, of_name, of_extra, of_comment, _, _, _, start = (
        CENTRAL_HEADER.unpack(header)
    )
    rest = file.read(of_name + of_extra + of_comment)
    if len(rest) < of_name + of_extra + of_comment:
        raise NoDirectory
    size, packed, start = _read_zip64(rest[of_name : of_name + of_extra], (size, packed, start))
    return Member(
        name=_decode_name(rest[: min(of_name, NAME_KEPT_BYTES_MAX)]),
        start=start,
        end=start + LOCAL_HEADER.size + of_name + packed,
        method=-1 if flags & ENCRYPTED else method,
        packed=packed,
        size=size,
        crc=crc,
    )


def _read_local(file: BinaryIO, start: int, length: int) -> Member | None:
    header = _read_at(file, start, LOCAL_HEADER)
    if header is None or header[0] != LOCAL:
        return None
    _, _, flags, method, _, _, crc, packed, size, of_name, of_extra = header
    if of_name >= NAME_KEPT_BYTES_MAX or of_extra > EXTRA_BYTES_MAX:
        return None
    name, extra = file.read(of_name), file.read(of_extra)
    size, packed, _ = _read_zip64(extra, (size, packed, 0))
    is_told = not flags & TOLD_BEHIND
    return Member(
        name=_decode_name(name),
        start=start,
        end=length,
        method=-1 if flags & ENCRYPTED else method,
        packed=packed if is_told else None,
        size=size if is_told else None,
        crc=crc if is_told else None,
    )


def _read_zip64(extra: bytes, told: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return size, packed size and start, those that do not fit in 32 bits from the extra field."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        if kind == 1:
            wide = iter(struct.iter_unpack("<Q", extra[place + 4 : place + 4 + size // 8 * 8]))
            large = [next(wide, (one,))[0] if one == IN_ZIP64 else one for one in told]
            return large[0], large[1], large[2]
        place += 4 + size
    return told


def _find_content(file: BinaryIO, member: Member) -> _Content | None:
    """Return where a member's bytes are; None where its own header is not what the directory says."""
    header = _read_at(file, member.start, LOCAL_HEADER)
    if header is None or header[0] != LOCAL or member.method not in (STORED, DEFLATED):
        return None
    start = member.start + LOCAL_HEADER.size + header[9] + header[10]
    if member.packed is not None:
        return _Content(start, start + member.packed)
    if member.method == STORED:
        return _find_stored(file, start, member.end)
    return _Content(start, member.end)


def _find_stored(file: BinaryIO, start: int, end: int) -> _Content:
    """Return where stored bytes end that say their size only behind them."""
    for place in islice(_find_signature(file, DESCRIPTOR, start, end), DESCRIPTORS_LOOKED_AT_MAX):
        file.seek(place + 8)
        sizes = file.read(16)
        if int.from_bytes(sizes[:4], "little") == place - start or int.from_bytes(sizes[:8], "little") == place - start:
            return _Content(start, place)
    return _Content(start, end + 1)  # never reached: it is not complete


def _unpack_stored(file: BinaryIO, content: _Content) -> Iterator[bytes]:
    file.seek(content.start)
    left = content.end - content.start
    while left > 0 and (part := file.read(min(left, READ_BYTES))):
        left -= len(part)
        yield part
    content.is_complete = left == 0


def _unpack_deflated(file: BinaryIO, content: _Content) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    place = content.start
    try:
        while place < content.end:
            file.seek(place)
            packed = file.read(min(READ_BYTES, content.end - place))
            if not packed:
                return
            place += len(packed)
            yield from _inflate(unpacker, packed)
            if unpacker.eof:
                content.is_complete, content.end = True, place - len(unpacker.unused_data)
                return
    except zlib.error:
        content.is_broken = True


def _inflate(unpacker: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """Yield what some packed bytes give, a little at a time: a thousand times as many may come of them."""
    while True:
        part = unpacker.decompress(packed, READ_BYTES)
        packed = unpacker.unconsumed_tail
        if part:
            yield part
        if unpacker.eof or (not packed and len(part) < READ_BYTES):
            return


def _read_descriptor(file: BinaryIO, place: int) -> int | None:
    """Return the CRC that stands behind a member."""
    file.seek(place)
    told = file.read(8)
    crc = told[4:8] if told.startswith(DESCRIPTOR) else told[:4]
    return int.from_bytes(crc, "little") if len(crc) == 4 else None


def _find_signature(file: BinaryIO, signature: bytes, start: int, end: int) -> Iterator[int]:
    """Yield where four bytes stand, in rising order; the file may be read elsewhere between."""
    place = start
    while place < end:
        file.seek(place)
        part = file.read(min(SEARCH_BYTES, end - place))
        found = part.find(signature)
        while found >= 0:
            yield place + found
            found = part.find(signature, found + 1)
        if len(part) <= len(signature):
            return
        place += len(part) - len(signature) + 1


def _read_at(file: BinaryIO, place: int, shape: struct.Struct) -> tuple[Any, ...] | None:
    file.seek(place)
    told = file.read(shape.size)
    return shape.unpack(told) if len(told) == shape.size else None


def _decode_name(name: bytes) -> str:
    return name.decode("utf-8", "replace")
