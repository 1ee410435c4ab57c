"""Cells with telephone numbers: what is read, what is refused, and that nothing is made up."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahize.intake.nanp import area_codes
from ahize.intake.numbers import read_numbers
from ahize.intake.reasons import REASONS
from ahize.kernel.phone import is_e164


def _read(cell: str, region: str | None = "US") -> list[str]:
    return [found.number.e164 for found in read_numbers(cell, region).found]


def _codes(cell: str, region: str | None = "US") -> set[str]:
    return set(read_numbers(cell, region).codes)


@pytest.mark.parametrize(
    ("cell", "region", "expected"),
    [
        ("tel:+1-212-555-0133;ext=12", "US", ["+12125550133"]),
        ("+44 (0)20 7946 0018", "US", ["+442079460018"]),
        ("0044 20 7946 0018", "US", ["+442079460018"]),
        ("011 44 20 7946 0018", "US", ["+442079460018"]),
        ("030/23125016", "DE", ["+493023125016"]),
        ("0555/000/00/01", "TR", ["+905550000001"]),
        ("0 (555) 000 00 01", "TR", ["+905550000001"]),
        ("+90.555.000.00.01", None, ["+905550000001"]),
        ("4917604069030", "DE", ["+4917604069030"]),
        ("07700 900103", "GB", ["+447700900103"]),
        ("Cep: 0555 000 00 01 / Ev: 0555 000 00 02", "TR", ["+905550000001", "+905550000002"]),
        ("212-555-0131 212-555-0132", "US", ["+12125550131", "+12125550132"]),
        ("212-555-0131\n212-555-0132", "US", ["+12125550131", "+12125550132"]),
        ("+12125550131+12125550132", "US", ["+12125550131", "+12125550132"]),
        ("212-555-0131 and 212-555-0132", "US", ["+12125550131", "+12125550132"]),
        ("1-800-FLOWERS", "US", ["+18003569377"]),
        ("2125550131,,45", "US", ["+12125550131"]),
        ("436-555-0101", "US", ["+14365550101"]),
    ],
)
def test_ways_to_write_a_number(cell, region, expected):
    assert _read(cell, region) == expected
    assert not read_numbers(cell, region).refused


@pytest.mark.parametrize(
    ("cell", "region", "code"),
    [
        ("2.12555012E+09", "US", "phone_scientific_lossy"),
        ("9,05E+11", "TR", "phone_scientific_lossy"),
        ("212-555-0140/41", "US", "phone_partial_second"),
        ("212-555-0148212-555-0149", "US", "phone_too_long"),
        ("555-0101", "US", "phone_no_area_code"),
        ("2125550101", None, "phone_no_country"),
        ("900-555-0100", "US", "phone_premium"),
        ("212-976-0100", "US", "phone_premium"),
        ("212-911-0100", "US", "phone_invalid"),
        ("211-555-0101", "US", "phone_invalid"),
        ("+1 212 555 010", "US", "phone_too_short"),
        ("0000000000", "US", "phone_placeholder"),
        ("0555 555 55 55", "TR", "phone_placeholder"),
        ("112", "TR", "phone_short_code"),
        ("55501", "US", "phone_too_short"),
        ("0555-000-00-6", "TR", "phone_too_short"),
        ("0555 000 00 011", "TR", "phone_too_long"),
        ("7700 90010", "GB", "phone_too_short"),
        ("49511234567", "DE", "phone_ambiguous"),
        ("²¹²-555-0164", "US", "phone_invalid"),
        ("call the office", "US", "phone_invalid"),
        ("#REF!", "US", "phone_invalid"),
        ("ann@example.com", "US", "phone_invalid"),
        ("212-KLJ-018", "US", "phone_invalid"),
    ],
)
def test_what_is_refused(cell, region, code):
    assert _codes(cell, region) & {code}
    assert read_numbers(cell, region).refused


@pytest.mark.parametrize("cell", ["", "  ", "n/a", "N/A", "-", "yok", "none", "NULL", "unknown", "\u200b"])
def test_nothing_is_nothing(cell):
    assert read_numbers(cell, "US").found == ()
    assert not read_numbers(cell, "US").refused


def test_words_after_a_number_are_never_keyed_in():
    for cell in ("212-555-0150 BOB", "212-555-0150 ask for Bob at 5", "212-555 HOME", "HOME 212-555-0150"):
        assert set(_read(cell)) <= {"+12125550150"}


def test_labels_and_extensions():
    reading = read_numbers("work: 212-555-0137 ext 12; fax 212-555-0138; 212-555-0139 (cell)", "US")
    told = [(f.number.e164[-4:], f.label, f.ext, f.do_not_dial) for f in reading.found]
    assert told == [("0137", "work", "12", False), ("0138", "fax", "", True), ("0139", "cell", "", False)]
    assert read_numbers("212-555-0137", "US", fax=True).found[0].do_not_dial


def test_every_code_has_its_sentences():
    for reason in REASONS.values():
        assert reason.en.endswith(".")
        assert reason.tr.endswith((".", "!"))


SHAPES = [
    "{a}{b}{c}", "({a}) {b}-{c}", "{a}.{b}.{c}", "+1 {a} {b} {c}", "1-{a}-{b}-{c}", "+1{a}{b}{c}", " {a} {b}{c} ",
    "'{a}{b}{c}", '="{a}{b}{c}"', "{a}{b}{c}.0", "001{a}{b}{c}", "tel: {a}-{b}-{c}", "{a}\u2011{b}\u2013{c}",
    "\u202a+1{a}{b}{c}\u202c",
]  # fmt: skip
AREAS = sorted(a.npa for a in area_codes().values() if a.kind == "geographic" and a.country == "US")


@given(
    npa=st.sampled_from(AREAS),
    line=st.integers(0, 99),
    shape=st.sampled_from(SHAPES),
)
def test_every_spelling_of_a_number_is_that_number(npa, line, shape):
    cell = shape.format(a=npa, b="555", c=f"01{line:02d}")
    assert _read(cell) == [f"+1{npa}55501{line:02d}"]


@settings(max_examples=300)
@given(
    cell=st.text(max_size=40) | st.text("0123456789+-(). /,;xE#'=\"\n", max_size=40),
    region=st.sampled_from(["US", "TR", "DE", "GB", None]),
)
def test_no_digit_is_made_up(cell, region):
    """Whatever the cell: the digits of a number stand in it, in order, behind at most a calling code."""
    reading = read_numbers(cell, region)
    keyed = "vanity_letters" in reading.codes
    digits = "".join(str(int(c)) for c in cell if c.isdecimal())
    for found in reading.found:
        assert is_e164(found.number.e164)
        assert keyed or found.number.national in digits or found.number.digits in digits
    for code in reading.codes:
        assert code in REASONS


@settings(max_examples=200)
@given(number=st.integers(2_000_000_000, 9_999_999_999))
def test_the_library_agrees_but_for_what_we_know_better(number):
    """Our table against the library's metadata: it may know fewer area codes, it has no other quarrel with us."""
    ours = bool(_read(str(number)))
    theirs = phonenumbers.is_valid_number(phonenumbers.PhoneNumber(country_code=1, national_number=number))
    area = area_codes().get(str(number)[:3])
    if ours and not theirs:
        assert area is not None
        assert not (area.kind == "geographic" and area.country == "US" and str(number)[3] in "01")
    if theirs and not ours:
        premium = area is not None and area.kind == "premium"
        assert premium or str(number)[4:6] == "11" or str(number)[3:6] == "976" or len(set(str(number))) == 1
