"""Not a frame is written before a yes or in a pause, and what a full disk refused is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ahize.flows.sound import tone
from ahize.flows.wav import to_wav
from ahize.kernel.chance import stream
from ahize.kernel.clock import VirtualClock
from ahize.kernel.envelopes import Key
from ahize.kernel.ids import AttemptId, CallId, FloorId
from ahize.telephony import recordings, takes
from ahize.telephony.recordings import Archive
from ahize.telephony.takes import SIDES, Takes

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CALL, FLOOR = CallId(AttemptId(UUID(int=1))), FloorId(UUID(int=2))


class Switch:
    """Writes what it was asked for, and takes down the floor's reports."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(NOW)
        self.spool = folder / "spool"
        self.spool.mkdir()
        self.asked: list[str] = []
        self.reports: list[Mapping[str, Any]] = []
        archive = Archive(
            folder / "kept", self.spool, lock=Key.from_bytes(bytes(range(32))).lock(), draw=stream(1, "draw").randbytes
        )
        archive.folder.mkdir()
        self.takes = Takes(self.send, archive, self.clock, lambda floor, report: self.reports.append(report))

    def send(self, method: str, path: str, **given: Any) -> asyncio.Future[Any]:
        self.asked.append(f"{method} {path}")
        return asyncio.get_running_loop().create_future()

    def begin(self) -> None:
        self.takes.begin(CALL, FLOOR)
        self.came()

    def came(self) -> None:
        for side in SIDES:
            self.takes.came(CALL, side, f"snoop-{side}")

    @property
    def records(self) -> int:
        return sum(one.endswith("/record") for one in self.asked)

    def wait(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))

    async def end(self, *, seconds: float) -> None:
        """The call is over, and both takes are closed with so much sound."""
        for side in SIDES:
            (self.spool / f"{CALL}-{side}.wav").write_bytes(to_wav(tone(hz=300, length_s=seconds)))
        self.takes.ended(CALL)
        for side in SIDES:
            self.takes.finished(f"{CALL}-{side}")
        await self.takes.kept()


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    return Switch(tmp_path)


def tried(walk: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(walk())


def test_without_a_yes_there_is_no_recording_and_none_is_missing(switch: Switch) -> None:
    async def walk() -> None:
        switch.takes.begin(CALL, FLOOR)
        switch.takes.pause(CALL, True)
        switch.came()
        switch.wait(30)
        switch.takes.ended(CALL)
        await switch.takes.kept()
        assert (switch.records, switch.reports, list(switch.spool.iterdir())) == (0, [], [])

    tried(walk)


def test_with_a_yes_it_begins_there(switch: Switch) -> None:
    async def walk() -> None:
        switch.takes.begin(CALL, FLOOR)
        switch.takes.pause(CALL, True)
        switch.came()
        switch.wait(20)
        assert switch.records == 0
        switch.takes.pause(CALL, False)
        assert switch.records == 2
        assert not [one for one in switch.asked if one.endswith("/pause")]
        switch.wait(10)
        await switch.end(seconds=10)
        (told,) = switch.reports
        assert (told["seconds"], told["expected_s"], told["gaps"], told["cut_short"]) == (10, 10, (), False)
        assert told["began_at"] == (NOW + timedelta(seconds=20)).isoformat()

    tried(walk)


def test_who_pauses_before_it_began_is_heard(switch: Switch) -> None:
    """As while the recording is announced, which an agent may talk over."""

    async def walk() -> None:
        switch.takes.pause(CALL, True)
        switch.begin()
        assert switch.records == 0
        switch.takes.pause(CALL, False)
        assert switch.records == 2

    tried(walk)


def test_a_pause_stops_both_takes_and_is_told(switch: Switch) -> None:
    async def walk() -> None:
        switch.begin()
        switch.wait(5)
        switch.takes.pause(CALL, True)
        switch.takes.pause(CALL, True)
        switch.wait(15)
        switch.takes.pause(CALL, False)
        switch.wait(5)
        await switch.end(seconds=10)
        assert sum(one.endswith("/pause") for one in switch.asked) == 4
        (told,) = switch.reports
        assert [(gap["at_s"], gap["lasted_s"]) for gap in told["gaps"]] == [(5, 15)]

    tried(walk)


def test_what_a_full_disk_refused_is_tried_again(switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takes, "AGAIN_S", 0.05)

    async def walk() -> None:
        with monkeypatch.context() as full:
            full.setattr(recordings, "ROOM_BYTES", 1 << 60)
            switch.begin()
            switch.wait(3)
            await switch.end(seconds=3)
            assert switch.reports[0]["not_kept"] == "disk_full"
            assert len(list(switch.spool.glob("*.wav"))) == 2, "they wait in memory"
        while "path" not in switch.reports[-1]:
            await asyncio.sleep(0.01)
        assert switch.reports[-1]["seconds"] == 3
        assert list(switch.spool.iterdir()) == []

    tried(walk)


def test_what_nobody_could_hear_does_not_lie_around(switch: Switch) -> None:
    async def walk() -> None:
        switch.begin()
        (switch.spool / f"{CALL}-said.wav").write_bytes(b"noise, and no header")
        switch.takes.ended(CALL)
        for side in SIDES:
            switch.takes.finished(f"{CALL}-{side}")
        await switch.takes.kept()
        assert switch.reports[0]["not_kept"] in ("bad_take", "no_take")
        assert list(switch.spool.iterdir()) == []

    tried(walk)
