"""The seam on a real Asterisk: a person's sound reaches the stand-in, its words reach the bridge, and it hangs up."""

from __future__ import annotations

import asyncio
from uuid import UUID

import numpy as np
import pytest

from ahize.flows.sound import tone
from ahize.flows.wav import Sound, read_wav, to_wav
from ahize.telephony.audio_socket import AudioSockets, Scripted
from ahize.telephony.wire import Ari
from telephony.conftest import RunningAsterisk

pytestmark = pytest.mark.stack

CALL = UUID("0190b0a1-0000-7000-8000-0000000000a5")
PROMPT, THANKS, GOODBYE = (tone(hz=hz, length_s=0.6) for hz in (400, 600, 800))


def loudness(sound: Sound, hz: float) -> float:
    """Of one frequency, wherever in the sound it is: the loudest tenth of a second."""
    step = sound.rate // 10
    turned = np.exp(-2j * np.pi * hz * np.arange(step) / sound.rate)
    whole = sound.samples[: len(sound.samples) // step * step].reshape(-1, step).astype(float) / 32_767
    return float(np.abs(whole @ turned).max() * 2 / step)


def test_a_program_talks_on_a_real_line(asterisk: RunningAsterisk) -> None:
    talk = Scripted(PROMPT, THANKS, GOODBYE)
    answer = asterisk.spool / "recording" / f"answer-{CALL}.wav"
    answer.write_bytes(to_wav(tone(hz=1_000, length_s=1.0, level=0.3)))

    async def call() -> None:
        server = AudioSockets({CALL: talk}.get)
        port = await server.open()
        ari = await Ari.connect(
            asterisk.url,
            asterisk.user,
            asterisk.password,
            wanted=["StasisStart", "ChannelDestroyed", "RecordingFinished"],
        )
        try:
            async with asyncio.timeout(20):
                await ari.ask("POST", "bridges/seam", query={"type": "mixing"})
                made = await ari.ask(
                    "POST",
                    "channels/externalMedia",
                    query={
                        **{"channelId": f"seam-{CALL}", "app": "ahize", "external_host": f"127.0.0.1:{port}"},
                        **{"encapsulation": "audiosocket", "transport": "tcp", "format": "slin", "data": str(CALL)},
                    },
                )
                assert made.ok, made.why
                record = {"name": f"seam-{CALL}", "format": "wav", "ifExists": "overwrite"}
                async for event in ari.events():
                    if event["type"] == "StasisStart":
                        await ari.ask("POST", "bridges/seam/addChannel", query={"channel": f"seam-{CALL}"})
                        assert (await ari.ask("POST", "bridges/seam/record", query=record)).ok
                        played = {"media": f"recording:{answer.stem}"}
                        assert (await ari.ask("POST", "bridges/seam/play", query=played)).ok
                    elif event["type"] == "ChannelDestroyed" and event["channel"]["id"] == f"seam-{CALL}":
                        await ari.ask("POST", f"recordings/live/seam-{CALL}/stop")
                    elif event["type"] == "RecordingFinished":
                        break
        finally:
            await ari.ask("DELETE", "bridges/seam")
            await ari.close()
            await server.close()

    asyncio.run(call())
    assert talk.answered
    assert talk.is_over
    heard = read_wav((asterisk.spool / "recording" / f"seam-{CALL}.wav").read_bytes(), whole=False)
    assert loudness(heard, 600) > 0.1, "its thanks reached the bridge"
    assert loudness(heard, 800) < 0.05, "nobody was told goodbye for silence"
