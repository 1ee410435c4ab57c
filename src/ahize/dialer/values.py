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
TransferEnd = Literal["complete", "back", "all"]
Hearing = Literal["listen", "whisper", "barge", "off"]
Ears = Literal["listen", "whisper", "barge", "take_over", "off"]


@dataclass(frozen=True, slots=True)
class RecycleRule:
    """After one outcome: wait so long, and try no more often than ``max`` times in all."""

    wait_s: int
    max: int


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """What the engine needs of a campaign, at one version of it.

    ``live_answers`` and ``abandoned`` are the counts of the present period that the budget starts from, and
    ``period_until`` is when they begin again at zero. ``detect`` asks the switch who picked up; without it everybody is
    a person at once. ``person_cost`` is how many times worse it is to hang up on a person than to give an agent a
    machine (``calls.greeting.Threshold``).

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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact, with the one phone to dial now. ``seat`` is set where the call is promised to one agent."""

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
