"""Sentences of inspectors, with slots: what the notes and the documentation of transactions are made of."""

from collections.abc import Mapping

# Slots: ticket, last, loads, page, people, foreman, place, station, material, item.
DOCUMENTATION: Mapping[str, tuple[str, ...]] = {
    "TON": (
        "Tickets {ticket} to {last}, {loads} loads, weighed at the plant.",
        "{loads} loads, tickets {ticket} to {last} in the job file. Yield checked by the plan width.",
        "Plant report of the day agrees with tickets {ticket} to {last}.",
        "Tickets {ticket} to {last}. One load sent back, cold at the edges, and not counted.",
    ),
    "CY": (
        "{loads} loads, boxes measured this morning, sketch on page {page}.",
        "Cross sections before and after, field book page {page}.",
        "Load count kept with {foreman}, {loads} loads.",
        "From the placed dimensions, field book page {page}.",
    ),
    "LF": (
        "Measured by wheel along the edge, both ends painted.",
        "Stationed by tape, field book page {page}.",
        "Lengths laid were counted with {foreman} and taped.",
        "Wheel, twice; the two agree within a foot.",
    ),
    "SY": (
        "Length by wheel, width by tape at three places, page {page}.",
        "Sketch with dimensions in the field book, page {page}.",
        "Plan width checked by tape; length from the stations.",
    ),
    "SF": (
        "Each panel taped, sketch on page {page}.",
        "Width taped at both ends, length by wheel; page {page}.",
    ),
    "EACH": (
        "Counted in place with {foreman}.",
        "Counted; marked with paint.",
        "Counted against the plan sheet, page {page} of the field book.",
    ),
    "LS": (
        "Part done, agreed with {foreman} on site.",
        "Part by the share of the work in place, page {page}.",
        "Part by the days of the month it was kept up.",
    ),
    "HOUR": ("Time sheet signed by {foreman}.", "From the daily time sheet, no. {ticket}."),
    "ACRE": (
        "Walked with the GPS receiver, sketch on page {page}.",
        "From the plan areas that were done, page {page}.",
    ),
    "OTHER": (
        "Delivery slip no. {ticket}.",
        "Delivery slips {ticket} to {last}, in the job file.",
        "Tank gauge, page {page}.",
    ),
}

FOREMEN = ("the foreman", "Gus Andersen", "M. Ortega", "Tina Roy", "the superintendent", "J. Voss")
CREWS = (
    "Crew of {people}",
    "{people} people and an excavator",
    "Prime's crew of {people}",
    "Subcontractor's crew of {people}",
    "Two operators and {people} laborers",
    "Small crew of {people}",
)

# What a note says of the work of a phase, behind crew, item and place.
WORK_DETAILS: Mapping[str, tuple[str, ...]] = {
    "general": ("Equipment came on {loads} lowboys.", "Stakes set ahead of the crew.", "Haul road bladed at noon."),
    "traffic": (
        "Tapers match the layout sheet.",
        "Two drums were hit and put back.",
        "Message board reads as ordered.",
    ),
    "removal": (
        "Saw cuts clean, {loads} loads hauled to the stockpile.",
        "Found old rails under the pavement near {station}; photographed.",
        "Rubble kept apart from the salvage.",
    ),
    "grading": (
        "Lifts of 8 in., roller made its passes, no pumping.",
        "Soft spot at {station} dug out and filled with granular.",
        "{loads} loads to the fill, water truck kept the dust down.",
        "Penetration tests passed at {station}.",
    ),
    "drainage": (
        "Trench box in use. Grade checked with the laser at each joint.",
        "Bedding 6 in., checked with a rule.",
        "Backfilled to the spring line and compacted by plate.",
        "Joint at {station} was pulled and set again.",
    ),
    "utility": (
        "Pressure held for two hours.",
        "Services of {loads} houses moved over, water off from 9:00 to 11:30.",
        "Locate marks were off by 2 ft at {station}; the locator came back.",
    ),
    "base": (
        "Depth checked every 200 ft, all within half an inch.",
        "Watered and rolled; blue tops set.",
        "Sample taken behind the spreader.",
    ),
    "concrete": (
        "Slump 3 in., air 6.4 %. Cylinders made, set no. {page}.",
        "Forms and dowels checked before the pour. Cured with compound.",
        "Pour began at 7:20; the last truck left at 14:10.",
        "Broom finish, joints sawn the same evening.",
    ),
    "paving": (
        "Mat at 285 °F behind the screed. Cores marked at {station}.",
        "Joint tight, roller pattern as in the test strip.",
        "Paver stopped 40 minutes for trucks.",
        "Tack even, broken before paving.",
    ),
    "structure": (
        "Bars tied and clear cover checked with a gauge.",
        "Piles reached bearing at 61 ft; log in the file.",
        "Deck wet cured under burlap.",
        "Bolts turned and marked; the torque wrench was checked this week.",
    ),
    "electrical": (
        "Conduit proved with a mandrel.",
        "Foundations plumb, bolts by template.",
        "Loop readings noted, page {page}.",
    ),
    "roadside": (
        "Posts driven to the mark, heights checked.",
        "Panels washed before they went up.",
        "Two posts bent, replaced.",
    ),
    "marking": (
        "Beads even, 15 mils by gauge.",
        "Layout checked against the plan first.",
        "Stopped for dew until 9:30.",
    ),
    "erosion": (
        "Logs staked every 2 ft.",
        "Seed tags in the file, page {page}.",
        "Washed-out bank at {place} was repaired.",
    ),
}

WEATHER_SKIES = (
    "Clear",
    "Overcast",
    "Broken clouds",
    "Fog until 8:30",
    "Light rain",
    "Drizzle",
    "Windy, gusts from the west",
)
WEATHER_EFFECTS = (
    "No time lost.",
    "Ground soft, hauling held until 10:00.",
    "Crew sent home at 14:00.",
    "Paving put off to the next dry day.",
    "Good drying weather.",
    "Lightning stop of 30 minutes.",
)
TRAFFIC_FINDINGS = (
    "all signs up and clean.",
    "one arrow board dim; the supervisor changed the battery.",
    "speed sign turned away at {place}; put right on the spot.",
    "a queue of about {loads} cars at {place}, gone after the flaggers changed over.",
    "barrier reflectors missing near {station}; told {foreman}.",
    "pedestrian route open, ramps free.",
)
SAMPLES = ("gradation", "moisture", "density", "extraction", "cylinder", "seed", "bar")
MATERIALS = (
    "Took {sample} sample no. {ticket} of {item} at {place}; sent to the laboratory.",
    "Certificate for {item} received from {foreman}, page {page} of the file.",
    "{loads} pallets of material for {item} came; heat numbers noted.",
    "Result of {sample} sample no. {ticket} came back: passes.",
    "{sample} sample no. {ticket} is outside the range; contractor told, second sample taken at {station}.",
)
SAFETY = (
    "Morning talk about trenches, {people} people signed.",
    "Reminded the crew at {place} of hard hats near the crane.",
    "Backup alarm of a loader silent; parked until repaired.",
    "Fence round the open trench at {station} closed again before leaving.",
    "Near miss: a car came past the drums at {place}; nobody hurt, report written.",
)
GENERAL = (
    "Property owner at {place} asked when the drive opens; told Thursday, {foreman} will lay a plate.",
    "Walked {station} with {foreman} about the change at {place}; no change of quantity.",
    "{foreman} asked for the elevation of the structure at {station}; sent the plan sheet.",
    "Surveyor set {loads} hubs near {station}.",
    "Utility owner relocated a line at {place}, {people} people, not on our contract.",
    "Visitors from the city at {place}; looked at {item}.",
    "Contractor plans {item} for the next three days.",
    "Checked depth, width and slope at {station}: good.",
    "Disagreed with {foreman} on what counts as {item}; written down for the engineer.",
)
NOTHING = (
    "No work on this part today.",
    "No crew on site; signs and fences looked at, all well.",
    "Rained out. Drove through at noon, nothing washed.",
)

REVISE_REASONS = (
    "A ticket was counted twice.",
    "Taped again, the wheel had slipped.",
    "Wrong page read in the field book.",
    "One load was for the other project.",
    "Checked against the plan sheet.",
)
VOID_REASONS = (
    "Entered on the wrong item.",
    "Entered twice.",
    "Belongs to another day and is entered there.",
    "Not accepted, to be redone.",
)
ADDED_DOCUMENTATION = "Photograph and sketch in the field book, page {page}."
