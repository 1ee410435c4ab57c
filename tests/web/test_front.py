"""The front: sockets, screens, and who may come in at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from ahize.web import base, front, notices, presence, sockets
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from web.houses import House, found_house

TAB = "0190b1a0-0000-7000-8000-000000000001"
OTHER_TAB = "0190b1a0-0000-7000-8000-000000000002"


@pytest.fixture
def house(transactional_db: None) -> House:
    return found_house("acme")


@pytest.fixture(autouse=True)
def seats(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, UUID, UUID]]:
    """What was said about tabs to the seats."""
    said: list[tuple[str, UUID, UUID]] = []

    class Hooks:
        @staticmethod
        def tab_alive(user: UUID, session: UUID, now: Any) -> None:
            said.append(("alive", user, session))

        @staticmethod
        def tab_gone(user: UUID, session: UUID, now: Any) -> None:
            said.append(("gone", user, session))

    monkeypatch.setattr(presence, "import_module", lambda name: Hooks)
    return said


class Socket:
    """A browser's end of a socket."""

    def __init__(self, app: front.Front, cookie: str = "", **headers: str) -> None:
        every = {"host": "127.0.0.1:8000", "origin": settings.ORIGINS[0], **headers}
        if cookie:
            every["cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie}"
        scope = {
            "type": "websocket",
            "path": "/ws",
            "headers": [(name.encode(), value.encode()) for name, value in every.items() if value],
        }
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._in.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(app(scope, self._in.get, self._out.put))

    def say(self, **words: Any) -> None:
        self._in.put_nowait({"type": "websocket.receive", "text": json.dumps(words)})

    def leave(self) -> None:
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def frame(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return await self._out.get()

    async def hear(self) -> dict[str, Any]:
        frame = await self.frame()
        assert frame["type"] == "websocket.send", frame
        said: dict[str, Any] = json.loads(frame["text"])
        return said

    async def welcomed(self, *, session: str = TAB, after: int = 0) -> dict[str, Any]:
        assert (await self.frame())["type"] == "websocket.accept"
        self.say(type="hello", session=session, after=after)
        welcome = await self.hear()
        assert welcome["type"] == "welcome"
        return welcome

    async def silent(self) -> bool:
        """Nothing more is on the way, once a later notice has come round."""
        await asyncio.sleep(0.05)
        return self._out.empty()


@asynccontextmanager
async def running() -> AsyncIterator[front.Front]:
    app = front.Front()
    hub = await app._hub()
    await hub.listening.wait()
    try:
        yield app
    finally:
        await hub.stop()


def tell(house: House, topic: str, subject: object, user: UUID | None = None) -> Awaitable[None]:
    def write() -> None:
        with tenant_scope(house.tenant):
            notices.tell_browsers(house.tenant, topic, subject, user)

    return sync_to_async(write)()


def cookie_of(house: House, role: Role) -> str:
    return house.browser(role).cookies[settings.SESSION_COOKIE_NAME].value


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 20))  # type: ignore[arg-type]


def test_a_tab_hears_of_changes_by_id_within_its_rights(house: House, seats: list[Any]) -> None:
    agent, manager = cookie_of(house, Role.AGENT), cookie_of(house, Role.CAMPAIGN_MANAGER)

    async def story() -> None:
        async with running() as app:
            one, two = Socket(app, agent), Socket(app, manager)
            await one.welcomed()
            await two.welcomed()
            await tell(house, "imports", "a")
            await tell(house, "campaigns", "b")
            await tell(house, "card", "seat-1", house.users[Role.AGENT].id)
            heard = await two.hear()
            assert (heard["type"], heard["topic"], heard["id"]) == ("changed", "imports", "a")
            assert (await two.hear())["topic"] == "campaigns"
            assert (await one.hear())["topic"] == "campaigns", "an agent hears nothing of imports"
            card = await one.hear()
            assert (card["type"], card["id"]) == ("card", "seat-1")
            assert await two.silent(), "a card is for one person"

    run(story)
    assert ("alive", house.users[Role.AGENT].id, UUID(TAB)) in seats


def test_nothing_crosses_to_another_tenants_tabs(house: House) -> None:
    other = found_house("other")
    cookie = cookie_of(other, Role.ADMINISTRATOR)

    async def story() -> None:
        async with running() as app:
            stranger = Socket(app, cookie)
            await stranger.welcomed()
            await tell(house, "campaigns", "secret")
            await tell(other, "campaigns", "own")
            assert (await stranger.hear())["id"] == "own"
            assert await stranger.silent()

    run(story)


def test_a_tab_that_was_away_hears_what_it_missed(house: House) -> None:
    cookie = cookie_of(house, Role.ADMINISTRATOR)

    async def story() -> None:
        async with running() as app:
            first = Socket(app, cookie)
            await first.welcomed()
            await tell(house, "lists", "before")
            seq = (await first.hear())["seq"]
            first.leave()
            await first.task
            await tell(house, "lists", "meanwhile")
            again = Socket(app, cookie)
            welcome = await again.welcomed(after=seq)
            heard = {(await again.hear())["id"], (await again.hear())["id"]}
            assert welcome["seq"] == seq + 1
            assert heard == {"before", "meanwhile"}, "the last seconds are told again, for numbers commit out of order"

    run(story)


def test_without_a_session_the_socket_says_signed_out(house: House) -> None:
    async def story() -> None:
        async with running() as app:
            for cookie in ("", "made-up-session-key-of-thirty-two"):
                stranger = Socket(app, cookie)
                assert (await stranger.frame())["type"] == "websocket.accept"
                assert await stranger.hear() == {"type": "signed_out"}
                assert (await stranger.frame())["code"] == sockets.SIGNED_OUT

    run(story)


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example"}, {"host": ""}]
)
def test_another_sites_page_gets_no_socket(house: House, headers: dict[str, str]) -> None:
    cookie = cookie_of(house, Role.AGENT)

    async def story() -> None:
        async with running() as app:
            frame = await Socket(app, cookie, **headers).frame()
            assert frame["type"] == "websocket.close", "refused before it is accepted"

    run(story)


def test_a_disabled_users_tabs_die_within_a_second_and_no_others(house: House) -> None:
    agent, other = cookie_of(house, Role.AGENT), cookie_of(house, Role.SUPERVISOR)
    user, admin = house.users[Role.AGENT], house.browser()

    async def story() -> None:
        async with running() as app:
            gone, stays = Socket(app, agent), Socket(app, other)
            await gone.welcomed()
            await stays.welcomed(session=OTHER_TAB)
            path = f"/api/users/{user.id}"
            done = await sync_to_async(admin.patch)(path, {"is_active": False}, content_type="application/json")
            assert done.status_code == 200
            committed = perf_counter()
            assert await gone.hear() == {"type": "signed_out"}
            assert (await gone.frame())["code"] == sockets.SIGNED_OUT
            assert perf_counter() - committed < 1
            await tell(house, "users", "x")
            assert {(await stays.hear())["type"], (await stays.hear())["type"]} == {"changed"}

    run(story)


def test_a_notice_reaches_the_tab_in_a_blink(house: House) -> None:
    cookie = cookie_of(house, Role.ADMINISTRATOR)

    async def story() -> None:
        async with running() as app:
            tab = Socket(app, cookie)
            await tab.welcomed()
            waits = []
            for n in range(30):
                await tell(house, "campaigns", n)
                committed = perf_counter()
                await tab.hear()
                waits.append(perf_counter() - committed)
            # The quick quarter: what the code takes, not what a busy machine adds.
            assert sorted(waits)[len(waits) // 4] < 0.02, waits

    run(story)


def test_a_tab_that_falls_silent_is_gone(house: House, seats: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "WITHOUT_SIGN_S", 0.05)
    cookie = cookie_of(house, Role.AGENT)

    async def story() -> None:
        async with running() as app:
            tab = Socket(app, cookie)
            await tab.welcomed()
            assert (await tab.frame())["code"] == sockets.GONE
            await tab.task

    run(story)
    assert seats[-1] == ("gone", house.users[Role.AGENT].id, UUID(TAB))


def test_a_seat_taken_over_is_told_to_the_tab_that_lost_it(house: House) -> None:
    cookie = cookie_of(house, Role.AGENT)

    async def story() -> None:
        async with running() as app:
            old, new = Socket(app, cookie), Socket(app, cookie)
            await old.welcomed(session=TAB)
            await new.welcomed(session=OTHER_TAB)
            await tell(house, "taken_over", TAB, house.users[Role.AGENT].id)
            assert await old.hear() == {"type": "taken_over"}
            assert await new.silent()

    run(story)


def test_nonsense_on_the_socket_harms_nobody(house: House) -> None:
    cookie = cookie_of(house, Role.AGENT)

    async def story() -> None:
        async with running() as app:
            tab = Socket(app, cookie)
            assert (await tab.frame())["type"] == "websocket.accept"
            for words in ({"type": "hello", "session": "x"}, {"type": []}, {"session": TAB}, {"type": "a" * 9_999}):
                tab.say(**words)
            tab._in.put_nowait({"type": "websocket.receive", "text": "[1"})
            tab._in.put_nowait({"type": "websocket.receive", "bytes": b"\x00"})
            tab.say(type="hello", session=TAB, after=10**30)
            assert (await tab.hear())["type"] == "welcome"

    run(story)


def test_when_the_ears_are_cut_off_nothing_is_missed(house: House) -> None:
    cookie = cookie_of(house, Role.ADMINISTRATOR)

    async def story() -> None:
        async with running() as app:
            tab = Socket(app, cookie)
            await tab.welcomed()
            await tell(house, "lists", "first")
            assert (await tab.hear())["id"] == "first"
            hub = await app._hub()
            assert hub.ears is not None
            await hub.ears.close()
            await tell(house, "lists", "second")
            assert (await tab.hear())["id"] == "second"

    run(story)


def test_old_notices_are_swept_and_young_ones_kept(house: House) -> None:
    now = base.CLOCK.now()
    with tenant_scope(house.tenant):
        notices.Outbox.objects.all().delete()
        notices.tell_browsers(house.tenant, "lists", "old", now=now - presence.KEPT_FOR - timedelta(seconds=1))
        notices.tell_browsers(house.tenant, "lists", "young", now=now)
    asyncio.run(presence.tidy(house.tenant, now))
    with tenant_scope(house.tenant):
        assert [row.subject_id for row in notices.Outbox.objects.all()] == ["young"]


def test_a_strange_cookie_beside_ours_does_no_harm() -> None:
    header = f'a="b;c; {{}}=1; {settings.SESSION_COOKIE_NAME}=key; x'.encode()
    assert presence.session_cookie({"headers": [(b"cookie", header)]}) == "key"


# ── screens ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Ahize</title>" + " " * 2_000)
    (tmp_path / "assets" / "app-3f2a.js").write_text("console.log(1)")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return tmp_path


def fetch(folder: Path, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    app = front.Front()
    app.screens = front.Screens(folder)
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    every = {"host": "localhost", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in every.items()],
    }
    asyncio.run(app(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


def test_an_address_of_the_application_is_its_page(built: Path) -> None:
    status, headers, body = fetch(built, "/campaigns/new")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert b"Ahize" in body
    assert "default-src 'none'" in headers["content-security-policy"]
    assert fetch(built, "/", if_none_match=headers["etag"])[0] == 304
    assert fetch(built, "/", accept_encoding="gzip, br")[1]["content-encoding"] == "gzip"
    assert fetch(built, "/", "HEAD")[2] == b""


def test_built_files_are_good_for_ever_and_missing_ones_are_missing(built: Path) -> None:
    assert "immutable" in fetch(built, "/assets/app-3f2a.js")[1]["cache-control"]
    assert fetch(built, "/assets/app-old.js")[0] == 404
    assert fetch(built, "/favicon.ico")[0] == 404


@pytest.mark.parametrize("path", ["/../secret.txt", "/assets/../../secret.txt", "/\x00", "//secret.txt"])
def test_no_address_leads_out_of_the_folder(built: Path, path: str) -> None:
    assert b"secret" not in fetch(built, path)[2]


def test_an_unknown_host_gets_nothing(built: Path) -> None:
    assert fetch(built, "/", host="evil.example")[0] == 400


def test_nothing_but_reading(built: Path) -> None:
    assert fetch(built, "/", "POST")[0] == 405


def test_screens_not_built_say_so(tmp_path: Path) -> None:
    status, _, body = fetch(tmp_path, "/")
    assert status == 503
    assert b"not built" in body


def test_the_clock_on_the_socket_is_the_shells(house: House) -> None:
    cookie = cookie_of(house, Role.AGENT)

    async def story() -> None:
        async with running() as app:
            welcome = await Socket(app, cookie).welcomed()
            assert welcome["world"] == "made_up"
            assert welcome["now"].startswith(base.CLOCK.now().isoformat()[:13])

    run(story)
