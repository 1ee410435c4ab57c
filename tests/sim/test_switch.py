"""The made-up switch behaves as Asterisk was probed to behave: P1 to P9 and P11."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from ahize.calls.events import (
    AgentJoined,
    Answered,
    CallEvent,
    EndUnknown,
    HumanHeard,
    HungUp,
    MachineHeard,
    MessagePlayed,
    OriginateRefused,
    Ringing,
)
from ahize.dialer.commands import Connect, HangUp, Originate, PlayMessage, SeekLeave
from ahize.dialer.gate import Gate
from ahize.kernel.chance import stream
from ahize.kernel.ids import AttemptId, CallId
from ahize.sim.channels import COLD_START_S, CONNECT_LIMIT_S, MESSAGE_S, READER_PATIENCE_S
from ahize.sim.people import Manners, People
from ahize.sim.switch import Switch
from dialer.desk import CALLER_ID, FLOOR, NOW, SEALER, candidate, permit, seat

EVERYBODY = Manners(person=1.0, machine=0.0, disconnected=0.0, fax=0.0, misheard=0.0, leaves_in_silence_s=1e9)


class Line:
    """A switch with a hand on its clock."""

    def __init__(self, manners: Manners = EVERYBODY, seed: int = 1) -> None:
        gate = Gate(world="made_up", verifier=SEALER.verifier(), caller_ids={CALLER_ID})
        self.switch = Switch(gate, People(seed, manners), stream(seed, "switch"))
        self.now: datetime = NOW
        self.heard: list[CallEvent] = []

    def dial(self, n: int = 1, *, epoch: int = 1, detect: bool = True) -> CallId:
        ask = SeekLeave(AttemptId(UUID(int=n)), candidate(n % 90), "predictive", 1)
        self.switch.obey(Originate(ask.attempt, permit(ask, self.now, epoch=epoch), 30, detect), self.now)
        return ask.attempt

    def until(self, kind: type[CallEvent], limit_s: float = 120) -> CallEvent:
        """Let time pass until this is told."""
        end = self.now + timedelta(seconds=limit_s)
        while (due := self.switch.due()) is not None and due <= end:
            self.now = max(self.now, due)
            news = self.switch.pop(self.now)
            self.heard += news
            for event in news:
                if isinstance(event, kind):
                    return event
        raise AssertionError(f"no {kind.__name__} within {limit_s} s; heard {self.heard}")

    def wait(self, seconds: float) -> list[CallEvent]:
        self.now += timedelta(seconds=seconds)
        news = self.switch.pop(self.now)
        self.heard += news
        return news

    def happened(self, call: CallId) -> list[str]:
        return [line.what for line in self.switch.ledger if line.call == call]


def joined(line: Line, n: int = 1) -> CallId:
    call = line.dial(n)
    line.until(HumanHeard)
    line.switch.obey(Connect(call, seat(n)), line.now)
    line.until(AgentJoined)
    return call


def test_a_call_is_dialled_answered_joined_and_ends() -> None:
    line = Line()
    call = joined(line)
    line.switch.obey(HangUp(call, "connected"), line.now)
    assert line.wait(0) == [HungUp(call, 16, "us")]
    assert [type(event) for event in line.heard] == [Ringing, Answered, HumanHeard, AgentJoined, HungUp]
    assert line.happened(call) == ["invite", "rings", "answered", "greeted", "joined", "ended"]


def test_p1_commands_to_a_switch_that_starts_are_lost() -> None:
    line = Line()
    line.switch.crash(line.now)
    line.wait(COLD_START_S / 2)
    first = line.dial(1)
    line.wait(COLD_START_S)
    second = line.dial(2)
    assert (line.happened(first), line.happened(second)) == ([], ["invite"])


def test_p2_calls_stay_up_and_can_be_controlled_after_a_gap() -> None:
    line = Line()
    call = joined(line)
    line.switch.detach()
    line.wait(2)
    line.switch.attach()
    assert line.switch.present() == {call: ("talking", seat(1))}
    line.switch.obey(HangUp(call, "connected"), line.now)
    assert line.wait(0) == [HungUp(call, 16, "us")]


def test_p3_nothing_is_told_again_but_the_present_can_be_asked_for() -> None:
    line = Line()
    call = line.dial()
    line.until(Ringing)
    line.switch.detach()
    line.switch.attach()
    assert line.wait(0) == []
    assert line.switch.reconcile([call], line.now) == [Ringing(call)]


def test_p4_the_gate_refuses_while_nobody_listens() -> None:
    line = Line()
    line.switch.detach()
    call = line.dial()
    assert line.wait(0) == [OriginateRefused(call, "not_listening")]
    assert line.happened(call) == []


def test_p5_who_answers_while_nobody_listens_hears_the_message_at_once() -> None:
    line = Line()
    call = line.dial()
    line.switch.detach()
    assert line.wait(120) == []
    assert line.happened(call)[:4] == ["invite", "rings", "answered", "message"]
    answered, message = (at.at for at in line.switch.ledger if at.what in ("answered", "message"))
    assert answered == message


def test_p6_the_same_call_is_not_dialled_twice_alive_or_ended() -> None:
    line = Line()
    call = line.dial()
    line.dial()
    line.switch.obey(HangUp(call, "cancelled"), line.now)
    line.dial()
    assert line.happened(call).count("invite") == 1


def test_p7_an_end_in_a_gap_is_never_told_and_found_by_asking() -> None:
    line = Line()
    call = joined(line)
    line.switch.detach()
    line.wait(8000)
    line.switch.attach()
    assert line.wait(0) == []
    assert line.switch.reconcile([call], line.now) == [EndUnknown(call)]


def test_p8_a_displaced_engine_s_originate_is_refused_by_its_epoch() -> None:
    line = Line()
    line.switch.gate.raise_epoch(FLOOR, 2)
    assert line.wait(0) == []
    line.dial(1, epoch=1)
    assert line.wait(0) == [OriginateRefused(CallId(AttemptId(UUID(int=1))), "old_epoch")]


def test_p9_a_crash_leaves_no_trace_of_twenty_calls() -> None:
    line = Line()
    calls = [line.dial(n) for n in range(1, 21)]
    line.wait(5)
    line.switch.crash(line.now)
    assert line.wait(60) == []
    assert line.switch.reconcile(calls, line.now) == [EndUnknown(call) for call in calls]


def test_p11_an_engine_that_does_not_read_is_cut_off_with_what_it_had_not_read() -> None:
    line = Line()
    call = line.dial()
    line.switch.elapse(line.now + timedelta(seconds=100))
    assert not line.switch.attached
    assert line.switch.lost_events > 0
    line.switch.attach()
    assert line.wait(101) == []
    assert "message" in line.happened(call)
    assert READER_PATIENCE_S > CONNECT_LIMIT_S


def test_nobody_stays_in_silence_when_the_engine_sleeps() -> None:
    line = Line()
    call = line.dial()
    greeted = line.until(HumanHeard)
    assert isinstance(greeted, HumanHeard)
    at = line.now
    line.wait(CONNECT_LIMIT_S + MESSAGE_S + 1)
    message = next(entry for entry in line.switch.ledger if entry.what == "message")
    assert (message.at - at).total_seconds() == pytest.approx(CONNECT_LIMIT_S)
    assert line.happened(call)[-1] == "ended"


def test_asking_twice_to_join_tells_the_truth_twice() -> None:
    line = Line()
    call = joined(line)
    line.switch.obey(Connect(call, seat(1)), line.now)
    assert line.wait(0) == [AgentJoined(call, seat(1))]
    line.switch.obey(PlayMessage(call, "abandoned"), line.now)
    assert line.wait(0) == [AgentJoined(call, seat(1))]


def test_a_busy_seat_hears_nobody_else() -> None:
    line = Line()
    joined(line, 1)
    other = line.dial(2)
    line.until(HumanHeard)
    line.switch.obey(Connect(other, seat(1)), line.now)
    line.wait(1)
    assert "joined" not in line.happened(other)


def test_a_call_nobody_knows_has_an_unknown_end() -> None:
    line = Line()
    line.switch.obey(HangUp(CallId(AttemptId(UUID(int=77))), "x"), line.now)
    assert line.wait(0) == [EndUnknown(CallId(AttemptId(UUID(int=77))))]


def test_the_message_is_played_to_its_end() -> None:
    line = Line(seed=4)
    call = line.dial()
    line.until(HumanHeard)
    line.switch.obey(PlayMessage(call, "abandoned"), line.now)
    assert line.until(HungUp) is not None
    told = {type(event) for event in line.heard}
    assert MessagePlayed in told or line.heard[-1] == HungUp(call, 16, "callee")


def test_a_machine_is_heard_as_one() -> None:
    line = Line(Manners(person=0.0, machine=1.0, disconnected=0, fax=0, misheard=0))
    line.dial()
    heard = line.until(MachineHeard)
    assert isinstance(heard, MachineHeard)
    assert heard.kind == "voicemail"


def test_the_carrier_away_loses_what_is_in_the_air() -> None:
    line = Line()
    call = line.dial(1)
    line.switch.cut_trunk(line.now)
    other = line.dial(2)
    line.wait(1)
    assert line.heard == [HungUp(call, 38, "network"), HungUp(other, 38, "network")]


def test_friends_always_pick_up_and_nobody_elses_luck_changes() -> None:
    friendly, plain = (People(7, friends=friends) for friends in ("+1212555", ""))
    for _ in range(20):
        fate = friendly.fate("+12125550101")
        assert fate.kind == "person"
        assert fate.talk.seconds > 600
    others = [f"+1305555010{n}" for n in range(10)]
    assert [friendly.fate(number) for number in others] == [plain.fate(number) for number in others]
