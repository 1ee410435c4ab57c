"""Whatever kind of WAV is brought, the same sound is heard; whatever else is brought, it is called by its name."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.flows.wav import SAYS, BadSound, Sound, read_wav, to_wav, usable

RATE = 8_000
WAVE = (0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.float64)


def wav(
    raw: bytes, *, coding: int = 1, bits: int = 16, channels: int = 1, rate: int = RATE, promised: int | None = None
) -> bytes:
    frame = channels * bits // 8
    size = len(raw) if promised is None else promised
    kind = struct.pack("<HHIIHH", coding, channels, rate, rate * frame, frame, bits)
    return b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", len(kind)) + kind + b"data" + struct.pack("<I", size) + raw


def pcm16(values: np.ndarray) -> bytes:
    return (values * 32_767).round().astype("<i2").tobytes()


def pcm24(values: np.ndarray) -> bytes:
    wide = (values * 8_388_607).round().astype("<i4")
    return wide.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def mulaw(values: np.ndarray) -> bytes:
    """G.711 by its definition: the sign, the segment, the place in it, all inverted."""
    sign = np.where(values < 0, 0x80, 0)
    size = np.minimum(np.abs(values * 32_767).astype(int), 32_635) + 0x84
    segment = np.floor(np.log2(size)).astype(int) - 7
    return (~(sign | (segment << 4) | ((size >> (segment + 3)) & 0x0F)) & 0xFF).astype(np.uint8).tobytes()


def alaw(values: np.ndarray) -> bytes:
    sign = np.where(values >= 0, 0x80, 0)
    size = np.minimum(np.abs(values * 32_767).astype(int), 32_767)
    segment = np.where(size >= 256, np.floor(np.log2(np.maximum(size, 1))).astype(int) - 7, 0)
    low = np.where(segment == 0, size >> 4, size >> (segment + 3)) & 0x0F
    return ((sign | (segment << 4) | low) ^ 0x55).astype(np.uint8).tobytes()


@pytest.mark.parametrize(
    ("content", "off"),
    [
        (wav(pcm16(WAVE)), 1),
        (wav(((WAVE * 127).round() + 128).astype(np.uint8).tobytes(), bits=8), 400),
        (wav(pcm24(WAVE), bits=24), 2),
        (wav((WAVE * 2_147_483_647).astype("<i4").tobytes(), bits=32), 2),
        (wav(WAVE.astype("<f4").tobytes(), coding=3, bits=32), 1),
        (wav(WAVE.astype("<f8").tobytes(), coding=3, bits=64), 1),
        (wav(mulaw(WAVE), coding=7, bits=8), 600),
        (wav(alaw(WAVE), coding=6, bits=8), 600),
        (wav(pcm16(np.repeat(WAVE, 2)), channels=2), 2),
        (wav(pcm16(WAVE), promised=0xFFFFFFFF), 1),
    ],
    ids=["16", "8", "24", "32", "float", "double", "mulaw", "alaw", "stereo", "stream"],
)
def test_every_usual_kind_of_wav_is_the_same_sound(content: bytes, off: int) -> None:
    sound = read_wav(content)
    assert sound.rate == RATE
    assert np.abs(sound.samples - WAVE * 32_767).max() <= off


def test_stereo_becomes_the_middle_of_both() -> None:
    both = np.stack([np.full(100, 0.5), np.full(100, -0.1)], axis=1).reshape(-1)
    assert np.abs(read_wav(wav(pcm16(both), channels=2)).samples - 0.2 * 32_767).max() <= 1


def test_the_extensible_header_names_its_coding_further_on() -> None:
    kind = struct.pack("<HHIIHHHHI", 0xFFFE, 1, RATE, RATE * 2, 2, 16, 22, 16, 4) + struct.pack("<H", 1) + b"\0" * 14
    content = b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", len(kind)) + kind
    content += b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"data" + struct.pack("<I", RATE * 2) + pcm16(WAVE)
    assert len(read_wav(content).samples) == RATE


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "sound_empty", "empty"),
        (b"ID3\x04" + bytes(100), "sound_of_other_kind", "an MP3 file"),
        (b"\xff\xfb\x90\x00" + bytes(100), "sound_of_other_kind", "an MP3 file"),
        (b"\xff\xf1\x50\x80" + bytes(100), "sound_of_other_kind", "an AAC file"),
        (b"OggS" + bytes(100), "sound_of_other_kind", "an Ogg file"),
        (b"\0\0\0\x20ftypM4A ", "sound_of_other_kind", "an MP4 or M4A file"),
        (b"fLaC" + bytes(100), "sound_of_other_kind", "a FLAC file"),
        (b"<html>", "sound_of_other_kind", "a text"),
        (b"RIFF\0\0\0\0AVI ", "sound_of_other_kind", "a RIFF file of another kind"),
        (bytes(range(14, 60)), "sound_of_other_kind", "an unknown kind"),
        (b"RIFF\0\0\0\0WAVE", "sound_header_broken", "does not say how"),
        (wav(pcm16(WAVE))[:-100], "sound_cut_short", "promises 16000 bytes of sound, and 15900"),
        (wav(b""), "sound_has_no_sound", "no sound"),
        (wav(pcm16(WAVE), coding=85), "sound_of_other_coding", "MP3"),
        (wav(pcm16(WAVE), coding=4_711), "sound_of_other_coding", "number 4711"),
        (wav(pcm16(WAVE), bits=12), "sound_header_broken", "12 bits"),
        (wav(pcm16(WAVE), channels=6), "sound_header_broken", "6 channels"),
        (wav(pcm16(WAVE), rate=500), "sound_of_odd_rate", "500 samples"),
        (wav(bytes(2 * 4_000 * 601), rate=4_000), "sound_too_long", "601 s"),
    ],
)
def test_what_is_no_sound_is_called_by_its_name(content: bytes, code: str, says: str) -> None:
    with pytest.raises(BadSound) as refused:
        read_wav(content)
    assert refused.value.code == code
    assert says in refused.value.message
    assert refused.value.next_step
    assert refused.value.sentence("tr") != refused.value.sentence("en") == refused.value.message
    assert refused.value.step("tr") != refused.value.step("en")


@pytest.mark.parametrize(
    ("samples", "code"),
    [(np.full(800, 40), "sound_silent"), (np.full(800, 0), "sound_silent"), (np.full(800, 32_767), "sound_clipped")],
)
def test_what_nobody_would_understand_is_refused(samples: np.ndarray, code: str) -> None:
    with pytest.raises(BadSound) as refused:
        usable(Sound(samples.astype(np.int16), RATE))
    assert refused.value.code == code


def test_what_is_written_is_read_again() -> None:
    sound = read_wav(wav(pcm16(WAVE)))
    again = read_wav(to_wav(sound))
    assert np.array_equal(again.samples, sound.samples)


def refusal(content: bytes) -> str:
    """Why the bytes are no sound; empty where they are one."""
    try:
        return "" if len(read_wav(content).samples) else "nothing was found"
    except BadSound as refused:
        return refused.code if refused.sentence("tr") and refused.step("tr") else "no words"


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: wav(pcm16(WAVE[:20]))[:44] + tail))
def test_any_bytes_are_a_sound_or_a_refusal(content: bytes) -> None:
    assert refusal(content) in {"", *SAYS}


@given(st.binary(min_size=44, max_size=80))
def test_any_header_is_read_or_refused(header: bytes) -> None:
    assert refusal(b"RIFF" + header[4:8] + b"WAVE" + header[12:]) in {"", *SAYS}
