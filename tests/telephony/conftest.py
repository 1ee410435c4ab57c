"""A real Asterisk of this session's own, and SIPp to play carriers, called people and phones.

``asterisk`` starts once in a session, from our own configuration, on free ports of the loopback. The unpacked packages
are named by ``AHIZE_TEST_ASTERISK`` (default: ``var/asterisk/root`` in the clone, where ``./ahize test`` puts them).
"""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest

from ahize.run.account import Account, can_reach, service_account
from ahize.run.checks import chromium_path
from ahize.run.children import spawn
from ahize.run.made_up_carrier import is_taken
from ahize.telephony.asterisk.machine import interfaces
from ahize.telephony.asterisk.program import Program, folders, furnish
from ahize.telephony.asterisk.settings import Settings

CLONE = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 60.0


def asterisk_program() -> Program:
    """The unpacked packages. Where they are missing the test fails."""
    program = Program(_root())
    if not program.is_whole:
        pytest.fail(f"There is no Asterisk in {program.root}: ./ahize asterisk install --into {program.root.parent}")
    return program


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where Asterisk, SIPp or Chromium is missing, what needs it is left out, and ``./ahize test`` says so.

    Never in CI.
    """
    missing: set[str] = set()
    if not (asterisk_program_is_here() and shutil.which("sipp")):
        missing |= {"asterisk", "asterisk_root", "sipp"}
    if not (chromium_path() and (CLONE / "ui/node_modules").is_dir()):
        missing.add("chromium")
    if os.environ.get("CI") or not missing:
        return
    without = [item for item in items if missing & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in without]


def asterisk_program_is_here() -> bool:
    return Program(_root()).is_whole


def _root() -> Path:
    told = os.environ.get("AHIZE_TEST_ASTERISK")
    return Path(told) if told else CLONE / "var/asterisk/root"


def free_ports(count: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> list[int]:
    """Ports that nobody has now."""
    probes = [socket.socket(socket.AF_INET, kind) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


_rtp_starts = itertools.count(os.getpid())


def rtp_range(ports: int = 1000) -> tuple[int, int]:
    """Ports of sound for one Asterisk, below those that the kernel gives away; rarely another test's at once."""
    first = 10_000 + next(_rtp_starts) % (22_000 // ports) * ports
    return first, first + ports


@dataclass
class RunningAsterisk:
    """Attributes:
    settings: with the ports and the password; ``url``, ``user``, ``password``, ``phone_ws``, ``sip_port``, ``rtp``.
    spool: where recordings appear, below ``recording/``.
    """

    program: Program
    settings: Settings
    account: Account
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return self.settings.url

    @property
    def user(self) -> str:
        return self.settings.ari_user

    @property
    def password(self) -> str:
        return self.settings.ari_password

    @property
    def phone_ws(self) -> str:
        return self.settings.phone_ws

    @property
    def sip_port(self) -> int:
        assert self.settings.sip_udp is not None
        return self.settings.sip_udp

    @property
    def rtp(self) -> tuple[int, int]:
        return self.settings.rtp

    @property
    def spool(self) -> Path:
        assert self.settings.folders is not None
        return self.settings.folders.spool

    def start(self) -> float:
        """Start it and wait until ARI answers; seconds that took."""
        places = furnish(self.settings, own=self.account.own)
        begun = time.monotonic()
        self.process = spawn(
            self.program.command(places.etc, "-f"),
            account=self.account,
            log=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "HOME": str(places.state)},
            cwd=places.state,
        )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - begun > READY_WITHIN_S:
                raise AssertionError(f"Asterisk did not start:\n{self.log()}")
            time.sleep(0.01)
        return time.monotonic() - begun

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self) -> None:
        """As a power cut would: no BYE, nothing written."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None

    def restart(self, *, kill: bool = False) -> float:
        """Stop (or kill) and start it again; what was pushed is gone. Seconds to the first answer of ARI."""
        (self.kill if kill else self.stop)()
        return self.start()

    def answers(self) -> bool:
        """Does ARI answer a ping?"""
        told = b64encode(f"{self.user}:{self.password}".encode()).decode()
        asked = urllib.request.Request(f"{self.url}/ari/asterisk/ping", headers={"Authorization": f"Basic {told}"})
        try:
            with urllib.request.urlopen(asked, timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def cli(self, command: str) -> str:
        """What its own command line says."""
        assert self.settings.folders is not None
        asked = self.program.command(self.settings.folders.etc, "-rx", command)
        return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=20).stdout

    def log(self) -> str:
        assert self.settings.folders is not None
        path = self.settings.folders.log / "messages.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def complaints(self) -> list[str]:
        """Lines of its log with a warning or an error."""
        return [line for line in self.log().splitlines() if " WARNING[" in line or " ERROR[" in line]


def new_asterisk(place: Path) -> RunningAsterisk:
    """One that is not started yet, with everything below ``place``."""
    program = asterisk_program()
    account = service_account()
    if not can_reach(account, program.root):
        account = Account("me", os.geteuid(), os.getegid())
    place.chmod(0o755)
    (http,) = free_ports(1)
    (udp,) = free_ports(1, socket.SOCK_DGRAM)
    settings = Settings(
        ari_password=secrets.token_urlsafe(24),
        ari_port=http,
        folders=folders(program, place / "a"),
        sip_udp=udp,
        sip_tcp=None,
        rtp=rtp_range(),
        codecs=("ulaw", "alaw", "g722", "opus", "gsm"),
        interfaces=interfaces(),
    )
    (place / "a").mkdir()
    account.own(place / "a")
    return RunningAsterisk(program, settings, account)


@pytest.fixture(scope="session")
def asterisk() -> Iterator[RunningAsterisk]:
    """One that runs. Who kills it starts it again; what a test pushed to it may be gone for the next."""
    place = Path(tempfile.mkdtemp(prefix="ahize-a-", dir="/tmp"))
    made = new_asterisk(place)
    try:
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def chromium() -> str:
    """The program."""
    program = chromium_path()
    if program is None:
        pytest.fail("There is no Chromium: apt-get install chromium")
    return program


# ── SIPp ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Sipp:
    """One running SIPp.

    Attributes:
        place: its folder: ``scenario.xml``, ``messages`` (every SIP message, with time), ``screen``.
        port: where it listens.
    """

    process: subprocess.Popen[bytes]
    place: Path
    port: int

    @property
    def messages(self) -> str:
        """Everything it sent and received, in order."""
        path = self.place / "messages"
        return path.read_text(errors="replace") if path.exists() else ""

    def received(self, method: str) -> list[str]:
        """Requests of that method that reached it, each whole; retransmissions are there as often as they came."""
        parts = self.messages.split("-----------------------------------------------")
        found = [part.partition("message received")[2] for part in parts if "message received" in part]
        return [text.partition("\n\n")[2].strip() for text in found if f"\n{method} sip:" in text]

    def wait(self, seconds: float = 30.0) -> int:
        """Its exit code: 0 where all its calls went as the scenario says."""
        return self.process.wait(seconds)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


StartSipp = Callable[..., Sipp]


@pytest.fixture
def sipp(tmp_path: Path) -> Iterator[StartSipp]:
    """``sipp(scenario_xml, port, *arguments)``: start one in the background; it ends with the test.

    A port of 0 takes a free one (``.port``); ``files`` lie beside the scenario. ``-m 1`` ends it after one call; with
    a remote address it is the one who calls.
    """
    program = shutil.which("sipp")
    if program is None:
        pytest.fail("There is no SIPp: apt-get install sip-tester")
    started: list[Sipp] = []

    def start(scenario: str, port: int = 0, *arguments: str, files: Mapping[str, bytes] = MappingProxyType({})) -> Sipp:
        place = tmp_path / f"sipp-{len(started)}"
        place.mkdir()
        for name, content in files.items():
            (place / name).write_bytes(content)
        (place / "scenario.xml").write_text(scenario)
        port = port or free_ports(1, socket.SOCK_DGRAM)[0]
        command = [program, "-sf", "scenario.xml", "-i", "127.0.0.1", "-p", str(port), "-nostdin", *arguments]
        command += ["-trace_msg", "-message_file", str(place / "messages"), "-trace_err", "-error_file", "errors"]
        with (place / "screen").open("wb") as screen:
            process = subprocess.Popen(command, cwd=place, stdout=screen, stderr=screen, stdin=subprocess.DEVNULL)
        made = Sipp(process, place, port)
        started.append(made)
        deadline = time.monotonic() + 5
        while not _calls_out(arguments) and not is_taken(port) and time.monotonic() < deadline:
            assert process.poll() is None, (place / "screen").read_text(errors="replace")[-2000:]
            time.sleep(0.01)
        return made

    yield start
    for each in started:
        each.stop()


def _calls_out(arguments: tuple[str, ...]) -> bool:
    """Does this SIPp call out? Then it is its peer that has to listen."""
    return any(":" in argument and not argument.startswith("-") for argument in arguments)
