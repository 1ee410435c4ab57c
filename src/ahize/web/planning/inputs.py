"""From what a campaign's evenings are drawn: its own record where there is one, its list, and its laws' hours and caps.

Answers with ``Habits`` and with groups of contacts whom the law treats alike, ruled on by the same lines as clearance.
Of a long list a part stands for the whole. Refuses to know what is simulated with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from ahize.calls.greeting import verdict_of
from ahize.compliance.rulebook import Rulebook
from ahize.dialer.values import CampaignSettings, RecycleRule
from ahize.sim.habits import Dialled, Habits, learned
from ahize.sim.pauses import Move, Pauses, seen
from ahize.sim.stock import Group
from ahize.web.campaigns import catalogue
from ahize.web.campaigns.models import Campaign, Disposition, PauseCode
from ahize.web.dialing import why_not
from ahize.web.dialing.abandoned import counted, definitions, period
from ahize.web.dialing.hours import closes, next_open
from ahize.web.dialing.sheet import Stretch

LOOKS_BACK: Final = timedelta(days=60)
MOST_DIALS: Final = 20_000
MOST_LINES: Final = 150_000
"""So many lines of the journal, the newest, are asked for pauses: two evenings of 50 seats, weeks of a few."""
RULED_ON: Final = 3_000
"""So many contacts of a list are ruled on; each stands for as many as the list is longer."""
EVENING_H: Final = 4.0
ENDS_ON: Final = frozenset({"no_answer", "busy", "disconnected", "fax"})

_DIALS = """
    SELECT extract(hour FROM a.originated_at AT TIME ZONE coalesce(p.zones[1], 'UTC'))::int,
           (row_number() OVER (PARTITION BY a.contact_id ORDER BY a.originated_at) - 1)::int,
           a.outcome, a.greeting, a.disposition,
           extract(epoch FROM a.answered_at - a.originated_at)::float,
           coalesce(a.talk_s, extract(epoch FROM a.ended_at - a.connected_at))::float,
           extract(epoch FROM a.disposed_at - a.ended_at)::float
    FROM dialing_attempt a JOIN contacts_phone p ON p.id = a.phone_id
    WHERE a.campaign_id = %s AND a.at >= %s AND a.at < %s AND a.originated_at IS NOT NULL AND a.ended_at IS NOT NULL
    ORDER BY a.originated_at DESC LIMIT %s"""

_MOVES = """
    SELECT extract(epoch FROM at)::float, said->>'seat', said->>'state', said->>'reason',
           coalesce(said->>'campaign' = %s, false)
    FROM (SELECT floor_id, seq, at, commands FROM dialing_journal WHERE at >= %s AND at < %s
          ORDER BY at DESC, seq DESC LIMIT %s) newest
    CROSS JOIN LATERAL jsonb_array_elements(commands) WITH ORDINALITY told(said, place)
    WHERE said->>'type' = 'SetSeat' ORDER BY floor_id, seq, place"""

_ON_LIST = """
    FROM campaigns_campaignlist cl JOIN contacts_contact c ON c.list_id = cl.list_id
    JOIN contacts_phone p ON p.contact_id = c.id WHERE cl.campaign_id = %s"""
_COUNTRIES = f"SELECT DISTINCT c.country {_ON_LIST}"
_ZONE = f"""
    SELECT zone FROM (SELECT p.zones[1] AS zone {_ON_LIST} AND p.zones[1] IS NOT NULL LIMIT 2000) looked_at
    GROUP BY zone ORDER BY count(*) DESC, zone LIMIT 1"""  # noqa: S608 - our own text
_DAYS = """
    SELECT DISTINCT (a.originated_at AT TIME ZONE %s)::date AS day FROM dialing_attempt a
    WHERE a.campaign_id = %s AND a.at >= %s AND a.originated_at IS NOT NULL ORDER BY day DESC LIMIT 60"""


@dataclass(frozen=True, slots=True)
class Flags:
    """What a campaign's dispositions mean."""

    sales: frozenset[str]
    final: frozenset[str]
    nobody: frozenset[str]


def flags_of(campaign: UUID) -> Flags:
    said = {one.code: frozenset(one.flags) for one in Disposition.objects.filter(campaign=campaign)}
    return Flags(
        sales=frozenset(code for code, flags in said.items() if flags & {"sale", "success"}),
        final=frozenset(code for code, flags in said.items() if flags & {"final", "stop", "wrong_number"}),
        nobody=frozenset(code for code, flags in said.items() if "no_contact" in flags and code != "not_dispositioned"),
    )


def habits_of(campaign: UUID, *, now: datetime, with_pauses: bool = True) -> Habits:
    """What the campaign's own calls show, and its seats' pauses if they are wanted; priors where there were too few."""
    flags = flags_of(campaign)
    with connection.cursor() as cursor:
        cursor.execute(_DIALS, [campaign, now - LOOKS_BACK, now, MOST_DIALS])
        dials = [dial for row in cursor.fetchall() if (dial := dialled(row, flags)) is not None]
    pauses = pauses_of(campaign, now=now) if with_pauses else Pauses()
    return learned(dials, sales=flags.sales, final=flags.final, pauses=pauses)


def pauses_of(campaign: UUID, *, now: datetime) -> Pauses:
    """The pauses that its agents chose, by code, as the journal has their seats; one without a code is one too."""
    codes = {code for code, *_ in catalogue.PAUSE_CODES} | set(PauseCode.objects.values_list("code", flat=True)) | {""}
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, [str(campaign), now - LOOKS_BACK, now, MOST_LINES])
        return seen((Move(*row) for row in cursor.fetchall()), codes)


def dialled(row: Sequence[Any], flags: Flags) -> Dialled | None:
    """An attempt as it was recorded; None where nothing can be learned from it."""
    hour, tries, outcome, greeting, code, after_s, talk_s, wrap_s = row
    who = who_picked_up(outcome, greeting, code, flags)
    if who is None:
        return None
    talked = who == "person" and outcome == "connected"
    return Dialled(
        hour=hour,
        tries=tries,
        who=who,
        after_s=after_s if who in ("person", "machine") else None,
        talk_s=talk_s if talked else None,
        code=code if talked and code != "not_dispositioned" else "",
        wrap_s=wrap_s if outcome == "connected" and wrap_s is not None and wrap_s >= 0 else None,
    )


def who_picked_up(outcome: str, greeting: str, code: str, flags: Flags) -> str | None:
    """As far as can be told afterwards; None where it cannot."""
    if outcome in ENDS_ON:
        return outcome
    if outcome in ("rejected", "congestion", "failed"):
        return "failed"
    if outcome == "machine" or verdict_of(greeting) == "machine" or code in flags.nobody:
        return "machine"
    return "person" if outcome in ("connected", "abandoned", "hung_up") else None


def settings_of(campaign: Campaign, *, now: datetime) -> CampaignSettings:
    """As the engine would be told it now, with what its period has counted; a draft too."""
    start, until = period(campaign.created_at, now)
    with connection.cursor() as cursor:
        live_answers, abandoned = counted(cursor, campaign.pk, [start])[0]
    own: dict[str, Any] = {
        "campaign": campaign.pk,
        "seller": campaign.seller_id,
        "running": True,
        "recycling": {name: RecycleRule(rule["wait_s"], rule["max"]) for name, rule in campaign.recycling.items()},
        "live_answers": live_answers,
        "abandoned": abandoned,
        "period_until": until,
        "flow": "",
    }
    for field in fields(CampaignSettings):
        if field.name not in own and hasattr(campaign, field.name):
            value = getattr(campaign, field.name)
            own[field.name] = float(value) if isinstance(value, Decimal) or field.type == "float" else value
    return CampaignSettings(**own)


@dataclass(frozen=True, slots=True)
class Listed:
    """The list as an evening sees it.

    Args:
        people: contacts that the campaign is not finished with; ``ruled_on``: those asked about.
        barred: for each first reason at the evening's start a sentence, and how many it bars.
        law_cap: the least share that any law of the list's countries lets be abandoned, 0 to 1.
    """

    groups: tuple[Group, ...]
    people: int
    ruled_on: int
    barred: tuple[tuple[str, int], ...]
    law_cap: float


def listed(campaign: Campaign, *, starts: datetime, hours: float, now: datetime) -> Listed:
    """Who may be called in that evening, and when; the campaign as it stands in memory."""
    until = starts + timedelta(hours=hours)
    sheet, tries, people = why_not.sample_of(campaign, now, due_before=until, most=RULED_ON)
    ruled_on = len(sheet.subjects)
    scale = people / ruled_on if ruled_on else 0.0
    groups: list[Group] = []
    barred: Counter[str] = Counter()
    tried = Counter(tries)
    for person, some, stretches in sheet.stretches(starts, until + timedelta(minutes=5)):
        windows = tuple(_windows(stretches, starts))
        if not windows or windows[0][0] > 0:
            barred[why_not.first_reason(stretches[0].ruling)[1]] += round(some * scale)
        groups += _by_tries(
            round(some * scale), tried, windows, clock_h(person.zones[0] if person.zones else "UTC", starts)
        )
    countries = {person.country for person in sheet.people}
    return Listed(
        tuple(sorted(groups, key=lambda one: (one.tries, one.windows, one.clock_h, one.people))),
        people,
        ruled_on,
        tuple(barred.most_common(5)),
        law_cap(countries, now),
    )


def law_cap(countries: Iterable[str], now: datetime) -> float:
    """The least share that a law of these countries lets be abandoned, 0 to 1; 1 where none says."""
    layers = {law.layer for country in countries if (law := Rulebook.load().by_country.get(country)) is not None}
    return min((one.share_max for one in definitions(now) if one.layer in layers), default=1.0)


def law_cap_of(campaign: UUID, now: datetime) -> float:
    """The same, of everybody on a campaign's lists."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES, [campaign])
        return law_cap((country for (country,) in cursor.fetchall()), now)


def zone_of(campaign: UUID) -> str:
    """The clock that most people of the list live by; UTC where nobody's is known."""
    with connection.cursor() as cursor:
        cursor.execute(_ZONE, [campaign])
        row = cursor.fetchone()
    return row[0] if row else "UTC"


def next_evening(campaign: Campaign, zone: str, now: datetime) -> tuple[datetime, float]:
    """When the campaign next has four hours before it closes, and how many hours that are; on that clock."""
    opens = next_open(campaign.hours, [zone], now)
    day = (opens or now + timedelta(days=1)).astimezone(ZoneInfo(zone))
    shuts = closes(campaign.hours, [zone], opens) if opens is not None else None
    if opens is None or shuts is None:
        return day.replace(hour=16, minute=0, second=0, microsecond=0), EVENING_H
    hours = min(EVENING_H, (shuts - opens).total_seconds() / 3600)
    return (shuts - timedelta(hours=hours)).astimezone(ZoneInfo(zone)), round(hours, 2)


def days_of(campaign: UUID, zone: str, now: datetime) -> list[date]:
    """Days on which the campaign was dialled, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [zone, campaign, now - LOOKS_BACK])
        return [day for (day,) in cursor.fetchall()]


def _windows(stretches: Iterable[Stretch], starts: datetime) -> list[tuple[float, float]]:
    """When they may be called, in seconds since the start; stretches that touch are one."""
    found: list[tuple[float, float]] = []
    for stretch in stretches:
        if not stretch.ruling.is_allowed:
            continue
        since, until = ((at - starts).total_seconds() for at in (stretch.at, stretch.until))
        if found and found[-1][1] == since:
            found[-1] = (found[-1][0], until)
        else:
            found.append((since, until))
    return found


def _by_tries(
    people: int, tried: Counter[int], windows: tuple[tuple[float, float], ...], clock_h: float
) -> list[Group]:
    """These people shared out as the whole list is by earlier tries; each is in one group."""
    total, found, left = sum(tried.values()), [], people
    for tries, n in sorted(tried.items(), reverse=True):
        share = min(left, round(people * n / total)) if tries else left
        left -= share
        if share:
            found.append(Group(share, tries, windows, clock_h))
    return found + ([Group(left, 0, windows, clock_h)] if left and 0 not in tried else [])


def clock_h(zone: str, at: datetime) -> float:
    """Hours to add to UTC for that clock, then."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return offset.total_seconds() / 3600 if offset is not None else 0.0
