"""What the ledger asks of a record type, and the table into which it projects one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from tallybook.core.fields import Normalise, yes_or_no
from tallybook.core.merging import VOIDED, Fields, Groups, Image

Problems = Mapping[str, str]  # by field, a sentence for a person
Project = Callable[[Any], Any]  # a field's value as the typed table keeps it


def _no_problems(_fields: Fields, _referenced: Mapping[str, Fields]) -> Problems:
    return {}


@dataclass(frozen=True)
class RecordType:
    """One type of record: its fields, what belongs together, its own rules, its typed table."""

    name: str
    schema: int
    kinds: Mapping[str, Normalise]
    model: type[models.Model]  # has contract_id, id, seq, revision, voided, and `columns`
    columns: Mapping[str, Project]  # by the name of a field, in the order of the table
    required: frozenset[str] = frozenset()
    groups: Groups = field(default_factory=dict)
    references: frozenset[str] = frozenset()  # fields that name a record which must be on the contract
    find_problems: Callable[[Fields, Mapping[str, Fields]], Problems] = _no_problems

    def table_columns(self) -> tuple[str, ...]:
        """Return the names of the typed table's columns, in the order of `row`."""
        return ("contract_id", "id", "seq", "revision", VOIDED, *self.columns)

    def row(self, *, contract_id: str, record: str, seq: int, image: Image) -> tuple[Any, ...]:
        """Return the typed table's row for an image. Pure: replaying gives the same."""
        fields = image.fields
        values = [
            None if (value := fields.get(name)) is None else project(value) for name, project in self.columns.items()
        ]
        return (contract_id, record, seq, image.revision, fields.get(VOIDED, False), *values)


def groups_of(*together: frozenset[str]) -> Groups:
    """Return the groups by field out of sets of fields that belong together."""
    return {name: names for names in together for name in names}


def kinds_of(**kinds: Normalise) -> Mapping[str, Normalise]:
    """Return the kinds of a type's fields, `voided` among them."""
    return {**kinds, VOIDED: yes_or_no}


def as_it_is(value: Any) -> Any:
    """Project a value unchanged."""
    return value


@dataclass(frozen=True)
class Rules:
    """All record types of an installation, and what binds every record of a contract."""

    types: Mapping[str, RecordType]
    find_hold: Callable[[Fields, str, bool], str | None]
    # find_hold(contract's fields, record type, whether the office acts) → the reason to hold, or None
