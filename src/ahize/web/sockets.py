"""One WebSocket a tab: who may hear what, and who is still there.

Text frames of JSON. The tab says ``{"type": "hello", "session": <uuid of the tab>, "after": <last seq or 0>}``, then
``{"type": "alive"}`` every 3 s. We say ``welcome`` (seq, now, world), ``changed`` (seq, topic, id), ``card`` (seq, id
of the seat), ``taken_over`` and ``signed_out``. Ids only: whoever hears something asks the API, where the rights are.

``Hub`` holds the tabs of one process and one LISTEN connection for all of them. It knows no campaign and no call; what
a tab's coming and going means for its seat, ``web/dialing`` decides (``tab_alive``, ``tab_gone``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from asgiref.typing import WebSocketScope
from psycopg.rows import class_row

from ahize.web import base, presence
from ahize.web.notices import BROWSERS, REPLAYED
from ahize.web.permissions import Person, Verb
from ahize.web.rls import TENANT_SETTING

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEARD_BY: dict[str, frozenset[Verb]] = {
    "attempts": frozenset({Verb.SEE_ATTEMPTS, Verb.SEE_FLOOR}),
    "callbacks": frozenset({Verb.SEE_CALLBACKS, Verb.TAKE_SEAT}),
    "campaigns": frozenset({Verb.SEE_CAMPAIGNS, Verb.TAKE_SEAT}),
    "complaints": frozenset({Verb.SEE_COMPLAINTS, Verb.SEE_RIGHTS}),
    "consents": frozenset({Verb.SEE_CONSENTS}),
    "contacts": frozenset({Verb.SEE_CONTACTS}),
    "dispositions": frozenset({Verb.SEE_CAMPAIGNS, Verb.TAKE_SEAT}),
    "floor": frozenset({Verb.SEE_FLOOR}),
    "imports": frozenset({Verb.SEE_LISTS}),
    "lines": frozenset({Verb.SEE_LINES, Verb.TAKE_SEAT}),
    "lists": frozenset({Verb.SEE_LISTS}),
    "pause-codes": frozenset({Verb.SEE_CAMPAIGNS, Verb.TAKE_SEAT}),
    "plans": frozenset({Verb.PLAN_SHIFTS}),
    "policies": frozenset({Verb.SEE_POLICY}),
    "registries": frozenset({Verb.SEE_CONSENTS}),
    "reports": frozenset({Verb.SEE_REPORTS}),
    "retention": frozenset({Verb.SEE_RETENTION}),
    "rights": frozenset({Verb.SEE_RIGHTS}),
    "seats": frozenset({Verb.SEE_FLOOR, Verb.TAKE_SEAT}),
    "sellers": frozenset({Verb.SEE_SELLERS}),
    "suppressions": frozenset({Verb.SEE_CONSENTS}),
    "users": frozenset({Verb.SEE_USERS}),
    "warnings": frozenset({Verb.SEE_FLOOR}),
}
"""Who hears of a topic: those who could see it through the API. A notice to one person needs no verb."""

WITHOUT_SIGN_S = 10.0
"""A tab that says nothing for this long is gone; its socket is closed, and no call is brought to it."""
LOOKED_AT_EVERY_S = 15.0
"""How often the session behind each socket is looked at, besides at every notice that it may have ended."""
SWEPT_EVERY = timedelta(minutes=10)
MOST_TABS = 20
LARGEST_FRAME = 4_096
WAITING = 500
"""Messages a slow tab may leave unread before it is cut off; it comes back and asks for what it missed."""

SIGNED_OUT = 4401
GONE = 4408
TOO_SLOW = 4413
TOO_MANY = 4429
GOING_AWAY = 1001


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of the outbox, as far as a tab is concerned."""

    seq: int
    tenant_id: UUID
    topic: str
    subject_id: str
    audience: UUID | None


@dataclass(eq=False, slots=True)
class Tab:
    """One open socket of somebody signed in."""

    person: Person
    world: str
    cookie: str
    queue: asyncio.Queue[dict[str, Any] | int] = field(default_factory=lambda: asyncio.Queue(WAITING))
    session: UUID | None = None
    heard: set[int] = field(default_factory=set)
    ready: bool = False
    alive_told: asyncio.Future[None] | None = None
    closing: bool = False

    def hears(self, notice: Notice) -> bool:
        """Inside the wall, and either addressed or allowed to look."""
        if notice.tenant_id != self.person.tenant:
            return False
        if notice.audience is not None:
            return notice.audience == self.person.id
        return bool(HEARD_BY.get(notice.topic, frozenset()) & self.person.verbs)

    def say(self, message: dict[str, Any] | int) -> None:
        """Put a message (or a closing code) on the way; a tab too slow to read is cut off."""
        if self.closing:
            return
        if isinstance(message, int):
            self.closing = True
        if self.queue.full():
            self.closing = True
            while not self.queue.empty():
                self.queue.get_nowait()
            message = TOO_SLOW
        self.queue.put_nowait(message)


def words(notice: Notice, tab: Tab) -> dict[str, Any] | None:
    """What a notice is to this tab; ``None`` where it is not meant."""
    if notice.topic == "card":
        # ``seat`` is the same id under the name the screens use.
        return {"type": "card", "seq": notice.seq, "id": notice.subject_id, "seat": notice.subject_id}
    if notice.topic == "taken_over":
        return {"type": "taken_over"} if str(tab.session) == notice.subject_id else None
    if notice.topic == "signed_out":
        return None
    return {"type": "changed", "seq": notice.seq, "topic": notice.topic, "id": notice.subject_id}


class Hub:
    """The tabs of this process."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._tabs: dict[UUID, set[Tab]] = {}
        self._last: dict[UUID, int] = {}
        self._reader: psycopg.AsyncConnection[Any] | None = None
        self._swept: dict[UUID, datetime] = {}
        self._reading = asyncio.Lock()
        self.ears: psycopg.AsyncConnection[Any] | None = None
        self.listening = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look_at_sessions())]

    async def stop(self) -> None:
        for tabs in self._tabs.values():
            for tab in tabs:
                tab.say(GOING_AWAY)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._reader is not None:
            await self._reader.close()

    def tabs(self, tenant: UUID) -> list[Tab]:
        return list(self._tabs.get(tenant, ()))

    # ── one tab ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def serve(self, scope: WebSocketScope | MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """The life of one socket whose Host and Origin are already known to be ours."""
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        cookie = presence.session_cookie(scope)
        found = await presence.who(cookie) if cookie else None
        if found is None:
            await _farewell(send, SIGNED_OUT)
            return
        person, world = found
        tab = Tab(person=person, world=world, cookie=cookie)
        mine = [other for other in self._tabs.get(person.tenant, ()) if other.person.id == person.id]
        if len(mine) >= MOST_TABS:
            await send({"type": "websocket.close", "code": TOO_MANY})
            return
        self._tabs.setdefault(person.tenant, set()).add(tab)
        speaking = asyncio.create_task(_speak(tab, send))
        hearing = asyncio.create_task(self._hear(tab, receive))
        try:
            done, _ = await asyncio.wait({speaking, hearing}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                error = task.exception()
                if error is not None:
                    log.warning("a socket ended early; its tab comes back", exc_info=error)
        finally:
            self._tabs[person.tenant].discard(tab)
            if not self._tabs[person.tenant]:
                del self._tabs[person.tenant]
            for task in (speaking, hearing):
                task.cancel()
            ended, _ = await asyncio.gather(speaking, hearing, return_exceptions=True)
            if isinstance(ended, int):
                # Only now: granian holds a close back while somebody still waits to receive.
                await send({"type": "websocket.close", "code": ended})
            if tab.session is not None:
                if tab.alive_told is not None:
                    await asyncio.wait({tab.alive_told})
                await presence.tab_gone(person, tab.session, base.CLOCK.now())

    async def _hear(self, tab: Tab, receive: Receive) -> None:
        """Read what the tab says until it leaves, or falls silent."""
        while True:
            try:
                async with asyncio.timeout(WITHOUT_SIGN_S):
                    message = await receive()
            except TimeoutError:
                tab.say(GONE)
                await asyncio.sleep(1)  # let the speaker say goodbye; then the socket is let go of
                return
            if message["type"] == "websocket.disconnect":
                return
            said = _parsed(message)
            if said.get("type") == "hello" and tab.session is None:
                await self._welcome(tab, said)
            elif said.get("type") != "alive" or tab.session is None:
                continue
            # While the last sign of life is still being written, the next one adds nothing.
            if tab.session is not None and (tab.alive_told is None or tab.alive_told.done()):
                tab.alive_told = asyncio.ensure_future(presence.tab_alive(tab.person, tab.session, base.CLOCK.now()))

    async def _welcome(self, tab: Tab, said: dict[str, Any]) -> None:
        """Greet with the present number, then tell what was missed."""
        try:
            session, after = UUID(str(said.get("session"))), int(said.get("after") or 0)
        except (ValueError, TypeError, OverflowError):
            return
        tab.session = session
        now = base.CLOCK.now()
        newest, missed = await self._missed(tab.person.tenant, after, now)
        tab.say({"type": "welcome", "seq": newest, "now": now.isoformat(), "world": tab.world})
        tab.ready = True
        self._last.setdefault(tab.person.tenant, newest)
        if len(missed) > REPLAYED:
            tab.say({"type": "changed", "seq": newest, "topic": "everything", "id": ""})
            return
        for notice in missed:
            self._deliver(tab, notice)

    def _deliver(self, tab: Tab, notice: Notice) -> None:
        if not tab.ready or notice.seq in tab.heard or not tab.hears(notice):
            return
        # What is replayed and what is live overlap for a moment; a number heard once is enough.
        tab.heard.add(notice.seq)
        if len(tab.heard) > 4 * REPLAYED:
            tab.heard = set(sorted(tab.heard)[-REPLAYED:])
        if notice.topic == "signed_out":
            self._tasks.append(asyncio.create_task(self._look_at(tab)))
            self._tasks = [task for task in self._tasks if not task.done()]
        elif (message := words(notice, tab)) is not None:
            tab.say(message)

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _look_at_sessions(self) -> None:
        """A notice is a hint and may be lost; the session's row is the truth."""
        while True:
            await asyncio.sleep(LOOKED_AT_EVERY_S)
            for tenant in list(self._tabs):
                for tab in self.tabs(tenant):
                    await self._look_at(tab)
                now = base.CLOCK.now()
                if now - self._swept.get(tenant, now - SWEPT_EVERY) >= SWEPT_EVERY:
                    self._swept[tenant] = now
                    await presence.tidy(tenant, now)

    async def _look_at(self, tab: Tab) -> None:
        try:
            found = await presence.who(tab.cookie)
        except Exception:
            log.warning("a session could not be looked at; it will be again", exc_info=True)
            return
        if found is None or found[0].role != tab.person.role:
            tab.say({"type": "signed_out"})
            tab.say(SIGNED_OUT)

    # ── notices ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _listen(self) -> None:
        """Hear PostgreSQL; after a break, read what was missed meanwhile."""
        pause = 0.1
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as ears:
                    await ears.execute(f"LISTEN {BROWSERS}")
                    self.ears = ears
                    self.listening.set()
                    pause = 0.1
                    for tenant in list(self._tabs):
                        await self._catch_up(tenant)
                    async for heard in ears.notifies():
                        self._tell([_heard(heard.payload)])
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("no notices from the database (%s); again in %.1f s", type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)

    def _tell(self, notices: list[Notice]) -> None:
        for notice in notices:
            if notice.tenant_id not in self._tabs:
                continue
            self._last[notice.tenant_id] = max(self._last.get(notice.tenant_id, 0), notice.seq)
            for tab in self.tabs(notice.tenant_id):
                self._deliver(tab, notice)

    async def _catch_up(self, tenant: UUID) -> None:
        if tenant in self._last:
            _, missed = await self._missed(tenant, self._last[tenant], base.CLOCK.now())
            self._tell(missed)

    async def _missed(self, tenant: UUID, after: int, now: datetime) -> tuple[int, list[Notice]]:
        """The newest number, and what stands after ``after``: at most one more than would be replayed.

        Numbers are drawn before the commit, so a lower one may appear after a higher one: the last ten seconds before
        ``after`` are told again.
        """
        newest = await self._rows(tenant, "true", [], order="seq DESC", limit=1)
        number = newest[0].seq if newest else 0
        if after <= 0 or after > number:
            return number, []
        late = [after, after - 200, now - timedelta(seconds=10)]
        rows = await self._rows(tenant, "seq > %s OR (seq > %s AND at > %s)", late, limit=REPLAYED + 1)
        return number, rows

    async def _rows(
        self, tenant: UUID, where: str, values: list[Any], *, order: str = "seq", limit: int = REPLAYED + 1
    ) -> list[Notice]:
        """Rows of the tenant's outbox; the texts are this file's own, values are bound."""
        async with self._connection() as db, db.transaction(), db.cursor(row_factory=class_row(Notice)) as cursor:
            await cursor.execute("SELECT set_config(%s, %s, true)", [TENANT_SETTING, str(tenant)])
            await cursor.execute(
                "SELECT seq, tenant_id, topic, subject_id, audience FROM notices_outbox"  # noqa: S608
                f" WHERE {where} ORDER BY {order} LIMIT {limit}",
                values,
            )
            return await cursor.fetchall()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        async with self._reading:
            if self._reader is None or self._reader.closed:
                self._reader = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
            try:
                yield self._reader
            except psycopg.OperationalError:
                await self._reader.close()
                raise


def _heard(payload: str) -> Notice:
    """A notice as ``notices.tell_browsers`` sends it."""
    tenant, seq, topic, subject, audience = json.loads(payload)
    return Notice(
        seq=int(seq),
        tenant_id=UUID(tenant),
        topic=topic,
        subject_id=subject,
        audience=UUID(audience) if audience else None,
    )


async def _speak(tab: Tab, send: Send) -> int:
    """Say what there is to say; returns the code with which to close."""
    while True:
        message = await tab.queue.get()
        if isinstance(message, int):
            return message
        await send({"type": "websocket.send", "text": json.dumps(message, separators=(",", ":"))})


async def _farewell(send: Send, code: int) -> None:
    await send({"type": "websocket.send", "text": '{"type":"signed_out"}'})
    await send({"type": "websocket.close", "code": code})


def _parsed(message: MutableMapping[str, Any]) -> dict[str, Any]:
    """What the tab said; nothing where it is no JSON object or larger than any word of ours."""
    text = message.get("text") or ""
    if len(text) > LARGEST_FRAME:
        return {}
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
