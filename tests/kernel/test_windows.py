"""The windows against a slow oracle that looks at the wall clock minute by minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.kernel.windows import (
    Window,
    add_months,
    count_within,
    day_start,
    day_window,
    local_day,
    next_change,
    open_windows,
    room_at,
    zone_of,
)

MINUTE = timedelta(minutes=1)
ZONES = [
    "America/New_York",
    "America/Chicago",
    "America/Phoenix",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/St_Johns",
    "Europe/Istanbul",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Havana",
    "Pacific/Apia",
    "Asia/Beirut",
    "America/Santiago",
    "Africa/Cairo",
]
CHANGES = [
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 3, 29),
    date(2026, 9, 6),
]
days = st.one_of(
    st.sampled_from(CHANGES), st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.sampled_from([date(2011, 12, 29)])
)
walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))


def shown(at: datetime, zone: str) -> datetime:
    return at.astimezone(zone_of(zone))


@given(day=days, zone=st.sampled_from(ZONES), opens=walls, closes=st.one_of(st.none(), walls))
def test_open_windows_are_just_the_minutes_whose_wall_clock_is_inside(day, zone, opens, closes):
    if closes is not None and closes <= opens:
        return
    windows = open_windows(day, zone, opens, closes)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    while at < datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=42):
        wall = shown(at, zone)
        inside = wall.date() == day and opens <= wall.time() and (closes is None or wall.time() < closes)
        assert any(at in window for window in windows) == inside, (at, wall, windows)
        at += MINUTE


def is_open(at: datetime, zone: str, opens: time, closes: time) -> bool:
    return opens <= shown(at, zone).time() < closes


def test_where_no_hours_are_nothing_changes():
    assert next_change(datetime(2026, 3, 8, tzinfo=UTC), "America/New_York", lambda _: [], days=10) is None


@given(day=days, zone=st.sampled_from(ZONES), opens=walls, closes=walls, minute=st.integers(0, 1439))
def test_next_change_is_the_first_minute_that_differs(day, zone, opens, closes, minute):
    if closes <= opens:
        return
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE
    now = is_open(at, zone, opens, closes)
    change = next_change(at, zone, lambda _: [(opens, closes)], days=3)
    assert change is not None
    assert change > at
    assert is_open(change, zone, opens, closes) != now
    assert is_open(change - MINUTE / 2, zone, opens, closes) == now
    probe = at
    while probe < change:
        assert is_open(probe, zone, opens, closes) == now
        probe += MINUTE


@given(day=days, zone=st.sampled_from(ZONES))
def test_a_day_starts_with_its_first_instant(day, zone):
    if local_day(datetime.combine(day, time(12), tzinfo=zone_of(zone)).astimezone(UTC), zone) != day:
        return  # Samoa had no 30 December 2011.
    start = day_start(day, zone)
    assert local_day(start, zone) == day
    assert local_day(start - timedelta(microseconds=1), zone) < day
    window = day_window(day, zone)
    assert window.start == start
    assert timedelta(hours=23) <= window.until - window.start <= timedelta(hours=49)


def test_new_york_opens_an_hour_earlier_in_utc_once_the_clocks_went_forward():
    eight, nine = time(8), time(21)
    assert open_windows(date(2026, 3, 7), "America/New_York", eight, nine)[0].start == datetime(
        2026, 3, 7, 13, tzinfo=UTC
    )
    assert open_windows(date(2026, 3, 8), "America/New_York", eight, nine)[0].start == datetime(
        2026, 3, 8, 12, tzinfo=UTC
    )


def test_a_window_is_half_open_and_never_empty():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    window = Window(start, start + MINUTE)
    assert start in window
    assert start + MINUTE not in window
    with pytest.raises(AssertionError):
        Window(start, start)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 18, date(2025, 8, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 5, 23), -18, date(2024, 11, 23)),
    ],
)
def test_months_are_clamped_to_the_end_of_the_month(day, months, later):
    assert add_months(day, months) == later


instants = st.lists(st.integers(-4000, 0), max_size=12).map(
    lambda minutes: [datetime(2026, 11, 1, 6, tzinfo=UTC) + n * MINUTE for n in minutes]
)


@given(past=instants, hours=st.integers(1, 48), most=st.integers(1, 4))
def test_room_comes_at_the_first_minute_with_fewer_than_the_cap(past, hours, most):
    at, span = datetime(2026, 11, 1, 6, tzinfo=UTC), timedelta(hours=hours)
    room = room_at(past, at, span, most)
    assert room >= at
    assert count_within(past, room, span) < most
    if room > at:
        assert count_within(past, room - MINUTE / 2, span) >= most
