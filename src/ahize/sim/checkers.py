"""The eight promises of the house, and what the invariants add to them, watched from outside.

They are judged by three witnesses: the carrier's ledger (what really rang), the journal (what the engine heard and
commanded) and the rows. No engine is asked, so an engine that lies to itself is found out. Each checker answers with
sentences; an empty list means that the promise was kept in this shift.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ahize.compliance.facts import CallFacts
from ahize.dialer.commands import Conclude, HangUp, Listen, Originate, SetSeat
from ahize.dialer.events import Barred, Cleared, PhoneLost, PhoneUp, Recovered, ResumeAsked, StopAsked
from ahize.dialer.replay import replay
from ahize.kernel.ids import AttemptId, SeatId, SellerId
from ahize.sim.abandonment import abandonment_is_bounded, the_share_stays_under_its_cap
from ahize.sim.channels import CONNECT_LIMIT_S
from ahize.sim.world import World

HONOURED_S = 1.0
"""A revocation or a stop is honoured by the switch this soon, whatever the engine does."""
EARLIEST_H, LATEST_H = 8, 21
"""Hours of 16 CFR 310.4(c), written here a second time on purpose: an oracle must not read the rulebook."""
PROMPT_S = 2.0
TINY = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was not kept: its number (0 for what belongs to none of the eight), and how."""

    promise: int
    what: str


def broken(world: World) -> list[Broken]:
    """Everything that was not kept in this shift, which must have settled."""
    return [Broken(number, what) for number, check in PROMISES for what in check(world)]


def no_call_without_permit(world: World) -> Iterator[str]:
    """1: every INVITE spends its own permit, for that number, while it is valid, was journaled before, and is one."""
    spent: Counter[str] = Counter()
    commanded = {
        command.call for _, _, commands in world.store.journal for command in commands if isinstance(command, Originate)
    }
    for line in world.switch.ledger:
        if line.what != "invite":
            continue
        spent[line.detail] += 1
        permit = world.clearance.permits.get(AttemptId(line.call))
        row = world.store.attempts.get(AttemptId(line.call))
        if permit is None or row is None or row.verdict != "allow":
            yield f"call {line.call} was dialled at {line.at} without leave"
        elif str(permit.id) != line.detail or not permit.covers(line.number, line.at):
            yield f"call {line.call} was dialled at {line.at} outside its permit"
        if line.call not in commanded:
            yield f"call {line.call} was dialled at {line.at} and stands in no journal"
        person = world.store.people[row.candidate.contact] if row else None
        if person is not None and not EARLIEST_H <= line.at.astimezone(ZoneInfo(person.zone)).hour < LATEST_H:
            yield f"call {line.call} was dialled at {line.at}, outside {EARLIEST_H} to {LATEST_H} h at the person's"
    yield from (f"permit {permit} dialled {n} times" for permit, n in spent.items() if n > 1)


def revocations_hold(world: World) -> Iterator[str]:
    """2: nothing is sealed for a number after it was suppressed, and nothing rings for it a second later."""
    revoked: dict[str, list[tuple[datetime, SellerId | None]]] = defaultdict(list)
    for at, number, seller in world.revoked:
        revoked[number].append((at, seller))
    for permit in world.clearance.permits.values():
        for at, seller in revoked.get(permit.number, ()):
            if seller in (None, permit.seller) and permit.sealed_at >= at:
                yield f"permit {permit.id} was sealed at {permit.sealed_at}, after the revocation at {at}"
    for line in world.switch.ledger:
        if line.what == "invite":
            for at, _ in revoked.get(line.number, ()):
                if line.at > at + timedelta(seconds=HONOURED_S) + TINY:
                    yield f"call {line.call} was dialled at {line.at}, after the revocation at {at}"


def nobody_twice(world: World) -> Iterator[str]:
    """3: no number and no contact in two live calls."""
    by_number: dict[str, object] = {}
    by_contact: dict[object, object] = {}
    for line in world.switch.ledger:
        row = world.store.attempts.get(AttemptId(line.call))
        contact = row.candidate.contact if row else None
        if line.what == "invite":
            if line.number in by_number:
                yield f"a number was rung by {line.call} at {line.at} while {by_number[line.number]} was up"
            if contact in by_contact:
                yield f"contact {contact} was called by {line.call} while {by_contact[contact]} was up"
            by_number[line.number] = by_contact[contact] = line.call
        elif line.what in ("ended", "lost"):
            if by_number.get(line.number) == line.call:
                del by_number[line.number]
            if by_contact.get(contact) == line.call:
                del by_contact[contact]


def one_person_one_agent(world: World) -> Iterator[str]:
    """S19: an agent is in one conversation, a person is with one agent; two only where one of them was asked in."""
    heard: dict[str, object] = {}
    agents_of: dict[object, set[str]] = defaultdict(set)
    for line in world.switch.ledger:
        if line.what in ("joined", "consulted"):
            if heard.get(line.detail, line.call) != line.call:
                yield f"seat {line.detail} was {line.what} for {line.call} at {line.at}, in {heard[line.detail]}"
            others = agents_of[line.call] - {line.detail}
            if others and line.what == "joined":
                yield f"call {line.call} was joined to {line.detail} at {line.at} while with {others}"
            heard[line.detail] = line.call
            agents_of[line.call].add(line.detail)
        elif line.what == "left":
            heard.pop(line.detail, None)
            agents_of[line.call].discard(line.detail)
        elif line.what in ("ended", "lost"):
            for seat in agents_of.pop(line.call, ()):
                heard.pop(seat, None)


def ears_end_with_the_talk(world: World) -> Iterator[str]:
    """Nobody hears an agent's next talk who was let into the last one, nor while they have a talk of their own."""
    listening: dict[object, object] = {}
    for _, event, commands in world.store.journal:
        if isinstance(event, Recovered):
            listening.clear()
        for command in commands:
            match command:
                case Listen(supervisor=supervisor, how="off"):
                    listening.pop(supervisor, None)
                case Listen(supervisor=supervisor, seat=seat):
                    listening[supervisor] = seat
                case SetSeat(state="talking", seat=seat) if seat in listening:
                    yield f"seat {seat} talks while it listens to {listening[seat]}"
                case SetSeat(state=state, seat=seat) if state != "talking" and seat in listening.values():
                    yield f"somebody still listens to seat {seat}, which is {state}"
                case _:
                    pass


def the_deaf_get_nobody(world: World) -> Iterator[str]:
    """S21: a seat whose telephone is not there is not ready for a call."""
    if world.switch.phones is None:
        return
    up: set[SeatId] = set()
    for at, event, commands in world.store.journal:
        match event:
            case Recovered():
                up.clear()
            case PhoneUp(seat=seat):
                up.add(seat)
            case PhoneLost(seat=seat):
                up.discard(seat)
            case _:
                pass
        for command in commands:
            if isinstance(command, SetSeat) and command.state == "ready" and command.seat not in up:
                yield f"seat {command.seat} is ready at {at} without a telephone"


def nobody_in_silence(world: World) -> Iterator[str]:
    """4 and S9: who answered hears an agent, the flow or the message within the limit after the greeting, even if the
    engine is dead; so does who asked for an agent, and whose agent's telephone went away."""
    waiting: dict[object, datetime] = {}
    limit = timedelta(seconds=CONNECT_LIMIT_S)
    for line in world.switch.ledger:
        if line.what in ("wanted", "alone") or (line.what == "greeted" and line.detail == "person"):
            waiting[line.call] = line.at
        elif line.what in ("joined", "music", "flow", "message", "ended", "lost"):
            since = waiting.pop(line.call, None)
            if since is not None and line.at - since > limit + TINY:
                yield f"call {line.call} stayed in silence from {since} to {line.at}"
    yield from (f"call {call} stays in silence since {since}" for call, since in waiting.items())


def _outcomes(world: World) -> Counter[AttemptId]:
    """How many each attempt was given. A permit that comes from an earlier life is given back, whatever its attempt has
    come to meanwhile."""
    found: Counter[AttemptId] = Counter()
    for _, event, commands in world.store.journal:
        for command in commands:
            if isinstance(command, Conclude) and not (isinstance(event, Cleared) and found[command.attempt]):
                found[command.attempt] += 1
    return found


def everything_ends(world: World) -> Iterator[str]:
    """6: one outcome for each attempt, one disposition for each talk (or a correction of none), nothing left over."""
    outcomes = _outcomes(world)
    talked_with: dict[object, set[object]] = defaultdict(set)
    for line in world.switch.ledger:
        if line.what in ("joined", "consulted"):
            talked_with[line.call].add(line.detail)
    for attempt, row in world.store.attempts.items():
        expected = 0 if row.outcome == "barred" else 1
        if outcomes[attempt] != expected or not row.outcome or row.live:
            yield f"attempt {attempt} ({row.verdict}) has {outcomes[attempt]} outcomes, “{row.outcome}”"
        said = row.dispositions
        corrected = bool(said) and said[0] == "not_dispositioned"
        most = len(talked_with[attempt]) + corrected  # Each agent of a talk may have a word; the last one's counts.
        if row.connected and not 1 <= len(said) <= most:
            yield f"the talk of attempt {attempt} has the dispositions {said}"
        if said and not row.connected:
            yield f"attempt {attempt} ({row.outcome}) came to no talk and has the dispositions {said}"
    yield from (f"call {call} is still up" for call in world.switch.channels)
    for seat, seat_row in world.store.seats.items():
        if seat_row.state in ("ringing", "talking", "wrap_up", "previewing"):
            yield f"seat {seat} is stuck in {seat_row.state}"
    for person in world.store.people.values():
        if person.leased_until is not None and person.lease_epoch == world.store.epoch:
            yield f"contact {person.contact} is still leased"


def ends_are_noticed(world: World) -> Iterator[str]:
    """L2: where nothing is lost on the way, an ended call has its outcome at once, not at some deadline."""
    faults = world.scenario_as_given.faults
    if faults.lost or faults.late or world.gaps:
        return
    concluded = {
        command.attempt: at
        for at, _, commands in world.store.journal
        for command in commands
        if isinstance(command, Conclude)
    }
    for line in world.switch.ledger:
        if line.what == "ended":
            at = concluded.get(AttemptId(line.call))
            if at is None or at - line.at > timedelta(seconds=PROMPT_S):
                yield f"call {line.call} ended at {line.at} and was concluded at {at}"


def unknown_bars(world: World) -> Iterator[str]:
    """7: whoever lacks a fact is not called, and the answer names the fact."""
    barred = {event.attempt: event for _, event, _ in world.store.journal if isinstance(event, Barred)}
    for attempt, row in world.store.attempts.items():
        person = world.store.people[row.candidate.contact]
        missing = world.clearance.unknown(person)
        has_signed = world.clearance.rulings[attempt].facts["consents"]
        if not missing or (has_signed and missing == "registries"):
            continue  # Who signed may be called whatever a registry says.
        if row.verdict == "allow":
            yield f"attempt {attempt} was allowed though {missing} is not known"
        ruling = world.clearance.rulings[attempt].ruling
        if ruling.verdict == "review" and not ruling.unknown:
            yield f"attempt {attempt} is under review and no fact is named"
        answer = barred.get(attempt)
        if answer is not None and not answer.grounds:
            yield f"attempt {attempt} was barred without a ground"


def decides_the_same_again(world: World, *, rulings: int = 40) -> Iterator[str]:
    """8: the journal replays to itself; rulings, asked again, are the same."""
    again = replay(world.store.journal)
    for difference in again.differences[:3]:
        yield f"line {difference.line} of the journal ({difference.event}) is decided differently now"
    if again.skipped:
        yield f"{again.skipped} lines stand before the first life"
    rows = list(world.clearance.rulings.items())
    for attempt, row in rows[:: max(1, len(rows) // rulings)]:
        if world.clearance.rulebook.decide(CallFacts.from_json(row.facts)) != row.ruling:
            yield f"the ruling of {attempt} is decided differently now"


def stop_means_stop(world: World) -> Iterator[str]:
    """S34: after a stop of everything no telephone begins to ring until somebody resumes."""
    stopped_at: datetime | None = None
    gaps: list[tuple[datetime, datetime]] = []
    for at, event, commands in world.store.journal:
        if isinstance(event, StopAsked) and event.campaign is None and stopped_at is None:
            stopped_at = at
        elif isinstance(event, ResumeAsked) and stopped_at is not None:
            gaps.append((stopped_at, at))
            stopped_at = None
        if stopped_at is not None and any(isinstance(command, Originate) for command in commands):
            yield f"an originate was commanded at {at}, after the stop at {stopped_at}"
    for line in world.switch.ledger:
        for since, until in gaps:
            if line.what == "invite" and since + timedelta(seconds=HONOURED_S) < line.at < until:
                yield f"call {line.call} was dialled at {line.at}, between stop and resume"


def rings_long_enough(world: World) -> Iterator[str]:
    """S10: nobody's telephone stops ringing early, unless they revoked or everything was hung up."""
    rung: dict[object, datetime] = {}
    asked = {
        command.call
        for _, _, commands in world.store.journal
        for command in commands
        if isinstance(command, HangUp) and command.why in ("cancelled", "not_ours")
    }
    for line in world.switch.ledger:
        if line.what == "invite":
            rung[line.call] = line.at
        elif line.what == "answered":
            rung.pop(line.call, None)
        elif line.what == "ended" and line.detail.endswith(" us"):
            since = rung.pop(line.call, None)
            early = since is not None and line.at - since < timedelta(seconds=15)
            if early and line.call not in asked and not world.gaps:
                yield f"call {line.call} was given up after {(line.at - since).total_seconds():.1f} s"  # type: ignore[operator]  # early has it


PROMISES: tuple[tuple[int, Callable[[World], Iterator[str]]], ...] = (
    (1, no_call_without_permit),
    (2, revocations_hold),
    (3, nobody_twice),
    (3, one_person_one_agent),
    (4, nobody_in_silence),
    (5, abandonment_is_bounded),
    (5, the_share_stays_under_its_cap),
    (6, everything_ends),
    (7, unknown_bars),
    (8, decides_the_same_again),
    (0, stop_means_stop),
    (0, rings_long_enough),
    (0, ends_are_noticed),
    (0, ears_end_with_the_talk),
    (0, the_deaf_get_nobody),
)
