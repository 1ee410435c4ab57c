"""A card is read out in tones while the recording is paused: not one of its digits is anywhere afterwards."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ahize.dialer.commands import PauseRecording
from ahize.flows.wav import decoded, layout_of
from ahize.kernel.envelopes import Envelope
from telephony import carrier
from telephony.conftest import RunningAsterisk, StartSipp
from telephony.rooms import KEY, RECORDS, Telephone, archive_of, reported, room, run, talk

pytestmark = pytest.mark.stack

RATE = 8_000
LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
PAD = ("123A", "456B", "789C", "*0#D")
PRESSED = {key: (LOW[row], HIGH[column]) for row, keys in enumerate(PAD) for column, key in enumerate(keys)}
SPOKEN = {str(digit): (400 + 110 * digit,) for digit in range(10)}
"""A voice whose digits are single tones: the switch takes pressed keys out of the sound, and leaves these."""
CARD = "4929000000006"
BEFORE, AFTER = "59", "7"


# ── digits as sound ──────────────────────────────────────────────────────────────────────────────────────────────────

Tones = dict[str, tuple[int, ...]]


def said(digits: str, tones: Tones) -> np.ndarray:
    """A tenth of a second each, with as much quiet after it."""
    at = np.arange(RATE // 10) / RATE
    sounds = [0.5 / len(tones[digit]) * sum(np.sin(2 * np.pi * hz * at) for hz in tones[digit]) for digit in digits]
    return np.concatenate([part for sound in sounds for part in (sound, np.zeros(RATE // 10))])


def heard(sound: np.ndarray, tones: Tones) -> str:
    """Every digit whose tones are nearly all there is for 40 ms or more, as any decoder would hear it.

    A hole of one packet is no pause: the digit goes on after it.
    """
    step = RATE // 50
    at = np.arange(step) / RATE
    turned = {hz: np.exp(-2j * np.pi * hz * at) for pair in tones.values() for hz in pair}
    found, digit, lasts, quiet = "", "", 0, 0
    for start in range(0, len(sound) - step, step):
        piece = sound[start : start + step]
        whole = float(np.mean(piece**2))
        power = {hz: 2 * (abs(piece @ turn) / step) ** 2 for hz, turn in turned.items()}
        best = max(tones, key=lambda digit: min(power[hz] for hz in tones[digit]))
        share = min(power[hz] for hz in tones[best]) * len(tones[best]) / max(whole, 1e-9)
        here = best if whole > 1e-3 and share > 0.5 else ""
        quiet = 0 if here else quiet + 1
        if here and here == digit:
            lasts += 1
        elif here or quiet > 1:
            digit, lasts = here, 1
        if here and lasts == 2:
            found += here
    return found


@pytest.mark.parametrize("tones", [PRESSED, SPOKEN], ids=["pressed", "spoken"])
def test_the_decoder_hears_every_digit_and_no_other(tones: Tones) -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, 2 * RATE)
    assert heard(np.concatenate([noise, said(CARD + "123580", tones), noise]), tones) == CARD + "123580"
    assert heard(10 * noise, tones) == ""
    holed = said("557", tones)
    holed[RATE // 25 : RATE // 25 + RATE // 50] = 0.0
    assert heard(holed, tones) == "557", "a packet that is missing makes no digit more"


# ── a person's line ──────────────────────────────────────────────────────────────────────────────────────────────────


def pcap(sound: np.ndarray) -> bytes:
    """The sound as µ-law RTP, a packet every 20 ms, for SIPp to send."""
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1) + b"".join(_packets(mulaw(sound)))


def _packets(coded: bytes) -> Iterator[bytes]:
    for number in range(len(coded) // 160):
        rtp = struct.pack(">BBHII", 0x80, 0, number, number * 160, 7) + coded[number * 160 : number * 160 + 160]
        udp = struct.pack(">HHHH", 6_000, 6_000, 8 + len(rtp), 0) + rtp
        address = bytes((127, 0, 0, 1))
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0, 64, 17, 0, address, address)
        frame = bytes(12) + b"\x08\x00" + head + udp
        seconds, part = divmod(number * 20_000, 1_000_000)
        yield struct.pack("<IIII", seconds, part, len(frame), len(frame)) + frame


def mulaw(sound: np.ndarray) -> bytes:
    size = np.minimum(np.abs(sound * 32_767).astype(int), 32_635) + 0x84
    segment = np.floor(np.log2(size)).astype(int) - 7
    sign = np.where(sound < 0, 0x80, 0)
    return (~(sign | (segment << 4) | ((size >> (segment + 3)) & 0x0F)) & 0xFF).astype(np.uint8).tobytes()


def test_no_digit_of_a_card_is_in_the_recording_or_the_log(
    asterisk: RunningAsterisk, sipp: StartSipp, tmp_path: Path
) -> None:
    """Digits before and after the pause are heard, so that the silence about those in between means something."""

    def quiet(seconds: float) -> np.ndarray:
        return np.zeros(round(seconds * RATE))

    line = [quiet(1.0), said(BEFORE, SPOKEN), quiet(1.6), said(CARD, SPOKEN), quiet(0.2), said(CARD, PRESSED)]
    line += [quiet(1.6), said(AFTER, SPOKEN), quiet(2)]
    far = sipp(carrier.answers(plays="card.pcap"), files={"card.pcap": pcap(np.concatenate(line))})
    its = Telephone(asterisk, sipp)
    archive = archive_of(asterisk, tmp_path)

    async def walk() -> None:
        async with room(asterisk, tmp_path, far.port, phones=(its.phone,), says=RECORDS, archive=archive) as made:
            async with talk(made, its) as call:
                await asyncio.sleep(2.2)
                await made.link.obey(PauseRecording(call, True))
                await asyncio.sleep(7.0)
                await made.link.obey(PauseRecording(call, False))
                await asyncio.sleep(1.6)
            told = await reported(made)
        with (tmp_path / "kept" / told["path"]).open("rb") as sealed:
            content = b"".join(Envelope(sealed, key=KEY, purpose=b"recording " + call.bytes).read())
        layout = layout_of(content)
        both = decoded(content[layout.begins :], layout).reshape(-1, 2).astype(float) / 32_767
        assert heard(both[:, 0], SPOKEN) == BEFORE + AFTER, "what the person said, without the card"
        assert [heard(both[:, side], PRESSED) for side in (0, 1)] == ["", ""]
        assert [gap["lasted_s"] for gap in told["gaps"]] == [pytest.approx(7.0, abs=0.4)]
        assert CARD not in asterisk.log()

    run(walk)
