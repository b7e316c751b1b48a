"""Making people, changing their passwords, disabling them, giving out tokens."""

import secrets
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tallybook.core.failures import TallybookFailure

from .models import ROLES, AccessToken, Person
from .queries import hash_token

NAME_LENGTH_MAX = 200
TOKEN_BYTES = 32


class PersonNotMade(TallybookFailure):
    """What was told about a person cannot be kept."""

    code = "person_not_made"
    http_status = 422
    title = "The person could not be made."
    remedy = "Correct what is named and try again."


class PasswordTooWeak(TallybookFailure):
    """The password is easy to guess."""

    code = "password_too_weak"
    http_status = 422
    title = "The password is too weak."
    remedy = "Choose a longer one that nobody guesses."


@transaction.atomic
def create_person(*, id: UUID, email: str, name: str, role: str, password: str, at: datetime) -> Person:
    """Make a person. Raises PersonNotMade, PasswordTooWeak."""
    email, name = email.strip().lower(), name.strip()
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise PersonNotMade(f"{email} is not an email address.") from wrong
    if role not in ROLES:
        raise PersonNotMade(f"The role must be one of: {', '.join(ROLES)}.")
    if not 0 < len(name) <= NAME_LENGTH_MAX:
        raise PersonNotMade(f"The name must have 1 to {NAME_LENGTH_MAX} characters.")
    if Person.objects.filter(email=email).exists():
        raise PersonNotMade(f"There is somebody with the email address {email} already.")
    person = Person(id=id, email=email, name=name, role=role, created_at=at)
    _set_password(person, password)
    person.save(force_insert=True)
    return person


@transaction.atomic
def change_password(*, person: Person, password: str) -> None:
    """Give a person another password and end his sessions. Raises PasswordTooWeak."""
    _set_password(person, password)
    person.save(update_fields=["password"])
    end_sessions(person=person)


@transaction.atomic
def disable_person(*, person: Person, with_sessions: bool = False) -> None:
    """Let a person sign in no more, and read nothing. What he wrote stays.

    His sessions and tokens deliver from then on, and nothing else: what he typed while offline is not lost.
    They are ended as well where somebody else may have the device.
    """
    person.is_active = False
    person.save(update_fields=["is_active"])
    if with_sessions:
        person.tokens.all().delete()
        end_sessions(person=person)


def create_token(*, person: Person, at: datetime) -> str:
    """Return a new bearer token; it is not kept, so it cannot be shown again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    AccessToken.objects.create(hash=hash_token(token), person=person, created_at=at)
    return token


def end_sessions(*, person: Person) -> None:
    """Sign a person out everywhere. Cost: reads every session, since they say whose they are only inside."""
    ended = [one.pk for one in Session.objects.iterator() if one.get_decoded().get("_auth_user_id") == str(person.id)]
    Session.objects.filter(pk__in=ended).delete()


def _set_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise PasswordTooWeak(" ".join(weak.messages)) from weak
    person.set_password(password)
