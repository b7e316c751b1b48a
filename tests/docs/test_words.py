"""docs/glossary.md and docs/sync-protocol.md are what the code says."""

from __future__ import annotations

import re

from django.urls import Resolver404, resolve

from tallybook.api.middleware import PROTOCOL
from tallybook.api.reading import BODY_BYTES_MAX
from tallybook.core.operations import CHOICES, OPERATION_BYTES_MAX, VERBS
from tallybook.sync.push import OPERATIONS_MAX

from tests.docs.pages import ROOT, page, rows, section, spelled

# Words whose part of the product comes later. One that is there leaves this list.
NOT_YET = {
    "Adjustment", "CatalogueItem", "InspectionDay", "OfflineBackup", "Payment", "Retainage",
    "TallyLoad", "TallySheet", "TallyTruck",
}  # fmt: skip
# Words that are text on the wire and in forms so far, and no type of their own.
PLAIN = {"Station", "Device"}
CALLS_NOT_YET = {"blobs"}
ID = "00000000-0000-7000-8000-000000000000"


def sources() -> str:
    folders = [(ROOT / "server", "*.py"), (ROOT / "web" / "src", "*.ts"), (ROOT / "web" / "src", "*.svelte")]
    return "\n".join(path.read_text(encoding="utf-8") for folder, names in folders for path in folder.rglob(names))


def test_every_code_name_of_the_glossary_is_in_the_code() -> None:
    code = sources()
    named = {name for cells in rows(page("docs/glossary.md")) for name in spelled(cells[2])}
    names = {name for name in named if re.fullmatch(r"\w+", name)}

    absent = {name for name in names if not re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", code)}

    assert absent - PLAIN == NOT_YET


def test_no_code_name_is_one_that_the_glossary_rules_out() -> None:
    code = sources()
    # Whole names of classes and types, as the glossary's last column has them.
    for banned in ("Item", "Transaction", "Line", "Product", "Comment", "Memo", "Mutation", "Snapshot", "Estimate"):
        assert not re.search(rf"\b(?:class|interface|type) {banned}\b", code), banned


def test_the_protocols_limits_are_the_servers() -> None:
    text = page("docs/sync-protocol.md")

    assert f"at most {OPERATIONS_MAX} operations and {BODY_BYTES_MAX // 1024**2} MiB uncompressed" in text
    assert f"over {OPERATION_BYTES_MAX // 1024} KiB" in text
    assert f"`X-Tallybook-Protocol: {PROTOCOL}`" in text


def test_the_protocols_verbs_are_the_servers() -> None:
    told = {cells[0]: cells[1] for cells in rows(section(page("docs/sync-protocol.md"), "## Operation"))}

    assert tuple(spelled(told["`verb`"])) == VERBS
    assert tuple(spelled(told["`target`, `choice`"])[-2:]) == CHOICES


def test_every_field_of_an_operation_is_one_of_the_clients() -> None:
    told = {
        name for cells in rows(section(page("docs/sync-protocol.md"), "## Operation")) for name in spelled(cells[0])
    }
    client = page("web/src/core/operation.ts")
    found = re.search(r"(?ms)^export interface Operation \{(.*?)^\}", client)
    assert found

    assert set(re.findall(r"(?m)^  (\w+)\??:", found[1])) == told


def test_every_call_of_the_protocol_is_there() -> None:
    calls = [spelled(cells[0])[0] for cells in rows(section(page("docs/sync-protocol.md"), "## Wire"))]
    assert len(calls) >= 8
    for call in calls:
        path = call.split(" ")[1].partition("?")[0]
        address = "/api/sync/v1" + re.sub(r"\{[a-z0-9]+\}", ID, path)
        assert is_there(address) != any(part in CALLS_NOT_YET for part in path.split("/")), call


def is_there(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
