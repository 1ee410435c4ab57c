"""Names are found whatever their case, accents and dots."""

from __future__ import annotations

import pytest

from ahize.web.contacts.folding import fold


@pytest.mark.parametrize("spelt", ["Işık", "ISIK", "ışık", "İŞIK", "isik", "  Işık "])
def test_turkish_spellings_of_one_name_meet(spelt: str) -> None:
    assert fold(spelt) == "isik"


def test_parts_are_joined_by_single_spaces() -> None:
    assert fold("José  María", "Núñez") == "jose maria nunez"
