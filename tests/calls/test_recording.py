"""Nothing is recorded before what must come first has come; where consent is asked, its absence is a no."""

from __future__ import annotations

from itertools import product

import pytest

from ahize.calls.recording import Before, before_recording, may_begin

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


def test_not_even_the_first_frame_is_kept_too_early() -> None:
    kept = {
        (before, announced, consented)
        for before, announced, consented in product(
            ("none", "announce", "ask_consent", "never"), (False, True), (None, False, True)
        )
        if may_begin(before, announced=announced, consented=consented)
    }
    assert {one for one in kept if one[0] == "never"} == set()
    assert {one[2] for one in kept if one[0] == "ask_consent"} == {True}
    assert {one[1] for one in kept if one[0] == "announce"} == {True}
    assert len([one for one in kept if one[0] == "none"]) == 6
