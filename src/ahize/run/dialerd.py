"""dialerd: one engine for each floor, in the world as it is.

The loop is that of ``sim/world.py``: hear, decide, journal, do. Everything else here is sources of events (the gate,
what people asked, clearance's answers, the alarm) and the shells that do what is commanded. No business logic.

A *life* begins with taking the floor and ends when the database falls or somebody else takes the floor; then the engine
is thrown away and the next life begins from rows. When only the gate falls, nothing is dialled until it is back.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

import django

from ahize.kernel.chance import system_stream
from ahize.kernel.clock import Clock, SystemClock
from ahize.kernel.seals import Sealer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ahize.web.settings")
os.environ.setdefault("AHIZE_PROCESS", "dialerd")
django.setup()

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError

from ahize.calls.events import OriginateRefused
from ahize.compliance.rulebook import Rulebook
from ahize.dialer.commands import Command, Lease, Originate, RunFlow, SeekLeave, SwitchCommand
from ahize.dialer.engine import Dialer
from ahize.dialer.events import CampaignSet, Event, Leased, NumberSuppressed, ResumeAsked, SeatLost, StopAsked, Tick
from ahize.kernel.ids import CampaignId, SeatId
from ahize.telephony.link import LAST_WORD_S, About, GateAway, GateLink, socket_path
from ahize.web.dialing.clearance import BATCH, Clearance
from ahize.web.dialing.heard_by import HeardBy, heard_by
from ahize.web.dialing.store import Deposed, Entry, FloorTaken, Ledger
from ahize.web.notices import DIALER
from ahize.web.recordings import services as recordings
from ahize.web.rls import setting_scope
from ahize.web.tenants.models import Tenant

EVENTS_MAX = 200
"""Events decided and journaled in one transaction at most: the first waits for the last."""
POLL_S = 1.0
AGAIN_S = 0.5
HOUSE_S = 30.0
LINES = 2500

log = logging.getLogger("ahize.dialerd")
Answer = TypeVar("Answer")


class Heard:
    """Every source's events in one line, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: list[Event] = []
        self._something = asyncio.Event()
        self._failed: BaseException | None = None

    def put(self, *events: Event) -> None:
        self._waiting.extend(events)
        if events:
            self._something.set()

    def fail(self, why: BaseException) -> None:
        """A source has died: the life ends at the next beat."""
        self._failed = self._failed or why
        self._something.set()

    async def beats(self) -> AsyncIterator[list[Event]]:
        """All that waits, some at a time; order is never changed."""
        while True:
            await self._something.wait()
            if self._failed is not None:
                raise self._failed
            beat, self._waiting = self._waiting[:EVENTS_MAX], self._waiting[EVENTS_MAX:]
            if not self._waiting:
                self._something.clear()
            if beat:
                yield beat


class Floor:
    """One tenant's floor: its store and clearance, each in a thread of its own, its line to the gate, its engine."""

    def __init__(self, tenant: UUID, *, clock: Clock, sealer: Sealer | None, gate: Path) -> None:
        self.tenant, self.clock, self.gate_path = tenant, clock, gate
        self.ledger = Ledger(tenant, owner=f"{socket.gethostname()}/{os.getpid()}")
        self.clearance = Clearance(tenant, sealer)
        self._store_thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._clearance_thread = ThreadPoolExecutor(1, thread_name_prefix="clearance")
        self._begin()

    def _begin(self) -> None:
        self.heard = Heard()
        self.dialer = Dialer()
        self.link: GateLink | None = None
        self.line_stands = True  # Until a gate says that its switch, or every trunk, is away.
        self.campaigns: set[CampaignId] = set()
        self.asks: list[SeekLeave] = []
        self.something_to_ask = asyncio.Event()
        self.hint = asyncio.Event()
        self.alarm_moved = asyncio.Event()

    async def run(self) -> None:
        """Life after life."""
        while True:
            try:
                await self.live()
            except FloorTaken as taken:
                log.info("%s; waiting for it", taken)
                await asyncio.sleep(AGAIN_S)
            except Deposed as deposed:
                log.warning("deposed: %s", deposed)
                await asyncio.sleep(AGAIN_S)
            except (psycopg.Error, DatabaseError, OSError) as fallen:
                log.warning("this life ends: %s", str(fallen).strip() or type(fallen).__name__)
                await asyncio.sleep(AGAIN_S)
            finally:
                await self._forget_connections()

    async def live(self) -> None:
        """From taking the floor to the end of this life: hear, decide, journal, do."""
        self._begin()
        seed = system_stream().getrandbits(48)
        recovered = await self.in_store(lambda: self.ledger.recover(self.clock.now(), seed=seed, lines=LINES))
        recovered = replace(recovered, phones=settings.ENVIRONMENT.phones)
        self.campaigns = {one.campaign for one in recovered.campaigns}
        self.heard.put(recovered, *self._no_dialling())
        sources = [
            asyncio.create_task(self._source(source))
            for source in (self._gate, self._people, self._permits, self._alarm, self._heart)
        ]
        log.info("floor %s is ours, epoch %s", self.ledger.floor, self.ledger.epoch)
        try:
            async for beat in self.heard.beats():
                now = self.clock.now()
                entries = [Entry(now, event, self.dialer.handle(event, now)) for event in beat]
                await self.in_store(partial(self.ledger.append, entries))  # the journal first, then the deed
                for entry in entries:
                    self._pass_on(entry.event)
                    for command in entry.commands:
                        await self.obey(command)
                self.alarm_moved.set()
        finally:
            for source in sources:
                source.cancel()
            await asyncio.gather(*sources, return_exceptions=True)
            if self.link is not None:
                # What was said last may have been dialled, and the word of it is still on its way.
                with suppress(GateAway):
                    await self.link.reconcile(tuple(self.dialer.calls), within_s=LAST_WORD_S)
                with suppress(psycopg.Error, DatabaseError):
                    await self._note_spent(self.link)
                self.link.close()

    # ── doing ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def obey(self, command: Command) -> None:
        """SeekLeave to clearance, Lease to the store, the rest to the gate; what is rows alone is written already."""
        match command:
            case SeekLeave():
                self.asks.append(command)
                self.something_to_ask.set()
            case Lease(campaign=campaign, n=n):
                now = self.clock.now()
                found = await self.in_store(partial(self.ledger.lease, campaign, n, now))
                self.heard.put(Leased(campaign, tuple(found)))
            case _:
                if isinstance(command, SwitchCommand):
                    await self._to_gate(command)

    async def _to_gate(self, command: Command) -> None:
        try:
            if self.link is None:
                raise GateAway("no gate")
            await self.link.obey(command, await self._about(command))
        except GateAway:
            if isinstance(command, Originate):  # It was never said, so it is certain that nothing rang.
                self.heard.put(OriginateRefused(command.call, "not_listening"))

    async def _about(self, command: Command) -> About | None:
        """A flow must know whom it speaks to."""
        if not isinstance(command, RunFlow):
            return None

        def read() -> HeardBy:
            with self.ledger.transaction() as cursor:
                return heard_by(cursor, command.call)

        who = await self.in_store(read)
        return About(who.language, who.fields)

    def _pass_on(self, event: Event) -> None:
        """What the gate must know at once, beside the engine's own commands; and the campaigns there are."""
        if isinstance(event, CampaignSet):
            self.campaigns.add(event.settings.campaign)
            if self.link is None or not self.line_stands:
                self.heard.put(StopAsked(event.settings.campaign, False))
        if self.link is None:
            return
        if isinstance(event, NumberSuppressed):
            self.link.void_number(event.number, event.seller)
        elif isinstance(event, StopAsked) and event.campaign is None:
            self.link.stop(True)
        elif isinstance(event, ResumeAsked):
            self.link.stop(False)

    def _no_dialling(self) -> list[Event]:
        """While the gate is away: nothing new is asked, campaign by campaign; it ends with the campaign's settings."""
        return [StopAsked(campaign, False) for campaign in sorted(self.campaigns)]

    # ── sources of events ───────────────────────────────────────────────────────────────────────────────────────

    async def _source(self, source: Callable[[], Any]) -> None:
        """A source that dies ends this life."""
        try:
            await source()
        except asyncio.CancelledError:
            raise
        except BaseException as why:
            self.heard.fail(why)

    async def _gate(self) -> None:
        """Connect, reconcile, listen; when the line breaks, dial nothing and begin again."""
        floor, epoch = self.ledger.floor, self.ledger.epoch
        assert floor is not None, "the floor was taken"
        while True:
            try:
                link = await GateLink.connect(self.gate_path, floor=floor, epoch=epoch)
                link.stop(self.dialer.stopped)
                events = await link.reconcile(tuple(self.dialer.calls))
            except GateAway:
                await asyncio.sleep(AGAIN_S)
                continue
            self.link, self.line_stands = link, True
            deeds = self.ledger.deeds
            deeds.house_changed = deeds.own_calls_asked = deeds.code_calls_asked = True
            self.heard.put(*events)
            now = self.clock.now()
            self.heard.put(*await self.in_store(partial(self.ledger.campaigns, now, tuple(self.campaigns))))
            log.info("the gate is there; %s calls reconciled", len(events))
            async for event in link.events():
                self.heard.put(event)
            self.link = None
            await self._note_spent(link)
            link.close()
            log.warning("the gate is away: nothing is dialled until it is back")
            self.heard.put(*self._no_dialling())

    async def _people(self) -> None:
        """What people asked: a hint by NOTIFY, and a look once a second whatever is heard."""
        listener = asyncio.create_task(self._listen())
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self.hint.wait()
                self.hint.clear()
                self.heard.put(*await self.in_store(lambda: self.ledger.asked(self.clock.now())))
        finally:
            listener.cancel()

    async def _listen(self) -> None:
        """The hints. Where they fail, the look once a second is enough."""
        while True:
            with suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(
                    settings.ENVIRONMENT.database_url_dialerd, autocommit=True
                ) as listening:
                    await listening.execute(f"LISTEN {DIALER}")
                    async for notice in listening.notifies():
                        if notice.payload.startswith(str(self.tenant)):
                            self.hint.set()
            await asyncio.sleep(AGAIN_S)

    async def _permits(self) -> None:
        """Clearance: what waits is ruled on together, in its own thread."""
        while True:
            await self.something_to_ask.wait()
            asks, self.asks = self.asks[:BATCH], self.asks[BATCH:]
            if not self.asks:
                self.something_to_ask.clear()
            floor, epoch = self.ledger.floor, self.ledger.epoch
            assert floor is not None, "the floor was taken"
            rule_on = partial(self.clearance.rule_on, asks, floor=floor, epoch=epoch, clock=self.clock)
            self.heard.put(*await self._in(self._clearance_thread, rule_on))

    async def _alarm(self) -> None:
        """The engine's own alarm, moved after every beat; one Tick at a time."""
        while True:
            await self.alarm_moved.wait()
            self.alarm_moved.clear()
            while (at := self.dialer.wakeup()) is not None:
                wait_s = (at - self.clock.now()).total_seconds()
                if wait_s <= 0:
                    self.heard.put(Tick())
                    break
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self.alarm_moved.wait()
                    self.alarm_moved.clear()

    async def _heart(self) -> None:
        """Renew the lease, look for silent screens, hand the gate its house, note what it spent and reports."""
        house_at = monotonic()
        while True:
            now, up = self.clock.now(), self.link is not None
            silent = await self.in_store(partial(self.ledger.beat, now, gate_up=up))
            self.heard.put(*(SeatLost(SeatId(seat)) for seat in silent))
            if self.link is not None:
                self.ledger.deeds.house_changed |= monotonic() - house_at > HOUSE_S  # Logins end by themselves.
                if self.ledger.deeds.house_changed:
                    house_at = monotonic()
                    self.link.house(await self.in_store(lambda: self.ledger.house(self.clock.now())))
                await self._call_own_numbers(self.link)
                await self._call_with_codes(self.link)
                await self._note_spent(self.link)
                await self._note_reports(self.link)
            await asyncio.sleep(POLL_S)

    async def _call_own_numbers(self, link: GateLink) -> None:
        """Tests of trunks, and agents' telephones at home: each with its permit."""
        if not self.ledger.deeds.own_calls_asked:
            return
        floor, epoch = self.ledger.floor, self.ledger.epoch
        assert floor is not None, "the floor was taken"
        for own in await self.in_store(lambda: self.ledger.own_calls(self.clock.now())):
            seal = partial(self.clearance.seal_own_number, own.id, floor=floor, epoch=epoch, clock=self.clock)
            permit = await self._in(self._clearance_thread, seal)
            if permit is not None:
                link.own_call(permit, trunk=own.trunk, seat=SeatId(own.seat) if own.seat else None)

    async def _call_with_codes(self, link: GateLink) -> None:
        """Whoever asked for a code by a call: each with its permit; the digits leave the row on their way."""
        if not self.ledger.deeds.code_calls_asked:
            return
        floor, epoch = self.ledger.floor, self.ledger.epoch
        assert floor is not None, "the floor was taken"
        for call in await self.in_store(lambda: self.ledger.code_calls(self.clock.now())):
            seal = partial(self.clearance.seal_code_call, call, floor=floor, epoch=epoch, clock=self.clock)
            permit = await self._in(self._clearance_thread, seal)
            if permit is not None:
                language, fields = await self.in_store(partial(self.ledger.code_words, call))
                link.code_call(permit, About(language, fields))

    async def _note_reports(self, link: GateLink) -> None:
        """How the switch stands, what was recorded, what came of calls to own numbers, and who called one."""
        for report in link.take("switch")[-1:]:
            await self.in_store(partial(self.ledger.note_lines, report, self.clock.now()))
            await self._heed(line_stands(report))
        for own in link.take("own_call"):
            note = partial(self.ledger.note_own_call, UUID(own["id"]), own["state"], self.clock.now())
            await self.in_store(partial(note, why=own["why"], cause=own["cause"], quality=own["quality"]))
        for report in link.take("code_call"):
            await self.in_store(partial(self.ledger.note_code_call, report, self.clock.now()))
        for called in link.take("inbound"):
            await self.in_store(partial(self.ledger.note_inbound, called, self.clock.now()))
        for report in link.take("recorded"):
            await self.in_store(partial(self._note_recorded, report))

    async def _heed(self, stands: bool) -> None:
        """Without a line nothing is asked of clearance: each call would only be refused at the gate."""
        if stands == self.line_stands:
            return
        self.line_stands = stands
        log.warning("the line is %s", "back" if stands else "away: nothing is dialled")
        if stands:
            now = self.clock.now()
            self.heard.put(*await self.in_store(partial(self.ledger.campaigns, now, tuple(self.campaigns))))
        else:
            self.heard.put(*self._no_dialling())

    def _note_recorded(self, report: dict[str, Any]) -> None:
        with self.ledger.transaction() as cursor:
            recordings.note(cursor, self.tenant, report, self.clock.now())

    async def _note_spent(self, link: GateLink) -> None:
        """Which permits the gate spent; also the last of them, when the line is about to go."""
        if spent := link.take_spent():
            await self.in_store(partial(self.ledger.spent, spent, self.clock.now()))

    # ── threads ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def in_store(self, work: Callable[[], Answer]) -> Answer:
        """Do it in the store's one thread."""
        return await self._in(self._store_thread, work)

    @staticmethod
    async def _in(thread: ThreadPoolExecutor, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(thread, work)

    async def _forget_connections(self) -> None:
        with suppress(psycopg.Error, DatabaseError):
            await self.in_store(self.ledger.disconnect)
        with suppress(psycopg.Error, DatabaseError):
            await self._in(self._clearance_thread, self.clearance.disconnect)

    async def leave(self) -> None:
        """Give the floor back, so that the next engine need not wait."""
        with suppress(psycopg.Error, DatabaseError, Deposed):
            await self.in_store(self.ledger.release)
        self._store_thread.shutdown(wait=False)
        self._clearance_thread.shutdown(wait=False)


def line_stands(report: Mapping[str, Any]) -> bool:
    """Whether a call could leave the house, as its gate says: the switch is up, and a trunk may be reached."""
    return report["state"] == "up" and any(trunk["state"] != "unreachable" for trunk in report["trunks"])


def sealer_from_environment() -> Sealer | None:
    """The permit key (``AHIZE_PERMIT_KEY``, base64). Without it nothing is cleared."""
    told = os.environ.get("AHIZE_PERMIT_KEY", "")
    return Sealer.from_bytes(base64.b64decode(told)) if told else None


def tenants() -> list[UUID]:
    """Every tenant of this installation."""
    with setting_scope("ahize.roll_call", "on"):
        return list(Tenant.objects.order_by("id").values_list("id", flat=True))


async def serve(only: Sequence[UUID] = ()) -> None:
    """Serve the given tenants' floors, or everybody's (new ones too), until SIGTERM."""
    clock = SystemClock.from_environment()
    sealer = sealer_from_environment()
    if sealer is None:
        log.warning("AHIZE_PERMIT_KEY is not set: clearance is stopped, nothing will be dialled")
    Rulebook.load()
    ending = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, ending.set)
    floors: dict[UUID, tuple[Floor, asyncio.Task[None]]] = {}
    while not ending.is_set():
        try:
            wanted = list(only) or await asyncio.to_thread(_roll_call)
        except (psycopg.Error, DatabaseError):
            wanted = []
        for tenant in wanted:
            if tenant not in floors:
                floor = Floor(tenant, clock=clock, sealer=sealer, gate=socket_path())
                floors[tenant] = floor, asyncio.create_task(floor.run())
        for tenant, (floor, task) in list(floors.items()):
            if task.done():  # Our own mistake: that floor stops, its evidence is in the log, and it begins again.
                log.error("floor of tenant %s stopped", tenant, exc_info=task.exception())
                await floor.leave()
                del floors[tenant]
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_S):
                await ending.wait()
    for floor, task in floors.values():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await floor.leave()


def _roll_call() -> list[UUID]:
    from django.db import connection  # noqa: PLC0415 - this thread's own

    try:
        return tenants()
    finally:
        connection.close()


def main(arguments: Sequence[str] = ()) -> int:
    """``dialerd [TENANT]…``: serve these tenants' floors, or all."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        asyncio.run(serve([UUID(one) for one in arguments]))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
