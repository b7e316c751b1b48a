"""The shapes of what the API answers about backup files, as its OpenAPI document tells them."""

from typing import Literal
from uuid import UUID

from msgspec import field

from .answers import Answer, Right


class UploadedBackup(Answer):
    """A backup file that is kept for a day."""

    backup: UUID
    bytes: int
    locked: bool


class BackupPerson(Answer):
    """Whose backup it is, as the file says."""

    id: str
    email: str
    name: str
    initials: str


class BackupDevice(Answer):
    """Where it was made, as the file says."""

    id: str
    label: str


class BackupAuthor(Answer):
    """How much of it somebody typed."""

    name: str
    operations: int


class BackupContract(Answer):
    """What a backup holds of a contract, and what of it this server has."""

    id: UUID
    number: str
    name: str
    right: Right | None
    operations: int
    new: int
    known: int
    unclaimed: int
    damaged: bool
    authors: list[BackupAuthor]
    # `from` is a word of Python's.
    made_from: str | None = field(name="from")
    to: str | None


class BackupFinding(Answer):
    """Something wrong inside a file that is merged all the same."""

    code: Literal["backup_cut_short", "backup_damaged", "member_missing", "member_unknown", "line_unreadable", "more"]
    member: str
    detail: str


class BackupPreview(Answer):
    """What a backup holds; nulls where it has no manifest."""

    whose: BackupPerson | None
    device: BackupDevice | None
    made_at: str | None
    contracts: list[BackupContract]
    findings: list[BackupFinding]


class MergedOf(Answer):
    """How much of what somebody typed was new."""

    author: str
    new: int


class MergedContract(Answer):
    """What a part of a merge brought to a contract."""

    id: UUID
    new: int
    known: int
    applied: int
    merged: int
    held: int
    unclaimed: int
    not_kept: int
    by: list[MergedOf]


class MergedBackup(Answer):
    """A part of a merge."""

    done: float
    next: str | None
    contracts: list[MergedContract]
