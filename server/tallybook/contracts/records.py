"""Record types that the office writes: fields, checks, and the tables they are projected into."""

from collections.abc import Mapping
from typing import Any

from tallybook.core import fields
from tallybook.core.merging import Fields
from tallybook.ledger.exact_decimal import to_millionths
from tallybook.ledger.record_types import RecordType, as_it_is, kinds_of

from .models import Contract, ContractItem, ContractPerson, Project

STATUSES = ("planning", "construction", "closed")
RIGHTS = ("inspection", "office", "view")
NOTE_TYPES_MAX = 50
UNIT_PRICE_DECIMALS = 6
ACCURACY_MAX = 6


def _find_item_problems(item: Fields, referenced: Mapping[str, Fields]) -> Mapping[str, str]:
    project = referenced.get("project", {})
    return {} if "title" in project else {"project": "This is not a project of the contract."}


CONTRACT = RecordType(
    name="contract",
    schema=1,
    kinds=kinds_of(
        number=fields.text(40),
        name=fields.text(200),
        prime_contractor=fields.text(200),
        status=fields.one_of(*STATUSES),
        start_date=fields.calendar_date,
        time_type=fields.one_of("working_days", "completion_date"),
        working_days=fields.decimal(decimals=1),
        completion_date=fields.calendar_date,
        checker_differs=fields.yes_or_no,
        note_types=fields.list_of(fields.text(100), most=NOTE_TYPES_MAX),
    ),
    required=frozenset(("number", "name", "status")),
    model=Contract,
    columns={"number": as_it_is, "name": as_it_is, "prime_contractor": as_it_is, "status": as_it_is},
)

PROJECT = RecordType(
    name="project",
    schema=1,
    kinds=kinds_of(
        number=fields.text(40),
        title=fields.text(200),
        primary=fields.yes_or_no,
        state_number=fields.text(40),
        federal_number=fields.text(40),
        local_number=fields.text(40),
        manager=fields.text(200),
        engineer=fields.text(200),
    ),
    required=frozenset(("number", "title", "primary")),
    model=Project,
    columns={"number": as_it_is, "title": as_it_is, "primary": as_it_is},
)

CONTRACT_ITEM = RecordType(
    name="contract_item",
    schema=1,
    kinds=kinds_of(
        project=fields.record_id,
        line=fields.text(20),
        item_number=fields.text(40),
        description=fields.text(300),
        unit=fields.text(20),
        quantity=fields.decimal(decimals=6),
        unit_price=fields.decimal(decimals=UNIT_PRICE_DECIMALS),
        category=fields.text(100),
        accuracy=fields.whole_number(least=0, most=ACCURACY_MAX),
        plan_quantity=fields.yes_or_no,
        alternate=fields.text(40),
    ),
    required=frozenset(("project", "line", "item_number", "description", "unit", "quantity", "unit_price", "accuracy")),
    references=frozenset(("project",)),
    find_problems=_find_item_problems,
    model=ContractItem,
    columns={
        "project": as_it_is,
        "line": as_it_is,
        "item_number": as_it_is,
        "description": as_it_is,
        "unit": as_it_is,
        "quantity": to_millionths,
        "unit_price": to_millionths,
        "accuracy": as_it_is,
    },
)

PERSON = RecordType(
    name="person",
    schema=1,
    kinds=kinds_of(name=fields.text(200), initials=fields.text(10), right=fields.one_of(*RIGHTS)),
    required=frozenset(("name", "initials", "right")),
    model=ContractPerson,
    columns={"name": as_it_is, "initials": as_it_is, "right": as_it_is},
)

OFFICE_TYPES: Mapping[str, RecordType] = {one.name: one for one in (CONTRACT, PROJECT, CONTRACT_ITEM, PERSON)}


def find_contract_hold(contract: Fields, record_type: str, decided_by_office: bool) -> str | None:
    """Return why the contract as it stands holds a change of a record; None: it does not.

    A closed contract takes only what the office writes, and what the office decides.
    """
    closed: Any = contract.get("status") == "closed"
    return "contract_closed" if closed and record_type not in OFFICE_TYPES and not decided_by_office else None
