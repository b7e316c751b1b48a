"""The server killed again and again while a backup is looked at and merged: nothing lost, nothing doubled.

Short in every run; `make torture` kills 50 times (`TALLYBOOK_TEST_KILLS`).
"""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tallybook.sync.backup_uploads import UPLOADS_OF_ONE_PERSON_MAX

from tests.support.hammering import LOST, AtOnce, Office
from tests.support.merging_office import ask, count_entries, make_notes, merging_office, uploads_of, write_backup

KILLS = int(os.environ.get("TALLYBOOK_TEST_KILLS") or 4)
OPERATIONS_OF_A_KILL = 600
TIMEOUT_S = 180 + 30 * KILLS


class Merger:
    """Somebody at the page, who begins again whenever no answer comes."""

    def __init__(self, office: Office, content: bytes) -> None:
        self.office = office
        self.content = content
        self.lost = 0
        self.parts: list[dict[str, Any]] = []
        self.at_work = threading.Event()

    def insist(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """Ask until there is an answer other than that the server is busy."""
        while True:
            self.at_work.set()
            try:
                status, told = ask(self.office, method, path, body)
                if status != 503:
                    return status, told
            except LOST:
                self.lost += 1
            time.sleep(0.1)

    def merge(self, is_over: threading.Event) -> None:
        """The whole file, again and again until it is over."""
        id_ = self.insist("POST", "", self.content)[1]["backup"]
        while True:
            assert self.insist("POST", f"/{id_}/preview")[0] == 200
            after = None
            while True:
                status, told = self.insist("POST", f"/{id_}/merge", {"after": after})
                assert status == 200, told
                self.parts.append(told)
                after = told["next"]
                if after is None:
                    break
            if is_over.is_set():
                return


@pytest.mark.slow
@pytest.mark.timeout(TIMEOUT_S)
def test_a_merge_that_is_killed_and_begun_again_loses_and_doubles_nothing(
    tmp_path: Path, database_of_run: str | None
) -> None:
    chance = random.Random("killed merges")
    with merging_office(tmp_path, database_of_run) as office:
        notes = make_notes(office, OPERATIONS_OF_A_KILL * KILLS)
        merger, is_over, at_once = Merger(office, write_backup(office, notes)), threading.Event(), AtOnce()
        at_once.start(merger.merge, is_over)
        for _ in range(KILLS):
            merger.at_work.clear()
            assert merger.at_work.wait(TIMEOUT_S)
            time.sleep(chance.random())
            office.servers[0].kill()
            office.servers[0].start()
        is_over.set()
        at_once.finish()

        assert merger.lost >= KILLS, "The kills hit nobody: this proved nothing."
        assert count_entries(office, notes) == (len(notes), len(notes))
        assert office.servers[0].run("verify-ledger", "SP 1").endswith("is as it should be.\n")
        assert len(uploads_of(office.servers[0])) <= UPLOADS_OF_ONE_PERSON_MAX
        print(f"\n{KILLS} kills, {merger.lost} requests lost, {len(merger.parts)} parts merged")
