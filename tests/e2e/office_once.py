"""Whether the office has each entry of a backup file, as it was typed, and once."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from pyrage import passphrase as age

from tests.e2e.conftest import NUMBER
from tests.support.server import RunningServer


def operations_of(file: Path, contract: str, passphrase: str = "") -> list[dict[str, Any]]:
    """What the file holds of one contract."""
    content = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(age.decrypt(content, passphrase) if passphrase else content)) as opened:
        lines = opened.read(f"contracts/{contract}/operations.ndjson").splitlines()
    return [dict(json.loads(line)) for line in lines]


def is_at_the_office_once(server: RunningServer, kept: list[dict[str, Any]], *more: str) -> None:
    """Every operation of a file, and as many more as there are texts, which are notes; the ledger is sound."""
    entries = [json.loads(line) for line in server.run("export-ledger", NUMBER).splitlines()]
    typed = [one for one in entries if one["operation"]["type"] in ("note", "item_transaction")]
    by_id = {one["operation"]["id"]: one["operation"] for one in typed}
    assert len({one["operation"]["id"] for one in entries}) == len(entries)
    assert {one["state"] for one in typed} == {"applied"}
    assert len(typed) == len(kept) + len(more)
    assert [by_id[one["id"]] for one in kept] == kept
    assert set(more) <= {one["set"].get("text") for one in by_id.values()}
    server.run("verify-ledger", NUMBER)
