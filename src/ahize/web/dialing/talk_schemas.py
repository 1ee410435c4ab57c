"""The words of the talk API: keys, hold, recordings to leave, transfers, hearing another's talk."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from ahize.web.dialing.schemas import SeatStateName


class OnIn(Schema):
    """Begin (True) or end (False)."""

    on: bool = True


class DigitsIn(Schema):
    """Keys: 0 to 9, ``*``, ``#``, A to D."""

    digits: str = Field(min_length=1, max_length=32)


class DropIn(Schema):
    """Which recording to leave."""

    sound: UUID


class DropSoundOut(Schema):
    """A recording that may be left on a machine."""

    id: UUID
    name: str
    language: str
    seconds: float
    text: str


class TargetSeat(Schema):
    """A colleague who sits somewhere; ``free`` where the person can be handed over now."""

    id: UUID
    name: str
    state: SeatStateName
    since: datetime
    campaign: str | None
    free: bool


class TargetCampaign(Schema):
    """A campaign that runs, and how many wait in it."""

    id: UUID
    name: str
    ready: int


class TargetsOut(Schema):
    """To whom a person can be handed over."""

    seats: list[TargetSeat]
    campaigns: list[TargetCampaign]


class TransferIn(Schema):
    """To one seat, or to a campaign's longest waiting; neither: this campaign's. ``warm``: a word with them first."""

    to: UUID | None = None
    campaign: UUID | None = None
    warm: bool = True


class TransferEndIn(Schema):
    """Hand over, take back, or let all three speak."""

    how: Literal["complete", "back", "all"]


class ParkedOut(Schema):
    """Somebody who waits to be taken."""

    id: UUID
    name: str
    campaign: str
    since: datetime


class EarsIn(Schema):
    """How to hear another's talk."""

    how: Literal["listen", "whisper", "barge", "take_over", "off"]


class HeardIn(Schema):
    """Who really picked up."""

    was: Literal["person", "machine"]
