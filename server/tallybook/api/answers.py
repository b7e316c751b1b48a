"""The shapes of what the API answers, as its OpenAPI document tells them. Decimals and instants are text."""

from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

Role = Literal["admin", "office", "inspector", "viewer"]
Right = Literal["inspection", "office", "view"]


class Answer(Struct, forbid_unknown_fields=True):
    """What each shape is: closed, so that a field that nobody wrote down is found."""


class Named(Answer):
    """A person."""

    id: UUID
    name: str


class NamedOrNot(Answer):
    """A person as an operation names him; no name: nobody here."""

    id: str
    name: str | None


class SignedInPerson(Answer):
    """Who is asking."""

    id: UUID
    email: str
    name: str
    initials: str
    role: Role


class Session(Answer):
    """Who is signed in, and what this server is."""

    person: SignedInPerson
    agency: Named
    version: str
    secure: bool


class ListedCheckout(Answer):
    """A copy of a contract on a device."""

    device: UUID
    label: str
    person: UUID
    person_name: str
    person_disabled: bool
    checked_out_at: str
    last_heard_at: str
    waiting: int


class ListedContract(Answer):
    """What somebody may take offline."""

    id: UUID
    number: str
    name: str
    prime_contractor: str | None
    status: str
    right: Right
    head: int
    records: int
    bytes: int
    checkouts: list[ListedCheckout]


class Contracts(Answer):
    """All of them."""

    contracts: list[ListedContract]


class Known(Answer):
    """Those of the operations asked for that the ledger has."""

    known: list[UUID]


class MadeCheckout(Answer):
    """A registered checkout."""

    device: UUID
    label: str
    checked_out_at: str


class OperationAnswer(Answer):
    """What became of an operation."""

    id: UUID
    state: Literal["applied", "merged", "held", "released", "superseded"]
    seq: int | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    detail: dict[str, Any] | UnsetType = UNSET


class NotKept(Answer):
    """Why some operations of a push were not kept, as a problem body says it."""

    code: Literal["too_many_unclaimed"]
    title: str
    remedy: str
    detail: dict[str, int]


class Pushed(Answer):
    """An answer for each operation, in the order sent (null: it was not kept), and the new position."""

    answers: list[OperationAnswer | None]
    head: int
    chain: str
    not_kept: NotKept | UnsetType = UNSET


class LabelledDevice(Answer):
    """A device as an operation names it, with the label of its checkout."""

    id: str
    label: str | None


class PastChange(Answer):
    """One field, before and after."""

    field: str
    before: Any
    after: Any


class PastEntry(Answer):
    """What was done with a record, once."""

    seq: int
    operation: UUID
    verb: str
    choice: str
    target: str
    why: str
    state: str
    reason: str
    detail: Any
    author: NamedOrNot
    signed_in: NamedOrNot
    device: LabelledDevice
    made_at: str
    received_at: str
    changes: list[PastChange]
    fields: dict[str, Any]


class History(Answer):
    """A page of a record's history, oldest first."""

    type: str
    entries: list[PastEntry]
    more: bool


class EndOfUnclaimed(Answer):
    """How the office dealt with an operation."""

    how: str
    by: Named
    at: str
    reason: str


class Unclaimed(Answer):
    """An operation that came without a right, as it was received."""

    id: UUID
    contract: UUID
    contract_number: str | None
    person: Named
    received_at: str
    operation: Any
    ended: EndOfUnclaimed | UnsetType = UNSET


class Return(Answer):
    """A device that came back to a restored server, and what it brought."""

    id: UUID
    device: UUID
    label: str
    person: Named
    reported_at: str
    known: int
    head_then: int
    last_sent_at: str | None
    finished_at: str | None
    brought: int
    held: int
    here_already: int
    unclaimed: int


class NotBack(Answer):
    """A checkout whose device was not heard from since."""

    device: UUID
    label: str
    person: Named
    last_heard_at: str
    waiting: int


class Restore(Answer):
    """A contract found restored from a backup."""

    contract: UUID
    contract_number: str
    contract_name: str
    noticed_at: str
    returns: list[Return]
    not_back: list[NotBack]


class Restores(Answer):
    """All of them, newest first."""

    restores: list[Restore]


class ReturnedEntry(Answer):
    """An entry that a returning device brought."""

    seq: int
    state: str
    reason: str
    received_at: str
    type: str
    verb: str
    record: UUID | None
    made_at: str
    author: NamedOrNot
    set: dict[str, Any]


class ReturnedPage(Answer):
    """Some of what it brought, in the order of the ledger."""

    contract: UUID
    entries: list[ReturnedEntry]
    more: bool


class ItemName(Answer):
    """What an item's id stands for."""

    line: str
    description: str
    unit: str


class ProjectName(Answer):
    """What a project's id stands for."""

    number: str
    title: str


class UnclaimedPage(Answer):
    """A page of unclaimed operations, and what the ids in them stand for."""

    unclaimed: list[Unclaimed]
    more: bool
    items: dict[str, ItemName]
    projects: dict[str, ProjectName]
    people: dict[str, str]


class UnclaimedGroup(Answer):
    """How much of one person waits for one contract."""

    contract: UUID
    contract_number: str | None
    person: Named
    count: int
    first_received_at: str
    last_received_at: str


class UnclaimedGroups(Answer):
    """All of it."""

    groups: list[UnclaimedGroup]
    groups_max: int
    open: int


class HandedOver(Answer):
    """What became of what was handed over."""

    handed_over: int
    answers: list[OperationAnswer]
    remaining: int


class SetAside(Answer):
    """How much was set aside."""

    set_aside: int
    remaining: int


class MadeContract(Answer):
    """An imported contract."""

    id: UUID
    number: str


class PlannedColumn(Answer):
    """A column of the file that was found."""

    part: str
    title: str
    heading: str
    letter: str


class ChoiceValue(Answer):
    """One value of a column, and on how many rows it stands."""

    value: str
    rows: int


class PlannedChoice(Answer):
    """A column by which the rows of one contract are told from others."""

    part: str
    title: str
    heading: str
    needed: bool
    chosen: str | None
    values: list[ChoiceValue]
    left_out: int


class PlannedProject(Answer):
    """A project that the import would make."""

    number: str
    title: str
    items: int
    total: str


class RowProblem(Answer):
    """Why a row cannot be read as an item."""

    row: int
    reason: str


class PlannedItem(Answer):
    """An item that the import would make."""

    row: int
    project: str
    amount: str
    line: str
    item_number: str
    description: str
    unit: str
    quantity: str
    unit_price: str
    accuracy: str
    category: str
    alternate: str


class ImportPreview(Answer):
    """What an import of the file would make."""

    sheet: str
    sheets: list[str]
    columns: list[PlannedColumn]
    unused: list[str]
    choices: list[PlannedChoice]
    choose: list[str]
    items: list[PlannedItem]
    projects: list[PlannedProject]
    total: str
    count: int
    problems: list[RowProblem]
    warnings: list[Any]
    ready: bool
