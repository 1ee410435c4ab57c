"""The gate's own book: what it let ring and what that cost, a line each, written before the switch is asked.

Answers which calls were dialled, in this life of the gate or the one before, how much was spent over a trunk in the
last 24 hours, calls that go on included, and who asked lately not to be called any more: that is told until it is
certain to have been heard. Refuses to know money: prices are handed in, in the trunk's own currency.
"""

from __future__ import annotations

import json
import logging
import math
from collections import OrderedDict, deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from ahize.compliance.ruling import Permit
from ahize.kernel.clock import Clock
from ahize.kernel.ids import AttemptId, CallId, FloorId

REMEMBERED = 200_000
A_DAY = timedelta(hours=24)
AGAIN_FOR = timedelta(hours=1)
"""For so long each new engine is told of those who opted out; the same again changes nothing."""
BYTES_MAX = 50_000_000
"""A book that has grown so large is put aside when the next life begins; the last one put aside is kept."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Running:
    """A call that costs: ``price`` a begun minute, from the answer on."""

    trunk: UUID
    price: float
    answered_at: datetime | None = None

    def cost(self, now: datetime) -> float:
        """Begun minutes are paid whole, which no carrier's increments exceed; a call that rings may yet cost one."""
        if self.answered_at is None:
            return self.price
        return self.price * max(1, math.ceil((now - self.answered_at) / timedelta(minutes=1)))


class Ledger:
    """
    Args:
        path: a file that only this gate writes; None: nothing outlives it.
    """

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self._clock = clock
        self._dialled: OrderedDict[CallId, None] = OrderedDict()
        self._running: dict[CallId, Running] = {}
        self._costs: dict[UUID, deque[tuple[datetime, float]]] = {}
        self._stops: deque[tuple[datetime, FloorId, CallId]] = deque()
        self._callers: dict[tuple[FloorId, str], tuple[datetime, Mapping[str, Any]]] = {}
        self._file: TextIO | None = None
        if path is not None:
            self._read(path)
            if path.exists() and path.stat().st_size > BYTES_MAX:
                path.replace(path.with_suffix(".1"))
            self._file = path.open("a", encoding="utf-8")

    def dialled(self, permit: Permit, trunk: UUID, price: float | None) -> None:
        """This call may ring now, over this trunk; it is in the book before the switch hears of it."""
        call = CallId(permit.attempt)
        self._remember(call)
        self._running[call] = Running(trunk, price or 0.0)
        self._write("dialled", call, number=permit.number, shown=permit.caller_id, trunk=str(trunk))

    def adopted(self, call: CallId) -> None:
        """An earlier life dialled it; the switch still has it."""
        self._remember(call)

    def answered(self, call: CallId) -> None:
        """From now on it costs by the minute."""
        running = self._running.get(call)
        if running is not None and running.answered_at is None:
            running.answered_at = self._clock.now()

    def ended(self, call: CallId) -> None:
        """It is over; one that nobody picked up cost nothing."""
        running = self._running.pop(call, None)
        if running is None:
            return
        now = self._clock.now()
        cost = running.cost(now) if running.answered_at is not None else 0.0
        if cost:
            self._costs.setdefault(running.trunk, deque()).append((now, cost))
        self._write("ended", call, trunk=str(running.trunk), cost=round(cost, 6))

    def stopped(self, floor: FloorId, call: CallId) -> None:
        """The person on this call opted out."""
        self._stops.append((self._clock.now(), floor, call))
        self._write("stopped", call, floor=str(floor))

    def stops(self, floor: FloorId) -> list[CallId]:
        """On which of this floor's calls somebody opted out lately."""
        while self._stops and self._clock.now() - self._stops[0][0] >= AGAIN_FOR:
            self._stops.popleft()
        return [call for _, whose, call in self._stops if whose == floor]

    def called_in(self, floor: FloorId, report: Mapping[str, Any]) -> None:
        """Somebody called us, and this came of it so far; kept where they opted out."""
        if report["stopped_at"]:
            self._callers[floor, report["id"]] = self._clock.now(), report
            self._write("called_in", CallId(AttemptId(UUID(report["id"]))), floor=str(floor), report=dict(report))

    def callers(self, floor: FloorId) -> list[Mapping[str, Any]]:
        """Those who called this floor and opted out lately, as they were reported."""
        now = self._clock.now()
        self._callers = {key: kept for key, kept in self._callers.items() if now - kept[0] < AGAIN_FOR}
        return [report for (whose, _), (_, report) in self._callers.items() if whose == floor]

    def among(self, calls: Collection[CallId]) -> list[CallId]:
        """Those of these calls that were dialled, as far as it remembers."""
        return [call for call in calls if call in self._dialled]

    def spent(self, trunk: UUID) -> float:
        """In the last 24 hours over this trunk, calls that go on included."""
        now = self._clock.now()
        costs = self._costs.get(trunk, deque())
        while costs and now - costs[0][0] >= A_DAY:
            costs.popleft()
        running = sum(one.cost(now) for one in self._running.values() if one.trunk == trunk)
        return sum(cost for _, cost in costs) + running

    def _remember(self, call: CallId) -> None:
        self._dialled[call] = None
        while len(self._dialled) > REMEMBERED:
            self._dialled.popitem(last=False)

    def _write(self, what: str, call: CallId, **more: Any) -> None:
        if self._file is not None:
            line = {"at": self._clock.now().isoformat(), "what": what, "call": str(call), **more}
            self._file.write(json.dumps(line, separators=(",", ":")) + "\n")
            self._file.flush()  # It outlives us; a machine without power has lost its calls as well.

    def _read(self, path: Path) -> None:
        with suppress(FileNotFoundError), path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    self._take(json.loads(line))
                except (ValueError, KeyError, TypeError) as wrong:  # The last line of a life that was killed.
                    log.warning("%s, line %s cannot be read: %r", path, number, wrong)

    def _take(self, line: dict[str, Any]) -> None:
        call, at = CallId(AttemptId(UUID(line["call"]))), datetime.fromisoformat(line["at"])
        match line["what"]:
            case "dialled":
                self._remember(call)
            case "ended" if line["cost"]:
                self._costs.setdefault(UUID(line["trunk"]), deque()).append((at, float(line["cost"])))
            case "stopped":
                self._stops.append((at, FloorId(UUID(line["floor"])), call))
            case "called_in":
                self._callers[FloorId(UUID(line["floor"])), str(call)] = at, line["report"]
