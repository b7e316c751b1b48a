"""When a device was last heard from, for the office."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection

from .models import Checkout

logger = logging.getLogger(__name__)

WAITING_MAX = 1_000_000_000
# A device that syncs by itself asks far more often than this; one writer at a time is all that SQLite has.
NOTED_AGAIN_AFTER = timedelta(minutes=15)
SQLITE_WAITS_MS = 100


def hear_from(*, contract_id: UUID, device: UUID, waiting: int, at: datetime) -> None:
    """Note that a device pushed, and how much stays behind there. Cost: one statement."""
    heard = Checkout.objects.filter(contract_id=contract_id, device=device)
    heard.update(last_heard_at=at, waiting=min(max(waiting, 0), WAITING_MAX))


def hear_reading(*, contract_id: UUID, device: UUID, at: datetime) -> None:
    """Note that a device asked for the feed, where nothing was noted of it for a while; a reader never fails by it.

    Call outside `atomic`. Cost: one statement, and one more each quarter of an hour.
    """
    due = Checkout.objects.filter(
        contract_id=contract_id, device=device, checked_in_at=None, last_heard_at__lt=at - NOTED_AGAIN_AFTER
    )
    try:
        if due.exists():
            with _waiting_briefly():
                due.update(last_heard_at=at)
    except OperationalError as busy:  # the next page notes it
        logger.info("That device %s read was not noted: %s", device, busy)


@contextmanager
def _waiting_briefly() -> Iterator[None]:
    """Wait for SQLite's one writer no longer than a reader may; PostgreSQL's row is the device's own."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_WAITS_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
