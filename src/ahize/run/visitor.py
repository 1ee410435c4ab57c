"""A person with a browser, as far as the server can tell.

Session cookie, CSRF header, JSON, one WebSocket: what made-up agents and the demo's first steps use. There is no other
door here, so whatever they can do any user can.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

import aiohttp

from ahize.kernel.errors import AhizeError

CSRF_COOKIE = "csrftoken"
TOUCH = "/_allauth/browser/v1/config"
"""Asking for this sets the CSRF cookie; nothing else is needed before signing in."""
TIMEOUT = aiohttp.ClientTimeout(total=60)


class Refused(AhizeError):
    """The server said no; ``status`` and ``code`` are its own."""

    def __init__(self, status: int, body: Any) -> None:
        told = body if isinstance(body, dict) else {}
        super().__init__(
            str(told.get("message") or told.get("title") or f"the server answered {status}"),
            code=str(told.get("code", "refused")),
            next_step=str(told.get("next_step", "")),
            body=body,
        )
        self.status = status


class Visitor:
    """One person's browser tab. Use as an async context manager."""

    def __init__(self, address: str, *, tab: UUID | None = None) -> None:
        """Args: address: like ``http://127.0.0.1:8740``. tab: the id of this tab, where it will sit down."""
        self.address = address.rstrip("/")
        self.tab = tab
        self._jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Visitor:
        self._http = aiohttp.ClientSession(cookie_jar=self._jar, timeout=TIMEOUT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._http is not None
        await self._http.close()

    async def get(self, path: str, **params: str) -> Any:
        return await self._ask("GET", path, params=params)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self._ask("POST", path, json={} if body is None else body)

    async def put(self, path: str, body: Any) -> Any:
        return await self._ask("PUT", path, json=body)

    async def patch(self, path: str, body: Any) -> Any:
        return await self._ask("PATCH", path, json=body)

    async def upload(self, path: str, file: Path, **fields: str) -> Any:
        """Sends a file as a form does."""
        form = aiohttp.FormData(fields)
        with file.open("rb") as content:
            form.add_field("file", content, filename=file.name)
            return await self._ask("POST", path, data=form)

    async def sign_in(self, email: str, password: str) -> None:
        """Raises: Refused where the server does not know the pair, or wants us to wait."""
        await self.touch()
        await self.post("/_allauth/browser/v1/auth/login", {"email": email, "password": password})

    async def touch(self) -> None:
        """Fetches the CSRF cookie."""
        await self._ask("GET", TOUCH)

    async def listen(self) -> AsyncIterator[dict[str, Any]]:
        """What the server says over this tab's socket, until it closes. Says hello and that it is alive by itself."""
        assert self._http is not None
        assert self.tab is not None, "only a tab listens"
        url = self.address.replace("http", "ws", 1) + "/ws"
        async with self._http.ws_connect(url, origin=self.address) as socket:
            await socket.send_json({"type": "hello", "session": str(self.tab), "after": 0})
            alive = asyncio.create_task(_stay_alive(socket))
            try:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        yield message.json()
            finally:
                alive.cancel()

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        assert self._http is not None, "a visitor is used with `async with`"
        headers = {"Accept": "application/json", "Referer": self.address + "/", "Origin": self.address}
        headers["X-CSRFToken"] = self._csrf()
        if self.tab is not None:
            headers["X-Seat-Session"] = str(self.tab)
        async with self._http.request(method, self.address + path, headers=headers, **options) as response:
            readable = "json" in response.content_type
            body = await response.json(content_type=None) if readable else await response.text()
            if response.status >= 400:
                raise Refused(response.status, body)
            return body

    def _csrf(self) -> str:
        return next((cookie.value for cookie in self._jar if cookie.key == CSRF_COOKIE), "")


ALIVE_EVERY_S = 3.0


async def _stay_alive(socket: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        await asyncio.sleep(ALIVE_EVERY_S)
        await socket.send_json({"type": "alive"})
