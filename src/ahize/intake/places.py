"""Where may the owner of this number be, and by which clocks?

A set of IANA zones and of ISO 3166-2 regions, from the area code and from what else is known: the person's state, the
postal code, the exchange. Evidence that agrees with the number narrows the set; evidence that contradicts it (a moved
mobile) is added, because both clocks must then permit. Nothing known is the empty set, and that bars the call. The
hours themselves are asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers.tzdata import TIMEZONE_DATA

from ahize.intake import places_abroad
from ahize.intake.folding import plain_key
from ahize.intake.nanp import area_codes
from ahize.kernel.phone import PhoneNumber

_STATES = {
    "US": {
        "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
        "CT": "connecticut", "DE": "delaware", "DC": "district of columbia", "FL": "florida", "GA": "georgia",
        "HI": "hawaii", "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas",
        "KY": "kentucky", "LA": "louisiana", "ME": "maine", "MD": "maryland", "MA": "massachusetts", "MI": "michigan",
        "MN": "minnesota", "MS": "mississippi", "MO": "missouri", "MT": "montana", "NE": "nebraska", "NV": "nevada",
        "NH": "new hampshire", "NJ": "new jersey", "NM": "new mexico", "NY": "new york", "NC": "north carolina",
        "ND": "north dakota", "OH": "ohio", "OK": "oklahoma", "OR": "oregon", "PA": "pennsylvania",
        "RI": "rhode island", "SC": "south carolina", "SD": "south dakota", "TN": "tennessee", "TX": "texas",
        "UT": "utah", "VT": "vermont", "VA": "virginia", "WA": "washington", "WV": "west virginia",
        "WI": "wisconsin", "WY": "wyoming", "PR": "puerto rico", "VI": "us virgin islands", "GU": "guam",
        "AS": "american samoa", "MP": "northern mariana islands",
    },
    "CA": {
        "AB": "alberta", "BC": "british columbia", "MB": "manitoba", "NB": "new brunswick",
        "NL": "newfoundland and labrador", "NS": "nova scotia", "NT": "northwest territories", "NU": "nunavut",
        "ON": "ontario", "PE": "prince edward island", "QC": "quebec", "SK": "saskatchewan", "YT": "yukon",
    },
}  # fmt: skip

# First three digits of a ZIP code, half-open at the top: who delivers there. USPS, Domestic Mail Manual L002.
_ZIPS = (
    (5, 6, "NY"), (6, 10, "PR"), (10, 28, "MA"), (28, 30, "RI"), (30, 39, "NH"), (39, 50, "ME"), (50, 55, "VT"),
    (55, 56, "MA"), (56, 60, "VT"), (60, 63, "CT"), (63, 64, "NY"), (64, 70, "CT"), (70, 90, "NJ"), (100, 150, "NY"),
    (150, 197, "PA"), (197, 200, "DE"), (200, 201, "DC"), (201, 202, "VA"), (202, 206, "DC"), (206, 220, "MD"),
    (220, 247, "VA"), (247, 269, "WV"), (270, 290, "NC"), (290, 300, "SC"), (300, 320, "GA"), (320, 340, "FL"),
    (341, 343, "FL"), (344, 345, "FL"), (346, 348, "FL"), (349, 350, "FL"), (350, 353, "AL"), (354, 370, "AL"),
    (370, 386, "TN"), (386, 398, "MS"), (398, 400, "GA"), (400, 428, "KY"), (430, 460, "OH"), (460, 480, "IN"),
    (480, 500, "MI"), (500, 517, "IA"), (520, 529, "IA"), (530, 533, "WI"), (534, 536, "WI"), (537, 550, "WI"),
    (550, 552, "MN"), (553, 568, "MN"), (569, 570, "DC"), (570, 578, "SD"), (580, 589, "ND"), (590, 600, "MT"),
    (600, 621, "IL"), (622, 630, "IL"), (630, 632, "MO"), (633, 642, "MO"), (644, 659, "MO"), (660, 663, "KS"),
    (664, 680, "KS"), (680, 682, "NE"), (683, 694, "NE"), (700, 702, "LA"), (703, 709, "LA"), (710, 715, "LA"),
    (716, 730, "AR"), (730, 732, "OK"), (733, 734, "TX"), (734, 750, "OK"), (750, 771, "TX"), (772, 800, "TX"),
    (800, 817, "CO"), (820, 832, "WY"), (832, 839, "ID"), (840, 848, "UT"), (850, 854, "AZ"), (855, 858, "AZ"),
    (859, 861, "AZ"), (863, 866, "AZ"), (870, 872, "NM"), (873, 885, "NM"), (885, 886, "TX"), (889, 892, "NV"),
    (893, 896, "NV"), (897, 899, "NV"), (900, 909, "CA"), (910, 929, "CA"), (930, 962, "CA"), (967, 969, "HI"),
    (969, 970, "GU"), (970, 980, "OR"), (980, 987, "WA"), (988, 995, "WA"), (995, 1000, "AK"),
)  # fmt: skip
# Where the post office of one state delivers into another, or where 969 serves several islands: not decided by ZIP.
_MIXED_ZIPS = frozenset({"063", "834", "969", "398", "739", "797"})
# Exchanges that the library places wrongly or coarsely, all of them in areas with a clock that has no daylight time
# of its neighbour; there the area's whole set stands.
_DISTRUSTED = frozenset(
    {"250", "778", "236", "672", "257", "306", "639", "474", "867", "689", "709", "879", "907", "807"}
)


@lru_cache(maxsize=2048)
def region_of(text: str, country: str) -> str | None:
    """ISO 3166-2 of a state or province as people write it (``NY``, ``New York``, ``US-NY``), or None.

    Args:
        country: ISO 3166-1; ``US``, ``CA`` and those of ``places_abroad`` are known.
    """
    states = _STATES.get(country) or places_abroad.STATES.get(country, {})
    plain = plain_key(text)
    code = plain.removeprefix(country.lower() + " ").upper()
    if code in states:
        return f"{country}-{code}"
    return next((f"{country}-{code}" for code, name in states.items() if name == plain), None)


@lru_cache(maxsize=4096)
def region_of_zip(text: str) -> str | None:
    """ISO 3166-2 of a ZIP code of the United States (``10001``, ``10001-1234``), or None where it does not decide.

    Four digits are not completed: a lost zero is not put back.
    """
    match = re.fullmatch(r"(\d{3})\d{2}(?:-?\d{4})?", text.strip(), re.ASCII)
    if match is None or match[1] in _MIXED_ZIPS:
        return None
    head = int(match[1])
    return next((f"US-{state}" for start, until, state in _ZIPS if start <= head < until), None)


@lru_cache(maxsize=1)
def _zones_by_region() -> dict[str, frozenset[str]]:
    """Every clock of each state: those of all its area codes together."""
    table: dict[str, frozenset[str]] = {}
    for area in area_codes().values():
        for region in area.regions:
            if len(area.regions) == 1:
                table[region] = table.get(region, frozenset()) | area.zones
    territories = {"CA-YT": {"America/Whitehorse"}, "CA-NT": {"America/Edmonton"}}
    arctic = {"America/Iqaluit", "America/Rankin_Inlet", "America/Resolute", "America/Cambridge_Bay"}
    for region, zones in {**territories, "CA-NU": arctic}.items():
        table[region] = frozenset(zones)
    islands = {"PR": "America/Puerto_Rico", "VI": "America/St_Thomas", "GU": "Pacific/Guam", "AS": "Pacific/Pago_Pago"}
    for code, zone in {**islands, "MP": "Pacific/Saipan"}.items():
        table[f"US-{code}"] = frozenset({zone})
    return table


def zones_of_region(region: str) -> frozenset[str]:
    """Every clock kept in a state or province, ISO 3166-2; empty where it is not known."""
    return _zones_by_region().get(region) or places_abroad.zones_of_region(region)


def regions_for(number: PhoneNumber | str) -> frozenset[str]:
    """The states or provinces that the number's area code serves, ISO 3166-2; empty where there are none or unknown."""
    parsed = number if isinstance(number, PhoneNumber) else PhoneNumber(number)
    if not parsed.is_nanp:
        return places_abroad.regions_of(parsed.digits)
    area = area_codes().get(parsed.area_code or "")
    if area is None:
        return frozenset()
    # The territories are countries in ISO 3166-1 and parts of the United States in 3166-2; the law reads the latter.
    if area.country in {"PR", "VI", "GU", "AS", "MP"}:
        return frozenset({f"US-{area.country}"})
    return area.regions


def country_for(number: PhoneNumber | str) -> str | None:
    """ISO 3166-1 of a North American number by its area code; None where the code has no one country or is unknown."""
    parsed = number if isinstance(number, PhoneNumber) else PhoneNumber(number)
    area = area_codes().get(parsed.area_code or "")
    return area.country or None if area else None


def zones_for(
    number: PhoneNumber | str,
    *,
    region: str | None = None,
    postal_code: str | None = None,
    stated: Iterable[str] = (),
    trust_exchange: bool = False,
) -> frozenset[str]:
    """Every clock by which the owner may live; a call is lawful only where all of them permit it.

    Args:
        number: the number.
        region: ISO 3166-2 of the person's address, where known.
        postal_code: of the address; a ZIP code stands for its state where no region is given.
        stated: zones that the person named; they are the answer and nothing is added.
        trust_exchange: whether the three digits after the area code may narrow the set. They come from the library's
            geography, which cannot see a ported or moved number, so they are off unless someone decides otherwise.

    Returns:
        IANA names; empty means unknown.
    """
    named = frozenset(stated)
    if named:
        return named
    parsed = number if isinstance(number, PhoneNumber) else PhoneNumber(number)
    zones = _zones_of_number(parsed)
    if trust_exchange:
        zones = zones & _zones_of_exchange(parsed) or zones
    place = region or (region_of_zip(postal_code) if postal_code else None)
    there = zones_of_region(place) if place else frozenset()
    if not there:
        return zones
    # An address in the number's own state agrees with it, as does any in its country where the number says no more;
    # any other means that the number or the person has moved.
    if place in regions_for(parsed):
        return zones & there or there
    return there if place and _says_only_the_country(parsed, place[:2]) else zones | there


def _says_only_the_country(number: PhoneNumber, country: str) -> bool:
    if number.is_nanp or number.calling_code != str(phonenumbers.country_code_for_region(country)):
        return False
    return not places_abroad.zones_of(number.digits)


def _zones_of_number(number: PhoneNumber) -> frozenset[str]:
    if number.is_nanp:
        area = area_codes().get(number.area_code or "")
        return area.zones if area else frozenset()
    # The row of a bare calling code holds every clock of the countries that share it.
    return places_abroad.zones_of(number.digits) or frozenset(TIMEZONE_DATA.get(number.calling_code, ()))


def _zones_of_exchange(number: PhoneNumber) -> frozenset[str]:
    """What the library says of this exchange or of a longer part of the number; empty where it says nothing."""
    if not number.is_nanp or number.area_code in _DISTRUSTED:
        return frozenset()
    digits = number.digits
    for length in range(len(digits), 6, -1):
        if zones := TIMEZONE_DATA.get(digits[:length]):
            return frozenset(_SAME.get(zone, zone) for zone in zones)
    return frozenset()


# The library names a few clocks that agree with their neighbour today and always did within the law's memory.
_SAME = {"America/Boise": "America/Denver", "America/North_Dakota/Center": "America/Chicago"}
