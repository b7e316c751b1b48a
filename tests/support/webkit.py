"""Somebody at work in WebKit: the same names and steps as in the other browsers, by scripts in the page."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.setup import SYSTEM_PYTHON, find_xvfb
from tests.support.inspector import PASSWORD, SYNC_TIMEOUT_MS

PROGRAM = Path(__file__).with_name("webkit_browser.py")
CHECK_OUT_S = 60  # it stores the whole program
WAIT_S = 20
CANCELLED = "Load request cancelled"

# How a person finds things: by their names, among what is in sight.
FINDING = """
const inSight = (one) => one.getClientRects().length > 0 && !one.closest("[inert]")
const tidy = (text) => (text ?? "").replace(/\\s+/g, " ").trim()
const wordsOf = (one) => {
    const copy = one.cloneNode(true)
    for (const unread of copy.querySelectorAll("[aria-hidden=true]")) unread.remove()
    return copy.textContent
}
const nameOf = (one) => {
    const by = document.getElementById(one.getAttribute("aria-labelledby"))
    return tidy(one.getAttribute("aria-label") ?? wordsOf(by ?? one))
}
const among = (kinds) => [...document.querySelectorAll(kinds)].filter(inSight)
const named = (name, kinds = "button, a, [role=tab], [role=option]") =>
    among(kinds).find((one) => nameOf(one) === name) ?? among(kinds).find((one) => nameOf(one).startsWith(`${name},`))
const fieldOf = (label) => among("label").find((one) => tidy(one.textContent) === label)?.control
const type = (field, text) => {
    const kind = { INPUT: HTMLInputElement, TEXTAREA: HTMLTextAreaElement, SELECT: HTMLSelectElement }[field.tagName]
    field.focus()
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text)
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }))
}
"""


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A screen that nobody looks at; its name, until the end."""
    xvfb = find_xvfb()
    assert xvfb is not None, "There is no Xvfb here. Run: python3 scripts/setup.py --tests"
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(WAIT_S)


class ScriptFailed(Exception):
    """What a script in the page raised, or why a page could not be opened."""


class WebKitInspector:
    """One person on one device; the profile stays when the browser is closed or killed."""

    def __init__(self, profile: Path, url: str, email: str, *, display: str) -> None:
        """Open the browser; nobody is signed in yet."""
        self.profile, self.url, self.email, self.display = profile, url, email, display
        self.process: subprocess.Popen[str]
        self.open()

    def open(self) -> None:
        """Start the browser on this profile."""
        self.profile.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "DISPLAY": self.display, "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}
        env |= {"LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
        with (self.profile / "said.txt").open("a") as said:
            self.process = subprocess.Popen(
                [SYSTEM_PYTHON, str(PROGRAM), str(self.profile)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, env=env,
                start_new_session=True,
            )  # fmt: skip
        self._hear()

    def close(self) -> None:
        """As a person closes it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._end()

    def kill(self) -> None:
        """All of its processes at once, by SIGKILL."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self._end()

    def go(self, path: str) -> None:
        """Type an address; again where a new window, under load, gives up what it had begun."""
        try:
            self._tell({"open": self.url + path})
        except ScriptFailed as failed:
            if CANCELLED not in str(failed):
                raise
            self._tell({"open": self.url + path})

    def run(self, script: str, **told: Any) -> Any:
        """Run the body of an async function in the page, with `told`; return what it returns. Raises ScriptFailed."""
        return self._tell({"run": FINDING + script, "with": told})

    def wait(self, script: str, *, seconds: float = WAIT_S, **told: Any) -> Any:
        """Run a script until it returns something; return that."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.run(script, **told)
            if found:
                return found
            assert time.monotonic() < deadline, f"never came: {script} {told}\n{self.text()}"
            time.sleep(0.1)

    def press(self, name: str, *, within: str = "") -> None:
        """Press what has this name: a button, a link, a tab; in the list item or row with a text where one is named."""
        found = """
            const all = told.within ? among("tr, li").filter((one) => tidy(one.textContent).includes(told.within)) : []
            const inside = all.flatMap((row) => [...row.querySelectorAll("button, a")])
            const one = told.within ? inside.find((each) => nameOf(each) === told.name) : named(told.name)
            one?.click()
            return Boolean(one)
        """
        self.wait(found, name=name, within=within)

    def fill(self, fields: Mapping[str, str]) -> None:
        """Fill fields by their labels."""
        for label, value in fields.items():
            self.wait(
                "const one = fieldOf(told.label); if (one) type(one, told.value); return Boolean(one)",
                label=label,
                value=value,
            )

    def sees(self, *texts: str, seconds: float = WAIT_S) -> None:
        """Wait until all of it is in sight."""
        for text in texts:
            self.wait(
                "return tidy(document.body.innerText).includes(told.text)", text=" ".join(text.split()), seconds=seconds
            )

    def text(self) -> str:
        """All that is in sight."""
        return str(self.run("return document.body.innerText"))

    def turn(self, switch: str, *, on: bool) -> None:
        """Turn a switch by its name."""
        self.wait(
            """
            const one = named(told.name, "[role=switch]")
            if (one && (one.ariaChecked === "true") !== told.on) one.click()
            return one?.ariaChecked === String(told.on)
            """,
            name=switch,
            on=on,
        )

    def choose(self, label: str, file: Path) -> None:
        """Press what asks for a file, and choose this one in the browser's window."""
        self._tell({"choose": str(file)})
        self.wait(
            "const one = among('label').find((each) => nameOf(each) === told.label); one?.click(); return Boolean(one)",
            label=label,
        )

    def log_in(self) -> None:
        """From the address of the program to the list of contracts."""
        self.go("/")
        self.fill({"Email": self.email, "Password": PASSWORD})
        self.press("Log in")
        self.wait('return Boolean(named("User menu"))')

    def check_out(self, number: str) -> None:
        """Check a contract out, and wait for the button to say so."""
        self.go("/checkout")
        self.press("Check Out", within=number)
        self.wait('return Boolean(named("Checked Out"))', seconds=CHECK_OUT_S)

    def open_contract(self, number: str) -> str:
        """From anywhere to a contract's page; return its id."""
        self.go("/")
        self.press(number)
        self.wait('return location.pathname.includes("/inspection")')
        return str(self.run('return location.pathname.split("/")[2]'))

    def open_day(self, contract: str, date: str, tab: str) -> None:
        """A day by its address."""
        self.go(f"/contracts/{contract}/inspection/{date}/{tab.lower()}")
        self.wait('return Boolean(named(told.tab, "[role=tab]"))', tab=tab)

    def add_note(self, text: str) -> None:
        """Type a note on the day in sight, and save it."""
        self.press("Notes")
        self.press("Add Note")
        self.fill({"Note": text})
        self.press("Save")
        self.sees(text)

    def add_transaction(self, item: str, quantity: str, place: str) -> None:
        """Type a transaction on the day in sight, and save it."""
        self.press("Transactions")
        self.press("Add Transaction")
        self.fill({"Item": item})
        self.wait(
            """
            const one = among("[role=option]").find((each) => each.textContent.includes(told.item))
            for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"])
                one?.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }))
            return Boolean(one)
            """,
            item=item,
        )
        self.fill({"Quantity": quantity, "Location": place})
        self.press("Save")
        self.sees(place)

    def open_entry(self, text: str) -> None:
        """The entry of the day in sight with a text that only it has."""
        self.wait(
            """
            const one = among("main a[href*='/entries/']").find((each) => each.textContent.includes(told.text))
            one?.click()
            return Boolean(one)
            """,
            text=text,
        )
        self.wait('return location.pathname.includes("/entries/")')

    def work_offline(self, on: bool) -> None:
        """Turn the switch."""
        self.press("User menu")
        self.turn("Work Offline", on=on)
        self.run('document.querySelector("[popover]:popover-open")?.hidePopover()')

    def sync(self) -> str:
        """Press the green arrows; return the summary."""
        self.wait(
            """
            const one = among("button").find((each) => nameOf(each).startsWith("Sync"))
            one?.click()
            return Boolean(one)
            """
        )
        said = self.wait(
            """
            const all = among("[role=status]").map((one) => tidy(one.innerText))
            return all.find((text) => /Sent|not|Not|ended/.test(text))
            """,
            seconds=SYNC_TIMEOUT_MS / 1000,
        )
        self.press("Close")
        return str(said)

    def _end(self) -> None:
        self.process.wait(WAIT_S)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _tell(self, told: Mapping[str, Any]) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.profile / "said.txt").read_text()
        told = json.loads(line)
        if "error" in told:
            raise ScriptFailed(told["error"])
        return told["value"]
