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
        self._campaigns: dict[CampaignId, Words] = {}
        self._making: dict[tuple[str, str], asyncio.Task[None]] = {}

    def set(self, words: Iterable[Words]) -> None:
        """These campaigns say this from now on; what is new is made, and until then nothing is dialled for it."""
        for one in words:
            self._campaigns[CampaignId(one.campaign)] = one
            for text in filter(None, (one.text, one.announcement)):
                self._want(text, one.language)

    def of(self, campaign: CampaignId) -> Words | None:
        """What a campaign says by itself."""
        return self._campaigns.get(campaign)

    def message(self, campaign: CampaignId) -> str | None:
        """The required message of a campaign: a file for the switch, without its ending; None where there is none."""
        one = self._campaigns.get(campaign)
        return self._sounds.get((one.text, one.language)) if one is not None else None

    async def said(self, text: str, language: str) -> str | None:
        """Any words as a file for the switch, made now if need be; None where no voice can say them."""
        task = self._want(text, language)
        if task is not None:
            await task
        return self._sounds.get((text, language))

    def _want(self, text: str, language: str) -> asyncio.Task[None] | None:
        """The task that makes it; None where it is made."""
        key = (text, language)
        if key in self._sounds:
            return None
        if key not in self._making:
            task = self._making[key] = asyncio.create_task(self._make(key))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return self._making[key]

    async def made(self) -> None:
        """Until everything that is wanted now was tried."""
        while self._making:
            await asyncio.gather(*self._making.values())

    async def _make(self, key: tuple[str, str]) -> None:
        try:
            path = await asyncio.get_running_loop().run_in_executor(self._thread, self._say, *key)
        except AhizeError as error:
            log.error("words were not made into a sound: %s %s", error.message, error.next_step)
            return  # The next house may find a voice.
        self._sounds[key] = str(path.with_suffix(""))
