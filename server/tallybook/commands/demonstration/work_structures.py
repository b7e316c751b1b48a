"""Pay items of drainage, concrete, bridges and lighting, by phase: as in work_road."""

from collections.abc import Mapping

from .work_road import Work

DRAINAGE: tuple[Work, ...] = (
    *(
        (f"2503.503/19{size}2", f"{size} in. concrete pipe sewer", "LF", 460 - 6 * size, 42 + 2.1 * size)
        for size in (12, 15, 18, 21, 24, 27, 30, 36)
    ),
    *(
        (f"2503.503/19{size}3", f"{size} in. concrete pipe sewer, class III", "LF", 420 - 6 * size, 40 + 2 * size)
        for size in (15, 18, 24, 30, 36)
    ),
    *(
        (f"2501.503/24{size}2", f"{size} in. concrete pipe culvert", "LF", 172, 46 + 2.2 * size)
        for size in (18, 24, 30, 36, 42)
    ),
    *(
        (f"2501.502/050{size}", f"{size} in. concrete pipe apron", "EACH", 4, 860 + 21 * size)
        for size in (12, 15, 18, 24, 30, 36)
    ),
    *(
        (f"2501.502/440{size}", f"{size} in. concrete safety apron", "EACH", 5, 900 + 22 * size)
        for size in (18, 24, 30, 36)
    ),
    *(
        (f"2507.603/100{size}", f"Lining culvert pipe, {size} in.", "LF", 220, 60 + 5 * size)
        for size in (18, 24, 30, 36)
    ),
    ("2451.507/00250", "Fine aggregate bedding, compacted", "CY", 298, 40),
    ("2501.603/25080", "Cleaning pipe culvert", "LF", 288, 23),
    ("2502.502/00040", "4 in. precast concrete headwall", "EACH", 5, 350),
    ("2502.503/01040", "4 in. pipe drain", "LF", 146, 14),
    ("2502.503/08040", "4 in. perforated pipe drain", "LF", 2650, 11),
    ("2503.602/00320", "Connecting to storm sewer in place", "EACH", 5, 1000),
    ("2506.502/06000", "Casting assembly", "EACH", 32, 900),
    ("2506.502/06020", "Adjusting frame and ring casting", "EACH", 14, 550),
    ("2506.503/00070", "Drainage structure, design G", "LF", 16.1, 530),
    ("2506.503/00080", "Drainage structure, design H", "LF", 14, 475),
    ("2506.503/02420", "Drainage structure, design 48-4020", "LF", 85.5, 565),
    ("2506.503/03020", "Drainage structure, design 60-4020", "LF", 37.8, 785),
    ("2506.503/03620", "Drainage structure, design 72-4020", "LF", 25.6, 1045),
    ("2511.504/00014", "Geotextile filter, type 4", "SY", 170, 4),
    ("2511.507/00014", "Random riprap, class III", "CY", 64.5, 100),
    ("2511.507/00015", "Random riprap, class IV", "CY", 76, 92.5),
)

UTILITY: tuple[Work, ...] = (
    ("2504.602/00010", "Connecting to water main in place", "EACH", 6, 1975),
    ("2504.602/00020", "Hydrant", "EACH", 5, 5800),
    ("2504.602/00033", "1 in. corporation stop", "EACH", 38, 420),
    ("2504.602/00085", "Curb stop and box", "EACH", 38, 465),
    ("2504.603/00025", "1 in. copper service pipe", "LF", 1240, 34),
    ("2504.603/00060", "6 in. ductile iron water main", "LF", 320, 62),
    ("2504.603/00080", "8 in. ductile iron water main", "LF", 2800, 71),
    ("2504.602/00800", "8 in. gate valve and box", "EACH", 12, 2650),
    ("2504.608/00010", "Ductile iron fittings", "LB", 2100, 9.5),
    ("2503.602/00060", "Wye on sewer pipe", "EACH", 36, 330),
    ("2503.603/00080", "8 in. sanitary sewer pipe", "LF", 2600, 58),
    ("2503.603/00410", "4 in. sanitary service pipe", "LF", 1180, 39),
    ("2506.602/00010", "Sanitary manhole", "EACH", 11, 5400),
)

CONCRETE: tuple[Work, ...] = (
    ("2301.504/00080", "Concrete pavement, 8.0 in.", "SY", 1370, 86.25),
    ("2301.502/00010", "Dowel bar", "EACH", 1850, 11),
    ("2301.508/00010", "Supplemental pavement reinforcement", "LB", 3560, 3),
    ("2301.602/00071", "Reinforcement bar, drilled and grouted", "EACH", 182, 15),
    ("2521.518/00040", "4 in. concrete walk", "SF", 14200, 6.5),
    ("2521.518/00060", "6 in. concrete walk", "SF", 3580, 10.8),
    ("2531.503/02120", "Concrete curb and gutter, design B424", "LF", 2900, 30),
    ("2531.503/02320", "Concrete curb and gutter, design B624", "LF", 6200, 33),
    ("2531.503/04120", "Concrete curb and gutter, design D424", "LF", 600, 29.5),
    ("2531.504/00060", "6 in. concrete driveway", "SY", 480, 70.5),
    ("2531.504/00080", "8 in. concrete driveway", "SY", 345, 90),
    ("2531.603/24130", "Concrete curb, design V", "LF", 80, 45),
    ("2531.618/00010", "Truncated domes", "SF", 256, 53),
)

STRUCTURE: tuple[Work, ...] = (
    ("2401.503/08436", "Barrier concrete, 36 in., type S", "LF", 880, 90),
    ("2401.507/01143", "Structural concrete (1G52)", "CY", 238, 600),
    ("2401.507/03643", "Structural concrete (3B52)", "CY", 311, 950),
    ("2401.508/00010", "Reinforcement bars", "LB", 16200, 1.55),
    ("2401.508/00011", "Reinforcement bars, epoxy coated", "LB", 75000, 1.65),
    ("2401.508/00027", "Reinforcement bars, stainless", "LB", 2500, 5),
    ("2401.601/00010", "Structure excavation", "LS", 1, 38000),
    ("2401.618/00002", "Special surface finish, in place", "SF", 4220, 4),
    ("2401.618/04001", "Bridge slab concrete (3YHPC-M)", "SF", 7800, 35),
    ("2402.502/08200", "Bearing assembly", "EACH", 26, 1525),
    ("2402.503/00100", "Expansion joint device", "LF", 164, 310),
    ("2402.508/00030", "Structural steel (3309)", "LB", 48000, 2.35),
    ("2405.503/00500", "Prestressed concrete beam, 36 in.", "LF", 1290, 245),
    ("2406.504/00010", "Bridge approach panels", "SY", 388, 285),
    ("2411.507/00330", "Structural concrete, retaining wall (3G52)", "CY", 140, 840),
    ("2411.618/00100", "Modular block retaining wall", "SF", 2600, 38.5),
    ("2433.502/00050", "Anchored reinforcement bars", "EACH", 154, 36.2),
    ("2433.618/00110", "Repairing concrete surface", "SF", 250, 185),
    ("2442.501/00010", "Removing bridge in place", "LS", 1, 125000),
    ("2451.507/00100", "Granular backfill, compacted", "CY", 1480, 33),
    ("2451.607/00520", "Structural backfill", "CY", 1260, 35),
    ("2452.503/00120", "Steel piling, delivered, 12 in.", "LF", 3600, 34.5),
    ("2452.503/00220", "Steel piling, driven, 12 in.", "LF", 3600, 7.5),
    ("2452.502/00420", "Pile analysis", "EACH", 6, 1900),
    ("2452.502/00500", "Steel test pile, 80 ft", "EACH", 4, 6400),
    ("2452.502/00710", "Pile tips, 12 in.", "EACH", 52, 210),
    ("2476.518/00010", "Painting steel in the shop", "SF", 9200, 4.2),
    ("2478.518/00020", "Painting steel in the field", "SF", 2100, 7.4),
    ("2502.501/00010", "Bridge drainage system", "LS", 1, 3100),
    ("2404.518/00010", "Concrete wearing course, 2 in.", "SF", 6900, 6.9),
)

ELECTRICAL: tuple[Work, ...] = (
    ("2545.501/00100", "Lighting system", "LS", 1, 24750),
    ("2545.502/09040", "Lighting unit, type 9-40", "EACH", 16, 3080),
    ("2545.502/14080", "Light foundation, design E", "EACH", 16, 950),
    ("2545.502/22521", "Equipment pad B", "EACH", 2, 1070),
    ("2545.503/01053", "2 in. non-metallic conduit", "LF", 2400, 5.45),
    ("2545.503/04404", "Buried lighting cable, 4 conductors no. 4", "LF", 2190, 9.2),
    ("2550.502/03450", "Service cabinet", "EACH", 2, 2900),
    ("2550.602/03830", "Pull vault", "EACH", 8, 1565),
    ("2550.603/65066", "Armored fiber optic pigtail cable", "LF", 2110, 1.8),
    ("2550.603/68040", "1.5 in. conduit, bored", "LF", 1090, 15),
    ("2565.516/00010", "Traffic signal system", "SYS", 1, 247000),
    ("2565.602/00130", "Loop detector, 6 ft by 6 ft", "EACH", 12, 1150),
)

STRUCTURE_WORK: Mapping[str, tuple[Work, ...]] = {
    "drainage": DRAINAGE,
    "utility": UTILITY,
    "concrete": CONCRETE,
    "structure": STRUCTURE,
    "electrical": ELECTRICAL,
}
