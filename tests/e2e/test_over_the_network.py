"""From another machine: over HTTPS the whole journey; over plain HTTP what works there, and it says so."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import NUMBER, running_agency
from tests.support.certificate import certificate_options, make_certificate

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# A name that is not this machine's own, as a phone sees the office's computer.
ELSEWHERE = "tallybook.test"
RESOLVE = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"


def trust(folder: Path) -> str:
    """As if the office's authority were installed on the phone: its key is trusted, whatever the name says."""
    command = f"openssl x509 -in {folder}/tallybook.crt -pubkey -noout | openssl pkey -pubin -outform der"
    key = subprocess.run(command, shell=True, check=True, capture_output=True).stdout
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(hashlib.sha256(key).digest()).decode()}"


def test_the_journey_over_https(tmp_path: Path, template: Path, playwright: Playwright) -> None:
    make_certificate(tmp_path)
    with running_agency(playwright, template, tmp_path, options=certificate_options(tmp_path)) as agency:
        ann = agency.person("ann", flags=[trust(tmp_path)])
        ann.log_in()
        assert all(one["secure"] for one in ann.context.cookies())
        ann.check_out(NUMBER)
        ann.open_contract(NUMBER)
        agency.server.stop()
        ann.reopen()
        ann.go("/")
        ann.open_contract(NUMBER)
        ann.add_transaction("2360.509", "412.65", Station_from="12+50", Station_to="31+00", Side="RT")

        agency.server.start()
        ann.sync()

        expect(ann.page.get_by_text("At the office").first).to_be_visible()
        ann.close()


def test_plain_http_from_elsewhere_says_what_will_not_work(
    tmp_path: Path, template: Path, playwright: Playwright
) -> None:
    with running_agency(playwright, template, tmp_path, env={"TALLYBOOK_PUBLIC_URL": f"http://{ELSEWHERE}"}) as agency:
        ann = agency.person("ann", url=f"http://{ELSEWHERE}:{agency.server.port}", flags=[RESOLVE])
        ann.go("/")
        expect(ann.page.locator("main")).to_contain_text("works only while there is a connection")
        expect(ann.page.locator("main")).to_contain_text("HTTPS")
        ann.log_in()

        ann.open_contract(NUMBER)
        ann.add_note("Typed over plain HTTP.")
        said = ann.sync()
        ann.menu("Contract Offline Checkout")

        assert "Needs attention 0" in said
        expect(ann.page.locator("main")).to_contain_text("HTTPS")
        ann.close()
