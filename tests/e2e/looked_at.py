"""A page as people see it: on a phone and on a desk, light and dark."""

from __future__ import annotations

from playwright.sync_api import ViewportSize

from tests.support.browser import DESK, PHONE, find_violations, take_pictures
from tests.support.inspector import Inspector

TALL_PX = 6_000  # a control that is half under a bar that stays would be found too small


def look_at(who: Inspector, name: str) -> None:
    """Axe finds nothing, nothing is too wide, and it is pictured under this name."""
    for viewport in (PHONE, DESK):
        for scheme in ("light", "dark"):
            who.page.set_viewport_size(ViewportSize(width=viewport["width"], height=TALL_PX))
            who.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert find_violations(who.page) == []
            assert who.page.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"]
    take_pictures(who.page, name)
    who.page.set_viewport_size(DESK)
