"""Typed tables of what the office writes: contracts, projects, items, the people on a contract.

Each row is the latest image of a record, projected from its contract's ledger and never written by
anything else. History is in the ledger.
"""

from django.db import models

from tallybook.ledger.exact_decimal import ExactDecimalField


class Projection(models.Model):
    """What every typed table has: the record's key, and which revision the row shows."""

    pk = models.CompositePrimaryKey("contract_id", "id")
    contract_id = models.UUIDField()
    id = models.UUIDField()  # the record's, made where the record was made
    seq = models.BigIntegerField()  # of the entry that last wrote the record
    revision = models.IntegerField()
    voided = models.BooleanField(default=False)  # out of every sum

    class Meta:
        abstract = True


class Contract(Projection):
    """What the agency awarded: the unit of access, checkout and ledger."""

    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    prime_contractor = models.CharField(max_length=200, null=True)
    status = models.CharField(max_length=20)  # planning, construction, closed


class Project(Projection):
    """A part of a contract with its own numbers, location and funding; groups items."""

    number = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    primary = models.BooleanField(default=False)


class ContractItem(Projection):
    """One pay item: kind of work, unit, quantity, unit price."""

    project = models.UUIDField()  # a Project of the same contract
    line = models.CharField(max_length=20)
    item_number = models.CharField(max_length=40)
    description = models.CharField(max_length=300)
    unit = models.CharField(max_length=20)
    quantity = ExactDecimalField()  # in `unit`
    unit_price = ExactDecimalField()  # dollars a unit; below zero for a deduction
    accuracy = models.IntegerField()  # decimals of its quantities

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract_id", "project", "line"], name="contract_item_line_once"),
        ]


class ContractPerson(Projection):
    """Who works on a contract, with which right. Its id is the person's id everywhere."""

    name = models.CharField(max_length=200)
    initials = models.CharField(max_length=10)
    right = models.CharField(max_length=20)  # inspection, office, view

    class Meta:
        indexes = [models.Index(fields=["id"], name="contract_person_contracts")]
