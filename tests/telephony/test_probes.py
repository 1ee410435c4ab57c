"""What Asterisk does to whoever relies on it: the probes P1 to P14, asked of the one that is installed.

The made-up switch was built after these (``tests/sim/test_switch.py``). A newer Asterisk that behaves otherwise is
found here, before a person hears it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from ahize.kernel.chance import stream
from ahize.kernel.clock import SystemClock
from ahize.kernel.ids import new_uuid
from ahize.telephony import words
from ahize.telephony.house import Trunk
from ahize.telephony.pushing import Pushing
from ahize.telephony.wire import APP, Ari, SwitchAway
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp, new_asterisk
from telephony.rooms import sound

pytestmark = pytest.mark.stack

TRUNK = UUID(int=2)
CHANCE = stream(2, "probes")
SEEN = (
    "StasisStart",
    "StasisEnd",
    "ChannelStateChange",
    "ChannelDestroyed",
    "PlaybackFinished",
    "RecordingFinished",
    "ApplicationReplaced",
)


class Line:
    """One connection, and what it heard."""

    def __init__(self, ari: Ari) -> None:
        self.ari = ari
        self.heard: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for event in self.ari.events():
            self.heard.append(event)
            self._news.set()

    async def until(self, kind: str, channel: str, seconds: float = 10.0) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                for event in self.heard:
                    about = event.get("channel", {}).get("id") or event.get("playback", {}).get("id")
                    about = about or event.get("recording", {}).get("name")
                    if event["type"] == kind and about == channel:
                        return event
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        await self.ari.close()
        await self._reading


async def connection(asterisk: RunningAsterisk) -> Ari:
    """The end of the connection before may take the application with it for a moment; then the next try has it."""
    for _ in range(20):
        try:
            return await Ari.connect(asterisk.url, asterisk.user, asterisk.password, wanted=SEEN)
        except SwitchAway:
            await asyncio.sleep(0.05)
    raise AssertionError("no connection")


@asynccontextmanager
async def connected(asterisk: RunningAsterisk, port: int | None = None) -> AsyncIterator[Line]:
    line = Line(await connection(asterisk))
    if port is not None:
        trunk = Trunk(TRUNK, "Carrier", "ip", "127.0.0.1", port, watched=False)
        await Pushing().bring(line.ari, list(words.objects_of_trunk(trunk)))
    try:
        yield line
    finally:
        await line.close()


def fresh() -> str:
    return str(new_uuid(SystemClock().now(), CHANCE))


async def originate(line: Line, channel: str, *, message: str = "", app: bool = False) -> int:
    where = {"app": APP} if app else {"context": words.OUT, "extension": words.PERSON, "priority": 1}
    body = {"endpoint": f"PJSIP/+12125550123@{words.trunk_name(TRUNK)}", "timeout": 10, **where}
    variables = {"AHIZE_CALL": channel, "AHIZE_MESSAGE": message}
    return (await line.ari.ask("POST", f"channels/{channel}", body=body | {"variables": variables})).status


async def hang_up_all(line: Line) -> None:
    for channel in (await line.ari.ask("GET", "channels")).body:
        await line.ari.ask("DELETE", f"channels/{channel['id']}")


def run(walk: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(40):
            await walk()

    asyncio.run(whole())


def test_p1_a_cold_start_takes_about_a_second(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = Path(tempfile.mkdtemp(prefix="ahize-a-", dir="/tmp"))
    made = new_asterisk(place)
    try:
        assert made.start() < 5
        assert made.restart(kill=True) < 5
    finally:
        made.kill()
        shutil.rmtree(place, ignore_errors=True)


def test_p2_and_p3_a_call_outlives_its_connection_and_nothing_is_told_again(
    asterisk: RunningAsterisk, sipp: StartSipp
) -> None:
    far, call = sipp(carrier.answers()), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as first:
            assert await originate(first, call) == 200
            await first.until("StasisStart", call)
        async with connected(asterisk) as second:
            assert (await second.ari.ask("GET", f"channels/{call}")).body["state"] == "Up"
            assert (await second.ari.ask("POST", f"channels/{call}/moh")).ok
            assert [event["type"] for event in second.heard if event["type"] == "StasisStart"] == []
            await second.ari.ask("DELETE", f"channels/{call}")
            await second.until("ChannelDestroyed", call)

    run(walk)


def test_p4_an_answer_while_the_application_is_away_is_cut_off(asterisk: RunningAsterisk, sipp: StartSipp) -> None:
    """So the gate asks before each call whether anybody listens, and never originates into the application."""
    far, call = sipp(carrier.answers(after_s=0.5), 0, "-m", "1"), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call, app=True) == 200
        await asyncio.to_thread(far.wait, 10)

    run(walk)
    assert len(far.received("BYE")) == 1


def test_p5_the_dialplan_speaks_where_nobody_listens(asterisk: RunningAsterisk, sipp: StartSipp) -> None:
    far, call = sipp(carrier.answers(after_s=0.5), 0, "-m", "1"), fresh()
    message = sound(asterisk.spool / "p5.wav", 1.0)

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call, message=message) == 200
        begun = asyncio.get_running_loop().time()
        await asyncio.to_thread(far.wait, 10)
        assert asyncio.get_running_loop().time() - begun > 1.4, "half a second of ringing, a second of message"

    run(walk)


def test_p6_an_id_is_refused_while_it_lives_and_rings_again_afterwards(
    asterisk: RunningAsterisk, sipp: StartSipp
) -> None:
    far, call = sipp(carrier.answers()), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call) == 200
            await line.until("StasisStart", call)
            assert await originate(line, call) == 409
            await line.ari.ask("DELETE", f"channels/{call}")
            await line.until("ChannelDestroyed", call)
            line.heard.clear()
            assert await originate(line, call) == 200
            await line.until("StasisStart", call)
            await hang_up_all(line)

    run(walk)
    assert len(far.received("INVITE")) == 2, "whoever sends an originate twice rings twice"


def test_p7_an_end_in_a_gap_is_never_told(asterisk: RunningAsterisk, sipp: StartSipp) -> None:
    far, call = sipp(carrier.leaves(talks_s=0.4), 0, "-m", "1"), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call) == 200
            await line.until("StasisStart", call)
        await asyncio.to_thread(far.wait, 10)
        async with connected(asterisk) as again:
            assert (await again.ari.ask("GET", f"channels/{call}")).status == 404
            assert again.heard == []

    run(walk)


def test_p8_a_second_connection_displaces_the_first_whose_requests_still_work(
    asterisk: RunningAsterisk, sipp: StartSipp
) -> None:
    """So an older owner is fenced by the permit's epoch, not by Asterisk."""
    far, call = sipp(carrier.answers()), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as first, connected(asterisk) as second:
            async with asyncio.timeout(5):
                while not [event for event in first.heard if event["type"] == "ApplicationReplaced"]:
                    await asyncio.sleep(0.02)
            other = fresh()
            assert await originate(first, other) == 200
            assert await originate(second, call) == 200
            await second.until("StasisStart", call)
            assert [event for event in first.heard if event["type"] == "StasisStart"] == []
            await hang_up_all(second)

    run(walk)


def test_p9_a_crash_sends_no_bye_and_it_is_back_at_once(asterisk: RunningAsterisk, sipp: StartSipp) -> None:
    far, call = sipp(carrier.answers()), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call) == 200
            await line.until("StasisStart", call)
            assert asterisk.restart(kill=True) < 5
        async with connected(asterisk) as again:
            assert (await again.ari.ask("GET", "channels")).body == []

    run(walk)
    assert far.received("BYE") == []


def test_p10_a_recording_that_finds_no_room_is_told_as_finished(
    tmp_path: Path, sipp: StartSipp, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It is cut short and says nothing of it: so lengths are compared, and the spool is watched."""
    if os.geteuid() != 0:
        pytest.skip("only root can make so small a disk")
    place = Path(tempfile.mkdtemp(prefix="ahize-a-", dir="/tmp"))
    made = new_asterisk(place)
    far, call = sipp(carrier.answers()), fresh()
    disk = made.spool / "recording"

    async def walk() -> None:
        async with connected(made, far.port) as line:
            assert await originate(line, call) == 200
            await line.until("StasisStart", call)
            told = await line.ari.ask(
                "POST", f"channels/{call}/record", query={"name": call, "format": "wav", "maxDurationSeconds": "3"}
            )
            assert told.ok
            done = await line.until("RecordingFinished", call)
            assert done["recording"]["state"] == "done"
            await line.ari.ask("DELETE", f"channels/{call}")

    try:
        made.start()
        disk.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k,mode=0777", "tmpfs", str(disk)], check=True)
        try:
            run(walk)
            assert (disk / f"{call}.wav").stat().st_size <= 16_384, "three seconds are 48 kB"
        finally:
            made.kill()
            subprocess.run(["umount", str(disk)], check=True)
    finally:
        made.kill()
        shutil.rmtree(place, ignore_errors=True)


def listen_and_never_read(deaf: socket.socket, asterisk: RunningAsterisk, login: str) -> None:
    """A WebSocket on a line with little room, so that it is full soon."""
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.settimeout(15)
    deaf.connect(("127.0.0.1", asterisk.settings.ari_port))
    lines = [
        f"GET /ari/events?app={APP}-deaf&subscribeAll=true HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {login}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ]
    deaf.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    assert b"101" in deaf.recv(64)


def until_the_end(deaf: socket.socket) -> int:
    """Everything that still comes, and how much that was; it ends where Asterisk has hung up."""
    heard = 0
    try:
        while piece := deaf.recv(65_536):
            heard += len(piece)
    except ConnectionResetError:
        pass
    return heard


def test_p11_who_does_not_read_is_cut_off_while_requests_still_work(asterisk: RunningAsterisk, sipp: StartSipp) -> None:
    """So the reader does nothing but read, and a gate that hears nothing dials nothing."""
    far, call = sipp(carrier.answers()), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call) == 200
            await line.until("StasisStart", call)
        login = {"Authorization": aiohttp.encode_basic_auth(asterisk.user, asterisk.password)}
        with socket.socket() as deaf:
            listen_and_never_read(deaf, asterisk, login["Authorization"])
            async with aiohttp.ClientSession(f"{asterisk.url}/ari/", headers=login) as session:
                for number in range(4000):
                    told = {"variable": f"V{number % 10}", "value": "x" * 2000}
                    async with session.post(f"channels/{call}/variable", params=told) as answer:
                        assert answer.status == 204
                heard = await asyncio.to_thread(until_the_end, deaf)
                assert heard < 4000 * 2000, "the end came before everything was told"
                async with session.delete(f"channels/{call}") as answer:
                    assert answer.status == 204

    run(walk)


def test_p12_recording_a_channel_waits_for_its_playback_and_a_snoop_does_not(
    asterisk: RunningAsterisk, sipp: StartSipp
) -> None:
    far, call = sipp(carrier.answers()), fresh()
    message = sound(asterisk.spool / "p12.wav", 1.5)

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call) == 200
            await line.until("StasisStart", call)
            await line.ari.ask(
                "POST", f"channels/{call}/play", query={"media": f"sound:{message}", "playbackId": f"p-{call}"}
            )
            own = await line.ari.ask("POST", f"channels/{call}/record", query={"name": f"own-{call}", "format": "wav"})
            assert own.body["state"] == "queued"
            snoop = f"snoop-{call}"
            await line.ari.ask(
                "POST", f"channels/{call}/snoop/{snoop}", query={"spy": "in", "app": APP, "appArgs": "probe"}
            )
            await line.until("StasisStart", snoop)
            await line.ari.ask("POST", f"channels/{snoop}/record", query={"name": f"take-{call}", "format": "wav"})
            async with asyncio.timeout(1):
                while (await line.ari.ask("GET", f"recordings/live/take-{call}")).body["state"] != "recording":
                    await asyncio.sleep(0.02)
            assert not [event for event in line.heard if event["type"] == "PlaybackFinished"]
            await hang_up_all(line)

    run(walk)


def test_p13_a_channel_of_ours_that_was_joined_while_it_rings_is_answered_by_nobody(
    asterisk: RunningAsterisk, sipp: StartSipp
) -> None:
    """It can stand in a bridge before it is dialled, but no branch of the dialplan is behind it when we are away."""
    far, call = sipp(carrier.answers(after_s=0.5)), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            where = {"endpoint": f"PJSIP/+12125550123@{words.trunk_name(TRUNK)}", "app": APP, "channelId": call}
            assert (await line.ari.ask("POST", "channels/create", body=where)).ok
            assert (await line.ari.ask("POST", f"bridges/b-{call}", query={"type": "mixing"})).ok
            assert (await line.ari.ask("POST", f"bridges/b-{call}/addChannel", query={"channel": call})).ok
            assert (await line.ari.ask("POST", f"channels/{call}/dial", query={"timeout": "10"})).ok
        await asyncio.sleep(2.0)
        async with connected(asterisk) as again:
            left = (await again.ari.ask("GET", f"channels/{call}")).body
            assert (left["state"], left["dialplan"]["app_name"]) == ("Up", "Stasis")
            assert (await again.ari.ask("GET", f"bridges/b-{call}")).body["channels"] == [call]
            await hang_up_all(again)
            await again.ari.ask("DELETE", f"bridges/b-{call}")

    run(walk)


def test_p14_a_line_that_rings_can_be_listened_to_before_it_is_ours(asterisk: RunningAsterisk, sipp: StartSipp) -> None:
    """So an agent hears the ringing while the call stays on its way through the dialplan; the ear ends with it."""
    far, call = sipp(carrier.answers(after_s=1.0)), fresh()

    async def walk() -> None:
        async with connected(asterisk, far.port) as line:
            assert await originate(line, call) == 200
            ear = {"spy": "in", "whisper": "none", "app": APP, "appArgs": "probe"}
            assert (await line.ari.ask("POST", f"channels/{call}/snoop/early-{call}", query=ear)).ok
            await line.until("StasisStart", f"early-{call}")
            assert (await line.ari.ask("GET", f"channels/{call}")).body["state"] != "Up"
            await line.until("StasisStart", call)
            await line.ari.ask("DELETE", f"channels/{call}")
            await line.until("ChannelDestroyed", f"early-{call}")

    run(walk)


def test_closing_a_connection_right_after_a_call_leaves_the_switch_alive(
    asterisk: RunningAsterisk, sipp: StartSipp
) -> None:
    """Asterisk's issue 2170; the module that waits for itself is not loaded."""
    far = sipp(carrier.refuses("503 Service Unavailable"))

    async def walk() -> None:
        for number in range(40):
            async with connected(asterisk, far.port if number == 0 else None) as line:
                call = fresh()
                assert await originate(line, call) == 200
                await line.until("ChannelDestroyed", call)

    run(walk)
