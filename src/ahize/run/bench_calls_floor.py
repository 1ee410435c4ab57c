"""The floor of ``bench_calls.py``: agents who sit down, hear and finish their calls by the services behind the API.

Beside them stands what the rows say afterwards. Django stands before this is imported.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from ahize.kernel.clock import Clock
from ahize.kernel.errors import AhizeError, Unavailable
from ahize.run.made_up_phone import MadeUpPhone
from ahize.web.accounts.services import make_user
from ahize.web.campaigns import services as campaigns
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing import seats, services
from ahize.web.dialing.models import Attempt, Seat, SeatState
from ahize.web.dialing.models import Permit as PermitRow
from ahize.web.dialing.schemas import DisposeIn
from ahize.web.lines import trunks
from ahize.web.permissions import Person, Role
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant

LOOK_S = 0.1
ALIVE_S = 3.0
SIGN_IN_S = 30.0
TALK_S = 6.0
"""Then the agent hangs up."""
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Agent:
    """One of them, with the own telephone."""

    person: Person
    session: UUID
    seat: UUID
    phone: MadeUpPhone


@dataclass(slots=True)
class Spent:
    """A permit that a gate spent, as the rows say."""

    attempt: UUID
    number: str
    sealed_at: datetime
    valid_until: datetime


@dataclass(slots=True)
class Bench:
    """The agents of one campaign.

    Args:
        clock: of the made-up world.
        sip: where telephones sign in.
    """

    clock: Clock
    sip: tuple[str, int]
    agents: dict[UUID, Agent] = field(default_factory=dict)
    tenant: UUID = field(init=False)
    campaign: UUID = field(init=False)
    _working: asyncio.Task[None] | None = None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="rows"))

    async def enter(self) -> None:
        """Which house, and which campaign."""

        def found() -> None:
            self.tenant = every_tenant()[0].id
            with tenant_scope(self.tenant):
                self.campaign = Campaign.objects.get(seller__country="US").pk

        await asyncio.get_running_loop().run_in_executor(self._thread, found)

    # ── agents ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def sit_down(self, count: int, *, speak: bool) -> None:
        """Each signs in with a telephone of their own, and is ready once it is up."""
        for _ in range(count):
            agent = await self._ask(self._hired, speak)
            self.agents[agent.seat] = agent
        for agent in self.agents.values():
            await agent.phone.open()
        await asyncio.gather(*(_signed_in(agent.phone) for agent in self.agents.values()))
        await self.until(lambda: all(agent.phone.is_up for agent in self.agents.values()), SIGN_IN_S)
        self._working = asyncio.create_task(self._work())

    async def go_home(self) -> None:
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
        for agent in self.agents.values():
            await agent.phone.close()

    async def ready(self, count: int | None = None) -> None:
        """So many of them press it; None: all."""
        await self._press_ready(list(self.agents)[:count])

    async def be_ready(self) -> None:
        """Those press it again who were taken out of the round, as people do who see it on their screens."""
        await self._press_ready(await self._ask(self._paused))

    async def steer(self, **settings: Any) -> None:
        """Change the campaign's settings while it runs."""
        await self._ask(lambda: self._edit(settings))

    async def pace(self, per_second: float) -> None:
        """The carrier takes so many new calls in a second."""
        await self._ask(lambda: self._repace(Decimal(per_second)))

    async def dial(self, on: bool) -> None:
        """Start the campaign, or pause it."""
        await self._ask(lambda: self._move(on))

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """False where it did not come."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not holds():
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    async def until_quiet(self, seconds: float) -> int:
        """Until no attempt is alive; how many still are."""
        deadline = asyncio.get_running_loop().time() + seconds
        while (alive := await self._ask(lambda: Attempt.objects.filter(live=True).count())) and (
            asyncio.get_running_loop().time() < deadline
        ):
            await asyncio.sleep(0.2)
        return int(alive)

    async def _work(self) -> None:
        """Say what each call came to, as soon as it is over; and be there.

        One transaction for each agent, as screens have them: who holds two seats at once gets in the engine's way.
        """
        looks = itertools.count()
        while True:
            if next(looks) % round(ALIVE_S / LOOK_S) == 0:
                for agent in self.agents.values():
                    await self._ask(self._be_heard, agent)
            for agent, attempt, work in await self._ask(self._to_do):
                await self._ask(work, agent, attempt)
            await asyncio.sleep(LOOK_S)

    # ── rows; each in a thread ──────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, work: Callable[..., Answer], *given: Any) -> Answer:
        if self._working is not None and self._working.done() and not self._working.cancelled():
            self._working.result()  # Raises: without agents at work nothing that is measured means anything.

        def scoped() -> Answer:
            with tenant_scope(self.tenant):
                return work(*given)

        return await asyncio.get_running_loop().run_in_executor(self._thread, scoped)

    def _hired(self, speak: bool) -> Agent:
        now, name = self.clock.now(), secrets.token_hex(6)
        password = secrets.token_urlsafe(18)
        user = make_user(
            tenant=self.tenant,
            email=f"{name}@bench.example",
            name=name.title(),
            role=Role.SUPERVISOR,  # who may sit in any campaign
            password=password,
            now=now,
        )
        person, session = user.as_person(), UUID(bytes=secrets.token_bytes(16), version=4)
        seat = seats.open_seat(person, campaign=self.campaign, session=session, take_over=True, now=now)
        made = seats.make_phone(person, kind="sip", own_number=None, now=now)
        phone = MadeUpPhone(made.user, made.password, self.sip, speaks=speak)
        return Agent(person, session, seat.pk, phone)

    async def _press_ready(self, which: Iterable[UUID]) -> None:
        for seat in which:
            await self._ask(self._be_ready, self.agents[seat])

    def _be_ready(self, agent: Agent) -> None:
        with contextlib.suppress(AhizeError):  # in a call, or with one to finish
            seats.ready(agent.person, session=agent.session, now=self.clock.now())

    def _paused(self) -> list[UUID]:
        return list(Seat.objects.filter(pk__in=self.agents, state=SeatState.PAUSED).values_list("id", flat=True))

    def _edit(self, settings: dict[str, Any]) -> None:
        campaigns.edit(Campaign.objects.get(pk=self.campaign), settings, by=None, now=self.clock.now())

    def _repace(self, per_second: Decimal) -> None:
        by = next(iter(self.agents.values())).person
        for trunk in trunks.trunks():
            trunks.change(trunk, {"per_second_max": per_second}, by=by, now=self.clock.now())

    def _move(self, on: bool) -> None:
        campaign = Campaign.objects.get(pk=self.campaign)
        if on and campaign.state != "running":
            campaigns.start(campaign, by=None, now=self.clock.now())
        elif not on and campaign.state == "running":
            campaigns.pause(campaign, by=None, now=self.clock.now())

    def _be_heard(self, agent: Agent) -> None:
        seats.heard_from(agent.person.id, session=agent.session, now=self.clock.now())

    def _to_do(self) -> list[tuple[Agent, UUID, Callable[[Agent, UUID], None]]]:
        ours = Seat.objects.filter(pk__in=self.agents, attempt_id__isnull=False)
        talked_enough = ours.filter(state=SeatState.TALKING, since__lt=self.clock.now() - timedelta(seconds=TALK_S))
        wrap_up = ours.filter(state=SeatState.WRAP_UP)
        return [
            (self.agents[seat], attempt, work)
            for rows, work in ((talked_enough, self._hang_up), (wrap_up, self._dispose))
            for seat, attempt in rows.values_list("id", "attempt_id")
            if attempt is not None
        ]

    def _hang_up(self, agent: Agent, attempt: UUID) -> None:
        with contextlib.suppress(AhizeError):  # they have just hung up themselves
            seats.hang_up(agent.person, attempt, session=agent.session, now=self.clock.now())

    def _dispose(self, agent: Agent, attempt: UUID) -> None:
        if Attempt.objects.filter(pk=attempt, disposition="").exists():
            said = DisposeIn(code="not_interested", notes=None, idempotency_key=f"bench-{attempt}")
            with contextlib.suppress(AhizeError):  # it was over for other reasons meanwhile
                services.dispose(agent.person, attempt, said, now=self.clock.now())

    # ── what the rows say ───────────────────────────────────────────────────────────────────────────────────────

    async def ready_seats(self) -> int:
        return await self._ask(lambda: Seat.objects.filter(pk__in=self.agents, state=SeatState.READY).count())

    async def spent(self) -> list[Spent]:
        """Every permit that was spent, as far as the rows know."""
        fields = ("attempt_id", "e164", "sealed_at", "valid_until")
        rows = await self._ask(lambda: list(PermitRow.objects.filter(spent_at__isnull=False).values_list(*fields)))
        return [Spent(*row) for row in rows]

    async def permits(self) -> list[Spent]:
        """Every permit that was sealed."""
        fields = ("attempt_id", "e164", "sealed_at", "valid_until")
        return [Spent(*row) for row in await self._ask(lambda: list(PermitRow.objects.values_list(*fields)))]

    async def attempts(self) -> list[dict[str, Any]]:
        """Those that were dialled."""
        fields = (
            "id",
            "e164",
            "seat_id",
            "originated_at",
            "answered_at",
            "heard_at",
            "connected_at",
            "outcome",
            "live",
        )
        return await self._ask(lambda: list(Attempt.objects.filter(permit__spent_at__isnull=False).values(*fields)))


async def _signed_in(phone: MadeUpPhone) -> None:
    """The switch hears of a new telephone within a second or two. Raises: Unavailable where it does not."""
    deadline = asyncio.get_running_loop().time() + SIGN_IN_S
    while True:
        try:
            await phone.sign_in()
            return
        except AhizeError as refused:
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(f"A telephone was not taken within {SIGN_IN_S:.0f} s: {refused.message}") from None
            await asyncio.sleep(0.5)
