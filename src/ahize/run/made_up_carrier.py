"""A made-up carrier with made-up people behind it: SIPp, told by a seed what comes of each call.

Whoever picks up sends back what they hear, so that a telephone at the other end hears itself when sound goes both ways;
machines, and people who are to be judged by their hello, speak for themselves. SIPp writes one line for each INVITE
that reaches it and one for each answer: a witness that knows neither permits nor us. In the demo beside a real Asterisk
this is a process of the room, and the made-up İYS answers here as it does in ``world.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from ahize.kernel.chance import Chance, stream
from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Unavailable
from ahize.run import demo_iys_door
from ahize.run.children import die_with_parent
from ahize.run.made_up_scenario import KINDS, RINGS_S, STAYS_S, Kind, scenario
from ahize.run.made_up_sound import pcmu

FATES = 5_000
"""So many calls differ; then the same fates come again."""
HELLO_S, QUIET_S, GREETING_S = 0.5, 1.0, 6.0
LOG = "carrier.log"
READY_S = 5.0

What = Literal["invite", "answered", "speaks", "ended"]
log = logging.getLogger("ahize.carrier")


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of what comes of a call; they sum to 1 at most, nobody picks up in the rest.

    Attributes:
        person: picks up and sends back what they hear; ``hello``: picks up and says hello; ``machine``: greets at
            length.
        gone, unavailable, busy: 404, 503, 486; ``late``: picks up although the caller has given up.
        leaves: of those who pick up, how many hang up first.
    """

    person: float = 0.0
    hello: float = 0.45
    machine: float = 0.2
    busy: float = 0.05
    unavailable: float = 0.02
    gone: float = 0.03
    late: float = 0.02
    leaves: float = 0.6

    def draw(self, chance: Chance) -> Kind:
        drawn = chance.random()
        for kind in KINDS[:-1]:
            drawn -= getattr(self, kind)
            if drawn < 0:
                return kind
        return KINDS[-1]

    @classmethod
    def read(cls, file: Path) -> Mix:
        """The defaults, but for what the file says. Raises: BadInput."""
        try:
            told = json.loads(file.read_bytes()) if file.exists() else {}
            if unknown := sorted(told.keys() - {share.name for share in fields(cls)}):
                raise ValueError(f"there is no “{unknown[0]}”")
            made = cls(**{name: float(share) for name, share in told.items()})
        except (ValueError, TypeError, AttributeError) as wrong:
            names = ", ".join(share.name for share in fields(cls))
            raise BadInput(f"{file}: {wrong}.", next_step=f"It is an object of shares from 0 to 1: {names}.") from None
        return made


def fates(mix: Mix, seed: int, *, rings_s: Iterable[float], stays_s: Iterable[float]) -> str:
    """SIPp's injection file: what comes of the first call, of the second, and so on.

    Args:
        rings_s, stays_s: which of RINGS_S and STAYS_S are drawn from; those who stay longest never hang up first.
    """
    chance = stream(seed, "carrier")
    rings = [RINGS_S.index(one) for one in rings_s]
    stays = [STAYS_S.index(one) for one in stays_s if one != STAYS_S[-1]]
    lines = ["SEQUENTIAL"]
    for _ in range(FATES):
        kind = mix.draw(chance)
        leaves = bool(stays) and chance.random() < mix.leaves
        lines.append(
            f"{KINDS.index(kind)};{chance.choice(rings)};{chance.choice(stays) if leaves else len(STAYS_S) - 1};"
        )
    return "\n".join(lines) + "\n"


# ── the witness ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of SIPp's log, by this machine's clock."""

    what: What
    at: datetime
    number: str
    call: str
    kind: Kind


def seen(text: str) -> Iterator[Seen]:
    """What SIPp wrote down. A line that was cut off by a kill is left out."""
    for line in text.splitlines():
        parts = line.split(";")
        if len(parts) == 5 and parts[0] in get_args(What) and parts[4].isdecimal():
            at = datetime.fromtimestamp(float(parts[1].split()[-1]), UTC)
            yield Seen(parts[0], at, parts[2], parts[3], KINDS[int(parts[4])])  # type: ignore[arg-type]  # one of them


@dataclass(slots=True)
class Invites:
    """How many INVITEs a log tells of, counted as it grows."""

    log: Path
    _read: int = 0
    _seen: int = 0

    def count(self) -> int:
        """0 while there is no log."""
        with contextlib.suppress(FileNotFoundError), self.log.open("rb") as log:
            log.seek(self._read)
            grown, newline, _ = log.read().rpartition(b"\n")
            self._read += len(grown) + len(newline)
            self._seen += grown.count(b"invite;")
        return self._seen


# ── the program ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Carrier:
    """One SIPp. ``start`` and ``stop`` it.

    Args:
        place: a folder of its own, for scenario, sounds and log; the log before is kept.
        port: where it takes calls.
    """

    place: Path
    port: int
    mix: Mix
    seed: int = 1
    rings_s: tuple[float, ...] = RINGS_S
    stays_s: tuple[float, ...] = STAYS_S
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.place / LOG

    def start(self) -> None:
        """Until it takes calls. Raises: Unavailable where SIPp is missing or will not start."""
        program = shutil.which("sipp")
        if program is None:
            raise Unavailable("There is no SIPp to play the carrier.", next_step="Debian: apt install sip-tester")
        self.place.mkdir(parents=True, exist_ok=True)
        (self.place / "scenario.xml").write_text(scenario())
        (self.place / "fates.csv").write_text(fates(self.mix, self.seed, rings_s=self.rings_s, stays_s=self.stays_s))
        for name, said in _sounds().items():
            (self.place / name).write_bytes(said)
        command = [program, "-sf", "scenario.xml", "-inf", "fates.csv", "-i", "127.0.0.1", "-p", str(self.port)]
        command += ["-mi", "127.0.0.1", "-mp", str(_free_port()), "-rtp_echo", "-nostdin", "-buff_size", "4194304"]
        command += ["-trace_logs", "-log_file", LOG, "-log_overwrite", "false"]
        with (self.place / "errors").open("ab") as errors:
            self.process = subprocess.Popen(
                command,
                cwd=self.place,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                preexec_fn=die_with_parent(),  # noqa: PLW1509  nothing of ours runs between
            )
        deadline = SystemClock().now().timestamp() + READY_S
        while not is_taken(self.port):
            if self.process.poll() is not None or SystemClock().now().timestamp() > deadline:
                told = (self.place / "errors").read_text(errors="replace").strip().splitlines()
                self.stop()
                raise Unavailable(f"SIPp does not start: {told[-1][:200] if told else 'it says nothing'}")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.02)

    def stop(self) -> None:
        """Its calls are gone with it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def seen(self) -> list[Seen]:
        return list(seen(self.log.read_text(errors="replace"))) if self.log.exists() else []


def _sounds() -> dict[str, bytes]:
    quiet = [0.0] * round(QUIET_S * 8000)
    return {"hello.ulaw": pcmu([*_voice(HELLO_S), *quiet, *_voice(30.0)]), "greeting.ulaw": pcmu(_voice(GREETING_S))}


def _voice(seconds: float) -> Iterator[float]:
    """Something like one: a buzz with a slow swing, without a gap."""
    for n in range(round(seconds * 8000)):
        at = n / 8000
        yield 0.4 * math.sin(2 * math.pi * 180 * at) * (1 + 0.2 * math.sin(2 * math.pi * 3 * at))


def _free_port() -> int:
    """For sound; SIPp takes the one after the next, too."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port % 2 == 0 and port < 65_000 and not is_taken(port + 2):
            return port


def is_taken(port: int) -> bool:
    """Does anybody have that UDP port? It is looked up: a try would take it from who comes at the same instant."""
    _, *sockets = Path("/proc/net/udp").read_text().splitlines()
    return any(int(one.split()[1].rpartition(":")[2], 16) == port for one in sockets)


# ── the process of a room ───────────────────────────────────────────────────────────────────────────────────────

PORT = "AHIZE_DEMO_CARRIER_PORT"
MIX = "carrier.json"
"""In a room's folder: other shares than the usual ones."""


async def live(home: Path, *, port: int, seed: int) -> int:
    """One life, until told to stop. The exit code: 1 where SIPp ended by itself."""
    clock = SystemClock.from_environment()
    carrier = Carrier(home / "run" / "carrier", port, Mix.read(home / MIX), seed)
    carrier.start()
    iys = await demo_iys_door.open_door(home, seed=seed, clock=clock.now)
    ending = asyncio.Event()
    for what in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(what, ending.set)
    try:
        while not ending.is_set():
            if carrier.process is None or carrier.process.poll() is not None:
                log.error("SIPp ended by itself; see %s", carrier.place / "errors")
                return 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), 0.5)
        return 0
    finally:
        carrier.stop()
        if iys is not None:
            await iys.cleanup()


def main() -> int:
    """The process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    seed = int(os.environ.get("AHIZE_DEMO_SEED", "1"))
    return asyncio.run(live(Path(os.environ["AHIZE_HOME"]), port=int(os.environ[PORT]), seed=seed))


if __name__ == "__main__":
    raise SystemExit(main())
