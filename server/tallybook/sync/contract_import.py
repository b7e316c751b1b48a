"""Making a contract out of an import's plan, through the ledger, all of it or nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError

from tallybook.accounts.models import Person
from tallybook.contracts.import_plan import ImportPlan
from tallybook.contracts.models import Contract
from tallybook.contracts.records import CONTRACT
from tallybook.core.failures import DatabaseBusy, TallybookFailure
from tallybook.core.fields import find_unstorable, normalise_fields, required_missing
from tallybook.ledger.new_ids import new_id

from .installation import ContractNumberTaken, OwnChange, create_contract

NOTE_TYPES = (
    "General",
    "Work performed",
    "Weather",
    "Traffic control",
    "Materials",
    "Safety",
    "Nothing to report",
)


class RowsRefused(TallybookFailure):
    """Some rows are no items; none came in."""

    code = "import_rows_refused"
    http_status = 422
    title = "Some rows cannot be read as items."
    remedy = "Nothing was saved. Correct these rows and import the file again."


class ContractFieldsRefused(TallybookFailure):
    """What was typed about the contract itself cannot be kept."""

    code = "contract_fields_refused"
    http_status = 422
    title = "The contract cannot be made with this number, name or contractor."
    remedy = "Nothing was saved. Correct what is named."


def save_import(
    plan: ImportPlan, *, acting: Person, number: str, name: str, at: datetime, prime_contractor: str = ""
) -> UUID:
    """Make the contract, its projects and items, with the office right for `acting`.

    Raises RowsRefused, ContractFieldsRefused, ContractNumberTaken, OwnChangeHeld, DatabaseBusy; then
    nothing was kept.
    """
    if plan.problems:
        lines = [f"row {one.row}: {one.reason}" for one in plan.problems]
        raise RowsRefused(f"{len(lines)} rows cannot be read as items.", detail={"lines": lines})
    fields = _contract_fields(number=number, name=name, prime_contractor=prime_contractor)
    projects, items = _changes(plan, fields, at)
    try:
        return create_contract(acting=acting, fields=fields, projects=projects, items=items, at=at)
    except IntegrityError as twice:
        # On PostgreSQL two imports at once both see the number free; its unique index lets one in.
        if Contract.objects.filter(number=fields["number"]).exists():
            raise ContractNumberTaken from twice
        raise
    except OperationalError as busy:
        raise DatabaseBusy from busy


def _contract_fields(*, number: str, name: str, prime_contractor: str) -> dict[str, Any]:
    """Return the contract's fields. Raises ContractFieldsRefused: by field, what is wrong with it."""
    typed = {"number": number, "name": name, "prime_contractor": prime_contractor}
    normal, problems = normalise_fields(typed, CONTRACT.kinds)
    needed = required_missing(normal, [field for field in CONTRACT.required if field in typed])
    unstorable = {
        field: "This has a character that cannot be stored." for field in typed if find_unstorable(typed[field])
    }
    refused = {**needed, **problems, **unstorable}
    if refused:
        said = " ".join(f"{field.replace('_', ' ').capitalize()}: {why}" for field, why in sorted(refused.items()))
        raise ContractFieldsRefused(said, detail={"fields": refused})
    started = {"status": "construction", "checker_differs": True, "note_types": list(NOTE_TYPES)}
    return {field: value for field, value in normal.items() if value is not None} | started


def _changes(
    plan: ImportPlan, contract: dict[str, Any], at: datetime
) -> tuple[Sequence[OwnChange], Sequence[OwnChange]]:
    ids = {project: new_id(at=at) for project in plan.title_by_project}
    projects = []
    for place, (project, title) in enumerate(plan.title_by_project.items()):
        fields = {"number": project or contract["number"], "title": title or contract["name"], "primary": place == 0}
        projects.append(OwnChange("create", "project", ids[project], fields))
    items = [
        OwnChange("create", "contract_item", new_id(at=at), {**item.fields, "project": str(ids[item.project])})
        for item in plan.items
    ]
    return projects, items
