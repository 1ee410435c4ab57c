"""What made-up agents and supervisors do in a talk: hold, hand over, consult, park, leave a message, listen.

Drawn from a chance of its own, so that a shift whose agents do nothing of it is the same as before. They press what an
agent can press, now and then at the wrong moment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ahize.dialer.events import (
    ClosingHeard,
    DigitsAsked,
    DropAsked,
    EarsAsked,
    Event,
    HoldAsked,
    ParkAsked,
    RecordingPauseAsked,
    SeatReady,
    TransferAsked,
    TransferEnded,
)
from ahize.kernel.ids import AttemptId, CallId
from ahize.sim.people import Talk

if TYPE_CHECKING:
    from ahize.sim.agents import Agent, Agents

APPROVED = UUID(int=77)
"""A recording that may be left on machines."""


def handle_talk(agents: Agents, agent: Agent, attempt: AttemptId, talk: Talk) -> None:
    """Plan what this agent does in this talk, and who listens to it."""
    manners, chance = agents.manners, agents.hands
    at_s = 0.4 * min(talk.seconds, 60.0)
    plans: tuple[tuple[float, Callable[[Agents, Agent, AttemptId, float], None]], ...] = (
        (manners.holds, _hold),
        (manners.hands_over, _hand_over),
        (manners.consults, _consult),
        (manners.parks, _park),
        (manners.is_listened_to, _listen),
    )
    for share, plan in plans:
        if share and chance.random() < share:
            plan(agents, agent, attempt, at_s)
    if manners.closes and chance.random() < manners.closes:
        closing_s = max(0.0, talk.seconds - chance.uniform(2.0, 30.0))
        agents.later(closing_s, lambda _: ClosingHeard(agent.seat, CallId(attempt)))
    if manners.drops and talk.disposition == "machine" and chance.random() < manners.drops:
        agents.later(at_s / 2, lambda _: DropAsked(agent.seat, CallId(attempt), APPROVED))


def _hold(agents: Agents, agent: Agent, attempt: AttemptId, at_s: float) -> None:
    seat, call = agent.seat, CallId(attempt)
    agents.later(at_s, lambda _: HoldAsked(seat, call, True))
    agents.later(at_s + 6, lambda _: HoldAsked(seat, call, False))
    agents.later(at_s + 7, lambda _: DigitsAsked(seat, call, "1#" if agents.hands.random() < 0.8 else "abc"))
    agents.later(at_s + 8, lambda _: RecordingPauseAsked(seat, call, True))
    agents.later(at_s + 12, lambda _: RecordingPauseAsked(seat, call, False))


def _hand_over(agents: Agents, agent: Agent, attempt: AttemptId, at_s: float) -> None:
    agents.later(at_s, lambda _: _transfer(agents, agent, attempt, warm=False))


def _consult(agents: Agents, agent: Agent, attempt: AttemptId, at_s: float) -> None:
    seat, call, chance = agent.seat, CallId(attempt), agents.hands
    agents.later(at_s, lambda _: _transfer(agents, agent, attempt, warm=True))
    if chance.random() < 0.4:
        agents.later(at_s + 5, lambda _: TransferEnded(seat, call, "all"))
    if chance.random() < 0.9:
        how = "complete" if chance.random() < 0.6 else "back"
        agents.later(at_s + chance.uniform(3, 15), lambda _: TransferEnded(seat, call, how))  # type: ignore[arg-type]  # two of the words


def _transfer(agents: Agents, agent: Agent, attempt: AttemptId, *, warm: bool) -> Event:
    """To whoever waits longest, or to a certain colleague, who may be busy."""
    chance = agents.hands
    colleagues = [seat for seat in agents.agents if seat != agent.seat]
    if colleagues and chance.random() < 0.5:
        return TransferAsked(agent.seat, CallId(attempt), chance.choice(colleagues), None, warm)
    return TransferAsked(agent.seat, CallId(attempt), None, agent.campaign, warm)


def _park(agents: Agents, agent: Agent, attempt: AttemptId, at_s: float) -> None:
    """Most come back for whom they parked; all come back to work."""
    chance, call = agents.hands, CallId(attempt)
    agents.later(at_s, lambda _: ParkAsked(agent.seat, call, True))
    if chance.random() < 0.8:
        agents.later(at_s + chance.uniform(3, 40), lambda _: ParkAsked(agent.seat, call, False))

    def back_to_work(_: datetime) -> Event | None:
        is_idle = agent.state == "paused" and not agents.gone
        return SeatReady(agent.seat, agent.campaign) if is_idle else None

    agents.later(at_s + 60, back_to_work)


def _listen(agents: Agents, agent: Agent, _: AttemptId, at_s: float) -> None:
    """A colleague on a break plays the supervisor."""
    free = [other for other in agents.agents.values() if other.state in ("paused", "ready") and other is not agent]
    if not free:
        return
    chance = agents.hands
    supervisor = chance.choice(free).seat
    agents.later(at_s, lambda _: EarsAsked(supervisor, agent.seat, chance.choice(("listen", "whisper", "barge"))))
    how = "take_over" if chance.random() < 0.3 else "off"
    agents.later(at_s + chance.uniform(2, 20), lambda _: EarsAsked(supervisor, agent.seat, how))  # type: ignore[arg-type]  # two of the words
