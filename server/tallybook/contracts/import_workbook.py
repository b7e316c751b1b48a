"""Reading XLS and XLSX workbooks, in a process of its own that a file cannot take the server down with."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from .import_failures import FileTooLarge, FileUnreadable
from .import_sheets import Sheet, SheetLimits

READER = Path(__file__).with_name("import_workbook_process.py")
TIMEOUT_SECONDS = 90


def read_workbook(content: bytes, *, limits: SheetLimits) -> list[Sheet]:
    """Return every visible sheet of a workbook. Raises FileUnreadable, FileTooLarge. Cost: one process."""
    command = [sys.executable, str(READER), json.dumps(asdict(limits))]
    try:
        read = subprocess.run(  # noqa: S603 - our own program, told nothing by the file but its bytes
            command, input=content, capture_output=True, check=False, timeout=TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired as slow:
        raise FileTooLarge("The workbook takes too long to read.") from slow
    if read.returncode != 0:
        raise FileUnreadable("The workbook cannot be read: it is damaged, or too large.")
    answer = json.loads(read.stdout)
    if answer.get("refused") == "too_large":
        raise FileTooLarge(answer["sentence"])
    if "refused" in answer:
        raise FileUnreadable(answer["sentence"])
    return [Sheet(name=one["name"], rows=one["rows"], first_row=one["first_row"]) for one in answer["sheets"]]
