"""One evening of a campaign in virtual time, through the engine that dials in life, with as little around it as can be.

The engine (``dialer/engine.py``) is the product's own: pacing, budget, hopper, seats and recycling are decided as they
are on a floor. What answers it is lean: people drawn from ``habits.py``, a switch without faults, agents without
tricks, and a clearance that reads the hours in which the rulebook allows each group of contacts. ``world.py`` is the
one to find mistakes with; this is the one to ask "what would this evening bring?" two hundred times. Same plan, habits
and seed, same figures.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ahize.calls import greeting
from ahize.calls.events import AgentJoined, Answered, HumanHeard, HungUp, MachineHeard, MessagePlayed, Ringing
from ahize.compliance.ruling import Permit
from ahize.dialer.commands import (
    Command,
    Conclude,
    Connect,
    HangUp,
    Lease,
    Offer,
    Originate,
    PlayMessage,
    Recycle,
    Release,
    SeekLeave,
    SetSeat,
)
from ahize.dialer.engine import Dialer
from ahize.dialer.events import (
    Barred,
    CampaignSet,
    Cleared,
    DialAsked,
    Disposed,
    Event,
    HangUpAsked,
    Leased,
    Recovered,
    SeatPaused,
    SeatReady,
    Tick,
)
from ahize.dialer.values import Candidate, SeatState
from ahize.kernel.chance import stream
from ahize.kernel.ids import AttemptId, CampaignId, FloorId, SeatId, TenantId
from ahize.sim.fates import Fate, Fates
from ahize.sim.habits import Habits
from ahize.sim.pauses import Rest
from ahize.sim.plan import Plan
from ahize.sim.stock import Contact, Stock

SLOTS: Final = 8
"""An evening's figures are kept in so many parts of equal length."""
SETTLES_S: Final = 180.0
"""After the end nothing is dialled any more; so long whatever rings may come to its outcome."""
PERMIT_S: Final = 5.0
MESSAGE_S: Final = 8.0
STEPS_BACK_S: Final = 15.0
"""Of whom the engine itself has paused: until they are ready again, in the mean."""
SILENCE_S: Final = 0.25
"""From a decision to an agent on the line; what lasts longer than the limit and this is left in silence."""

TENANT, FLOOR = TenantId(UUID(int=1)), FloorId(UUID(int=2))
COUNTED: Final = (
    *("dials", "answers", "abandoned", "mistaken", "talks", "sales", "finished"),
    *("staffed_s", "waited_s", "talked_s", "wrapped_s", "billed_s"),
)
"""What is counted in each part. Times are seconds of seats, ``billed_s`` of answered calls; ``answers`` are those that
the law counts: by a person, or by what could not be told from one; ``mistaken`` are people taken for machines."""


@dataclass(slots=True)
class Line:
    """A call at the switch. ``step`` moves on with its state: what was to happen in an older one is off."""

    attempt: AttemptId
    contact: Contact
    fate: Fate
    detect: bool
    state: str = "dialed"
    step: int = 0
    seat: SeatId | None = None
    answered_at: float = 0.0
    heard_at: float = -1.0


@dataclass(slots=True)
class Agent:
    """One seat and what its screen shows."""

    seat: SeatId
    state: SeatState = "closed"
    since: float = 0.0
    attempt: AttemptId | None = None
    card: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Evening:
    """What came of one.

    Args:
        counted: for each of COUNTED its SLOTS parts.
        outcomes: how many attempts came to each.
        dry_s: seconds after the start when the list had fewer to give than were wanted; None: it never had.
        is_over: it ends with a larger share abandoned than the law allows in its period, which goes on: an agent left
            while a telephone rang. The engine dials one to one until it is made good.
        broken: promises that were broken, in words; a lawful evening has none.
        events: that the engine was told.
    """

    seed: int
    counted: dict[str, list[float]]
    outcomes: dict[str, int]
    dry_s: float | None
    is_over: bool
    broken: tuple[str, ...]
    events: int

    @property
    def is_whole(self) -> bool:
        """False for a first look."""
        return len(self.counted["dials"]) == SLOTS

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Evening:
        return cls(**{**given, "broken": tuple(given["broken"])})

    def to_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "counted": {name: [round(part, 3) for part in parts] for name, parts in self.counted.items()},
            "outcomes": dict(sorted(self.outcomes.items())),
            "dry_s": None if self.dry_s is None else round(self.dry_s, 1),
            "is_over": self.is_over,
            "broken": list(self.broken),
            "events": self.events,
        }


Happening = Callable[[Any, Any], None]


@dataclass
class Floor:
    """The loop: the engine, what will happen when, and what is counted."""

    plan: Plan
    habits: Habits
    seed: int
    fates: Fates | None = None
    tries: Sequence[int] = ()
    shifts: Sequence[Sequence[tuple[float, float]]] = ()
    watch: Callable[[datetime, Event, tuple[Command, ...]], None] | None = None
    counted: dict[str, list[float]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        plan = self.plan
        self.now = 0.0
        self.length = plan.hours * 3600.0
        self.events = 0
        self.counted = {name: [0.0] * SLOTS for name in COUNTED}
        self._heap: list[tuple[float, int, Happening, Any, Any]] = []
        self._no = 0
        self._chance = stream(self.seed, "evening")
        self.people = self.fates or Fates(self.habits, stream(self.seed, "evening people"), plan.starts)
        self.stock = Stock(
            plan.stock,
            plan.settings.campaign,
            plan.settings.seller,
            stream(self.seed, "evening list"),
            plan.starts,
            self.tries,
        )
        self.stock.lay_out(plan.order, most=round(plan.seats * plan.hours * MOST_PER_SEAT_HOUR) + 1000)
        self.dialer = Dialer()
        self.lines: dict[AttemptId, Line] = {}
        self.ended: dict[AttemptId, Fate] = {}
        self.agents: dict[SeatId, Agent] = {}
        self.dry_s: float | None = None
        self.live, self.lost = plan.settings.live_answers, plan.settings.abandoned
        self._lasts = {rest.code: rest.lasts_s for rest in self.habits.rests}
        self._obeys: dict[type, Callable[[Any], None]] = {
            Originate: self._dial,
            SeekLeave: self._seek,
            SetSeat: self._see,
            Connect: self._connect,
            Conclude: self._conclude,
            Recycle: self._recycle,
            Release: self._release,
            Lease: self._lease,
            HangUp: self._hang_up,
            PlayMessage: self._message,
            Offer: self._offer,
        }

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, parts: int = SLOTS) -> Evening:
        """All of it; or only its first parts, for a first look."""
        plan = self.plan
        digest = stream(self.seed, "evening engine").getrandbits(48)
        self._tell(Recovered(epoch=1, campaigns=(plan.settings,), seed=digest, lines=plan.lines))
        self._sit_down()
        self._until(self.length * parts / SLOTS)
        for agent in self.agents.values():
            self._account(agent)
        for line in self.lines.values():
            if line.answered_at:
                self._count("billed_s", self.now - line.answered_at)
        if parts < SLOTS:
            return self._came(parts)
        self._tell(CampaignSet(replace(plan.settings, running=False, version=plan.settings.version + 1)))
        self._until(self.length + SETTLES_S)
        return self._came(SLOTS)

    def _came(self, parts: int) -> Evening:
        plan = self.plan
        is_over = self.lost > plan.settings.abandoned and self.lost > plan.law_cap * self.live + 1e-9
        if is_over and (not plan.law_cap or self.stock.is_done):
            # Nothing that comes later in the law's period can make good for it.
            self.broken.append(f"{self.lost} of {self.live} answers abandoned, the law allows {plan.law_cap:.2%}")
        counted = {name: of_parts[:parts] for name, of_parts in self.counted.items()}
        broken = tuple(self.broken)
        return Evening(self.seed, counted, self.outcomes, self.dry_s, is_over, broken, self.events)

    def _until(self, end: float) -> None:
        heap, starts, dialer = self._heap, self.plan.starts, self.dialer
        while True:
            wakeup = dialer.wakeup()
            rings = (wakeup - starts).total_seconds() if wakeup is not None else end
            if heap and heap[0][0] <= rings:
                at, _, happening, one, other = heap[0]
                if at >= end:
                    break
                heapq.heappop(heap)
                self.now = max(self.now, at)
                happening(one, other)
            elif rings < end:
                self.now = max(self.now, rings)
                self._tell(Tick())
            else:
                break
        self.now = end

    def _tell(self, event: Event) -> None:
        now = self.plan.starts + timedelta(seconds=self.now)
        self.events += 1
        commands = self.dialer.handle(event, now)
        if self.watch is not None:
            self.watch(now, event, commands)
        for command in commands:
            obey = self._obeys.get(type(command))
            if obey is not None:
                obey(command)

    def _later(self, seconds: float, happening: Happening, one: Any = None, other: Any = None) -> None:
        self._no += 1
        heapq.heappush(self._heap, (self.now + seconds, self._no, happening, one, other))

    def _count(self, name: str, by: float = 1.0) -> None:
        slot = int(self.now / self.length * SLOTS)
        if slot < SLOTS:
            self.counted[name][slot] += by
        else:
            self.counted[name][SLOTS - 1] += by

    # ── seats ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _sit_down(self) -> None:
        """Agents come within twenty seconds, or over the times that their shifts say."""
        campaign = self.plan.settings.campaign
        for n in range(self.plan.seats):
            agent = Agent(SeatId(UUID(int=(3 << 64) + n)))
            self.agents[agent.seat] = agent
            if self.shifts:
                for since, until in self.shifts[n % len(self.shifts)]:
                    self._later(since, self._come, agent, campaign)
                    if until < self.length:
                        self._later(until, self._go, agent)
            else:
                self._later(self._chance.uniform(0.5, 20.0), self._come, agent, campaign)
                for rest in self.habits.rests:
                    self._plan_break(agent, rest)

    def _come(self, agent: Agent, campaign: CampaignId) -> None:
        if agent.state in ("paused", "closed"):
            self._tell(SeatReady(agent.seat, campaign))

    def _go(self, agent: Agent, _: Any) -> None:
        self._tell(SeatPaused(agent.seat, "break"))

    def _plan_break(self, agent: Agent, rest: Rest) -> None:
        self._later(self._chance.expovariate(1 / rest.every_s), self._take_break, agent, rest)

    def _take_break(self, agent: Agent, rest: Rest) -> None:
        self._plan_break(agent, rest)
        self._tell(SeatPaused(agent.seat, rest.code))

    def _see(self, command: SetSeat) -> None:
        agent = self.agents[command.seat]
        self._account(agent)
        agent.state, agent.attempt = command.state, command.attempt
        if command.state == "wrap_up":
            self._later(self._wrap_s(command.attempt), self._dispose, agent, command.attempt)
        elif command.state == "paused" and not self.shifts:
            lasts_s = self._lasts.get(command.reason, STEPS_BACK_S)
            self._later(self._chance.expovariate(1 / lasts_s), self._come, agent, self.plan.settings.campaign)

    def _wrap_s(self, attempt: AttemptId | None) -> float:
        fate = self._fate_of(attempt)
        return fate.wrap_s if fate is not None else self.habits.wrap_s.draw(self._chance)

    def _account(self, agent: Agent) -> None:
        """Where this seat's time went since it last changed; nothing after the evening's end counts."""
        spent = min(self.now, self.length) - agent.since
        agent.since = self.now
        if spent <= 0 or agent.state in ("closed", "paused"):
            return
        self._count("staffed_s", spent)
        match agent.state:
            case "talking":
                self._count("talked_s", spent)
            case "wrap_up":
                self._count("wrapped_s", spent)
            case _:
                self._count("waited_s", spent)

    def _offer(self, command: Offer) -> None:
        agent = self.agents[command.seat]
        agent.card = command.candidate
        self._later(self.habits.preview_s.draw(self._chance), self._accept, agent, command.candidate)

    def _accept(self, agent: Agent, card: Candidate) -> None:
        if agent.card is card and agent.state == "previewing":
            agent.card = None
            self._tell(DialAsked(agent.seat, replace(card, origin="preview", seat=agent.seat)))

    def _dispose(self, agent: Agent, attempt: AttemptId) -> None:
        fate = self.ended.pop(attempt, None)
        if agent.state != "wrap_up" or agent.attempt != attempt or fate is None:
            return
        self._tell(Disposed(attempt, agent.seat, fate.code, fate.final, None))

    def _fate_of(self, attempt: AttemptId | None) -> Fate | None:
        line = self.lines.get(attempt) if attempt is not None else None
        return line.fate if line is not None else self.ended.get(attempt) if attempt is not None else None

    # ── the list, and leave to dial ─────────────────────────────────────────────────────────────────────────────

    def _lease(self, command: Lease) -> None:
        self._later(0.002, self._hand_out, command.n)

    def _hand_out(self, n: int, _: Any) -> None:
        some = self.stock.lease(n, self.now)
        if len(some) < n and self.dry_s is None and self.now < self.length:
            self.dry_s = self.now
        self._tell(Leased(self.plan.settings.campaign, tuple(some)))

    def _release(self, command: Release) -> None:
        at = (command.due_at - self.plan.starts).total_seconds()
        for contact in command.contacts:
            self.stock.give_back(contact, at)

    def _recycle(self, command: Recycle) -> None:
        if command.due_at is None:
            self._count("finished", self.now < self.length)
            self.stock.done(command.contact)
        else:
            self.stock.give_back(command.contact, (command.due_at - self.plan.starts).total_seconds())

    def _seek(self, command: SeekLeave) -> None:
        self._later(self._chance.uniform(0.004, 0.04), self._rule, command)

    def _rule(self, ask: SeekLeave, _: Any) -> None:
        contact = self.stock.contact(ask.candidate.contact)
        settings, starts = self.plan.settings, self.plan.starts
        closes = contact.group.closes(self.now)
        ring_s = settings.ring_s_max
        if closes is None or closes - self.now < ring_s:
            opens = contact.group.opens(self.now if closes is None else closes)
            again = None if opens is None else starts + timedelta(seconds=opens)
            self._tell(Barred(ask.attempt, ("hours",), again or starts + timedelta(days=1)))
            return
        now = starts + timedelta(seconds=self.now)
        permit = Permit(
            id=ask.attempt,
            attempt=ask.attempt,
            number=ask.candidate.number,
            tenant=TENANT,
            seller=settings.seller,
            campaign=settings.campaign,
            contact=ask.candidate.contact,
            floor=FLOOR,
            epoch=1,
            world="made_up",
            caller_id="",
            sealed_at=now,
            valid_until=now + timedelta(seconds=min(PERMIT_S, closes - self.now)),
            ring_s_min=0,
            ring_s_max=ring_s,
            duties=(),
            federal_only=False,
        )
        self._tell(Cleared(ask.attempt, permit))

    # ── the switch, and who answers ─────────────────────────────────────────────────────────────────────────────

    def _dial(self, command: Originate) -> None:
        contact = self.stock.contact(command.permit.contact)
        if contact.group.closes(self.now) is None:
            self.broken.append(f"a number was dialled {self.now:.0f} s after the start, outside its hours")
        now = self.plan.starts + timedelta(seconds=self.now)
        if command.call in self.lines or not command.permit.covers(contact.number, now):
            self.broken.append("a number was dialled without a permit for it")
        fate = self.people.of(contact, self.now)
        contact.tries += 1
        line = self.lines[command.call] = Line(command.call, contact, fate, command.detect)
        self._count("dials")
        if fate.cause:
            self._on(line, fate.after_s, self._fails)
            return
        if fate.rings_s < command.ring_s:
            self._on(line, fate.rings_s, self._rings)
        if fate.after_s < command.ring_s:
            self._on(line, fate.after_s, self._answers)
        else:
            self._on(line, command.ring_s, self._gives_up)

    def _on(self, line: Line, seconds: float, then: Happening) -> None:
        self._no += 1
        heapq.heappush(self._heap, (self.now + seconds, self._no, then, line, line.step))

    def _rings(self, line: Line, step: int) -> None:
        if line.step == step:
            self._tell(Ringing(line.attempt))

    def _fails(self, line: Line, step: int) -> None:
        if line.step == step:
            self._end(line, line.fate.cause, "network")

    def _gives_up(self, line: Line, step: int) -> None:
        if line.step == step:
            self._end(line, 19, "us")

    def _answers(self, line: Line, step: int) -> None:
        if line.step != step:
            return
        line.step += 1
        line.state, line.answered_at = "listening", self.now
        step = line.step
        self._tell(Answered(line.attempt))
        if line.detect:
            self._on(line, line.fate.listens_s, self._verdict)
        elif line.step == step:
            self._verdict(line, step)

    def _verdict(self, line: Line, step: int) -> None:
        if line.step != step:
            return
        verdict = greeting.judge(line.fate.heard, self._threshold()) if line.detect else greeting.NOT_LISTENED
        if line.state == "talking":
            return
        line.state, line.heard_at = "waiting", self.now
        if verdict.kind is not None:
            self._count("mistaken", line.fate.who == "person")
            self._tell(MachineHeard(line.attempt, verdict.kind, verdict.reason))
            return
        if verdict.is_certain:
            self.live += 1
            self._count("answers")
        stays = line.fate.patience_s if line.fate.who == "person" else 30.0
        self._on(line, stays, self._leaves)
        self._tell(HumanHeard(line.attempt, verdict.reason))

    def _threshold(self) -> greeting.Threshold:
        return greeting.Threshold(self.plan.settings.person_cost)

    def _leaves(self, line: Line, step: int) -> None:
        if line.step == step:
            self._end(line, 16, "callee")

    def _connect(self, command: Connect) -> None:
        line = self.lines.get(command.call)
        if line is not None:
            self._on(line, self._chance.uniform(0.02, 0.12), self._joins)
            line.seat = command.seat

    def _joins(self, line: Line, step: int) -> None:
        if line.step != step or line.seat is None or self.lines.get(line.attempt) is not line:
            return
        limit = self.plan.settings.connect_s + SILENCE_S
        if line.heard_at >= 0 and self.now - line.heard_at > limit:
            self.broken.append(f"somebody who answered was left in silence for {self.now - line.heard_at:.1f} s")
        line.step += 1
        line.state = "talking"
        fate = line.fate
        self._on(line, fate.talk_s, self._callee_ends if fate.callee_ends else self._agent_ends)
        if fate.who == "person":
            self._count("talks")
            self._count("sales", fate.sale)
        self._tell(AgentJoined(line.attempt, line.seat))

    def _callee_ends(self, line: Line, step: int) -> None:
        if line.step == step:
            self._end(line, 16, "callee")

    def _agent_ends(self, line: Line, step: int) -> None:
        if line.step == step and line.seat is not None:
            self._tell(HangUpAsked(line.seat, line.attempt))

    def _message(self, command: PlayMessage) -> None:
        line = self.lines.get(command.call)
        if line is None:
            return
        limit = self.plan.settings.connect_s + SILENCE_S
        if line.heard_at >= 0 and self.now - line.heard_at > limit:
            self.broken.append(f"somebody who answered was left in silence for {self.now - line.heard_at:.1f} s")
        line.step += 1
        line.state = "message"
        leaves = self._chance.expovariate(1 / 6)
        self._on(line, min(leaves, MESSAGE_S), self._leaves if leaves < MESSAGE_S else self._message_over)

    def _message_over(self, line: Line, step: int) -> None:
        if line.step == step:
            self._tell(MessagePlayed(line.attempt))
            if line.attempt in self.lines:
                self._end(line, 16, "us")

    def _hang_up(self, command: HangUp) -> None:
        line = self.lines.get(command.call)
        if line is not None:
            self._later(0.0, self._is_ended, line)

    def _is_ended(self, line: Line, _: Any) -> None:
        if self.lines.get(line.attempt) is line:
            self._end(line, 16, "us")

    def _end(self, line: Line, cause: int, by: Any) -> None:
        del self.lines[line.attempt]
        line.step += 1
        if line.state == "talking":
            self.ended[line.attempt] = line.fate
        if line.answered_at and self.now < self.length:
            self._count("billed_s", self.now - line.answered_at)
        self._tell(HungUp(line.attempt, cause, by))

    def _conclude(self, command: Conclude) -> None:
        self.outcomes[command.outcome] = self.outcomes.get(command.outcome, 0) + 1
        if command.outcome == "abandoned":
            self.lost += 1
            self._count("abandoned")


MOST_PER_SEAT_HOUR: Final = 240
"""More contacts than a seat can get through in an hour need not be laid out."""


def evening(plan: Plan, habits: Habits, seed: int, *, parts: int = SLOTS) -> Evening:
    """One evening from beginning to end, or only its first parts."""
    return Floor(plan, habits, seed).run(parts)
