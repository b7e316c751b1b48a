"""Finding people."""

import hashlib
from collections.abc import Collection

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

from tallybook.core.failures import TallybookFailure
from tallybook.core.fields import is_uuid

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
    """Return whose token it is, a disabled person's too; None where it is nobody's. Cost: one query."""
    found = AccessToken.objects.filter(hash=hash_token(token)).select_related("person").first()
    return found.person if found else None


def find_disabled_person(*, session: SessionBase) -> Person | None:
    """Return who signed in by this session and was disabled since: to Django he is nobody. Cost: at most two queries.

    A session of before his password was changed is nobody's, as everybody else's is.
    """
    signed_in = str(session.get(SESSION_KEY))
    person = Person.objects.filter(id=signed_in, is_active=False).first() if is_uuid(signed_in) else None
    if person is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return None
    return person


def hash_token(token: str) -> str:
    """Return what is kept of a token. It is 256 bits of chance, so one round suffices."""
    return hashlib.sha256(token.encode()).hexdigest()


def names_of(ids: Collection[str]) -> dict[str, str]:
    """Return people's names by their ids; whoever is not known here is left out. Cost: one query."""
    return {str(id_): name for id_, name in Person.objects.filter(id__in=ids).values_list("id", "name")}
