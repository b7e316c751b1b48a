"""A certificate for this machine, made by the commands of docs/running/https.md."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.support.server import ROOT

PAGE = ROOT / "docs" / "running" / "https.md"


def make_certificate(folder: Path) -> None:
    """Run the commands of the page, for the names that a test has."""
    commands = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    commands, changed = re.subn(r"(?m)^NAMES=.*$", 'NAMES="DNS:localhost,IP:127.0.0.1"', commands)
    assert changed == 1
    subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=folder, check=True, capture_output=True)


def certificate_options(folder: Path) -> tuple[str, ...]:
    """What `tallybook serve` is told of it."""
    return ("--certificate", str(folder / "tallybook.crt"), "--key", str(folder / "tallybook.key"))
