"""How fast and how faithfully are calls made? The whole way, from the hopper to a voice at an agent's telephone.

``./ahize bench calls --json``: dialerd's own loop with its journal on a PostgreSQL that syncs, clearance with the real
rulebook, sealed permits, the gate, a private Asterisk, SIPp as the carrier and agents' SIP telephones. The named peer
is raw ARI: the same originates at the same pace, asked of the same Asterisk by a program that knows no law.

``--soak`` breaks things meanwhile instead, ``--hold`` keeps up the highest rate for so long (``bench_calls_soak.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import django

from ahize.kernel.chance import stream
from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Unavailable
from ahize.kernel.ids import new_uuid
from ahize.run.bench_calls_balance import balance
from ahize.run.bench_calls_room import MOST_PEOPLE, Room, room
from ahize.run.figures import show
from ahize.run.made_up_carrier import HELLO_S, Invites, Mix, Seen
from ahize.run.phases import say
from ahize.telephony import words
from ahize.telephony.wire import Ari, Event

REFUSED = Mix(0.0, 0.0, 0.0, busy=0.6, unavailable=0.2, gone=0.2, late=0.0)
"""For the rate: nobody picks up, so that what is counted is originates."""
ECHOES = Mix(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, leaves=1.0)
HELLOS = Mix(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, leaves=1.0)
RATIO_WANTED = 0.95
W1_MS = 150.0
HELLO_P50_MS, HELLO_P99_MS = 300.0, 1000.0
BEFORE_S = 0.05
"""The carrier writes an answer down after it has sent it."""
USUAL, USUAL_SOAK = 1_000, 10_000
IN_AIR_S = 0.2
"""How long a refused call is in the air: only so many agents are ready for the rate, lest a burst meet the limit."""
MOST = 1_000
"""Originates a second that no trunk of ours is asked for: then the engine sets the pace."""
QUIET_S = 30.0
DELAYS_S = 60.0
SHOWN = 10


def main(*, calls: int, seconds: float, agents: int, rate: float, soak: bool, hold: float, as_json: bool) -> int:
    """Prints the figures; 1 where a target is missed or anything was lost.

    Args:
        calls: for each rate that is measured; of a soak, in all. 0: as many as is usual.
        seconds: at most for each rate.
        rate: originates a second that both are asked for.
        hold: seconds for which the highest rate is held; 0: it is not.
    """
    if calls < 0 or seconds <= 0 or not 1 <= agents <= 200 or not 1 <= rate <= 1000 or hold < 0:
        raise BadInput(
            "--calls and --hold are 0 or more, --seconds above 0, --agents from 1 to 200, --rate from 1 to 1000."
        )
    if soak and hold:
        raise BadInput("--soak and --hold are two runs.", next_step="Ask for one of them.")
    calls = calls or (USUAL_SOAK if soak else USUAL)
    with room(MOST_PEOPLE if hold else min(MOST_PEOPLE, 3 * calls + 1000)) as made:
        os.environ.update(made.environment | {"AHIZE_PROCESS": "web"})
        django.setup()
        try:
            if soak or hold:
                from ahize.run import bench_calls_soak as long  # noqa: PLC0415  Django stands only now

                run = (
                    long.hold(made, seconds=hold, agents=agents)
                    if hold
                    else long.soak(made, calls=calls, agents=agents)
                )
                figures = asyncio.run(run)
                good = long.is_good(figures)
            else:
                figures = asyncio.run(measure(made, calls=calls, seconds=seconds, agents=agents, rate=rate))
                good = is_good(figures)
        finally:
            for line in made.wrong()[:SHOWN]:
                say(line)
    show(figures, as_json=as_json)
    return 0 if good else 1


def is_good(figures: dict[str, Any]) -> bool:
    return bool(
        figures["ratio_raw_ari"] >= RATIO_WANTED
        and figures["answer_to_voice_p99_ms"] <= W1_MS
        and figures["hello_to_voice_p50_ms"] <= HELLO_P50_MS
        and figures["hello_to_voice_p99_ms"] <= HELLO_P99_MS
        and figures["lost"] == figures["unpermitted"] == figures["twice"] == 0
    )


async def measure(made: Room, *, calls: int, seconds: float, agents: int, rate: float) -> dict[str, Any]:
    """Raw ARI first, then the product, then the two delays."""
    from ahize.run.bench_calls_floor import Bench  # noqa: PLC0415  Django stands only now

    load = os.getloadavg()[0]
    made.start("asterisk")
    raw = {}
    for name, pace in (("raw_ari_per_s", rate), ("raw_ari_most_per_s", None)):
        made.carry(REFUSED)
        raw[name] = await raw_ari(made, calls=calls, in_air=agents, pace=pace)
    made.start("gated", "dialerd")
    bench = Bench(SystemClock(made.offset_s), ("127.0.0.1", made.settings.sip_udp or 0))
    await bench.enter()
    await bench.dial(on=False)
    await bench.steer(mode="progressive", detect=False, wrap_up_s=5, ring_s_max=25)
    await bench.sit_down(agents, speak=False)
    witness: list[Seen] = []
    try:
        figures = {"calls": calls, "agents": agents, "rate": rate, "load": round(load, 2), **raw}
        await bench.ready(min(agents, round(rate * IN_AIR_S)))
        for name, pace in (("", rate), ("most_", MOST)):
            made.carry(REFUSED)
            await bench.pace(pace)
            measured = await _rate(made, bench, calls=calls, seconds=seconds)
            witness += made.carrier.seen()
            figures |= {"engine_most_per_s": measured["engine_per_s"]} if name else measured
        figures["ratio_raw_ari"] = round(figures["engine_per_s"] / max(1.0, raw["raw_ari_per_s"]), 3)
        await bench.ready()
        for agent in bench.agents.values():
            agent.phone.speak()
        for name, mix, steered in (
            ("answer_to_voice", ECHOES, {"detect": False}),
            ("expected_to_voice", ECHOES, {"detect": False, "join_while_ringing": "silent"}),
            ("hello_to_voice", HELLOS, {"detect": True, "join_while_ringing": "no"}),
        ):
            delays, more = await _delays(made, bench, mix, steered, calls=min(calls, 4 * agents))
            witness += more
            figures |= {f"{name}_calls": len(delays), **_percentiles(name, delays)}
        figures |= await balance(made, bench, witness)
    finally:
        await bench.go_home()
    return figures


# ── the rate ────────────────────────────────────────────────────────────────────────────────────────────────────


async def raw_ari(made: Room, *, calls: int, in_air: int, pace: float | None) -> float:
    """Originates in a second by ARI alone, judged by the carrier's log.

    Args:
        pace: so many in a second; None: as fast as calls end, always ``in_air`` at once.
    """
    ari = await Ari.connect(*made.ari, wanted=("ChannelDestroyed",))
    trunk = f"{words.TRUNK}{UUID(int=1)}"
    address = f"sip:127.0.0.1:{made.carrier.port}"
    chance, clock = stream(1, "raw ari"), SystemClock()
    for kind, fields in (
        ("aor", {"contact": address}),
        ("endpoint", {"aors": trunk, "context": words.IN, "disallow": "all", "allow": "ulaw", "direct_media": "no"}),
    ):
        told = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
        pushed = await ari.ask("PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{trunk}", body=told)
        if not pushed.ok:
            raise Unavailable(f"Asterisk would not have the carrier: {pushed.why}")

    def originate() -> None:
        call = new_uuid(clock.now(), chance)
        body = {
            **{"endpoint": f"PJSIP/+12125550123@{trunk}", "context": words.OUT, "extension": words.PERSON},
            **{"priority": 1, "callerId": "+12125550199", "timeout": 25, "variables": {"AHIZE_CALL": str(call)}},
        }
        ari.send("POST", f"channels/{call}", body=body)

    left = calls
    ended = 0

    async def follow() -> None:
        nonlocal left, ended
        async for event in ari.events():
            ended += _is_call(event)
            if pace is None and left and _is_call(event):
                originate()
                left -= 1
            if ended == calls:
                return

    following = asyncio.create_task(follow())
    began, first = time.monotonic(), left
    while left > (first - in_air if pace is None else 0):
        if pace is not None:
            await asyncio.sleep(max(0.0, began + (first - left) / pace - time.monotonic()))
        originate()
        left -= 1
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(following, 60 + calls / 10)
    for kind in ("endpoint", "aor"):
        await ari.ask("DELETE", f"asterisk/config/dynamic/res_pjsip/{kind}/{trunk}")
    await ari.close()
    return _per_second([one.at for one in made.carrier.seen() if one.what == "invite"])


def _is_call(event: Event) -> bool:
    return bool(event["type"] == "ChannelDestroyed" and words.is_id(event["channel"]["id"]))


async def _rate(made: Room, bench: Any, *, calls: int, seconds: float) -> dict[str, Any]:
    """The same, by the product: whoever is ready has a call in the air."""
    await bench.dial(on=True)
    before = {name: part.cpu_s for name, part in made.parts.items()}
    came, deadline = Invites(made.carrier.log), time.monotonic() + seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        if came.count() >= calls:
            break
    spent = {name: part.cpu_s - before[name] for name, part in made.parts.items()}
    invites = [one.at for one in made.carrier.seen() if one.what == "invite"]
    await bench.dial(on=False)
    await bench.until_quiet(QUIET_S)
    each = max(1, len(invites))
    return {
        "dialled": len(invites),
        "engine_per_s": _per_second(invites),
        "engine_cpu_ms_per_call": round(spent["dialerd"] / each * 1000, 2),
        "gate_cpu_ms_per_call": round(spent["gated"] / each * 1000, 2),
        "asterisk_cpu_ms_per_call": round(spent["asterisk"] / each * 1000, 2),
    }


def _per_second(at: Sequence[datetime]) -> float:
    """Of the middle eight tenths: neither the beginning nor the end is sustained."""
    middle = sorted(at)[len(at) // 10 : len(at) - len(at) // 10]
    if len(middle) < 2:
        return 0.0
    return round((len(middle) - 1) / max(1e-6, (middle[-1] - middle[0]).total_seconds()), 1)


# ── the delays ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _delays(
    made: Room, bench: Any, mix: Mix, steered: Mapping[str, Any], *, calls: int
) -> tuple[list[float], list[Seen]]:
    """Milliseconds until an agent's telephone hears this person; what the carrier saw.

    Without detection from the answer until the agent's own voice has been there and back; with it from the end of the
    hello until the person's sound arrives.
    """
    detect = steered["detect"]
    await bench.steer(**steered)
    made.carry(mix, rings_s=(0.5, 1.0, 2.0, 4.0), stays_s=(2.0, 5.0, 900.0))
    before = {attempt["id"] for attempt in await bench.attempts()}
    await bench.dial(on=True)
    came, deadline = Invites(made.carrier.log), time.monotonic() + DELAYS_S
    while came.count() < calls and time.monotonic() < deadline:
        await asyncio.sleep(1.0)
        await bench.be_ready()  # A screen that was silent for too long is taken out of the round.
    await bench.dial(on=False)
    await bench.until_quiet(QUIET_S)
    seen = list(made.carrier.seen())
    if not seen:
        raise Unavailable("Nothing was dialled.", next_step=f"See {made.place}.")
    to_monotonic = time.monotonic() - SystemClock().now().timestamp()
    since = {}
    for one in seen:
        if one.what == ("speaks" if detect else "answered"):
            since[one.number] = one.at.timestamp() + to_monotonic + (HELLO_S if detect else 0.0)
    delays = []
    for attempt in await bench.attempts():
        began, agent = since.get(attempt["e164"]), bench.agents.get(attempt["seat_id"])
        if attempt["id"] in before or attempt["connected_at"] is None or began is None or agent is None:
            continue
        stretches = agent.phone.ear.arrived if detect else agent.phone.ear.heard
        heard = next((one.at for one in stretches if began - BEFORE_S <= one.at <= began + 10.0), None)
        delays.append((heard - began) * 1000 if heard is not None else float("inf"))
    return sorted(delays), seen


def _percentiles(name: str, delays: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}_p{percent}_ms": round(delays[min(len(delays) - 1, int(len(delays) * percent / 100))], 1)
        if delays
        else float("inf")
        for percent in (50, 95, 99)
    }
