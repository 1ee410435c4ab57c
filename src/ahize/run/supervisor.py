"""Keeps a set of processes alive until it is told to stop.

Answers two questions: “who is dead?” and “when is it started again?”. A dead child's whole process group is cleared
away before it is started again, so that nothing of it holds a port or a lease. It knows no process by name: a ``Part``
says how to start one and how to stop it. One thread, no handlers: signals are blocked and waited for.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ahize.kernel.errors import AhizeError
from ahize.run.account import Account
from ahize.run.children import group_is_alive, signal_group, spawn, started_at
from ahize.run.phases import say

WAITED_FOR = {signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_BACKOFF_FIRST_S = 0.2
_BACKOFF_MAX_S = 5.0
_CALM_S = 30.0  # alive for so long, a child's earlier deaths are forgotten
_GRACE_S = 8.0
_SAID_DEATHS = 6
_LOG_MAX_BYTES = 20_000_000  # looked at when the part starts; the log before is kept as .log.1


@dataclass
class Part:
    """One supervised process.

    Attributes:
        name: as in the log's file name.
        command: what is run; empty for a part with a ``start`` of its own.
        environment: everything it is told.
        start: instead of the command, for PostgreSQL, whose start is more than a command.
        stop: instead of SIGTERM to its group.
    """

    name: str
    command: Sequence[str | os.PathLike[str]] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    start: Callable[[], subprocess.Popen[bytes]] | None = None
    stop: Callable[[], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    begun: float = 0.0
    deaths: int = 0
    again_at: float | None = None


class Supervisor:
    """Starts parts in order, keeps them alive, stops them in the opposite order.

    Args:
        account: whom the parts run as.
        logs: folder for ``<name>.log``.
        cwd: their working folder.
        roll: file that names our children, for the start after a kill.
    """

    def __init__(self, *, account: Account, logs: Path, cwd: Path, roll: Path) -> None:
        self.account = account
        self.logs = logs
        self.cwd = cwd
        self.roll = roll
        self.parts: list[Part] = []

    def add(self, part: Part) -> None:
        """Start a part now and keep it alive from now on."""
        self.parts.append(part)
        self._start(part)

    def wait(self, *, until: float | None = None, ready: Callable[[], bool] | None = None) -> signal.Signals | None:
        """Keep everybody alive.

        Args:
            until: come back at this moment of ``time.monotonic()``.
            ready: come back as soon as it says so; asked often.

        Returns: the signal that ended the wait, or None where ``until`` or ``ready`` did.
        """
        while True:
            now = time.monotonic()
            if ready is not None and ready():
                return None
            if until is not None and now >= until:
                return None
            self._look_after(now)
            wake_at = [part.again_at for part in self.parts if part.again_at is not None]
            wake_at += [until] if until is not None else []
            pause = min([0.1 if ready is not None else 1.0, *(at - now for at in wake_at)])
            told = signal.sigtimedwait(WAITED_FOR, max(0.01, pause))
            if told is not None and told.si_signo in STOPPING:
                return signal.Signals(told.si_signo)

    def stop(self, *names: str) -> None:
        """Stop the named parts, or all; last started first, each with time to end well."""
        leaving = [part for part in reversed(self.parts) if not names or part.name in names]
        for part in leaving:
            self.parts.remove(part)
        plain = [part for part in leaving if part.stop is None]
        for part in plain:
            if part.process is not None:
                signal_group(part.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_S
        for part in plain:
            if part.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    part.process.wait(max(0.0, deadline - time.monotonic()))
                _clear_away(part.process)
        for part in leaving:
            if part.stop is not None:
                part.stop()
        self._write_roll()

    def alive(self, name: str) -> bool:
        """Is that part running right now?"""
        return any(part.name == name and part.process and part.process.poll() is None for part in self.parts)

    def _look_after(self, now: float) -> None:
        for part in self.parts:
            if part.process is not None and part.process.poll() is not None:
                if now - part.begun > _CALM_S:
                    part.deaths = 0
                pause = min(_BACKOFF_MAX_S, _BACKOFF_FIRST_S * 2**part.deaths)
                part.deaths += 1
                part.again_at = now + pause
                how = _how_it_ended(part.process.returncode)
                _clear_away(part.process)
                part.process = None
                # After some deaths in a row everything is said; what follows would only drown the rest.
                if part.deaths < _SAID_DEATHS:
                    say(f"{part.name} {how}; it is started again in {pause:.1f} s (see {self.logs / part.name}.log)")
                elif part.deaths == _SAID_DEATHS:
                    say(f"{part.name} {how} again and again; it is tried every {_BACKOFF_MAX_S:.0f} s from now on")
            if part.process is None and part.again_at is not None and now >= part.again_at:
                try:
                    self._start(part)
                except AhizeError as error:  # a full disk, say: what still runs must go on, and it may get better
                    part.deaths += 1
                    part.again_at = time.monotonic() + _BACKOFF_MAX_S
                    say(f"{part.name} does not start: {error.message}")

    def _start(self, part: Part) -> None:
        part.again_at = None
        part.begun = time.monotonic()
        if part.start is not None:
            part.process = part.start()
        else:
            path = self.logs / f"{part.name}.log"
            if path.exists() and path.stat().st_size > _LOG_MAX_BYTES:
                path.rename(path.with_suffix(".log.1"))
            with path.open("ab") as log:
                part.process = spawn(part.command, account=self.account, log=log, env=part.environment, cwd=self.cwd)
        self._write_roll()

    def _write_roll(self) -> None:
        """Who our children are, by number and moment of birth, since numbers are given again."""
        rows = [(part.name, part.process.pid) for part in self.parts if part.process is not None]
        new = self.roll.with_suffix(".new")
        new.write_text(json.dumps([{"name": name, "pid": pid, "started_at": started_at(pid)} for name, pid in rows]))
        new.rename(self.roll)


def clear_roll(roll: Path) -> list[str]:
    """End what a killed launcher left behind; the names of those that still lived."""
    try:
        rows = json.loads(roll.read_bytes())
    except (OSError, ValueError):
        return []
    left = [row for row in rows if _is_ours(row)]
    for how, patience_s in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
        deadline = time.monotonic() + patience_s
        alive = [row for row in left if group_is_alive(row["pid"])]
        for row in alive:
            signal_group(row["pid"], how)
        while alive and time.monotonic() < deadline:
            time.sleep(0.05)
            alive = [row for row in alive if group_is_alive(row["pid"])]
    roll.unlink(missing_ok=True)
    return [row["name"] for row in left]


def _is_ours(row: Mapping[str, int]) -> bool:
    """Is that group still the one we started? Its leader lives since then, or is dead and has left its group."""
    born = started_at(row["pid"])
    if born is not None:
        return born == row["started_at"]
    return group_is_alive(row["pid"])


def _clear_away(process: subprocess.Popen[bytes]) -> None:
    """Nothing of its group may live on; then take note that it is dead."""
    signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _how_it_ended(code: int) -> str:
    return f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended with code {code}"
