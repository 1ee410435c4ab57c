"""Made-up agents at work: ordinary users, each with a password, a session and one tab.

They sit down, are ready, note, dispose, book callbacks, take "remove me" and go on breaks, through the same HTTP and
WebSocket as anybody; where a telephone is needed they ask for one as anybody does, and it signs in by SIP. They have
no other door; not even what the called person will say is known to them. One process for all of them; a lost web
process is waited for, never a reason to stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import structlog

from ahize.kernel.chance import Chance, stream
from ahize.kernel.clock import Clock, SystemClock
from ahize.kernel.errors import AhizeError
from ahize.kernel.ids import new_uuid
from ahize.run.home import write_private
from ahize.run.made_up_phone import MadeUpPhone
from ahize.run.visitor import Refused, Visitor

log = structlog.get_logger()

LOOK_EVERY_S = 15.0
"""Without a hint; a desk that is open looks as often. A lost hint costs one look."""
AWAY_S = 3.0
NEW_PHONE_S = 20.0
"""Within so long the switch has heard of a new telephone."""
WRAP_UP_MEDIAN_LN = 2.0
WRAP_UP_SD_LN = 0.5
"""Seconds of wrap-up: log-normal, median e² = 7.4; a practised agent, so that a minute shows whole calls."""
ENOUGH_SAID_LN = 4.1
ENOUGH_SAID_SD_LN = 0.4
"""Seconds of talk after which an agent says good-bye, if the person has not: median e^4.1 = 60."""
BREAK_SHARE = 0.03
BREAK_S = (20.0, 60.0)

# What agents choose, by how long the talk was: weights over codes; a code the campaign does not offer is not drawn.
AFTER_A_WORD = {"wrong_number": 20, "hung_up": 45, "language_barrier": 8, "not_interested": 20, "do_not_call": 7}
AFTER_A_TALK = {
    "not_interested": 52, "sale": 11, "callback_any": 10, "callback_mine": 8, "qualified_lead": 6, "do_not_call": 4,
    "not_eligible": 5, "appointment_set": 4,
}  # fmt: skip
A_WORD_S = 20.0
REMOVE_ME_SHARE = 0.02
NOTES = (
    "Friendly, wants the offer in writing.",
    "Asked about the price.",
    "Talked to the partner.",
    "Busy at work.",
    "",
)
NOTES_IN = {
    "TR": (
        "Sıcak karşıladı, teklifi yazılı istiyor.",
        "Fiyatı sordu.",
        "Eşiyle görüşecek.",
        "İşte, meşgul.",
        "",
    )
}
"""What is noted where another language is spoken, by country."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One made-up agent: the way in, in which campaign, and in which country that calls."""

    email: str
    password: str
    campaign: UUID
    country: str = "US"


@dataclass(frozen=True, slots=True)
class Roster:
    """Who works here: the address, and each agent."""

    address: str
    agents: tuple[Seat, ...]

    @classmethod
    def read(cls, file: Path) -> Roster:
        """The roster as ``write`` left it."""
        kept = json.loads(file.read_text())
        return cls(
            kept["address"],
            tuple(Seat(row["email"], row["password"], UUID(row["campaign"]), row["country"]) for row in kept["agents"]),
        )

    def write(self, file: Path) -> None:
        """Keeps it for the seats alone (0600)."""
        agents = [{**asdict(one), "campaign": str(one.campaign)} for one in self.agents]
        write_private(file, json.dumps({"address": self.address, "agents": agents}))


class MadeUpAgent:
    """One agent's working day."""

    def __init__(self, roster: Roster, index: int, *, chance: Chance, clock: Clock) -> None:
        self.roster = roster
        self.place = roster.agents[index]
        self.chance = chance
        self.clock = clock
        self.hint = asyncio.Event()
        self.noted: dict[str, float] = {}
        self.seated = False
        self.asked_ready_at: datetime | None = None
        self.phone: MadeUpPhone | None = None

    async def work(self) -> None:
        """Works until cancelled, over any number of lost connections."""
        while True:
            try:
                async with Visitor(self.roster.address, tab=new_uuid(self.clock.now(), self.chance)) as visitor:
                    await visitor.sign_in(self.place.email, self.place.password)
                    await self._shift(visitor)
            except (aiohttp.ClientError, TimeoutError, Refused, AhizeError) as reason:
                log.info("agent away", agent=self.place.email, reason=str(reason))
            await asyncio.sleep(AWAY_S)

    async def _shift(self, visitor: Visitor) -> None:
        await visitor.post(
            "/api/seat/open",
            {"campaign": str(self.place.campaign), "session": str(visitor.tab), "take_over": True},
        )
        self.seated = False
        await visitor.get("/api/pause-codes")  # as the desk does, which lets one choose among them
        ears = asyncio.create_task(self._listen(visitor))
        try:
            await self._take_phone(visitor)
            while not ears.done():
                wait_s = await self._look(visitor)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self.hint.wait()
                self.hint.clear()
        finally:
            ears.cancel()

    async def _take_phone(self, visitor: Visitor) -> None:
        """Where one is needed, a new one for this login; the talk on one that still holds goes on."""
        told = await visitor.get("/api/desk/phone")
        if not told["needed"] or (self.phone is not None and told["state"] == "up"):
            return
        if self.phone is not None:
            await self.phone.close()
        made = await visitor.post("/api/desk/phone", {"kind": "sip"})
        self.phone = MadeUpPhone(made["user"], made["password"], (made["host"], made["port"]))
        await self.phone.open()
        async with asyncio.timeout(NEW_PHONE_S):
            while True:
                try:
                    await self.phone.sign_in()
                    return
                except AhizeError as not_yet:
                    log.info("telephone not taken yet", agent=self.place.email, reason=not_yet.message)
                    await asyncio.sleep(1.0)

    async def _listen(self, visitor: Visitor) -> None:
        async for message in visitor.listen():
            if message.get("type") in ("card", "welcome") or message.get("topic") == "everything":
                self.hint.set()

    async def _look(self, visitor: Visitor) -> float:
        """Looks at the seat and does what an agent would do now; after how many seconds to look again."""
        seat = await visitor.get("/api/seat")
        state, was_seated = seat["state"], self.seated
        self.seated = state != "closed"
        match state:
            case "closed":
                # The dialer has not seen us sit down yet, or a supervisor has closed the seat.
                if was_seated:
                    raise Refused(409, {"message": "somebody closed this seat"})
                return AWAY_S
            case "paused":
                await self._be_ready(visitor)
                return AWAY_S
            case "previewing":
                await asyncio.sleep(self.chance.uniform(1.0, 4.0))
                await visitor.post("/api/seat/dial", {"contact": seat["offer"]["contact"]["id"]})
            case "talking":
                return await self._talk(visitor, seat["call"])
            case "wrap_up":
                await self._finish(visitor, seat)
        return LOOK_EVERY_S

    async def _be_ready(self, visitor: Visitor) -> None:
        """Presses “ready” once, and again where nothing has come of it for a while."""
        now = self.clock.now()
        if self.asked_ready_at is None or (now - self.asked_ready_at).total_seconds() >= AWAY_S:
            self.asked_ready_at = now
            await visitor.post("/api/seat/ready")

    async def _talk(self, visitor: Visitor, call: dict[str, Any] | None) -> float:
        """Notes something once in a talk and ends it in time; now and then the person wants to be left in peace."""
        if call is None:
            return AWAY_S
        if call["id"] in self.noted:
            left_s = self.noted[call["id"]] - self._talked_s(call)
            if left_s > 0:
                return min(left_s, LOOK_EVERY_S)
            self.noted[call["id"]] = float("inf")
            await visitor.post(f"/api/calls/{call['id']}/hang-up")
            return LOOK_EVERY_S
        enough_s = self.chance.lognormvariate(ENOUGH_SAID_LN, ENOUGH_SAID_SD_LN)
        self.noted = {call["id"]: enough_s}
        if self.chance.random() < REMOVE_ME_SHARE:
            await visitor.post(f"/api/calls/{call['id']}/remove-me", {"reason": "asked on the phone"})
        elif text := self.chance.choice(NOTES_IN.get(self.place.country, NOTES)):
            notes = call["notes"]
            await visitor.put(
                f"/api/calls/{call['id']}/notes", {"text": text, "code": notes["code"], "version": notes["version"]}
            )
        return min(enough_s, LOOK_EVERY_S)

    def _talked_s(self, call: dict[str, Any]) -> float:
        since = call["connected_at"]
        return (self.clock.now() - datetime.fromisoformat(since)).total_seconds() if since else 0.0

    async def _finish(self, visitor: Visitor, seat: dict[str, Any]) -> None:
        call = seat["call"]
        if call is None or call["disposition"]:
            return
        await asyncio.sleep(self.chance.lognormvariate(WRAP_UP_MEDIAN_LN, WRAP_UP_SD_LN))
        code = self._choose(call)
        body: dict[str, Any] = {"code": code, "idempotency_key": f"{visitor.tab}-{call['id']}"}
        flags = next(row["flags"] for row in call["dispositions"] if row["code"] == code)
        if "callback" in flags:
            slot = await self._slot(visitor, call)
            if slot is None:
                body["code"] = "not_interested"
            else:
                body |= {"callback_at": slot, "callback_mine": code.endswith("_mine")}
        if self.chance.random() < BREAK_SHARE:
            await visitor.post("/api/seat/pause", {"code": "break"})
        await visitor.post(f"/api/calls/{call['id']}/dispose", body)
        if self.chance.random() < BREAK_SHARE:
            await asyncio.sleep(self.chance.uniform(*BREAK_S))

    def _choose(self, call: dict[str, Any]) -> str:
        weights = AFTER_A_WORD if _talk_s(call) < A_WORD_S else AFTER_A_TALK
        offered = [row["code"] for row in call["dispositions"]]
        fitting = [code for code in offered if code in weights] or offered
        return str(self.chance.choices(fitting, [weights.get(code, 1) for code in fitting])[0])

    async def _slot(self, visitor: Visitor, call: dict[str, Any]) -> str | None:
        """A lawful time tomorrow, in the person's own day."""
        tomorrow = datetime.fromtimestamp(self.clock.now().timestamp() + 86_400, self.clock.now().tzinfo).date()
        slots = await visitor.get(f"/api/contacts/{call['contact']['id']}/callback-slots", on=tomorrow.isoformat())
        lawful = [slot["at"] for slot in slots if slot["lawful"]]
        return str(self.chance.choice(lawful)) if lawful else None


def _talk_s(call: dict[str, Any]) -> float:
    joined, ended = call["connected_at"], call["ended_at"]
    if not joined or not ended:
        return 0.0
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(joined)).total_seconds()


async def run(roster: Roster, *, seed: int, clock: Clock) -> None:
    """Lets every agent of the roster work, until cancelled. They come in over the first seconds, not all at once."""
    async with asyncio.TaskGroup() as group:
        for index in _all(roster):
            agent = MadeUpAgent(roster, index, chance=stream(seed, f"agent {index}"), clock=clock)
            group.create_task(agent.work())
            await asyncio.sleep(0.05)


def _all(roster: Roster) -> Iterator[int]:
    yield from range(len(roster.agents))


ROSTER_FILE = "made-up-agents.json"


def main() -> None:
    """The process: reads the roster of its room and works until told to stop."""
    home = Path(os.environ["AHIZE_HOME"])
    seed = int(os.environ.get("AHIZE_DEMO_SEED", "1"))
    kept = Roster.read(home / "secrets" / ROSTER_FILE)
    roster = replace(kept, address=os.environ.get("AHIZE_URL", kept.address))  # the port may be another this time

    async def until_told() -> None:
        loop = asyncio.get_running_loop()
        working = asyncio.create_task(run(roster, seed=seed, clock=SystemClock.from_environment()))
        for what in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(what, working.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await working

    asyncio.run(until_told())


if __name__ == "__main__":
    main()
