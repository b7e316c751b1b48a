"""ZIPs that no honest program writes: bombs, lying headers, floods of signatures; and ZIP64 where nothing needs it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from tallybook.sync.backup_zip import CENTRAL, CENTRAL_HEADER, DEFLATED, END, END_RECORD, LOCAL, LOCAL_HEADER, STORED

WIDE = 0xFFFF_FFFF


@dataclass
class Entry:
    """What headers say of a member; nothing of it need be so."""

    name: bytes
    packed: bytes
    size: int
    crc: int
    method: int = STORED
    start: int | None = None  # where the directory says that it is

    def local(self) -> bytes:
        """The header before its bytes."""
        told = (self.crc, len(self.packed), self.size, len(self.name), 0)
        return LOCAL_HEADER.pack(LOCAL, 20, 0, self.method, 0, 0, *told) + self.name

    def central(self, start: int) -> bytes:
        """Its entry in the directory."""
        told = (self.crc, len(self.packed), self.size, len(self.name), 0, 0, 0, 0, 0)
        return CENTRAL_HEADER.pack(CENTRAL, 20, 20, 0, self.method, 0, 0, *told, start) + self.name


def stored(name: str, content: bytes) -> Entry:
    """A member as it should be."""
    return Entry(name.encode(), content, len(content), zlib.crc32(content))


def make_zip(entries: Sequence[Entry]) -> bytes:
    """Members one after the other, and the directory that they ask for."""
    content, directory = bytearray(), bytearray()
    for one in entries:
        directory += one.central(len(content) if one.start is None else one.start)
        content += one.local() + one.packed
    return bytes(content + directory) + end_of(len(entries), len(directory), len(content))


def end_of(count: int, size: int, start: int) -> bytes:
    """The record at the end."""
    return END_RECORD.pack(END, 0, 0, count & 0xFFFF, count & 0xFFFF, size, start, 0)


def make_zip64(entries: Sequence[Entry], *, record_at: int | None = None) -> bytes:
    """The same with a ZIP64 directory; `record_at` is where it lies to be."""
    plain = make_zip(entries)
    count, _, size, start = END_RECORD.unpack(plain[-END_RECORD.size :])[3:7]
    place = len(plain) - END_RECORD.size
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, place if record_at is None else record_at, 1)
    return plain[:place] + record + locator + END_RECORD.pack(END, 0, 0, 0xFFFF, 0xFFFF, WIDE, WIDE, 0)


def make_quoting_bomb(names: Sequence[bytes], kernel: bytes) -> bytes:
    """Members inside each other: each quotes the header of the next one and goes on as it does (Fifield, 2019)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed, plain = packer.compress(kernel) + packer.flush(), kernel
    entries: list[Entry] = []
    for name in reversed(names):
        if entries:
            quoted = entries[-1].local()
            packed = b"\x00" + struct.pack("<HH", len(quoted), len(quoted) ^ 0xFFFF) + quoted + packed
            plain = quoted + plain
        entries.append(Entry(name, packed, len(plain), zlib.crc32(plain), DEFLATED))
    outer = entries[-1]
    content = outer.local() + outer.packed
    starts = [len(content) - len(one.packed) - len(one.local()) for one in entries]
    directory = b"".join(one.central(start) for one, start in zip(entries, starts, strict=True))
    return content + directory + end_of(len(entries), len(directory), len(content))
