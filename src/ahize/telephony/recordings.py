"""From two takes of one call to one sealed file: what the person said on the left, what they heard on the right.

The switch writes its takes into a spool in memory; only sealed bytes reach a disk. Each file is looked at as it is
made: is it as long as the talk was, where was it paused, how loud was it when. Card data are kept out at the switch,
which stops both takes; here the gap is only marked.

Refuses to know who may listen, and cannot listen itself: it holds the lock, not the key. It waits for disks: call it
beside the event loop, in a thread.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from ahize.flows.wav import BadSound, Layout, Samples, decoded, layout_of, wav_header
from ahize.kernel.envelopes import Lock, seal
from ahize.kernel.errors import AhizeError, Unavailable

PEAKS: Final = 1_000
"""Loudest moments kept for each channel: more than a screen has columns for."""

SHORT_BY_S: Final = 1.5
SHORT_BY_SHARE: Final = 0.02
"""A recording may be shorter than the talk by the larger of both: takes begin and end a moment beside the talk."""

ROOM_BYTES: Final = 64 << 20
"""So much of a disk is left to others; below it nothing is kept."""

_SHARED: Final = 0o2770
"""Of folders: who lets people listen is another user of the same group, and destroys what has been kept long enough."""

_BLOCK: Final = 1 << 15
_HEAD: Final = 4_096
_MEMORY: Final = frozenset({"tmpfs", "ramfs"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Take:
    """One side of a call as the switch wrote it: a mono WAV file. ``began_at``: the instant of its first sample."""

    path: Path
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing was recorded in ``[since, until)``."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A pause as it stands in the file: ``at_s`` into it, ``lasted_s`` of the call are missing."""

    at_s: float
    lasted_s: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording as it was kept; what a gate reports.

    Attributes:
        path: under the folder of recordings.
        began_at: of its first sample.
        seconds: how long it is, without the pauses.
        expected_s: how long the talk was, without the pauses.
        cut_short: it is shorter than it must be: part of the talk is missing.
        size, sha256: of the sealed file.
        key: by which the fitting key is found.
        peaks: the loudest moment of each of up to a thousand even stretches, 0 to 255, a byte each, base64; first what
            the person said, then what they heard.
    """

    attempt: UUID
    path: str
    began_at: datetime
    seconds: float
    expected_s: float
    rate: int
    size: int
    sha256: str
    key: str
    cut_short: bool
    gaps: tuple[Gap, ...]
    peaks: tuple[str, str]

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "attempt": str(self.attempt), "began_at": self.began_at.isoformat(), "channels": 2}


class NotKept(AhizeError):
    """A recording that could not be kept. Its takes are where they were; trying again later may do.

    ``code``: ``disk_full``, ``disk_fails``, ``no_take`` or ``bad_take``.
    """

    status = 503
    code = "not_kept"

    def to_json(self, attempt: UUID, began_at: datetime) -> dict[str, Any]:
        """As a gate reports it."""
        return {"attempt": str(attempt), "began_at": began_at.isoformat(), "not_kept": self.code}


class Archive:
    """The folder of recordings, and the spool before it.

    Args:
        folder: sealed recordings, by day; made where it is not there.
        spool: where the switch writes its takes; in memory.
        lock: to which they are sealed.
        draw: secret chance.
    """

    def __init__(self, folder: Path, spool: Path, *, lock: Lock, draw: Callable[[int], bytes]) -> None:
        self.folder, self.spool = folder, spool
        self._lock, self._draw = lock, draw

    def check(self) -> None:
        """Ready to record? Raises: Unavailable saying what is missing and what to do."""
        for path in (self.spool, self.folder):
            try:
                _folder(path)
            except OSError as wrong:
                raise Unavailable(f"{path} cannot be made: {wrong.strerror}.", code="no_recordings_folder") from None
        if not in_memory(self.spool):
            raise Unavailable(
                f"{self.spool} is on a disk; what is said would lie there in the clear.",
                code="spool_on_disk",
                next_step="Name a folder on a tmpfs, such as one under /dev/shm.",
            )

    def minutes_left(self) -> float:
        """How many minutes of talk the disk has room for."""
        return max(0, shutil.disk_usage(self.folder).free - ROOM_BYTES) / (60 * 2 * 2 * 8_000)

    def keep(
        self,
        said: Take,
        heard: Take,
        *,
        attempt: UUID,
        talk: tuple[datetime, datetime],
        pauses: Iterable[Paused] = (),
    ) -> Recorded:
        """Seal both takes into one file, remove them, and say what was kept. Again, for the same call, replaces it.

        Args:
            talk: from when until when there was something to record.

        Raises: NotKept; the takes stay.
        """
        pauses = tuple(pauses)
        began_at = min(said.began_at, heard.began_at)
        day = began_at.astimezone(UTC)
        path = Path(f"{day:%Y}/{day:%m}/{day:%d}/{attempt}.ahz")
        with contextlib.ExitStack() as open_takes:
            try:
                left, right = (open_takes.enter_context(_Side.of(take, began_at)) for take in (said, heard))
            except FileNotFoundError as gone:
                raise NotKept(f"There is no take {Path(gone.filename).name}.", code="no_take") from None
            except BadSound as bad:
                raise NotKept(f"A take of {attempt} cannot be read: {bad.message}", code="bad_take") from None
            if left.rate != right.rate:
                raise NotKept(f"The takes of {attempt} are of {left.rate} and {right.rate} Hz.", code="bad_take")
            frames = max(left.frames, right.frames)
            meters = _Meter(frames), _Meter(frames)
            try:
                size, sha256 = self._write(path, _stereo(left, right, meters), attempt)
            except OSError as wrong:
                raise self._not_kept(wrong, attempt) from None
        seconds, expected_s = frames / left.rate, _expected_s(talk, pauses)
        shortest_s = min(left.frames, right.frames) / left.rate
        kept = Recorded(
            attempt=attempt,
            path=str(path),
            began_at=began_at,
            seconds=round(seconds, 2),
            expected_s=round(expected_s, 2),
            rate=left.rate,
            size=size,
            sha256=sha256,
            key=self._lock.mark.hex(),
            cut_short=shortest_s < expected_s - max(SHORT_BY_S, SHORT_BY_SHARE * expected_s),
            gaps=gaps(pauses, began_at=began_at, seconds=seconds),
            peaks=(meters[0].read(), meters[1].read()),
        )
        self._report(kept)
        for take in (said, heard):
            take.path.unlink(missing_ok=True)
        return kept

    def _write(self, path: Path, chunks: Iterator[bytes], attempt: UUID) -> tuple[int, str]:
        """Whole or not at all, and on the disk before it counts."""
        target = self.folder / path
        for parent in reversed(path.parents):
            _folder(self.folder / parent)
        if shutil.disk_usage(target.parent).free < ROOM_BYTES:
            raise OSError(28, "No space left on device")
        new = target.with_suffix(".new")
        try:
            with new.open("wb") as out:
                sealed = seal(chunks, out, lock=self._lock, purpose=purpose(attempt), draw=self._draw)
                out.flush()
                os.fchmod(out.fileno(), 0o660)
                os.fsync(out.fileno())
            new.replace(target)
            _sync(target.parent)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        return sealed.size, sealed.sha256

    def _report(self, kept: Recorded) -> None:
        """Beside the recordings until it is in the database, so that none is forgotten when a message is lost."""
        reports = self.folder / REPORTS
        try:
            _folder(reports)
            new = reports / f"{kept.attempt}.new"
            new.write_text(json.dumps(kept.to_json()))
            new.replace(new.with_suffix(".json"))
        except OSError as wrong:
            raise self._not_kept(wrong, kept.attempt) from None

    @staticmethod
    def _not_kept(wrong: OSError, attempt: UUID) -> NotKept:
        full = wrong.errno in (28, 122)  # no space, or over quota
        log.error("recording %s was not kept: %s", attempt, wrong.strerror)
        return NotKept(
            f"The recording {attempt} was not kept: {wrong.strerror}.",
            code="disk_full" if full else "disk_fails",
            next_step="Make room on the disk of recordings." if full else "Look at the disk of recordings.",
        )


REPORTS: Final = "reports"


def purpose(attempt: UUID) -> bytes:
    """What binds a sealed file to its call: it opens as no other's."""
    return b"recording " + attempt.bytes


# ── the two sides ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Side:
    """One take, read block by block; silence before it where it began later."""

    def __init__(self, file: BinaryIO, layout: Layout, silence: int, frames: int) -> None:
        self._file, self._layout = file, layout
        self._silence = silence
        self.rate = layout.rate
        self.frames = silence + frames

    @classmethod
    @contextlib.contextmanager
    def of(cls, take: Take, began_at: datetime) -> Iterator[_Side]:
        """Whatever sound is there: a take that was cut off, by a full disk or a crash, has a header that lies."""
        with take.path.open("rb") as file:
            layout = layout_of(file.read(_HEAD))
            size = file.seek(0, 2) - layout.begins
            file.seek(layout.begins)
            late_s = (take.began_at - began_at).total_seconds()
            yield cls(file, layout, round(late_s * layout.rate), size // layout.frame)

    def read(self, frames: int) -> Samples:
        """The next frames; silence where there are no more."""
        silent = min(frames, self._silence)
        self._silence -= silent
        raw = self._file.read((frames - silent) * self._layout.frame)
        there = decoded(raw[: len(raw) // self._layout.frame * self._layout.frame], self._layout)
        there = there.reshape(-1, self._layout.channels)[:, 0]
        return np.concatenate([np.zeros(silent, np.int16), there, np.zeros(frames - silent - len(there), np.int16)])


class _Meter:
    """The loudest moment of each even stretch."""

    def __init__(self, frames: int) -> None:
        self._stretch = max(1, -(-frames // PEAKS))
        self._peaks = np.zeros(-(-frames // self._stretch), dtype=np.int32)
        self._at = 0

    def feed(self, samples: Samples) -> None:
        at = (self._at + np.arange(len(samples))) // self._stretch
        np.maximum.at(self._peaks, at, np.abs(samples.astype(np.int32)))
        self._at += len(samples)

    def read(self) -> str:
        return base64.b64encode((self._peaks * 255 // 32_768).astype(np.uint8).tobytes()).decode()


def _stereo(left: _Side, right: _Side, meters: tuple[_Meter, _Meter]) -> Iterator[bytes]:
    frames = max(left.frames, right.frames)
    yield wav_header(frames=frames, rate=left.rate, channels=2)
    for at in range(0, frames, _BLOCK):
        both: npt.NDArray[np.int16] = np.stack([side.read(min(_BLOCK, frames - at)) for side in (left, right)], axis=1)
        for channel, meter in enumerate(meters):
            meter.feed(both[:, channel])
        yield both.astype("<i2").tobytes()


# ── pauses ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def gaps(pauses: Sequence[Paused], *, began_at: datetime, seconds: float) -> tuple[Gap, ...]:
    """Where the pauses lie in the file, which goes on behind each as if nothing had been."""
    found: list[Gap] = []
    missing_s = 0.0
    for pause in _united(pauses):
        since = max(pause.since, began_at)
        lasted_s = (pause.until - since).total_seconds()
        if lasted_s > 0:
            at_s = (since - began_at).total_seconds() - missing_s
            found.append(Gap(round(min(max(0.0, at_s), seconds), 2), round(lasted_s, 2)))
            missing_s += lasted_s
    return tuple(found)


def _expected_s(talk: tuple[datetime, datetime], pauses: Sequence[Paused]) -> float:
    since, until = talk
    paused = (min(pause.until, until) - max(pause.since, since) for pause in _united(pauses))
    missing = sum((one for one in paused if one > timedelta(0)), timedelta(0))
    return max(0.0, (until - since - missing).total_seconds())


def _united(pauses: Sequence[Paused]) -> list[Paused]:
    """In order, without overlaps."""
    found: list[Paused] = []
    for pause in sorted(pauses, key=lambda one: one.since):
        if found and pause.since <= found[-1].until:
            found[-1] = Paused(found[-1].since, max(found[-1].until, pause.until))
        elif pause.until > pause.since:
            found.append(pause)
    return found


# ── disks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_memory(path: Path) -> bool:
    """Whether what is written there stays in memory (tmpfs); False where the system does not say."""
    try:
        lines = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return False
    real = path.resolve()
    mounts = [(Path(fields[1].replace("\\040", " ")), fields[2]) for line in lines if len(fields := line.split()) > 2]
    over = [(place, kind) for place, kind in mounts if real.is_relative_to(place)]
    return bool(over) and max(over, key=lambda one: len(one[0].parts))[1] in _MEMORY


def _folder(path: Path) -> None:
    """Made where it is missing, open to the group whatever the umask; what stands is left as it is."""
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(_SHARED)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
