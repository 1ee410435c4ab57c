"""Somebody calls a number of ours: they hear who we are, and a key ends our calls to theirs, whatever they call as."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ahize.flows.checking import check
from ahize.telephony.house import Inbound
from ahize.telephony.inbound import NAME_MAX, caller_number, flows, shown_name
from ahize.telephony.link import GateLink
from ahize.telephony.words import trunk_of
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.rooms import FLOOR, SHOWN, TRUNK, Room, room, run

SELLER = UUID(int=8)
CALLER = "+12125550177"
OURS = Inbound(
    SHOWN, SELLER, "en", "Northern Windows", "12 Main Street", "+12125550101", "https://northern.example/stop"
)

HOSTILE = [
    "Robert'); DROP TABLE dialing_attempt;--",
    "$(touch /tmp/hacked)`id`|sh",
    "<script>alert(1)</script>",
    "${SHELL(id)} ${AHIZE_MESSAGE},n,System(id)",
    "A" * 10_000,
    "\u202eBank\u0000\u0007",
]


@pytest.mark.parametrize(
    ("told", "called", "number"),
    [
        ("+12125550177", SHOWN, CALLER),
        ("12125550177", SHOWN, CALLER),
        ("2125550177", SHOWN, CALLER),
        ("(212) 555-0177", SHOWN, CALLER),
        ("05321234567", "+902121234567", "+905321234567"),
        ("anonymous", SHOWN, ""),
        ("", SHOWN, ""),
        ("911", SHOWN, ""),
        ("+1212555017;DROP TABLE", SHOWN, ""),
        ("٣" * 10, SHOWN, ""),
        ("1" * 10_000, SHOWN, ""),
        ("Restricted", SHOWN, ""),
    ],
)
def test_a_caller_has_a_number_or_none(told: str, called: str, number: str) -> None:
    assert caller_number(told, called) == number


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_short_and_plain_text(name: str) -> None:
    shown = shown_name(name)
    assert len(shown) <= NAME_MAX
    assert shown.isprintable()


def test_a_channel_says_over_which_trunk_it_came() -> None:
    assert trunk_of(f"PJSIP/trunk-{TRUNK}-0000001a") == TRUNK
    assert trunk_of(f"PJSIP/seat-{TRUNK}-0000001a") is None
    assert trunk_of("Local/x") is None


def test_what_is_said_leads_somewhere_in_every_language() -> None:
    known, withheld = flows()
    fields = {"field.ways"}
    assert [one for flow in (known, withheld) for one in check(flow) if one.about not in fields] == []
    assert known.languages == withheld.languages


# ── with a real Asterisk ────────────────────────────────────────────────────────────────────────────────────────────


async def over(made: Room, link: GateLink | None = None) -> dict[str, Any]:
    """The last report, when the call has ended."""
    async with asyncio.timeout(20):
        while True:
            for told in (link or made.link).take("inbound"):
                if told["ended_at"]:
                    return told
            await asyncio.sleep(0.02)


def called(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, *, house: tuple[Inbound, ...] = (OURS,), **as_: str
) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def walk() -> None:
        async with room(asterisk, tmp_path, 9, house={"inbound": house}) as made:
            caller = sipp(carrier.calls_us(**as_), 0, f"127.0.0.1:{asterisk.sip_port}", "-m", "1")
            found.update(await over(made))
            assert await asyncio.to_thread(caller.wait, 10) == 0

    run(walk)
    return found


@pytest.mark.stack
def test_a_key_is_told_at_once_and_who_we_are_before_it(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    told = called(asterisk, sipp, tmp_path, name="Somebody", presses="9")
    assert told["stopped_at"] <= told["ended_at"]
    assert told | {"id": "", "at": "", "stopped_at": "", "ended_at": ""} == {
        **{"id": "", "at": "", "stopped_at": "", "ended_at": "", "outcome": "opted_out"},
        **{"number": SHOWN, "seller": str(SELLER), "caller": CALLER, "name": "Somebody"},
    }


@pytest.mark.stack
def test_who_presses_0_hears_how_to_reach_us_and_is_not_opted_out(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    told = called(asterisk, sipp, tmp_path, presses="0", called="12125550100")
    assert (told["outcome"], told["stopped_at"], told["caller"]) == ("informed", None, CALLER)


@pytest.mark.stack
def test_a_trunk_that_is_pushed_again_still_says_who_calls(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """Asterisk copies what it has through text, where a caller ID that is not set is "<unknown>", and reads that."""
    asterisk.restart(kill=True)
    for at in ("new", "again", "once more"):
        (tmp_path / at).mkdir()
        assert called(asterisk, sipp, tmp_path / at, presses="9")["caller"] == CALLER, at


@pytest.mark.stack
def test_whose_number_is_withheld_hears_another_way_and_a_key_does_nothing(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    told = called(asterisk, sipp, tmp_path, number="anonymous", presses="9")
    assert (told["outcome"], told["stopped_at"], told["caller"]) == ("withheld", None, "")


@pytest.mark.stack
@pytest.mark.parametrize("name", HOSTILE[:5], ids=["sql", "shell", "html", "dialplan", "10 kB"])
def test_a_hostile_name_is_only_a_name(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path, name: str) -> None:
    told = called(asterisk, sipp, tmp_path, name=name, presses="9")
    assert told["caller"] == CALLER
    assert told["stopped_at"]
    assert name.startswith(told["name"]) or len(name) > 1000  # What Asterisk does not cut, it hands on as it is.
    assert not Path("/tmp/hacked").exists()
    assert asterisk.answers()


@pytest.mark.stack
def test_a_number_that_is_not_ours_or_not_over_this_trunk_is_refused(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    async def walk() -> None:
        async with room(asterisk, tmp_path, 9, house={"inbound": (OURS,)}) as made:
            caller = sipp(carrier.calls_us(called="+12125550199"), 0, f"127.0.0.1:{asterisk.sip_port}", "-m", "1")
            assert await asyncio.to_thread(caller.wait, 10) != 0
            assert "SIP/2.0 404" in caller.messages
            assert made.link.take("inbound") == []

    run(walk)


@pytest.mark.stack
def test_an_engine_that_comes_anew_is_told_again(asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path) -> None:
    async def walk() -> None:
        async with room(asterisk, tmp_path, 9, house={"inbound": (OURS,)}) as made:
            sipp(carrier.calls_us(presses="9"), 0, f"127.0.0.1:{asterisk.sip_port}", "-m", "1")
            told = await over(made)
            made.link.close()
            again = await GateLink.connect(tmp_path / "gate.sock", floor=FLOOR, epoch=2)
            assert await over(made, again) == told
            again.close()

    run(walk)
