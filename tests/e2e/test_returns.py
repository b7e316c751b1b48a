"""Who has what is still out, and after a restore: which device brought what back, and which has not come yet."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.e2e.looked_at import look_at
from tests.support.inspector import Inspector
from tests.support.server import RunningServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"


def back_up(server: RunningServer, backup: Path) -> None:
    """While it runs, as docs/running/upgrade.md says."""
    with contextlib.closing(sqlite3.connect(server.data_dir / "tallybook.sqlite3")) as source:
        source.execute("VACUUM INTO ?", (str(backup),))


def write(server: RunningServer, statement: str) -> None:
    """Change what the server has noted, as time would."""
    with contextlib.closing(sqlite3.connect(server.data_dir / "tallybook.sqlite3")) as database:
        database.execute(statement)
        database.commit()


def restore(server: RunningServer, backup: Path) -> None:
    """Stopped, put back, started."""
    server.stop()
    file = server.data_dir / "tallybook.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    file.write_bytes(backup.read_bytes())
    server.run("migrate")
    server.start()


def take_out(agency: Agency, name: str) -> tuple[Inspector, str]:
    """Somebody with the contract checked out."""
    who = agency.person(name)
    who.log_in()
    who.check_out(NUMBER)
    who.open_contract(NUMBER)
    return who, who.contract_id()


def lose_what_ann_sent(agency: Agency, backup: Path) -> tuple[Inspector, Inspector]:
    """Ann's two entries were at the office; then the server was put back. Bo, who has it out, is away."""
    ann, contract = take_out(agency, "ann")
    bo, _ = take_out(agency, "bo")
    back_up(agency.server, backup)
    bo.close()
    ann.open_day(contract, DAY, "Notes")
    ann.add_note("Paving began at dawn.")
    ann.add_transaction("140", "12.5")
    ann.sync()
    restore(agency.server, backup)
    return ann, bo


def test_the_office_sees_who_brought_back_what_was_lost(agency: Agency, tmp_path: Path) -> None:
    ann, bo = lose_what_ann_sent(agency, tmp_path / "backup.sqlite3")
    dana = agency.person("dana")
    dana.log_in()
    expect(dana.link("Unclaimed")).to_be_visible()
    expect(dana.page.get_by_role("link", name="After a restore", exact=True)).to_have_count(0)
    ann.sync()
    dana.go("/contracts")
    dana.link("After a restore").click()

    main = dana.page.locator("main")
    expect(main).to_contain_text("1 device came back and brought 2 entries. 1 was not heard from since.")
    came = main.get_by_role("article").get_by_role("listitem").filter(has_text="Ann Lindqvist, ")
    expect(came).to_contain_text("Brought 2 entries that the office did not have.")
    expect(came).to_contain_text("All is here, since")
    expect(main.get_by_role("listitem").filter(has_text="Bo Keller, ")).to_contain_text("nothing unsent then")
    dana.button("Show what it brought").click()
    expect(came).to_contain_text("Transaction: recorded")
    look_at(dana, "after a restore")
    came.get_by_role("link", name="See the entry").first.click()
    expect(main).to_contain_text("Paving began at dawn.")

    bo.open()
    bo.go("/")
    bo.sync()
    dana.go("/restores")
    expect(main).to_contain_text("Every device that has it checked out was heard from since.")
    for who in (ann, bo, dana):
        who.close()


def test_what_the_office_lost_of_somebody_who_never_comes_back_is_a_file_on_the_device_that_had_it(
    agency: Agency, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sqlite3"
    ann, contract = take_out(agency, "ann")
    bo, _ = take_out(agency, "bo")
    back_up(agency.server, backup)
    bo.open_day(contract, DAY, "Notes")
    bo.add_note("Typed by Bo, whose device is lost.")
    bo.sync()
    bo.close()
    ann.sync()
    restore(agency.server, backup)
    ann.go("/storage")
    expect(ann.page.locator("main")).to_contain_text("The second copy")
    expect(ann.button(f"Save for the office: {NUMBER}")).to_have_count(0)

    ann.sync()

    expect(ann.page.locator("main")).to_contain_text(f"{NUMBER}: 1 entry of others")
    with ann.page.expect_download() as started:
        ann.button(f"Save for the office: {NUMBER}").click()
    assert re.fullmatch(r"tallybook-lost-at-office-sp-027-609-012-.*\.ndjson", started.value.suggested_filename)
    (line,) = started.value.path().read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert kept["fields"]["text"] == "Typed by Bo, whose device is lost."
    assert (kept["contract"], kept["contract_number"], kept["type"]) == (contract, NUMBER, "note")
    look_at(ann, "kept aside for the office")
    ann.close()


def test_the_office_sees_that_a_device_still_brings(agency: Agency, tmp_path: Path) -> None:
    ann, _ = lose_what_ann_sent(agency, tmp_path / "backup.sqlite3")
    ann.sync()
    # As it stands between two pushes of a device with more to bring than one push holds.
    write(agency.server, "UPDATE sync_devicereturn SET finished_at = NULL")
    dana = agency.person("dana")
    dana.log_in()
    dana.go("/restores")

    main = dana.page.locator("main")
    expect(main).to_contain_text("1 device came back and brought 2 entries. 1 still brings.")
    came = main.get_by_role("article").get_by_role("listitem").filter(has_text="Ann Lindqvist, ")
    expect(came).to_contain_text("Still bringing, last heard")
    expect(came).not_to_contain_text("All is here")
    look_at(dana, "still bringing")

    write(agency.server, 'UPDATE ledger_ledgerhead SET "returning" = 1')
    ann.sync()
    dana.button("Look again").click()
    expect(came).to_contain_text("All is here, since")
    for who in (ann, dana):
        who.close()


def test_the_page_says_that_nothing_was_restored_or_that_it_needs_a_connection(agency: Agency) -> None:
    dana = agency.person("dana")
    dana.log_in()
    dana.go("/restores")
    expect(dana.page.locator("main")).to_contain_text("Nothing was restored")
    look_at(dana, "nothing restored")

    dana.work_offline(on=True)

    expect(dana.page.locator("main")).to_contain_text("This page needs a connection.")
    look_at(dana, "restores offline")
    dana.button("Turn Work Offline off").click()
    expect(dana.page.locator("main")).to_contain_text("Nothing was restored")
    dana.close()


def test_an_inspector_is_told_of_no_restore(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.log_in()

    expect(ann.link("Contracts")).to_be_visible()
    expect(ann.page.get_by_role("link", name="After a restore", exact=True)).to_have_count(0)
    ann.go("/restores")
    expect(ann.page.locator("main")).to_contain_text("Nothing was restored")
    ann.close()


def test_the_office_is_told_how_much_is_still_out(agency: Agency) -> None:
    ann, _ = take_out(agency, "ann")
    dana = agency.person("dana")
    dana.log_in()
    dana.menu("Contract Offline Checkout")

    expect(dana.row(NUMBER)).to_contain_text("Out on 1 other device, nothing unsent")
    expect(dana.row(NUMBER)).to_contain_text("Ann Lindqvist, ")
    ann.menu("Contract Offline Checkout")
    expect(ann.row(NUMBER)).to_contain_text("Nobody else has it out")
    ann.close()  # a device at work is heard from
    write(agency.server, "UPDATE sync_checkout SET last_heard_at = datetime(last_heard_at, '-2 days')")
    dana.go("/checkout")
    expect(dana.row(NUMBER)).to_contain_text(re.compile("Ann Lindqvist, .*: not heard from for over a day, since"))
    look_at(dana, "still out")
    dana.close()
