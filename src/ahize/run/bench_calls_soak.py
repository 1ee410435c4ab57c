"""Calls while things break, or for long: afterwards each INVITE has its one permit, and nothing is left over.

A gate, a switch and an engine are killed and come again, an engine stalls and wakes, the carrier answers 503 now and
then and picks up after it was told to stop (``soak``). Or nothing breaks, and the highest rate that is kept is held
(``hold``). Django stands before this is imported.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Mapping
from typing import Any

from ahize.kernel.chance import stream
from ahize.kernel.clock import SystemClock
from ahize.run.bench_calls_balance import balance
from ahize.run.bench_calls_floor import Bench
from ahize.run.bench_calls_room import Room
from ahize.run.made_up_carrier import Invites, Mix
from ahize.telephony import words

MIX = Mix(0.2, 0.0, 0.0, busy=0.3, unavailable=0.15, gone=0.15, late=0.1, leaves=0.7)
"""A tenth rings on until the ringing is given up; of those who talk, three in ten are left by the agent."""
OF_NO_SALE = {"purpose": "survey", "promotes": False}
"""Of so few answers two that a killed switch leaves alone pass the share that telemarketing law allows, and then nobody
may be dialled any more. A survey may go on."""
RINGS_S, STAYS_S = (0.0, 0.5, 1.0), (0.5, 2.0, 5.0)
EVERY_S = (6.0, 12.0)
"""How long between two faults."""
STALL_S = 3.0
FAULTS = ("kill gated", "stall dialerd", "kill asterisk", "kill dialerd")
IDLE_S = 60.0
"""When no call has reached the carrier for so long, it gives up."""
LONG = Mix(0.03, 0.0, 0.0, busy=0.97, unavailable=0.0, gone=0.0, late=0.0, leaves=1.0)
"""Enough of them talk that there are recordings all the time, and so few that the agents are not the limit."""
SAME_AGAIN_S = 60
"""There are fewer fictional numbers than calls in half an hour: who was busy is called again so soon."""
STEPS_PER_S = tuple(range(40, 220, 20))
STEP_S, SETTLED_S = 10.0, 3.0
KEPT = 0.97
"""A rate is kept where so much of it reached the carrier."""


async def soak(made: Room, *, calls: int, agents: int) -> dict[str, Any]:
    """So many INVITEs, with faults; then what is left over."""
    load = os.getloadavg()[0]
    bench = await _seated(made, agents, wrap_up_s=5, ring_s_max=15, **OF_NO_SALE)
    made.carry(MIX, rings_s=RINGS_S, stays_s=STAYS_S)
    faults: list[str] = []
    try:
        began = time.monotonic()
        await bench.dial(on=True)
        await bench.ready()
        breaking = asyncio.create_task(_break(made, faults))
        try:
            dialled = await _until_enough(made, bench, calls)
        finally:
            breaking.cancel()
            await asyncio.gather(breaking, return_exceptions=True)
        took_s = time.monotonic() - began
        figures = {
            "asked": calls,
            "calls": dialled,
            "seconds": round(took_s, 1),
            "per_s": round(dialled / took_s, 1),
            "load": round(load, 2),
            "agents": agents,
            **{fault.replace(" ", "_"): faults.count(fault) for fault in FAULTS},
        }
        return figures | await _left_over(made, bench)
    finally:
        await bench.go_home()


async def hold(made: Room, *, seconds: float, agents: int) -> dict[str, Any]:
    """The highest rate that is kept, held so long; then what is left over."""
    load = os.getloadavg()[0]
    again = {"busy": {"wait_s": SAME_AGAIN_S, "max": 50}, "not_interested": {"wait_s": SAME_AGAIN_S, "max": 50}}
    bench = await _seated(made, agents, wrap_up_s=5, ring_s_max=25, max_attempts=50, recycling=again)
    made.carry(LONG, stays_s=(0.5, 2.0, 5.0))
    came = Invites(made.carrier.log)
    try:
        await bench.dial(on=True)
        await bench.ready()
        rate = await _highest(bench, came)
        await bench.pace(rate)
        before, began, minutes = came.count(), time.monotonic(), [came.count()]
        while (passed_s := time.monotonic() - began) < seconds:
            await asyncio.sleep(1.0)
            await bench.be_ready()
            if passed_s >= 60.0 * len(minutes):
                minutes.append(came.count())
        took_s, dialled = time.monotonic() - began, came.count() - before
        figures = {
            "asked": seconds,
            "seconds": round(took_s, 1),
            "rate": rate,
            "calls": dialled,
            "per_s": round(dialled / took_s, 1),
            "slowest_minute_per_s": round(min((b - a for a, b in itertools.pairwise(minutes)), default=0) / 60.0, 1),
            "load": round(load, 2),
            "agents": agents,
        }
        return figures | await _left_over(made, bench)
    finally:
        await bench.go_home()


def is_good(figures: Mapping[str, Any]) -> bool:
    """A permit whose INVITE was on its way when the switch was killed is spent and unseen: that is no fault."""
    kept = ("unpermitted", "twice", "lost", "orphan_attempts", "orphan_channels", "orphan_recordings")
    return _came_to_its_end(figures) and all(figures[name] == 0 for name in kept)


def _came_to_its_end(figures: Mapping[str, Any]) -> bool:
    return bool(figures["seconds" if "rate" in figures else "calls"] >= figures["asked"])


async def _seated(made: Room, agents: int, **settings: Any) -> Bench:
    """Everything runs, nothing is dialled yet, and so many agents have telephones that are up."""
    made.start("asterisk", "gated", "dialerd")
    bench = Bench(SystemClock(made.offset_s), ("127.0.0.1", made.settings.sip_udp or 0))
    await bench.enter()
    await bench.dial(on=False)
    await bench.steer(mode="progressive", detect=False, **settings)
    await bench.sit_down(agents, speak=False)
    return bench


async def _highest(bench: Bench, came: Invites) -> int:
    """The last rate, in calls a second, that was kept while it was raised step by step."""
    kept = STEPS_PER_S[0]
    for rate in STEPS_PER_S:
        await bench.pace(rate)
        await asyncio.sleep(SETTLED_S)
        before, began = came.count(), time.monotonic()
        await asyncio.sleep(STEP_S)
        if (came.count() - before) / (time.monotonic() - began) < KEPT * rate:
            return kept
        kept = rate
    return kept


async def _until_enough(made: Room, bench: Bench, calls: int) -> int:
    came, seen, moved_at = Invites(made.carrier.log), 0, time.monotonic()
    while seen < calls and time.monotonic() - moved_at < IDLE_S:
        await asyncio.sleep(0.5)
        now = came.count()
        moved_at = time.monotonic() if now > seen else moved_at
        seen = now
        await bench.be_ready()
    return seen


async def _break(made: Room, faults: list[str]) -> None:
    """One fault after another, in turn, at random moments; what is killed comes again after a second at most."""
    chance = stream(1, "faults")
    for fault in itertools.cycle(FAULTS):
        await asyncio.sleep(chance.uniform(*EVERY_S))
        what, _, name = fault.partition(" ")
        part = made.parts[name]
        faults.append(fault)
        if what == "stall":
            part.pause(on=True)
            try:
                await asyncio.sleep(STALL_S)
            finally:
                part.pause(on=False)
        else:
            part.kill()
            try:
                await asyncio.sleep(chance.uniform(0.0, 1.0))
            finally:
                part.start()  # also where there were calls enough meanwhile


async def _left_over(made: Room, bench: Bench) -> dict[str, Any]:
    """Once all is quiet: the carrier's log against the permits, and what switch and rows still hold."""
    await bench.dial(on=False)
    alive = await bench.until_quiet(60.0)
    figures = await balance(made, bench, made.carrier.seen())
    channels, recordings = await asyncio.gather(
        asyncio.to_thread(made.ask_asterisk, "channels"), asyncio.to_thread(made.ask_asterisk, "recordings/stored")
    )
    calls = [one for one in channels if words.seat_of(one["id"]) is None]
    return figures | {
        "orphan_attempts": alive,
        "orphan_channels": len(calls),
        "orphan_recordings": len(recordings),
    }
