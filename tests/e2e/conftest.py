"""An agency with a real server, and people with real browsers."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, ViewportSize, sync_playwright

from tests.support.browser import DESK, Engine
from tests.support.inspector import PASSWORD, Inspector
from tests.support.server import RunningServer, running_server

PEOPLE = (
    ("dana@example.org", "Dana Whitfield", "admin"),
    ("ruth@example.org", "Ruth Castellano", "office"),
    ("ann@example.org", "Ann Lindqvist", "inspector"),
    ("bo@example.org", "Bo Keller", "inspector"),
)
NUMBER = "SP 027-609-012"
ITEMS = """Project,Line,Item Number,Description,Unit,Quantity,Unit Price,Accuracy
CSAH 9,10,2021.501,Mobilization,LS,1,75000,4
CSAH 9,60,2232.504,"Mill bituminous surface (1.5"")",SQ YD,48120,1.20,1
CSAH 9,90,2506.602,Adjust manhole casting,EACH,18,750,0
CSAH 9,130,2357.506,Bituminous tack coat,GAL,2400,3,0
CSAH 9,140,2360.509,"Wearing course mix (2,B)",TON,4250,68.40,2
"""


class Agency:
    """The server, its people, and the devices that they open."""

    def __init__(self, server: RunningServer, playwright: Playwright, folder: Path) -> None:
        """Nobody has a browser open yet."""
        self.server, self.playwright, self.folder = server, playwright, folder
        self.url = server.url
        self.opened: list[Inspector] = []

    def person(
        self,
        name: str,
        *,
        device: str = "",
        viewport: ViewportSize = DESK,
        url: str = "",
        flags: Sequence[str] = (),
        engine: Engine = "chromium",
    ) -> Inspector:
        """Somebody on a device; two devices of one person have two names."""
        profile, email = self.folder / f"profile-{name}{device}", f"{name}@example.org"
        made = Inspector(
            self.playwright, profile, url or self.url, email, viewport=viewport, flags=flags, engine=engine
        )
        self.opened.append(made)
        return made

    def close(self) -> None:
        """Close every browser that is still open."""
        for one in self.opened:
            with contextlib.suppress(Exception):
                one.context.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One driver for all browsers of the run."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an agency with four people and one small contract, both inspectors on it: made once, copied often."""
    folder = tmp_path_factory.mktemp("template")
    server = RunningServer(data_dir=folder / "data", database_url=None, env={})
    server.data_dir.mkdir()
    server.run("migrate")
    for email, name, role in PEOPLE:
        server.run("create-user", email, "--name", name, "--role", role, typed=f"{PASSWORD}\n")
    items = folder / "items.csv"
    items.write_text(ITEMS, encoding="utf-8")
    import_contract(server, items, NUMBER, "CSAH 9 overlay, Brockton to Fernbrook")
    return server.data_dir


def import_contract(server: RunningServer, file: Path, number: str, name: str, *more: str) -> None:
    """A contract, with both inspectors on it."""
    server.run("import-contract", str(file), "--number", number, "--name", name, *more)
    for email in ("ann@example.org", "bo@example.org"):
        server.run("assign", email, number, "--right", "inspection")


@contextlib.contextmanager
def running_agency(
    playwright: Playwright,
    template: Path,
    folder: Path,
    *,
    env: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
) -> Iterator[Agency]:
    """An agency of its own, on a copy of the template."""
    shutil.copytree(template, folder / "data")
    with running_server(folder / "data", env=env, options=options, before=()) as server:
        made = Agency(server, playwright, folder)
        try:
            yield made
        finally:
            made.close()
            assert "Traceback" not in server.said(), server.said()


@pytest.fixture
def agency(tmp_path: Path, template: Path, playwright: Playwright) -> Iterator[Agency]:
    """An agency over plain HTTP on this machine."""
    with running_agency(playwright, template, tmp_path) as made:
        yield made
