"""gated: the gate beside a real Asterisk. It alone holds the credential that can make a telephone ring.

A process of its own, with the permit's public key and no way into the database. Engines reach it over a Unix socket
(``telephony/link.py``); it goes on when they die, and so do the calls. Everything it dialled is written to
``log/gate.jsonl``, one line each, before the switch is asked.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import secrets
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from ahize.compliance.ruling import World
from ahize.dialer.gate import Gate
from ahize.kernel.clock import Clock, SystemClock
from ahize.kernel.envelopes import Lock
from ahize.kernel.errors import AhizeError, Unavailable
from ahize.kernel.seals import Verifier
from ahize.telephony import words
from ahize.telephony.asterisk.registrations import Registrations
from ahize.telephony.board import Board
from ahize.telephony.ledger import Ledger
from ahize.telephony.link import GateServer, socket_path
from ahize.telephony.recognisers import Recogniser, recognisers
from ahize.telephony.recordings import Archive
from ahize.telephony.signing import Keys
from ahize.telephony.speech import Speech, voices
from ahize.telephony.studio import Studio
from ahize.telephony.wire import Ari, SwitchAway

AGAIN_S = 0.25
DOORS_S = 3.0
SPOKEN_KEPT = timedelta(days=7)
"""What was said to one person by name is of no use to anybody later."""
REPLACED_S = 10.0

log = logging.getLogger("ahize.gated")


@dataclass(frozen=True, slots=True)
class Credential:
    """The way to the switch."""

    url: str
    user: str
    password: str

    @classmethod
    def from_environment(cls) -> Credential:
        return cls(os.environ["AHIZE_ARI_URL"], os.environ["AHIZE_ARI_USER"], os.environ["AHIZE_ARI_PASSWORD"])


async def keep_connected(board: Board, credential: Credential) -> None:
    """Connection after connection to the switch, until cancelled."""
    told = ""
    while True:
        try:
            ari = await Ari.connect(credential.url, credential.user, credential.password, wanted=words.EVENTS)
        except (SwitchAway, Unavailable) as away:
            board.detach(str(away))
            if str(away) != told:  # Once, not four times a second.
                log.warning("%s", away)
                told = str(away)
            await asyncio.sleep(AGAIN_S)
            continue
        try:
            await board.attach(ari)
            log.info("Asterisk %s is there; %s calls adopted", board.switch.version, len(board.lines))
            told = ""
            replaced = await _listen(board, ari)
            board.detach("another gate has taken this switch over" if replaced else "the line to Asterisk broke")
            if replaced:  # Two gates that take turns would lose every second event (P8).
                log.error("another gate has taken this switch over")
                await ari.close()
                await asyncio.sleep(REPLACED_S)
        except SwitchAway as away:
            board.detach(str(away))
        finally:
            board.ari = None
            await ari.close()
        log.warning("Asterisk is away")


async def _open(board: Board, server: GateServer) -> None:
    """Engines are let in once it is known which calls there are: else each would be told that none of its calls is."""
    await board.knows.wait()
    await server.start()


async def _listen(board: Board, ari: Ari) -> bool:
    """Until the line breaks; True where somebody else has our application now."""
    watching = asyncio.create_task(ari.watch())
    try:
        async for event in ari.events():
            if event["type"] == "ApplicationReplaced":
                return True
            board.happened(event)
        return False
    finally:
        watching.cancel()


async def keep_asking(board: Board, registrations: Registrations, *, every_s: float = DOORS_S) -> None:
    """How the carriers answer where we sign in, until cancelled."""
    while True:
        signing_in = any(trunk.kind == "registration" for house in board.houses.values() for trunk in house.trunks)
        if board.ari is not None and signing_in:
            doors = await registrations.ask()
            for trunks in board.trunks.values():
                trunks.signed_in(doors)
        await asyncio.sleep(every_s)


async def serve(
    credential: Credential,
    *,
    verifier: Verifier,
    clock: Clock,
    studio: Studio,
    socket: Path,
    world: World,
    sounds: Path,
    archive: Archive | None,
    book: Path | None,
    keys: Path | None = None,
    log_of_asterisk: Path | None = None,
    media: str = "",
    ears: Sequence[Recogniser] = (),
    hears_on: str = "127.0.0.1",
) -> None:
    """One life of a gate, until told to stop.

    Args:
        world: whose numbers it dials; a made-up one takes only numbers that no telephone has.
        keys: the folder from which Asterisk reads those that sign calls.
        log_of_asterisk: where that lies on this machine: carriers' words stand in it.
        media: the switch's only address where sound is listened for; empty: all of them.
        ears: who understands what people say while a flow speaks.
        hears_on: our address at which the switch hands us what they say.
    """
    gate = Gate(world=world, verifier=verifier)
    board = Board(
        gate,
        clock,
        studio,
        sounds=sounds,
        archive=archive,
        ledger=Ledger(book, clock),
        keys=Keys(keys) if keys else None,
        media=media,
        recognisers=ears,
        hears_on=hears_on,
    )
    await board.hearing.open()
    server = board.server = GateServer(socket, board)
    registrations = Registrations(credential.url, credential.user, credential.password, log=log_of_asterisk)
    tasks = [
        asyncio.create_task(_open(board, server)),
        asyncio.create_task(keep_connected(board, credential)),
        asyncio.create_task(board.keep_pushed()),
        asyncio.create_task(board.keep_reporting()),
        asyncio.create_task(keep_asking(board, registrations)),
        asyncio.create_task(studio.keep_tidy()),
    ]
    ending = asyncio.Event()
    for what in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(what, ending.set)
    try:
        waiting = asyncio.create_task(ending.wait())
        running: set[asyncio.Task[Any]] = {waiting, *tasks}
        while waiting in running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # Our own mistake: it is in the log, and the next life begins.
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.close()
        await board.hearing.close()


def archive_of(told: Mapping[str, str]) -> Archive | None:
    """Where talks are recorded; None where that was not set up, or is not safe, which is said."""
    if not told.get("AHIZE_RECORDING_LOCK"):
        return None
    lock = Lock.from_bytes(base64.b64decode(told["AHIZE_RECORDING_LOCK"]))
    archive = Archive(
        Path(told["AHIZE_RECORDINGS"]), Path(told["AHIZE_RECORDINGS_SPOOL"]), lock=lock, draw=secrets.token_bytes
    )
    try:
        archive.check()
    except Unavailable as why:
        log.error("nothing is recorded: %s %s", why.message, why.next_step)
        return None
    return archive


def ears_of(told: Mapping[str, str]) -> Sequence[Recogniser]:
    """Who understands what people say; nobody where that cannot be, which is said: keys work all the same."""
    host = urlsplit(told["AHIZE_ARI_URL"]).hostname or ""
    if host not in ("127.0.0.1", "::1", "localhost") and not told.get("AHIZE_HEARS_ON"):
        log.info("words are not heard: Asterisk is on %s; AHIZE_HEARS_ON names the address where it reaches us", host)
        return ()
    try:
        return recognisers(told.get("AHIZE_RECOGNISER", ""))
    except AhizeError as why:
        log.error("words are not heard: %s %s", why.message, why.next_step)
        return ()


def _path(told: str) -> Path | None:
    return Path(told) if told else None


def main() -> None:
    """The process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    verifier = Verifier.from_bytes(base64.b64decode(os.environ["AHIZE_PERMIT_PUBLIC_KEY"]))
    clock = SystemClock.from_environment()
    sounds = Path(os.environ["AHIZE_SOUNDS"])
    speech = Speech(voices(os.environ.get("AHIZE_VOICE", "")), sounds / "spoken")
    studio = Studio(
        lambda text, language: speech.said(text, language, clock.now()),
        tidy=lambda: speech.tidy(unheard_since=clock.now() - SPOKEN_KEPT),
    )
    with suppress(KeyboardInterrupt):
        asyncio.run(
            serve(
                Credential.from_environment(),
                verifier=verifier,
                clock=clock,
                studio=studio,
                socket=socket_path(),
                world=cast("World", os.environ.get("AHIZE_WORLD", "real")),
                sounds=sounds,
                archive=archive_of(os.environ),
                book=Path(os.environ["AHIZE_HOME"]) / "log" / "gate.jsonl",
                keys=_path(os.environ.get("AHIZE_STIR_KEYS", "")),
                log_of_asterisk=_path(os.environ.get("AHIZE_ASTERISK_LOG", "")),
                media=os.environ.get("AHIZE_MEDIA_ADDRESS", ""),
                ears=ears_of(os.environ),
                hears_on=os.environ.get("AHIZE_HEARS_ON") or "127.0.0.1",
            )
        )


if __name__ == "__main__":
    main()
