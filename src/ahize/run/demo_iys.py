"""The made-up İYS: its account as a house writes it down, its door on this machine, and the first round of asking.

The house finds it as it would the real one: by ``secrets/iys.json``, whose ``url`` is this machine's. It is served
beside the made-up telephone world; what is put up to it is kept in ``run/made-up-iys.jsonl``.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ahize.kernel.clock import VirtualClock
from ahize.registries import iys
from ahize.run.phases import say
from ahize.sim.consent_registry import MadeUpIys

if TYPE_CHECKING:
    from aiohttp import web

PROVIDER, BRAND = "731000", "731001"
"""The made-up seller's numbers at the made-up İYS."""
JOURNAL = "made-up-iys.jsonl"
EARLY = timedelta(hours=2)
"""How long before the opening the house begins to ask; İYS answers a hundred questions a minute."""
MOST = 10_000
"""As many as there are made-up Turkish numbers; they are all asked about within EARLY."""


# ── the account ─────────────────────────────────────────────────────────────────────────────────────────────────


def write_account(home: Path, tenant: UUID) -> None:
    """The house's account, as docs/how-to/do-not-call.md shows it; a new password and port at each start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    account = {"username": "demo", "password": secrets.token_urlsafe(18), "url": url}
    with open(os.open(_account(home), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump({str(tenant): account}, out, indent=1)


def begin_anew(home: Path) -> None:
    """Forget what an earlier house put up."""
    (home / "run" / JOURNAL).unlink(missing_ok=True)


def _account(home: Path) -> Path:
    return home / "secrets" / "iys.json"


def _own(home: Path) -> dict[str, str] | None:
    try:
        (own,) = json.loads(_account(home).read_bytes()).values()
    except (OSError, ValueError):
        return None
    found: dict[str, str] = own
    return found


# ── its door ────────────────────────────────────────────────────────────────────────────────────────────────────


def made_up_iys(home: Path, *, seed: int, clock: Callable[[], datetime]) -> MadeUpIys | None:
    """The registry with all that was put up to it; None where the house has no account."""
    own, file = _own(home), home / "run" / JOURNAL
    if own is None:
        return None
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def keep(record: dict[str, Any]) -> None:
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")

    return MadeUpIys(seed, own["password"], clock, [json.loads(line) for line in lines], keep)


async def open_door(home: Path, *, seed: int, clock: Callable[[], datetime]) -> web.AppRunner | None:
    """Answer on the account's port until the runner is cleaned up."""
    from aiohttp import web  # noqa: PLC0415  slow, and only the world's to wait for

    registry = made_up_iys(home, seed=seed, clock=clock)
    own = _own(home)
    if registry is None or own is None:
        return None

    async def answer(request: web.Request) -> web.Response:
        reply = registry(await _asked(request))
        return web.json_response(reply.body, status=reply.status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(own["url"].rsplit(":", 1)[1])).start()
    return runner


async def _asked(request: web.Request) -> iys.Request:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    body = form = None
    if request.can_read_body:
        if request.content_type == "application/json":
            body = await request.json()
        else:
            form = {name: str(value) for name, value in (await request.post()).items()}
    return iys.Request(request.method, request.path_qs, body, form, token)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(home: Path, *, seed: int, tenant: UUID, seller: UUID, now: datetime) -> None:
    """Ask about everybody due, as the worker does round by round: in the made-up minutes before the house opens.

    The same client with the same limits; only that its waiting moves a clock of its own, which ends by ``now``.
    """
    from ahize.web.consents import iys_answers  # noqa: PLC0415  Django first
    from ahize.web.contacts import iys_asking  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    clock = VirtualClock(now - EARLY)
    registry = made_up_iys(home, seed=seed, clock=clock.now)
    if registry is None:
        return

    def pause(seconds: float) -> None:
        clock.move_to(clock.now() + timedelta(seconds=seconds))

    account = iys.Account(int(PROVIDER), int(BRAND), "demo", registry.password)
    client = iys.Client(registry, account, clock=clock.now, pause=pause)
    for feed in iys_answers.FEEDS:
        iys_answers.follow(client, feed, tenant=tenant, seller=seller)
    with tenant_scope(tenant):
        people = iys_asking.due(seller, now, most=MOST)
    given = iys_answers.ask(client, people, tenant=tenant, seller=seller)
    if given:
        say(f"  İYS (made up) answered about {given:,} numbers")
