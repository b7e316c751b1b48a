"""One file of the client's own code, for a program that is not the page."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Literal

from scripts import setup

ROLLDOWN = setup.WEB / "node_modules" / "rolldown" / "bin" / "cli.mjs"


class BundleFailed(Exception):
    """It could not be made; what was said of it is in the message."""


def bundle(source: str, made: Path, *, to_run_in: Literal["node", "page"] = "node", web: Path = setup.WEB) -> Path:
    """Make one file of a source below web/: a module for Node, or a script that a page runs. Raises BundleFailed."""
    node, _ = setup.require_node()
    shape = {"node": ("--platform", "node", "--format", "esm"), "page": ("--platform", "browser", "--format", "iife")}
    command = [node, str(ROLLDOWN), source, *shape[to_run_in], "--sourcemap", "--no-code-splitting", "-o", str(made)]
    finished = subprocess.run(command, cwd=web, capture_output=True, text=True, check=False)
    if finished.returncode != 0 or not made.is_file():
        raise BundleFailed(f"{finished.stdout}{finished.stderr}")
    return made
