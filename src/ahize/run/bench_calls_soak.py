"""Calls while things break: afterwards each INVITE has its one permit, and nothing is left over.

A gate, a switch and an engine are killed and come again, an engine stalls and wakes, the carrier answers 503 now and
then and picks up after it was told to stop. Django stands before this is imported.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from typing import Any

from ahize.kernel.chance import stream
from ahize.kernel.clock import SystemClock
from ahize.run.bench_calls_balance import balance
from ahize.run.bench_calls_floor import Bench
from ahize.run.bench_calls_room import Room
from ahize.run.made_up_carrier import Mix
from ahize.telephony import words

MIX = Mix(0.2, 0.0, 0.0, busy=0.3, unavailable=0.15, gone=0.15, late=0.1, leaves=0.7)
"""A tenth rings on until the ringing is given up; of those who talk, three in ten are left by the agent."""
RINGS_S, STAYS_S = (0.0, 0.5, 1.0), (0.5, 2.0, 5.0)
EVERY_S = (6.0, 12.0)
"""How long between two faults."""
STALL_S = 3.0
FAULTS = ("kill gated", "stall dialerd", "kill asterisk", "kill dialerd")
IDLE_S = 60.0
"""When no call has reached the carrier for so long, the soak gives up."""


async def soak(made: Room, *, calls: int, agents: int) -> dict[str, Any]:
    """So many INVITEs, with faults; then what is left over."""
    load = os.getloadavg()[0]
    made.start("asterisk", "gated", "dialerd")
    bench = Bench(SystemClock(made.offset_s), ("127.0.0.1", made.settings.sip_udp or 0))
    await bench.enter()
    await bench.dial(on=False)
    await bench.steer(mode="progressive", detect=False, wrap_up_s=5, ring_s_max=15)
    made.carry(MIX, rings_s=RINGS_S, stays_s=STAYS_S)
    await bench.sit_down(agents, speak=False)
    faults: list[str] = []
    began = time.monotonic()
    breaking = asyncio.create_task(_break(made, faults))
    try:
        await bench.dial(on=True)
        await bench.ready()
        dialled = await _until_enough(made, bench, calls)
        breaking.cancel()
        await asyncio.gather(breaking, return_exceptions=True)
        took_s = time.monotonic() - began
        await bench.dial(on=False)
        alive = await bench.until_quiet(60.0)
        figures = {
            "calls": dialled,
            "seconds": round(took_s, 1),
            "per_s": round(dialled / took_s, 1),
            "load": round(load, 2),
            "agents": agents,
            **{fault.replace(" ", "_"): faults.count(fault) for fault in FAULTS},
        }
        figures |= await balance(made, bench, made.carrier.seen())
        figures |= {"orphan_attempts": alive, **await _left_over(made)}
        return figures
    finally:
        breaking.cancel()
        await bench.go_home()


def is_good(figures: dict[str, Any]) -> bool:
    """A permit whose INVITE was on its way when the switch was killed is spent and unseen: that is no fault."""
    kept = ("unpermitted", "twice", "lost", "orphan_attempts", "orphan_channels", "orphan_recordings")
    return all(figures[name] == 0 for name in kept)


async def _until_enough(made: Room, bench: Bench, calls: int) -> int:
    seen, moved_at = 0, time.monotonic()
    while seen < calls and time.monotonic() - moved_at < IDLE_S:
        await asyncio.sleep(0.5)
        now = made.carrier.log.read_bytes().count(b"invite;") if made.carrier.log.exists() else 0
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
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            part.start()


async def _left_over(made: Room) -> dict[str, Any]:
    """What the switch still holds beside agents' telephones."""
    channels, recordings = await asyncio.gather(
        asyncio.to_thread(made.ask_asterisk, "channels"), asyncio.to_thread(made.ask_asterisk, "recordings/stored")
    )
    calls = [one for one in channels if words.seat_of(one["id"]) is None]
    return {"orphan_channels": len(calls), "orphan_recordings": len(recordings)}
