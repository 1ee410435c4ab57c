"""A small floor for tests of the engine: ids, settings, and a permit for the asking."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from ahize.calls.events import AgentJoined, Answered, HumanHeard, Ringing
from ahize.compliance.ruling import Permit
from ahize.dialer.commands import Command, Lease, Originate, SeekLeave, SwitchCommand
from ahize.dialer.engine import Dialer
from ahize.dialer.events import Cleared, Event, Leased, PhoneUp, Recovered, SeatReady
from ahize.dialer.values import CampaignSettings, Candidate
from ahize.kernel.chance import stream
from ahize.kernel.ids import CampaignId, ContactId, FloorId, PhoneId, SeatId, SellerId, TenantId
from ahize.kernel.seals import Sealer

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
SEALER = Sealer.from_bytes(stream(1, "test key").randbytes(32))
CAMPAIGN, SELLER = CampaignId(UUID(int=100)), SellerId(UUID(int=200))
FLOOR, TENANT = FloorId(UUID(int=300)), TenantId(UUID(int=400))
CALLER_ID = "+12125550100"

Sort = TypeVar("Sort", bound=Command)


def seat(n: int) -> SeatId:
    return SeatId(UUID(int=1000 + n))


def candidate(n: int, **changes: Any) -> Candidate:
    given = Candidate(
        ContactId(UUID(int=2000 + n)), CAMPAIGN, SELLER, PhoneId(UUID(int=3000 + n)), f"+12125550{100 + n}", 0, NOW
    )
    return replace(given, **changes)


def settings(**changes: Any) -> CampaignSettings:
    given = CampaignSettings(
        campaign=CAMPAIGN,
        seller=SELLER,
        version=1,
        running=True,
        mode="ratio",
        ratio=1.5,
        ring_s_max=20,
        connect_s=2.0,
        wrap_up_s=30,
        preview_s=20,
        abandon_cap=0.03,
        max_attempts=6,
        recycling={},
    )
    return replace(given, **changes)


def permit(ask: SeekLeave, now: datetime, **changes: Any) -> Permit:
    given = Permit(
        id=ask.attempt,
        attempt=ask.attempt,
        number=ask.candidate.number,
        tenant=TENANT,
        seller=ask.candidate.seller,
        campaign=ask.candidate.campaign,
        contact=ask.candidate.contact,
        floor=FLOOR,
        epoch=1,
        world="made_up",
        caller_id=CALLER_ID,
        sealed_at=now,
        valid_until=now + timedelta(seconds=5),
        ring_s_min=15,
        ring_s_max=20,
        duties=(),
        federal_only=True,
    )
    changed = replace(given, **changes)
    return replace(changed, signature=SEALER.sign(changed.payload()))


class Desk:
    """One engine and what it commanded so far; time moves by hand."""

    def __init__(
        self, *, contacts: int = 30, leased: list[Candidate] | None = None, phones: bool = False, **changes: Any
    ) -> None:
        self.dialer = Dialer()
        self.now = NOW
        self.commands: list[Command] = []
        self.leased = [candidate(n) for n in range(contacts)] if leased is None else leased
        self.tell(Recovered(1, (settings(**changes),), seed=7, phones=phones))

    def tell(self, event: Event, after_s: float = 0.0) -> list[Command]:
        """What the engine says to this; contacts are leased to it as it asks for them."""
        self.now += timedelta(seconds=after_s)
        said = list(self.dialer.handle(event, self.now))
        self.commands += said
        for lease in [command for command in said if isinstance(command, Lease)]:
            given, self.leased = self.leased[: lease.n], self.leased[lease.n :]
            said += self.tell(Leased(lease.campaign, tuple(given)))
        return said

    def ready(self, *seats: int) -> list[Command]:
        """These come to work, their telephones up."""
        if self.dialer.phones:
            for n in seats:
                self.tell(PhoneUp(seat(n)))
        return [command for n in seats for command in self.tell(SeatReady(seat(n), CAMPAIGN))]

    def state(self, n: int) -> str:
        """The state of seat ``n``, with its reason where it is paused."""
        found = self.dialer.floor.seat(seat(n))
        return f"{found.state}: {found.reason}" if found.state == "paused" else found.state

    def of_switch(self, commands: list[Command]) -> list[Command]:
        """What of these the switch is told."""
        return [command for command in commands if isinstance(command, SwitchCommand)]

    def clear(self, asks: list[SeekLeave]) -> list[Originate]:
        """Clearance says yes to all of them."""
        said = [command for ask in asks for command in self.tell(Cleared(ask.attempt, permit(ask, self.now)))]
        return of(Originate, said)

    def answered(self, originate: Originate) -> list[Command]:
        """It rings, somebody picks up, and it is a person."""
        self.tell(Ringing(originate.call), 1.0)
        self.tell(Answered(originate.call), 5.0)
        return self.tell(HumanHeard(originate.call, "a short greeting, then silence"), 1.0)

    def talking(self, n: int = 0) -> Originate:
        """Seat ``n`` comes to work and talks."""
        (originate,) = self.clear(of(SeekLeave, self.ready(n)))
        self.answered(originate)
        self.tell(AgentJoined(originate.call, seat(n)), 0.1)
        return originate


def of(kind: type[Sort], commands: list[Command]) -> list[Sort]:
    return [command for command in commands if isinstance(command, kind)]
