"""What was said lies on the disk whole, sealed and marked where it was paused; or it is said that it does not."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import stat
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.flows.sound import tone
from ahize.flows.wav import Sound, decoded, layout_of, to_wav
from ahize.kernel.chance import stream
from ahize.kernel.envelopes import BrokenSeal, Envelope, Key
from ahize.kernel.errors import Unavailable
from ahize.telephony import recordings
from ahize.telephony.recordings import Archive, Gap, NotKept, Paused, Take, gaps, in_memory, purpose

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CALL = UUID("0190b0a1-0000-7000-8000-00000000000a")
KEY = Key.from_bytes(bytes(range(32)))


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


class Desk:
    """An archive and the switch before it."""

    def __init__(self, folder: Path) -> None:
        self.spool = folder / "spool"
        self.spool.mkdir()
        self.archive = Archive(folder / "kept", self.spool, lock=KEY.lock(), draw=stream(1, "draw").randbytes)
        self.archive.folder.mkdir()

    def take(self, name: str, content: bytes | Sound, began_s: float = 0) -> Take:
        path = self.spool / f"{name}.wav"
        path.write_bytes(content if isinstance(content, bytes) else to_wav(content))
        return Take(path, after(began_s))

    def opened(self, attempt: UUID = CALL) -> Envelope:
        file = (self.archive.folder / f"2026/11/23/{CALL}.ahz").read_bytes()
        return Envelope(io.BytesIO(file), key=KEY, purpose=purpose(attempt))

    def heard(self) -> np.ndarray:
        """The recording as it is played, shape (frames, 2)."""
        content = b"".join(self.opened().read())
        layout = layout_of(content)
        assert (layout.channels, layout.rate, layout.begins + layout.size) == (2, 8_000, len(content))
        return decoded(content[layout.begins :], layout).reshape(-1, 2)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    return Desk(tmp_path)


SAID, HEARD = tone(hz=300, length_s=10, level=0.5), tone(hz=500, length_s=10, level=0.25)


def test_both_sides_lie_beside_each_other(desk: Desk) -> None:
    kept = desk.archive.keep(desk.take("a", SAID), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(10)))
    both = desk.heard()
    assert np.array_equal(both[:, 0], SAID.samples)
    assert np.array_equal(both[:, 1], HEARD.samples)
    file = desk.archive.folder / kept.path
    assert kept.path == f"2026/11/23/{CALL}.ahz"
    assert (kept.sha256, kept.size) == (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size)
    assert (kept.seconds, kept.expected_s, kept.cut_short, kept.gaps) == (10.0, 10.0, False, ())
    assert kept.key == KEY.lock().mark.hex()


def test_the_takes_go_and_nothing_plain_is_left(desk: Desk, tmp_path: Path) -> None:
    desk.archive.keep(desk.take("a", SAID), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(10)))
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in left} == {".ahz", ".json"}
    some = SAID.samples[4_000:4_100].tobytes()
    assert not any(some in path.read_bytes() for path in left)
    with pytest.raises(BrokenSeal):
        desk.opened(UUID(int=7))


def test_a_side_that_began_later_is_silent_before(desk: Desk) -> None:
    desk.archive.keep(desk.take("a", SAID), desk.take("b", HEARD, 0.5), attempt=CALL, talk=(NOW, after(10)))
    both = desk.heard()
    assert len(both) == 10.5 * 8_000
    assert not both[:4_000, 1].any()
    assert np.array_equal(both[4_000:, 1], HEARD.samples)
    assert not both[80_000:, 0].any()


def test_peaks_show_who_was_loud_when(desk: Desk) -> None:
    quiet = np.zeros(40_000, dtype=np.int16)
    said = Sound(np.concatenate([quiet, SAID.samples[:40_000]]), 8_000)
    kept = desk.archive.keep(desk.take("a", said), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(10)))
    person, agent = (np.frombuffer(base64.b64decode(one), np.uint8) for one in kept.peaks)
    assert len(person) == len(agent) == 1_000
    assert not person[:500].any()
    assert np.median(person[520:]) == pytest.approx(127, abs=2)
    assert np.median(agent) == pytest.approx(63, abs=2)


@pytest.mark.parametrize(("talked_s", "cut_short"), [(10, False), (11.4, False), (11.6, True), (30, True)])
def test_a_recording_is_as_long_as_the_talk(desk: Desk, talked_s: float, cut_short: bool) -> None:
    kept = desk.archive.keep(desk.take("a", SAID), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(talked_s)))
    assert (kept.seconds, kept.cut_short) == (10.0, cut_short)


def test_a_take_that_stopped_on_a_full_disk_is_kept_and_called_short(desk: Desk) -> None:
    whole = to_wav(SAID)
    said = desk.take("a", whole[: 44 + 16_001])
    kept = desk.archive.keep(said, desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(10)))
    assert kept.cut_short
    assert np.array_equal(desk.heard()[:8_000, 0], SAID.samples[:8_000])


def test_a_take_whose_header_was_never_finished_is_read_to_its_end(desk: Desk) -> None:
    whole = bytearray(to_wav(SAID))
    whole[40:44] = struct.pack("<I", 0)
    kept = desk.archive.keep(desk.take("a", bytes(whole)), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(10)))
    assert not kept.cut_short


def test_a_pause_is_marked_where_it_lies_and_is_no_loss(desk: Desk) -> None:
    pauses = [Paused(after(3), after(23))]
    kept = desk.archive.keep(
        desk.take("a", SAID), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(30)), pauses=pauses
    )
    assert (kept.gaps, kept.expected_s, kept.cut_short) == ((Gap(3.0, 20.0),), 10.0, False)


def test_gaps_stand_where_the_file_goes_on() -> None:
    pauses = [Paused(after(3), after(5)), Paused(after(10), after(14)), Paused(after(12), after(15))]
    assert gaps(pauses, began_at=NOW, seconds=10) == (Gap(3.0, 2.0), Gap(8.0, 5.0))
    assert gaps([Paused(after(-5), after(2))], began_at=NOW, seconds=10) == (Gap(0.0, 2.0),)


@given(st.lists(st.tuples(st.floats(-20, 100), st.floats(0, 30)), max_size=6))
def test_gaps_are_inside_the_file_and_in_order(drawn: list[tuple[float, float]]) -> None:
    found = gaps([Paused(after(at), after(at + lasted)) for at, lasted in drawn], began_at=NOW, seconds=60)
    places = [gap.at_s for gap in found]
    assert places == sorted(places)
    assert all(0 <= place <= 60 for place in places)


@pytest.mark.parametrize(
    ("said", "code"),
    [(b"", "bad_take"), (b"<html>", "bad_take"), (to_wav(tone(hz=300, length_s=1, rate=16_000)), "bad_take")],
)
def test_a_take_that_cannot_be_read_stays_and_is_named(desk: Desk, said: bytes, code: str) -> None:
    takes = desk.take("a", said), desk.take("b", HEARD)
    with pytest.raises(NotKept) as refused:
        desk.archive.keep(*takes, attempt=CALL, talk=(NOW, after(10)))
    assert refused.value.code == code
    assert all(take.path.exists() for take in takes)
    assert refused.value.to_json(CALL, NOW)["not_kept"] == code


def test_a_take_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(NotKept, match=r"no take gone\.wav"):
        desk.archive.keep(Take(desk.spool / "gone.wav", NOW), desk.take("b", HEARD), attempt=CALL, talk=(NOW, NOW))


@pytest.mark.parametrize(("number", "code"), [(28, "disk_full"), (5, "disk_fails")])
def test_a_full_or_broken_disk_leaves_the_takes_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(number, "the disk")

    takes = desk.take("a", SAID), desk.take("b", HEARD)
    with monkeypatch.context() as broken:
        broken.setattr(recordings.os, "fsync", fails)
        with pytest.raises(NotKept) as refused:
            desk.archive.keep(*takes, attempt=CALL, talk=(NOW, after(10)))
    assert refused.value.code == code
    assert not [path for path in desk.archive.folder.rglob("*") if path.is_file()]
    assert desk.archive.keep(*takes, attempt=CALL, talk=(NOW, after(10))).seconds == 10, "later there is room"


def test_a_disk_that_is_nearly_full_is_left_to_the_database(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "ROOM_BYTES", 1 << 60)
    assert desk.archive.minutes_left() == 0
    with pytest.raises(NotKept, match="No space"):
        desk.archive.keep(desk.take("a", SAID), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(10)))


def test_what_is_said_in_the_clear_stays_in_memory(tmp_path: Path) -> None:
    memory = Path("/dev/shm")
    assert in_memory(memory / "anything")
    assert not in_memory(Path("/proc/self"))
    on_disk = Archive(tmp_path / "kept", Path("/proc/self/task"), lock=KEY.lock(), draw=bytes)
    with pytest.raises(Unavailable, match="in the clear"):
        on_disk.check()


def test_whoever_destroys_recordings_is_of_the_group_and_may(desk: Desk) -> None:
    before = os.umask(0o077)
    try:
        kept = desk.archive.keep(desk.take("a", SAID), desk.take("b", HEARD), attempt=CALL, talk=(NOW, after(10)))
    finally:
        os.umask(before)
    file = desk.archive.folder / kept.path
    assert stat.S_IMODE(file.stat().st_mode) == 0o660
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in file.parents[:3]} == {0o2770}
