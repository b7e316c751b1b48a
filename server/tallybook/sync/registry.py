"""All record types of this installation, and what binds every record of a contract."""

from tallybook.contracts.records import OFFICE_TYPES, find_contract_hold
from tallybook.inspection.records import FIELD_TYPES
from tallybook.ledger.record_types import Rules

RULES = Rules(types={**OFFICE_TYPES, **FIELD_TYPES}, find_hold=find_contract_hold)
