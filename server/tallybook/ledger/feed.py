"""Reading the ledger after a seq: latest images, holds and ends of holds, in one consistent read."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID

from django.db import connection, transaction

from tallybook.core.failures import TallybookFailure

from .models import LedgerEntry, LedgerHead
from .tables import as_key

HASH = re.compile("[0-9a-f]{64}")
FEED_PAGE_MAX = 5_000  # lines
FEED_PAGE_BYTES = 8_000_000  # about, uncompressed: what the server may hold for one request
# Along one index for each kind of line; nothing else of the contract is looked at.
SELECT_LINES = """
    SELECT * FROM (SELECT seq, line FROM ledger_ledgerimage
        WHERE contract_id = %s AND seq > %s ORDER BY seq LIMIT %s) AS images
    UNION ALL SELECT * FROM (SELECT seq, line FROM ledger_ledgerhold
        WHERE contract_id = %s AND ended_seq IS NULL AND seq > %s ORDER BY seq LIMIT %s) AS holds
    UNION ALL SELECT * FROM (SELECT ended_seq, line FROM ledger_ledgerhold
        WHERE contract_id = %s AND ended_seq IS NOT NULL AND ended_seq > %s ORDER BY ended_seq LIMIT %s) AS ended
"""


class Diverged(TallybookFailure):
    """The device was told of entries that this ledger does not have: the server was restored from a backup."""

    code = "diverged"
    http_status = 409
    title = "The office's records are older than what this device has seen."
    remedy = "Nothing is lost: the device keeps its own entries and offers all of them again."


class AfterTheEnd(TallybookFailure):
    """No device has lines that this ledger never had."""

    code = "after_the_end"
    http_status = 400
    title = "This contract's records do not go as far as was asked."
    remedy = "Read from the beginning: after=0."


@dataclass(frozen=True)
class FeedPage:
    """Some lines of the feed with rising seq, and where to go on."""

    head: int
    chain: str
    remaining: int  # lines after `after`, those of this page included; where there are more, an estimate
    lines: list[str]
    cursor: int
    more: bool
    records: int  # images in the whole ledger
    revisions: int  # the sum of their revisions


def read_feed(*, contract_id: UUID, after: int, known: int, chain: str, limit: int = FEED_PAGE_MAX) -> FeedPage:
    """Return the lines of a ledger with a seq greater than `after`.

    Returns:
        At most `limit` lines in rising seq, and all lines of the last one's seq; `cursor` to send next time.

    Raises:
        Diverged: the device's position is not on this ledger.
        AfterTheEnd: `after` is greater than the head.
        LedgerHead.DoesNotExist: there is no such ledger.

    Cost: range scans of three indexes on (contract_id, seq), independent of what lies before `after`.
    Source: docs/sync-protocol.md, "Wire".
    """
    with consistent_read():
        head = LedgerHead.objects.get(contract_id=contract_id)
        check_position(head=head, known=known, chain=chain)
        if after > head.seq:
            raise AfterTheEnd(detail={"head": head.seq})
        limit = max(1, min(limit, _lines_that_fit(head)))
        found = _read_lines(contract_id, after, limit)
    end = _end_of_page(found, limit)
    lines, more = found[:end], end < len(found)
    return FeedPage(
        head=head.seq,
        chain=head.chain,
        remaining=max(len(lines), _estimate_remaining(head, after)) if more else len(lines),
        lines=[line for _, line in lines],
        cursor=lines[-1][0] if more else head.seq,
        more=more,
        records=head.records,
        revisions=head.revisions,
    )


def check_position(*, head: LedgerHead, known: int, chain: str) -> None:
    """Raise Diverged where a device was told of something that is not on this ledger. Cost: one query at most."""
    if known == 0 or (known == head.seq and chain == head.chain):
        return
    entry = LedgerEntry.objects.filter(contract_id=head.contract_id, seq=known, hash=chain)
    # What is no hash is not asked for: not every text can stand in a question to a database.
    if not 0 < known <= head.seq or not HASH.fullmatch(chain) or not entry.exists():
        raise Diverged(detail={"head": head.seq})


@contextmanager
def consistent_read() -> Iterator[None]:
    """Read several things as they were at one instant, without a write lock."""
    if connection.in_atomic_block:  # whoever opened it has a lock that is as good
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Lines are read along the index on seq. A planner that has not counted the table yet would sort
                # all that lies behind `after` instead, for each page anew.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_sort = off")
            yield
        return
    with connection.cursor() as cursor:
        # Django's atomic would begin IMMEDIATE here and wait for whoever is writing.
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _read_lines(contract_id: UUID, after: int, limit: int) -> list[tuple[int, str]]:
    """Return the lines after `after`, by seq: at least `limit` and those of one seq more, where there are so many."""
    # One entry makes at most two lines of a kind: it may end its own hold and its target's.
    bounds = [as_key(contract_id), after, limit + 2]
    with connection.cursor() as cursor:
        cursor.execute(SELECT_LINES, bounds * 3)
        return sorted(cursor.fetchall(), key=itemgetter(0))


def _end_of_page(found: Sequence[tuple[int, str]], limit: int) -> int:
    """Return how many of the lines one page tells: at most `limit`, at most so large, and all of the last one's seq.

    How many fit was estimated: records grow, and holds are larger than some.
    """
    size, end = 0, 0
    for _, line in found[:limit]:
        size += len(line)
        if end and size > FEED_PAGE_BYTES:
            break
        end += 1
    while 0 < end < len(found) and found[end][0] == found[end - 1][0]:
        end += 1
    return end


def _lines_that_fit(head: LedgerHead) -> int:
    """Return how many lines the largest page has: fewer where a contract's records are large."""
    return min(FEED_PAGE_MAX, FEED_PAGE_BYTES * head.records // max(head.bytes, 1))


def _estimate_remaining(head: LedgerHead, after: int) -> int:
    """Return about how many lines there are after `after`: people see progress by it, and to count costs a scan."""
    return head.records * (head.seq - after) // head.seq
