"""``./ahize bench``: how fast? Each figure is of the product with its own safety on.

engine    a simulated hour of a floor: engine, rulebook, permits, gate and journal on one core
desktop   the demo running: from a person heard, in the journal, to the card painted in Chromium
lists     rows of a made-up list read, converted and judged
clear     a list cleared by the rulebook, and single clearances with their transactions in PostgreSQL
scrub     contacts looked up in a registry of a quarter of a billion numbers; DuckDB and PostgreSQL beside
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from ahize.kernel.errors import Unavailable
from ahize.run.home import Home, clone

TABS = 8
WITHIN_MS = 300.0
"""What an agent must not wait longer for, at the 95th percentile."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="./ahize bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    engine = kinds.add_parser("engine", help="a simulated hour")
    engine.add_argument("--agents", type=int, default=1000)
    engine.add_argument("--minutes", type=float, default=60.0)
    engine.add_argument("--seed", type=int, default=1)
    desktop = kinds.add_parser("desktop", help="answer to card; the demo must run")
    desktop.add_argument("--calls", type=int, default=200)
    lists = kinds.add_parser("lists", help="rows read")
    lists.add_argument("--rows", type=int, default=200_000)
    scrub = kinds.add_parser("scrub", help="contacts against a registry")
    scrub.add_argument("--registered", type=int, default=240_000_000)
    scrub.add_argument("--contacts", type=int, default=10_000_000)
    clear = kinds.add_parser("clear", help="contacts cleared by the rulebook, and single clearances in PostgreSQL")
    clear.add_argument("--contacts", type=int, default=10_000_000)
    clear.add_argument("--clearances", type=int, default=500, help="single ones, each with its transaction")
    for one in (engine, desktop, lists, scrub, clear):
        one.add_argument("--json", action="store_true", help="one line of figures")
    given = parser.parse_args(arguments)
    if given.kind == "engine":
        from ahize.run import bench_engine  # noqa: PLC0415

        return bench_engine.main(agents=given.agents, minutes=given.minutes, seed=given.seed, as_json=given.json)
    if given.kind == "lists":
        from ahize.intake.bench import bench  # noqa: PLC0415

        return _say(bench(given.rows, timer=time.perf_counter), as_json=given.json, good=True)
    if given.kind == "scrub":
        from ahize.run import bench_scrub  # noqa: PLC0415

        return bench_scrub.main(given.registered, given.contacts, as_json=given.json)
    if given.kind == "clear":
        from ahize.run import bench_clear  # noqa: PLC0415

        return bench_clear.main(given.contacts, given.clearances, as_json=given.json)
    figures = measure_desktop(given.calls)
    return _say(figures, as_json=given.json, good=figures["p95_ms"] <= WITHIN_MS)


def _say(figures: dict[str, Any], *, as_json: bool, good: bool) -> int:
    if as_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>16}  {value}")
    return 0 if good else 1


# ── desktop ─────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_desktop(calls: int) -> dict[str, Any]:
    """Invites agents of its own, lets each sit in a tab of Chromium, and compares browser and journal.

    Raises: Unavailable where the demo does not run, or Chromium or Node is missing.
    """
    from ahize.run.room import entered, running  # noqa: PLC0415

    home = Home.of("demo")
    runner = running(home)
    if runner is None:
        raise Unavailable("The demo does not run.", next_step="Start ./ahize demo in another terminal first.")
    agents = asyncio.run(_hire(runner.url, home.path, TABS))
    painted = _watch(runner.url, agents, calls)
    with entered("web", room="demo"):
        import django  # noqa: PLC0415

        django.setup()
        heard = _heard([UUID(card["call"]) for card in painted])
    offset_ms = runner.clock_offset_s * 1000
    waits = sorted(
        card["painted_ms"] + offset_ms - at.timestamp() * 1000
        for card in painted
        if (at := heard.get(card["call"])) is not None
    )
    if not waits:
        raise Unavailable("No call reached a tab.", next_step="Is the demo's campaign running? See its why-not panel.")
    return {
        "calls": len(waits),
        "tabs": TABS,
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p95_ms": round(waits[min(len(waits) - 1, int(len(waits) * 0.95))], 1),
        "max_ms": round(waits[-1], 1),
    }


async def _hire(address: str, room: Path, number: int) -> list[dict[str, str]]:
    """New agents, invited and joined as anybody is, and added to the running campaign."""
    from ahize.run.demo import LOGINS_FILE  # noqa: PLC0415
    from ahize.run.visitor import Visitor  # noqa: PLC0415

    logins = json.loads((room / "secrets" / LOGINS_FILE).read_text())
    boss = next(login for login in logins if login["role"] == "administrator")
    mark = secrets.token_hex(3)
    hired = [{"email": f"bench-{mark}-{n}@demo.example", "password": secrets.token_urlsafe(18)} for n in range(number)]
    async with Visitor(address) as admin:
        await admin.sign_in(boss["email"], boss["password"])
        for agent in hired:
            link = await admin.post("/api/invitations", {"email": agent["email"], "name": "Bench", "role": "agent"})
            async with Visitor(address) as newcomer:
                await newcomer.touch()
                token = link["path"].rsplit("/", 1)[1]
                await newcomer.post(f"/api/join/{token}", {**agent, "name": "Bench"})
        users = {user["email"]: user["id"] for user in await admin.get("/api/users")}
        campaigns = [row for row in await admin.get("/api/campaigns") if row["state"] == "running"]
        if not campaigns:
            raise Unavailable("No campaign is running.", next_step="Start one in the demo first.")
        campaign = await admin.get(f"/api/campaigns/{campaigns[0]['id']}")
        seated = [agent["id"] for agent in campaign["agents"]] + [users[agent["email"]] for agent in hired]
        await admin.patch(f"/api/campaigns/{campaign['id']}", {"agents": seated})
    return hired


def _watch(address: str, agents: list[dict[str, str]], calls: int) -> list[dict[str, Any]]:
    from ahize.run import screen  # noqa: PLC0415

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
    print(f"{done.stdout.count(chr(10))} cards seen", file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _heard(calls: list[UUID]) -> dict[str, datetime]:
    """When the journal first says that a person was heard, by call."""
    from ahize.web.dialing.models import Journal  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415
    from ahize.web.tenants.queries import every_tenant  # noqa: PLC0415

    wanted = {str(call) for call in calls}
    found: dict[str, datetime] = {}
    with tenant_scope(every_tenant()[0].id):
        lines = Journal.objects.filter(event__type="HumanHeard").order_by("floor_id", "seq")
        for at, event in lines.values_list("at", "event").iterator():
            if event["call"] in wanted:
                found.setdefault(event["call"], at)
    return found
