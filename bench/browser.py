"""The browser: contract L checked out, the server stopped, Work Offline on; a cold start, saving and finding an item.

A cold start opens the browser on its profile and waits for the day's entries to be painted, counted by the
page from the beginning of its navigation. *Save* is counted from the press until the form is gone, and until
the new entry stands on its day. A key of the item search is counted until the options are painted. The first
load is the script that a browser without anything fetches, as compressed by the server.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from .figures import Figure
from tests.support.browser import DESK
from tests.support.inspector import CHECK_OUT_TIMEOUT_MS, Inspector
from tests.support.postgres import Cluster
from tests.support.server import running_server

NUMBER = "SP 9980-118"  # contract L of the demonstration
WORDS = "concrete pipe"
DAY = "2026-10-15"

PAINTED = """async (selector) => {
    while (!document.querySelector(selector)?.checkVisibility()) await new Promise(requestAnimationFrame)
    await new Promise(requestAnimationFrame)
    return performance.now()
}"""
SAVED = """async (text) => {
    const started = performance.now()
    document.querySelector("form button[type=submit]").click()
    while (location.pathname.endsWith("/add")) await new Promise((next) => setTimeout(next))
    const gone = performance.now() - started
    const isThere = () => [...document.querySelectorAll("main a[href*='/entries/']")]
        .some((one) => one.checkVisibility() && one.textContent.includes(text))
    while (!isThere()) await new Promise(requestAnimationFrame)
    return [gone, performance.now() - started]
}"""
TYPED = """async (text) => {
    const field = document.querySelector("input[role=combobox]")
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set
    const started = performance.now()
    set.call(field, text)
    field.dispatchEvent(new InputEvent("input", { bubbles: true }))
    while (!document.querySelector("[role=option]")) await new Promise((next) => setTimeout(next))
    document.querySelector("[role=listbox]").getBoundingClientRect()  // laid out
    return performance.now() - started
}"""
SCRIPT_BYTES = """() => performance.getEntriesByType("resource")
    .filter((one) => new URL(one.name).pathname.endsWith(".js") && !one.name.endsWith("service-worker.js"))
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def measure(cluster: Cluster | None, runs: int) -> list[Figure]:
    """Measure on a device of its own; which database the office has makes no difference to it."""
    assert cluster is None
    with checked_out_device() as (ann, script_bytes, checkout_s):
        starts, accounts, saves, rows, keys = [], [], [], [], []
        contract = f"/contracts/{ann.contract_id()}"
        day = f"{contract}/inspection/{DAY}/transactions"
        for run in range(runs):
            starts.append(time_cold_start(ann, day))
            accounts.append(time_page(ann, f"{contract}/items", "tbody tr"))
            keys.append(max(time_keys(ann, f"{day}/add")))
            gone, shown = time_save(ann, f"{day}/add", f"Measured {run}")
            saves.append(gone)
            rows.append(shown)
    return [
        Figure("first load, script compressed", "kB", (script_bytes / 1_000,), 150),
        Figure("check out 15,510 records", "s", (checkout_s,)),
        Figure("cold start to the day's entries", "ms", tuple(starts), 500),
        Figure("Item Record Account, rows there", "ms", tuple(accounts)),
        Figure("slowest key of the item search", "ms", tuple(keys), 50),
        Figure("Save until the form is gone", "ms", tuple(saves), 50),
        Figure("Save until the entry is on its day", "ms", tuple(rows)),
    ]


@contextlib.contextmanager
def checked_out_device() -> Iterator[tuple[Inspector, float, float]]:
    """A browser with contract L on it, offline; the script that its first load took, and how long the checkout."""
    folder = Path(tempfile.mkdtemp(prefix="tallybook-bench-"))
    try:
        with running_server(folder / "data", before=(("migrate",), ("demo",))) as server, sync_playwright() as started:
            ann = Inspector(started, folder / "profile", server.url, "ann@tallybook.example", viewport=DESK)
            ann.log_in()
            script_bytes: float = ann.page.evaluate(SCRIPT_BYTES)
            ann.menu("Contract Offline Checkout")
            before = ann.page.evaluate("() => performance.now()")
            row = ann.row(NUMBER)
            row.get_by_role("button", name="Check Out", exact=True).click()
            row.get_by_role("button", name="Checked Out", exact=True).wait_for(timeout=CHECK_OUT_TIMEOUT_MS)
            checkout_s = (ann.page.evaluate("() => performance.now()") - before) / 1_000
            ann.open_contract(NUMBER)
            ann.work_offline(on=True)
            server.stop()
            yield ann, script_bytes, checkout_s
            ann.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def time_cold_start(ann: Inspector, path: str) -> float:
    """The browser is closed and opened again, and comes to the day by its address."""
    ann.reopen()
    return time_page(ann, path, "main a[href*='/entries/']")


def time_page(ann: Inspector, path: str, selector: str) -> float:
    """Milliseconds from the beginning of a navigation until something of it is painted."""
    ann.page.goto(ann.url + path, wait_until="commit")
    painted: float = ann.page.evaluate(PAINTED, selector)
    return painted


def time_keys(ann: Inspector, path: str) -> list[float]:
    """Milliseconds for each key of some words in the item search."""
    open_form(ann.page, ann.url + path)
    return [ann.page.evaluate(TYPED, WORDS[: at + 1]) for at in range(len(WORDS))]


def time_save(ann: Inspector, path: str, text: str) -> tuple[float, float]:
    """Milliseconds until the form is gone, and until the entry is on its day."""
    open_form(ann.page, ann.url + path)
    ann.choose_item("Mobilization")
    ann.fill(Quantity="0.01", Location=text)
    gone, shown = ann.page.evaluate(SAVED, text)
    return gone, shown


def open_form(page: Page, address: str) -> None:
    """The form, with its items read."""
    page.goto(address)
    page.get_by_role("combobox", name="Item", exact=True).click()
