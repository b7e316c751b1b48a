"""Restore Backup where things are not plain: signed out meanwhile, for another, other words, found by chance."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.e2e.looked_at import look_at
from tests.e2e.made_backups import Office, choose
from tests.e2e.pressed_backups import SENT_TIMEOUT_MS, open_restore, restore, sees_nothing_waiting
from tests.support.inspector import PASSWORD, Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
# As on a full device: the database takes the entries, and gives them up at the commit.
BREAK_ENTRIES = """() => {
    const unbroken = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (...row) {
        const request = unbroken.apply(this, row)
        const isLast = this.name === "settings" && this.transaction.objectStoreNames.contains("operations")
        if (isLast) request.addEventListener("success", () => this.transaction.abort())
        return request
    }
}"""


@pytest.fixture
def office(agency: Agency, tmp_path: Path) -> Office:
    """Whose files can be made."""
    return Office(agency, tmp_path)


def log_in(agency: Agency, name: str) -> Inspector:
    """Somebody at a new device, at the list of contracts."""
    who = agency.person(name)
    who.log_in()
    who.page.get_by_role("link", name=NUMBER, exact=True).first.wait_for()
    return who


def notes_of(agency: Agency) -> list[dict[str, Any]]:
    """The notes at the office: the operation, and who was signed in when it came."""
    entries = [json.loads(line) for line in agency.server.run("export-ledger", NUMBER).splitlines()]
    return [one for one in entries if one["operation"]["type"] == "note"]


def wait_for_notes(agency: Agency, count: int) -> None:
    """So many have come by themselves."""
    deadline = time.monotonic() + SENT_TIMEOUT_MS / 1000
    while len(notes_of(agency)) < count:
        assert time.monotonic() < deadline, f"{len(notes_of(agency))} of {count} came"
        time.sleep(0.2)


def test_signed_out_meanwhile_it_is_restored_all_the_same_and_sent_after_signing_in(
    agency: Agency, office: Office
) -> None:
    ann = log_in(agency, "ann")
    main = ann.page.locator("main")
    open_restore(ann)
    choose(ann, office.file(office.writer("ann", 3).write()))
    expect(main).to_contain_text("3 new here.")
    ann.context.clear_cookies()

    ann.button("Restore").click()
    expect(main).to_contain_text("3 entries restored.")
    expect(main).to_contain_text("Sign in again, and it goes to the office.")
    look_at(ann, "restore signed out")
    ann.sees_waiting(3)
    assert notes_of(agency) == []
    ann.button("Sign in").click()
    ann.page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    ann.page.get_by_role("dialog").get_by_role("button", name="Log in").click()

    sees_nothing_waiting(ann)
    expect(main).to_contain_text("3 entries restored.")
    assert len(notes_of(agency)) == 3
    ann.close()


def test_the_office_restores_for_somebody_else_and_his_name_stays_on_his_entries(
    agency: Agency, office: Office
) -> None:
    dana = log_in(agency, "dana")
    main = dana.page.locator("main")
    open_restore(dana)
    choose(dana, office.file(office.writer("ann", 2, others="bo").write()))
    expect(main).to_contain_text("3 new here.")
    expect(main).to_contain_text("Entries that others typed stay under their names. You bring them for Ann Lindqvist.")
    look_at(dana, "restore on behalf")

    dana.button("Restore").click()
    expect(main).to_contain_text("3 entries restored.")
    wait_for_notes(agency, 3)
    sees_nothing_waiting(dana)

    people = {id_: name for name, id_ in ((one, str(whose.id)) for one, whose in office.people.items())}
    came = notes_of(agency)
    assert sorted(people[one["operation"]["author"]] for one in came) == ["ann", "ann", "bo"]
    assert {(people[one["signed_in"]], one["state"]) for one in came} == {("dana", "applied")}
    dana.check_out(NUMBER)
    dana.open_contract(NUMBER)
    dana.open_day(dana.contract_id(), DAY, "Notes")
    expect(main.get_by_role("listitem").filter(has_text="At the office · AL")).to_have_count(2)
    dana.close()


def test_what_is_here_with_other_words_stays_and_the_file_is_offered_as_it_is(
    agency: Agency, office: Office, tmp_path: Path
) -> None:
    ann = log_in(agency, "ann")
    main = ann.page.locator("main")
    writer = office.writer("ann", 2)
    restore(ann, office.file(writer.write()))
    [operations] = writer.operations.values()
    operations[0]["set"]["text"] = "Other words"

    ann.button("Restore another file").click()
    choose(ann, office.file(writer.write()))
    expect(main).to_contain_text("1 entry here with other words: what is here stays.")
    ann.button("Restore").click()
    expect(main.get_by_role("heading", name="What was restored")).to_be_focused()
    look_at(ann, "restore other words")
    with ann.page.expect_download() as started:
        ann.button("Save them as a file").click()
    started.value.save_as(tmp_path / "others.ndjson")

    assert re.fullmatch(r"tallybook-other-words-\d{4}-\d\d-\d\d\.ndjson", started.value.suggested_filename)
    [saved] = [json.loads(line) for line in (tmp_path / "others.ndjson").read_text().splitlines()]
    assert saved == operations[0]
    wait_for_notes(agency, 2)
    assert {one["operation"]["set"]["text"] for one in notes_of(agency)} == {"Note 1", "Note 2"}
    ann.close()


def test_where_the_database_takes_nothing_no_page_says_that_it_is_at_the_office(agency: Agency, office: Office) -> None:
    ann = log_in(agency, "ann")
    main = ann.page.locator("main")
    open_restore(ann)
    choose(ann, office.file(office.writer("ann", 3).write()))
    expect(main).to_contain_text("3 new here.")
    ann.page.evaluate(BREAK_ENTRIES)

    ann.button("Restore").click()
    expect(main).to_contain_text("3 entries restored.")
    expect(main).to_contain_text("is in this device's second copy, and goes to the office when")
    expect(ann.page.get_by_text(re.compile("^Last backup: .* nothing since"))).to_be_visible()
    look_at(ann, "restore second copy")
    for link, said in (("Download Offline Backup", "What goes in"), ("Storage", "3 entries not sent yet")):
        ann.button("User menu").click()
        ann.link(link).click()
        expect(main).to_contain_text(said)
        expect(main).not_to_contain_text("at the office")
    assert notes_of(agency) == []
    ann.close()


def test_whoever_finds_no_contract_finds_the_way_to_his_backup(agency: Agency) -> None:
    told = ("--name", "Eve Sand", "--role", "inspector")
    agency.server.run("create-user", "eve@example.org", *told, typed=f"{PASSWORD}\n")
    eve = agency.person("eve")
    eve.log_in()
    for path in ("/contracts", "/checkout"):
        eve.go(path)
        eve.page.locator("main").get_by_role("link", name="Restore a backup of another device").click()
        expect(eve.page.locator("main h1")).to_have_text("Restore Backup")
        eve.page.go_back()
        expect(eve.page).to_have_url(re.compile(f"{path}$"))
    look_at(eve, "checkout with nothing here")
    eve.close()


def test_whoever_finds_contracts_and_has_none_here_finds_it_as_well(agency: Agency) -> None:
    ann = log_in(agency, "ann")
    way = ann.page.locator("main").get_by_role("link", name="Restore a backup of another device")
    for path in ("/contracts", "/checkout"):
        ann.go(path)
        way.click()
        expect(ann.page.locator("main h1")).to_have_text("Restore Backup")
        ann.page.go_back()
        expect(way).to_be_visible()
        look_at(ann, f"restore from {path.strip('/')}")

    ann.check_out(NUMBER)
    for path in ("/contracts", "/checkout"):
        ann.go(path)
        ann.page.get_by_role("link", name=NUMBER, exact=True).first.wait_for()
        expect(way).to_have_count(0)
    ann.close()
