"""Asterisk's words and ours, one by one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from ahize.calls.greeting import Threshold, is_certain, judge
from ahize.telephony import words
from ahize.telephony.house import Phone, Trunk
from telephony.rooms import permit

AT = permit().sealed_at


@pytest.mark.parametrize(
    ("status", "cause", "after_s", "kind", "certain"),
    [
        ("HUMAN", "HUMAN-240-240", 0.9, None, True),
        ("MACHINE", "LONGGREETING-2620-2600", 3.0, "voicemail", True),
        ("MACHINE", "MAXWORDS-5-4", 3.1, "voicemail", True),
        ("MACHINE", "MAXWORDS-5-4", 1.5, None, False),
        ("MACHINE", "INITIALSILENCE-2000-2000", 2.0, None, False),
        ("MACHINE", "MAXWORDLENGTH-2600-2600", 2.8, None, False),
        ("NOTSURE", "TOOLONG-4840", 4.9, None, False),
        ("HANGUP", "", 0.2, None, False),
        ("", "rubbish", 1.0, None, False),
        ("MACHINE", "LONGGREETING-nonsense-x", 1.0, None, False),
    ],
)
def test_what_the_detector_measured_goes_through_our_own_rule(
    status: str, cause: str, after_s: float, kind: str | None, certain: bool
) -> None:
    """Unsure is a person."""
    verdict = judge(words.heard(status, cause, AT, AT + timedelta(seconds=after_s)))
    assert verdict.kind == kind
    assert is_certain(verdict.reason) is certain


def test_where_people_are_cheap_less_is_enough_for_a_machine() -> None:
    figures = words.heard("MACHINE", "MAXWORDS-5-4", AT, AT + timedelta(seconds=1.5))
    assert judge(figures, Threshold(1)).kind == "voicemail"
    assert judge(figures, Threshold(20)).kind is None


@pytest.mark.parametrize(
    ("q850", "sip", "answered", "gave_up", "means"),
    [
        (17, 486, False, False, 17),
        (127, 607, False, False, 21),
        (0, 503, False, False, 34),
        (0, None, False, False, 127),
        (19, 480, False, True, 19),
        (16, 200, True, False, 16),
        (0, None, True, False, 16),
        (127, 699, False, False, 127),
    ],
)
def test_the_cause_that_says_something_is_taken(
    q850: int, sip: int | None, answered: bool, gave_up: bool, means: int
) -> None:
    assert words.cause_of(q850, sip, answered=answered, gave_up=gave_up) == means


def test_names_lead_back_to_what_they_name() -> None:
    seat, call = UUID(int=3), UUID(int=4)
    assert words.seat_of(words.seat_name(seat)) == seat
    assert words.seat_of(f"{words.seat_name(seat)}-12") == seat
    assert words.call_of(str(call)) == call
    for strange in ("", "seat-", "seat-nobody", "trunk-1", str(call).upper() + "x", "../etc"):
        assert words.seat_of(strange) is None
        assert words.call_of(strange) is None


def test_a_telephone_that_is_called_has_nothing_pushed_and_a_browser_may_do_more() -> None:
    seat = UUID(int=3)
    assert list(words.objects_of_phone(Phone(seat, "number", number="+12125550123"))) == []
    fields = {kind: fields for kind, _, fields in words.objects_of_phone(Phone(seat, "browser", ha1="0" * 32))}
    assert fields["endpoint"]["webrtc"] == "yes"
    assert fields["auth"]["md5_cred"] == "0" * 32
    assert "password" not in fields["auth"]


def test_a_trunk_known_by_its_address_signs_in_nowhere() -> None:
    kinds = [kind for kind, *_ in words.objects_of_trunk(Trunk(UUID(int=2), "T", "ip", "192.0.2.7"))]
    assert kinds == ["aor", "endpoint", "identify"]
