"""How many decimals a quantity of an item has, where nobody says it: a table by unit from the settings."""

import re
from collections.abc import Mapping

ACCURACY_MAX = 6  # decimals that a quantity can have at all
EVERYTHING_ELSE = "*"  # the line of the table for units that it does not name
DEFAULT_ACCURACY_BY_UNIT: Mapping[str, int] = {"LS": 4, "EACH": 2, EVERYTHING_ELSE: 3}

# One unit as agencies spell it; dots, blanks and case are gone before this is asked.
SPELLINGS: Mapping[str, str] = {
    "LUMP": "LS",
    "LUMPSUM": "LS",
    "LPSM": "LS",
    "LSUM": "LS",
    "JOB": "LS",
    "EA": "EACH",
}


def normalise_unit(unit: str) -> str:
    """Return one spelling of a unit: `L.S.`, `Lump Sum` → `LS`; `ea.` → `EACH`; `L F` → `LF`."""
    letters = re.sub(r"[^A-Z0-9$]", "", unit.upper())
    return SPELLINGS.get(letters, letters)


def accuracy_of_unit(unit: str, *, accuracy_by_unit: Mapping[str, int]) -> int:
    """Return the decimals of a quantity in `unit`: the table's line, else its line for everything else."""
    by_normal_unit = {
        named if named == EVERYTHING_ELSE else normalise_unit(named): decimals
        for named, decimals in accuracy_by_unit.items()
    }
    everything_else = by_normal_unit.get(EVERYTHING_ELSE, DEFAULT_ACCURACY_BY_UNIT[EVERYTHING_ELSE])
    return by_normal_unit.get(normalise_unit(unit), everything_else)
