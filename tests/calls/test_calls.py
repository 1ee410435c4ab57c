"""The life of one call: the table, the greeting's verdict, the outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from ahize.calls import greeting
from ahize.calls.events import CallEvent, HungUp, OriginateRefused
from ahize.calls.greeting import Heard, judge
from ahize.calls.machine import ALIVE, NEXT, ORDERS, Phase, diagram, order
from ahize.calls.outcomes import CAUSES, OUTCOMES, of_end, of_unanswered

DOCUMENT = Path(__file__).parents[2] / "docs" / "explanation" / "engine.md"


def test_every_phase_has_its_row() -> None:
    assert set(NEXT) == set(ORDERS) == set(Phase)


def test_every_event_of_a_call_moves_some_phase() -> None:
    assert {event for row in NEXT.values() for event in row} == set(get_args(CallEvent))


@pytest.mark.parametrize("phase", sorted(ALIVE))
def test_every_phase_can_end_by_the_network(phase: Phase) -> None:
    assert NEXT[phase][HungUp] is Phase.ENDED


@pytest.mark.parametrize("phase", sorted(ALIVE))
def test_every_phase_can_end_by_our_own_moves(phase: Phase) -> None:
    reached, frontier = {phase}, [phase]
    while frontier:
        fresh = ORDERS[frontier.pop()] - reached
        reached |= fresh
        frontier += fresh
    assert Phase.ENDED in reached


def test_nothing_moves_a_call_that_has_ended() -> None:
    assert not NEXT[Phase.ENDED]
    assert not ORDERS[Phase.ENDED]


def test_only_a_call_that_was_not_heard_of_can_be_refused_by_the_gate() -> None:
    assert [phase for phase, row in NEXT.items() if OriginateRefused in row] == [Phase.DIALED]


def test_a_move_that_is_not_in_the_table_is_a_broken_promise() -> None:
    with pytest.raises(AssertionError, match="ringing call can't be moved to talking"):
        order(Phase.RINGING, Phase.TALKING)


def test_the_diagram_in_the_docs_is_the_table() -> None:
    assert diagram() in DOCUMENT.read_text("utf-8"), "docs/explanation/engine.md shows another table; paste diagram()"


@pytest.mark.parametrize(
    ("heard", "kind", "certain"),
    [
        (Heard(0.3, 0.6, 1), None, True),
        (Heard(0.3, 4.0, 9), "voicemail", True),
        (Heard(0.3, 1.0, 2, tone="beep"), "voicemail", True),
        (Heard(0.1, 0.0, 0, tone="fax"), "fax", True),
        (Heard(0.3, 2.0, 4, menu=True), "ivr", True),
        (Heard(0.3, 3.0, 7, full=True), "full_mailbox", True),
        (Heard(2.5, 0.0, 0), None, False),
        (Heard(0.3, 3.0, 2), None, False),
        (Heard(0.3, 1.0, 6), None, False),
    ],
)
def test_in_doubt_it_is_a_person(heard: Heard, kind: str | None, certain: bool) -> None:
    verdict = judge(heard)
    assert (verdict.kind, verdict.is_certain) == (kind, certain)
    assert greeting.is_certain(verdict.reason) is certain


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (1, "disconnected"),
        (17, "busy"),
        (18, "no_answer"),
        (19, "no_answer"),
        (20, "no_answer"),
        (21, "rejected"),
        (22, "disconnected"),
        (34, "congestion"),
        (38, "congestion"),
        (41, "congestion"),
        (42, "congestion"),
        (127, "failed"),
    ],
)
def test_the_network_has_a_word_for_it(cause: int, outcome: str) -> None:
    assert of_unanswered(cause) == outcome


def test_every_outcome_named_is_one_of_the_glossary() -> None:
    assert set(CAUSES.values()) <= set(OUTCOMES)


@pytest.mark.parametrize(
    ("phase", "free", "outcome"),
    [
        (Phase.RINGING, False, "no_answer"),
        (Phase.LISTENING, True, "hung_up"),
        (Phase.LISTENING, False, "abandoned"),
        (Phase.WAITING, True, "hung_up"),
        (Phase.WAITING, False, "abandoned"),
        (Phase.MESSAGE, True, "abandoned"),
        (Phase.TALKING, True, "connected"),
    ],
)
def test_who_left_with_no_agent_free_was_abandoned(phase: Phase, free: bool, outcome: str) -> None:
    assert of_end(phase, 16, agent_was_free=free) == outcome
