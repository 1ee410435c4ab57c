"""The sounds that a gate plays: each campaign's own words, made as soon as they are known, and a flow's, when said.

Answers which file holds them. Refuses to know how speech is made; a voice is handed in, and works in a thread of its
own, for it may take a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from ahize.kernel.errors import AhizeError
from ahize.kernel.ids import CampaignId
from ahize.telephony.house import Words

TIDY_EVERY_S: Final = 3_600.0

Say = Callable[[str, str], Path]
"""Text and language to a sound file; the same again is the same file. Raises: AhizeError."""

Key = tuple[str, str]

log = logging.getLogger(__name__)


class Studio:
    """
    Args:
        say: the voice.
        tidy: removes what has not been said for long.
    """

    def __init__(self, say: Say, *, tidy: Callable[[], int] = lambda: 0) -> None:
        self._say, self._tidy = say, tidy
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="voice")
        self._sounds: dict[Key, str] = {}
        self._campaigns: dict[CampaignId, Words] = {}
        self._making: dict[Key, asyncio.Task[str | None]] = {}

    def set(self, words: Iterable[Words]) -> None:
        """These campaigns say this from now on; what is new is made, and until then nothing is dialled for it."""
        for one in words:
            self._campaigns[CampaignId(one.campaign)] = one
            for key in _keys(one):
                if key not in self._sounds:
                    self._make(key, keep=True)

    def of(self, campaign: CampaignId) -> Words | None:
        """What a campaign says by itself."""
        return self._campaigns.get(campaign)

    def message(self, campaign: CampaignId) -> str | None:
        """The required message of a campaign: a file for the switch, without its ending; None where there is none."""
        one = self._campaigns.get(campaign)
        return self._sounds.get((one.text, one.language)) if one is not None else None

    async def said(self, text: str, language: str) -> str | None:
        """Any words as a file for the switch, made now if need be; None where no voice can say them."""
        return await self._make((text, language))

    async def made(self) -> None:
        """Until everything that is wanted now was tried."""
        while self._making:
            await asyncio.gather(*self._making.values())

    async def keep_tidy(self) -> None:
        """Let go of what nobody hears any more, the campaigns' own words excepted; until cancelled."""
        while True:
            await asyncio.sleep(TIDY_EVERY_S)
            await self.tidy()

    async def tidy(self) -> None:
        """Say the campaigns' words again, so that they are not old, and let go of what is."""
        for key in {key for one in self._campaigns.values() for key in _keys(one)}:
            await self._make(key, keep=True)
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._tidy)
        except OSError as error:
            log.error("old sounds were not removed: %s", error.strerror)

    def _make(self, key: Key, *, keep: bool = False) -> asyncio.Task[str | None]:
        if key not in self._making:
            task = self._making[key] = asyncio.create_task(self._made(key))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        if keep:
            self._making[key].add_done_callback(lambda done: self._keep(key, done))
        return self._making[key]

    def _keep(self, key: Key, done: asyncio.Task[str | None]) -> None:
        if not done.cancelled() and (sound := done.result()) is not None:
            self._sounds[key] = sound

    async def _made(self, key: Key) -> str | None:
        try:
            path = await asyncio.get_running_loop().run_in_executor(self._thread, self._say, *key)
        except AhizeError as error:
            log.error("words were not made into a sound: %s %s", error.message, error.next_step)
            return None  # The next house may find a voice.
        return str(path.with_suffix(""))


def _keys(words: Words) -> Iterator[Key]:
    for text in (words.text, words.announcement):
        if text:
            yield text, words.language
