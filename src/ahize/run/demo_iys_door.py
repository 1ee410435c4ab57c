"""The made-up İYS's door on this machine, over HTTP as the real one has it; opened by ``world.py``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from ahize.registries import iys
from ahize.run.demo_iys import account, made_up_iys


async def open_door(home: Path, *, seed: int, clock: Callable[[], datetime]) -> web.AppRunner | None:
    """Answer on the account's port until the runner is cleaned up."""
    registry = made_up_iys(home, seed=seed, clock=clock)
    own = account(home)
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
