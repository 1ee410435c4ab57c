"""A flow speaks first, and a person only to who asks for one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ahize.calls.events import (
    AgentJoined,
    AgentWanted,
    Answered,
    FlowEnded,
    HumanHeard,
    HungUp,
    MachineHeard,
    StopPressed,
)
from ahize.dialer.commands import Conclude, Connect, HangUp, Originate, PlayMessage, Recycle, RunFlow, SeekLeave, Warn
from ahize.dialer.engine import Dialer
from ahize.dialer.events import Barred, CampaignSet, OpenCall, Recovered, Tick
from ahize.dialer.values import RecycleRule
from dialer.desk import CAMPAIGN, NOW, Desk, candidate, of, settings

FLOW = "f" * 64


def broadcast(**changes: Any) -> Desk:
    desk = Desk(**{"mode": "broadcast", "flow": FLOW, "broadcast_per_s": 1.0, "broadcast_lines": 3, **changes})
    desk.tell(CampaignSet(desk.dialer.boards[CAMPAIGN].settings))
    return desk


def dialled(desk: Desk) -> Originate:
    asks = of(SeekLeave, desk.commands) or of(SeekLeave, desk.tell(Tick(), 1))
    return desk.clear(asks[:1])[0]


def test_lines_and_calls_a_second_are_all_that_paces_it() -> None:
    desk = broadcast()
    assert len(of(SeekLeave, desk.commands)) == 1
    assert not of(SeekLeave, desk.tell(Tick(), 0.5))
    assert len(of(SeekLeave, desk.tell(Tick(), 0.5))) == 1
    assert len(of(SeekLeave, desk.tell(Tick(), 1))) == 1
    assert not of(SeekLeave, desk.tell(Tick(), 1)), "three lines are taken"
    assert {ask.method for ask in of(SeekLeave, desk.commands)} == {"prerecorded"}


def test_a_machine_that_speaks_freely_asks_for_leave_as_one() -> None:
    assert of(SeekLeave, broadcast(ai_voice=True).commands)[0].method == "ai_voice"


def test_without_a_flow_nobody_is_called() -> None:
    assert not of(SeekLeave, broadcast(flow="").commands)


def test_it_plays_to_its_end_and_that_is_its_outcome() -> None:
    desk = broadcast()
    call = dialled(desk).call
    assert desk.of_switch(desk.tell(Answered(call), 5)) == [RunFlow(call, FLOW, False)]
    assert not desk.of_switch(desk.tell(HumanHeard(call, "answered; machine detection is off")))
    assert desk.of_switch(desk.tell(FlowEnded(call, "heard"), 25)) == [HangUp(call, "played")]
    over = desk.tell(HungUp(call, 16, "us"))
    assert of(Conclude, over) == [Conclude(call, "played", 16, False)]
    assert of(Recycle, over)[0].due_at is None


def test_the_flows_own_word_has_its_own_rule_where_the_campaign_has_one() -> None:
    desk = broadcast(recycling={"not_now": RecycleRule(3600, 3)})
    call = dialled(desk).call
    desk.tell(Answered(call), 5)
    desk.tell(FlowEnded(call, "not_now"), 25)
    (again,) = of(Recycle, desk.tell(HungUp(call, 16, "us")))
    assert again.reason == "not_now"
    assert again.due_at is not None


def test_with_detection_it_waits_for_the_verdict() -> None:
    desk = broadcast(detect=True)
    originate = dialled(desk)
    assert originate.detect
    assert not desk.of_switch(desk.tell(Answered(originate.call), 5))
    said = desk.tell(HumanHeard(originate.call, "a short greeting"), 1)
    assert desk.of_switch(said) == [RunFlow(originate.call, FLOW, False)]


@pytest.mark.parametrize(
    ("on_machine", "kind", "outcome"),
    [("hang_up", "voicemail", "machine"), ("leave", "full_mailbox", "machine"), ("leave", "fax", "fax")],
)
def test_a_machine_that_records_nothing_for_us_is_hung_up_on(on_machine: str, kind: Any, outcome: str) -> None:
    desk = broadcast(detect=True, on_machine=on_machine)
    call = dialled(desk).call
    desk.tell(Answered(call), 5)
    assert desk.of_switch(desk.tell(MachineHeard(call, kind, "x"), 2)) == [HangUp(call, outcome)]
    assert of(Conclude, desk.tell(HungUp(call, 16, "us")))[0].outcome == outcome


def test_a_machine_gets_the_version_for_machines() -> None:
    desk = broadcast(detect=True, on_machine="leave")
    call = dialled(desk).call
    desk.tell(Answered(call), 5)
    said = desk.tell(MachineHeard(call, "voicemail", "a beep"), 2)
    assert desk.of_switch(said) == [RunFlow(call, FLOW, False, machine=True)]
    assert desk.of_switch(desk.tell(FlowEnded(call, "left"), 25)) == [HangUp(call, "machine")]
    assert of(Conclude, desk.tell(HungUp(call, 16, "us")))[0].outcome == "machine"


def test_who_opts_out_is_left_in_peace_at_once_and_hears_the_flow_to_its_end() -> None:
    twin = replace(candidate(5), number=candidate(0).number)
    desk = broadcast(leased=[candidate(0), candidate(1), twin])
    call = dialled(desk).call
    desk.tell(Answered(call), 1)
    said = desk.tell(StopPressed(call), 3)
    assert [one.kind for one in of(Warn, said)] == ["stop_pressed"]
    assert not desk.of_switch(said)
    assert [(one.contact, one.reason) for one in of(Recycle, said)] == [(twin.contact, "suppressed")]
    desk.tell(FlowEnded(call, "opted_out"), 2)
    (again,) = of(Recycle, desk.tell(HungUp(call, 16, "us")))
    assert (again.due_at, again.reason) == (None, "suppressed")


def test_an_opt_out_counts_in_whatever_phase_it_is_heard() -> None:
    desk = Desk()
    call = desk.talking().call
    assert [one.kind for one in of(Warn, desk.tell(StopPressed(call)))] == ["stop_pressed"]
    desk.tell(HungUp(call, 16, "callee"), 5)
    assert of(Recycle, desk.tell(Tick(), 31))[0].reason == "suppressed"


def test_one_leads_to_an_agent_without_a_pause_for_thought() -> None:
    desk = broadcast(flow_agents=True)
    desk.ready(1)
    call = dialled(desk).call
    assert desk.of_switch(desk.tell(Answered(call), 5)) == [RunFlow(call, FLOW, True)]
    said = desk.tell(AgentWanted(call), 9)
    (connect,) = of(Connect, said)
    desk.tell(AgentJoined(call, connect.seat), 0.1)
    assert desk.state(1) == "talking"


def test_only_so_many_are_dialled_as_agents_could_take() -> None:
    desk = broadcast(flow_agents=True)
    assert not of(SeekLeave, desk.commands), "nobody is here to take a call"
    desk.ready(1)
    for _ in range(4):
        desk.tell(Tick(), 1)
    assert len(of(SeekLeave, desk.commands)) == 1


def test_nobody_free_for_who_asked_means_the_message_and_the_budget_pays() -> None:
    desk = broadcast(flow_agents=True, live_answers=1000)
    desk.ready(1)
    first = dialled(desk)
    second = desk.clear(of(SeekLeave, desk.tell(Tick(), 1)))[0]
    for originate in (first, second):
        desk.tell(Answered(originate.call), 1)
    desk.tell(AgentWanted(first.call), 3)
    desk.tell(AgentJoined(first.call, desk.dialer.calls[first.call].seat), 0.1)  # type: ignore[arg-type]  # it has one
    assert not desk.of_switch(desk.tell(AgentWanted(second.call)))
    assert desk.of_switch(desk.tell(Tick(), 1.8)) == [PlayMessage(second.call, "abandoned")]
    assert desk.dialer.boards[CAMPAIGN].ledger.own.abandoned == 1


def test_a_new_life_lets_the_flow_go_on() -> None:
    desk = broadcast()
    call = dialled(desk).call
    mine = settings(mode="broadcast", flow=FLOW)
    said = Dialer().handle(Recovered(2, (mine,), (), (OpenCall(call, candidate(0), "answered", NOW, None),)), NOW)
    assert of(RunFlow, list(said)) == [RunFlow(call, FLOW, False)]


def test_who_may_not_be_called_costs_no_time() -> None:
    desk = broadcast()
    (ask,) = of(SeekLeave, desk.commands)
    assert len(of(SeekLeave, desk.tell(Barred(ask.attempt, ("hours",), None), 0.1))) == 1
