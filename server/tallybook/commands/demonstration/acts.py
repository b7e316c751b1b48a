"""What somebody did on the demonstration: one act becomes one operation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True)
class Act:
    """An entry written or revised, by whom and when."""

    id: UUID  # of the operation
    at: datetime  # by the clock of his device
    by: str  # email
    type: Literal["note", "item_transaction"]
    record: UUID
    fields: Mapping[str, Any]  # in their normal spelling
    reason: str = ""
    upon: "Act | None" = field(default=None, repr=False)  # the create that a revision was typed upon
