"""The ledger's tables: heads, entries, images, holds, and what holds wait for."""

from django.db import models
from django.db.models import Q

STATE_LENGTH_MAX = 20
HASH_LENGTH = 64  # SHA-256, hex


class LedgerHead(models.Model):
    """Where a contract's ledger ends. Its row lock makes the order of seq the order of commit."""

    contract_id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(default=0)  # of the last entry
    chain = models.CharField(max_length=HASH_LENGTH, blank=True, default="")  # hash of the last entry
    records = models.IntegerField(default=0)  # how many images there are
    revisions = models.BigIntegerField(default=0)  # the sum of their revisions
    bytes = models.BigIntegerField(default=0)  # of their lines in the feed
    returning = models.IntegerField(default=0)  # devices told of more than is here, that send everything again


class LedgerEntry(models.Model):
    """One line of a contract's ledger: an operation as received, and what became of it. Append-only."""

    pk = models.CompositePrimaryKey("contract_id", "seq")
    contract_id = models.UUIDField()
    seq = models.BigIntegerField()
    operation_id = models.UUIDField()  # of one operation there are several entries when its hold was released
    operation = models.TextField()  # canonical JSON of what was received
    operation_hash = models.CharField(max_length=HASH_LENGTH)
    record_id = models.UUIDField(null=True)  # that it is about; null where the operation does not say
    author = models.UUIDField(null=True)  # who typed it; null where the operation does not say
    signed_in = models.UUIDField()  # who delivered it
    received_at = models.CharField(max_length=24)  # the server's clock, UTC, as it stands in the chain
    state = models.CharField(max_length=STATE_LENGTH_MAX)
    reason = models.CharField(max_length=STATE_LENGTH_MAX, blank=True)
    detail = models.TextField(blank=True)  # JSON for people and programs; no part of the chain
    hash = models.CharField(max_length=HASH_LENGTH)

    class Meta:
        indexes = [
            models.Index(fields=["contract_id", "operation_id"], name="ledger_entry_operation"),
            models.Index(fields=["contract_id", "record_id", "seq"], name="ledger_entry_record"),
        ]


class LedgerImage(models.Model):
    """All fields of a record as they stand: the fold of the entries that wrote."""

    pk = models.CompositePrimaryKey("contract_id", "record_id")
    contract_id = models.UUIDField()
    record_id = models.UUIDField()
    seq = models.BigIntegerField()  # of the entry that last wrote it
    line = models.TextField()  # the feed's line, as it is sent

    class Meta:
        indexes = [models.Index(fields=["contract_id", "seq"], name="ledger_image_feed")]


class LedgerHold(models.Model):
    """An operation that was received and not applied, until somebody or something ends that."""

    pk = models.CompositePrimaryKey("contract_id", "operation_id")
    contract_id = models.UUIDField()
    operation_id = models.UUIDField()
    seq = models.BigIntegerField()  # of the entry that holds it
    reason = models.CharField(max_length=STATE_LENGTH_MAX)
    line = models.TextField()  # the feed's line, as it is sent: the hold, later its end
    ended_seq = models.BigIntegerField(null=True)  # of the entry that ended it
    how = models.CharField(max_length=STATE_LENGTH_MAX, blank=True)  # apply, set_aside, released, superseded

    class Meta:
        indexes = [
            models.Index(fields=["contract_id", "seq"], name="ledger_hold_feed", condition=Q(ended_seq=None)),
            models.Index(fields=["contract_id", "ended_seq"], name="ledger_hold_ended", condition=~Q(ended_seq=None)),
        ]


class LedgerAwait(models.Model):
    """What a held operation waits for: the id of a record or of another operation."""

    pk = models.CompositePrimaryKey("contract_id", "awaited", "operation_id")
    contract_id = models.UUIDField()
    awaited = models.UUIDField()
    operation_id = models.UUIDField()
