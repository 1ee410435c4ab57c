"""The front: one ASGI application for everything a browser asks.

``/ws`` is answered here (``sockets.py``), ``/api``, ``/_allauth``, ``/called``, ``/vicidial`` and ``/healthz`` by
Django in threads, all else from the built screens. It decides only who answers; a Host that is not ours gets nothing at
all, and neither does a WebSocket opened by another site's page.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ahize.web.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()  # sets Django up, so what needs it is imported below

from ahize.web.screens import Screens  # noqa: E402
from ahize.web.sockets import Hub  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

DJANGO = ("/api/", "/_allauth/", "/called/", "/vicidial/", "/healthz")
THREADS = 16
"""Requests that Django works on at the same time; further ones wait. Each thread keeps one database connection."""


class Front:
    """Who answers what."""

    def __init__(self) -> None:
        self.django = WSGIMiddleware(cast(Any, _django), workers=THREADS)
        self.screens = Screens(settings.ENVIRONMENT.ui_dist)
        self.hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await self._live(receive, send)
        elif kind == "websocket":
            await self._socket(scope, receive, send)
        elif not known_host(scope):
            await _plain(send, 400, b"This host name is not served here.\n")
        elif scope["path"].startswith(DJANGO) or scope["path"] == "/called":

            async def body() -> MutableMapping[str, Any]:
                """granian's ``receive`` answers with a future; a2wsgi wants a coroutine."""
                return await receive()

            await self.django(cast(Any, scope), cast(Any, body), cast(Any, send))
        else:
            await self.screens.answer(scope, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._hub()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self.hub is not None:
                    await self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/ws" or not known_host(scope) or not own_origin(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await (await self._hub()).serve(scope, receive, send)

    async def _hub(self) -> Hub:
        if self.hub is None:
            self.hub = Hub(settings.ENVIRONMENT.database_url_web)
            await self.hub.start()
        return self.hub


def known_host(scope: Scope) -> bool:
    """The Host header names one of our origins' hosts."""
    host = _header(scope, b"host")
    try:
        return urlsplit(f"//{host}").hostname in settings.ALLOWED_HOSTS
    except ValueError:
        return False


def own_origin(scope: Scope) -> bool:
    """A page of ours opened this socket, or no page at all: browsers always name the page, programs never need to.

    A program has no browser's cookie to misuse, so there is nothing to guard against where no page is named.
    """
    origin = _header(scope, b"origin")
    return not origin or origin in settings.ORIGINS


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _plain(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = Front()
