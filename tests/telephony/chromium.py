"""Debian's Chromium without a screen, with a page of our softphone: told and asked over its own debugging socket."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from ahize.run import screen
from telephony.conftest import CLONE

UI = CLONE / "ui"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--remote-debugging-port=0",
)
_PAGE = """<!doctype html><title>phone</title><link rel="icon" href="data:,"><script>
window.sockets = []; window.lines = [];
window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); sockets.push(this); } };
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); lines.push(this); }
};
window.stats = async () => [...(await lines.at(-1).getStats()).values()];
</script><script type="module" src="phone.js"></script>"""
_ENTRY = """
import { browserMedia } from "@/shared/softphone/devices";
import { makeJsSipUa } from "@/shared/softphone/sip";
import { Softphone } from "@/shared/softphone/softphone";
import { makeSpeaker, meterOf } from "@/shared/softphone/sound";
window.phone = new Softphone({ makeUa: makeJsSipUa, media: browserMedia, makeSpeaker, meterOf, chance: Math.random });
"""
_BUILD = """
import { build } from "vite";
await build({
  configFile: false, logLevel: "error", root: ROOT, publicDir: false,
  resolve: { alias: { "@": SOURCES } },
  build: { outDir: OUT, minify: false, lib: { entry: ENTRY, formats: ["es"], fileName: () => "phone.js" } },
});
"""


def build_page(place: Path) -> None:
    """``index.html`` with the softphone as ``window.phone``, built from our own sources."""
    place.mkdir()
    entry = place / "entry.js"
    entry.write_text(_ENTRY)
    names = {"ROOT": place, "SOURCES": UI / "src", "OUT": place / "dist", "ENTRY": entry}
    given = "".join(f"const {name} = {json.dumps(str(path))};\n" for name, path in names.items())
    made = subprocess.run(
        ["node", "--input-type=module", "--eval", given + _BUILD],
        cwd=UI,
        env=screen.environment(UI),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (place / "dist/index.html").write_text(_PAGE)


class Tab:
    """One page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, chromium: asyncio.subprocess.Process) -> None:
        self._socket, self._chromium = socket, chromium
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.create_task(self._read())
        self.errors: list[str] = []

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if told.get("method") == "Runtime.exceptionThrown":
                self.errors.append(str(told["params"]["exceptionDetails"]))
            asked = self._asked.pop(told.get("id"), None)
            if asked is not None:
                asked.set_result(told)

    async def command(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        asked = self._asked[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        told = await asyncio.wait_for(asked, 10)
        assert "error" not in told, told
        return told["result"]

    async def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression, waited for where it is a promise."""
        told = await self.command("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def until(self, expression: str, seconds: float = 25.0) -> None:
        """Until that is true."""
        try:
            async with asyncio.timeout(seconds):
                while not await self.ask(f"Boolean({expression})"):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            state = await self.ask("JSON.stringify(window.phone?.snapshot())")
            raise AssertionError(f"never: {expression}; the phone: {state}; {self.errors}") from None

    async def stats(self) -> dict[str, Mapping[str, Any]]:
        """The newest line's audio, by kind: ``inbound-rtp``, ``outbound-rtp``, ``media-source``, ``codec``…"""
        return {one["type"]: one for one in await self.ask("stats()") if one.get("kind", "audio") == "audio"}

    async def reload(self) -> None:
        """As a person would by F5."""
        await self.ask("window.before = true")
        await self.command("Page.reload")
        await self.until("window.phone && !window.before")

    def crash(self) -> None:
        """It says goodbye to nobody."""
        self._chromium.kill()

    def close(self) -> None:
        self._reading.cancel()


@asynccontextmanager
async def tab(program: str, page: Path, place: Path, *flags: str) -> AsyncIterator[Tab]:
    """A Chromium of its own with that page open; it ends with this."""
    app = web.Application()
    app.router.add_static("/", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    profile = place / "profile"
    command = [program, *FLAGS, f"--user-data-dir={profile}", *flags, f"http://127.0.0.1:{port}/index.html"]
    chromium = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession() as http:
            address = await _page_address(http, profile / "DevToolsActivePort")
            async with http.ws_connect(address, max_msg_size=0) as socket:
                made = Tab(socket, chromium)
                await made.command("Runtime.enable")
                await made.until("window.phone")
                yield made
                made.close()
    finally:
        with suppress(ProcessLookupError):
            chromium.kill()
        await chromium.wait()
        await runner.cleanup()


async def _page_address(http: aiohttp.ClientSession, told: Path) -> str:
    async with asyncio.timeout(20):
        while True:
            with suppress(OSError, IndexError, ValueError, aiohttp.ClientError, StopIteration):
                port = int(told.read_text().splitlines()[0])
                async with http.get(f"http://127.0.0.1:{port}/json") as answer:
                    pages = await answer.json()
                return str(next(one["webSocketDebuggerUrl"] for one in pages if one["type"] == "page"))
            await asyncio.sleep(0.05)
