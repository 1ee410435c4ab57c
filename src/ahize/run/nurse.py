"""Keeps Asterisk and gated alive as the gate's own user, which the launcher, having stepped down, cannot become.

Started by root as that user before root steps down, so that nothing privileged lives on. It reads two lines from its
standard input: where its room is, and later what only an open room knows. It takes no other order. When that pipe
closes, however the launcher came to its end, both processes are stopped and it ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from ahize.kernel.errors import AhizeError, Unavailable
from ahize.run.account import Account
from ahize.run.children import die_with_parent
from ahize.run.gate_room import GateRoom, Told
from ahize.run.phases import say
from ahize.run.room import python
from ahize.run.supervisor import WAITED_FOR, Part, Supervisor
from ahize.telephony.asterisk.program import Program

_PATIENCE_S = 20.0
_KEPT = ("PATH", "LANG", "AHIZE_CLONE", "AHIZE_RECORDINGS_SPOOL")


class Nurse:
    """The launcher's end. Made while it is still root; ``part`` is supervised like any other.

    Args:
        external: credential of the user's own Asterisk; None where the private one is started.
    """

    def __init__(self, gate: GateRoom, external: Mapping[str, str] | None) -> None:
        kept = {name: value for name, value in os.environ.items() if name in _KEPT}
        source = str(Path(__file__).resolve().parents[2])
        account = gate.account
        self._at_work: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
            python("ahize.run.nurse"),
            stdin=subprocess.PIPE,
            env={**kept, "PYTHONPATH": source, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"},
            cwd=gate.path,
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509  the launcher has no threads
        )
        self._stdin = self._process.stdin
        place = {
            "room": str(gate.room),
            "program": str(gate.program.root) if gate.program else "",
            "service": [gate.service.uid, gate.service.gid],
            "external": dict(external) if external is not None else None,
        }
        self._say(place)

    def part(self, told: Told) -> Part:
        """To be added when the room is open."""

        def start() -> subprocess.Popen[bytes]:
            process, self._process = self._process, None
            self._at_work = process
            if process is None:
                raise Unavailable("the gate's nurse was killed, and only root can start another; ./ahize stop, and up.")
            self._say(asdict(told))
            return process

        return Part("gate", start=start, stop=self.stop)

    def stop(self) -> None:
        """Let go of the pipe; its processes end, and it."""
        assert self._stdin is not None
        with contextlib.suppress(OSError):
            self._stdin.close()
        for process in filter(None, (self._process, self._at_work)):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE_S)

    def _say(self, told: object) -> None:
        assert self._stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it is dead, which its part will tell
            self._stdin.write(json.dumps(told).encode() + b"\n")
            self._stdin.flush()


# ── its own process ───────────────────────────────────────────────────────────────────────────────────────


def main() -> int:
    """The exit code."""
    os.umask(0o027)  # recordings are fetched by the service user's group
    signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
    try:
        gate, external = _placed(sys.stdin.buffer.readline())
        gate.furnish(external)
        told = sys.stdin.buffer.readline()
        return _keep_alive(gate, Told(**json.loads(told))) if told else 0
    except AhizeError as error:
        say(f"The gate does not start: {error.message} {error.next_step}")
        return 1


def _placed(line: bytes) -> tuple[GateRoom, dict[str, str] | None]:
    told = json.loads(line)
    me = Account("gate", os.geteuid(), os.getegid(), tuple(os.getgroups()))
    program = Program(Path(told["program"])) if told["program"] else None
    return GateRoom(Path(told["room"]), me, Account("service", *told["service"]), program), told["external"]


def _keep_alive(gate: GateRoom, told: Told) -> int:
    supervisor = Supervisor(account=gate.account, logs=gate.log, cwd=gate.path, roll=gate.run / "children.json")
    try:
        for part in gate.parts(told):
            supervisor.add(part)
        # Signals are meant for the launcher, which lets go of the pipe when the engine has stopped; or it is dead.
        while supervisor.wait(ready=_let_go) is not None:
            pass
    finally:
        supervisor.stop("gated")
        supervisor.stop()
        gate.tidy()
    return 0


def _let_go() -> bool:
    """Has the launcher closed the pipe?"""
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    sys.exit(main())
