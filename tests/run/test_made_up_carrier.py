"""The made-up carrier before a real Asterisk: each manner of ending a call, and a line written for each INVITE."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ahize.calls.events import Answered, HumanHeard, HungUp, MachineHeard
from ahize.dialer.commands import HangUp
from ahize.dialer.events import PhoneUp
from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput
from ahize.run.made_up_carrier import Carrier, Mix, fates, is_taken, seen
from ahize.run.made_up_scenario import KINDS, RINGS_S, STAYS_S
from run.test_made_up_phone import PHONE, phone, talk, walk
from telephony.conftest import RunningAsterisk, asterisk, free_ports
from telephony.rooms import NUMBER, room

__all__ = ["asterisk"]  # a fixture
pytestmark = pytest.mark.stack

NOBODY = {"person": 0.0, "hello": 0.0, "machine": 0.0, "busy": 0.0, "unavailable": 0.0, "gone": 0.0, "late": 0.0}


@pytest.fixture
def carrier(tmp_path: Path, asterisk: RunningAsterisk) -> Iterator[Carrier]:
    """Not started; one that is told what its calls come to."""
    (port,) = free_ports(1, socket.SOCK_DGRAM)
    made = Carrier(tmp_path / "carrier", port, Mix(), rings_s=(0.5,), stays_s=(0.5,))
    yield made
    made.stop()


@pytest.mark.parametrize(
    ("kind", "cause", "by"),
    [
        ("busy", 17, "network"),
        ("unavailable", 34, "network"),
        ("gone", 1, "network"),
        ("person", 16, "callee"),
        ("machine", 16, "callee"),
        ("no_answer", 19, "us"),
        ("late", 19, "us"),
    ],
)
def test_each_manner_ends_as_it_says(
    asterisk: RunningAsterisk, carrier: Carrier, tmp_path: Path, kind: str, cause: int, by: str
) -> None:
    carrier.mix = Mix(**{**NOBODY, **({} if kind == "no_answer" else {kind: 1.0}), "leaves": 1.0})
    carrier.start()

    async def steps() -> None:
        async with room(asterisk, tmp_path, carrier.port) as made:
            began = SystemClock().now()
            call = await made.dial(ring_s=2)
            assert (await made.until(HungUp))[-1] == HungUp(call, cause, by)
            async with asyncio.timeout(5):
                while [one.what for one in carrier.seen()][-1] != "ended":
                    await asyncio.sleep(0.05)
            invite = carrier.seen()[0]
            assert (invite.what, invite.number, invite.kind) == ("invite", NUMBER, kind)
            assert abs((invite.at - began).total_seconds()) < 1.0
            answered = kind in ("person", "machine", "late")
            assert [one.what for one in carrier.seen()] == [
                "invite", *(["answered"] * answered), *(["speaks"] * (kind == "machine")), "ended",
            ]  # fmt: skip

    walk(steps)


def test_whoever_picks_up_sends_back_what_they_hear(
    asterisk: RunningAsterisk, carrier: Carrier, tmp_path: Path
) -> None:
    carrier.mix, carrier.rings_s = Mix(**{**NOBODY, "person": 1.0, "leaves": 0.0}), (0.0,)
    carrier.start()

    async def steps() -> None:
        async with room(asterisk, tmp_path, carrier.port, phones=(PHONE,)) as made, phone(asterisk) as its:
            await its.sign_in()
            await made.until(PhoneUp)
            await talk(made)
            (heard,) = its.ear.heard
            assert heard.packets >= 10

    walk(steps)


@pytest.mark.parametrize(("kind", "verdict"), [("hello", HumanHeard), ("machine", MachineHeard)])
def test_a_hello_is_a_person_and_a_speech_is_a_machine(
    asterisk: RunningAsterisk, carrier: Carrier, tmp_path: Path, kind: str, verdict: type
) -> None:
    carrier.mix = Mix(**{**NOBODY, kind: 1.0, "leaves": 0.0})
    carrier.start()

    async def steps() -> None:
        async with room(asterisk, tmp_path, carrier.port) as made:
            call = await made.dial(detect=True)
            await made.until(Answered, verdict)
            await made.link.obey(HangUp(call, "done"))
            await made.until(HungUp)

    walk(steps)


def test_a_seed_tells_the_same_fates_and_another_others() -> None:
    def told(seed: int) -> str:
        return fates(Mix(), seed, rings_s=RINGS_S, stays_s=STAYS_S)

    assert told(1) == told(1)
    assert told(1) != told(2)
    first, *lines = told(1).splitlines()
    kinds = [KINDS[int(line.split(";")[0])] for line in lines]
    assert first == "SEQUENTIAL"
    assert set(kinds) == set(KINDS) - {"person"}
    assert 0.42 < kinds.count("hello") / len(kinds) < 0.48


def test_a_line_that_was_cut_off_is_left_out() -> None:
    whole = "invite;2026-11-23\t09:09:00.366022\t1795424940.366022;+12125550101;1-2@127.0.0.1;0\n"
    (told,) = seen(whole + "invite;2026-11-23\t09:09:0")
    assert told.number == "+12125550101"
    assert told.at == datetime.fromtimestamp(1795424940.366022, UTC)


def test_other_shares_are_read_and_a_strange_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "carrier.json"
    assert Mix.read(file) == Mix()
    file.write_text('{"person": 1, "hello": 0}')
    assert Mix.read(file) == Mix(person=1.0, hello=0.0)
    for wrong in ('{"persons": 1}', '{"person": "many"}', "[1]", "x"):
        file.write_text(wrong)
        with pytest.raises(BadInput, match=r"carrier\.json: "):
            Mix.read(file)


def test_a_port_is_taken_while_somebody_has_it() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        assert is_taken(port)
    assert not is_taken(port)
