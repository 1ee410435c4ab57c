"""Where may the person behind a number be, as far as a row of a file tells? Zones, regions, country of each number.

It hands what the row knows to ``intake.places``. What cannot be told stays empty: an unknown zone bars a call, and that
is clearance's to say.
"""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from ahize.intake.places import country_for, region_of_zip, regions_for, zones_for
from ahize.kernel.phone import PhoneNumber


def whereabouts(
    number: PhoneNumber, *, address_region: str = "", postal_code: str = "", named_zone: str = ""
) -> tuple[list[str], list[str], str]:
    """Zones, regions and country a number may be in.

    Args:
        address_region: ISO 3166-2 of the person's address, where known.
        postal_code: of the address; read as a ZIP code for North American numbers only.
        named_zone: a time zone that the file gives. It is added, not believed: a supplier's column is no word of the
            person's, and one zone too many bars an hour, one too few wakes somebody.

    Returns:
        IANA names and ISO 3166-2 codes, sorted, and ISO 3166-1 of the number; empty where unknown.
    """
    zones, regions, country = _places(number.e164, address_region, postal_code if number.is_nanp else "")
    if named_zone:
        zones = zones | {named_zone}
    return sorted(zones), sorted(regions), country


@lru_cache(maxsize=16_384)
def _places(e164: str, address_region: str, postal_code: str) -> tuple[frozenset[str], frozenset[str], str]:
    number = PhoneNumber(e164)
    zones = zones_for(number, region=address_region or None, postal_code=postal_code or None)
    by_zip = region_of_zip(postal_code) if postal_code else None
    regions = regions_for(number) | {region for region in (address_region, by_zip) if region}
    return zones, frozenset(regions), country_for(number) or _country_abroad(number)


def _country_abroad(number: PhoneNumber) -> str:
    if number.is_nanp:
        return ""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number.e164)) or ""
