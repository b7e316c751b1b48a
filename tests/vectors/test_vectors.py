"""The language-neutral vectors of protocol/vectors, run by the server's rules."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tallybook.core.canonical_json import canonical_json, hash_of
from tallybook.core.merging import Image, find_conflicts, fold
from tallybook.core.quantities import (
    count_decimals,
    extended_amount,
    normalise_decimal,
    round_half_up,
    total_quantity,
)
from tallybook.ledger.judging import TypedChange
from tallybook.ledger.stored import canonical_bytes
from tallybook.sync.registry import RULES

VECTORS = Path(__file__).resolve().parents[2] / "protocol" / "vectors"


def read_vectors(name: str) -> list[Any]:
    found: list[Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    assert found
    return found


@pytest.mark.parametrize("vector", read_vectors("canonical_json"), ids=lambda one: one["name"])
def test_canonical_json(vector: dict[str, str]) -> None:
    value = json.loads(vector["json"])

    assert canonical_json(value) == vector["canonical"].encode()
    assert canonical_bytes(value) == vector["canonical"].encode()
    assert hash_of(canonical_json(value)) == vector["sha256"]


@pytest.mark.parametrize("vector", read_vectors("decimals"), ids=lambda one: repr(one["typed"]))
def test_decimals(vector: dict[str, Any]) -> None:
    normal = normalise_decimal(vector["typed"])

    assert normal == vector["normal"]
    assert count_decimals(normal or "") == vector["decimals"]


@pytest.mark.parametrize("vector", read_vectors("rounding"), ids=lambda one: one["value"])
def test_rounding(vector: dict[str, Any]) -> None:
    rounded = round_half_up(Decimal(vector["value"]), vector["decimals"])

    assert normalise_decimal(f"{rounded:f}") == vector["rounded"]


@pytest.mark.parametrize("vector", read_vectors("totals"), ids=lambda one: one["name"])
def test_totals(vector: dict[str, Any]) -> None:
    quantity = total_quantity(map(Decimal, vector["quantities"]))
    amount = extended_amount(quantity=quantity, unit_price=Decimal(vector["unit_price"]))

    assert normalise_decimal(f"{quantity:f}") == vector["quantity"]
    assert normalise_decimal(f"{amount:f}") == vector["amount"]


@pytest.mark.parametrize("vector", read_vectors("merging"), ids=lambda one: one["name"])
def test_merging(vector: dict[str, Any]) -> None:
    image = Image(**vector["image"]) if vector["image"] else None
    change = TypedChange(**vector["operation"])
    groups = RULES.types[vector["type"]].groups

    conflicts = find_conflicts(change=change, image=image, groups=groups) if image else []

    assert conflicts == vector["conflicts"]
    if vector["folded"]:
        assert fold(image=image, change=change) == Image(**vector["folded"])
