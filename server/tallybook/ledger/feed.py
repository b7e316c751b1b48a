"""Reading the ledger after a seq: latest images, holds and ends of holds, in one consistent read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID

from django.db import connection, transaction

from tallybook.core.failures import TallybookFailure

from .models import LedgerEntry, LedgerHead, LedgerHold, LedgerImage

FEED_PAGE_MAX = 2_000  # lines


class Diverged(TallybookFailure):
    """The device was told of entries that this ledger does not have: the server was restored from a backup."""

    code = "diverged"
    http_status = 409
    title = "The office's records are older than what this device has seen."
    remedy = "Nothing is lost: the device keeps its own entries and offers all of them again."


@dataclass(frozen=True)
class FeedPage:
    """Some lines of the feed with rising seq, and where to go on."""

    head: int
    chain: str
    remaining: int  # lines after `after`, those of this page included
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
        LedgerHead.DoesNotExist: there is no such ledger.

    Cost: range scans of three indexes on (contract_id, seq), independent of what lies before `after`.
    Source: docs/sync-protocol.md, "Wire".
    """
    limit = max(1, min(limit, FEED_PAGE_MAX))
    with consistent_read():
        head = LedgerHead.objects.get(contract_id=contract_id)
        check_position(head=head, known=known, chain=chain)
        lines, remaining = _read_lines(head, after, limit)
    more = remaining > len(lines)
    return FeedPage(
        head=head.seq,
        chain=head.chain,
        remaining=remaining,
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
    if known < 0 or known > head.seq or not entry.exists():
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


def _read_lines(head: LedgerHead, after: int, limit: int) -> tuple[list[tuple[int, str]], int]:
    """Return the first `limit` lines, with all of the last one's seq, and how many there are."""
    images = LedgerImage.objects.filter(contract_id=head.contract_id)
    holds = LedgerHold.objects.filter(contract_id=head.contract_id, seq__gt=after, ended_seq=None)
    ended = LedgerHold.objects.filter(contract_id=head.contract_id, ended_seq__gt=after)

    # Of each kind one more than fits, so that no line that belongs on this page is missed.
    most = limit + 1
    found = list(images.filter(seq__gt=after).order_by("seq").values_list("seq", "line")[:most])
    image_count = len(found) if len(found) < most else _count_images(head, after)
    others = list(holds.order_by("seq").values_list("seq", "line")[:most])
    others += [
        (seq or 0, f'{{"seq":{seq},"ended":"{operation_id}","how":"{how}"}}')
        for seq, operation_id, how in ended.order_by("ended_seq").values_list("ended_seq", "operation_id", "how")[:most]
    ]
    other_count = len(others) if len(others) < most else holds.count() + ended.count()
    if others:
        found = sorted(found + others, key=itemgetter(0))
    end = limit
    while end < len(found) and found[end][0] == found[limit - 1][0]:
        end += 1
    return found[:end], image_count + other_count


def _count_images(head: LedgerHead, after: int) -> int:
    """Return how many images have a seq greater than `after`, by counting the likely smaller side."""
    images = LedgerImage.objects.filter(contract_id=head.contract_id)
    if after == 0:
        return head.records
    if after < head.seq // 2:
        return head.records - images.filter(seq__lte=after).count()
    return images.filter(seq__gt=after).count()
