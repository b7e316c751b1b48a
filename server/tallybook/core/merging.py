"""Whether what somebody typed fits onto a record as it stands, and the record after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Fields = Mapping[str, Any]
Groups = Mapping[str, frozenset[str]]  # a field's name → all fields that it belongs together with, itself included

VOIDED = "voided"  # belongs together with every field


@dataclass(slots=True, frozen=True)
class Image:
    """All fields of a record as they stand, each with its writer: the operation that last wrote it."""

    fields: Fields  # what is null is left out
    by: str  # the writer of every field in `fields` that `by_field` does not name
    by_field: Mapping[str, str] = field(default_factory=dict)  # names cleared fields as well
    revision: int = 1

    def writer_of(self, name: str) -> str | None:
        """Return the operation that last wrote the field; None: it was never written."""
        return self.by_field.get(name) or (self.by if name in self.fields else None)

    def writers(self) -> set[str]:
        """Return every operation that wrote what stands here."""
        return {self.by, *self.by_field.values()}


class Change(Protocol):
    """What merging needs of an operation; `set` and `base` in their normal spelling."""

    @property
    def id(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def set(self) -> Fields: ...
    @property
    def base(self) -> Fields: ...
    @property
    def seen(self) -> Mapping[str, str] | str: ...


def fields_looked_at(*, change: Change, image: Image, groups: Groups) -> set[str]:
    """Return the fields that must be as the person saw them.

    Those that he sets, those that belong together with them, and `voided`; the whole record where he
    sets `voided`. A create of a record that exists looks at what it sets and what belongs with it.
    """
    names = {one for name in change.set for one in groups.get(name, (name,))}
    if VOIDED in change.set:
        return names | set(image.fields) | set(image.by_field)
    return names if change.verb == "create" else names | {VOIDED}


def find_conflicts(*, change: Change, image: Image, groups: Groups) -> list[str]:
    """Return the fields on which the operation and the record disagree, sorted; none: it may be applied.

    A field fits where its writer is the one that the person saw, or where it already has the value that
    he wants. Absent and null are the same. Cost: one pass over the fields looked at.

    Source: docs/sync-protocol.md, "Settling"; vectors in protocol/vectors/merging.json.
    """
    return sorted(
        name
        for name in fields_looked_at(change=change, image=image, groups=groups)
        if image.writer_of(name) != seen_writer(change.seen, name)
        and image.fields.get(name) != change.set.get(name, change.base.get(name))
    )


def seen_writer(seen: Mapping[str, str] | str, name: str) -> str | None:
    """Return the writer that the person saw on a field; None: it looked never written."""
    return seen if isinstance(seen, str) else seen.get(name)


def seen_writers(seen: Mapping[str, str] | str) -> Iterable[str]:
    """Return every operation on whose work the person built."""
    return (seen,) if isinstance(seen, str) else set(seen.values())


def fold(*, image: Image | None, change: Change) -> Image:
    """Return the record after the operation wrote. No judgement: replaying a ledger is this, entry by entry."""
    if image is None:
        return Image(fields={name: value for name, value in change.set.items() if value is not None}, by=change.id)
    fields = {name: value for name, value in {**image.fields, **change.set}.items() if value is not None}
    by_field = {**image.by_field, **dict.fromkeys(change.set, change.id)}
    return Image(fields=fields, by=image.by, by_field=by_field, revision=image.revision + 1)
