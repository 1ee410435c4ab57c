"""Asterisk's first ear, tuned to our own rule: who it takes for whom, and how soon after the last sound."""

from __future__ import annotations

import asyncio
import math
import time
from array import array
from typing import Any

import aiohttp
import pytest
from test_the_dialplan import ANSWERS, a_trunk

from ahize.calls.greeting import LONG_GREETING_S, LONG_SILENCE_S
from ahize.telephony.asterisk.dialplan import HELLO_TO_VERDICT_MS

pytestmark = pytest.mark.stack
RATE = 8000
SPEAKS = ANSWERS.replace(
    '<recv request="ACK"/>',
    '<recv request="ACK"/><nop><action><exec rtp_stream="said.ulaw,1,0"/></action></nop>',
).replace('<recv request="BYE"/>', '<recv request="BYE" timeout="15000"/>')


def voice(seconds: float) -> list[float]:
    """Something like a voice: a buzz with a slow swing, no gap in it."""
    return [
        0.5 * math.sin(2 * math.pi * 180 * at / RATE) * (1 + 0.2 * math.sin(2 * math.pi * 3 * at / RATE))
        for at in range(round(seconds * RATE))
    ]


def quiet(seconds: float) -> list[float]:
    return [0.0] * round(seconds * RATE)


def ulaw(samples: list[float]) -> bytes:
    """G.711 µ-law."""

    def one(sample: float) -> int:
        value = min(32635, abs(round(sample * 32767))) + 132
        exponent = max(0, value.bit_length() - 8)
        return ~((0x80 if sample < 0 else 0) | exponent << 4 | (value >> (exponent + 3)) & 0x0F) & 0xFF

    return bytes(array("B", map(one, samples)))


async def verdict(asterisk: Any, endpoint: str, channel: str) -> tuple[list[str], float]:
    """What StasisStart says of the call, and how long after the answer."""
    login = aiohttp.BasicAuth(asterisk.user, asterisk.password)
    async with aiohttp.ClientSession(auth=login) as session:
        url = f"{asterisk.url}/ari"
        async with session.ws_connect(f"{url}/events?app=ahize&subscribeAll=true") as events:
            body = {
                "endpoint": endpoint,
                "context": "ahize-out",
                "extension": "detect",
                "priority": 1,
                "callerId": "+12125550100",
                "variables": {"AHIZE_CALL": channel},
            }
            async with session.post(f"{url}/channels/{channel}", json=body) as asked:
                assert asked.status == 200
            answered = 0.0
            async with asyncio.timeout(15):
                async for message in events:
                    event = message.json()
                    if event.get("channel", {}).get("id") != channel:
                        continue
                    if event["type"] == "ChannelStateChange" and event["channel"]["state"] == "Up":
                        answered = time.monotonic()
                    if event["type"] == "StasisStart":
                        took = time.monotonic() - answered
                        await session.delete(f"{url}/channels/{channel}")
                        return event["args"], took
    raise AssertionError("no verdict")


@pytest.mark.parametrize(
    ("said", "status", "cause", "decided_s"),
    [
        (quiet(0.4) + voice(0.5) + quiet(4), "HUMAN", "HUMAN", 0.9 + HELLO_TO_VERDICT_MS / 1000),
        # A breath inside “hello, … Ayşe here” is shorter than the quiet that ends a greeting.
        (quiet(0.3) + voice(0.4) + quiet(0.15) + voice(0.6) + quiet(4), "HUMAN", "HUMAN", 1.45 + 0.24),
        (quiet(0.3) + voice(5), "MACHINE", "LONGGREETING", 0.3 + LONG_GREETING_S),
        (quiet(8), "MACHINE", "INITIALSILENCE", LONG_SILENCE_S),
    ],
    ids=["hello", "hello and a name", "a long greeting", "nothing"],
)
def test_the_ear_decides_when_our_rule_would(
    asterisk: Any, sipp: Any, said: list[float], status: str, cause: str, decided_s: float
) -> None:
    person = sipp(SPEAKS, 0, "-m", "1", files={"said.ulaw": ulaw(said)})
    a_trunk(asterisk, f"ear{person.port}", person.port)
    args, took = asyncio.run(verdict(asterisk, f"PJSIP/+12125550123@ear{person.port}", f"ear-{person.port}"))
    assert args[:3] == ["called", f"ear-{person.port}", status]
    assert args[3].startswith(cause)
    assert took == pytest.approx(decided_s, abs=0.15)
