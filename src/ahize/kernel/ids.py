"""Ids that sort by time, drawn from (now, chance): version 7 UUIDs, so that a replay gives the same ones."""

from __future__ import annotations

from datetime import datetime
from typing import NewType
from uuid import UUID

from ahize.kernel.chance import Chance

TenantId = NewType("TenantId", UUID)
SellerId = NewType("SellerId", UUID)
CampaignId = NewType("CampaignId", UUID)
ContactId = NewType("ContactId", UUID)
PhoneId = NewType("PhoneId", UUID)
SeatId = NewType("SeatId", UUID)
FloorId = NewType("FloorId", UUID)

AttemptId = NewType("AttemptId", UUID)
CallId = AttemptId
"""An attempt dials at most once, so its call carries the same id; the switch knows the channel by it too."""


def new_uuid(now: datetime, chance: Chance) -> UUID:
    """A version 7 UUID: 48 bits of milliseconds since 1970, then 74 bits of chance (RFC 9562)."""
    millis = int(now.timestamp() * 1000)
    bits = chance.getrandbits(74)
    value = (
        (millis & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & 0x3FFF_FFFF_FFFF_FFFF
    )
    return UUID(int=value)
