"""The made-up world's clock: a lawful morning first, and never back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ahize.run.made_up_clock import is_working_time, next_morning, offset_at_start

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))


@given(INSTANTS)
def test_it_opens_at_a_civil_hour_in_three_countries(at: datetime) -> None:
    opening = next_morning(at)
    for zone, opens, closes in (("America/Chicago", 9.5, 12), ("Europe/London", 14, 18), ("Europe/Istanbul", 17, 19)):
        local = opening.astimezone(ZoneInfo(zone))
        assert opens <= local.hour + local.minute / 60 < closes, (zone, local)


@given(INSTANTS)
def test_the_next_morning_is_later_and_a_working_one(at: datetime) -> None:
    opening = next_morning(at)
    assert opening > at
    assert is_working_time(opening)


def test_it_starts_on_a_working_morning_and_goes_on_from_there(tmp_path: Path) -> None:
    start = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    first = offset_at_start(tmp_path, start)
    assert (start + timedelta(seconds=first)).isoformat() == "2026-11-24T15:30:00+00:00"
    later = start + timedelta(hours=1)
    assert offset_at_start(tmp_path, later) == first, "still a working hour there: the clock goes on"


def test_after_closing_time_the_next_working_morning_begins(tmp_path: Path) -> None:
    start = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    first = offset_at_start(tmp_path, start)
    evening = start + timedelta(hours=9)
    second = offset_at_start(tmp_path, evening)
    assert second > first
    assert (evening + timedelta(seconds=second)).isoformat() == "2026-11-25T15:30:00+00:00"


def test_it_never_goes_back(tmp_path: Path) -> None:
    at, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    for hours in (0, 1, 7, 30, 3, 500, 2):
        at += timedelta(hours=hours)
        world = at + timedelta(seconds=offset_at_start(tmp_path, at))
        assert world >= last
        assert is_working_time(world)
        last = world
