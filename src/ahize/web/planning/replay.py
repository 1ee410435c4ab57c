"""A day that was: its journal read for one campaign, what it came to, and what of it can be dialled again.

The journal is read from the beginning of the engine's life that the day began in, for only there can a fresh engine
start. Answers with the plan of that day under other settings. Refuses to know how it is simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from ahize.dialer import codec
from ahize.kernel.errors import AhizeError, BadInput
from ahize.kernel.ids import CampaignId
from ahize.sim.outlook import values
from ahize.sim.plan import HOURS_LEAST, HOURS_MOST, SEATS_MOST, Plan
from ahize.sim.recorded import Again, Entry, Recorded, Recorder, again
from ahize.sim.stock import AS_DIALLED, Group
from ahize.web.dialing.apart import journal_whole
from ahize.web.dialing.models import Journal
from ahize.web.planning import inputs, queries
from ahize.web.planning.models import Run

BATCH: Final = 2_000
TRAILS: Final = timedelta(hours=2)
"""Talks that a day began are over by then."""

_SPAN = """
    SELECT min(a.originated_at), max(coalesce(a.ended_at, a.originated_at)), count(*), count(DISTINCT a.seat_id)
    FROM dialing_attempt a WHERE a.campaign_id = %s AND a.originated_at IS NOT NULL
      AND (a.originated_at AT TIME ZONE %s)::date = %s"""
_LIFE = """
    SELECT max(seq) FROM dialing_journal WHERE event->>'type' = 'Recovered' AND at <= %s"""
_OTHERS = """
    SELECT count(DISTINCT c.id) FROM campaigns_campaignlist cl JOIN contacts_contact c ON c.list_id = cl.list_id
    WHERE cl.campaign_id = %s"""


class NoJournal(AhizeError):
    """The day's journal holds no beginning of a life, or no seat: nothing can be dialled again."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a campaign was dialled on a day, ``[since, until)``; how many dials, and seats that had a call."""

    since: datetime
    until: datetime
    dials: int
    seats: int

    @property
    def hours(self) -> float:
        return (self.until - self.since).total_seconds() / 3600


def span_of(campaign: UUID, day: date, zone: str) -> Span:
    """Raises: BadInput where nothing was dialled that day."""
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [campaign, zone, day])
        since, until, dials, seats = cursor.fetchone()
    if not dials:
        raise BadInput(
            _("The campaign was not dialled on that day."),
            code="plan_day",
            field="day",
            next_step=_("Choose one of the days on which it was."),
        )
    hours = min(max((until - since).total_seconds() / 3600, HOURS_LEAST), HOURS_MOST)
    return Span(since.astimezone(UTC), since.astimezone(UTC) + timedelta(hours=hours), dials, seats)


@dataclass(frozen=True, slots=True)
class Day:
    """What a run dials again.

    Args:
        plan: the day's own settings, and what was asked to be otherwise.
        actual: the day's figures; ``told``: how a fresh engine decides at the same events.
        same: what the fresh engine commands comes to exactly the day's figures.
    """

    plan: Plan
    recorded: Recorded
    actual: dict[str, float]
    told: Again
    same: bool

    def to_json(self) -> dict[str, Any]:
        dials = sum(map(len, self.recorded.known))
        return {
            "actual": self.actual,
            "again": {
                "lines": self.told.lines,
                "lives": self.told.lives,
                "differ": self.told.differ,
                "same": self.same,
            },
            "known": {"contacts": len(self.recorded.known), "dials": dials, "seats": len(self.recorded.shifts)},
        }


def day_of(run: Run, changes: Mapping[str, Any]) -> Day:
    """Read the journal and make the plan. Raises: NoJournal."""
    asked_plan = Plan.from_json(run.plan)
    since = asked_plan.starts
    until = since + timedelta(hours=asked_plan.hours)
    flags = inputs.flags_of(run.campaign_id)
    journaled, commanded = (
        Recorder(CampaignId(run.campaign_id), since, until, flags.sales, flags.nobody) for _side in range(2)
    )
    told = again(_entries(since, until), journaled, commanded)
    recorded = journaled.recorded()
    if not told.lines or not recorded.shifts or journaled.settings is None:
        raise NoJournal(f"{told.lines} lines, {len(recorded.shifts)} seats")
    seats = min(SEATS_MOST, max(1, len(recorded.shifts) + int(run.asked.get("seats_change") or 0)))
    length = asked_plan.hours * 3600
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [run.campaign_id])
        others = max(0, cursor.fetchone()[0] - len(recorded.known))
    clock_h = inputs.clock_h(inputs.zone_of(run.campaign_id), since)
    windows = ((0.0, length + TRAILS.total_seconds()),)
    groups = [Group(people, 0, windows, clock_h) for people in (len(recorded.known), others) if people]
    settings = replace(journaled.settings, running=True, live_answers=journaled.live, abandoned=journaled.lost)
    plan = replace(
        asked_plan,
        settings=replace(settings, **changes),
        seats=seats,
        stock=tuple(groups),
        order=AS_DIALLED,
    )
    was = journaled.counted()
    actual = values(was, queries.prices_of(run.asked))
    return Day(plan, recorded, actual, told, commanded.counted() == was)


def _entries(since: datetime, until: datetime) -> Iterator[Entry]:
    """The floor's journal from the life in which the day began."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFE, [since])
        first = cursor.fetchone()[0]
    if first is None:
        return
    rows = Journal.objects.filter(seq__gte=first, at__lte=until + TRAILS).order_by("seq")
    for at, *line in rows.values_list("at", "event", "commands", "people").iterator(chunk_size=BATCH):
        event, commands = journal_whole(*line)
        yield at, codec.decode_event(event), tuple(codec.decode_command(one) for one in commands)
