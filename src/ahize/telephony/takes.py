"""Recording at the switch: two takes of each talk, paused where they must be, handed to the archive when it is over.

A snoop for each side hangs on the called person's channel, so that holding, consulting and handing over leave the
recording whole. Beside the takes lies a note of what they are of; the next life of a gate finds it and loses nothing.
Refuses to know whether a call may be recorded.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import UUID

from ahize.kernel.clock import Clock
from ahize.kernel.ids import AttemptId, CallId, FloorId
from ahize.telephony.phones import Sends
from ahize.telephony.recordings import Archive, NotKept, Paused, Recorded, Take
from ahize.telephony.wire import APP

Side = Literal["said", "heard"]
SIDES: tuple[Side, ...] = get_args(Side)
_SPY: Mapping[Side, str] = {"said": "in", "heard": "out"}
"""What comes in from the person's line they said, what goes out to it they heard."""
FINISH_S = 5.0
"""After the end of a call its takes are kept this soon, even if the switch forgets to say that they are finished."""
AGAIN_S = 60.0
"""A full disk is tried again so often; until then the takes wait in memory."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Taking:
    """The takes of one call.

    Attributes:
        since: from when there was something to record.
        began: when each take began.
        waiting: snoops that record nothing yet, for nobody has said yes.
        pauses: those that are over; ``paused``: since when one goes on.
        finished: takes that the switch has closed.
    """

    call: CallId
    floor: FloorId | None
    since: datetime
    began: dict[Side, datetime] = field(default_factory=dict)
    waiting: dict[Side, str] = field(default_factory=dict)
    pauses: list[Paused] = field(default_factory=list)
    paused: datetime | None = None
    until: datetime | None = None
    finished: set[Side] = field(default_factory=set)

    def name(self, side: Side) -> str:
        return f"{self.call}-{side}"

    def to_json(self) -> dict[str, Any]:
        pauses = [*self.pauses, *([Paused(self.paused, self.paused)] if self.paused else [])]
        return {
            "floor": str(self.floor) if self.floor else None,
            "since": self.since.isoformat(),
            "began": {side: at.isoformat() for side, at in self.began.items()},
            "pauses": [[one.since.isoformat(), one.until.isoformat()] for one in pauses],
        }


class Takes:
    """Everything that is being recorded at one switch.

    Args:
        archive: where recordings are kept; None: nothing is recorded here.
        report: tells a floor what was kept, or that something was not.
    """

    def __init__(
        self,
        send: Sends,
        archive: Archive | None,
        clock: Clock,
        report: Callable[[FloorId | None, Mapping[str, Any]], None],
    ) -> None:
        self._send, self.archive, self._clock, self._report = send, archive, clock, report
        self._takings: dict[CallId, Taking] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._keeping: set[asyncio.Task[None]] = set()
        self._early: set[CallId] = set()
        """Calls that were paused before there was anything to pause."""

    # ── while it lasts ──────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, call: CallId, floor: FloorId | None) -> None:
        """Record from now on. Once begun it goes on to the end of the call."""
        if self.archive is None or call in self._takings:
            return
        now = self._clock.now()
        self._takings[call] = Taking(call, floor, now, paused=now if call in self._early else None)
        for side in SIDES:
            self._send(
                "POST",
                f"channels/{call}/snoop/take-{side}-{call}",
                query={"spy": _SPY[side], "whisper": "none", "app": APP, "appArgs": f"take,{call},{side}"},
            )

    def came(self, call: CallId, side: str, snoop: str) -> None:
        """A snoop hangs on its call: what it hears is written."""
        taking = self._takings.get(call)
        if taking is None or side not in SIDES:
            self._send("DELETE", f"channels/{snoop}")
            return
        known: Side = "said" if side == "said" else "heard"
        if taking.paused is not None and not taking.began:
            taking.waiting[known] = snoop  # Not even the first frame is written before a yes.
        else:
            self._record(taking, known, snoop)

    def _record(self, taking: Taking, known: Side, snoop: str) -> None:
        taking.began[known] = self._clock.now()
        self._send(
            "POST",
            f"channels/{snoop}/record",
            query={"name": taking.name(known), "format": "wav", "ifExists": "overwrite", "beep": "false"},
        )
        if taking.paused is not None:
            self._send("POST", f"recordings/live/{taking.name(known)}/pause")
        self._note(taking)

    def pause(self, call: CallId, on: bool) -> None:
        """Neither sound nor keys are written, or are again."""
        taking = self._takings.get(call)
        (self._early.add if on else self._early.discard)(call)
        if taking is None or (taking.paused is not None) == on:
            return
        now = self._clock.now()
        if not on and not taking.began:
            taking.since, taking.paused = now, None
            for side, snoop in taking.waiting.items():
                self._record(taking, side, snoop)
            return
        for side in taking.began:
            self._send("POST" if on else "DELETE", f"recordings/live/{taking.name(side)}/pause")
        if on:
            taking.paused = now
        elif taking.paused is not None:
            taking.pauses.append(Paused(taking.paused, now))
            taking.paused = None
        self._note(taking)

    # ── when it is over ─────────────────────────────────────────────────────────────────────────────────────────

    def ended(self, call: CallId) -> None:
        """The call is over: its takes are kept as soon as the switch has closed them."""
        taking = self._takings.get(call)
        self._early.discard(call)
        if taking is None or taking.until is not None:
            return
        taking.until = self._clock.now()
        if taking.paused is not None and not taking.began:
            self._forget(self._takings.pop(call))  # Nobody said yes: there is no recording, and none is missing.
            return
        if taking.paused is not None:
            taking.pauses.append(Paused(taking.paused, taking.until))
            taking.paused = None
        if taking.finished >= set(SIDES):
            self._keep(taking)
        else:
            asyncio.get_running_loop().call_later(FINISH_S, self._keep, taking)

    def finished(self, name: str) -> None:
        """The switch closed one take."""
        call, _, side = name.rpartition("-")
        with suppress(ValueError):
            taking = self._takings.get(CallId(AttemptId(UUID(call))))
            if taking is not None and side in SIDES:
                taking.finished.add("said" if side == "said" else "heard")
                if taking.until is not None and taking.finished >= set(SIDES):
                    self._keep(taking)

    def _keep(self, taking: Taking) -> None:
        if self._takings.pop(taking.call, None) is None or self.archive is None:
            return
        task = asyncio.create_task(self._kept(taking, self.archive))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    async def _kept(self, taking: Taking, archive: Archive) -> None:
        until = taking.until or self._clock.now()
        takes = [
            Take(archive.spool / f"{taking.name(side)}.wav", taking.began.get(side, taking.since)) for side in SIDES
        ]

        def keep() -> Recorded:
            return archive.keep(*takes, attempt=taking.call, talk=(taking.since, until), pauses=taking.pauses)

        try:
            kept = await asyncio.get_running_loop().run_in_executor(self._thread, keep)
        except NotKept as why:
            log.error("%s", why.message)
            self._report(taking.floor, why.to_json(taking.call, taking.since))
            if why.code in ("disk_full", "disk_fails"):
                self._takings[taking.call] = taking
                asyncio.get_running_loop().call_later(AGAIN_S, self._keep, taking)
                return
            for take in takes:  # Nobody could ever hear it, and it lies there in the clear.
                take.path.unlink(missing_ok=True)
            self._forget(taking)
            return
        self._forget(taking)
        self._report(taking.floor, kept.to_json())

    async def kept(self) -> None:
        """Until everything that is over was kept, or could not be."""
        while self._keeping:
            await asyncio.gather(*self._keeping)

    # ── over lives ──────────────────────────────────────────────────────────────────────────────────────────────

    def compare(self, live: set[CallId]) -> None:
        """A new life: takes of calls that go on are taken over, those of calls that are gone are kept now."""
        if self.archive is None:
            return
        for path in self.archive.spool.glob("*.json"):
            taking = self._read(path)
            if taking is None or taking.call in self._takings:
                continue
            self._takings[taking.call] = taking
            if taking.call not in live:
                taking.finished = set(SIDES)
                self.ended(taking.call)
        for call in [call for call in self._takings if call not in live]:
            self._takings[call].finished = set(SIDES)
            self.ended(call)

    def _read(self, path: Path) -> Taking | None:
        try:
            given = json.loads(path.read_bytes())
            pauses = [Paused(*map(datetime.fromisoformat, one)) for one in given["pauses"]]
            going_on = next((one.since for one in pauses if one.since == one.until), None)
            return Taking(
                CallId(AttemptId(UUID(path.stem))),
                FloorId(UUID(given["floor"])) if given["floor"] else None,
                datetime.fromisoformat(given["since"]),
                {side: datetime.fromisoformat(at) for side, at in given["began"].items()},
                pauses=[one for one in pauses if one.since != one.until],
                paused=going_on,
            )
        except (OSError, ValueError, KeyError, TypeError) as wrong:
            log.error("the note of a recording, %s, cannot be read: %r", path.name, wrong)
            return None

    def _note(self, taking: Taking) -> None:
        if self.archive is not None:
            path = self.archive.spool / f"{taking.call}.json"
            with suppress(OSError):
                path.with_suffix(".new").write_text(json.dumps(taking.to_json()))
                path.with_suffix(".new").replace(path)

    def _forget(self, taking: Taking) -> None:
        if self.archive is not None:
            (self.archive.spool / f"{taking.call}.json").unlink(missing_ok=True)
