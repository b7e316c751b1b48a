"""Writing what a backup file holds without filling the disk, on which every push depends."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from .backup_failures import NoRoomForBackup

FREE_BYTES_LEFT = 1024**3  # of the disk, for everything else
ASKED_EACH_BYTES = 4 * 1024**2


def require_room(folder: Path, length: int) -> None:
    """Raises NoRoomForBackup where `length` bytes more would leave the disk nearly full."""
    if shutil.disk_usage(folder).free < length + FREE_BYTES_LEFT:
        raise NoRoomForBackup


def write_within_room(file: BinaryIO, folder: Path, parts: Iterable[bytes]) -> None:
    """Write parts that only turn out how long they are. Raises NoRoomForBackup on the way: others write as well."""
    asked_for = 0
    for part in parts:
        if len(part) > asked_for:
            asked_for = max(ASKED_EACH_BYTES, len(part))
            require_room(folder, asked_for)
        asked_for -= len(part)
        file.write(part)
