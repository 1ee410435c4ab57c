"""What must come before a recording is the strictest that anybody asks for."""

from __future__ import annotations

import pytest

from ahize.calls.recording import Before, announcement, before_recording

DUTY = ("show_caller_id", "announce_recording")


@pytest.mark.parametrize(
    ("duties", "records", "announces", "asks", "first"),
    [
        (DUTY, False, True, True, "never"),
        (DUTY, None, True, True, "never"),
        ((), True, False, False, "none"),
        ((), True, None, None, "none"),
        ((), True, True, False, "announce"),
        (DUTY, True, None, None, "announce"),
        (DUTY, True, False, False, "announce"),
        (DUTY, True, True, True, "ask_consent"),
        ((), True, False, True, "ask_consent"),
    ],
)
def test_the_strictest_word_decides(
    duties: tuple[str, ...], records: bool | None, announces: bool | None, asks: bool | None, first: Before
) -> None:
    assert before_recording(duties, records=records, announces=announces, asks=asks) == first


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("tr-TR", "Bu görüşme kaydedilmektedir."), ("en", "This call is recorded."), ("xx", "This call is recorded.")],
)
def test_both_sides_hear_it_in_the_campaigns_language(language: str, sentence: str) -> None:
    assert announcement(language) == sentence
