"""Abandonment by every definition, from the same events, with the laws' own caps and periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ahize.web.dialing import abandoned

CREATED = datetime(2026, 1, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


def test_caps_and_periods_are_the_laws_own():
    found = {one.layer: (one.share_max, one.period_days, one.rule.id) for one in abandoned.definitions(NOW)}
    assert found["US"] == (0.03, 30, "US-TSR-22")
    assert found["CA"][:2] == (0.05, 31)
    assert found["GB"][:2] == (0.03, 1)
    assert abandoned.definitions(datetime(1999, 1, 1, tzinfo=UTC)) == ()


def test_each_law_counts_in_its_own_way():
    toronto = ZoneInfo("America/Toronto")
    assert abandoned.begins(1, CREATED, NOW) == NOW - timedelta(days=1)
    assert abandoned.begins(30, CREATED, NOW) == CREATED + timedelta(days=30)
    assert abandoned.begins(31, CREATED, NOW, toronto) == datetime(2026, 3, 1, tzinfo=toronto)
    assert abandoned.begins(30, NOW + timedelta(days=1), NOW) == NOW + timedelta(days=1)


def test_a_call_is_counted_in_the_period_of_its_country():
    assert [abandoned.days_of(country, NOW) for country in ("US", "PR", "GB", "CA", "TR", "ZZ")] == [
        30,
        30,
        1,
        31,
        30,
        30,
    ]
