"""Pay items of road work, by phase: number, description, unit, a usual quantity, a usual unit price."""

from collections.abc import Mapping

Work = tuple[str, str, str, float, float]

GENERAL: tuple[Work, ...] = (
    ("2021.501/00010", "Mobilization", "LS", 1, 98000),
    ("2031.502/00030", "Field office, type D", "EACH", 1, 14200),
    ("2031.502/00110", "Field laboratory, type D", "EACH", 1, 10400),
    ("2011.601/00003", "Construction surveying", "LS", 1, 27500),
    ("2011.601/01000", "As-built survey", "LS", 1, 5800),
    ("2016.601/00050", "Quality management", "LS", 1, 5700),
    ("2051.501/00010", "Upkeep and restoring of haul roads", "LS", 1, 4500),
    ("2123.510/00010", "Common laborers", "HOUR", 40, 88),
    ("2123.510/00020", "Motor grader, with operator", "HOUR", 40, 168),
    ("2123.510/00130", "Dozer, with operator", "HOUR", 24, 175),
    ("2123.510/00150", "Truck of 10 cubic yards, with driver", "HOUR", 40, 124),
    ("2123.610/00350", "Crawler backhoe, with operator", "HOUR", 24, 205),
    ("2130.523/00010", "Water for dust control", "MGAL", 180, 31.5),
    ("2131.506/00010", "Calcium chloride solution", "GAL", 4200, 1.7),
)

TRAFFIC: tuple[Work, ...] = (
    ("2563.601/00010", "Traffic control", "LS", 1, 42000),
    ("2563.601/00001", "Traffic control supervisor", "LS", 1, 10200),
    ("2563.601/00100", "Alternate pedestrian route", "LS", 1, 4600),
    ("2563.602/01100", "Portable changeable message sign", "EACH", 4, 3150),
    ("2563.602/00002", "Temporary raised pavement marker", "EACH", 860, 1.55),
    ("2563.602/00028", "Delineator on portable barrier", "EACH", 80, 8.65),
    ("2533.503/03010", "Portable precast concrete barrier", "LF", 1600, 17.25),
    ("2533.503/03030", "Portable precast concrete barrier, moved", "LF", 1700, 5.25),
    ("2580.501/00010", "Interim pavement marking", "LS", 1, 12500),
    ("2580.503/00010", "Interim pavement marking, by length", "LF", 26000, 0.32),
    ("2581.503/00010", "Removable marking tape", "LF", 7500, 1.25),
)

REMOVAL: tuple[Work, ...] = (
    ("2101.505/00020", "Clearing", "ACRE", 2.4, 8600),
    ("2101.505/00030", "Grubbing", "ACRE", 1.8, 6500),
    ("2101.524/00040", "Clearing of single trees", "TREE", 24, 280),
    ("2101.524/00050", "Grubbing of single trees", "TREE", 24, 208),
    ("2102.503/00010", "Removing pavement marking, by length", "LF", 3600, 1.05),
    ("2102.518/00010", "Removing pavement marking, by area", "SF", 460, 3.3),
    ("2104.502/00120", "Removing metal apron", "EACH", 7, 245),
    ("2104.502/00130", "Removing pipe apron", "EACH", 9, 250),
    ("2104.502/00770", "Removing manhole or catch basin", "EACH", 24, 510),
    ("2104.502/00820", "Removing casting", "EACH", 9, 200),
    ("2104.502/00910", "Removing drainage structure", "EACH", 8, 620),
    ("2104.502/01240", "Removing sign, type C", "EACH", 21, 50),
    ("2104.502/01250", "Removing sign, type D", "EACH", 6, 93),
    ("2104.502/01910", "Removing guardrail terminal", "EACH", 4, 350),
    ("2104.502/03320", "Salvaging sign, type C", "EACH", 7, 50),
    ("2104.503/00195", "Sawing concrete pavement, full depth", "LF", 340, 5),
    ("2104.503/00205", "Sawing bituminous pavement, full depth", "LF", 1180, 2.25),
    ("2104.503/00255", "Removing pipe culverts", "LF", 335, 15),
    ("2104.503/00270", "Removing water main", "LF", 890, 13.5),
    ("2104.503/00285", "Removing storm sewer pipe", "LF", 350, 18.2),
    ("2104.503/00315", "Removing curb and gutter", "LF", 2400, 6.2),
    ("2104.503/00410", "Removing chain link fence", "LF", 510, 10),
    ("2104.503/00460", "Removing plate beam guardrail", "LF", 960, 4.6),
    ("2104.504/00080", "Removing concrete driveway", "SY", 430, 12),
    ("2104.504/00090", "Removing concrete pavement", "SY", 1250, 13.2),
    ("2104.504/00110", "Removing bituminous driveway", "SY", 440, 6.45),
    ("2104.504/00120", "Removing bituminous pavement", "SY", 9800, 5),
    ("2104.504/00140", "Removing bituminous shoulder", "SY", 3380, 3.9),
    ("2104.518/00140", "Removing concrete walk", "SF", 4600, 2),
    ("2104.601/01730", "Hauling salvaged material", "LS", 1, 1400),
)

GRADING: tuple[Work, ...] = (
    ("2105.504/00035", "Geotextile fabric, type 5", "SY", 5600, 2.15),
    ("2105.601/00015", "Dewatering", "LS", 1, 20000),
    ("2105.607/00420", "Excavation, special", "CY", 330, 18.65),
    ("2106.507/00010", "Excavation, common", "CY", 28500, 11.4),
    ("2106.507/00040", "Excavation, subgrade", "CY", 4600, 12),
    ("2106.507/00080", "Select granular embankment, compacted", "CY", 9400, 20.5),
    ("2106.507/00100", "Select granular embankment, 7 % fines, compacted", "CY", 4700, 25.5),
    ("2106.507/00130", "Common embankment, compacted", "CY", 21000, 8.4),
    ("2111.519/00010", "Test rolling", "RDST", 86, 38),
    ("2112.519/00010", "Subgrade preparation", "RDST", 86, 240),
    ("2215.504/00010", "Full depth reclaiming", "SY", 36000, 1.25),
    ("2575.604/00010", "Topsoil stripped and stockpiled", "SY", 24000, 0.9),
)

BASE: tuple[Work, ...] = (
    ("2118.507/00120", "Aggregate surfacing, class 2, compacted", "CY", 150, 75),
    ("2118.509/00010", "Aggregate surfacing, class 1", "TON", 1520, 24),
    ("2118.509/00030", "Aggregate surfacing, class 2", "TON", 2500, 28),
    ("2211.507/00170", "Aggregate base, class 5, compacted", "CY", 3800, 40),
    ("2211.507/00210", "Aggregate base, class 6, compacted", "CY", 2900, 37),
    ("2221.509/00050", "Aggregate shouldering, class 5", "TON", 2200, 21.5),
    ("2231.509/00010", "Bituminous patching mixture", "TON", 210, 178),
    ("2232.504/00040", "Milling bituminous surface, 1.5 in.", "SY", 16400, 1.45),
    ("2232.504/00060", "Milling bituminous surface, 2.0 in.", "SY", 24400, 1.57),
    ("2232.504/00120", "Milling bituminous surface, 3.0 in.", "SY", 12200, 1.75),
)

PAVING: tuple[Work, ...] = (
    ("2232.603/00025", "Milled rumble strips", "LF", 20400, 0.2),
    ("2232.603/00230", "Milled rumble strips, sinusoidal, intermittent", "LF", 24200, 0.25),
    ("2331.603/00070", "Joint adhesive", "LF", 33800, 0.55),
    ("2355.506/00010", "Bituminous material for fog seal", "GAL", 5400, 2.7),
    ("2357.506/00010", "Bituminous material for tack coat", "GAL", 6200, 2.85),
    ("2357.606/00020", "Bituminous material for shoulder tack", "GAL", 1740, 3),
    ("2360.509/13200", "Bituminous wearing course, SP 9.5 (3,B)", "TON", 5200, 68.5),
    ("2360.509/23200", "Bituminous wearing course, SP 12.5 (3,B)", "TON", 8800, 75),
    ("2360.509/23300", "Bituminous wearing course, SP 12.5 (3,C)", "TON", 6400, 80.5),
    ("2360.509/24600", "Bituminous wearing course, SP 12.5 (4,F)", "TON", 5200, 84.8),
    ("2360.509/33200", "Bituminous non-wearing course, SP 12.5 (3,B)", "TON", 7400, 66.25),
    ("2016.609/00052", "Tickets of mixture delivered electronically", "TON", 12000, 0.25),
)

ROADSIDE: tuple[Work, ...] = (
    ("2540.602/00150", "Mail box support", "EACH", 13, 190),
    ("2554.502/00002", "Guide post, type B", "EACH", 14, 75),
    ("2554.502/00009", "Anchorage assembly, type 31", "EACH", 4, 1395),
    ("2554.502/00024", "End treatment, tangent terminal", "EACH", 6, 2970),
    ("2554.503/00131", "Traffic barrier, type 31", "LF", 1480, 26.5),
    ("2554.503/00137", "Traffic barrier, transition to type 31", "LF", 100, 129),
    ("2557.503/00035", "Wire fence", "LF", 3400, 8.75),
    ("2557.502/00070", "Electrical ground", "EACH", 4, 275),
    ("2564.502/00213", "Installing sign, type C", "EACH", 12, 300),
    ("2564.502/00214", "Installing sign, type D", "EACH", 3, 750),
    ("2564.502/00770", "Reference location sign", "EACH", 7, 145),
    ("2564.502/01404", "Object marker, type X4-4", "EACH", 6, 150),
    ("2564.518/00130", "Sign panels, type C", "SF", 270, 60.5),
    ("2564.518/00140", "Sign panels, type D", "SF", 230, 55.25),
    ("2564.602/02340", "Delineator or marker", "EACH", 18, 235),
)

MARKING: tuple[Work, ...] = (
    *(
        (f"2582.503/{kind}{width:02d}", f"{width} in. {what}", "LF", usual, price)
        for kind, what, widths, usual, price in (
            ("101", "solid line, paint", (4, 6), 18900, 0.21),
            ("102", "broken line, paint", (4, 6), 4600, 0.18),
            ("104", "double solid line, paint", (4,), 4800, 0.32),
            ("401", "solid line, multi-component, ground in", (4, 6, 8), 18800, 0.8),
            ("402", "broken line, multi-component, ground in", (4, 6), 1880, 0.79),
            ("403", "dotted line, multi-component, ground in", (4, 6, 8), 380, 2),
            ("404", "double solid line, multi-component, ground in", (4,), 2390, 1.56),
        )
        for width in widths
    ),
    ("2582.503/76124", "24 in. solid line, preformed, ground in", "LF", 124, 27.4),
    ("2582.518/04020", "Pavement message, preformed, ground in", "SF", 262, 28),
    ("2582.518/08020", "Crosswalk, preformed, ground in", "SF", 846, 15),
    ("2582.603/79010", "Retroreflectometer readings from a vehicle", "LF", 94000, 0.02),
)

EROSION: tuple[Work, ...] = (
    ("2573.501/00025", "Stabilized construction exit", "LS", 1, 2000),
    ("2573.501/00030", "Erosion control supervisor", "LS", 1, 5100),
    ("2573.502/00110", "Storm drain inlet protection", "EACH", 26, 174.5),
    ("2573.502/00140", "Culvert end controls", "EACH", 12, 153),
    ("2573.503/00020", "Silt fence, type HI", "LF", 1190, 3.5),
    ("2573.503/00023", "Silt fence, type MS", "LF", 4300, 2.06),
    ("2573.503/00031", "Floating silt curtain, moving water", "LF", 230, 21),
    ("2573.503/00061", "Sediment control log, wood fiber", "LF", 620, 4.03),
    ("2573.503/00064", "Sediment control log, compost", "LF", 1990, 3.41),
    ("2574.505/00010", "Subsoiling", "ACRE", 2.8, 300),
    ("2574.505/00020", "Soil bed preparation", "ACRE", 3.6, 250),
    ("2574.507/00030", "Topsoil borrow", "CY", 2100, 27.5),
    ("2574.508/00013", "Fertilizer, type 3", "LB", 920, 0.85),
    ("2574.508/00014", "Fertilizer, type 4", "LB", 400, 1),
    ("2575.501/00020", "Turf establishment", "LS", 1, 6500),
    ("2575.504/00073", "Erosion control blanket, category 3N", "SY", 5600, 1.75),
    ("2575.504/00325", "Rolled erosion prevention, category 25", "SY", 4400, 2),
    ("2575.505/00021", "Seeding", "ACRE", 3.5, 312),
    ("2575.505/00025", "Disk anchoring", "ACRE", 8.6, 80),
    ("2575.505/00035", "Mowing", "ACRE", 17.2, 140),
    ("2575.508/25141", "Seed mixture 25-141", "LB", 138, 5),
    ("2575.508/33261", "Seed mixture 33-261", "LB", 43, 26.5),
    ("2575.508/35241", "Seed mixture 35-241", "LB", 85, 16.5),
    ("2575.508/40006", "Hydraulic stabilized fiber matrix", "LB", 8200, 1.34),
    ("2575.509/00030", "Mulch material, type 3", "TON", 9, 294),
    ("2575.523/00020", "Rapid stabilization, method 3", "MGAL", 22, 535),
)

ROAD_WORK: Mapping[str, tuple[Work, ...]] = {
    "general": GENERAL,
    "traffic": TRAFFIC,
    "removal": REMOVAL,
    "grading": GRADING,
    "base": BASE,
    "paving": PAVING,
    "roadside": ROADSIDE,
    "marking": MARKING,
    "erosion": EROSION,
}
