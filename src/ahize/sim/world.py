"""The world as it might be: one shift in virtual time, visibly the loop of ``run/dialerd.py``.

A heap of future happenings, one clock, and everything that can go wrong. The engine, the gate, the rulebook and the
permits are the product's own; the switch, the store and the people are made up and no kinder than the real ones. Same
scenario and seed, same journal.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ahize.calls.events import CallEvent, StopPressed
from ahize.dialer.commands import Command, Lease, Offer, Originate, SeekLeave, SetSeat, SwitchCommand
from ahize.dialer.engine import Dialer
from ahize.dialer.events import (
    CampaignSet,
    Cleared,
    Event,
    Leased,
    NumberSuppressed,
    PhoneLost,
    PhoneUp,
    Recovered,
    ResumeAsked,
    StopAsked,
    Tick,
)
from ahize.dialer.gate import Gate
from ahize.kernel.chance import stream
from ahize.kernel.ids import (
    CallId,
    CampaignId,
    ContactId,
    FloorId,
    PhoneId,
    SeatId,
    SellerId,
    TenantId,
    new_uuid,
)
from ahize.kernel.seals import Sealer
from ahize.sim.agents import Agents
from ahize.sim.clearance import SimClearance, ordinary_seller
from ahize.sim.faults import Faults
from ahize.sim.people import People, Talk
from ahize.sim.scenario import ZONES, Scenario
from ahize.sim.store import NotCommitted, Person, SimStore
from ahize.sim.switch import Switch

CALLER_ID = "+12125550100"
SETTLES_S = 900.0
"""After the faults stop and the agents have gone: so long everything may take to come to its end."""

HINT_POLL_S = 0.9
"""Gate and engine each look for revocations this often, for a hint may be lost and an engine may stall."""

Happening = Callable[[datetime], Event | None]


@dataclass(slots=True)
class Life:
    """One engine from its Recovered to its death."""

    epoch: int
    dialer: Dialer
    began_at: datetime


@dataclass
class World:
    """One shift."""

    scenario: Scenario
    seed: int
    now: datetime = field(init=False)
    happened: Counter[str] = field(default_factory=Counter)
    revoked: list[tuple[datetime, str, SellerId | None]] = field(default_factory=list)
    gaps: list[tuple[datetime, str]] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)
    watch: Callable[[World, datetime, Event, tuple[Command, ...]], None] | None = None

    def __post_init__(self) -> None:
        scenario, seed = self.scenario, self.seed
        self.scenario_as_given = scenario
        self.now = self.starts = scenario.starts
        self.until = self.starts + timedelta(minutes=scenario.minutes)
        self._heap: list[tuple[datetime, int, Happening]] = []
        self._no = 0
        self._chance = stream(seed, "world")
        self._faults = stream(seed, "faults")
        ids = stream(seed, "ids")
        self.sealer = Sealer.from_bytes(stream(seed, "key").randbytes(32))
        self.gate = Gate(world="made_up", verifier=self.sealer.verifier(), caller_ids={CALLER_ID})
        self.people = People(seed, scenario.people)
        self.switch = Switch(
            self.gate,
            self.people,
            stream(seed, "switch"),
            factor=lambda at: scenario.answering.at((at - self.starts).total_seconds()),
            phones=set() if scenario.phones else None,
        )
        self.store = SimStore(FloorId(new_uuid(self.now, ids)), seed, scenario.lines, scenario.phones)
        self.seller = SellerId(new_uuid(self.now, ids))
        self.clearance = SimClearance(
            self.store,
            self.sealer,
            TenantId(new_uuid(self.now, ids)),
            CALLER_ID,
            ordinary_seller(str(self.seller)),
        )
        self._draw_people(ids)
        self.agents = Agents(
            scenario.seats,
            self.people,
            self.store,
            stream(seed, "agents"),
            later=self.later,
            talk=self._talk_of,
            suppress=self.suppress,
            hands=stream(seed, "hands"),
            presence=stream(seed, "presence"),
        )
        campaigns = list(self.store.campaigns)
        for n in range(scenario.agents):
            seat, after_s = SeatId(new_uuid(self.now, ids)), self._chance.uniform(0.5, 20)
            self.agents.sit_down(seat, campaigns[n % len(campaigns)], after_s)
            if scenario.phones:
                self.later(self._faults.uniform(0.0, 1.3 * after_s), lambda _, seat=seat: self._raise_phone(seat))  # type: ignore[misc]  # bound early
        self.dialer: Dialer | None = None
        self._talks: dict[CallId, Talk] = {}
        self._stalled = False
        self._dies_on: Any = None
        self._stops_at_next_ask = False
        self._backlog: list[Event] = []
        self._clock_back_s = 0.0
        self._last_originates: list[Originate] = []
        self._old_permits: list[Cleared] = []
        self._plan_faults()

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> World:
        """The shift, then quiet: faults stop, agents sign off, and everything must come to its end."""
        self.come_to_life()
        self.run_until(self.until)
        self._calm_down()
        self.run_until(self.until + timedelta(seconds=SETTLES_S))
        return self

    def run_until(self, until: datetime) -> None:
        while (at := self.next_at()) is not None and at < until:
            self.now = max(self.now, at)
            event = self.pop()
            if event is not None:
                self.step(event)
        self.now = max(self.now, until)

    def step(self, event: Event) -> None:
        """Decide, journal, obey: the heart of every dialer's shell."""
        assert self.dialer is not None, "a dead engine hears nothing"
        now = self.now - timedelta(seconds=self._clock_back_s)
        commands = self.dialer.handle(event, now)
        if self._dies_on is not None and isinstance(event, self._dies_on):
            self.store.fail_next, self._dies_on = True, None
        try:
            self.store.append(now, event, commands, epoch=self.dialer.epoch or self.store.epoch)
        except NotCommitted:
            self.happened["commit lost"] += 1
            self.die()  # The journal first, then the deed: what was not written is not done.
            return
        if isinstance(event, StopPressed):
            self._opted_out(event, now)
        if self.watch is not None:
            self.watch(self, now, event, commands)
        for command in commands:
            self.obey(command, self.now)

    def next_at(self) -> datetime | None:
        heard = self.dialer is not None and not self._stalled
        times = [
            self._heap[0][0] if self._heap else None,
            self.switch.due() if heard else self.switch.due_inside(),
            self._alarm_at() if heard else None,
        ]
        return min((at for at in times if at is not None), default=None)

    def _alarm_at(self) -> datetime | None:
        """When the engine's alarm rings, by the clock it reads."""
        wakeup = self.dialer.wakeup() if self.dialer is not None else None
        return wakeup and wakeup + timedelta(seconds=self._clock_back_s)

    def pop(self) -> Event | None:
        """The next event the engine hears; None where something happened that it does not hear."""
        due = self.switch.due() if self.dialer is not None and not self._stalled else self.switch.due_inside()
        if due is not None and due <= self.now:
            if self.dialer is None or self._stalled:
                self.switch.elapse(self.now)
            else:
                self._read_switch()
            return None
        if self._heap and self._heap[0][0] <= self.now:
            _, _, happening = heapq.heappop(self._heap)
            event = happening(self.now)
            return self._heard(event) if event is not None else None
        return Tick()

    def obey(self, command: Command, now: datetime) -> None:
        """Every command to who does it."""
        match command:
            case Originate():
                self._last_originates = [*self._last_originates[-2:], command]
                self.switch.obey(command, now)
            case SeekLeave():
                if self._stops_at_next_ask:
                    self.later(0.002, lambda _: self._stop_now())
                self.later(self._chance.uniform(0.003, 0.03), lambda at: self._rule(command, at))
            case Lease(campaign=campaign, n=n):
                self.later(0.002, lambda at: self._lease(campaign, n, at))
            case SetSeat() | Offer():
                self.agents.see(command, now)
            case _ if isinstance(command, SwitchCommand):
                self.switch.obey(command, now)
            case _:
                pass  # Rows only; the store has written them with the journal.

    # ── who answers ─────────────────────────────────────────────────────────────────────────────────────────────

    def _rule(self, ask: SeekLeave, now: datetime) -> Event | None:
        answer = self.clearance.rule(ask, now)
        if answer is None:
            self.happened["clearance silent"] += 1
            return None
        slow = self.scenario.faults.clearance_slow and self._faults.random() < self.scenario.faults.clearance_slow
        self.happened["clearance slow"] += bool(slow)
        self.later(self._faults.uniform(0.3, 7.0) if slow else self._chance.uniform(0.001, 0.01), lambda _: answer)
        return None

    def _lease(self, campaign: CampaignId, n: int, now: datetime) -> Event:
        return Leased(campaign, tuple(self.store.lease(campaign, n, now)))

    def _read_switch(self) -> None:
        """What the switch tells, through a line that may lose, delay and double it."""
        faults, chance = self.scenario.faults, self._faults
        for event in self.switch.pop(self.now):
            self._remember_talk(event)
            if faults.lost and chance.random() < faults.lost:
                self.happened["event lost"] += 1
                continue
            copies = 2 if faults.doubled and chance.random() < faults.doubled else 1
            self.happened["event doubled"] += copies - 1
            for _ in range(copies):
                late = faults.late and chance.random() < faults.late
                self.happened["event late"] += bool(late)
                self.later(chance.uniform(0, faults.late_s) if late else 0.0, lambda _, event=event: event)  # type: ignore[misc]  # bound early

    def _remember_talk(self, event: CallEvent) -> None:
        channel = self.switch.channels.get(event.call)
        if channel is not None:
            self._talks[event.call] = channel.fate.talk

    def _talk_of(self, call: CallId) -> Talk | None:
        return self._talks.get(call)

    def _heard(self, event: Event) -> Event | None:
        """The engine hears it now, or when it wakes; what only a living one can hear is lost on a dead one."""
        if self.dialer is None:
            if not isinstance(event, CallEvent | PhoneUp | PhoneLost | Leased | Cleared | Tick):
                self._backlog.append(event)
            return None
        if self._stalled:
            self._backlog.append(event)
            return None
        if isinstance(event, StopAsked):
            self.gate.stop(event.campaign)
        elif isinstance(event, ResumeAsked):
            self.gate.resume()
        return event

    def later(self, seconds: float, happening: Happening) -> None:
        """Something happens so many seconds from now."""
        self._no += 1
        heapq.heappush(self._heap, (self.now + timedelta(seconds=seconds), self._no, happening))

    def suppress(self, number: str, seller: SellerId | None, now: datetime) -> None:
        """Committed at once; the hint reaches the engine a moment later, or is lost and found by the poll."""
        self.store.suppress(number, seller, now)
        self.revoked.append((now, number, seller))
        self.happened["revoked"] += 1
        self.later(self._hint_s(), lambda at: self.gate.void_number(number, seller, at))
        self.later(self._hint_s(), lambda _: NumberSuppressed(number, seller))

    def _opted_out(self, event: StopPressed, now: datetime) -> None:
        """In the transaction of its journal line the number is left in peace."""
        row = self.store.attempts.get(event.call)
        if row is not None:
            number, seller = row.candidate.number, row.candidate.seller
            self.store.suppress(number, seller, now)
            self.revoked.append((now, number, seller))
            self.happened["opted out"] += 1
            self.later(self._hint_s(), lambda at: self.gate.void_number(number, seller, at))

    # ── telephones of seats ─────────────────────────────────────────────────────────────────────────────────────

    def _raise_phone(self, seat: SeatId) -> Event | None:
        self.switch.raise_phone(seat)
        return PhoneUp(seat) if self.switch.attached else None

    def _phone_fails(self, now: datetime) -> Event | None:
        """Somebody's telephone goes away, rather in a talk than not, and comes back."""
        phones = self.switch.phones
        up = sorted(phones) if phones is not None else []
        talking = [seat for seat in up if self.agents.agents[seat].state in ("talking", "ringing")]
        if not up:
            return None
        seat = self._faults.choice(talking if talking and self._faults.random() < 0.7 else up)
        self.happened["phone lost"] += 1
        self.switch.lose_phone(seat, now)
        self.later(self._faults.uniform(1, self.scenario.faults.phone_s), lambda _: self._raise_phone(seat))
        return PhoneLost(seat) if self.switch.attached else None

    def _tell_phones(self) -> None:
        """After each connection: which telephones are up, and which are not."""
        for seat in self.agents.agents if self.switch.phones is not None else ():
            if self.dialer is not None:
                self.step(PhoneUp(seat) if seat in (self.switch.phones or ()) else PhoneLost(seat))

    def _hint_s(self) -> float:
        """Gate and engine are told apart from each other; a lost hint costs one poll."""
        return HINT_POLL_S if self._chance.random() < 0.3 else self._chance.uniform(0.002, 0.05)

    # ── lives and deaths ────────────────────────────────────────────────────────────────────────────────────────

    def come_to_life(self) -> None:
        """Take the floor, say what stands open, ask the switch for its present, then hear what was asked meanwhile."""
        self.dialer = Dialer()
        self._stalled = False
        recovered: Recovered = self.store.recover(self.now)
        self.gate.raise_epoch(self.store.floor, recovered.epoch)
        self.lives.append(Life(recovered.epoch, self.dialer, self.now))
        self.switch.attach()
        self.step(recovered)
        self._reconcile()
        backlog, self._backlog = self._backlog, []
        for event in backlog:
            heard = self._heard(event)
            if heard is not None and self.dialer is not None:
                self.step(heard)

    def _reconcile(self) -> None:
        if self.dialer is None:
            return
        for event in self.switch.reconcile(tuple(self.dialer.calls), self.now):
            if self.dialer is not None:
                self.step(event)
        self._tell_phones()

    def die(self) -> None:
        """Killed: nothing more is heard or done by this engine, and the switch notices that nobody listens."""
        if self.dialer is None:
            return
        self.happened["engine died"] += 1
        self.gaps.append((self.now, "engine died"))
        self.dialer = None
        self.switch.detach()
        self._old_permits += self._permits_in_hand()
        zombie = self._faults.random() < self.scenario.faults.zombie
        last = tuple(self._last_originates)

        def reborn(_: datetime) -> None:
            self.come_to_life()
            if zombie:
                self._zombie(last)

        self.later(self.scenario.faults.engine_dead_s, reborn)

    def _permits_in_hand(self) -> list[Cleared]:
        """Sealed and not dialled yet: what a deposed engine might still hold."""
        rows = (row for row in self.store.attempts.values() if row.live and not row.state)
        return [Cleared(row.attempt, self.clearance.permits[row.attempt]) for row in rows]

    def _zombie(self, last: tuple[Originate, ...]) -> None:
        """The deposed engine still speaks to the gate; its permits must be worth nothing."""
        for originate in last:
            self.happened["zombie spoke"] += 1
            self.happened["zombie dialled"] += self.switch.obey_another(originate, self.now)
        for cleared in self._old_permits:
            self.happened["zombie had a permit"] += 1
            originate = Originate(CallId(cleared.attempt), cleared.permit, 20)
            self.happened["zombie dialled"] += self.switch.obey_another(originate, self.now)
        self._old_permits.clear()

    # ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _plan_faults(self) -> None:
        faults = self.scenario.faults
        for every_s, happening in (
            (faults.engine_dies_every_s, self._engine_dies),
            (faults.engine_stalls_every_s, self._engine_stalls),
            (faults.clearance_silent_every_s, self._clearance_falls_silent),
            (faults.switch_crashes_every_s, self._switch_crashes),
            (faults.trunk_fails_every_s, self._trunk_fails),
            (faults.socket_drops_every_s, self._socket_drops),
            (faults.seat_lost_every_s, lambda _: self.agents.fall_silent()),
            (faults.phone_lost_every_s if self.scenario.phones else 0.0, self._phone_fails),
            (faults.stop_every_s, self._stop),
            (faults.clock_back_every_s, self._clock_goes_back),
            (self.scenario.revocations_every_s, self._revoke_in_flight),
        ):
            if every_s:
                self._again_and_again(every_s, happening)
        if self.scenario.house is not None and self.scenario.house_changes_s:
            self.later(self.scenario.house_changes_s, self._house_changes)
        if self.scenario.leave_at_once:
            self.later(self.scenario.leave_at_once, self._lunch)

    def _house_changes(self, _: datetime) -> Event | None:
        """Each campaign is told of the house's other limit, or that there is none any more."""
        cap = self.scenario.house_cap
        self.happened["house changed its limit"] += 1
        for settings in self.store.campaigns.values():
            kept = [limit for limit in settings.limits if not limit.shared]
            changed = [replace(limit, cap=cap) for limit in settings.limits if limit.shared and cap is not None]
            told = CampaignSet(replace(settings, limits=(*kept, *changed)))
            self.later(0.001, lambda _, told=told: told)  # type: ignore[misc]  # bound early
        return None

    def _again_and_again(self, every_s: float, happening: Happening) -> None:
        def once(now: datetime) -> Event | None:
            if now >= self.until:
                return None
            self._again_and_again(every_s, happening)
            return happening(now)

        self.later(self._faults.expovariate(1 / every_s), once)

    def _lunch(self, _: datetime) -> None:
        self.agents.gone = True
        self.happened["lunch"] += 1
        self.agents.leave_at_once()

    def _engine_dies(self, _: datetime) -> None:
        if self._faults.random() < self.scenario.faults.commit_lost and self.dialer is not None:
            # Either the next transaction is lost, or the one that has just brought a permit.
            self._dies_on = Event if self._faults.random() < 0.5 else Cleared
        else:
            self.die()

    def _engine_stalls(self, _: datetime) -> None:
        if self.dialer is None or self._stalled:
            return
        self.happened["engine stalled"] += 1
        self.gaps.append((self.now, "engine stalled"))
        self._stalled = True
        stalled = self.dialer
        self.later(self.scenario.faults.stall_s * self._faults.uniform(0.3, 1.2), lambda _: self._wakes(stalled))

    def _wakes(self, stalled: Dialer) -> None:
        if self.dialer is not stalled or not self._stalled:
            return
        self._stalled = False
        self.switch.elapse(self.now)
        if not self.switch.attached:
            self.happened["reader cut off"] += 1
            self.switch.attach()
            self._reconcile()
        backlog, self._backlog = self._backlog, []
        for event in backlog:
            heard = self._heard(event)
            if heard is not None and self.dialer is not None:
                self.step(heard)

    def _clearance_falls_silent(self, _: datetime) -> None:
        self.clearance.silent = True

        def speaks_again(_: datetime) -> None:
            self.clearance.silent = False

        self.later(self.scenario.faults.silent_s, speaks_again)

    def _switch_crashes(self, now: datetime) -> None:
        self.happened["switch crashed"] += 1
        self.gaps.append((now, "switch crashed"))
        self.switch.crash(now)
        if self.dialer is not None:
            self.switch.detach()
            self.later(1.5, self._socket_is_back)

    def _trunk_fails(self, now: datetime) -> None:
        self.happened["trunk failed"] += 1
        self.switch.cut_trunk(now)

        def is_back(_: datetime) -> None:
            self.switch.trunk_up = True

        self.later(self.scenario.faults.trunk_s, is_back)

    def _socket_drops(self, now: datetime) -> None:
        if self.dialer is None:
            return
        self.happened["socket dropped"] += 1
        self.gaps.append((now, "socket dropped"))
        self.switch.detach()
        self.later(self.scenario.faults.socket_s, self._socket_is_back)

    def _socket_is_back(self, _: datetime) -> None:
        if self.dialer is not None and not self._stalled and not self.switch.attached:
            self.switch.attach()
            self._reconcile()

    def _stop(self, _: datetime) -> Event | None:
        """At once, or at the worst moment: while leave is being sought."""
        if self._faults.random() < 0.5:
            return self._stop_now()
        self._stops_at_next_ask = True
        return None

    def _stop_now(self) -> Event:
        self.happened["stopped"] += 1
        self._stops_at_next_ask = False
        self.later(self.scenario.faults.stop_s, lambda _: ResumeAsked())
        return StopAsked(None, self._faults.random() < 0.5)

    def _clock_goes_back(self, _: datetime) -> None:
        self.happened["clock went back"] += 1
        self._clock_back_s = self._faults.uniform(0.1, 1.0)

        def is_right_again(_: datetime) -> None:
            self._clock_back_s = 0.0

        self.later(3.0, is_right_again)

    def _revoke_in_flight(self, now: datetime) -> None:
        sought = self.store.live_numbers(sought=True)
        live = sought if sought and self._faults.random() < 0.7 else self.store.live_numbers()
        if live:
            number, seller = self._faults.choice(live)
            self.happened["revoked in flight"] += 1
            self.suppress(number, self._faults.choice((seller, None)), now)

    def _calm_down(self) -> None:
        """Faults stop, campaigns pause, and whoever is gone comes back to life."""
        self.clearance.silent, self.switch.trunk_up, self._dies_on = False, True, None
        self._clock_back_s, self._stops_at_next_ask = 0.0, False
        self.scenario = replace(self.scenario, faults=Faults())
        if self.dialer is None:
            self.come_to_life()
        if self._stalled and self.dialer is not None:
            self._wakes(self.dialer)  # It hears what came meanwhile, as always.
        for settings in tuple(self.store.campaigns.values()):
            self.step(CampaignSet(replace(settings, running=False, version=settings.version + 1)))
        self.agents.go_home()
        if not self.switch.attached:
            self.switch.attach()
        self._reconcile()

    # ── the beginning ───────────────────────────────────────────────────────────────────────────────────────────

    def _draw_people(self, ids: Any) -> None:
        scenario, chance = self.scenario, self._chance
        house = scenario.house.of_the_house(self.starts) if scenario.house is not None else None
        numbers = _drama_numbers(chance, sum(campaign.contacts for campaign in scenario.campaigns))
        unknown: dict[ContactId, str] = {}
        listed: set[ContactId] = set()
        for campaign in scenario.campaigns:
            settings = campaign.settings(CampaignId(new_uuid(self.now, ids)), self.seller, self.starts, house)
            self.store.campaigns[settings.campaign] = settings
            people: list[Person] = []
            for _ in range(campaign.contacts):
                contact = ContactId(new_uuid(self.now, ids))
                shares = bool(people) and chance.random() < scenario.same_number_share
                number = people[-1].number if shares else next(numbers)
                phone = PhoneId(new_uuid(self.now, ids))
                region = scenario.regions[0] if len(scenario.regions) == 1 else chance.choice(scenario.regions)
                people.append(Person(contact, settings.campaign, self.seller, phone, number, ZONES[region], region))
                if chance.random() < scenario.unknown_share:
                    unknown[contact] = chance.choice(("callee.zones", "callee.country", "registries"))
                elif chance.random() < scenario.listed_share:
                    listed.add(contact)
            self.store.add(people, self.now)
            for person in people[: scenario.callbacks]:
                self._promise_later(person)
        self.clearance.unknown = lambda person: unknown.get(person.contact, "")
        self.clearance.listed = lambda person: person.contact in listed

    def _promise_later(self, person: Person) -> None:
        at = self.now + timedelta(seconds=self._chance.uniform(30, 60 * self.scenario.minutes))
        self.store.promise(person.contact, at, None)


def _drama_numbers(chance: Any, n: int) -> Any:
    """``n`` different fictional American numbers, in a drawn order; 80,000 there are."""
    every = range(800 * 100)
    assert n <= len(every), f"only {len(every)} fictional numbers exist, {n} were asked for"
    return (f"+1{200 + one // 100}55501{one % 100:02d}" for one in chance.sample(every, n))


def run_shift(scenario: Scenario, seed: int) -> World:
    """One shift from beginning to end."""
    return World(scenario, seed).run()
