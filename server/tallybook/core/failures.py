"""What a failure tells a person: a stable code, a sentence, and what to do next."""

from collections.abc import Mapping
from typing import Any, ClassVar


class TallybookFailure(Exception):
    """Something a person can be told about. Each subclass stands beside its cause.

    The edges translate it once: HTTP to a problem body, commands to one line and an exit code.
    """

    code: ClassVar[str] = "failure"
    http_status: ClassVar[int] = 400
    title: ClassVar[str] = "That did not work."
    remedy: ClassVar[str] = "Try again. If it happens again, tell your administrator."

    def __init__(self, message: str = "", *, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or self.title)
        self.detail: dict[str, Any] = dict(detail or {})
