"""No law reads more of a number than country and area: a ruling is the same when the rest is gone."""

from dataclasses import replace

import pytest

from ahize.compliance.facts import UNKNOWN
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.phone import blurred, is_e164
from compliance._lawyer_cases import packs

BOOK = Rulebook.load()


@pytest.mark.parametrize(
    ("number", "left"),
    [("+12025550102", "+12020000000"), ("+905550001122", "+900000000000"), ("+442079460000", "+440000000000")],
)
def test_country_and_area_are_left(number: str, left: str) -> None:
    assert blurred(number) == left == blurred(left)
    assert is_e164(left)


def test_every_example_of_every_law_is_ruled_the_same_without_the_digits() -> None:
    told = 0
    for pack in packs():
        for case in pack.cases:
            number = case.facts.number.e164
            if number is UNKNOWN:
                continue
            consents = case.facts.consents
            if consents is not UNKNOWN:
                consents = tuple(
                    replace(one, number=blurred(number)) if one.number == number else one for one in consents
                )
            facts = replace(case.facts, number=replace(case.facts.number, e164=blurred(number)), consents=consents)
            assert BOOK.decide(facts) == BOOK.decide(case.facts), case.name
            told += 1
    assert told > 100
