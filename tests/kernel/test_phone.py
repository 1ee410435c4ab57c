"""A number that was read: its shape, its calling code, the ranges kept for fiction, the mask."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.kernel.errors import BadInput
from ahize.kernel.phone import PhoneNumber, calling_code, is_drama, is_e164


@pytest.mark.parametrize(
    "text", ["", "12125550100", "+0125550100", "+1", "+1234567890123456", "+1 212", "+１２125550100", "+12125550100\n"]
)
def test_what_is_no_e164_is_refused(text):
    assert not is_e164(text)
    with pytest.raises(BadInput) as error:
        PhoneNumber(text)
    assert text not in error.value.message or not text
    assert error.value.public_facts() == {}


def test_the_parts():
    number = PhoneNumber("+12125550100")
    assert (number.calling_code, number.national, number.area_code, number.exchange) == (
        "1",
        "2125550100",
        "212",
        "555",
    )
    assert number.as_int() == 12125550100
    turkish = PhoneNumber("+905550000001")
    assert (turkish.calling_code, turkish.national, turkish.area_code) == ("90", "5550000001", None)
    assert str(turkish) == "+905550000001"


def test_every_calling_code_is_known():
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        assert calling_code(f"+{code}5550000000"[:15]) == str(code)


@given(st.from_regex(re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII), fullmatch=True))
def test_parts_join_to_the_number_and_the_mask_hides_it(text):
    number = PhoneNumber(text)
    assert f"+{number.calling_code}{number.national}" == text
    assert sum(c.isdigit() for c in number.masked) == len(number.calling_code) + 2
    assert number.masked.endswith(text[-2:])


DRAMA = [
    "+12125550100", "+18005550199", "+442079460018", "+447700900123", "+441632960001", "+61491570156", "+61255501234",
    "+46701740605", "+46701740699", "+46846500412", "+493023125012", "+4917604069019",
    "+33199000015", "+33639981234", "+905550000001", "+353209101234", "+46313900600",
]  # fmt: skip
REAL = [
    "+12125550099",
    "+12125550200",
    "+12125551234",
    "+442079470018",
    "+447700800123",
    "+905551000001",
    "+46701740604",
]


@pytest.mark.parametrize("e164", DRAMA)
def test_fictional_ranges_are_known(e164):
    assert is_drama(e164)
    assert PhoneNumber(e164).is_drama


@pytest.mark.parametrize("e164", REAL)
def test_their_neighbours_are_not(e164):
    assert not is_drama(e164)


def test_every_area_code_has_its_fictional_hundred():
    for npa in range(200, 1000):
        assert is_drama(f"+1{npa}5550150")
        assert not is_drama(f"+1{npa}5550250")
