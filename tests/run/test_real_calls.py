"""The product on a real switch: SIPp and telephones are its witnesses, also when its parts are killed in mid-call.

A made-up list, a private Asterisk, the gate, SIPp as the carrier, and agents' SIP telephones that hear themselves come
back from whoever picked up: so long as they do, sound goes both ways.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import aiohttp
import psycopg
import pytest

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import AhizeError
from ahize.run import keys
from ahize.run.account import service_account
from ahize.run.children import started_at
from ahize.run.database import admin_of
from ahize.run.demo_roll import CAMPAIGNS, LOGINS_FILE
from ahize.run.home import Home
from ahize.run.keeper import Keeper
from ahize.run.made_up_carrier import Seen, seen
from ahize.run.made_up_phone import MadeUpPhone
from ahize.run.room import DATABASES
from ahize.run.seats import ROSTER_FILE, Roster
from ahize.run.visitor import Refused, Visitor
from run.test_up import CLONE, SOURCES

pytestmark = pytest.mark.stack

PEOPLE = 400
SILENCE_S = 2.0
AWAY = (aiohttp.ClientError, TimeoutError, Refused)


def free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@dataclass
class Shop:
    """A demo beside a real switch, in a home of its own."""

    path: Path
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def demo(self) -> Path:
        return self.path / "demo"

    def command(self, *more: str) -> tuple[list[str], dict[str, str]]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AHIZE_", "PYTHON"))}
        told = {"AHIZE_HOME": str(self.path), "AHIZE_CLONE": str(CLONE), **SOURCES}
        base = [sys.executable, "-P", "-m", "ahize.run.cli", "demo", "--asterisk", "--port", str(self.port)]
        return [*base, "--people", str(self.path / "people.csv"), *more], {**kept, **told}

    def keeper(self) -> Keeper:
        home = Home(self.demo, "demo")
        return Keeper.of(home, service_account(), password=keys.read(home.secrets).superuser)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(admin_of(self.keeper().admin_url, DATABASES["demo"]), autocommit=True) as line:
            return line.execute(query).fetchall()  # type: ignore[arg-type]  # our own words

    def pids(self) -> dict[str, int]:
        """Of all parts; the gate's own roll lies with the gate where it has a user of its own."""
        rows = []
        for roll in (self.demo / "run/children.json", self.demo / "gate/run/children.json"):
            with suppress(OSError, ValueError):
                rows += json.loads(roll.read_bytes())
        return {row["name"]: row["pid"] for row in rows}

    def kill(self, name: str) -> None:
        os.killpg(self.pids()[name], signal.SIGKILL)

    def carrier(self) -> list[Seen]:
        return list(seen((self.demo / "run/carrier/carrier.log").read_text(errors="replace")))

    def offset(self) -> timedelta:
        return timedelta(seconds=json.loads((self.demo / "run/made-up-clock.json").read_bytes())["offset_s"])

    def every_ring_had_its_permit(self) -> None:
        """SIPp's log against the permits: the same number, valid at that instant, once."""
        permits = self.ask("SELECT attempt_id, e164, sealed_at, valid_until FROM dialing_permit")
        invites = [one for one in self.carrier() if one.what == "invite"]
        assert invites
        rang = []
        for one in invites:
            at = one.at + self.offset()
            fitting = [
                permit for permit, number, since, until in permits if number == one.number and since <= at < until
            ]
            assert len(fitting) == 1, (one, fitting)
            rang += fitting
        assert len(set(rang)) == len(rang), "a permit dials once"


@pytest.fixture
def shop(asterisk_root: Path) -> Iterator[Shop]:
    with tempfile.TemporaryDirectory(prefix="ahize-t-", dir="/tmp", ignore_cleanup_errors=True) as made:
        path = Path(made)
        path.chmod(0o755)
        (path / "asterisk").mkdir()
        (path / "asterisk/root").symlink_to(asterisk_root)
        (path / "demo").mkdir()
        ports = f"ari_port = {free(socket.SOCK_STREAM)}\nsip_udp = {free(socket.SOCK_DGRAM)}\n"
        (path / "demo/asterisk.toml").write_text(ports + 'rtp = "25000-25399"\n')
        customers(path / "people.csv")
        shop = Shop(path, free(socket.SOCK_STREAM))
        try:
            yield shop
        finally:
            if shop.process is not None:
                shop.process.send_signal(signal.SIGTERM)
                shop.process.wait(40)


def customers(file: Path) -> None:
    """So many of New York and around, who have all bought this year."""
    bought = (SystemClock().now() - timedelta(days=60)).date().isoformat()
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            ("First name", "Phone", "State", "Country", "Line type", "Consumer or business", "Last purchase")
        )
        for n in range(PEOPLE):
            number = f"+1{('212', '518', '607', '716')[n // 100]}55501{n % 100:02d}"
            writer.writerow((f"Nora{n}", number, "NY", "US", "fixed", "business", bought))


def test_each_invite_has_one_permit_and_the_demo_says_what_happened(shop: Shop) -> None:
    command, environment = shop.command("--for", "30", "--seats", "12", "--json")
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert said["talks"] > 0
    assert said["permits_spent"] <= said["permits_sealed"] <= said["attempts"]
    keeper = shop.keeper()
    keeper.start()
    try:
        shop.every_ring_had_its_permit()
        assert sum(one.what == "invite" for one in shop.carrier()) == said["permits_spent"]
    finally:
        keeper.stop()
    for log in (*(shop.demo / "log").glob("*.log"), *(shop.demo / "gate/log").glob("*.log")):
        assert "Traceback" not in log.read_text(errors="replace"), log


# ── killed in mid-call ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Agent:
    """One at work, who stays in a talk until told otherwise, and whose screen finds its way back by itself."""

    visitor: Visitor
    campaign: str
    phone: MadeUpPhone = field(init=False)
    ears: asyncio.Task[None] | None = None

    async def sit_down(self) -> None:
        await self.visitor.get("/api/pause-codes")  # as the desk does, which lets one choose among them
        await self.visitor.post(
            "/api/seat/open", {"campaign": self.campaign, "session": str(self.visitor.tab), "take_over": True}
        )
        made = await self.visitor.post("/api/desk/phone", {"kind": "sip"})
        self.phone = MadeUpPhone(made["user"], made["password"], (made["host"], made["port"]))
        await self.phone.open()
        self.ears = asyncio.create_task(self._listen())
        async with asyncio.timeout(30):
            while not self.phone.registered:
                with suppress(AhizeError):
                    await self.phone.sign_in()
                await asyncio.sleep(0.3)
        await until(lambda: self.phone.is_up, 15)

    async def leave(self) -> None:
        if self.ears is not None:
            self.ears.cancel()
            await asyncio.gather(self.ears, return_exceptions=True)
        await self.phone.close()

    async def seat(self) -> dict[str, Any]:
        """Asked until the web answers."""
        async with asyncio.timeout(30):
            while True:
                with suppress(*AWAY):
                    return await self.visitor.get("/api/seat")  # type: ignore[no-any-return]
                await asyncio.sleep(0.2)

    async def is_talking(self) -> bool:
        return (await self.seat())["state"] == "talking" and self.phone.ear.hears(monotonic())

    async def begin(self) -> str:
        """Ready, until a person talks with us. Returns the call."""
        async with asyncio.timeout(40):
            while not await self.is_talking():
                seat = await self.seat()
                with suppress(*AWAY):
                    if seat["state"] in ("closed", "paused"):
                        await self.visitor.post("/api/seat/ready")
                    elif seat["state"] == "wrap_up":
                        await self.finish(seat["call"]["id"])
                await asyncio.sleep(0.3)
        return str((await self.seat())["call"]["id"])

    async def finish(self, call: str) -> None:
        """Hang up, step back, and say what it came to; until it is taken."""
        refused: list[object] = []
        try:
            async with asyncio.timeout(40):
                await self._finish(call, refused)
        except TimeoutError:
            raise AssertionError(f"the call was not finished: {refused[-3:]}") from None

    async def _finish(self, call: str, refused: list[object]) -> None:
        seat: dict[str, Any] = {"state": "?"}
        while True:
            try:
                seat = await self.visitor.get("/api/seat")
                if seat["state"] == "talking":
                    await self.visitor.post("/api/seat/pause", {"code": "break"})
                    await self.visitor.post(f"/api/calls/{call}/hang-up")
                elif seat["state"] == "wrap_up" and not seat["call"]["disposition"]:
                    said = {"code": "not_interested", "idempotency_key": f"drill-{call}"}
                    await self.visitor.post(f"/api/calls/{call}/dispose", said)
                else:
                    return
            except AWAY as why:
                refused.append((seat["state"], why, getattr(why, "body", "")))
            await asyncio.sleep(0.3)

    async def _listen(self) -> None:
        while True:
            with suppress(*AWAY):
                async for _ in self.visitor.listen():
                    """Only that we are there matters."""
            await asyncio.sleep(0.3)


@asynccontextmanager
async def agents(shop: Shop) -> AsyncIterator[list[Agent]]:
    """Two of them, at their desks."""
    roster = Roster.read(shop.demo / "secrets" / ROSTER_FILE)
    made: list[Agent] = []
    async with (
        Visitor(f"http://127.0.0.1:{shop.port}", tab=tab()) as first,
        Visitor(f"http://127.0.0.1:{shop.port}", tab=tab()) as second,
    ):
        for place, visitor in zip(roster.agents, (first, second), strict=False):
            await visitor.sign_in(place.email, place.password)
            made.append(Agent(visitor, str(place.campaign)))
            await made[-1].sit_down()
        try:
            yield made
        finally:
            for agent in made:
                await agent.leave()


def tab() -> UUID:
    return UUID(bytes=secrets.token_bytes(16), version=4)


async def until(holds: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.05)


async def everybody_is_heard_without_detection(shop: Shop) -> None:
    """Who picks up here says nothing by themselves, so that nothing may be made of their hello."""
    logins = json.loads((shop.demo / "secrets" / LOGINS_FILE).read_bytes())
    password = next(row["password"] for row in logins if row["email"] == CAMPAIGNS)
    async with Visitor(f"http://127.0.0.1:{shop.port}") as manager:
        await manager.sign_in(CAMPAIGNS, password)
        for campaign in await manager.get("/api/campaigns"):
            await manager.patch(f"/api/campaigns/{campaign['id']}", {"detect": False})


def opened(shop: Shop) -> None:
    shares = {"person": 1.0, "hello": 0, "machine": 0, "busy": 0, "unavailable": 0, "gone": 0, "late": 0, "leaves": 0}
    (shop.demo / "carrier.json").write_text(json.dumps(shares))
    command, environment = shop.command("--seats", "2", "--without", "seats")
    said = (shop.path / "said").open("w")
    shop.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=said, text=True)
    deadline = monotonic() + 240
    while "Stop: Ctrl-C" not in (shop.path / "said").read_text():
        assert shop.process.poll() is None, (shop.path / "said").read_text()
        assert monotonic() < deadline
        signal.sigtimedwait([], 0.1)


def walk(steps: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(200):
            await steps()

    asyncio.run(whole())


def test_a_talk_survives_every_part_but_the_switch_and_nothing_is_dialled_twice(shop: Shop) -> None:
    opened(shop)

    async def steps() -> None:
        await everybody_is_heard_without_detection(shop)
        async with agents(shop) as both:
            calls = [await agent.begin() for agent in both]
            talking_since = monotonic()
            for name in ("gated", "web", "dialerd", "postgres"):
                await _killed_and_back(shop, name)
                for agent in both:
                    silent_s = agent.phone.ear.silence_s(talking_since, monotonic() - 0.1)
                    assert silent_s <= SILENCE_S, f"{silent_s:.1f} s of silence when {name} was killed"
            for agent, call in zip(both, calls, strict=True):
                assert (await agent.seat())["call"]["id"] == call, "the same talk, on the same screen"
                await agent.finish(call)
            one = both[0]
            lost = await one.begin()
            await _killed_and_back(shop, "asterisk")
            await asyncio.wait_for(_ended(shop, lost), 20)
            await one.finish(lost)
            again = await one.begin()
            assert again != lost
            await one.finish(again)
            await asyncio.wait_for(_all_quiet(shop), 40)

    walk(steps)
    shop.every_ring_had_its_permit()
    open_ones = shop.ask(
        "SELECT a.id, a.live, a.outcome FROM dialing_attempt a JOIN dialing_permit p ON p.attempt_id = a.id"
        " WHERE p.spent_at IS NOT NULL AND (a.live OR a.outcome = '')"
    )
    assert open_ones == [], "every attempt has its outcome"


async def _killed_and_back(shop: Shop, name: str) -> None:
    before = shop.pids()[name]
    shop.kill(name)
    await until(lambda: started_at(before) is None, 5)
    await until(lambda: shop.pids().get(name) not in (None, before), 15)
    async with asyncio.timeout(30):  # It serves again.
        async with aiohttp.ClientSession() as anybody:
            while True:
                with suppress(aiohttp.ClientError):
                    async with anybody.get(f"http://127.0.0.1:{shop.port}/healthz") as answer:
                        if answer.status == 200:
                            break
                await asyncio.sleep(0.1)
    await asyncio.sleep(SILENCE_S)  # Long enough that a silence would have been one.


async def _ended(shop: Shop, call: str) -> None:
    while shop.ask(f"SELECT live OR outcome = '' FROM dialing_attempt WHERE id = '{call}'") != [(False,)]:
        await asyncio.sleep(0.2)


async def _all_quiet(shop: Shop) -> None:
    while shop.ask("SELECT count(*) FROM dialing_attempt WHERE live") != [(0,)]:
        await asyncio.sleep(0.3)
