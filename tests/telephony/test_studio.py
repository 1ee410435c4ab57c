"""A campaign's words are ready before it dials, and stay ready; what was said to one person goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

from ahize.kernel.errors import Unavailable
from ahize.kernel.ids import CampaignId
from ahize.telephony.house import Words
from ahize.telephony.studio import Studio

SPRING = CampaignId(UUID(int=1))
WORDS = Words(SPRING, "Nobody is free.", "en", announcement="This call is recorded.")


class Voice:
    """Says everything but what it is told not to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.mute = False
        self.tidied = 0

    def say(self, text: str, language: str) -> Path:
        self.asked.append(text)
        if self.mute:
            raise Unavailable("no voice")
        return Path(f"/sounds/{language}/{text}.wav")

    def tidy(self) -> int:
        self.tidied += 1
        return 0


def tried(walk: Callable[[Voice, Studio], Awaitable[None]]) -> None:
    async def run() -> None:
        voice = Voice()
        await walk(voice, Studio(voice.say, tidy=voice.tidy))

    asyncio.run(run())


def test_a_campaigns_words_are_made_once_they_are_known() -> None:
    async def walk(voice: Voice, studio: Studio) -> None:
        assert studio.message(SPRING) is None
        studio.set([WORDS])
        assert studio.message(SPRING) is None, "until then nothing is dialled"
        await studio.made()
        assert studio.message(SPRING) == "/sounds/en/Nobody is free."
        studio.set([WORDS])
        await studio.made()
        assert sorted(voice.asked) == ["Nobody is free.", "This call is recorded."]

    tried(walk)


def test_words_that_nobody_can_say_are_tried_again_with_the_next_house() -> None:
    async def walk(voice: Voice, studio: Studio) -> None:
        voice.mute = True
        studio.set([WORDS])
        await studio.made()
        assert (studio.message(SPRING), await studio.said("Dear Ada", "en")) == (None, None)
        voice.mute = False
        studio.set([WORDS])
        await studio.made()
        assert studio.message(SPRING) is not None

    tried(walk)


def test_the_same_words_at_the_same_time_are_said_once() -> None:
    async def walk(voice: Voice, studio: Studio) -> None:
        said = await asyncio.gather(*(studio.said("Dear Ada", "en") for _ in range(5)))
        assert set(said) == {"/sounds/en/Dear Ada"}
        assert voice.asked == ["Dear Ada"]

    tried(walk)


def test_before_old_sounds_go_the_campaigns_words_are_said_again() -> None:
    async def walk(voice: Voice, studio: Studio) -> None:
        studio.set([WORDS])
        await studio.said("Dear Ada", "en")
        voice.asked.clear()
        await studio.tidy()
        assert sorted(voice.asked) == ["Nobody is free.", "This call is recorded."]
        assert voice.tidied == 1
        voice.mute = True
        await studio.tidy()
        assert studio.message(SPRING) is not None, "what was made is still there"

    tried(walk)
