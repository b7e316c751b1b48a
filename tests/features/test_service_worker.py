"""The service worker's file: the built one, kept for long; or, switched off, one that removes itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from tallybook.api.middleware import cache_client_file
from tallybook.api.service_worker import WORKER, switch_off_worker

from tests.support.server import RunningServer


def built(request: HttpRequest) -> HttpResponse:
    """What stands behind the switch."""
    return HttpResponse("the built file", content_type="text/javascript")


def ask(path: str, *, is_on: bool) -> HttpResponse:
    with override_settings(SERVICE_WORKER_IS_ON=is_on):
        return switch_off_worker(built)(RequestFactory().get(path))


def test_switched_on_the_built_worker_is_served_and_kept_for_long() -> None:
    headers: dict[str, str] = {}
    cache_client_file(headers, "", WORKER)

    assert ask(WORKER, is_on=True).content == b"the built file"
    assert headers["Cache-Control"].startswith("max-age=")


def test_switched_off_the_worker_removes_itself_and_the_programs_files_alone() -> None:
    response = ask(WORKER, is_on=False)
    text = response.content.decode()

    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert "registration.unregister()" in text
    assert text.count("caches.delete(") == 1
    for word in ("indexedDB", "getDirectory", "fetch", "navigate", "localStorage"):
        assert word not in text


@pytest.mark.parametrize("path", ["/", "/contracts/1", "/service-worker.js/x", "/assets/service-worker.js", "/api/v1"])
def test_switched_off_everything_else_is_as_before(path: str) -> None:
    assert ask(path, is_on=False).content == b"the built file"


def test_the_workers_cache_has_the_name_that_the_switch_clears() -> None:
    source = Path(__file__).resolve().parents[2] / "web" / "src" / "app" / "service-worker.ts"

    assert 'cacheName: "tallybook-program"' in source.read_text(encoding="utf-8")


def test_a_setting_that_cannot_be_read_starts_nothing(tmp_path: Path) -> None:
    server = RunningServer(data_dir=tmp_path, database_url=None, env={"TALLYBOOK_SERVICE_WORKER": "perhaps"})

    with pytest.raises(AssertionError, match="TALLYBOOK_SERVICE_WORKER must be on or off; it is perhaps"):
        server.run("migrate")
