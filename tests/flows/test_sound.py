"""What can be heard on a telephone is heard as it was; what cannot does not come back as something else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.flows.sound import for_telephone, resampled, tone
from ahize.flows.wav import BadSound, Sound, read_wav, to_wav

RATES = st.sampled_from([8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000])


def level_db(sound: Sound, hz: float) -> float:
    """How loud one frequency is, in dB of full, without the edges."""
    middle = sound.samples[sound.rate // 10 : -sound.rate // 10].astype(float) / 32_767
    window = np.hanning(len(middle))
    turned = np.exp(-2j * np.pi * hz * np.arange(len(middle)) / sound.rate)
    return 20 * np.log10(2 * abs(np.sum(middle * window * turned)) / window.sum() + 1e-9)


def loudest_db(sound: Sound) -> float:
    middle = sound.samples[sound.rate // 10 : -sound.rate // 10].astype(float) / 32_767
    return 20 * np.log10(np.sqrt(2 * np.mean(middle**2)) + 1e-9)


@settings(deadline=None, max_examples=40)
@given(rate=RATES, to=st.sampled_from([8_000, 16_000]), hz=st.floats(100, 3_300))
def test_a_tone_survives(rate: int, to: int, hz: float) -> None:
    made = resampled(tone(hz=hz, length_s=1.0, rate=rate), to)
    assert level_db(made, hz) == pytest.approx(20 * np.log10(0.25), abs=0.2)


@settings(deadline=None, max_examples=40)
@given(rate=st.sampled_from([16_000, 22_050, 44_100, 48_000]), share=st.floats(0, 1))
def test_what_the_telephone_cannot_carry_is_gone(rate: int, share: float) -> None:
    hz = 4_000 + share * (rate / 2 * 0.98 - 4_000)
    made = resampled(tone(hz=hz, length_s=1.0, rate=rate, level=0.9), 8_000)
    assert loudest_db(made) < 20 * np.log10(0.9) - 60


@settings(deadline=None, max_examples=40)
@given(rate=st.integers(4_000, 192_000), to=st.sampled_from([8_000, 16_000]), frames=st.integers(1, 3_000))
def test_the_length_stays(rate: int, to: int, frames: int) -> None:
    made = resampled(Sound(np.full(frames, 1_000, dtype=np.int16), rate), to)
    assert len(made.samples) == -(-frames * to // rate)


def test_what_was_brought_is_played_as_mono_of_the_telephones_rate() -> None:
    brought = to_wav(tone(hz=440, length_s=2.0, rate=44_100))
    played = read_wav(for_telephone(brought))
    assert (played.rate, len(played.samples)) == (8_000, 16_000)
    assert read_wav(for_telephone(brought, rate=16_000)).rate == 16_000


def test_silence_is_not_taken() -> None:
    with pytest.raises(BadSound, match="silent"):
        for_telephone(to_wav(Sound(np.zeros(8_000, dtype=np.int16), 8_000)))
