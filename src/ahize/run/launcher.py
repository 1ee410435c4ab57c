"""Runs a whole room: PostgreSQL, schema, screens, web, worker, dialerd, and in the demo a made-up world and its seats.

It answers “is everything up?” and keeps it so. As root it prepares what only root can (the service user, the built
screens within that user's reach), then becomes the service user for good before anything listens or keeps data.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Conflict, Unavailable
from ahize.run import database, screen
from ahize.run.account import Account, service_account
from ahize.run.children import die_with_parent
from ahize.run.gate_room import GateRoom, Told, gate_room, write_line
from ahize.run.home import ROOMS, Home, base, clone
from ahize.run.keeper import Keeper
from ahize.run.made_up_clock import offset_at_start
from ahize.run.nurse import Nurse
from ahize.run.phases import Phases, say
from ahize.run.room import Room, locked, opened, python, running, write_running
from ahize.run.supervisor import WAITED_FOR, Part, Supervisor, clear_roll

ROOM_NEEDED_MB = 300
PARTS = frozenset({"web", "worker", "world", "carrier", "dialerd", "seats", "clearance", "asterisk", "gated"})
"""What ``--without`` may name. Clearance is dialerd's own thread: without it, dialerd gets no key to seal permits."""
_READY_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for.

    Attributes:
        room: ``up`` or ``demo``.
        host, port: where the web process listens.
        origin: where browsers find it, if that is another place (behind a proxy with TLS).
        without: parts that are not started; for drills such as “what if dialerd is down?”.
        people, seed, seats: of the demo.
        for_s: stop by itself after so many seconds and print one line of JSON; the demo begins anew.
        fresh: the demo begins anew.
        asterisk: None without a telephone line, empty for the installed Asterisk, else where ARI answers.
        carrier_port: of a demo with a telephone line: where its made-up carrier takes calls.
    """

    room: str
    host: str = "127.0.0.1"
    port: int = 8740
    origin: str = ""
    without: frozenset[str] = field(default_factory=frozenset)
    people: Path | None = None
    seed: int = 1
    seats: int | None = None
    for_s: float | None = None
    fresh: bool = False
    asterisk: str | None = None
    carrier_port: int | None = None

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104  compared, not bound
        return self.origin or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def demo_environment(self) -> dict[str, str]:
        told = {"AHIZE_DEMO_SEED": str(self.seed)}
        if self.seats is not None:
            told["AHIZE_DEMO_SEATS"] = str(self.seats)
        if self.people is not None:
            told["AHIZE_DEMO_PEOPLE"] = str(self.people)
        if self.carrier_port is not None:
            told["AHIZE_DEMO_CARRIER_PORT"] = str(self.carrier_port)
        return told


def run(options: Options) -> int:
    """Run a room until it is told to stop. The exit code."""
    if unknown := sorted(options.without - PARTS):
        raise BadInput(
            f"There is no part “{unknown[0]}” to leave out.",
            next_step=f"--without takes one of {', '.join(sorted(PARTS))}.",
        )
    begun = time.monotonic()
    phases = Phases()
    account, home = service_account(), Home.of(options.room)
    _check_port(options)
    home.furnish(account)
    _check_disk(home)
    dist = screen.hand_over(screen.build(clone() / "ui", phases), base() / "ui", account)
    options = _within_reach(options, home, account)
    line = _Line.prepared(home, account, options)
    if line is not None and options.room == "demo":
        options = replace(options, carrier_port=_free_udp_port())
    account.become(home=home.path)
    os.umask(0o077)
    signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
    with contextlib.ExitStack() as stack:
        stack.enter_context(locked(home, account))
        roll = home.run / "children.json"
        killed = roll.exists()
        for name in clear_roll(roll):
            say(f"  ended a leftover of a killed start: {name}")
        with phases.phase("PostgreSQL"):
            room, keeper = stack.enter_context(opened(home, account))
            if keeper is None:
                say("  PostgreSQL is yours (AHIZE_DATABASE_URL)")
        supervisor = Supervisor(account=account, logs=home.log, cwd=home.path, roll=roll)
        for name in ("launcher.json", "children.json", "line.json"):
            stack.callback((home.run / name).unlink, missing_ok=True)
        if line is not None and line.nurse is None:
            stack.callback(line.gate.tidy)
        stack.callback(_stop_all, supervisor)
        if keeper is not None:
            supervisor.add(_postgres_part(keeper))
        offset = _prepare_data(room, options, phases, killed=killed)
        write_running(home, options.url, offset, external=keeper is None)
        with phases.phase("start processes"):
            told = _start_parts(supervisor, room, options, offset, dist, line=line)
        if told is not None:
            return _leave(told)
        say(f"  ready after {time.monotonic() - begun:.1f} s, {phases.network_s:.1f} s of it the network's")
        _welcome(room, options, offset, line)
        until = time.monotonic() + options.for_s if options.for_s is not None else None
        told = supervisor.wait(until=until)
        if told is None:
            # Nothing may change any more while it is counted.
            supervisor.stop("seats", "dialerd")
            supervisor.stop("world", "carrier")
            _demo(room, options, offset, "summary", "--seconds", f"{options.for_s or 0:g}", output=sys.stdout.fileno())
            return 0
        return _leave(told)


def _leave(told: signal.Signals) -> int:
    say(f"\n  stopping ({'Ctrl-C' if told == signal.SIGINT else told.name})")
    return 0


def _stop_all(supervisor: Supervisor) -> None:
    """The engine first: it hears from its gate what became of its last calls, and asks nobody for more."""
    supervisor.stop("seats", "dialerd")
    supervisor.stop()


# ── the telephone line ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Line:
    """A real line of this room: where it is kept, and who keeps it alive (None: the launcher, being the same user)."""

    gate: GateRoom
    nurse: Nurse | None

    @classmethod
    def prepared(cls, home: Home, account: Account, options: Options) -> _Line | None:
        """While we may still be root. None where no line was asked for."""
        if options.asterisk is None:
            return None
        gate, external = gate_room(home, account, options.asterisk)
        gate.lay_out()
        gate.check()
        if not gate.is_apart:
            gate.furnish(external)
        return cls(gate, Nurse(gate, external) if gate.is_apart else None)

    def parts(self, told: Told) -> list[Part]:
        return [self.nurse.part(told)] if self.nurse else self.gate.parts(told)


# ── before anything runs ──────────────────────────────────────────────────────────────────────────────────


def _check_port(options: Options) -> None:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as refused:
            if refused.errno == errno.EADDRINUSE:
                ours = [
                    home.name for home in map(Home.of, ROOMS) if (other := running(home)) and other.url == options.url
                ]
                whose = f" by ./ahize {ours[0]}" if ours else ""
                raise Unavailable(
                    f"Port {options.port} on {options.host} is taken{whose}.",
                    next_step=f"{'./ahize stop, or c' if ours else 'C'}hoose another: --port {options.port + 1}.",
                ) from None
            raise Unavailable(
                f"Port {options.port} on {options.host} cannot be used: {refused.strerror}.",
                next_step="Choose another with --port and --host.",
            ) from None


def _free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _check_disk(home: Home) -> None:
    free_mb = shutil.disk_usage(home.path).free // 1_000_000
    if free_mb < ROOM_NEEDED_MB:
        raise Unavailable(
            f"{home.path} has {free_mb} MB free; PostgreSQL needs at least {ROOM_NEEDED_MB} MB to be safe.",
            next_step="Make room on that disk, or set AHIZE_HOME to a folder on another.",
        )


def _within_reach(options: Options, home: Home, account: Account) -> Options:
    """A list that only root can read is copied to where the service user can."""
    if options.people is None:
        return options
    if not options.people.is_file():
        raise BadInput(f"There is no file {options.people}.", next_step="Give --people an existing list.")
    if account.is_me:
        return options
    copy = home.run / f"people{options.people.suffix}"
    shutil.copyfile(options.people, copy)
    account.own(copy)
    copy.chmod(0o600)
    return replace(options, people=copy)


# ── data ──────────────────────────────────────────────────────────────────────────────────────────────────


def _prepare_data(room: Room, options: Options, phases: Phases, *, killed: bool) -> float:
    """Roles, database, schema, and in the demo its made-up people. Returns the clock's offset in seconds.

    Args:
        killed: the last start was killed, so that what it acknowledged must still be there.
    """
    fresh = options.fresh or (options.for_s is not None and not killed)
    if options.room == "demo" and fresh:
        with phases.phase("make room for a new demo"):
            database.drop(room.admin_url, room.database)
            for kept in room.home.files.iterdir():
                if kept.name != "sounds":  # laid out already for the gate's user, and partly that user's
                    shutil.rmtree(kept, ignore_errors=True)
    with phases.phase("roles and database"):
        database.prepare(room.admin_url, room.keys.roles, database=room.database)
    offset = offset_at_start(room.home.run, SystemClock().now()) if options.room == "demo" else 0.0
    with phases.phase("schema"):
        environment = room.environment("owner", url=options.url, clock_offset_s=offset)
        _run(python("ahize.run.database"), environment, room.home, "The schema could not be brought to this release")
    if options.room == "demo":
        with phases.phase("made-up people"):
            _demo(room, options, offset, "prepare", output=sys.stderr.fileno())
    return offset


def _demo(room: Room, options: Options, offset: float, *arguments: str, output: int) -> None:
    """The demo's own steps, in a process of its own that may use every door but clearance's."""
    environment = room.environment("web", url=options.url, clock_offset_s=offset)
    ways = {name: url for name, url in room.urls().items() if not name.endswith("_CLEARANCE")}
    command = python("ahize.run.demo", *arguments)
    _run(command, environment | ways | options.demo_environment(), room.home, "The demo failed", output=output)


def _run(
    command: Sequence[str], environment: dict[str, str], home: Home, failure: str, output: int | None = None
) -> None:
    done = subprocess.run(
        command,
        env=environment,
        cwd=home.path,
        stdin=subprocess.DEVNULL,
        stdout=output if output is not None else subprocess.PIPE,
        stderr=subprocess.PIPE if output is None else None,
        text=True,
        check=False,
        preexec_fn=die_with_parent(),
    )
    if done.returncode < 0 and -done.returncode in (signal.SIGINT, signal.SIGTERM):
        raise KeyboardInterrupt
    if done.returncode:
        said = f"{done.stdout or ''}{done.stderr or ''}".strip().splitlines()
        raise Unavailable(f"{failure}: {said[-1] if said else 'see above'}", next_step="./ahize doctor tells more.")


# ── the processes ─────────────────────────────────────────────────────────────────────────────────────────


def _postgres_part(keeper: Keeper) -> Part:
    def start() -> subprocess.Popen[bytes]:
        if keeper.process is None or keeper.process.poll() is not None:
            keeper.start()
        assert keeper.process is not None
        return keeper.process

    return Part("postgres", start=start, stop=keeper.stop)


def _start_parts(
    supervisor: Supervisor, room: Room, options: Options, offset: float, dist: Path, *, line: _Line | None
) -> signal.Signals | None:
    """Start everything and wait until the web process serves. A signal that came meanwhile, or None."""
    made_up = options.room == "demo"
    demo = options.demo_environment() if made_up else {}
    told = {"url": options.url, "clock_offset_s": offset}

    def environment(process: str) -> dict[str, str]:
        assert process in ("web", "worker", "dialerd")
        made = room.environment(process, ui=dist, **told) | demo  # type: ignore[arg-type]  # narrowed by the assert
        made |= line.gate.environment() if line else {}
        if "clearance" in options.without:
            made.pop("AHIZE_PERMIT_KEY", None)
        return made

    granian = ["granian", "--interface", "asgi", "--host", options.host, "--port", str(options.port)]
    granian += ["--workers", "1", "--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-access-log"]
    doors_only = room.without_database(environment("web"))
    for name, command, told_to_it in (
        ("web", [sys.executable, "-P", "-m", *granian, "ahize.web.front:app"], environment("web")),
        ("worker", python("ahize.run.worker"), environment("worker")),
        ("carrier", python("ahize.run.made_up_carrier"), doors_only)
        if line
        else ("world", python("ahize.run.world"), doors_only),
        ("dialerd", python("ahize.run.dialerd"), environment("dialerd")),
        ("seats", python("ahize.run.seats"), doors_only),
    ):
        if name == "dialerd" and line is not None:
            _start_line(supervisor, room, options, offset, line)
        if name in options.without or (name in ("world", "carrier", "seats") and not made_up):
            continue
        supervisor.add(Part(name, command, told_to_it))
        if name == "web":
            signalled = supervisor.wait(until=time.monotonic() + _READY_WITHIN_S, ready=_serves(options))
            if signalled is not None:
                return signalled
            if not _serves(options)():
                log = room.home.log / "web.log"
                last = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise Unavailable(
                    f"The web process does not serve after {_READY_WITHIN_S:.0f} s: {''.join(last).strip()}",
                    next_step=f"See {log}.",
                )
    return None


def _start_line(supervisor: Supervisor, room: Room, options: Options, offset: float, line: _Line) -> None:
    """Asterisk and its gate, before the engine that dials through them."""
    public = room.keys.environment(clearance=False)["AHIZE_PERMIT_PUBLIC_KEY"]
    told = Told(
        clock_offset_s=offset,
        public_key=public,
        world="made_up" if options.room == "demo" else "real",
        voice=os.environ.get("AHIZE_VOICE", ""),
        recogniser=os.environ.get("AHIZE_RECOGNISER", ""),
        hears_on=os.environ.get("AHIZE_HEARS_ON", ""),
        recording_lock=room.keys.recording_lock,
        without=tuple(sorted(options.without)),
    )
    for part in line.parts(told):
        supervisor.add(part)
    write_line(room.home, line.gate)


def _serves(options: Options) -> Callable[[], bool]:
    host = "127.0.0.1" if options.host in ("0.0.0.0", "::", "") else options.host  # noqa: S104  compared, not bound
    place = f"http://{f'[{host}]' if ':' in host else host}:{options.port}/healthz"
    name = options.url.split("://", 1)[1]
    request = urllib.request.Request(place, headers={"Host": name})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def serves() -> bool:
        try:
            with opener.open(request, timeout=2.0) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return serves


def _welcome(room: Room, options: Options, offset: float, line: _Line | None) -> None:
    """Where to look, and how to come in."""
    say()
    if options.room == "demo":
        begun = SystemClock(offset).now().astimezone(UTC)
        say(f"  Ahize's demo: {options.url}")
        say(f"  A made-up world: its people, its telephone and its clock ({begun:%A %d %B %Y, %H:%M} UTC) are made up.")
        _demo(room, options, offset, "welcome", output=sys.stderr.fileno())
    else:
        say(f"  Ahize: {options.url}")
        environment = room.environment("web", url=options.url, clock_offset_s=offset)
        _run(python("ahize.run.welcome"), environment, room.home, "No first link", output=sys.stderr.fileno())
        if line is None:
            say("  It can do everything but dial: there is no telephone line yet (./ahize doctor).")
        else:
            whose = (
                f"Asterisk {line.gate.program.version}" if line.gate.program else f"Your Asterisk, {options.asterisk}"
            )
            say(f"  Telephone: {whose}. Trunks are entered on its screen; ./ahize asterisk check looks at it.")
    say(f"  Logs: {room.home.log}    Stop: Ctrl-C, or ./ahize stop")


# ── stop ──────────────────────────────────────────────────────────────────────────────────────────────────


def stop(*, patience_s: float = 30.0) -> int:
    """Stop what runs below this AHIZE_HOME, and clear away what a killed launcher left. The exit code."""
    found = False
    for home in map(Home.of, ROOMS):
        other = running(home)
        if other is None:
            if not home.exists:
                continue
            try:
                with locked(home, service_account()):  # held by who is still starting, which is no leftover
                    left = clear_roll(home.run / "children.json")
            except Conflict:
                raise Unavailable(
                    f"Something is at work in {home.path}: a start, a backup or a restore.",
                    next_step="Press Ctrl-C where it runs, or run ./ahize stop again when it is ready.",
                ) from None
            if left:
                found = True
                say(f"Ended what a killed start had left: {', '.join(left)}.")
            continue
        found = True
        try:
            os.kill(other.pid, signal.SIGTERM)
        except PermissionError:
            raise Unavailable(
                f"Process {other.pid} belongs to another user.",
                next_step="Run ./ahize stop as the user that started it.",
            ) from None
        except ProcessLookupError:
            continue
        deadline = time.monotonic() + patience_s
        while other.is_alive:
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Process {other.pid} does not end.", next_step=f"kill -9 {other.pid}; the next start tidies up."
                )
            time.sleep(0.05)
        say(f"Stopped ./ahize {home.name} ({other.url}).")
    if not found:
        say(f"Nothing runs below {base()}.")
    return 0
