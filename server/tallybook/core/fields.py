"""Kinds of fields: what each accepts, and the one spelling in which it is kept."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from .quantities import count_decimals, normalise_decimal

Normalise = Callable[[Any], Any]  # returns the normal spelling; raises BadValue

UUID_PATTERN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME_PATTERN = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates: no database takes them
WHOLE_DIGITS_MAX = 12
UUID_LENGTH = 36
DATE_LENGTH = 10
REMEMBERED_MAX = 16_384  # ids and dates: the same few stand in every record of a contract


class BadValue(ValueError):
    """A value that a field does not accept; its message says why, to a person."""


def is_uuid(value: object) -> bool:
    """Whether it is a UUID in its one spelling: 36 characters, lower case."""
    return isinstance(value, str) and len(value) == UUID_LENGTH and _is_uuid_text(value)


@lru_cache(REMEMBERED_MAX)
def _is_uuid_text(value: str) -> bool:
    return UUID_PATTERN.fullmatch(value) is not None


def text(longest: int) -> Normalise:
    """Text of at most `longest` characters, trimmed; empty is null."""

    def normalise(value: Any) -> Any:
        if not isinstance(value, str):
            raise BadValue("This must be text.")
        trimmed = value.strip()
        if len(trimmed) > longest:
            raise BadValue(f"This is {len(trimmed)} characters long; {longest} is the most.")
        return trimmed or None

    return normalise


def decimal(*, decimals: int, zero: bool = True) -> Normalise:
    """An exact decimal, below 10^12, with at most `decimals` digits behind the point."""

    def normalise(value: Any) -> Any:
        normal = normalise_decimal(value) if isinstance(value, str) else None
        if normal is None:
            raise BadValue("This must be a number, written like 12.5.")
        if len(normal.lstrip("-").partition(".")[0]) > WHOLE_DIGITS_MAX:
            raise BadValue("This number is too large: it must be below 1,000,000,000,000.")
        if count_decimals(normal) > decimals:
            raise BadValue(f"This has {count_decimals(normal)} decimals; {decimals} is the most.")
        if normal == "0" and not zero:
            raise BadValue("This must not be zero.")
        return normal

    return normalise


def calendar_date(value: Any) -> Any:
    """A date of the calendar, `2026-11-20`."""
    if not isinstance(value, str) or len(value) != DATE_LENGTH or not DATE_PATTERN.fullmatch(value):
        raise BadValue("This must be a date, written like 2026-11-20.")
    if not _is_day(value):
        raise BadValue("There is no such day.")
    return value


@lru_cache(REMEMBERED_MAX)
def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def clock_time(value: Any) -> Any:
    """A time of day, `14:05`."""
    if not isinstance(value, str) or not TIME_PATTERN.fullmatch(value):
        raise BadValue("This must be a time, written like 14:05.")
    return value


def record_id(value: Any) -> Any:
    """The id of a record or a person."""
    if not is_uuid(value):
        raise BadValue("This must be the id of a record.")
    return value


def one_of(*choices: str) -> Normalise:
    """One of a few words."""

    def normalise(value: Any) -> Any:
        if value not in choices:
            raise BadValue(f"This must be one of: {', '.join(choices)}.")
        return value

    return normalise


def yes_or_no(value: Any) -> Any:
    """True or false."""
    if not isinstance(value, bool):
        raise BadValue("This must be true or false.")
    return value


def whole_number(*, least: int, most: int) -> Normalise:
    """An integer within limits."""

    def normalise(value: Any) -> Any:
        if type(value) is not int or not least <= value <= most:
            raise BadValue(f"This must be a whole number from {least} to {most}.")
        return value

    return normalise


def list_of(kind: Normalise, *, most: int) -> Normalise:
    """A list of at most `most` values of one kind, nulls left out."""

    def normalise(value: Any) -> Any:
        if not isinstance(value, list) or len(value) > most:
            raise BadValue(f"This must be a list of at most {most}.")
        return [one for one in map(kind, value) if one is not None]

    return normalise


def normalise_fields(typed: Mapping[str, Any], kinds: Mapping[str, Normalise]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the fields in their one spelling, and by name why a value is none. Unknown fields are kept.

    A null stays null: it clears. Cost: one pass.
    """
    normal: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in typed.items():
        kind = kinds.get(name)
        if value is None or kind is None:
            normal[name] = value
            continue
        try:
            normal[name] = kind(value)
        except BadValue as why:
            normal[name] = value
            problems[name] = str(why)
    return normal, problems


def find_unstorable(value: Any, path: str = "") -> str | None:
    """Return where in JSON a NUL or a lone surrogate stands, as a path of names; None: nowhere."""
    if isinstance(value, str):
        return (path or ".") if UNSTORABLE.search(value) else None
    if isinstance(value, Mapping):
        for name, one in value.items():
            found = path or "." if UNSTORABLE.search(name) else find_unstorable(one, f"{path}.{name}".lstrip("."))
            if found:
                return found
    if isinstance(value, list):
        for one in value:
            if found := find_unstorable(one, path):
                return found
    return None


def required_missing(fields: Mapping[str, Any], required: Collection[str]) -> dict[str, str]:
    """Return a sentence for each required field that is absent or null."""
    return {name: "This is needed." for name in required if fields.get(name) is None}
