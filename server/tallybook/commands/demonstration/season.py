"""The days of a season on which somebody worked, up to the day of the demonstration."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random

AGENCY_ZONE = timezone(timedelta(hours=-6))  # of the devices' clocks
SATURDAY, SUNDAY = 5, 6
# From where to where in a season the work of a phase is done, in hundredths.
WINDOWS = {
    "general": (0, 100),
    "traffic": (0, 100),
    "removal": (2, 40),
    "grading": (5, 60),
    "utility": (8, 55),
    "drainage": (10, 60),
    "structure": (10, 90),
    "base": (30, 80),
    "concrete": (35, 92),
    "paving": (40, 97),
    "electrical": (45, 97),
    "roadside": (60, 100),
    "marking": (75, 100),
    "erosion": (4, 100),
}


@dataclass(frozen=True)
class Season:
    """A contract's working days, from its making to `today`, the last of them."""

    begins_at: datetime  # the instant of the contract's making
    today_at: datetime  # the instant of the demonstration: no clock shows more
    days: tuple[date, ...]

    def days_of(self, phase: str) -> tuple[date, ...]:
        """Return the days on which a phase is worked at; never none."""
        begin, end = WINDOWS[phase]
        last = len(self.days) - 1
        return self.days[last * begin // 100 : last * end // 100 + 1]

    def clock(self, day: date, hour: int, minute: int) -> datetime:
        """Return a time of day on a device, never later than the demonstration."""
        return min(datetime.combine(day, time(hour, minute), tzinfo=AGENCY_ZONE), self.today_at)


def make_season(chance: Random, *, begins_at: datetime, season_days: int) -> Season:
    """Return the season that a contract of this making has: weekdays, some Saturdays, and today."""
    today_at = begins_at + timedelta(days=season_days)
    first, today = begins_at.astimezone(AGENCY_ZONE).date(), today_at.astimezone(AGENCY_ZONE).date()
    days = []
    for passed in range(3, season_days):
        day = first + timedelta(days=passed)
        if day < today and (day.weekday() < SATURDAY or (day.weekday() == SATURDAY and chance.random() < 1 / 5)):
            days.append(day)
    return Season(begins_at=begins_at, today_at=today_at.astimezone(AGENCY_ZONE), days=(*days, today))
