"""A day as its journal tells it: what was counted, who answered after how long, and when seats were there.

From events and the commands they caused, and from nothing else; so it counts what the engine did, or what a fresh one
would do with the same events. What a journal cannot know is left open (``Known``): how long somebody would have talked
who was left without an agent. A telephone that was let ring for 25 s is taken for one that nobody would pick up later.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ahize.calls import greeting
from ahize.calls.events import AgentJoined, Answered, HumanHeard, HungUp, MachineHeard, Ringing
from ahize.calls.greeting import Heard
from ahize.calls.outcomes import of_unanswered
from ahize.dialer.commands import Command, Conclude, Originate, Recycle, SeekLeave, SetSeat
from ahize.dialer.engine import Dialer
from ahize.dialer.events import CampaignSet, Disposed, Event, Recovered
from ahize.dialer.values import CampaignSettings, SeatState
from ahize.kernel.chance import Chance, stream
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, SeatId
from ahize.sim.evening import COUNTED, SLOTS, Evening, Floor
from ahize.sim.fates import Fate, Fates
from ahize.sim.habits import Habits
from ahize.sim.plan import Plan
from ahize.sim.stock import Contact

Entry = tuple[datetime, Event, tuple[Command, ...]]
AWAY: Final = ("closed", "paused")
HELLO: Final = Heard(0.3, 0.6, 1)
MACHINES_WORDS: Final = Heard(0.3, 5.0, 12)
UNSURE: Final = Heard(2.5, 0.0, 0)
"""What was heard, for each of the detector's three verdicts."""
SHORTEST_S: Final = 30.0
"""A seat that is there for less is not laid out in a shift of its own."""


@dataclass(slots=True)
class Call:
    """One attempt as it was recorded; times are seconds since the day's beginning."""

    contact: ContactId
    tries: int
    dialled: float | None = None
    rang: float | None = None
    answered: float | None = None
    heard: float | None = None
    verdict: str = ""
    joined: float | None = None
    ended: float | None = None
    cause: int = 0
    by: str = ""
    outcome: str = ""
    code: str = ""
    final: bool = False
    disposed: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one dial; None where the day never showed it."""

    who: str
    rings_s: float
    after_s: float
    cause: int = 0
    verdict: str = ""
    listens_s: float = 0.8
    patience_s: float | None = None
    talk_s: float | None = None
    callee_ends: bool = False
    code: str = ""
    sale: bool = False
    final: bool = False
    wrap_s: float | None = None

    def to_json(self) -> list[Any]:
        values = [getattr(self, name) for name in self.__dataclass_fields__]
        return [
            None if value == math.inf else round(value, 3) if isinstance(value, float) else value for value in values
        ]

    @classmethod
    def from_json(cls, given: Sequence[Any]) -> Known:
        known = cls(*given)
        return cls(known.who, known.rings_s, math.inf if given[2] is None else given[2], *given[3:])


@dataclass(frozen=True, slots=True)
class Recorded:
    """A day for one campaign, to be dialled again.

    Args:
        known: for each contact in the order of the day what came of each of its dials.
        tries: how often each had been tried before that day.
        shifts: for each seat when it was there, in seconds since the beginning.
    """

    known: tuple[tuple[Known, ...], ...]
    tries: tuple[int, ...]
    shifts: tuple[tuple[tuple[float, float], ...], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "known": [[one.to_json() for one in dials] for dials in self.known],
            "tries": list(self.tries),
            "shifts": [[list(span) for span in spans] for spans in self.shifts],
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Recorded:
        return cls(
            tuple(tuple(Known.from_json(one) for one in dials) for dials in given["known"]),
            tuple(given["tries"]),
            tuple(tuple((since, until) for since, until in spans) for spans in given["shifts"]),
        )


@dataclass
class Recorder:
    """Hears a day's journal, line by line, from the beginning of the life that the day began in.

    Args:
        sales: dispositions that are a sale; ``nobody``: those that say that no person was there.

    Attributes:
        settings: the campaign's when the day began; ``live`` and ``lost``: its answers and abandoned calls by then.
    """

    campaign: CampaignId
    since: datetime
    until: datetime
    sales: frozenset[str] = frozenset({"sale"})
    nobody: frozenset[str] = frozenset({"machine"})
    calls: dict[AttemptId, Call] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    settings: CampaignSettings | None = None
    live: int = 0
    lost: int = 0
    lines: int = 0
    _counted: dict[str, list[float]] = field(init=False)
    _seats: dict[SeatId, tuple[SeatState, float, bool]] = field(default_factory=dict)
    _dialled: set[ContactId] = field(default_factory=set)
    _there: dict[SeatId, list[tuple[float, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._counted = {name: [0.0] * SLOTS for name in COUNTED}
        self.length = (self.until - self.since).total_seconds()

    def hear(self, at: datetime, event: Event, commands: Iterable[Command]) -> None:
        """One line, in order."""
        now = (at - self.since).total_seconds()
        if now >= self.length:
            self._late(now, event, commands)
            return
        self.lines += now >= 0
        self._event(now, event)
        for command in commands:
            self._command(now, command)

    def counted(self) -> Evening:
        """The day's figures, as an evening has them."""
        counted = {name: list(parts) for name, parts in self._counted.items()}
        for state, since, is_ours in self._seats.values():
            self._spent(counted, state, since, self.length, ours=is_ours)
        for call in self.calls.values():
            if call.answered is not None and call.answered < self.length <= (call.ended or math.inf):
                counted["billed_s"][-1] += self.length - max(call.answered, 0.0)
            if call.joined is not None and call.joined >= 0 and call.code not in self.nobody:
                counted["talks"][self._slot(call.joined)] += 1
                counted["sales"][self._slot(call.joined)] += call.code in self.sales
        return Evening(0, counted, dict(self.outcomes), None, False, (), self.lines)

    def recorded(self) -> Recorded:
        """The day, to be dialled again."""
        dials: dict[ContactId, list[Known]] = {}
        tries: dict[ContactId, int] = {}
        for call in self.calls.values():
            if call.dialled is not None and 0 <= call.dialled < self.length:
                known = self._known(call)
                if known is not None:
                    dials.setdefault(call.contact, []).append(known)
                    tries.setdefault(call.contact, call.tries)
        for seat, (state, since, is_ours) in self._seats.items():
            if is_ours and state not in AWAY:
                self._was_there(seat, since, self.length)
        shifts = sorted(tuple(spans) for spans in self._there.values() if spans)
        return Recorded(
            tuple(tuple(one) for one in dials.values()), tuple(tries[contact] for contact in dials), tuple(shifts)
        )

    # ── events and commands ─────────────────────────────────────────────────────────────────────────────────────

    def _event(self, now: float, event: Event) -> None:
        match event:
            case Ringing(call=attempt) if call := self.calls.get(attempt):
                call.rang = now
            case Answered(call=attempt) if call := self.calls.get(attempt):
                call.answered = now
            case HumanHeard(call=attempt, reason=reason) if call := self.calls.get(attempt):
                certain = greeting.is_certain(reason)
                call.heard, call.verdict = now, "person" if certain else "unsure"
                if certain:
                    self._count("answers", now)
                    self.live += now < 0
            case MachineHeard(call=attempt, kind=kind) if call := self.calls.get(attempt):
                call.heard, call.verdict = now, "fax" if kind == "fax" else "machine"
            case AgentJoined(call=attempt) if call := self.calls.get(attempt):
                call.joined = now if call.joined is None else call.joined
            case HungUp(call=attempt, cause=cause, by=by) if call := self.calls.get(attempt):
                call.ended, call.cause, call.by = now, cause, by
                if call.answered is not None and now < self.length:
                    self._count("billed_s", now, now - max(call.answered, 0.0))
            case Disposed(attempt=attempt, code=code, final=final) if call := self.calls.get(attempt):
                call.code, call.final, call.disposed = code, final, now
            case _:
                self._of_house(now, event)

    def _of_house(self, now: float, event: Event) -> None:
        match event:
            case CampaignSet(settings=settings) if settings.campaign == self.campaign:
                if now <= 0 or self.settings is None:
                    self.settings = settings
            case Recovered(seats=seats, campaigns=campaigns):
                for settings in campaigns:
                    if settings.campaign == self.campaign and (now <= 0 or self.settings is None):
                        self.settings, self.live, self.lost = settings, settings.live_answers, settings.abandoned
                for open_seat in seats:
                    self._seats[open_seat.seat] = (open_seat.state, now, open_seat.campaign == self.campaign)
            case _:
                pass

    def _command(self, now: float, command: Command) -> None:
        match command:
            case SeekLeave(attempt=attempt, candidate=candidate) if candidate.campaign == self.campaign:
                self.calls[attempt] = Call(candidate.contact, candidate.attempts)
            case Originate(call=attempt) if call := self.calls.get(attempt):
                call.dialled = now
                self._dialled.add(call.contact)
                self._count("dials", now)
            case Conclude(attempt=attempt, outcome=outcome) if call := self.calls.get(attempt):
                call.outcome = outcome
                if now >= 0:
                    self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
                if outcome == "abandoned":
                    self._count("abandoned", now)
                    self.lost += now < 0
            case Recycle(contact=contact, due_at=None) if contact in self._dialled:
                self._count("finished", now)
            case SetSeat():
                self._seat(now, command)
            case _:
                pass

    def _late(self, now: float, event: Event, commands: Iterable[Command]) -> None:
        """After the day only what it left open is still heard: calls that rang, and what came of its talks."""
        if not isinstance(event, Recovered):
            self._event(now, event)
        for command in commands:
            if isinstance(command, Conclude):
                self._command(now, command)

    def _seat(self, now: float, command: SetSeat) -> None:
        state, since, is_ours = self._seats.get(command.seat, ("closed", now, False))
        self._spent(self._counted, state, since, now, ours=is_ours)
        if is_ours and state not in AWAY and (command.state in AWAY or command.campaign != self.campaign):
            self._was_there(command.seat, since, now, first=True)
        ours = command.campaign == self.campaign
        self._seats[command.seat] = (command.state, now, ours)
        if ours and command.state not in AWAY and (state in AWAY or not is_ours):
            self._begun(command.seat, now)

    def _begun(self, seat: SeatId, now: float) -> None:
        self._there.setdefault(seat, []).append((max(0.0, now), math.inf))

    def _was_there(self, seat: SeatId, since: float, until: float, *, first: bool = False) -> None:
        """From when it sat down until now; what is too short to count is left out."""
        spans = self._there.setdefault(seat, [])
        if spans and spans[-1][1] == math.inf:
            began, _ = spans.pop()
        else:
            began = max(0.0, since) if not first or since >= 0 else 0.0
        if until - began >= SHORTEST_S:
            spans.append((round(began, 3), round(until, 3)))

    # ── counting ────────────────────────────────────────────────────────────────────────────────────────────────

    def _slot(self, now: float) -> int:
        return min(SLOTS - 1, max(0, int(now / self.length * SLOTS)))

    def _count(self, name: str, now: float, by: float = 1.0) -> None:
        if now >= 0:
            self._counted[name][self._slot(now)] += by

    def _spent(self, counted: dict[str, list[float]], state: str, since: float, until: float, *, ours: bool) -> None:
        spent = min(until, self.length) - max(since, 0.0)
        if spent <= 0 or not ours or state in AWAY:
            return
        slot = self._slot(min(until, self.length))
        counted["staffed_s"][slot] += spent
        counted[{"talking": "talked_s", "wrap_up": "wrapped_s"}.get(state, "waited_s")][slot] += spent

    # ── what is known ───────────────────────────────────────────────────────────────────────────────────────────

    def _known(self, call: Call) -> Known | None:
        assert call.dialled is not None, "it was dialled"
        since = call.dialled
        rings_s = call.rang - since if call.rang is not None else 2.5
        if call.answered is None:
            if call.ended is None or call.outcome in ("cancelled", "refused", "unknown", ""):
                return None
            if call.by == "us" or of_unanswered(call.cause) == "no_answer":
                return Known("no_answer", rings_s, math.inf)
            return Known("failed", rings_s, max(0.5, call.ended - since), call.cause or 38)
        who = "person" if call.verdict in ("person", "unsure") and call.code not in self.nobody else "machine"
        joined, ended = call.joined, call.ended
        heard = call.heard if call.heard is not None else call.answered
        left = ended is not None and joined is None and call.by == "callee"
        return Known(
            "fax" if call.verdict == "fax" else who,
            rings_s,
            call.answered - since,
            0,
            call.verdict or "person",
            max(0.0, heard - call.answered),
            patience_s=max(0.1, ended - heard) if left and ended is not None else None,
            talk_s=max(1.0, ended - joined) if joined is not None and ended is not None else None,
            callee_ends=call.by == "callee",
            code=call.code,
            sale=call.code in self.sales,
            final=call.final,
            wrap_s=max(0.0, call.disposed - ended) if call.disposed is not None and ended is not None else None,
        )


class KnownFates(Fates):
    """As the day showed it where it did; otherwise drawn from habits."""

    def __init__(self, recorded: Recorded, habits: Habits, chance: Chance, starts: datetime) -> None:
        super().__init__(habits, chance, starts)
        self.recorded = recorded
        self.drawn = 0
        self.told = 0

    def of(self, contact: Contact, at_s: float) -> Fate:
        if contact.place < len(self.recorded.known):
            turn = contact.tries - self.recorded.tries[contact.place]
            dials = self.recorded.known[contact.place]
            if 0 <= turn < len(dials):
                self.told += 1
                return self._fate(dials[turn])
        self.drawn += 1
        return super().of(contact, at_s)

    def _fate(self, known: Known) -> Fate:
        if known.cause or known.who == "no_answer":
            return Fate(known.who, known.rings_s, known.after_s, known.cause)
        usual = self.person(known.after_s, known.rings_s) if known.who == "person" else None
        machine = usual or self.machine(known.after_s, known.rings_s)
        heard = {"person": HELLO, "unsure": UNSURE, "fax": Heard(0.2, 0.0, 0, tone="fax")}
        is_said = bool(known.code)
        return Fate(
            known.who,
            min(known.rings_s, known.after_s * 0.9),
            known.after_s,
            heard=heard.get(known.verdict, MACHINES_WORDS),
            listens_s=known.listens_s,
            patience_s=known.patience_s if known.patience_s is not None else machine.patience_s,
            talk_s=known.talk_s if known.talk_s is not None else machine.talk_s,
            callee_ends=known.callee_ends if known.talk_s is not None else machine.callee_ends,
            code=known.code if is_said else machine.code,
            sale=known.sale if is_said else machine.sale,
            final=known.final if is_said else machine.final,
            wrap_s=known.wrap_s if known.wrap_s is not None else machine.wrap_s,
        )


@dataclass(frozen=True, slots=True)
class Again:
    """What a fresh engine commanded at the same events: how many lines, and in how many it decides otherwise."""

    lines: int
    lives: int
    skipped: int
    differ: int


def again(entries: Iterable[Entry], journaled: Recorder, commanded: Recorder) -> Again:
    """Feed a journal through fresh engines. One recorder hears what was journaled, the other what they command now."""
    dialer: Dialer | None = None
    lines = lives = skipped = differ = 0
    for at, event, commands in entries:
        if isinstance(event, Recovered):
            dialer, lives = Dialer(), lives + 1
        journaled.hear(at, event, commands)
        if dialer is None:
            skipped += 1
            continue
        lines += 1
        now = dialer.handle(event, at)
        differ += now != commands
        commanded.hear(at, event, now)
    return Again(lines, lives, skipped, differ)


def evening_again(plan: Plan, habits: Habits, seed: int, recorded: Recorded, *, parts: int = SLOTS) -> Evening:
    """The day dialled again by this plan: known people first, in the day's order, and seats when they were there."""
    fates = KnownFates(recorded, habits, stream(seed, "evening people"), plan.starts)
    return Floor(plan, habits, seed, fates, recorded.tries, recorded.shifts).run(parts)
