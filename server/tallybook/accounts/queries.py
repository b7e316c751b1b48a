"""Finding people."""

import hashlib
from collections.abc import Collection

from tallybook.core.failures import TallybookFailure

from .models import AccessToken, Person


class PersonNotFound(TallybookFailure):
    """Nobody has this email address."""

    code = "person_not_found"
    http_status = 404
    title = "There is nobody with this email address."
    remedy = "Check the spelling, or make the person with create-user."


def find_person(*, email: str) -> Person:
    """Return the person with this address, upper or lower case. Raises PersonNotFound."""
    found = Person.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise PersonNotFound(f"There is nobody with the email address {email}.")
    return found


def find_person_by_token(*, token: str) -> Person | None:
    """Return whose token it is; None where it is nobody's, or the person is disabled. Cost: one query."""
    found = AccessToken.objects.filter(hash=hash_token(token), person__is_active=True).select_related("person").first()
    return found.person if found else None


def hash_token(token: str) -> str:
    """Return what is kept of a token. It is 256 bits of chance, so one round suffices."""
    return hashlib.sha256(token.encode()).hexdigest()


def names_of(ids: Collection[str]) -> dict[str, str]:
    """Return people's names by their ids; whoever is not known here is left out. Cost: one query."""
    return {str(id_): name for id_, name in Person.objects.filter(id__in=ids).values_list("id", "name")}
