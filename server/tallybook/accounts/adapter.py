"""What allauth may do here: sign people in, and nothing by itself."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an administrator, and nobody is sent a mail."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody signs up by himself."""
        return False

    def send_mail(self, _template_prefix: str, _email: str, _context: dict[str, Any]) -> None:
        """There is no mail server to count on."""
