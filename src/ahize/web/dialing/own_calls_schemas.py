"""The words of the test calls API: calls to the house's own numbers, and how a call sounded."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema


class TestNumberOut(Schema):
    """A number of the house's own: ``mine``, ``caller_id`` or ``seller``."""

    number: str
    what: Literal["mine", "caller_id", "seller"]
    label: str


class TestCallIn(Schema):
    """Which own number to call, and which caller ID to show (else the first that may be)."""

    number: str = Field(max_length=16)
    caller_id: str = Field("", max_length=16)


class QualityOut(Schema):
    """How a call sounded: mean opinion score 1 to 4.5, jitter and way there and back in ms, share lost 0 to 1."""

    mos: float | None
    jitter_ms: float | None
    loss_share: float | None
    rtt_ms: float | None
    codec: str | None


class TestCallOut(Schema):
    """A test call. ``why`` is a code where it was refused, ``cause`` the Q.850 number of its end."""

    id: UUID
    trunk: UUID | None
    number: str
    caller_id: str
    at: datetime
    state: Literal["asked", "sealed", "refused", "ringing", "answered", "ended"]
    why: str
    cause: int | None
    answered_at: datetime | None
    ended_at: datetime | None
    quality: QualityOut | None
