"""Operations as lines of a plain file: which can be read, and reading them in batches of a push."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from tallybook.core.fields import is_uuid
from tallybook.core.operations import Operation
from tallybook.ledger.stored import canonical_bytes, read_operation

from .push import OPERATIONS_MAX

LINE_BYTES_MAX = 4 * 1024**2
BATCH_BYTES_MAX = 1024 * 1024  # as much as a push takes; one line may have more
AUTHORS_MAX = 1_000  # told by name; those beyond are counted together


class KeptLines(msgspec.Struct):
    """What was counted in a file of operations."""

    operations: int = 0
    unreadable: int = 0
    bytes: int = 0
    first_made_at: str = ""
    last_made_at: str = ""
    by_author: dict[str, int] = msgspec.field(default_factory=dict)


class _LinePart(msgspec.Struct):
    """Of an operation's line what is counted."""

    author: Any = None
    made_at: Any = None


class _Batch(msgspec.Struct):
    """Some operations, and where in the file the next one starts."""

    operations: list[Operation]
    end: int


_decode_part = msgspec.json.Decoder(_LinePart).decode


def keep_whole_lines(plain: Path, *, is_whole: bool) -> KeptLines:
    """Count a file's operations; one that is not whole ends before its first line that is not. Cost: one pass."""
    kept = KeptLines()
    first: tuple[datetime, str] | None = None
    last: tuple[datetime, str] | None = None
    with plain.open("r+b") as file:
        for line, end in _read_lines(file):
            part = _read_part(line) if is_whole else _read_canonical(line)
            if part is None and not is_whole:
                break
            kept.bytes = end
            if part is None:
                kept.unreadable += 1
                continue
            kept.operations += 1
            _count_author(kept, part.author)
            if (made := _read_instant(part.made_at)) is not None:
                first = made if first is None or made < first else first
                last = made if last is None or made > last else last
        file.truncate(kept.bytes)
    kept.first_made_at, kept.last_made_at = (one[1] if one else "" for one in (first, last))
    return kept


def read_batches(plain: Path, start: int = 0) -> Iterator[_Batch]:
    """Yield a file's operations from a line's start on, as many at once as a push takes.

    Lines that cannot be read are passed over. Memory: one batch.
    """
    batch, size = _Batch([], start), 0
    with plain.open("rb") as file:
        file.seek(start)
        for line, end in _read_lines(file):
            if batch.operations and (
                len(batch.operations) == OPERATIONS_MAX or size + len(line or b"") > BATCH_BYTES_MAX
            ):
                yield batch
                batch, size = _Batch([], batch.end), 0
            operation = _read_line(line)
            if operation is not None:
                batch.operations.append(operation)
                size += len(line or b"")
            batch.end = end
    if batch.end > start:
        yield batch


def is_line_start(plain: Path, place: int) -> bool:
    """Whether a line starts there, or the file ends."""
    with plain.open("rb") as file:
        if place == 0:
            return True
        file.seek(place - 1)
        return file.read(1) == b"\n"


def _read_lines(file: BinaryIO) -> Iterator[tuple[bytes | None, int]]:
    """Yield each line without its end, None where it is too long, and where the next one starts."""
    end = file.tell()
    while line := file.readline(LINE_BYTES_MAX + 1):
        end += len(line)
        if line.endswith(b"\n"):
            yield line[:-1], end
            continue
        is_long = len(line) > LINE_BYTES_MAX
        while is_long and line and not line.endswith(b"\n"):
            line = file.readline(LINE_BYTES_MAX)
            end += len(line)
        yield None if is_long else line, end


def _read_part(line: bytes | None) -> _LinePart | None:
    if line is None:
        return None
    try:
        return _decode_part(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        told = _load(line)
        return _LinePart(told.get("author"), told.get("made_at")) if isinstance(told, dict) else None


def _read_canonical(line: bytes | None) -> _LinePart | None:
    """Return what is counted of a line that is spelled as we spell it, so that no byte of it is lost."""
    told = None if line is None else _load(line)
    try:
        is_ours = isinstance(told, dict) and canonical_bytes(told) == line
    except (ValueError, RecursionError):
        is_ours = False
    return _LinePart(told.get("author"), told.get("made_at")) if is_ours and isinstance(told, dict) else None


def _read_line(line: bytes | None) -> Operation | None:
    told = None if line is None else _load(line)
    if not isinstance(told, dict):
        return None
    try:
        return read_operation(told)
    except (ValueError, RecursionError):  # a number that nothing can hold, or nested too deep
        return None


def _load(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        try:  # a lone surrogate, which a device can type, is refused by the quick reader
            return json.loads(line)
        except (ValueError, RecursionError):
            return None


def _count_author(kept: KeptLines, author: Any) -> None:
    name = author if isinstance(author, str) and is_uuid(author) else ""
    if name not in kept.by_author and len(kept.by_author) >= AUTHORS_MAX:
        name = ""
    kept.by_author[name] = kept.by_author.get(name, 0) + 1


def _read_instant(made_at: Any) -> tuple[datetime, str] | None:
    try:
        instant = datetime.fromisoformat(made_at) if isinstance(made_at, str) else None
        if instant is None:
            return None
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC), made_at
    except (ValueError, OverflowError):
        return None
