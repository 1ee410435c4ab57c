"""Asterisk's REST interface, both ways over one WebSocket.

Answers: what happens at the switch, in order, and what it said to a request. Refuses to know what a channel is for.
Requests go out in the order in which ``send`` was called and Asterisk does them in that order, so nobody needs to wait
for an answer before the next one. The reader does nothing but read: a reader that falls behind is cut off after some
seconds and loses what it did not read (probe P11).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp

from ahize.kernel.errors import Unavailable

APP = "ahize"
"""The Stasis application: one for each switch; whoever connects last has it (probe P8)."""
HEARTBEAT_S = 1.0
ANSWER_S = 2.0
WATCH_S = 1.0
CONNECT_S = 3.0
ANSWERS = "RESTResponse"
"""Must stand in the filter of events, or answers to our own requests never come."""

log = logging.getLogger(__name__)

Event = dict[str, Any]


class SwitchAway(ConnectionError):
    """No Asterisk answers there, or the line to it broke. What was sent last may have been done or not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Asterisk said to one request; ``body`` is its JSON, or None."""

    status: int
    body: Any = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def why(self) -> str:
        """Its own words about a refusal."""
        said = self.body.get("message") or self.body.get("error") if isinstance(self.body, dict) else None
        return str(said or self.status)


class Ari:
    """One connection. When it breaks, make a new one and compare: nothing is told again (probe P3)."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._session, self._socket = session, socket
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._asked: dict[str, asyncio.Future[Answer]] = {}
        self._numbers = count(1)
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self.is_up = True
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]

    @classmethod
    async def connect(cls, url: str, user: str, password: str, *, wanted: Sequence[str]) -> Ari:
        """Take over the application's events.

        Args:
            url: of the switch's HTTP server, like ``http://127.0.0.1:8088``.
            wanted: the types of events that are told; seventeen come with each call otherwise.

        Raises:
            SwitchAway: nobody answers there.
            Unavailable: somebody does, and will not have us.
        """
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_read=CONNECT_S)
        session = aiohttp.ClientSession(
            f"{url}/ari/", headers={"Authorization": aiohttp.encode_basic_auth(user, password)}, timeout=timeout
        )
        try:
            socket = await session.ws_connect(
                "events", params={"app": APP, "subscribeAll": "true"}, heartbeat=HEARTBEAT_S, max_msg_size=0
            )
            allowed = [{"type": kind} for kind in (ANSWERS, *wanted)]
            async with session.put(f"applications/{APP}/eventFilter", json={"allowed": allowed}) as set_:
                if set_.status != 200:
                    raise SwitchAway(f"the events could not be chosen: {set_.status}")
        except aiohttp.WSServerHandshakeError as refused:
            await session.close()
            if refused.status in (401, 403):
                raise Unavailable(
                    f"Asterisk at {url} does not know the user “{user}”, or its password is another.",
                    next_step="Compare ari.conf with AHIZE_ARI_USER and AHIZE_ARI_PASSWORD.",
                ) from None
            raise SwitchAway(f"Asterisk at {url} answers {refused.status}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as away:
            await session.close()
            raise SwitchAway(f"no Asterisk answers at {url}: {away}") from None
        except BaseException:
            await session.close()
            raise
        return cls(session, socket)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> asyncio.Future[Answer]:
        """Ask without waiting. The answer comes in the future; it fails with SwitchAway where the line breaks."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if not self.is_up:
            answer.set_exception(SwitchAway("the line to Asterisk is down"))
            answer.exception()  # Whoever does not look at it need not.
            return answer
        number = str(next(self._numbers))
        self._asked[number] = answer
        told: dict[str, Any] = {"type": "RESTRequest", "request_id": number, "method": method, "uri": path}
        if query:
            told["query_strings"] = [{"name": name, "value": value} for name, value in query.items()]
        if body is not None:
            told |= {"content_type": "application/json", "message_body": json.dumps(body)}
        self._outbox.put_nowait(json.dumps(told))
        return answer

    async def ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """Ask and wait. Raises: SwitchAway."""
        try:
            return await asyncio.wait_for(self.send(method, path, query=query, body=body), ANSWER_S)
        except TimeoutError:
            raise SwitchAway(f"Asterisk does not answer {method} {path.split('/', maxsplit=1)[0]}") from None

    async def events(self) -> AsyncIterator[Event]:
        """What happens, until the line breaks."""
        while (event := await self._events.get()) is not None:
            yield event

    async def watch(self) -> None:
        """Until the switch does not answer, or has let go of our application; then the line counts as broken.

        A connection that looks whole may tell nothing: the end of an earlier one can take the application with it.
        """
        try:
            while self.is_up and (await self.ask("GET", f"applications/{APP}")).ok:
                await asyncio.sleep(WATCH_S)
        except SwitchAway:
            pass
        self._break()

    async def close(self) -> None:
        """Let go. Calls stay as they are."""
        self._break()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(aiohttp.ClientError, OSError):
            await self._socket.close()
        await self._session.close()

    def _break(self) -> None:
        if not self.is_up:
            return
        self.is_up = False
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(SwitchAway("the line to Asterisk broke"))
                answer.exception()
        self._asked.clear()
        self._events.put_nowait(None)

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                event = json.loads(message.data)
                if event["type"] == ANSWERS:
                    self._answered(event)
                else:
                    self._events.put_nowait(event)
        except (aiohttp.ClientError, OSError, ValueError, KeyError) as broken:
            log.warning("the line to Asterisk broke: %r", broken)
        finally:
            self._break()

    def _answered(self, event: Event) -> None:
        answer = self._asked.pop(str(event.get("request_id")), None)
        if answer is None or answer.done():
            return
        said = event.get("message_body")
        try:
            body = json.loads(said) if said else None
        except ValueError:
            body = {"message": said}
        answer.set_result(Answer(int(event["status_code"]), body))

    async def _write(self) -> None:
        try:
            while True:
                await self._socket.send_str(await self._outbox.get())
        except (aiohttp.ClientError, OSError) as broken:
            log.warning("the line to Asterisk broke: %r", broken)
        finally:
            self._break()
