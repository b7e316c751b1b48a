"""The server, and its PostgreSQL, killed again and again under load from eight devices: nothing lost, nothing doubled.

Short in every run; `make torture` kills 50 times (`TALLYBOOK_TEST_KILLS`).
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.hammering import AtOnce, HammeringDevice, Office, Pushed, make_office
from tests.support.postgres import Cluster, throwaway_cluster, wait_until_gone
from tests.support.server import running_server

KILLS = int(os.environ.get("TALLYBOOK_TEST_KILLS") or 4)
TIMEOUT_S = 120 + 30 * KILLS
DEVICES = 8


@dataclass
class Site:
    """The office, and the ways in which its power goes."""

    office: Office
    cluster: Cluster | None

    def kill_one_server(self, chance: random.Random) -> None:
        victim = chance.choice(self.office.servers)
        victim.kill()
        victim.start()

    def kill_all_servers(self, _chance: random.Random) -> None:
        for one in self.office.servers:
            one.kill()
        for one in self.office.servers:
            one.start()

    def kill_a_server_that_just_started(self, chance: random.Random) -> None:
        self.kill_one_server(chance)
        self.kill_one_server(chance)

    def kill_the_database(self, _chance: random.Random) -> None:
        assert self.cluster is not None
        self.cluster.kill()
        self.cluster.start()

    def stop_the_database_at_once(self, _chance: random.Random) -> None:
        """As `pg_ctl stop -m immediate` does."""
        assert self.cluster is not None
        pid = self.cluster.pid
        os.kill(pid, signal.SIGQUIT)
        wait_until_gone(pid)
        self.cluster.start()

    def ways(self) -> Sequence[Callable[[random.Random], None]]:
        """How power goes here; each comes in its turn."""
        servers = (self.kill_one_server, self.kill_a_server_that_just_started)
        if self.cluster is None:
            return servers
        return (*servers, self.kill_the_database, self.kill_all_servers, self.stop_the_database_at_once)


@pytest.fixture
def site(tmp_path: Path, database_of_run: str | None) -> Iterator[Site]:
    """One server with its threads on SQLite; on a PostgreSQL of this test alone two, one of them with two workers."""
    with ExitStack() as stack:
        cluster = stack.enter_context(throwaway_cluster()) if database_of_run else None
        url = cluster.create_database() if cluster else None
        first = stack.enter_context(
            running_server(tmp_path / "data", database_url=url, env={"TALLYBOOK_WORKERS": "2" if cluster else "1"})
        )
        servers = [first]
        if cluster:
            second = running_server(tmp_path / "data2", database_url=url, env={"TALLYBOOK_WORKERS": "1"}, before=())
            servers.append(stack.enter_context(second))
        yield Site(make_office(servers, tmp_path), cluster)


def kill_again_and_again(site: Site, devices: Sequence[HammeringDevice], at_once: AtOnce) -> Counter[str]:
    """Kill at random points of the load, in each way in its turn; return how often each one struck."""
    chance = random.Random("kills")
    ways = site.ways()
    struck: Counter[str] = Counter()
    for turn in range(KILLS):
        answered = sum(len(one.pushes) for one in devices)
        while sum(len(one.pushes) for one in devices) < answered + DEVICES and not at_once.failures:
            time.sleep(0.005)
        if at_once.failures:
            break
        time.sleep(chance.random() * 0.3)
        way = ways[turn % len(ways)]
        way(chance)
        struck[way.__name__] += 1
    return struck


@pytest.mark.slow
@pytest.mark.timeout(TIMEOUT_S)
def test_a_server_that_is_killed_loses_and_doubles_nothing(site: Site) -> None:
    devices = [HammeringDevice(site.office, random.Random(f"device {number}")) for number in range(DEVICES)]
    reader = HammeringDevice(site.office, random.Random("reader"))
    is_over, all_pushed, at_once, reading = threading.Event(), threading.Event(), AtOnce(), AtOnce()
    reading.start(reader.read_on, all_pushed)
    for device in devices:
        at_once.start(device.hammer, is_over)

    try:
        struck = kill_again_and_again(site, devices, at_once)
    finally:
        is_over.set()
        at_once.finish()
        all_pushed.set()
        reading.finish()

    pushes = [one for device in devices for one in device.pushes]
    entries = [json.loads(line) for line in site.office.servers[0].run("export-ledger", "SP 1").splitlines()]
    assert sum(struck.values()) == KILLS
    assert sum(one.lost for one in pushes) >= KILLS, "The kills hit nobody: this proved nothing."
    assert_every_push_is_there_once_and_whole(pushes, entries)
    for device in devices:
        for pushed in device.pushes:
            device.repeat(pushed)
    assert_nobody_was_shown_a_smaller_seq(reader, devices, entries)
    assert site.office.servers[0].run("verify-ledger", "SP 1").endswith("is as it should be.\n")
    assert site.office.servers[0].run("export-ledger", "SP 1").count("\n") == len(entries)
    tell(struck, pushes, entries)


def assert_every_push_is_there_once_and_whole(pushes: Sequence[Pushed], entries: Sequence[dict[str, Any]]) -> None:
    """No hole, nothing twice, nothing half, nothing that nobody sent; and every answer is what the ledger says."""
    assert [one["seq"] for one in entries] == list(range(1, len(entries) + 1))
    times = Counter(one["operation"]["id"] for one in entries)
    assert set(times.values()) == {1}
    stored = {one["operation"]["id"]: one for one in entries if one["operation"]["type"] == "note"}
    assert stored.keys() == {one["id"] for pushed in pushes for one in pushed.batch}
    for pushed in pushes:
        kept = [stored[one["id"]] for one in pushed.batch]
        first = kept[0]["seq"]
        assert [one["seq"] for one in kept] == list(range(first, first + len(kept)))
        assert len({one["received_at"] for one in kept}) == 1
        assert [(one["seq"], one["state"]) for one in kept] == [(one["seq"], one["state"]) for one in pushed.answers]


def assert_nobody_was_shown_a_smaller_seq(
    reader: HammeringDevice, devices: Sequence[HammeringDevice], entries: Sequence[dict[str, Any]]
) -> None:
    """Law 6, and law 9: who read all the time has what one has who reads afterwards."""
    for device in (reader, *devices):
        assert device.shown == sorted(device.shown)
    again = HammeringDevice(reader.office, random.Random("again"))
    again.pull(pages=1_000_000)
    assert (reader.images, reader.held) == (again.images, again.held)
    assert (reader.cursor, reader.position) == (len(entries), again.position)


def tell(struck: Counter[str], pushes: Sequence[Pushed], entries: Sequence[dict[str, Any]]) -> None:
    """Say what it proved: a loop of kills that strikes nothing holds anything."""
    received = {one["operation"]["id"]: one["received_at"] for one in entries}
    lost = [one for one in pushes if one.lost]
    known: dict[bool, int] = defaultdict(int)
    for one in lost:  # committed, and its answer lost: it came before the attempt that was answered began
        known[received[one.batch[0]["id"]] < one.answered_from.isoformat(timespec="milliseconds")] += 1
    states = Counter(one["state"] for one in entries)
    print(f"\n{sum(struck.values())} kills: {dict(struck)}")
    print(f"{len(pushes)} pushes, {len(entries)} entries: {dict(states)}")
    print(f"{len(lost)} pushes were sent more than once; {known[True]} of these had been committed already")
