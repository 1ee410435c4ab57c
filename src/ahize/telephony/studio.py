"""The sounds that a gate plays: the required message of each campaign, made as soon as its words are known.

Answers which file holds them. Refuses to know how speech is made; a voice is handed in, and works in a thread of its
own, for it may take a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ahize.kernel.errors import AhizeError
from ahize.kernel.ids import CampaignId
from ahize.telephony.house import Words

Say = Callable[[str, str], Path]
"""Text and language to a sound file; the same again is the same file. Raises: AhizeError."""

log = logging.getLogger(__name__)


class Studio:
    """
    Args:
        say: the voice.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="voice")
        self._sounds: dict[tuple[str, str], str] = {}
        self._wanted: dict[CampaignId, tuple[str, str]] = {}
        self._making: set[asyncio.Task[None]] = set()
        self._asked: set[tuple[str, str]] = set()

    def set(self, words: Iterable[Words]) -> None:
        """These campaigns say this from now on; what is new is made, and until then nothing is dialled for it."""
        for one in words:
            key = (one.text, one.language)
            self._wanted[CampaignId(one.campaign)] = key
            if key not in self._asked:
                self._asked.add(key)
                task = asyncio.create_task(self._make(key))
                self._making.add(task)
                task.add_done_callback(self._making.discard)

    def message(self, campaign: CampaignId) -> str | None:
        """The required message of a campaign: a file for the switch, without its ending; None where there is none."""
        key = self._wanted.get(campaign)
        return self._sounds.get(key) if key is not None else None

    async def made(self) -> None:
        """Until everything that is wanted now was tried."""
        while self._making:
            await asyncio.gather(*self._making)

    async def _make(self, key: tuple[str, str]) -> None:
        try:
            path = await asyncio.get_running_loop().run_in_executor(self._thread, self._say, *key)
        except AhizeError as error:
            log.error("a required message was not made: %s %s", error.message, error.next_step)
            self._asked.discard(key)  # The next house may find a voice.
            return
        self._sounds[key] = str(path.with_suffix(""))
