"""What does a figure of a report count?

A cell is one figure with one name, like ``funnel.answered`` or ``outcome.busy``. It is said twice, on purpose: as a
condition on the rows (the report, and the list of calls behind it) and as a claim about an attempt as the journal saw
it (the proof). The two never share code, so that agreement means something. It refuses to know how rows are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from ahize.kernel.errors import BadInput


@dataclass(slots=True)
class Seen:
    """One attempt as the journal saw it. ``disposition`` is the latest word on it, corrections included."""

    attempt: UUID
    at: datetime
    verdict: str = ""
    dialled: bool = False
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    disposition: str = ""

    @property
    def talk_s(self) -> float:
        """Seconds of talk, to a tenth; 0 where nobody talked or the end is not known."""
        if self.connected_at is None or self.ended_at is None:
            return 0.0
        return round((self.ended_at - self.connected_at).total_seconds(), 1)


@dataclass(frozen=True, slots=True)
class Flags:
    """The campaign's disposition codes by what they mean."""

    contact: Collection[str]
    success: Collection[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: its name, the rows it counts, and the claim that the journal must confirm."""

    name: str
    rows: Q
    holds: Callable[[Seen], bool]


FUNNEL = ("attempts", "barred", "cleared", "dialled", "answered", "talks", "contacts", "successes", "abandoned")
"""The funnel from top to bottom; ``abandoned`` stands beside it."""
TALK = {"talk.seconds": False, "talk.ended": True}
"""Talk time opens the talks it adds up; ``True`` where only those count that are over."""


def funnel(name: str, flags: Flags) -> Cell:
    """A step of the funnel by its short name, one of FUNNEL."""
    steps: dict[str, tuple[Q, Callable[[Seen], bool]]] = {
        "attempts": (Q(), lambda _: True),
        "barred": (~Q(verdict="allow"), lambda seen: seen.verdict != "allow"),
        "cleared": (Q(verdict="allow"), lambda seen: seen.verdict == "allow"),
        "dialled": (Q(originated_at__isnull=False), lambda seen: seen.dialled),
        "answered": (Q(answered_at__isnull=False), lambda seen: seen.answered_at is not None),
        "talks": (Q(connected_at__isnull=False), lambda seen: seen.connected_at is not None),
        "contacts": (Q(disposition__in=flags.contact), lambda seen: seen.disposition in flags.contact),
        "successes": (Q(disposition__in=flags.success), lambda seen: seen.disposition in flags.success),
        "abandoned": (Q(outcome="abandoned"), lambda seen: seen.outcome == "abandoned"),
    }
    rows, holds = steps[name]
    return Cell(f"funnel.{name}", rows, holds)


def cell(name: str, flags: Flags, zone: ZoneInfo) -> Cell:
    """The cell of that name.

    Raises: BadInput where there is no such figure.
    """
    section, _, key = name.partition(".")
    if section == "funnel" and key in FUNNEL:
        return funnel(key, flags)
    if name in TALK:
        ended = TALK[name]
        return Cell(
            name,
            Q(connected_at__isnull=False) & (Q(talk_s__isnull=False) if ended else Q()),
            lambda seen: seen.connected_at is not None and (seen.ended_at is not None or not ended),
        )
    if section == "outcome" and key:
        return Cell(name, Q(outcome=key), lambda seen: seen.outcome == key)
    if section == "disposition" and key:
        return Cell(name, Q(disposition=key), lambda seen: seen.disposition == key)
    if section in ("hour", "answered_hour") and key.isdigit() and int(key) < 24:
        hour = int(key)
        answered = section == "answered_hour"
        rows = Q(local_hour=hour) & (Q(answered_at__isnull=False) if answered else Q())
        return Cell(
            name,
            rows,
            lambda seen: seen.at.astimezone(zone).hour == hour and (seen.answered_at is not None or not answered),
        )
    raise BadInput(f"There is no figure called “{name}” in this report.", code="no_such_figure", figure=name)
