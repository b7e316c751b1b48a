"""WebKitGTK as a person has it, a profile that stays: told line by line on stdin, answers line by line.

Run by the system's Python, which has GTK: `python3 webkit_browser.py PROFILE`.
Told: {"open": ADDRESS}, {"run": BODY OF AN ASYNC FUNCTION, "with": {NAME: VALUE}}, or {"choose": PATH}, which
is what the person chooses when the page next asks for a file.
Answers: {"value": …} or {"error": …}; of "open" when the page has loaded or could not be.
What is downloaded lies in PROFILE/downloads, under its name as soon as it is whole.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")

from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

WIDTH, HEIGHT = 1280, 860


def answer(told: dict[str, Any]) -> None:
    """One line."""
    print(json.dumps(told), flush=True)


def part_of(place: Path) -> Path:
    """Where a file is until it is whole."""
    return place.with_name(f"{place.name}.part")


class Browser:
    """One window with one page."""

    def __init__(self, profile: Path) -> None:
        """Everything that a page keeps lies in the profile, cookies too."""
        folder = str(profile)
        kept = WebKit2.WebsiteDataManager(base_data_directory=folder, base_cache_directory=f"{folder}/cache")
        context = WebKit2.WebContext(website_data_manager=kept)
        context.connect("download-started", self.on_download)
        cookies = context.get_cookie_manager()
        cookies.set_persistent_storage(f"{folder}/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
        self.view = WebKit2.WebView(web_context=context)
        # A page that is left in the middle of a write and kept aside would hold the database: docs/decisions/0013.
        self.view.get_settings().set_enable_page_cache(False)
        self.view.connect("load-changed", self.on_load)
        self.view.connect("load-failed", self.on_failure)
        self.view.connect("run-file-chooser", self.on_chooser)
        window = Gtk.Window()
        window.set_default_size(WIDTH, HEIGHT)
        window.add(self.view)
        window.show_all()
        self.is_opening = False
        self.downloads = profile / "downloads"
        self.chosen = ""

    def obey(self, told: dict[str, Any]) -> None:
        """Begin what is told; the answer comes later."""
        if "open" in told:
            self.is_opening = True
            self.view.load_uri(told["open"])
            return
        if "choose" in told:
            self.chosen = told["choose"]
            answer({"value": None})
            return
        names = json.dumps(told.get("with", {}))
        body = f"const {{ told }} = {{ told: {names} }};\n"
        body += f"return JSON.stringify((await (async (told) => {{ {told['run']} }})(told)) ?? null)"
        self.view.call_async_javascript_function(body, -1, None, None, None, None, self.on_result)

    def on_load(self, _view: Any, event: Any) -> None:
        """The page is there."""
        if event == WebKit2.LoadEvent.FINISHED and self.is_opening:
            self.is_opening = False
            answer({"value": self.view.get_uri()})

    def on_failure(self, _view: Any, _event: Any, _address: str, failure: Any) -> bool:
        """Nobody answers there."""
        if self.is_opening:
            self.is_opening = False
            answer({"error": failure.message})
        return True

    def on_chooser(self, _view: Any, request: Any) -> bool:
        """The window that nobody can press: the file that was told, or none."""
        if self.chosen:
            request.select_files([self.chosen])
        else:
            request.cancel()
        self.chosen = ""
        return True

    def on_download(self, _context: Any, download: Any) -> None:
        """The page gives a file: beside its name first, as it may be cut short."""
        places: list[Path] = []

        def decide(_download: Any, name: str) -> bool:
            self.downloads.mkdir(exist_ok=True)
            places.append(self.downloads / name)
            download.set_destination(part_of(places[0]).as_uri())
            return True

        def fail(_download: Any, _failure: Any) -> None:
            for place in places:
                part_of(place).unlink(missing_ok=True)

        def finish(_download: Any) -> None:  # after a failure as well
            for place in places:
                if part_of(place).exists():
                    part_of(place).rename(place)

        download.connect("decide-destination", decide)
        download.connect("failed", fail)
        download.connect("finished", finish)

    def on_result(self, view: Any, result: Any) -> None:
        """What the script returned, or what it raised."""
        try:
            value = view.call_async_javascript_function_finish(result)
        except GLib.Error as failure:
            answer({"error": failure.message})
            return
        answer({"value": json.loads(value.to_string())})


def main() -> None:
    """Obey until stdin ends."""
    browser = Browser(Path(sys.argv[1]))

    def read(_channel: Any, _condition: Any) -> bool:
        line = sys.stdin.readline()
        if not line:
            Gtk.main_quit()
            return False
        browser.obey(json.loads(line))
        return True

    GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, read)
    answer({"value": WebKit2.get_major_version() * 100 + WebKit2.get_minor_version()})
    Gtk.main()


if __name__ == "__main__":
    main()
