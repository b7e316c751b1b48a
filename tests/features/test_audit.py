"""An auditor's own program reads an exported ledger: content with what is right, finds whatever was altered."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from tallybook.commands.main import main as tallybook
from tallybook.inspection.queries import read_item_record_account
from tallybook.ledger.models import LedgerEntry, LedgerHead

from scripts import audit_ledger
from tests.docs.pages import ROOT, first_cells, page
from tests.support.agency import make_contract, make_inspector, make_person
from tests.support.postings import read_rows
from tests.sync.test_real_postings import import_contract, make_devices, push_all, type_postings

pytestmark = pytest.mark.django_db

VECTORS = json.loads((ROOT / "protocol" / "vectors" / "canonical_json.json").read_text(encoding="utf-8"))


@dataclass
class Exported:
    """A ledger as the command prints it, and what the server says of it."""

    content: bytes
    head: LedgerHead
    hashes: list[str]


def export(number: str) -> bytes:
    """What the command prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert tallybook(["export-ledger", number]) == 0
    return printed.getvalue().encode()


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Exported]:
    """Made once, and read by each test."""
    with django_db_blocker.unblock():
        play()
        hashes = list(LedgerEntry.objects.order_by("seq").values_list("hash", flat=True))
        yield Exported(content=export("SP 1"), head=LedgerHead.objects.get(), hashes=hashes)
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def exported(kept: Exported) -> bytes:
    """Its content alone."""
    return kept.content


def play() -> None:
    """A small ledger with strange texts and numbers, a hold, a void, a decision that was set aside."""
    contract_id, item = make_contract(make_person("rosa", "office"), accuracy=3)
    alice, bob = make_inspector(contract_id, "alice"), make_inspector(contract_id, "bob")
    first, second = alice.transaction(item, "012.50"), alice.transaction(item, "4")
    alice.push(first, second, alice.note("Größe “5/8” 🚧", odd=[1e21, 0.1, -0.0, 5e-324]), "no operation", 7, None)
    alice.push(alice.note("cut \ud800 in half"))
    alice.pull()
    bob.pull()
    alice.push(alice.make("revise", "item_transaction", first["record"], {"quantity": "-2.25"}))
    held = bob.make("revise", "item_transaction", first["record"], {"quantity": "9"})
    bob.push(held, bob.make("revise", "item_transaction", second["record"], {"voided": True}, reason="twice"))
    bob.push(
        bob.make(
            "decide", "item_transaction", first["record"], {}, target=held["id"], choice="set_aside", reason="hers"
        )
    )


def audit(content: bytes, folder: Path, *words: str) -> int:
    """Run the auditor on this file; return its exit code."""
    path = folder / "ledger.ndjson"
    path.write_bytes(content)
    return audit_ledger.main([str(path), *words])


def test_it_imports_nothing_but_the_standard_library_and_is_short() -> None:
    text = page("scripts/audit_ledger.py")
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {one.name for node in imports if isinstance(node, ast.Import) for one in node.names}
    names |= {str(node.module) for node in imports if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(text.splitlines()) < 200


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one["name"])
def test_it_spells_json_as_the_protocol_does(vector: dict[str, str]) -> None:
    assert audit_ledger.canonical_json(json.loads(vector["json"])) == vector["canonical"]


def test_it_is_content_with_what_is_right(kept: Exported, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = kept.head

    assert audit(kept.content, tmp_path) == 0

    printed = capsys.readouterr().out.splitlines()
    assert f"Records: {head.records}, revisions {head.revisions}" in printed
    assert "10\t2021.501\t-2.25\t-168751.13" in printed  # voided and set aside are in no sum
    assert printed[-2:] == ["Amount of all items: -168751.13", f"Chain: {head.chain}@{head.seq}"]
    earlier = [f"--expect-chain={kept.hashes[seq - 1]}@{seq}" for seq in (1, 7)]
    assert audit(kept.content, tmp_path, *earlier) == 0


def lines(change: Callable[[list[bytes]], Any]) -> Callable[[bytes], bytes]:
    """A change of the file line by line."""

    def changed(content: bytes) -> bytes:
        parts = content.splitlines(keepends=True)
        change(parts)
        return b"".join(parts)

    return changed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lines(lambda all_: all_.__setitem__(slice(3, 5), [all_[4], all_[3]])), "Line 4 has entry 5"),
        (lines(lambda all_: all_.pop(3)), "Line 4 has entry 5"),
        (lines(lambda all_: all_.insert(3, all_[2])), "Line 4 has entry 3"),
        (lines(lambda all_: all_.append(all_[-1].replace(b'"seq":17', b'"seq":18'))), "Entry {next} was altered"),
        (lines(lambda all_: all_.insert(0, b"\n")), "Line 1 is no entry"),
        (lambda content: content[:-1], "Line {last} is cut short"),
        (lambda content: content[:-700], "is cut short"),
        (lambda content: content.replace(b'"12.50"', b'"12.5"').replace(b'"012.50"', b'"12.5"'), "was altered"),
        (lambda content: content.replace(b"1e+21", b"1e021"), "is not as an export spells it"),
        (lambda content: content.replace(b',"hash"', b',"reason":"","hash"', 1), "is not as an export spells it"),
        (lambda _content: b"[]\n", "Line 1 is no entry"),
        (lambda _content: b'"' + b"[" * 5000 + b"\n", "Line 1 is no entry"),
        (lambda _content: b"[" * 50_000 + b"\n", "Line 1 is no entry"),
        (lambda _content: b"\xff\n", "Line 1 is no entry"),
    ],
    ids=["swapped", "removed", "repeated", "added", "a blank", "no end", "cut", "another value", "respelled", "twice",
         "a list", "a quote", "deep", "no text"],
)  # fmt: skip
def test_it_says_what_does_not_follow(
    exported: bytes,
    change: Callable[[bytes], bytes],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    last = len(exported.splitlines())
    assert change(exported) != exported

    assert audit(change(exported), tmp_path) == 1

    told = capsys.readouterr()
    assert said.format(last=last, next=last + 1) in told.err
    assert told.out == ""


def test_it_finds_a_changed_byte_wherever_it_is(exported: bytes) -> None:
    chance = random.Random(1)
    for place in range(0, len(exported), 3):
        byte = chance.choice([one for one in b'a0"}\n {,x' if one != exported[place]])
        changed = exported[:place] + bytes([byte]) + exported[place + 1 :]
        parts = changed.splitlines(keepends=True)
        with pytest.raises(audit_ledger.Difference):
            list(audit_ledger.audit(parts, []))


def test_what_was_cut_or_replaced_whole_is_found_by_a_printed_hash(
    kept: Exported, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = f"--expect-chain={kept.head.chain}@{kept.head.seq}"
    shorter = b"".join(kept.content.splitlines(keepends=True)[:-1])

    assert audit(shorter, tmp_path) == 0
    assert audit(shorter, tmp_path, printed) == 1
    assert "entries are missing" in capsys.readouterr().err
    assert audit(kept.content, tmp_path, f"--expect-chain={'0' * 64}@3") == 1
    assert "it was replaced" in capsys.readouterr().err
    assert audit(b"", tmp_path) == 0
    assert audit(b"", tmp_path, printed) == 1


def test_it_ends_with_2_where_there_is_nothing_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit_ledger.main([str(tmp_path / "absent.ndjson")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    for printed in ("abc@1", "0" * 64, f"{'0' * 64}@-1", f"{'G' * 64}@1"):
        with pytest.raises(SystemExit) as ended:
            audit_ledger.main(["ledger.ndjson", "--expect-chain", printed])
        assert ended.value.code == 2


def test_the_page_tells_its_options() -> None:
    told = first_cells(page("docs/running/audit.md"))

    assert sorted(told) == ["--expect-chain", "file"]


@pytest.mark.real_data
def test_it_adds_up_a_real_contract(real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance, folder = random.Random(7), real_data / "progress_payments"
    contract_id: UUID = import_contract(folder, "1070I")
    devices = make_devices(contract_id)
    postings = read_rows(folder / "1070I_location_postings.csv")[:600]
    push_all(type_postings(postings, devices, chance), devices, chance)

    assert audit(export("1070I"), tmp_path) == 0

    printed = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    rows = [cells for cells in printed if len(cells) == 4][1:]
    audited = {(line, number): (Decimal(used), Decimal(amount)) for line, number, used, amount in rows}
    account = read_item_record_account(contract_id=contract_id)
    assert audited == {(one.item.line, one.item.item_number): (one.used, one.amount) for one in account}
    assert sum(amount for _, amount in audited.values()) > 1_000_000
