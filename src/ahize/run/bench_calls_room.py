"""A room for ``bench_calls.py``: PostgreSQL that syncs, Asterisk, a gate, an engine and a made-up carrier, all our own.

Every part is a process like in a real room, and can be killed and come again. It is gone afterwards. Nothing here
measures.
"""

from __future__ import annotations

import contextlib
import csv
import http
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ahize.intake.nanp import area_codes
from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import Unavailable
from ahize.run import database, keys
from ahize.run.account import Account, service_account
from ahize.run.children import signal_group, spawn
from ahize.run.gate_room import installed
from ahize.run.home import clone
from ahize.run.keeper import DURABLE, Keeper, throwaway
from ahize.run.made_up_carrier import Carrier, Mix
from ahize.run.room import python
from ahize.telephony.asterisk.program import folders, furnish
from ahize.telephony.asterisk.settings import Settings

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
"""One in the afternoon in New York, ten in the morning in Los Angeles."""
MOST_PEOPLE = 30_000
READY_S = 30.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Process:
    """One part, which can be killed and started again."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    account: Account
    log: Path
    cwd: Path
    process: subprocess.Popen[bytes] | None = None
    spent_s: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = spawn(self.command, account=self.account, log=log, env=self.environment, cwd=self.cwd)

    def kill(self) -> None:
        """As a power cut would."""
        if self.process is not None:
            self.spent_s = self.cpu_s
            signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            signal_group(self.process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5.0)
            self.kill()

    def pause(self, on: bool) -> None:
        """As a stall does: it wakes later and believes that no time has passed."""
        if self.process is not None:
            signal_group(self.process.pid, signal.SIGSTOP if on else signal.SIGCONT)

    @property
    def cpu_s(self) -> float:
        """Processor's time over all its lives."""
        if self.process is None:
            return self.spent_s
        try:
            told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return self.spent_s
        return self.spent_s + (int(told[11]) + int(told[12])) / TICKS


@dataclass(slots=True)
class Room:
    """Everything of it. ``environment`` is what a process with Django's part must be told.

    Attributes:
        offset_s: the made-up clock against this machine's.
    """

    place: Path
    account: Account
    settings: Settings
    environment: dict[str, str]
    offset_s: float
    carrier: Carrier
    parts: dict[str, Process] = field(default_factory=dict)

    @property
    def ari(self) -> tuple[str, str, str]:
        """Address, user and password."""
        return self.settings.url, self.settings.ari_user, self.settings.ari_password

    def start(self, *names: str) -> None:
        for name in names:
            self.parts[name].start()
            if name == "asterisk":
                self._until_asterisk_answers()

    def carry(self, mix: Mix, *, rings_s: tuple[float, ...] = (0.0,), stays_s: tuple[float, ...] = (900.0,)) -> None:
        """Another carrier on the same port: what its calls come to from now on. Its log begins anew."""
        self.carrier.stop()
        self.carrier = Carrier(self.place / "carrier" / str(time.monotonic_ns()), self.carrier.port, mix)
        self.carrier.rings_s, self.carrier.stays_s = rings_s, stays_s
        self.carrier.start()

    def stop(self) -> None:
        for name in ("dialerd", "gated", "asterisk"):
            self.parts[name].stop()
        self.carrier.stop()

    def wrong(self) -> list[str]:
        """Lines of the parts' logs that ought to worry somebody."""
        found = []
        for part in self.parts.values():
            text = part.log.read_text(errors="replace") if part.log.exists() else ""
            found += [f"{part.name}: {line}" for line in text.splitlines() if " ERROR " in line or "Traceback" in line]
        return found

    def ask_asterisk(self, path: str) -> Any:
        """What it has there; the gate keeps its events. Raises: OSError, HTTPException, ValueError."""
        told = b64encode(f"{self.settings.ari_user}:{self.settings.ari_password}".encode()).decode()
        line = http.client.HTTPConnection(self.settings.http_bind, self.settings.ari_port, timeout=2.0)
        with contextlib.closing(line):
            line.request("GET", f"/ari/{path}", headers={"Authorization": f"Basic {told}"})
            answer = line.getresponse()
            if answer.status != http.HTTPStatus.OK:
                raise ValueError(f"{path}: {answer.status}")
            return json.load(answer)

    def _until_asterisk_answers(self) -> None:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                self.ask_asterisk("asterisk/ping")
                return
            time.sleep(0.05)
        raise Unavailable(f"Asterisk does not answer after {READY_S:.0f} s.", next_step=f"See {self.place}.")


@contextlib.contextmanager
def room(people: int) -> Generator[Room]:
    """Founded, with so many people who may all be called; nothing runs yet but PostgreSQL and the carrier.

    Raises: Unavailable where Asterisk or SIPp is missing.
    """
    program = installed()
    if not program.is_whole:
        raise Unavailable(f"There is no Asterisk in {program.root}.", next_step="./ahize asterisk install brings one.")
    if shutil.which("sipp") is None:
        raise Unavailable("There is no SIPp to play the carrier.", next_step="Debian: apt install sip-tester")
    account = service_account()
    place = Path(tempfile.mkdtemp(prefix="ahize-b-", dir="/tmp"))
    place.chmod(0o755)
    try:
        with throwaway(account, DURABLE) as keeper:
            made = _furnished(place, account, keeper, people)
            try:
                yield made
            finally:
                made.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _furnished(place: Path, account: Account, keeper: Keeper, people: int) -> Room:
    drawn = keys.draw()
    database.prepare(keeper.admin_url, drawn.roles)
    home = place / "home"
    for folder in (home, home / "secrets", home / "run", home / "log", home / "files", place / "a", place / "sounds"):
        account.folder(folder)
    offset_s = (AT - SystemClock().now()).total_seconds()
    (sip,) = free_ports(1, socket.SOCK_DGRAM)
    (ari, carrier_port) = (*free_ports(1, socket.SOCK_STREAM), *free_ports(1, socket.SOCK_DGRAM))
    settings = Settings(
        ari_password=secrets.token_urlsafe(24),
        ari_port=ari,
        folders=folders(installed(), place / "a"),
        sip_udp=sip,
        rtp=(30_000, 32_000),
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AHIZE_", "PG", "DJANGO_"))}
    kept |= {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "AHIZE_CLONE": str(clone())}
    meeting = {"AHIZE_GATE_SOCKET": str(home / "run" / "gate.sock"), "AHIZE_CLOCK_OFFSET_S": repr(offset_s)}
    told = {
        **kept,
        **database.environment(keeper.admin_url, drawn.roles),
        **drawn.environment(clearance=True),
        **meeting,
        **{"AHIZE_HOME": str(home), "AHIZE_URL": "http://127.0.0.1:8740", "AHIZE_WORLD": "made_up"},
        **{"AHIZE_TELEPHONE_LINE": "true", "AHIZE_PHONES": "true", "AHIZE_PHONE_SIP": f"127.0.0.1:{sip}"},
        **{"DJANGO_SETTINGS_MODULE": "ahize.web.settings", "AHIZE_DEMO_SEATS": "1"},
        **{"AHIZE_DEMO_CARRIER_PORT": str(carrier_port), "AHIZE_DEMO_PEOPLE": str(place / "people.csv")},
    }
    _write_people(place / "people.csv", people)
    (place / "people.csv").chmod(0o644)
    made = Room(place, account, settings, told, offset_s, Carrier(place / "carrier" / "0", carrier_port, Mix()))
    for process, *module in (("owner", "ahize.run.database"), ("web", "ahize.run.demo", "prepare")):
        command = [sys.executable, "-P", "-m", *module]
        done = subprocess.run(
            command, env={**told, "AHIZE_PROCESS": process}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, check=False, cwd=home,
        )  # fmt: skip
        if done.returncode:
            raise Unavailable(f"The house could not be founded: {done.stderr.strip().splitlines()[-1:]}")
    account.own_tree(home)
    etc = furnish(settings, own=account.own)
    gate = {
        **kept, **meeting, "AHIZE_HOME": str(home), "AHIZE_WORLD": "made_up", "AHIZE_SOUNDS": str(place / "sounds"),
        "AHIZE_PERMIT_PUBLIC_KEY": told["AHIZE_PERMIT_PUBLIC_KEY"], "AHIZE_ARI_URL": settings.url,
        "AHIZE_ARI_USER": settings.ari_user, "AHIZE_ARI_PASSWORD": settings.ari_password,
    }  # fmt: skip
    asterisk = {"PATH": "/usr/bin:/bin", "HOME": str(etc.state), "LANG": "C.UTF-8"}
    for name, command, environment in (
        ("asterisk", installed().command(etc.etc, "-f"), asterisk),
        ("gated", python("ahize.run.gated"), gate),
        ("dialerd", python("ahize.run.dialerd"), {**told, "AHIZE_PROCESS": "dialerd"}),
    ):
        log = home / "log" / f"{name}.log"
        made.parts[name] = Process(name, command, environment, log=log, account=account, cwd=home)
    made.carrier.start()
    return made


def _write_people(file: Path, count: int) -> None:
    """Customers of this year, all in the United States, so that clearance lets every one of them be called."""
    bought = (AT - timedelta(days=60)).date().isoformat()
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            (
                "First name",
                "Last name",
                "Phone",
                "State",
                "Country",
                "Line type",
                "Consumer or business",
                "Last purchase",
            )
        )
        american = [code for _, code in sorted(area_codes().items()) if code.country == "US" and code.regions]
        codes = [code for code in american if code.kind == "geographic"]
        numbers = ((code, line) for line in range(100) for code in codes)
        for n, (code, line) in zip(range(min(count, MOST_PEOPLE)), numbers, strict=False):
            number, state = f"+1{code.npa}55501{line:02d}", min(code.regions).removeprefix("US-")
            writer.writerow((f"Nora{n}", "Bench", number, state, "US", "fixed", "business", bought))


def free_ports(count: int, kind: socket.SocketKind) -> list[int]:
    """Ports that nobody has now."""
    probes = [socket.socket(socket.AF_INET, kind) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
