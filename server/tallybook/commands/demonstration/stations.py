"""Where on a project something was done: stations as inspectors write them, side, offset, a place in words."""

from random import Random

from .contracts import DemoProject
from .items import DemoItem

WITHOUT_PLACE = ("general", "traffic")
AT_ONE_STATION = ("EACH", "TREE", "SYS")
SIDES = ("LT", "RT", "LT", "RT", "CL", "LT-RT")
OFFSETS = ("6", "8.5", "12", "14", "18.5", "22", "24", "31.5", "36", "48")


def spell_station(feet: int, hundredths: int = 0) -> str:
    """Return 1,250 feet as `12+50`, with hundredths as `12+50.25`."""
    return f"{feet // 100}+{feet % 100:02d}" + (f".{hundredths:02d}" if hundredths else "")


def place_fields(chance: Random, item: DemoItem, shares: tuple[float, float]) -> dict[str, str]:
    """Return the place of a part of an item that runs along its project from share to share of it."""
    project = item.project
    if item.phase in WITHOUT_PLACE or item.unit in ("LS", "HOUR"):
        return {"location": "Whole project"} if chance.random() < 0.4 else {}
    where = {"location": _location(chance, project)} if item.phase == "structure" or chance.random() < 0.4 else {}
    begin, end = (project.begin_feet + int((project.end_feet - project.begin_feet) * share) for share in shares)
    hundredths = chance.choice((0, 0, 0, 25, 50, 75))
    where["station_from"] = spell_station(begin, hundredths)
    where["side"] = chance.choice(SIDES)
    if item.unit in AT_ONE_STATION:
        return where | {"offset": chance.choice(OFFSETS)}
    return where | {"station_to": spell_station(end, hundredths)}


def _location(chance: Random, project: DemoProject) -> str:
    place = chance.choice(project.places)
    return place[0].upper() + place[1:]
