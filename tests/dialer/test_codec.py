"""Every message makes the journey through JSON and comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ahize.compliance.ruling import Permit
from ahize.dialer import codec
from ahize.dialer.codec import Unreadable
from ahize.dialer.commands import Command, SeekLeave
from ahize.dialer.events import Cleared, Event, Recovered
from ahize.kernel.ids import AttemptId
from dialer.desk import SEALER, candidate, permit, seat, settings

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
st.register_type_strategy(datetime, instants)
st.register_type_strategy(UUID, st.uuids())
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))  # JSON has neither.
permits = st.builds(
    lambda attempt, at, seconds: permit(
        SeekLeave(AttemptId(attempt), candidate(1), "predictive", 1),
        at,
        valid_until=at + timedelta(seconds=seconds),
    ),
    st.uuids(),
    instants,
    st.floats(0.1, 5.0),
)
st.register_type_strategy(Permit, permits)
relaxed = hypothesis_settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("kind", get_args(Event))
@relaxed
@given(data=st.data())
def test_every_event_comes_back(kind: Any, data: st.DataObject) -> None:
    event = data.draw(st.from_type(kind))
    assert codec.decode_event(json.loads(json.dumps(codec.encode(event)))) == event


@pytest.mark.parametrize("kind", get_args(Command))
@relaxed
@given(data=st.data())
def test_every_command_comes_back(kind: Any, data: st.DataObject) -> None:
    command = data.draw(st.from_type(kind))
    assert codec.decode_command(json.loads(json.dumps(codec.encode(command)))) == command


def test_a_permit_that_travelled_is_still_sealed() -> None:
    now = datetime(2026, 3, 4, 15, 0, 0, 1, tzinfo=UTC)
    ask = SeekLeave(AttemptId(UUID(int=5)), candidate(1), "predictive", 1)
    came = codec.decode_event(json.loads(json.dumps(codec.encode(Cleared(ask.attempt, permit(ask, now))))))
    assert isinstance(came, Cleared)
    assert SEALER.verifier().holds(came.permit.payload(), came.permit.signature)


def test_a_line_is_one_line_and_always_the_same() -> None:
    now = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    event = Recovered(1, (settings(recycling={}),))
    text = codec.line(now, event, ())
    assert "\n" not in text
    assert codec.entry_of(text) == (now, event, ())
    assert codec.line(*codec.entry_of(text)) == text


def test_a_journal_from_before_a_field_reads_as_its_default() -> None:
    """And only a field with a default may be missing."""
    said = codec.encode(Recovered(3, (settings(detect=True),), phones=False))
    del said["phones"]
    for name in ("detect", "flow", "broadcast_lines"):
        del said["campaigns"][0][name]
    assert codec.decode_event(said) == Recovered(3, (settings(),))
    del said["campaigns"][0]["mode"]
    with pytest.raises(Unreadable, match="a CampaignSettings without 'mode'"):
        codec.decode_event(said)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"type": "Nonsense"}, "no event is called 'Nonsense'"),
        ({"call": "x"}, "no event is called None"),
        ({"type": "SeatReady", "seat": str(seat(1))}, "a SeatReady without 'campaign'"),
    ],
)
def test_what_is_no_message_is_refused_with_what_was_expected(given: dict[str, str], says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        codec.decode_event(given)
