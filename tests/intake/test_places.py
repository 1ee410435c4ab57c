"""Area codes and clocks: every clock that may be kept there, and what narrows or widens the set."""

from __future__ import annotations

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ahize.intake.nanp import area_codes
from ahize.intake.places import country_for, region_of, region_of_zip, regions_for, zones_for, zones_of_region

CASES = Path(__file__).parent / "exchange_cases.csv"


def _cases():
    with CASES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", _cases(), ids=lambda c: f"{c['npa']}-{c['nxx']}")
def test_every_clock_of_an_area_code_is_in_the_set(case):
    assert zones_for(f"+1{case['npa']}{case['nxx']}0100") == frozenset(case["must_be_open_in"].split("|"))


@pytest.mark.parametrize("case", _cases(), ids=lambda c: f"{c['npa']}-{c['nxx']}")
def test_a_trusted_exchange_never_loses_the_true_clock(case):
    zones = zones_for(f"+1{case['npa']}{case['nxx']}0100", trust_exchange=True)
    assert frozenset(case["true_zones"].split("|")) <= zones


def test_overlays_have_the_clocks_of_their_parents():
    codes = area_codes()
    for overlay, parent in {"930": "812", "364": "270", "448": "850", "458": "541", "778": "250", "729": "423"}.items():
        assert codes[overlay].zones == codes[parent].zones


def test_every_zone_of_the_table_exists():
    for area in area_codes().values():
        for zone in area.zones:
            assert ZoneInfo(zone)


def test_an_unknown_set_is_empty():
    assert zones_for("+18005550123") == frozenset()
    assert zones_for("+17005550123") == frozenset()
    assert regions_for("+18005550123") == frozenset()
    assert country_for("+18005550123") is None


def test_an_address_that_agrees_narrows():
    both = {"America/New_York", "America/Chicago"}
    assert zones_for("+18505550100") == both
    assert zones_for("+12195550100", region="US-IN") == both
    assert zones_for("+16055550100", postal_code="10001") >= {"America/New_York"}
    assert zones_for("+18675550100", region="CA-YT") == {"America/Whitehorse"}


def test_an_address_elsewhere_is_added():
    """A mobile that moved from New York to California: both clocks must permit."""
    assert zones_for("+12125550100", region="US-FL") == {"America/New_York", "America/Chicago"}
    assert zones_for("+12125550100", region="US-CA") == {"America/New_York", "America/Los_Angeles"}


def test_a_zone_the_person_named_is_the_answer():
    assert zones_for("+18005550123", stated=["America/Denver"]) == {"America/Denver"}


def test_regions():
    assert regions_for("+12125550100") == {"US-NY"}
    assert regions_for("+17875550100") == {"US-PR"}
    assert regions_for("+18675550100") == {"CA-YT", "CA-NT", "CA-NU"}
    assert regions_for("+905550000001") == frozenset()
    assert country_for("+18765550100") == "JM"


def test_other_countries_have_all_their_clocks():
    assert zones_for("+905550000001") == {"Europe/Istanbul"}
    assert {"Australia/Perth", "Australia/Sydney"} <= zones_for("+61412345678")


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("NY", "US", "US-NY"),
        ("ny", "US", "US-NY"),
        ("New York", "US", "US-NY"),
        ("US-NY", "US", "US-NY"),
        ("Québec", "CA", "CA-QC"),
        ("Narnia", "US", None),
        ("NY", "TR", None),
    ],
)
def test_states_as_people_write_them(text, country, expected):
    assert region_of(text, country) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10001", "US-NY"), ("90210-1234", "US-CA"), ("02139", "US-MA"), ("2139", None), ("EC1A", None), ("96910", None)],
)
def test_zip_codes_decide_a_state_or_nothing(text, expected):
    assert region_of_zip(text) == expected


def test_every_state_has_clocks():
    regions = {region for area in area_codes().values() for region in area.regions}
    assert all(zones_of_region(region) for region in regions)


@pytest.mark.parametrize(
    ("number", "regions", "zones"),
    [
        ("+5521987650118", {"BR-RJ"}, {"America/Sao_Paulo"}),
        ("+5568987650118", {"BR-AC"}, {"America/Rio_Branco"}),
        ("+5561987650118", {"BR-DF", "BR-GO"}, {"America/Sao_Paulo"}),
        ("+61733330118", {"AU-QLD", "AU-NSW"}, {"Australia/Brisbane", "Australia/Sydney", "Australia/Broken_Hill"}),
        ("+526641230118", set(), {"America/Tijuana"}),
        ("+525512340118", set(), {"America/Mexico_City"}),
    ],
)
def test_an_area_abroad_says_its_states_and_clocks(number, regions, zones):
    assert regions_for(number) == regions
    assert zones_for(number) == zones


def test_a_mobile_of_australia_says_the_country_and_its_address_the_clock():
    anywhere = zones_for("+61491570156")
    assert {"Australia/Sydney", "Australia/Perth"} <= anywhere
    assert zones_for("+61491570156", region="AU-WA") == {"Australia/Perth"}
    assert region_of("Western Australia", "AU") == "AU-WA"
    assert region_of("São Paulo", "BR") == "BR-SP"
    assert region_of("Quintana Roo", "MX") == "MX-ROO"


def test_who_moved_within_brazil_keeps_both_clocks():
    assert zones_for("+5521987650118", region="BR-AC") == {"America/Sao_Paulo", "America/Rio_Branco"}
    assert zones_for("+61491570156", region="BR-AC") >= {"America/Rio_Branco", "Australia/Sydney"}
