"""From a person heard to the card on the screen: how long does an agent wait? The demo must run.

Agents of its own sit in tabs of Chromium; the journal's time of *a person was heard* is compared with the browser's
own after the frame with that call's card was painted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import django

from ahize.kernel.errors import Unavailable
from ahize.run import screen
from ahize.run.demo_roll import LOGINS_FILE
from ahize.run.figures import show
from ahize.run.home import Home, clone
from ahize.run.room import entered, running
from ahize.run.visitor import Refused, Visitor

TABS = 8
WITHIN_MS = 300.0
"""What an agent must not wait longer for, at the 95th percentile."""


def main(calls: int, *, as_json: bool) -> int:
    """Prints the figures; 1 where an agent waits too long."""
    figures = measure(calls)
    show(figures, as_json=as_json)
    return 0 if figures["p95_ms"] <= WITHIN_MS else 1


def measure(calls: int) -> dict[str, Any]:
    """Invites agents of its own, lets each sit in a tab of Chromium, and compares browser and journal.

    However it ends, its agents leave their seats and may not sign in any more.

    Raises: Unavailable where the demo does not run or ends, no card comes for a minute, or Chromium or Node is missing.
    """
    home = Home.of("demo")
    runner = running(home)
    if runner is None:
        raise Unavailable("The demo does not run.", next_step="Start ./ahize demo in another terminal first.")
    agents = _new_agents(TABS)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        asyncio.run(_hire(runner.url, home.path, agents))
        painted = _watch(runner.url, agents, calls)
    finally:
        with contextlib.suppress(aiohttp.ClientError):  # a demo that has gone has nobody seated
            asyncio.run(_dismiss(runner.url, home.path, agents))
        signal.signal(signal.SIGTERM, before)
    with entered("web", room="demo"):
        django.setup()
        from ahize.run import demo_counts  # noqa: PLC0415  Django stands only inside the room

        heard = demo_counts.heard([UUID(card["call"]) for card in painted])
    offset_ms = runner.clock_offset_s * 1000
    for card in painted:
        if (at := heard.get(card["call"])) is not None:
            card["heard_ms"] = at.timestamp() * 1000 - offset_ms
    # A promised call's card stands while the telephone rings: nobody waited for it.
    cards = [card for card in painted if "heard_ms" in card and card["heard_ms"] <= card["painted_ms"]]
    if not cards:
        raise Unavailable("No call reached a tab.", next_step="Is the demo's campaign running? See its why-not panel.")
    waits = _stretch(cards, "heard", "painted")
    return {
        "calls": len(waits),
        "tabs": TABS,
        "p50_ms": _at(waits, 0.5),
        "p95_ms": _at(waits, 0.95),
        "max_ms": _at(waits, 1.0),
        "p95_heard_to_asked_ms": _at(_stretch(cards, "heard", "asked"), 0.95),
        "p95_asked_to_answered_ms": _at(_stretch(cards, "asked", "answered"), 0.95),
        "p95_answered_to_painted_ms": _at(_stretch(cards, "answered", "painted"), 0.95),
    }


def _stretch(cards: list[dict[str, Any]], start: str, end: str) -> list[float]:
    """Milliseconds between two moments of each card, shortest first."""
    return sorted(
        card[f"{end}_ms"] - card[f"{start}_ms"]
        for card in cards
        if card[f"{end}_ms"] is not None and card[f"{start}_ms"] is not None
    )


def _at(sorted_ms: list[float], share: float) -> float:
    return round(sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * share))], 1) if sorted_ms else 0.0


def _new_agents(number: int) -> list[dict[str, str]]:
    mark = secrets.token_hex(3)
    return [{"email": f"bench-{mark}-{n}@demo.example", "password": secrets.token_urlsafe(18)} for n in range(number)]


@contextlib.asynccontextmanager
async def _administrator(address: str, room: Path) -> AsyncIterator[Visitor]:
    logins = json.loads((room / "secrets" / LOGINS_FILE).read_text())
    boss = next(login for login in logins if login["role"] == "administrator")
    async with Visitor(address) as admin:
        await admin.sign_in(boss["email"], boss["password"])
        yield admin


async def _hire(address: str, room: Path, agents: list[dict[str, str]]) -> None:
    """Invites new agents, who join as anybody does, and adds them to the running campaign."""
    async with _administrator(address, room) as admin:
        for agent in agents:
            link = await admin.post("/api/invitations", {"email": agent["email"], "name": "Bench", "role": "agent"})
            async with Visitor(address) as newcomer:
                await newcomer.touch()
                token = link["path"].rsplit("/", 1)[1]
                await newcomer.post(f"/api/join/{token}", {**agent, "name": "Bench"})
        users = {user["email"]: user["id"] for user in await admin.get("/api/users")}
        at_work = [row["id"] for row in await admin.get("/api/campaigns") if row["state"] == "running"]
        if not at_work:
            raise Unavailable("No campaign is running.", next_step="Start one in the demo first.")
        campaigns = [await admin.get(f"/api/campaigns/{one}") for one in at_work]
        campaign = max(campaigns, key=lambda one: len(one["agents"]))
        seated = [agent["id"] for agent in campaign["agents"]] + [users[agent["email"]] for agent in agents]
        await admin.patch(f"/api/campaigns/{campaign['id']}", {"agents": seated})


async def _dismiss(address: str, room: Path, agents: list[dict[str, str]]) -> None:
    """Closes their seats, takes them from the campaigns and shows them the door."""
    emails = {agent["email"] for agent in agents}
    async with _administrator(address, room) as admin:
        gone = {user["id"] for user in await admin.get("/api/users") if user["email"] in emails}
        for seat in (await admin.get("/api/floor"))["seats"]:
            if seat["user"] not in gone:
                continue
            with contextlib.suppress(Refused):  # it has left by itself meanwhile
                await admin.post(f"/api/floor/seats/{seat['id']}/close")
        for row in await admin.get("/api/campaigns"):
            campaign = await admin.get(f"/api/campaigns/{row['id']}")
            ids = [agent["id"] for agent in campaign["agents"]]
            if gone & set(ids):
                await admin.patch(f"/api/campaigns/{row['id']}", {"agents": [one for one in ids if one not in gone]})
        for user in gone:
            await admin.patch(f"/api/users/{user}", {"is_active": False})


def _watch(address: str, agents: list[dict[str, str]], calls: int) -> list[dict[str, Any]]:
    ui = clone() / "ui"
    told = {
        **screen.environment(ui),
        "AHIZE_URL": address,
        "BENCH_AGENTS": json.dumps(agents),
        "BENCH_CALLS": str(calls),
    }
    done = subprocess.run(
        ["node", "bench/desktop.ts"], cwd=ui, env=told, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise Unavailable("The browser gave up.", next_step="Is Chromium installed, and ui/node_modules there?")
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    cards = [one for one in said if "call" in one]
    print(f"{len(cards)} cards seen", file=sys.stderr)
    match said[-1:]:
        case [{"gave_up": "no_card"}]:
            raise Unavailable(
                f"No card came for a minute, after {len(cards)} of {calls}.",
                next_step="Look at the demo's wallboard: is everything stopped, or the campaign paused or called out?",
            )
        case [{"gave_up": _}]:
            raise Unavailable(
                f"The demo does not answer any more, after {len(cards)} of {calls} cards.",
                next_step="Start ./ahize demo again.",
            )
    return cards
