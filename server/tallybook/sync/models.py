"""Checkouts, unclaimed operations, and what this installation is."""

from django.db import models
from django.db.models import Q

from tallybook.accounts.models import Person


class Checkout(models.Model):
    """One contract on one device, from check out to check in: a copy, never a lock."""

    pk = models.CompositePrimaryKey("contract_id", "device")
    contract_id = models.UUIDField()
    device = models.UUIDField()  # one browser profile
    label = models.CharField(max_length=100)  # how people call the device
    person = models.ForeignKey(Person, models.PROTECT, related_name="checkouts")
    checked_out_at = models.DateTimeField()  # the server's clock
    checked_in_at = models.DateTimeField(null=True)  # the server's clock
    last_heard_at = models.DateTimeField()  # the server's clock
    waiting = models.IntegerField(default=0)  # unanswered operations that the device reported then


class UnclaimedOperation(models.Model):
    """An operation that came without a right or a contract: safe here, and kept after the office dealt with it."""

    id = models.UUIDField(primary_key=True)
    contract_id = models.UUIDField()  # as the device named it: there may be no such contract
    operation_id = models.UUIDField()
    operation = models.TextField()  # canonical JSON of what was received
    operation_hash = models.CharField(max_length=64)
    bytes = models.IntegerField()  # of `operation`
    device = models.CharField(max_length=36, blank=True)  # where it was typed; empty where it does not say
    number = models.BigIntegerField(default=0)  # in the order typed there; 0 where it does not say
    person = models.ForeignKey(Person, models.PROTECT, related_name="unclaimed_operations")  # who delivered it
    received_at = models.DateTimeField()  # the server's clock
    how = models.CharField(max_length=20, blank=True)  # the office dealt with it: handed_over, set_aside
    ended_at = models.DateTimeField(null=True)  # when it did, by the server's clock
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)  # why, in that person's words

    class Meta:
        indexes = [
            models.Index(fields=["person", "contract_id"], name="unclaimed_open", condition=Q(how="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contract_id", "operation_id", "operation_hash", "person"], name="unclaimed_once"
            ),
        ]


class Installation(models.Model):
    """The server itself: one row. Its own doing goes through the ledger under its own device."""

    agency_id = models.UUIDField(primary_key=True)
    is_the_one = models.BooleanField(default=True, unique=True)  # always true: two at once make one row
    agency_name = models.CharField(max_length=200)
    device = models.UUIDField()
    last_number = models.BigIntegerField(default=0)  # of its own operations


class DeviceReturn(models.Model):
    """A device that was told of more than a contract's ledger has, until it has sent all it keeps once more."""

    id = models.UUIDField(primary_key=True)
    contract_id = models.UUIDField()
    device = models.UUIDField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")  # who was signed in there
    noticed_at = models.DateTimeField()  # when the first device told of this restore, by the server's clock
    reported_at = models.DateTimeField()  # when this one did
    known = models.BigIntegerField()  # the furthest seq that it was told of
    head_then = models.BigIntegerField()  # how far the ledger went when it reported
    last_sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)  # null: it has more to send
    last_numbers = models.JSONField(default=dict)  # of the operations counted here, by device: a repeat counts once
    brought = models.IntegerField(default=0)  # entries that the ledger did not have
    held = models.IntegerField(default=0)  # of these
    here_already = models.IntegerField(default=0)
    unclaimed = models.IntegerField(default=0)  # came without a right to write them

    class Meta:
        indexes = [models.Index(fields=["contract_id", "noticed_at"], name="return_noticed")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract_id", "device", "person"], name="return_open", condition=Q(finished_at=None)
            ),
        ]


class ReturnedEntry(models.Model):
    """One entry that a returning device brought."""

    pk = models.CompositePrimaryKey("return_id", "seq")
    return_id = models.UUIDField()
    seq = models.BigIntegerField()
