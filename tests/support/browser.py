"""A browser as a person has it: a profile that stays, with axe-core and a camera."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, ViewportSize, sync_playwright

from scripts.setup import find_chromium, find_firefox

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "test-results"

LAUNCH_TIMEOUT_MS = 60_000
ACTION_TIMEOUT_MS = 15_000
DOWNLOAD_S = 20
LOOK_EVERY_S = 0.1

# In a profile, where it is not Playwright that catches them.
DOWNLOADS = "downloads"
PART = ".part"

# Without them Chromium calls home, over and over, and waits for the answer.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Without them `navigator.storage.persist()` asks a question that nobody answers.
FIREFOX_PREFS: dict[str, str | float | bool] = {
    "dom.storageManager.prompt.testing": True,
    "dom.storageManager.prompt.testing.allow": True,
}

# When it is at rest: browsers freeze no tab in the middle of reading its database.
FREEZE = "() => void requestIdleCallback(() => setTimeout(() => { debugger }, 500))"

PHONE = ViewportSize(width=360, height=780)
DESK = ViewportSize(width=1280, height=860)
Scheme = Literal["light", "dark"]
Engine = Literal["chromium", "firefox"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def open_profile(
    playwright: Playwright,
    profile: Path,
    *,
    viewport: ViewportSize = PHONE,
    flags: Sequence[str] = (),
    engine: Engine = "chromium",
) -> BrowserContext:
    """A device: everything it keeps stays in the folder, and is there when it is opened again."""
    if engine == "firefox":
        return open_firefox(playwright, profile, viewport)
    chromium = find_chromium()
    assert chromium is not None, "There is no Chromium here. Run: python3 scripts/setup.py --tests"
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=chromium,
        args=[*FLAGS, *flags],
        headless=True,
        viewport=viewport,
        locale="en-US",
        timeout=LAUNCH_TIMEOUT_MS,
    )
    context.set_default_timeout(ACTION_TIMEOUT_MS)
    return context


def open_firefox(playwright: Playwright, profile: Path, viewport: ViewportSize) -> BrowserContext:
    """The same in Firefox as Debian has it."""
    firefox = find_firefox()
    assert firefox is not None, "There is no Firefox here. Run: python3 scripts/setup.py --tests"
    context = playwright.firefox.launch_persistent_context(
        str(profile),
        channel="moz-firefox",
        executable_path=firefox,
        firefox_user_prefs=FIREFOX_PREFS,
        headless=True,
        viewport=viewport,
        locale="en-US",
        timeout=LAUNCH_TIMEOUT_MS,
        downloads_path=str(profile / DOWNLOADS),
    )
    context.set_default_timeout(ACTION_TIMEOUT_MS)
    return context


def take_download(profile: Path, folder: Path) -> Path:
    """Wait for the one file that was downloaded, and move it into the folder: Playwright hears of none in Firefox."""
    downloads, before = profile / DOWNLOADS, dict[str, int]()
    deadline = time.monotonic() + DOWNLOAD_S
    while True:
        now = sizes_of(downloads)
        # While it is written there is a file beside it, and the name itself may be that of an empty one.
        name, size = next(iter(now.items())) if len(now) == 1 else ("", 0)
        if size > 0 and now == before and not name.endswith(PART):
            return Path(shutil.move(downloads / name, folder / name))
        assert time.monotonic() < deadline, f"never whole: {now}"
        before = now
        time.sleep(LOOK_EVERY_S)


def sizes_of(folder: Path) -> dict[str, int]:
    """Every file by its name; what is renamed meanwhile is left out."""
    sizes: dict[str, int] = {}
    for one in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            sizes[one.name] = one.stat().st_size
    return sizes


@contextlib.contextmanager
def browser_profile(profile: Path, *, viewport: ViewportSize = PHONE) -> Iterator[BrowserContext]:
    """One device, closed at the end."""
    with sync_playwright() as playwright:
        context = open_profile(playwright, profile, viewport=viewport)
        try:
            yield context
        finally:
            context.close()


def page_of(context: BrowserContext) -> Page:
    """The one tab that a new profile has."""
    return context.pages[0] if context.pages else context.new_page()


def grant_persistence(page: Page, origin: str) -> None:
    """Let `navigator.storage.persist()` be granted: without this Chromium says no to every site."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Browser.grantPermissions", {"origin": origin, "permissions": ["durableStorage"]})
    # Not detached: the permission ends with the session that granted it.


def limit_quota(page: Page, origin: str, quota_bytes: int) -> CDPSession:
    """Let the device be full, until the session that is returned is detached. Call before the page asks for room."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": quota_bytes})
    return devtools


@contextlib.contextmanager
def frozen(page: Page) -> Iterator[None]:
    """A tab that runs nothing, as one that its browser froze; service worker and other tabs go on. Awake at the end."""
    devtools = page.context.new_cdp_session(page)
    paused: list[object] = []

    def hear(event: object) -> None:
        paused.append(event)

    devtools.on("Debugger.paused", hear)
    devtools.send("Debugger.enable")
    page.evaluate(FREEZE)
    while not paused:
        devtools.send("Debugger.setSkipAllPauses", {"skip": False})  # only to hear what happens
    try:
        yield
    finally:
        devtools.send("Debugger.resume")
        devtools.detach()
        page.evaluate("() => void document.dispatchEvent(new Event('resume'))")  # a debugger does not tell it


def find_violations(page: Page, *, within: str | None = None) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, a line each: rule, sentence, first place."""
    if not page.evaluate("() => typeof globalThis.axe === 'object'"):
        # By the debugger, not by a script tag: the page's own policy stays as it is.
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(
        """async ([within, tags]) => {
            const answer = await globalThis.axe.run(within ?? document, {
                runOnly: { type: 'tag', values: tags },
                resultTypes: ['violations'],
            })
            return answer.violations
        }""",
        [within, WCAG],
    )
    return [
        f"{one['id']}: {one['help']} ({len(one['nodes'])} times, first {one['nodes'][0]['target']})" for one in found
    ]


def take_pictures(page: Page, name: str, *, folder: Path = PICTURES) -> list[Path]:
    """The page as it is now, on a phone and on a desk, light and dark: four PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    pictures = [
        take_picture(page, folder / f"{plain(name)}-{width}-{scheme}.png", viewport, scheme)
        for width, viewport in (("360", PHONE), ("1280", DESK))
        for scheme in ("light", "dark")
    ]
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)
    return pictures


def take_picture(page: Page, path: Path, viewport: ViewportSize, scheme: str) -> Path:
    """One picture, when the page has settled in this size."""
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.evaluate("() => document.fonts.ready.then(() => undefined)")
    page.screenshot(path=str(path), animations="disabled")
    return path


def plain(name: str) -> str:
    """A name that a file may have."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
