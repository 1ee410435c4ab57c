"""Abandoned calls by every definition: which laws count them, over which span of time, and what came of a campaign.

The periods and caps are the laws' own values (kind ``abandonment``), never typed in. A period of a day is the last 24
hours, one longer than 30 days the calendar month, any other is counted in successive stretches from the campaign's
start. Answers from attempts' rows; refuses to know what may be dialled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final, Literal
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from ahize.compliance.packs import RuleOfLaw, rules_of_kind
from ahize.compliance.rulebook import Rulebook
from ahize.web.asking import ask

LIVE_ANSWER: Final = "a.heard_at IS NOT NULL AND a.greeting LIKE 'person:%%' AND a.outcome <> 'hung_up'"
"""A person answered: said of an attempt ``a``."""

ABANDONED: Final = "(a.outcome = 'abandoned' OR a.mistaken)"
"""A person was left without anybody: after the answer, or because they were taken for a machine."""

PACED_BY: Final = "US"
"""Whose period the dialler's own budget is counted in; each call is ruled on by that of its own country besides."""
_DAY = timedelta(days=1)
_THIRTY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Definition:
    """How one country counts: its cap and period, by the strictest of its rules."""

    layer: str
    rule: RuleOfLaw
    share_max: float
    period_days: int


def definitions(now: datetime) -> tuple[Definition, ...]:
    """One for each country whose law has a cap today."""
    return _definitions(now.astimezone(UTC).date())


@lru_cache(maxsize=8)
def _definitions(day: date) -> tuple[Definition, ...]:
    found: dict[str, Definition] = {}
    for rule in rules_of_kind(Rulebook.load(), "abandonment", day):
        share, days = rule.number("share_max"), rule.number("period_days")
        assert share is not None, "a law's cap has a share"
        assert days is not None, "a law's cap has a period"
        one = Definition(rule.layer, rule, share, int(days))
        known = found.get(rule.layer)
        if known is None or (one.share_max, one.period_days) < (known.share_max, known.period_days):
            found[rule.layer] = one
    return tuple(found.values())


def paced_days(now: datetime) -> int:
    """The period of the dialler's budget, in days."""
    return next(one.period_days for one in definitions(now) if one.layer == PACED_BY)


def days_of(country: str, now: datetime) -> int:
    """The period in which a call to that country is counted; that of the budget where its law has none."""
    law = Rulebook.load().by_country.get(country)
    layer = PACED_BY if law is None else law.layer
    return next((one.period_days for one in definitions(now) if one.layer == layer), paced_days(now))


def period(created_at: datetime, now: datetime, days: int | None = None) -> tuple[datetime, datetime]:
    """The stretch of so many days from the campaign's start (the budget's, where not given) that holds ``now``."""
    length = timedelta(days=days or paced_days(now))
    start = created_at + max(0, (now - created_at) // length) * length
    return start, start + length


def way_of(days: int) -> Literal["rolling", "month", "successive"]:
    """How a law with that period counts."""
    return "rolling" if days == 1 else "month" if days > _THIRTY_DAYS else "successive"


def begins(days: int, created_at: datetime, now: datetime, zone: tzinfo = UTC) -> datetime:
    """Since when a law with that period counts."""
    way = way_of(days)
    if way == "rolling":
        return now - _DAY
    if way == "month":
        return datetime.combine(now.astimezone(zone).date().replace(day=1), time(), zone)
    return period(created_at, now, days)[0]


def counted(cursor: Any, campaign: UUID, since: Iterable[datetime]) -> list[tuple[int, int]]:
    """Live answers and abandoned calls of a campaign since each of those instants, in one statement."""
    cursor.execute(*_counting(campaign, since))
    return _counts(cursor.fetchone())


def standings(
    campaign: UUID, created_at: datetime, now: datetime, *, using: str = DEFAULT_DB_ALIAS
) -> Callable[[], Mapping[int, dict[str, Any]]]:
    """The fact ``abandonment`` by the period in which it is counted, for each period that a law has; asked with other
    statements (``asking.together``)."""
    periods = sorted({one.period_days for one in definitions(now)})
    since = [begins(days, created_at, now) for days in periods]
    counts = ask(*_counting(campaign, since), lambda rows: _counts(rows[0]), using=using)
    return lambda: {
        days: {"share": abandoned / live if live else 0.0, "period_days": days, "live_answers": live}
        for days, (live, abandoned) in zip(periods, counts(), strict=True)
    }


def _counting(campaign: UUID, since: Iterable[datetime]) -> tuple[str, list[Any]]:
    starts = list(since)
    columns = ", ".join(
        f"count(*) FILTER (WHERE (({LIVE_ANSWER}) OR a.mistaken) AND a.at >= %s),"
        f" count(*) FILTER (WHERE {ABANDONED} AND a.at >= %s)"
        for _ in starts
    )
    # The last condition is that of the index ``attempt_answered``: a month's unanswered calls are not read.
    statement = (
        f"SELECT {columns} FROM dialing_attempt a WHERE a.campaign_id = %s AND a.at >= %s"  # noqa: S608 - our text
        f" AND ({ABANDONED} OR ({LIVE_ANSWER}))"
    )
    return statement, [*(start for start in starts for _ in range(2)), campaign, min(starts)]


def _counts(row: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(row[::2], row[1::2], strict=True))
