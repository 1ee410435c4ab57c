"""Who is dialled next, and who takes the call."""

from __future__ import annotations

from datetime import timedelta

from ahize.dialer.floor import Floor
from ahize.dialer.hopper import LEASE_S, Hopper
from ahize.dialer.recycling import DEFAULTS, after_bar, after_disposition, after_outcome
from ahize.dialer.values import RecycleRule
from dialer.desk import CAMPAIGN, NOW, SELLER, candidate, seat, settings

HOUR = timedelta(hours=1)


def test_the_order_of_the_store_is_kept_and_promises_stand_apart() -> None:
    hopper = Hopper()
    promised, front = candidate(3, seat=seat(1), origin="callback"), candidate(4, origin="callback")
    hopper.hold([candidate(1), promised, front, candidate(2)], NOW)
    assert (len(hopper), hopper.in_line) == (4, 2)
    assert hopper.seats_promised() == (seat(1),)
    assert hopper.next_in_line() == candidate(1)
    assert hopper.next_for(seat(1)) == promised
    assert hopper.next_for(seat(1)) is None
    assert hopper.next_in_front() == front
    assert hopper.drop_all() == [candidate(2)]
    assert len(hopper) == 0


def test_a_contact_held_twice_is_held_once() -> None:
    hopper = Hopper()
    hopper.hold([candidate(1), candidate(1)], NOW)
    assert len(hopper) == 1


def test_a_suppressed_number_leaves_for_its_seller_only() -> None:
    hopper = Hopper()
    hopper.hold([candidate(1), candidate(2, number=candidate(1).number)], NOW)
    assert hopper.drop_number(candidate(1).number, type(SELLER)(int=9)) == []
    assert len(hopper.drop_number(candidate(1).number, SELLER)) == 2
    assert len(hopper) == 0


def test_an_old_lease_goes_back() -> None:
    hopper = Hopper()
    hopper.hold([candidate(1)], NOW)
    hopper.hold([candidate(2)], NOW + timedelta(seconds=5))
    assert hopper.drop_old(NOW + timedelta(seconds=LEASE_S)) == [candidate(1)]
    assert hopper.next_in_line() == candidate(2)
    assert hopper.drop_old(NOW + HOUR) == []


def test_the_longest_waiting_seat_is_first_and_keeps_its_turn() -> None:
    floor = Floor()
    for n in (2, 1, 3):
        floor.put(floor.seat(seat(n)), "ready", campaign=CAMPAIGN)
    assert floor.ready_seats(CAMPAIGN) == (seat(2), seat(1), seat(3))
    first = floor.longest_waiting(CAMPAIGN)
    assert first is not None
    floor.put(first, "ringing", campaign=CAMPAIGN)
    assert (floor.ready(CAMPAIGN), floor.at_work(CAMPAIGN)) == (2, 1)
    floor.put(first, "ready", campaign=CAMPAIGN, first=True)
    assert floor.longest_waiting(CAMPAIGN) is first
    assert floor.at_work(CAMPAIGN) == 0


def test_the_strongest_wish_is_granted_after_the_call() -> None:
    kept = Floor().seat(seat(1))
    kept.finish_after, kept.pausing, kept.closing = True, "lunch", True
    assert kept.rest(after_talk=True) == ("closed", "signed_off")
    kept.finish_after, kept.pausing = True, "lunch"
    assert kept.rest(after_talk=True) == ("paused", "lunch")
    kept.finish_after = True
    assert kept.rest(after_talk=False) == ("ready", "")
    assert kept.rest(after_talk=True) == ("paused", "finished")
    assert kept.rest(after_talk=True) == ("ready", "")


def test_the_campaign_s_own_rule_comes_first() -> None:
    own = settings(recycling={"busy": RecycleRule(60, 2)})
    assert after_outcome(own, candidate(1), "busy", NOW).due_at == NOW + timedelta(seconds=60)
    assert after_outcome(own, candidate(1, attempts=1), "busy", NOW).due_at is None
    by_default = NOW + timedelta(seconds=DEFAULTS["no_answer"].wait_s)
    assert after_outcome(own, candidate(1), "no_answer", NOW).due_at == by_default


def test_nobody_is_tried_more_often_than_the_campaign_allows() -> None:
    again = after_outcome(settings(max_attempts=2), candidate(1, attempts=1), "no_answer", NOW)
    assert (again.due_at, again.reason) == (None, "max_attempts")


def test_what_never_rang_is_no_try() -> None:
    assert after_outcome(settings(max_attempts=1), candidate(1), "withdrawn", NOW).due_at == NOW


def test_the_agent_s_word_decides() -> None:
    def said(code: str, **more: object) -> object:
        return after_disposition(
            settings(),
            candidate(1),
            code,
            NOW,
            **{"final": False, "again_at": None, **more},  # type: ignore[arg-type]
        ).due_at

    assert said("sale", final=True) is None
    assert said("callback", again_at=NOW + HOUR) == NOW + HOUR
    assert said("not_interested") == NOW + timedelta(days=1)


def test_a_barred_contact_waits_for_the_law_s_hour_or_for_ever() -> None:
    assert after_bar(("hours",), NOW + HOUR, NOW).due_at == NOW + HOUR
    assert after_bar(("registry",), None, NOW).due_at is None


def test_whoever_is_barred_by_the_campaigns_own_share_alone_is_asked_about_again():
    assert after_bar(("abandonment",), None, NOW).due_at == NOW + timedelta(minutes=15)
    assert after_bar(("abandonment", "registry"), None, NOW).due_at is None
