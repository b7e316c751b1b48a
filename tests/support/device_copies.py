"""The two copies of what is typed, as Chromium and Firefox keep them: compared, and taken away one by one."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from playwright.sync_api import Page

# How often a browser is killed while it saves.
KILLS = int(os.environ.get("TALLYBOOK_TEST_KILLS") or 8)
COMPARED_WITHIN_S = 15

# Read beside the program, by the browser's own means: what it says is not the program's word.
DATABASE = """async () => {
    const all = (await indexedDB.databases()).map((one) => one.name)
    const names = all.filter((name) => /^tallybook-[0-9a-f]{8}-/.test(name))
    const texts = []
    for (const name of names) {
        const database = await new Promise((resolve, reject) => {
            const request = indexedDB.open(name)
            request.onsuccess = () => resolve(request.result)
            request.onerror = () => reject(request.error)
        })
        const rows = await new Promise((resolve, reject) => {
            const request = database.transaction("operations").objectStore("operations").getAll()
            request.onsuccess = () => resolve(request.result)
            request.onerror = () => reject(request.error)
        })
        database.close()
        texts.push(...rows.map((row) => JSON.stringify(row)))
    }
    return texts
}"""
# The program unites and removes files while this reads: what is gone when its turn comes is read anew, with the rest.
JOURNAL = """async () => {
    const read = async (folder) => {
        const texts = []
        for await (const entry of folder.values()) {
            if (entry.kind === "directory") texts.push(...(await read(entry)))
            else if (entry.name.endsWith(".journal"))
                texts.push(new TextDecoder().decode(await (await entry.getFile()).arrayBuffer()))
        }
        return texts
    }
    const isMoved = (error) => ["NotFoundError", "NotReadableError"].includes(error.name)
    for (let left = 10; ; left -= 1) {
        try {
            return await read(await navigator.storage.getDirectory())
        } catch (error) {
            if (left === 0 || !isMoved(error)) throw error
        }
    }
}"""


def in_database(page: Page) -> list[str]:
    """The operations in the database of everybody on this device, each as a text."""
    texts: list[str] = page.evaluate(DATABASE)
    return texts


def in_journal(page: Page) -> str:
    """Every byte of the journal of everybody on this device, as far as it is text."""
    texts: list[str] = page.evaluate(JOURNAL)
    return "\n".join(texts)


def count_journal_files(page: Page) -> int:
    """How many files the journal of everybody on this device has."""
    texts: list[str] = page.evaluate(JOURNAL)
    return len(texts)


def damage_journal(profile: Path, text: str) -> None:
    """One bit of an operation with this text is another one on the disk; nothing may have the profile open."""
    files = [path for path in (profile / "Default" / "File System").rglob("*") if path.is_file()]
    hit = [path for path in files if text.encode() in path.read_bytes()]
    assert len(hit) == 1, hit
    content = bytearray(hit[0].read_bytes())
    content[content.index(text.encode())] ^= 1
    hit[0].write_bytes(content)


def wait_until_equal(page: Page) -> None:
    """The comparison at start has run: every operation is in both copies."""
    deadline = time.monotonic() + COMPARED_WITHIN_S
    while True:
        operations, journal = in_database(page), in_journal(page)
        missing = [one for one in operations if one not in journal]
        if operations and not missing:
            return
        assert time.monotonic() < deadline, f"{len(missing)} of {len(operations)} are not in the journal"
        time.sleep(0.2)


def lose_database(profile: Path) -> None:
    """The browser loses its databases, as it does in the field; nothing may have the profile open."""
    _lose(profile / "Default" / "IndexedDB", *profile.glob("storage/default/*/idb"))


def lose_journal(profile: Path) -> None:
    """The browser loses the files of the page, and keeps its databases; nothing may have the profile open."""
    _lose(profile / "Default" / "File System", *profile.glob("storage/default/*/fs"))


def _lose(*places: Path) -> None:
    there = [path for path in places if path.is_dir() and any(path.iterdir())]
    assert there, f"nothing is kept in any of {places}"
    for path in there:
        shutil.rmtree(path)


FORGET = """async () => {
    await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase("tallybook-device")
        request.onsuccess = resolve
        request.onerror = () => reject(request.error)
    })
}"""


def forget_who_was_here(page: Page) -> None:
    """Cookies and the settings of the device are gone, entries are not: as after a clean-up that was half done."""
    page.evaluate(FORGET)
    page.context.clear_cookies()
