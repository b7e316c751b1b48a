"""Record types that are written in the field: fields, what belongs together, checks, tables."""

from collections.abc import Mapping

from tallybook.core import fields
from tallybook.core.merging import Fields
from tallybook.core.quantities import count_decimals
from tallybook.ledger.exact_decimal import to_millionths
from tallybook.ledger.record_types import RecordType, as_it_is, groups_of, kinds_of

from .models import ItemTransaction, Note

QUANTITY_DECIMALS_MAX = 6
NOTE_LENGTH_MAX = 20_000
DOCUMENTATION_LENGTH_MAX = 4_000
LOCATION_LENGTH_MAX = 200
STATION_LENGTH_MAX = 40

NOTE_TOGETHER = frozenset(("note_type", "work_date", "time", "project", "station", "text"))
MEASUREMENT = frozenset(
    (
        "item",
        "work_date",
        "quantity",
        "calculation",
        "documentation",
        "measured_by",
        "measured_date",
        "calculated_by",
        "calculated_date",
        "funding",
        "tally_sheet",
    )
)
PLACE = frozenset(("station_from", "station_to", "side", "offset", "location"))

NOTE = RecordType(
    name="note",
    schema=1,
    kinds=kinds_of(
        note_type=fields.text(100),
        work_date=fields.calendar_date,
        time=fields.clock_time,
        project=fields.record_id,
        station=fields.text(STATION_LENGTH_MAX),
        text=fields.text(NOTE_LENGTH_MAX),
    ),
    required=frozenset(("note_type", "work_date", "text")),
    groups=groups_of(NOTE_TOGETHER),
    references=frozenset(("project",)),
    model=Note,
    columns={
        "note_type": as_it_is,
        "work_date": as_it_is,
        "time": as_it_is,
        "station": as_it_is,
        "text": as_it_is,
    },
)


def _find_transaction_problems(transaction: Fields, referenced: Mapping[str, Fields]) -> Mapping[str, str]:
    item = referenced.get("item", {})
    if "unit_price" not in item:
        return {"item": "This is not an item of the contract."}
    if item.get("voided") is True:
        return {"item": "This item was removed from the contract."}
    accuracy = int(item["accuracy"])
    if count_decimals(str(transaction.get("quantity", ""))) > accuracy:  # none at all is told by `required`
        return {"quantity": f"This item takes {accuracy} decimals at the most."}
    return {}


ITEM_TRANSACTION = RecordType(
    name="item_transaction",
    schema=1,
    kinds=kinds_of(
        item=fields.record_id,
        work_date=fields.calendar_date,
        quantity=fields.decimal(decimals=QUANTITY_DECIMALS_MAX, zero=False),
        station_from=fields.text(STATION_LENGTH_MAX),
        station_to=fields.text(STATION_LENGTH_MAX),
        side=fields.one_of("LT", "RT", "CL", "LT-RT"),
        offset=fields.text(STATION_LENGTH_MAX),
        location=fields.text(LOCATION_LENGTH_MAX),
        documentation=fields.text(DOCUMENTATION_LENGTH_MAX),
        measured_by=fields.record_id,
        measured_date=fields.calendar_date,
        calculated_by=fields.record_id,
        calculated_date=fields.calendar_date,
    ),
    required=frozenset(("item", "work_date", "quantity")),
    groups=groups_of(MEASUREMENT, PLACE),
    references=frozenset(("item",)),
    find_problems=_find_transaction_problems,
    model=ItemTransaction,
    columns={"item": as_it_is, "work_date": as_it_is, "quantity": to_millionths},
)

FIELD_TYPES: Mapping[str, RecordType] = {one.name: one for one in (NOTE, ITEM_TRANSACTION)}
