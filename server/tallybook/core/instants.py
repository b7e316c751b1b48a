"""Instants as text."""

from datetime import UTC, datetime


def spell_instant(instant: datetime) -> str:
    """Return an instant as entries keep it: UTC, with milliseconds."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
