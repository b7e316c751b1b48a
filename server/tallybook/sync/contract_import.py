"""Making a contract out of an import's plan, through the ledger, all of it or nothing."""

from datetime import datetime
from uuid import UUID

from tallybook.accounts.models import Person
from tallybook.contracts.import_plan import ImportPlan
from tallybook.core.failures import TallybookFailure
from tallybook.ledger.new_ids import new_id

from .installation import OwnChange, create_contract

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


def save_import(plan: ImportPlan, *, acting: Person, number: str, name: str, at: datetime) -> UUID:
    """Make the contract, its projects and items. Raises RowsRefused, ContractNumberTaken, OwnChangeHeld."""
    if plan.problems:
        lines = [f"row {one.row}: {one.reason}" for one in plan.problems]
        raise RowsRefused(f"{len(lines)} rows cannot be read as items.", detail={"lines": lines})
    ids = {project: new_id(at=at) for project in plan.title_by_project}
    projects = [
        OwnChange(
            "create",
            "project",
            ids[project],
            {"number": project or number, "title": title or name, "primary": place == 0},
        )
        for place, (project, title) in enumerate(plan.title_by_project.items())
    ]
    items = [
        OwnChange("create", "contract_item", new_id(at=at), {**item.fields, "project": str(ids[item.project])})
        for item in plan.items
    ]
    fields = {"number": number, "name": name, "status": "construction", "checker_differs": True}
    return create_contract(
        acting=acting, fields=fields | {"note_types": list(NOTE_TYPES)}, projects=projects, items=items, at=at
    )
