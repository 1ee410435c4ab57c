from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ahize.compliance.ruling import Bar, Permit, Ruling, ringing_s
from ahize.kernel.chance import stream
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, FloorId, SellerId, TenantId, new_uuid

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def permit() -> Permit:
    ids = [new_uuid(NOW, stream(n, "permit")) for n in range(6)]
    return Permit(
        id=ids[0],
        attempt=AttemptId(ids[0]),
        number="+16145550118",
        tenant=TenantId(ids[1]),
        seller=SellerId(ids[2]),
        campaign=CampaignId(ids[3]),
        contact=ContactId(ids[4]),
        floor=FloorId(ids[5]),
        epoch=3,
        world="made_up",
        caller_id="+16145550169",
        sealed_at=NOW,
        valid_until=NOW + timedelta(seconds=5),
        ring_s_min=15,
        ring_s_max=30,
        duties=("show_caller_id", "ring_min_15s"),
        federal_only=True,
        signature=b"\x00\xff" * 32,
    )


def test_a_permit_covers_its_number_for_its_seconds_and_no_longer():
    leave = permit()
    assert leave.covers("+16145550118", NOW)
    assert leave.covers("+16145550118", NOW + timedelta(seconds=4, microseconds=999_999))
    assert not leave.covers("+16145550118", NOW + timedelta(seconds=5))
    assert not leave.covers("+16145550118", NOW - timedelta(microseconds=1))
    assert not leave.covers("+16145550119", NOW)


def test_a_permit_survives_json_and_every_field_but_the_signature_is_signed():
    leave = permit()
    assert Permit.from_json(leave.to_json()) == leave
    assert replace(leave, signature=b"").payload() == leave.payload()
    for change in ({"number": "+16145550119"}, {"epoch": 4}, {"world": "real"}, {"duties": ()}, {"ring_s_min": 0}):
        assert replace(leave, **change).payload() != leave.payload()


def test_a_permit_cannot_be_made_to_last_longer_than_five_seconds():
    with pytest.raises(AssertionError, match="lasts up to"):
        replace(permit(), valid_until=NOW + timedelta(seconds=5, microseconds=1))


def test_a_ruling_survives_json():
    ruling = Ruling(
        verdict="block",
        bars=(Bar("US-TSR-20", "hours", "21:00 in America/New_York is outside 08:00–21:00", ("16 CFR 310.4(c)",)),),
        unknown=("callee.capacity",),
        duties=("show_caller_id",),
        lawful_until=None,
        next_lawful=NOW,
        rulebook="2026.11.1",
        tzdata="2026f",
        layers=("US",),
        federal_only=True,
    )
    assert Ruling.from_json(ruling.to_json()) == ruling
    assert ruling.to_json()["next_lawful"] == "2026-11-23T15:00:00Z"


@pytest.mark.parametrize(
    ("left_s", "ring_s_min", "expected"),
    [
        (3600, 15, (15, 25)),
        (30, 15, (15, 25)),  # The permit's five seconds, and all of the ringing.
        (28, 15, (15, 23)),
        (20, 15, (15, 15)),
        (19, 15, None),
        (19, 0, (0, 14)),
        (5, 0, None),
    ],
)
def test_no_telephone_rings_past_the_lawful_time(left_s, ring_s_min, expected):
    now = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    until = now + timedelta(seconds=left_s)
    ruling = Ruling("allow", (), (), (), until, None, "1", "2026f", ("US",), False, ring_s_min=ring_s_min)
    assert ringing_s(ruling, 25, now) == expected
    assert ringing_s(replace(ruling, lawful_until=None), 25, now) == (ring_s_min, 25)
