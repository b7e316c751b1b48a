"""The server's own backups, by the real program: whole or not there, put back whole, and nothing lost by it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tallybook.commands.main import make_parser

from tests.docs.pages import page, section
from tests.support.hammering import AtOnce
from tests.support.server import TALLYBOOK
from tests.support.server_backups import Installation, installation

KILLS = 5
WROTE = ("applied", "merged", "released")  # of one operation: once
RIGHT = "Every entry, image and row is as it should be."

pytestmark = pytest.mark.slow


@pytest.fixture
def here(tmp_path: Path, database_url: str | None) -> Iterator[Installation]:
    with installation(tmp_path, database_url) as made:
        yield made


def test_a_backup_made_while_people_work_is_put_back_and_devices_bring_the_rest(here: Installation) -> None:
    devices, is_over, threads = [here.device(seed) for seed in range(3)], threading.Event(), AtOnce()
    for one in devices:
        threads.start(one.hammer, is_over)
    time.sleep(1)
    backup = here.back_up()
    time.sleep(1)
    is_over.set()
    threads.finish()
    before = here.ledger()
    [told] = json.loads((backup / "manifest.json").read_text())["contracts"]
    assert len(before) - 2 > told["entries"] > 4

    here.server.stop()
    restored = here.tallybook("restore", backup, "--replace")
    here.server.start()

    assert (restored.returncode, restored.stderr) == (0, "")
    assert f"1 contract, {told['entries']} entries.\n{RIGHT}\n" in restored.stdout
    assert "Devices notice by themselves" in restored.stdout
    after = here.ledger()
    assert after == before[: told["entries"]]
    assert after[-1]["hash"] == told["chain"]

    for one in devices:
        one.pull(pages=1) if one.position[0] <= told["entries"] else refused_as_diverged(one.pull)
        one.position, one.cursor, one.images = (0, ""), 0, {}
        for pushed in list(one.pushes):
            one.push(pushed.batch)
    entries = here.ledger()
    typed = {operation["id"] for one in devices for pushed in one.pushes for operation in pushed.batch}
    assert typed <= {entry["operation"]["id"] for entry in entries}
    wrote = Counter(entry["operation"]["id"] for entry in entries if entry["state"] in WROTE)
    assert set(wrote.values()) == {1}
    assert RIGHT.lower() in here.server.run("verify-ledger").lower()


def refused_as_diverged(pull: Callable[..., None]) -> None:
    with pytest.raises(AssertionError, match="diverged"):
        pull(pages=1)


def test_nothing_of_what_was_here_is_lost(here: Installation, tmp_path: Path) -> None:
    device = here.device()
    device.push([device.type_something()])
    backup = here.back_up()
    device.push([device.type_something() for _ in range(3)])
    before = here.ledger()
    here.refuse("restore", backup, "--replace", because="in use")
    here.server.stop()
    here.refuse("restore", backup, because="--replace")
    assert here.ledger() == before

    said = here.server.run("restore", str(backup), "--replace")

    assert len(here.ledger()) == len(before) - 3
    kept = Path(said.partition("What was here is kept: ")[2].splitlines()[0])
    if here.database_url is not None:
        here.server.run("restore", str(kept), "--replace")
        assert here.ledger() == before
        return
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(kept, other / "tallybook.sqlite3")
    finished = here.tallybook("export-ledger", "SP 1", env={"TALLYBOOK_DATA_DIR": str(other)})
    assert [json.loads(line) for line in finished.stdout.splitlines()] == before


def test_a_killed_backup_is_never_taken_for_a_whole_one(here: Installation) -> None:
    device = here.device()
    for _ in range(20):
        device.push([device.type_something() for _ in range(6)])
    here.back_up()
    left = 0
    for kill in range(KILLS):
        there, names = len(here.whole()), set(here.place.iterdir())
        running = subprocess.Popen(
            [str(TALLYBOOK), "backup", str(here.place)], env=here.server.env, stdout=subprocess.PIPE, text=True
        )
        while running.poll() is None and not set(here.place.iterdir()) - names:
            time.sleep(0.001)
        time.sleep(0.002 * kill)  # it takes some tens of milliseconds where nothing else runs
        running.send_signal(signal.SIGKILL)
        said, _ = running.communicate()
        left += bool(list(here.place.glob("unfinished-*")))
        assert len(here.whole()) - there == 1 or RIGHT not in said
        assert all((one / "manifest.json").exists() for one in here.whole())
    assert left >= KILLS // 2

    here.back_up("--keep", str(KILLS + 2))

    assert list(here.place.glob("unfinished-*")) == []
    here.server.stop()
    for one in here.whole():
        assert RIGHT in here.server.run("restore", str(one), "--replace")


def break_off_pg_restore(folder: Path) -> dict[str, str]:
    """Settings with a pg_restore that breaks off in the middle of what it gives psql."""
    real, broken = shutil.which("pg_restore"), folder / "pg_restore"
    broken.write_text(
        f'#!/bin/sh\ncase "$*" in *--file=-*) {real} "$@" | head -c 20000; exit 1;; esac\nexec {real} "$@"\n'
    )
    broken.chmod(0o700)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def test_a_killed_restore_leaves_one_database_or_the_other(here: Installation, tmp_path: Path) -> None:
    device = here.device()
    backup, restored = here.back_up(), here.ledger()
    device.push([device.type_something() for _ in range(6)])
    here.server.stop()
    before = here.ledger()
    if here.database_url is not None:
        here.refuse("restore", backup, "--replace", because="PostgreSQL says", env=break_off_pg_restore(tmp_path))
        assert here.ledger() == before
    for delay in (0.4, 0.7, 1.0, 1.4):
        command = [str(TALLYBOOK), "restore", str(backup), "--replace"]
        running = subprocess.Popen(command, env=here.server.env, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        running.kill()
        running.wait()
        assert here.ledger() in (before, restored)

    here.server.run("restore", str(backup), "--replace")

    assert here.ledger() == restored


def test_a_damaged_backup_is_refused_and_changes_nothing(here: Installation) -> None:
    backup = here.back_up()
    here.server.stop()
    before = here.ledger()
    [database] = [one for one in backup.iterdir() if one.name in ("tallybook.sqlite3", "tallybook.dump")]
    manifest = backup / "manifest.json"
    told, whole = json.loads(manifest.read_text()), database.read_bytes()

    def altered(**fields: object) -> Callable[[], object]:
        return lambda: manifest.write_text(json.dumps(told | fields))

    other = "sqlite" if here.database_url else "postgresql"
    others_file = {"sqlite": "tallybook.sqlite3", "postgresql": "tallybook.dump"}[other]
    flipped = whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]
    for damage, because in (
        (lambda: database.write_bytes(whole[:-1]), f"{database.name}: it has"),
        (lambda: database.write_bytes(flipped), f"{database.name}: its content was altered."),
        (database.unlink, f"{database.name}: No such file"),
        (lambda: (backup / "secret-key").write_text("x"), "secret-key: it has"),
        (manifest.unlink, "There is no manifest.json"),
        (lambda: manifest.write_bytes(manifest.read_bytes()[:-40]), "cannot be read"),
        (lambda: manifest.write_bytes(b'{"format": 1}'), "cannot be read"),
        (lambda: manifest.write_bytes(b"[" * 100_000), "cannot be read"),
        (altered(format=2), "newer program"),
        (altered(migrations=["sync.9999_later"]), "newer than this program"),
        (altered(files={**told["files"], "../../x": told["files"]["secret-key"]}), "does not name the files"),
        (altered(database=other, files=dict.fromkeys([others_file, "secret-key"], told["files"]["secret-key"])),
         f"of a {other} database"),
    ):  # fmt: skip
        kept = backup.parent / "kept"
        shutil.copytree(backup, kept)
        damage()
        here.refuse("restore", backup, "--replace", because=because)
        shutil.rmtree(backup)
        kept.rename(backup)
    here.refuse("restore", here.place / "nowhere", because="There is no folder")
    here.refuse("restore", manifest, because="is a file")
    assert here.ledger() == before
    assert [one.name for one in here.server.data_dir.iterdir() if "before" in one.name] == []


def test_the_last_few_are_kept_and_nothing_else_is_touched(here: Installation) -> None:
    here.place.mkdir()
    (here.place / "notes.txt").write_text("ours")
    oldest = here.back_up()
    foreign = here.place / "tallybook-2020-01-01T00-00-00Z"
    shutil.copytree(oldest, foreign)
    told = json.loads((foreign / "manifest.json").read_text())
    (foreign / "manifest.json").write_text(json.dumps(told | {"agency": "another"}))
    second = here.back_up("--keep", "2")
    assert here.whole() == [foreign, oldest, second]

    third = here.back_up("--keep", "2")

    assert here.whole() == [foreign, second, third]
    assert (here.place / "notes.txt").read_text() == "ours"
    for keep in ("0", "-1", "x", "10001", "9" * 5000):
        assert here.tallybook("backup", here.place, "--keep", keep).returncode == 2
    assert all((path.stat().st_mode & 0o077) == 0 for path in (third, third / "secret-key"))


def test_a_ledger_that_differs_is_kept_apart_and_removes_no_older_backup(here: Installation) -> None:
    whole = here.back_up()
    here.change("UPDATE ledger_ledgerentry SET state = 'merged' WHERE seq = 2")

    for _ in range(2):
        here.refuse("backup", here.place, "--keep", "1", because="SP 1: Entry 2 was altered")

    [apart] = here.place.glob("differing-*")
    assert here.whole() == [whole]
    here.server.stop()
    restored = here.tallybook("restore", apart, "--replace")
    assert (restored.returncode, "SP 1: Entry 2 was altered" in restored.stdout) == (1, True)
    assert RIGHT in here.server.run("restore", str(whole), "--replace")


def test_what_cannot_be_is_said_plainly(here: Installation, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    here.refuse("backup", file, because="is a file, not a folder")
    here.refuse("backup", tmp_path / "no" / "disk", because="There is no folder")
    here.refuse("backup", "/sys/kernel/backups", because="cannot be made")
    backup = here.back_up()
    with (here.place / "tallybook-backup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        here.refuse("backup", here.place, because="Another backup or restore is at work")
    with (here.server.data_dir / "restore.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        here.refuse("restore", backup, because="Another backup or restore is at work")
    no_programs = {"PATH": str(tmp_path)}
    if here.database_url is not None:
        here.refuse("backup", here.place, because="pg_dump is not on PATH", env=no_programs)
        here.refuse("restore", backup, "--replace", because="is not on PATH", env=no_programs)
    else:
        assert here.tallybook("backup", here.place, env=no_programs).returncode == 0
    here.refuse("backup", here.place, because="tallybook migrate", env=empty_installation(here, tmp_path))


def empty_installation(here: Installation, tmp_path: Path) -> dict[str, str]:
    """Settings of an installation that nobody migrated; on PostgreSQL the same, with a table gone."""
    if here.database_url is not None:
        here.change("DELETE FROM django_migrations WHERE app = 'sync'")
    return {"TALLYBOOK_DATA_DIR": str(tmp_path / "empty")}


def test_an_older_backup_is_brought_up_to_date(here: Installation) -> None:
    django = [str(TALLYBOOK.with_name("python")), "-m", "django", "migrate", "-v", "0", "sessions", "zero"]
    env = here.server.env | {"DJANGO_SETTINGS_MODULE": "tallybook.config.settings"}
    here.server.stop()
    making = "import django; django.setup()\nfrom tallybook.commands.server_backups import making\n"
    making += "from pathlib import Path\nmaking._make_under_lock(Path.cwd(), None)"  # an older program's doing
    here.place.mkdir()
    subprocess.run(django, env=env, check=True)
    subprocess.run([django[0], "-c", making], env=env, cwd=here.place, check=True)
    here.server.run("migrate")
    before = here.ledger()

    [older] = here.whole()
    here.server.run("restore", str(older), "--replace")

    assert here.ledger() == before
    here.server.start()  # it refuses a database that is older


def test_a_file_that_cannot_be_read_is_put_aside_as_it_is(tmp_path: Path) -> None:
    """Of SQLite, whichever database this run is on: a cluster that cannot be read is PostgreSQL's own affair."""
    with installation(tmp_path, None) as here:
        backup = here.back_up()
        here.server.stop()
        before, file = here.ledger(), here.server.data_dir / "tallybook.sqlite3"
        file.write_bytes(b"no database at all" * 1000)
        file.with_name(f"{file.name}-wal").write_bytes(b"left")

        here.server.run("restore", str(backup), "--replace")

        assert here.ledger() == before
        [aside] = here.server.data_dir.glob("before-restore-*.sqlite3")
        assert aside.read_bytes().startswith(b"no database at all")


def test_the_steps_of_the_page_are_right_as_written(here: Installation, database_url: str | None) -> None:
    text = page("docs/running/backup.md")
    make, first, again = re.findall(r"(?s)```sh\n\s*(.*?)\s*```", text)
    env = here.server.env | {
        "BACKUP_DIR": str(here.place), "PATH": f"{TALLYBOOK.parent}{os.pathsep}{os.environ['PATH']}"
    }  # fmt: skip

    def run(command: str) -> int:
        return subprocess.run(["bash", "-u", "-c", command], env=env, cwd=here.server.data_dir).returncode

    assert run(make) == 0
    [backup] = here.whole()
    named = set(re.findall(r"(?m)^\| `([^`]+)`", section(text, "## Make one")))
    assert {one.name for one in backup.iterdir()} == named - {"tallybook.sqlite3" if database_url else "tallybook.dump"}
    before = here.ledger()
    device = here.device()
    device.push([device.type_something()])
    here.server.stop()
    assert (run(first), run(again)) == (1, 0)
    assert here.ledger() == before
    here.server.start()


def test_the_schedules_of_the_page_are_commands() -> None:
    lines = re.findall(r"tallybook (backup [^\n>]*)", section(page("docs/running/backup.md"), "## Every night"))

    assert len(lines) == 2
    for line in lines:
        assert make_parser().parse_args(line.split()).keep == 30
