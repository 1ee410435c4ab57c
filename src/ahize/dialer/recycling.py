"""After this outcome or disposition: when is the contact due again, or never?

Answers with a time and a reason. It refuses to know the law: whether the contact may be called then is asked again,
then. A campaign's own rule comes first; the defaults here are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ahize.dialer.values import CampaignSettings, Candidate, RecycleRule

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_ALWAYS = 1_000_000

DEFAULTS: dict[str, RecycleRule] = {
    "no_answer": RecycleRule(4 * _HOUR, 6),
    "busy": RecycleRule(15 * _MINUTE, 6),
    "machine": RecycleRule(6 * _HOUR, 4),
    "fax": RecycleRule(0, 0),
    "rejected": RecycleRule(_DAY, 2),
    "disconnected": RecycleRule(0, 0),
    "congestion": RecycleRule(10 * _MINUTE, 6),
    "failed": RecycleRule(_HOUR, 3),
    "hung_up": RecycleRule(_DAY, 2),
    "played": RecycleRule(0, 0),
    "abandoned": RecycleRule(3 * _DAY, 2),  # Who was left with a message is not rung again soon.
    "unknown": RecycleRule(_DAY, 2),
    "cancelled": RecycleRule(10 * _MINUTE, _ALWAYS),
    "withdrawn": RecycleRule(0, _ALWAYS),
    "refused": RecycleRule(_MINUTE, _ALWAYS),
    "not_dispositioned": RecycleRule(_DAY, 3),
}
"""Seconds to wait and tries at most; a ``max`` of 0 means never again."""

_OTHER = RecycleRule(_DAY, 3)
NOT_A_TRY = frozenset({"withdrawn", "refused"})
"""Nothing rang, so it counts as no try."""
ROOM_AGAIN = timedelta(minutes=15)
"""So long after a share of abandoned calls was found passed it is asked whether there is room again."""


@dataclass(frozen=True, slots=True)
class Again:
    """When, or never (None), and why."""

    due_at: datetime | None
    reason: str


def after_outcome(settings: CampaignSettings, candidate: Candidate, outcome: str, now: datetime) -> Again:
    """For an attempt that came to no talk."""
    return _by_rule(settings, candidate, outcome, now)


def after_disposition(
    settings: CampaignSettings,
    candidate: Candidate,
    code: str,
    now: datetime,
    *,
    final: bool,
    again_at: datetime | None,
) -> Again:
    """For a talk: the agent's word, then the campaign's rule for that code."""
    if final:
        return Again(None, code)
    if again_at is not None:
        return Again(again_at, code)
    return _by_rule(settings, candidate, code, now)


def after_bar(grounds: tuple[str, ...], next_lawful: datetime | None, now: datetime) -> Again:
    """For an attempt that clearance refused: when the clock alone would change that.

    A share of abandoned calls that is passed is the campaign's own and sinks again; whoever was refused for that alone
    is asked about again later.
    """
    if next_lawful is None and set(grounds) == {"abandonment"}:
        next_lawful = now + ROOM_AGAIN
    return Again(next_lawful, grounds[0] if grounds else "barred")


def _by_rule(settings: CampaignSettings, candidate: Candidate, word: str, now: datetime) -> Again:
    rule = settings.recycling.get(word) or DEFAULTS.get(word, _OTHER)
    tries = candidate.attempts + (word not in NOT_A_TRY)
    if tries >= rule.max:
        return Again(None, word)
    if tries >= settings.max_attempts:
        return Again(None, "max_attempts")
    return Again(now + timedelta(seconds=rule.wait_s), word)
