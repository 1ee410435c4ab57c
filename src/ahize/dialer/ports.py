"""All that the engine's shells provide, in the engine's words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Protocol

from ahize.calls.events import CallEvent
from ahize.dialer.commands import Command, SeekLeave
from ahize.dialer.events import Barred, Cleared, Event, Recovered
from ahize.dialer.values import Candidate
from ahize.kernel.ids import CallId, CampaignId, FloorId


class Telephony(Protocol):
    """A switch behind its gate: Asterisk, or the made-up one."""

    def events(self) -> AsyncIterator[CallEvent]: ...

    async def obey(self, command: Command) -> None:
        """Do Originate, Connect, PlayMessage or HangUp.

        Originate is done at most once: a lost answer is never sent again. The others may repeat safely.
        """
        ...

    async def reconcile(self, open_calls: Collection[CallId]) -> list[CallEvent]:
        """What the switch's present says happened during a gap, as ordinary events. Run on every connect."""
        ...


class Clearance(Protocol):
    """Rules and seals. One answer at most for each seeking."""

    async def seek(self, ask: SeekLeave, now: datetime) -> None: ...

    def answers(self) -> AsyncIterator[Cleared | Barred]: ...


class Store(Protocol):
    """Keeps the journal and the leases of one floor."""

    def notices(self) -> AsyncIterator[Event]: ...

    async def lease(self, campaign: CampaignId, n: int, now: datetime) -> list[Candidate]: ...

    async def append(self, now: datetime, event: Event, commands: Sequence[Command]) -> None:
        """Journal first, and in the same transaction everything the commands mean for rows.

        Raises where the floor's epoch is no longer ours: then this dialer is deposed and must stop.
        """
        ...

    async def recover(self, floor: FloorId, now: datetime) -> Recovered:
        """Takes the floor (a higher epoch, old leases void) and says what stands open: each life begins with it."""
        ...
