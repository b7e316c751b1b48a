"""The three contracts of the demonstration: how large they are, who writes on them, what they are called."""

from dataclasses import dataclass

from .work_road import ROAD_WORK
from .work_structures import STRUCTURE_WORK

ROAD = ("general", "traffic", "removal", "grading", "base", "paving", "roadside", "marking", "erosion", "drainage")
STREET = (*ROAD, "utility", "concrete", "electrical")
BRIDGE = ("removal", "structure", "drainage", "concrete", "electrical", "erosion", "roadside")
OVERLAY = ("general", "traffic", "removal", "base", "paving", "roadside", "marking", "erosion")
ALL_WORK = {**ROAD_WORK, **STRUCTURE_WORK}


@dataclass(frozen=True)
class DemoProject:
    """A part of a contract: what is built there, and along which stations."""

    number: str
    title: str
    phases: tuple[str, ...]
    items: int
    begin_feet: int  # station 10+00 is 1,000 feet
    end_feet: int
    places: tuple[str, ...]  # where along it an inspector stands
    state_number: str = ""


@dataclass(frozen=True)
class DemoContract:
    """A contract as large as its size says; its entries are spread over its last `season_days`."""

    size: str
    number: str
    name: str
    prime_contractor: str
    projects: tuple[DemoProject, ...]
    season_days: int  # from its making to the day of the demonstration
    transactions: int
    notes: int
    inspectors: tuple[str, ...]  # who wrote on it, by email
    conflicts: int  # revisions that two people made of one entry, held for a decision
    merges: int  # revisions that two people made of one entry, side by side

    @property
    def items(self) -> int:
        """How many pay items it has."""
        return sum(project.items for project in self.projects)


ANN, BO, DEE = "ann@tallybook.example", "bo@tallybook.example", "dee@tallybook.example"
# Sizes as the domain's table has them, but three people write all of it. Daily reports, tickets and photos
# are not on them: there are no record types of these yet.
CONTRACTS = (
    DemoContract(
        size="S",
        number="SAP 099-614-007",
        name="County Road 14 overlay, Elm Creek to Fairview line",
        prime_contractor="Prairie Line Paving, Inc.",
        projects=(
            DemoProject(
                number="SAP 099-614-007",
                title="County Road 14",
                phases=OVERLAY,
                items=35,
                begin_feet=1_000,
                end_feet=21_450,
                places=(
                    "Elm Creek culvert",
                    "at 210th Street",
                    "at the town hall drive",
                    "Fairview line",
                    "at Dell Road",
                ),
            ),
        ),
        season_days=56,
        transactions=250,
        notes=60,
        inspectors=(ANN,),
        conflicts=1,
        merges=1,
    ),
    DemoContract(
        size="M",
        number="SP 9902-31",
        name="Main Street reconstruction, 1st to 9th Avenue",
        prime_contractor="Northfork Utilities and Paving LLC",
        projects=(
            DemoProject(
                number="SP 9902-31",
                title="Main Street, roadway and walks",
                phases=STREET,
                items=84,
                begin_feet=5_000,
                end_feet=9_180,
                places=("at 2nd Avenue", "at 4th Avenue", "in front of the library", "at 6th Avenue", "at 8th Avenue"),
                state_number="SP 9902-31",
            ),
            DemoProject(
                number="CP 26-118",
                title="City water main and sanitary sewer",
                phases=("general", "utility", "drainage", "removal"),
                items=36,
                begin_feet=5_000,
                end_feet=9_180,
                places=(
                    "alley behind 3rd Avenue",
                    "at the pump house",
                    "at 5th Avenue",
                    "at hydrant 14",
                    "at 7th Avenue",
                ),
            ),
        ),
        season_days=210,
        transactions=1_500,
        notes=500,
        inspectors=(ANN, BO, DEE),
        conflicts=2,
        merges=3,
    ),
    DemoContract(
        size="L",
        number="SP 9980-118",
        name="Highway 41 grading, bridges and interchange at County Road 6",
        prime_contractor="Halvorsen Bridge and Grading Co.",
        projects=(
            DemoProject(
                number="SP 9980-118",
                title="Highway 41, mainline and ramps",
                phases=ROAD,
                items=180,
                begin_feet=30_500,
                end_feet=58_900,
                places=(
                    "ramp A",
                    "ramp B",
                    "ramp C",
                    "median crossover",
                    "frontage road",
                    "pond 2",
                    "at the weigh station",
                ),
                state_number="SP 9980-118",
            ),
            DemoProject(
                number="BR 99014",
                title="Bridge 99014, Highway 41 over County Road 6",
                phases=BRIDGE,
                items=70,
                begin_feet=43_120,
                end_feet=43_460,
                places=("west abutment", "pier 1", "pier 2", "east abutment", "span 1", "span 2", "north wingwall"),
                state_number="SP 9980-119",
            ),
            DemoProject(
                number="BR 99015",
                title="Bridge 99015, Highway 41 over Otter Creek",
                phases=BRIDGE,
                items=70,
                begin_feet=51_040,
                end_feet=51_260,
                places=("south abutment", "pier 1", "north abutment", "span 1", "span 2", "creek bank, east side"),
                state_number="SP 9980-120",
            ),
            DemoProject(
                number="SAP 099-606-012",
                title="County Road 6, roundabouts and walks",
                phases=STREET,
                items=180,
                begin_feet=1_200,
                end_feet=8_640,
                places=(
                    "west roundabout",
                    "east roundabout",
                    "at the park and ride",
                    "school crossing",
                    "at Birch Lane",
                ),
            ),
        ),
        season_days=260,
        transactions=10_000,
        notes=5_000,
        inspectors=(ANN, BO, DEE),
        conflicts=3,
        merges=5,
    ),
)
