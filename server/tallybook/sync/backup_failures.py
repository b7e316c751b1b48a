"""Why a backup file is not merged, and what was found wrong inside one that is."""

import errno
from dataclasses import dataclass

from tallybook.core.failures import TallybookFailure

FILE_BYTES_MAX = 4 * 1024**3
WORK_FACTOR_MAX = 18
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # full, or as much as this disk or account takes
NAME_SHOWN_MAX = 255  # characters of a name that the file gives


class NotABackup(TallybookFailure):
    """Neither a ZIP with our members nor an age file."""

    code = "not_a_backup"
    http_status = 422
    title = "This is not a Tallybook backup."
    remedy = "Choose a file whose name ends in .tallybook or .tallybook.age."


class PassphraseNeeded(TallybookFailure):
    """The file is encrypted, and no passphrase came."""

    code = "passphrase_needed"
    http_status = 422
    title = "This backup is locked with a passphrase."
    remedy = "Type the passphrase that was chosen when it was made."


class PassphraseWrong(TallybookFailure):
    """The passphrase does not open the file."""

    code = "passphrase_wrong"
    http_status = 422
    title = "This passphrase does not open the backup."
    remedy = "Check capitals and spaces, and type it again. Nobody can open the file without it."


class PassphraseTooCostly(TallybookFailure):
    """Its header asks for more work than we do for a stranger's file."""

    code = "passphrase_too_costly"
    http_status = 422
    title = "Opening this file would take more work than a backup may ask for."
    remedy = "Tallybook did not write it so. Open it yourself with the program age, then choose what it gives."


class BackupTooLarge(TallybookFailure):
    """More bytes than a backup may have, packed or unpacked."""

    code = "backup_too_large"
    http_status = 413
    title = "This file is larger than a backup may be."
    remedy = "Nothing was merged. Make backups of fewer contracts each."


class BackupOfNewerProgram(TallybookFailure):
    """Its format is one that this version does not know."""

    code = "backup_of_newer_program"
    http_status = 422
    title = "This backup was made by a newer version of Tallybook."
    remedy = "Nothing was merged. Ask your administrator to update the server, then choose the file again."


class BackupOfOtherAgency(TallybookFailure):
    """It belongs to another installation."""

    code = "backup_of_other_agency"
    http_status = 422
    title = "This backup belongs to another agency."
    remedy = "Nothing was merged. It can be merged only at the agency whose contracts it holds."


class BackupBomb(TallybookFailure):
    """It says of itself what no honest file does."""

    code = "backup_bomb"
    http_status = 422
    title = "This file would unpack to far more than it holds."
    remedy = "Nothing was unpacked. It is not a backup that Tallybook made: ask where it comes from."


class BackupNotFound(TallybookFailure):
    """No such upload of this person: never there, deleted, or cleared after a day."""

    code = "backup_not_found"
    http_status = 404
    title = "This file is no longer here."
    remedy = "Uploaded files are cleared after a day. Choose the file again: what was merged is not doubled."


class BackupCutInTransfer(TallybookFailure):
    """Fewer bytes came than the request said."""

    code = "backup_upload_incomplete"
    http_status = 400
    title = "The file did not arrive whole."
    remedy = "Nothing was merged. Send it again."


class NoRoomForBackup(TallybookFailure):
    """The disk of the data directory is nearly full."""

    code = "backup_no_room"
    http_status = 507
    title = "The office's computer has no room for this file."
    remedy = "Nothing was merged. Ask your administrator to make room."


@dataclass(frozen=True)
class Finding:
    """Something wrong in a file that is merged all the same; the words for it are the client's and the command's."""

    code: str  # backup_cut_short, backup_damaged, member_missing, member_unknown, line_unreadable, more
    member: str
    detail: str


def show_name(name: str) -> str:
    """Return a name that a file gives, as it can be shown: printable, and not longer than a name may be."""
    return "".join(one if one.isprintable() else "�" for one in name[:NAME_SHOWN_MAX])
