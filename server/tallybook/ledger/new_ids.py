"""New ids, rising with time."""

import secrets
from datetime import datetime
from uuid import UUID


def new_id(*, at: datetime) -> UUID:
    """Return a UUIDv7 of the instant `at` (RFC 9562): 48 bits of milliseconds, 74 bits of chance."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    number = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0x2 << 62 | secrets.randbits(62)
    return UUID(int=number)
