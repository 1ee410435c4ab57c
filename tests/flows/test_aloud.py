"""A voice reads numbers and days as people say them, and everything else as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.flows.aloud import aloud


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Call +16145550100.", "en", "Call 1, 6 1 4, 5 5 5, 0 1 0 0."),
        ("Call (614) 555-0100!", "en", "Call 6 1 4, 5 5 5, 0 1 0 0!"),
        ("+90 212 555 01 00 numarası", "tr", "9 0, 2 1 2, 5 5 5, 0 1, 0 0 numarası"),
        ("+902125550100", "tr", "9 0 2, 1 2 5, 5 5 0, 1 0 0"),
        ("On 2026-11-23 at 3", "en", "On 23 November 2026 at 3"),
        ("2026-11-23 günü", "tr", "23 Kasım 2026 günü"),
        ("Am 2026-03-01", "de", "Am 1. März 2026"),
        ("El 2026-03-01", "es", "El 1 de marzo de 2026"),
        ("2026-11-23", "ku", "2026-11-23"),
        ("2026-13-45", "en", "2026-13-45"),
        ("It costs 1,250.50 for 24 months", "en", "It costs 1,250.50 for 24 months"),
        ("  two \n lines\t[[h@l'oU]] ", "en", "two lines h@l'oU"),
    ],
)
def test_numbers_and_days_are_said_as_people_say_them(text: str, language: str, said: str) -> None:
    assert aloud(text, language) == said


@given(st.text(), st.sampled_from(["en", "tr", "ja"]))
def test_no_text_is_too_strange_and_none_becomes_a_voices_own_command(text: str, language: str) -> None:
    assert "[[" not in aloud(text, language)
