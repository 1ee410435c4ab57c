"""What the engine may rely on, whoever keeps the rows: claims about the ports, made of both implementations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ahize.calls.events import Answered, HungUp, Ringing
from ahize.compliance.ruling import LONGEST_PERMIT_S
from ahize.dialer.commands import Conclude, Originate, Recycle, Release
from ahize.dialer.events import Barred, Cleared, Tick
from ahize.dialer.values import Candidate
from ahize.kernel.ids import CallId
from contract.sides import NOW, Side, later


def cleared(side: Side, candidate: Candidate, seconds: float = 1) -> Cleared:
    answer = side.rule(candidate, later(seconds))
    assert isinstance(answer, Cleared), answer
    return answer


def dialled(side: Side, candidate: Candidate, seconds: float = 1) -> CallId:
    answer = cleared(side, candidate, seconds)
    side.append(later(seconds), answer, (Originate(answer.attempt, answer.permit, 20),))
    return answer.attempt


def test_a_contact_is_leased_once(side: Side) -> None:
    side.take(NOW)
    first = side.lease(2, NOW)
    rest = side.lease(5, NOW)
    assert len(first) == 2
    assert len({one.contact for one in (*first, *rest)}) == len(first) + len(rest) == 3
    assert side.lease(5, NOW) == []


def test_a_released_contact_is_leased_again_when_it_is_due(side: Side) -> None:
    side.take(NOW)
    (one, *_) = side.lease(3, NOW)
    side.append(later(1), Tick(), (Release(side.campaign, (one.contact,), later(60)),))
    assert side.lease(3, later(59)) == []
    assert [found.contact for found in side.lease(3, later(60))] == [one.contact]


def test_a_recycled_contact_comes_back_then_or_never(side: Side) -> None:
    side.take(NOW)
    again, never, _ = side.lease(3, NOW)
    side.append(
        later(1),
        Tick(),
        (
            Recycle(side.campaign, again.contact, later(3600), "no_answer"),
            Recycle(side.campaign, never.contact, None, "sale"),
        ),
    )
    assert side.lease(3, later(3599)) == []
    assert [found.contact for found in side.lease(3, later(100_000))] == [again.contact]


def test_a_new_owner_has_a_higher_epoch_and_old_leases_are_void(side: Side) -> None:
    first = side.take(NOW)
    side.lease(3, NOW)
    second = side.take(later(60))
    assert second.epoch > first.epoch
    assert len(side.lease(3, later(61))) == 3


def test_a_deposed_engine_writes_nothing(side: Side) -> None:
    side.take(NOW)
    side.take(later(60))
    with pytest.raises(side.deposed):
        side.append(later(61), Tick(), (), life=-2)
    side.append(later(61), Tick(), ())


def test_what_stands_open_is_said_to_the_next_life(side: Side) -> None:
    side.take(NOW)
    dial, ring, answer = (dialled(side, one, n + 1) for n, one in enumerate(side.lease(3, NOW)))
    side.append(later(5), Ringing(ring), ())
    side.append(later(6), Ringing(answer), ())
    side.append(later(7), Answered(answer), ())
    recovered = side.take(later(60))
    assert {call.attempt: call.state for call in recovered.calls} == {
        dial: "dialed",
        ring: "ringing",
        answer: "answered",
    }
    assert [campaign.campaign for campaign in recovered.campaigns] == [side.campaign]


def test_a_concluded_attempt_is_not_open(side: Side) -> None:
    side.take(NOW)
    call = dialled(side, side.lease(1, NOW)[0])
    side.append(later(5), HungUp(call, 17, "network"), (Conclude(call, "busy", 17, False),))
    assert side.take(later(60)).calls == ()


def test_a_permit_that_comes_after_the_end_takes_no_outcome_back(side: Side) -> None:
    side.take(NOW)
    call = dialled(side, side.lease(1, NOW)[0])
    side.append(later(5), HungUp(call, 17, "network"), (Conclude(call, "busy", 17, False),))
    side.take(later(60))
    side.append(later(61), Tick(), (Conclude(call, "withdrawn", None, False),))
    assert side.outcome(call) == "busy"


def test_a_permit_is_sealed_for_this_number_for_seconds(side: Side) -> None:
    side.take(NOW)
    (one,) = side.lease(1, NOW)
    permit = cleared(side, one).permit
    assert side.verifier.holds(permit.payload(), permit.signature)
    assert permit.covers(one.number, later(1))
    assert permit.valid_until - permit.sealed_at <= timedelta(seconds=LONGEST_PERMIT_S)
    assert permit.number == one.number
    assert permit.ring_s_min <= permit.ring_s_max
    assert "connect_within_2s" in permit.duties


def test_nobody_is_in_two_live_attempts(side: Side) -> None:
    side.take(NOW)
    (one,) = side.lease(1, NOW)
    call = dialled(side, one)
    second = side.rule(one, later(2))
    assert isinstance(second, Barred)
    assert second.grounds == ("in_call",)
    assert second.next_lawful is not None
    side.append(later(5), HungUp(call, 17, "network"), (Conclude(call, "busy", 17, False),))
    assert isinstance(side.rule(one, later(6)), Cleared)


def test_no_permit_is_sealed_after_a_revocation_was_committed(side: Side) -> None:
    side.take(NOW)
    one, other, _ = side.lease(3, NOW)
    side.suppress(one, later(1))
    answer = side.rule(one, later(2))
    assert isinstance(answer, Barred)
    assert "suppression" in answer.grounds
    assert isinstance(side.rule(other, later(2)), Cleared)


def test_at_nine_in_the_evening_it_is_too_late_and_it_says_until_when(side: Side) -> None:
    side.take(NOW)
    (one,) = side.lease(1, NOW)
    night = NOW.replace(hour=2) + timedelta(days=1)  # 21:00 in Washington
    answer = side.rule(one, night)
    assert isinstance(answer, Barred)
    assert "hours" in answer.grounds
    assert answer.next_lawful is not None
    assert answer.next_lawful > night


def test_a_permit_never_outlives_the_law_s_hour(side: Side) -> None:
    """Two seconds before the evening's end."""
    side.take(NOW)
    (one,) = side.lease(1, NOW)
    answer = side.rule(one, NOW.replace(hour=0, minute=59, second=58) + timedelta(days=1))
    if isinstance(answer, Cleared):
        assert answer.permit.valid_until <= NOW.replace(hour=2, minute=0) + timedelta(days=1)
