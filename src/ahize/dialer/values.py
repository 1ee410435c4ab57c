"""What the engine's events and commands speak of: a campaign's settings, a contact to dial, and the words for both.

Frozen values that survive a journey through the journal as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from ahize.kernel.ids import CampaignId, ContactId, PhoneId, SeatId, SellerId

Mode = Literal["manual", "preview", "progressive", "ratio", "predictive", "broadcast"]
Method = Literal["manual", "preview", "progressive", "predictive", "prerecorded", "ai_voice"]
Origin = Literal["dialer", "preview", "typed", "callback", "api"]
SeatState = Literal["closed", "paused", "ready", "previewing", "ringing", "talking", "wrap_up"]
Message = Literal["abandoned"]
OnMachine = Literal["leave", "hang_up"]
JoinWhileRinging = Literal["no", "silent", "heard"]
TransferEnd = Literal["complete", "back", "all"]
Hearing = Literal["listen", "whisper", "barge", "off"]
Ears = Literal["listen", "whisper", "barge", "take_over", "off"]


@dataclass(frozen=True, slots=True)
class RecycleRule:
    """After one outcome: wait so long, and try no more often than ``max`` times in all."""

    wait_s: int
    max: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Live answers and abandoned calls of a stretch of time that begins ``at``."""

    at: datetime
    live_answers: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class Limit:
    """How one country's law counts abandoned calls, or the house itself, and what the present period came to so far.

    Args:
        layer: of the law, or the house's word; ``countries``: whose people it protects, as in ``Candidate.country``;
            none: everybody, from the beginning.
        cap: what may be abandoned here, the campaign's own limit and the house's included.
        days: of its period: 1 is the last 24 hours, 31 the calendar month, any other is counted in turn.
        until: the period's end; None: it moves, and ``past`` has its counts, the oldest first.
        shared: the account that all campaigns which name it draw from together, its counts being theirs; empty: this
            campaign's alone.
        zone: by whose clock a period of one day is a calendar day, ``until`` its midnight; empty: it moves.
    """

    layer: str
    countries: tuple[str, ...]
    cap: float
    days: int
    live_answers: int = 0
    abandoned: int = 0
    until: datetime | None = None
    past: tuple[Counted, ...] = ()
    shared: str = ""
    zone: str = ""

    @property
    def name(self) -> str:
        """What tells it from the campaign's others; of a shared one, from all others of the floor."""
        return self.shared or self.layer


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """What the engine needs of a campaign, at one version of it.

    ``live_answers`` and ``abandoned`` are the counts of the present period that the budget starts from, and
    ``period_until`` is when they begin again at zero, for as long as ``period_days``; ``limits`` are the laws' own, for
    whom they protect. A ``confidence`` keeps the caps so surely where the campaign predicts; without one they are kept
    strictly. ``learned`` is what an earlier engine's pacer knew of the campaign.

    ``detect`` asks the switch who picked up; without it everybody is a person at once. ``person_cost`` is how many
    times worse it is to hang up on a person than to give an agent a machine (``calls.greeting.Threshold``).

    ``join_while_ringing`` lets the switch join the agent whom a call is expected to be for at the very answer, without
    asking: ``silent``, or with the agent's telephone on the line while it rings (``heard``). Not where it is listened
    who answers.

    The rest is a broadcast's: ``flow`` is the SHA-256 of what it plays, ``flow_agents`` whether it may lead to an
    agent, ``broadcast_lines`` how many calls there may be at once, ``broadcast_per_s`` how many are begun in a second,
    ``on_machine`` whether a machine gets the flow's own version for machines, ``ai_voice`` whether a machine speaks
    freely rather than from a recording.
    """

    campaign: CampaignId
    seller: SellerId
    version: int
    running: bool
    mode: Mode
    ratio: float
    ring_s_max: int
    connect_s: float
    wrap_up_s: int
    preview_s: int
    abandon_cap: float
    max_attempts: int
    recycling: Mapping[str, RecycleRule]
    live_answers: int = 0
    abandoned: int = 0
    period_until: datetime | None = None
    detect: bool = False
    person_cost: float = 20.0
    flow: str = ""
    flow_agents: bool = False
    broadcast_lines: int = 10
    broadcast_per_s: float = 2.0
    on_machine: OnMachine = "hang_up"
    ai_voice: bool = False
    period_days: int = 0
    limits: tuple[Limit, ...] = ()
    confidence: float | None = None
    learned: str = ""
    join_while_ringing: JoinWhileRinging = "no"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact, with the one phone to dial now. ``seat`` is set where the call is promised to one agent; ``country``
    is the one whose law protects them, as far as their list or their number says, and ``place`` that of their list in
    the campaign. ``chance`` is that a dial finds them, above 0 to 1, where somebody has reckoned it.
    """

    contact: ContactId
    campaign: CampaignId
    seller: SellerId
    phone: PhoneId
    number: str
    attempts: int
    due_at: datetime
    origin: Origin = "dialer"
    seat: SeatId | None = None
    callback: UUID | None = None
    country: str = ""
    place: int = 0
    chance: float | None = None
