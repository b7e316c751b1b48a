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


class DatabaseBusy(TallybookFailure):
    """The database is locked, full or away: nothing of the request was kept; it may be sent again as it is."""

    code = "busy"
    http_status = 503
    title = "The office's computer is busy."
    remedy = "Nothing is lost. The device tries again by itself."
