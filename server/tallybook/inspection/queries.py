"""Reading what was written in the field: the Item Record Account."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from tallybook.contracts.models import ContractItem
from tallybook.core.quantities import extended_amount

from .models import ItemTransaction


@dataclass(frozen=True)
class ItemTotal:
    """An item and what its transactions come to."""

    item: ContractItem
    used: Decimal  # in the item's unit
    amount: Decimal  # dollars, rounded once


def read_item_record_account(*, contract_id: UUID) -> list[ItemTotal]:
    """Return each item of a contract with its quantity used and its value, by line. Cost: two queries."""
    transactions = ItemTransaction.objects.filter(contract_id=contract_id, voided=False)
    sums = transactions.values_list("item").annotate(used=Sum("quantity"))
    used_by_item = {item: used if used is not None else Decimal(0) for item, used in sums}
    items = ContractItem.objects.filter(contract_id=contract_id, voided=False).order_by("project", "line")
    return [_total(item, used_by_item.get(item.id, Decimal(0))) for item in items]


def _total(item: ContractItem, used: Decimal) -> ItemTotal:
    return ItemTotal(item=item, used=used, amount=extended_amount(quantity=used, unit_price=item.unit_price))
