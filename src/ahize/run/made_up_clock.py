"""What time is it in the made-up world?

Its clock is the system's, moved by a fixed number of seconds: it starts on a working day at an hour at which people may
be called in most of the United States, in Britain and in Türkiye, and never goes back. On a later start it goes on from
where it was, unless that would be outside those hours; then the next morning begins. The offset is kept in one small
file of the room.
"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
OPENS = time(10, 30)
"""Half past nine in Chicago, the middle of the afternoon in London, half past five or six in İstanbul. In the West of
the United States the campaign's own hours begin later."""
CLOSES = time(12, 0)
"""Whoever starts later starts on the next morning: from about then on it is evening in İstanbul."""
WORKING_WEEKDAYS = (1, 2)
"""Tuesday and Wednesday, since holidays that move with the week fall on neither."""
FIXED_HOLIDAYS = (
    *((1, 1), (6, 19), (7, 4), (11, 11), (12, 25), (12, 26)),
    *((4, 23), (5, 1), (5, 19), (7, 15), (8, 30), (10, 28), (10, 29)),
)
"""Of the United States and Britain; of Türkiye."""
FILE = "made-up-clock.json"


def is_working_time(at: datetime) -> bool:
    """True on a working day of the made-up world, from OPENS up to CLOSES in New York."""
    local = at.astimezone(EASTERN)
    holiday = (local.month, local.day) in FIXED_HOLIDAYS
    return local.weekday() in WORKING_WEEKDAYS and not holiday and OPENS <= local.time() < CLOSES


def next_morning(after: datetime) -> datetime:
    """The first opening after ``after``."""
    day = after.astimezone(EASTERN).date()
    while True:
        opening = datetime.combine(day, OPENS, EASTERN)
        if opening > after and is_working_time(opening):
            return opening
        day += timedelta(days=1)


def offset_at_start(room: Path, system_now: datetime) -> float:
    """Seconds to add to the system's clock in this life of the made-up world; remembered in ``room``."""
    file = room / FILE
    kept = json.loads(file.read_text()) if file.exists() else None
    if kept is not None:
        world_now = system_now + timedelta(seconds=kept["offset_s"])
        if is_working_time(world_now):
            return float(kept["offset_s"])
        opening = next_morning(max(world_now, system_now))
    else:
        opening = next_morning(system_now)
    offset_s = round((opening - system_now).total_seconds())
    file.write_text(json.dumps({"offset_s": offset_s}))
    return float(offset_s)
