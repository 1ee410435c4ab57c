"""What is known of an area code of the North American Numbering Plan?

Its country, its state or province, its class and every clock kept somewhere inside it: ``data/nanp.csv``, which says
where it comes from. It knows nothing of a single number, and an area code that is not in the table is unknown.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

GEOGRAPHIC = frozenset({"geographic", "geographic-new"})


@dataclass(frozen=True, slots=True)
class AreaCode:
    """One line of the table.

    Args:
        npa: the three digits.
        country: ISO 3166-1 alpha-2; empty where the code belongs to no one place.
        regions: ISO 3166-2, like ``US-NY``; several where one code serves several.
        kind: ``geographic``, ``geographic-new``, ``toll-free``, ``premium`` or ``non-geographic``.
        zones: IANA names of every clock in the area; empty where there is none.
    """

    npa: str
    country: str
    regions: frozenset[str]
    kind: str
    zones: frozenset[str]

    @property
    def is_geographic(self) -> bool:
        """True where the code belongs to a place."""
        return self.kind in GEOGRAPHIC


@lru_cache(maxsize=1)
def area_codes() -> dict[str, AreaCode]:
    """The whole table by area code."""
    text = resources.files("ahize.intake").joinpath("data/nanp.csv").read_text(encoding="utf-8")
    table = {}
    for line in csv.DictReader(text.splitlines()):
        regions = frozenset(f"{line['country']}-{part}" for part in line["region"].split("/") if part)
        zones = frozenset(zone for zone in line["zones"].split("|") if zone)
        table[line["npa"]] = AreaCode(line["npa"], line["country"], regions, line["class"], zones)
    return table
