"""Made-up agents in virtual time: what they do with what the screen shows.

They see what an agent sees (their seat's state and the card) and do what an agent can do. The demo's agents are not
these: they are ordinary users who come in by HTTP and WebSocket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ahize.dialer.commands import Offer, SetSeat
from ahize.dialer.events import (
    DialAsked,
    Disposed,
    Event,
    FinishAsked,
    HangUpAsked,
    SeatClosed,
    SeatLost,
    SeatPaused,
    SeatReady,
    ShiftEnds,
    SkipAsked,
)
from ahize.dialer.values import Candidate, SeatState
from ahize.kernel.chance import Chance
from ahize.kernel.ids import AttemptId, CallId, CampaignId, SeatId, SellerId
from ahize.sim.hands import handle_talk
from ahize.sim.people import People, Talk
from ahize.sim.scenario import AgentManners
from ahize.sim.store import SimStore

FINAL = frozenset({"sale", "do_not_call", "wrong_number"})
SILENCE_S = 6.0
"""An agent who hears nothing any more hangs up after so long, though no screen said that the call is over."""

Later = Callable[[float, Callable[[datetime], Event | None]], None]


@dataclass(slots=True)
class Agent:
    """One agent and what their screen shows."""

    seat: SeatId
    campaign: CampaignId
    state: SeatState = "closed"
    attempt: AttemptId | None = None
    since: datetime | None = None
    card: Candidate | None = None
    idle_s: float = 0.0
    talk_s: float = 0.0
    wrap_s: float = 0.0


@dataclass
class Agents:
    """All agents of a shift.

    Args:
        later: does something so many seconds from now; an event it answers with is what the agent asked for.
        talk: how the conversation of a call goes.
        suppress: commits a “remove me” at once, as the desk's button does.
        promise: makes an appointment to call back.
    """

    manners: AgentManners
    people: People
    store: SimStore
    chance: Chance
    later: Later
    talk: Callable[[CallId], Talk | None]
    suppress: Callable[[str, SellerId, datetime], None]
    hands: Chance
    presence: Chance
    agents: dict[SeatId, Agent] = field(default_factory=dict)
    gone: bool = False
    disposed: set[tuple[AttemptId, SeatId]] = field(default_factory=set)

    def sit_down(self, seat: SeatId, campaign: CampaignId, after_s: float) -> None:
        """An agent comes to work."""
        agent = self.agents[seat] = Agent(seat, campaign)
        self.later(after_s, lambda _: SeatReady(seat, campaign))
        self._plan_break(agent)
        self._plan_shift(agent, after_s)
        if self.manners.signs_off_every_s:
            self.later(self._in_about(self.manners.signs_off_every_s), lambda _: SeatClosed(seat))

    def leave_at_once(self) -> None:
        """Half of the floor goes to lunch within two minutes."""
        for agent in [agent for n, agent in enumerate(self.agents.values()) if n % 2]:
            seat = agent.seat
            self.later(self.chance.uniform(0, 120), lambda _, seat=seat: SeatPaused(seat, "lunch"))  # type: ignore[misc]  # bound early

    def go_home(self) -> None:
        """The shift is over: whoever still talks comes to an end."""
        self.gone = True
        for agent in self.agents.values():
            self.later(self.chance.uniform(0, 300), lambda _, agent=agent: self._say_goodbye(agent))  # type: ignore[misc]  # bound early

    def _say_goodbye(self, agent: Agent) -> Event | None:
        if agent.state in ("talking", "ringing") and agent.attempt is not None:
            self.later(10.0, lambda _: self._say_goodbye(agent))
            return HangUpAsked(agent.seat, CallId(agent.attempt))
        return None

    def fall_silent(self) -> Event | None:
        """Somebody's screen dies."""
        at_work = [agent for agent in self.agents.values() if agent.state not in ("closed", "paused")]
        if not at_work:
            return None
        agent = self.chance.choice(at_work)
        return SeatLost(agent.seat)

    def see(self, command: SetSeat | Offer, now: datetime) -> None:
        """The screen shows something new."""
        agent = self.agents.get(command.seat)
        if agent is None:
            return
        if isinstance(command, Offer):
            agent.card = command.candidate
            self._look_at_card(agent)
            return
        self._account(agent, now)
        agent.state, agent.attempt = command.state, command.attempt
        if command.state != "previewing":
            agent.card = None
        match command.state:
            case "talking":
                self._talk(agent, command.attempt)
            case "wrap_up":
                self._wrap_up(agent, command.attempt)
            case "paused" | "closed":
                self._come_back(agent, command.reason)
            case "ready":
                self._maybe_dial_by_hand(agent)
            case _:
                pass

    def _account(self, agent: Agent, now: datetime) -> None:
        spent = (now - agent.since).total_seconds() if agent.since else 0.0
        agent.since = now
        if agent.state == "ready":
            agent.idle_s += spent
        elif agent.state == "talking":
            agent.talk_s += spent
        elif agent.state == "wrap_up":
            agent.wrap_s += spent

    def _talk(self, agent: Agent, attempt: AttemptId | None) -> None:
        talk = self.talk(CallId(attempt)) if attempt is not None else None
        if attempt is None or talk is None:
            return
        seat = agent.seat
        ends_s = talk.seconds if talk.ends == "agent" else talk.seconds + SILENCE_S

        def hang_up(_: datetime) -> Event | None:
            still_here = agent.state == "talking" and agent.attempt == attempt
            return HangUpAsked(seat, CallId(attempt)) if still_here else None

        self.later(ends_s, hang_up)
        self.later(ends_s + 4 * SILENCE_S, hang_up)
        handle_talk(self, agent, attempt, talk)
        if self.chance.random() < self.manners.finish_after:
            self.later(talk.seconds / 2, lambda _: FinishAsked(seat, True))
        if self.chance.random() < self.manners.disposes_early:
            self.later(talk.seconds * 0.9, lambda now: self._dispose_early(agent, attempt, talk, now))

    def _dispose_early(self, agent: Agent, attempt: AttemptId, talk: Talk, now: datetime) -> Event | None:
        mine = (attempt, agent.seat)
        still_here = agent.state == "talking" and agent.attempt == attempt and mine not in self.disposed
        return self._dispose(agent, attempt, talk, now) if still_here else None

    def _wrap_up(self, agent: Agent, attempt: AttemptId | None) -> None:
        if attempt is None:
            return
        talk = self.talk(CallId(attempt)) or Talk(0.0, "agent", "not_interested")
        slow = self.chance.random() < self.manners.too_slow
        after_s = 900.0 if slow else self.people.wrap_s()

        def dispose(now: datetime) -> Event | None:
            if agent.state != "wrap_up" or agent.attempt != attempt or (attempt, agent.seat) in self.disposed:
                return None
            return self._dispose(agent, attempt, talk, now)

        self.later(after_s, dispose)

    def _dispose(self, agent: Agent, attempt: AttemptId, talk: Talk, now: datetime) -> Event:
        self.disposed.add((attempt, agent.seat))
        code = talk.disposition
        again_at = None
        row = self.store.attempts.get(attempt)
        if code == "do_not_call" and row is not None:
            self.suppress(row.candidate.number, row.candidate.seller, now)
        if code == "callback" and row is not None:
            again_at = now + timedelta(seconds=self.chance.uniform(120, 1800))
            contact, seat = row.candidate.contact, agent.seat if self.chance.random() < 0.5 else None
            self.later(1.0, lambda _: self.store.promise(contact, again_at, seat))
        return Disposed(attempt, agent.seat, code, code in FINAL, again_at)

    def _look_at_card(self, agent: Agent) -> None:
        card, seat = agent.card, agent.seat
        skips = self.chance.random() < self.manners.skips

        def decide(_: datetime) -> Event | None:
            if agent.card is not card or card is None:
                return None
            return SkipAsked(seat) if skips else DialAsked(seat, _asked(card, seat, "preview"))

        self.later(self.chance.uniform(2, 20) if self.chance.random() > 0.05 else 600.0, decide)

    def _maybe_dial_by_hand(self, agent: Agent) -> None:
        if not self.manners.dials_by_hand_every_s:
            return

        def dial(now: datetime) -> Event | None:
            due = self.chance.choice(list(self.store.people.values()))
            if agent.state != "ready" or due.campaign != agent.campaign:
                return None
            candidate = self.store.lease_one(due.contact, now, "typed")
            return DialAsked(agent.seat, _asked(candidate, agent.seat, "typed")) if candidate else None

        self.later(self._in_about(self.manners.dials_by_hand_every_s), dial)

    def _come_back(self, agent: Agent, reason: str) -> None:
        if self.gone and reason == "lunch":
            return
        if reason == "parked":
            return  # Their parked person comes first; see hands.py.
        away_s = (
            15.0 if reason in ("lost", "no_answer", "recovered", "listening") else self._in_about(self.manners.break_s)
        )

        def sit_down_again(_: datetime) -> Event | None:
            return SeatReady(agent.seat, agent.campaign) if agent.state in ("paused", "closed") else None

        self.later(away_s, sit_down_again)

    def _plan_shift(self, agent: Agent, after_s: float) -> None:
        """Most say when they sit down, some say it anew later, and now and then one takes it back."""
        if not self.manners.shift_s:
            return
        chance, seat = self.presence, agent.seat

        def say(now: datetime) -> Event:
            ends_s = chance.uniform(0.3, 1.5) * self.manners.shift_s
            return ShiftEnds(seat, None if chance.random() < 0.1 else now + timedelta(seconds=ends_s))

        if chance.random() < 0.8:
            self.later(after_s + 0.1, say)
        if chance.random() < 0.3:
            self.later(after_s + chance.uniform(10.0, self.manners.shift_s), say)

    def _plan_break(self, agent: Agent) -> None:
        def take(_: datetime) -> Event:
            self._plan_break(agent)
            waits = bool(self.manners.waits) and self.presence.random() < self.manners.waits
            if waits and self.presence.random() < 0.2:
                self.later(3.0, lambda _: self._go_now(agent))
            return SeatPaused(agent.seat, "break", waits)

        if self.manners.break_every_s:
            self.later(self._in_about(self.manners.break_every_s), take)

    def _go_now(self, agent: Agent) -> Event | None:
        """Somebody who waits no longer for whoever rings."""
        impatient = agent.state == "ready" and not self.manners.waits >= 1.0
        return SeatPaused(agent.seat, "break", True) if impatient else None

    def _in_about(self, mean_s: float) -> float:
        return self.chance.expovariate(1 / mean_s)


def _asked(candidate: Candidate, seat: SeatId, origin: str) -> Candidate:
    return Candidate(
        candidate.contact,
        candidate.campaign,
        candidate.seller,
        candidate.phone,
        candidate.number,
        candidate.attempts,
        candidate.due_at,
        "typed" if origin == "typed" else "preview",
        seat,
        candidate.callback,
    )
