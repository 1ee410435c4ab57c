"""Made-up agents choose among what the campaign offers, by how the talk went, and press each button once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ahize.kernel.chance import stream
from ahize.kernel.clock import VirtualClock
from ahize.run.seats import A_WORD_S, AFTER_A_TALK, AFTER_A_WORD, MadeUpAgent, Roster, Seat
from ahize.run.visitor import Refused

JOINED = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
ROSTER = Roster("http://127.0.0.1:1", (Seat("ada@seats.demo.example", "secret", UUID(int=1), "TR"),))
ALL_CODES = sorted({*AFTER_A_WORD, *AFTER_A_TALK, "fax_or_modem"})


class Browser:
    """Remembers what was asked of the server, and answers what it was told to."""

    tab = UUID(int=2)

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked = answers, []

    async def get(self, path: str, **params: str) -> Any:
        self.asked.append(("GET", path, params))
        return self.answers[path.rsplit("/", 1)[1].replace("-", "_")]

    async def post(self, path: str, body: Any = None) -> Any:
        self.asked.append(("POST", path, body))

    async def put(self, path: str, body: Any) -> Any:
        self.asked.append(("PUT", path, body))


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: float) -> None:
        return None

    monkeypatch.setattr("ahize.run.seats.asyncio.sleep", at_once)


def agent(seed: int = 1) -> MadeUpAgent:
    return MadeUpAgent(ROSTER, 0, chance=stream(seed, "agent 0"), clock=VirtualClock(JOINED))


def call(*, talked_s: float, codes: list[str], **more: Any) -> dict[str, Any]:
    flags = {"callback_any": ["callback"], "callback_mine": ["callback"]}
    return {
        "id": "c1",
        "connected_at": JOINED.isoformat(),
        "ended_at": (JOINED + timedelta(seconds=talked_s)).isoformat(),
        "disposition": None,
        "contact": {"id": "k1"},
        "notes": {"text": "", "code": None, "version": 3},
        "dispositions": [{"code": code, "flags": flags.get(code, [])} for code in codes],
        **more,
    }


@pytest.mark.parametrize(
    ("talked_s", "weights"), [(0, AFTER_A_WORD), (A_WORD_S - 0.1, AFTER_A_WORD), (A_WORD_S, AFTER_A_TALK)]
)
def test_what_is_chosen_fits_the_length_of_the_talk(talked_s: float, weights: dict[str, int]):
    ada = agent()
    chosen = Counter(ada._choose(call(talked_s=talked_s, codes=ALL_CODES)) for _ in range(2000))
    assert set(chosen) == set(weights)
    total = sum(weights.values())
    for code, weight in weights.items():
        assert abs(chosen[code] / 2000 - weight / total) < 0.05, code


def test_only_what_is_offered_is_chosen():
    ada = agent()
    offered = ["fax_or_modem", "sale"]
    assert {ada._choose(call(talked_s=90, codes=offered)) for _ in range(20)} == {"sale"}
    assert ada._choose(call(talked_s=90, codes=["fax_or_modem"])) == "fax_or_modem"


def test_ready_is_pressed_once_and_again_where_nothing_came_of_it():
    ada, browser = agent(), Browser(seat={"state": "paused", "call": None})

    async def looks() -> None:
        for _ in range(5):
            await ada._look(browser)
        ada.clock.move_to(JOINED + timedelta(seconds=4))
        await ada._look(browser)

    asyncio.run(looks())
    assert [path for verb, path, _ in browser.asked if verb == "POST"] == ["/api/seat/ready"] * 2


def test_a_callback_is_booked_at_a_lawful_time_or_not_at_all():
    at = "2026-11-25T15:00:00Z"
    slots = [{"at": "2026-11-25T08:00:00Z", "lawful": False}, {"at": at, "lawful": True}]
    for offered, code, expected in (
        (slots, "callback_any", {"code": "callback_any", "callback_at": at, "callback_mine": False}),
        (slots, "callback_mine", {"code": "callback_mine", "callback_at": at, "callback_mine": True}),
        (slots[:1], "callback_any", {"code": "not_interested"}),
    ):
        browser = Browser(callback_slots=offered)
        asyncio.run(agent()._finish(browser, {"call": call(talked_s=90, codes=[code])}))
        disposed = next(body for _, path, body in browser.asked if path == "/api/calls/c1/dispose")
        assert disposed.items() >= expected.items()
        assert disposed["idempotency_key"]


def test_what_is_disposed_is_left_alone():
    browser = Browser()
    asyncio.run(agent()._finish(browser, {"call": call(talked_s=90, codes=["sale"]) | {"disposition": "sale"}}))
    assert browser.asked == []


def test_a_talk_is_noted_once():
    ada, browser = agent(), Browser()
    talking = call(talked_s=0, codes=["sale"])

    async def looks() -> None:
        for _ in range(5):
            await ada._talk(browser, talking)

    asyncio.run(looks())
    assert len(browser.asked) <= 1


def test_an_agent_says_good_bye_once_when_enough_is_said():
    ada, browser = agent(), Browser()
    talking = call(talked_s=0, codes=["sale"])

    async def looks() -> None:
        await ada._talk(browser, talking)
        ada.clock.move_to(JOINED + timedelta(minutes=20))
        for _ in range(3):
            await ada._talk(browser, talking)

    asyncio.run(looks())
    assert [path for _, path, _ in browser.asked].count("/api/calls/c1/hang-up") == 1


def test_a_seat_that_somebody_closed_is_left():
    ada, browser = agent(), Browser(seat={"state": "closed", "call": None})
    asyncio.run(ada._look(browser))  # the dialer has not seen us sit down yet
    ada.seated = True
    with pytest.raises(Refused, match="closed"):
        asyncio.run(ada._look(browser))


def test_the_roster_is_read_as_it_was_written_and_by_nobody_else(tmp_path: Path):
    file = tmp_path / "roster.json"
    ROSTER.write(file)
    assert Roster.read(file) == ROSTER
    assert file.stat().st_mode & 0o077 == 0
