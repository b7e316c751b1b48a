"""The people of the demonstration, and what each may do on its contracts."""

from collections.abc import Mapping
from datetime import datetime

from tallybook.accounts.models import Person
from tallybook.accounts.operations import create_person
from tallybook.core.failures import TallybookFailure
from tallybook.ledger.new_ids import new_id

from .contracts import ANN, BO, DEE
from .corrections import OFFICE

PASSWORD = "orange barrel 42"  # noqa: S105 - printed for everybody who tries it
VIEWER = "viewer@tallybook.example"
PEOPLE = (
    ("admin@tallybook.example", "Dana Whitfield", "admin"),
    (OFFICE, "Ruth Castellano", "office"),
    (ANN, "Ann Lindqvist", "inspector"),
    (BO, "Bo Keller", "inspector"),
    (DEE, "Dee Okafor", "inspector"),
    (VIEWER, "Vic Moreau", "viewer"),
    ("nobody@tallybook.example", "Noel Brandt", "inspector"),
)
# The office person makes the contracts, and has the right by that.
RIGHTS = {ANN: "inspection", BO: "inspection", DEE: "inspection", VIEWER: "view"}


class NotADemonstration(TallybookFailure):
    """There are real people or contracts in this database."""

    code = "not_a_demonstration"
    http_status = 409
    title = "There are people in this database already."
    remedy = "Use another TALLYBOOK_DATA_DIR for the demonstration. Nothing was changed."


def make_people(*, at: datetime) -> Mapping[str, Person]:
    """Return the people by email; who is missing is made. Raises NotADemonstration."""
    there = {person.email: person for person in Person.objects.all()}
    if there.keys() - {email for email, _, _ in PEOPLE}:
        raise NotADemonstration
    for email, name, role in PEOPLE:
        if email not in there:
            there[email] = create_person(id=new_id(at=at), email=email, name=name, role=role, password=PASSWORD, at=at)
    return there
