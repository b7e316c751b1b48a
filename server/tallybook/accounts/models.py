"""People and the tokens of their scripts."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

ROLES = ("admin", "office", "inspector", "viewer")


class Person(AbstractBaseUser):
    """Somebody who signs in. The id is the person's id in every contract."""

    id = models.UUIDField(primary_key=True)
    email = models.EmailField(max_length=254, unique=True)  # lower case
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20)  # admin, office, inspector, viewer
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()  # the server's clock

    objects = BaseUserManager["Person"]()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def initials(self) -> str:
        """The first letters of the first and the last name."""
        words = self.name.split()
        ends = words[:1] + words[1:][-1:]
        return "".join(word[0] for word in ends).upper()

    def get_full_name(self) -> str:
        """Return the name, as allauth asks for it."""
        return self.name


class AccessToken(models.Model):
    """A bearer token of a script; only its hash is kept."""

    hash = models.CharField(max_length=64, primary_key=True)  # SHA-256, hex
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField()  # the server's clock
