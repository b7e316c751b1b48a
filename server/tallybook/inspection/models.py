"""Typed tables of what is written in the field.

Each row is the latest image of a record, projected from its contract's ledger and never written by
anything else. History is in the ledger.
"""

from django.db import models
from django.db.models import Q

from tallybook.contracts.models import Projection
from tallybook.ledger.exact_decimal import ExactDecimalField


class Note(Projection):
    """What an inspector saw, in words."""

    note_type = models.CharField(max_length=100)
    work_date = models.DateField()  # on site: a date, not an instant
    time = models.CharField(max_length=5, null=True)
    station = models.CharField(max_length=40, null=True)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["contract_id", "work_date"], name="note_day")]


class ItemTransaction(Projection):
    """A quantity of one contract item, done on one day, as one inspector saw it."""

    item = models.UUIDField()  # a ContractItem of the same contract
    work_date = models.DateField()  # on site: a date, not an instant
    quantity = ExactDecimalField()  # in the item's unit

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="item_transaction_quantity_not_zero"),
        ]
        indexes = [models.Index(fields=["contract_id", "item"], name="item_transaction_item")]
