"""Who lives in the made-up town?

Draws people with a seed: names, places, telephones and what a seller might know of them. Every number is from a range
kept for fiction (+1 area code 555-01xx, and +90 555 000 xx xx), so nobody real can ever be meant. It writes what a
list supplier would send, a plain CSV file, and nothing else: the people enter by the door that every list enters.
It refuses to know who will answer; that is ``people.py``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TextIO

from ahize.kernel.chance import Chance, stream

# Shares of 100,000 people by surname (US Census Bureau, "Frequently occurring surnames", 2010), the fifty first.
SURNAMES = {
    "Smith": 828, "Johnson": 655, "Williams": 551, "Brown": 487, "Jones": 483, "Garcia": 395, "Miller": 393,
    "Davis": 378, "Rodriguez": 371, "Martinez": 359, "Hernandez": 353, "Lopez": 296, "Gonzalez": 285, "Wilson": 271,
    "Anderson": 265, "Thomas": 256, "Taylor": 254, "Moore": 245, "Jackson": 240, "Martin": 238, "Lee": 235,
    "Perez": 231, "Thompson": 225, "White": 223, "Harris": 211, "Sanchez": 207, "Clark": 190, "Ramirez": 188,
    "Lewis": 180, "Robinson": 179, "Walker": 177, "Young": 164, "Allen": 163, "King": 157, "Wright": 155,
    "Scott": 149, "Torres": 148, "Nguyen": 148, "Hill": 147, "Flores": 146, "Green": 146, "Adams": 145,
    "Nelson": 144, "Baker": 142, "Hall": 138, "Rivera": 134, "Campbell": 131, "Mitchell": 130, "Carter": 129,
    "Roberts": 127,
}  # fmt: skip
# Births by given name over a hundred years, in thousands and rounded (US Social Security Administration).
GIVEN_NAMES = {
    "James": 4600, "Michael": 4400, "John": 4400, "Robert": 4300, "David": 3600, "William": 3600, "Mary": 3000,
    "Richard": 2400, "Joseph": 2300, "Thomas": 2100, "Christopher": 2000, "Charles": 2000, "Daniel": 1900,
    "Matthew": 1600, "Patricia": 1500, "Jennifer": 1500, "Linda": 1450, "Anthony": 1400, "Elizabeth": 1350,
    "Barbara": 1350, "Mark": 1350, "Donald": 1200, "Steven": 1250, "Susan": 1100, "Jessica": 1050, "Paul": 1250,
    "Andrew": 1250, "Karen": 990, "Sarah": 980, "Lisa": 965, "Nancy": 930, "Sandra": 870, "Ashley": 840,
    "Emily": 840, "Kimberly": 830, "Betty": 830, "Margaret": 800, "Donna": 800, "Michelle": 800, "Carol": 790,
}  # fmt: skip
TURKISH_GIVEN = (
    "Ayşe",
    "Mehmet",
    "Fatma",
    "Mustafa",
    "Emine",
    "Ahmet",
    "Hatice",
    "Ali",
    "Zeynep",
    "Hüseyin",
    "Elif",
    "İbrahim",
)
TURKISH_SURNAMES = (
    "Yılmaz",
    "Kaya",
    "Demir",
    "Çelik",
    "Şahin",
    "Yıldız",
    "Yıldırım",
    "Öztürk",
    "Aydın",
    "Özdemir",
    "Arslan",
    "Işık",
)
TURKISH_CITIES = ("İstanbul", "Ankara", "İzmir", "Bursa", "Antalya", "Adana", "Konya", "Gaziantep")

MOBILE_SHARE = 0.77
"""Adults with a mobile telephone only, about (US National Health Interview Survey, 2023 and 2024)."""
SPANISH_SHARE = 0.13
"""People who speak Spanish at home (US Census Bureau, American Community Survey)."""
LISTED_SHARE = 0.48
"""Registrations in the national do-not-call registry per telephone number, about (Federal Trade Commission)."""
# The rest is ours to choose; it makes every kind of reason appear on the why-not panel.
BUSINESS_SHARE = 0.05
CUSTOMER_SHARE = 0.16
INQUIRER_SHARE = 0.05
TURKISH_SHARE = 0.12
UNKNOWN_LINE_SHARE = 0.01
CUSTOMER_DAYS = 900
INQUIRER_DAYS = 180
INTERESTS = ("solar panels", "heat pump", "insulation", "new windows", "garden", "kitchen")

HEADER = (
    "Customer number", "First name", "Last name", "City", "State", "Country", "Phone", "Line type",
    "Consumer or business", "Language", "Last purchase", "Last inquiry", "Interest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AreaCode:
    """A geographic US area code: three digits, its state's two letters."""

    npa: str
    state: str


class _Weighted:
    """Draws keys by their weights; the running sums are made once."""

    def __init__(self, weights: dict[str, int]) -> None:
        self.names = list(weights)
        self.sums = list(accumulate(weights.values()))

    def draw(self, chance: Chance) -> str:
        return chance.choices(self.names, cum_weights=self.sums)[0]


_SURNAME = _Weighted(SURNAMES)
_GIVEN = _Weighted(GIVEN_NAMES)


def numbers(seed: int, n: int, area_codes: Sequence[AreaCode]) -> Iterator[tuple[str, str]]:
    """``n`` different fictional numbers as (E.164, US state or "TR").

    About TURKISH_SHARE of them are Turkish, more where the American ones run out (100 for each area code).

    Raises: ValueError where ``n`` is more than there are fictional numbers.
    """
    chance = stream(seed, "town numbers")
    american = [(f"+1{code.npa}55501{line:02d}", code.state) for code in area_codes for line in range(100)]
    turkish = [(f"+90555000{line:04d}", "TR") for line in range(10_000)]
    chance.shuffle(american)
    chance.shuffle(turkish)
    if n > len(american) + len(turkish):
        raise ValueError(f"only {len(american) + len(turkish):,} fictional numbers exist, {n:,} were asked for")
    foreign = min(len(turkish), max(round(n * TURKISH_SHARE), n - len(american)))
    chosen = american[: n - foreign] + turkish[:foreign]
    chance.shuffle(chosen)
    yield from chosen


def people(seed: int, n: int, *, on: date, area_codes: Sequence[AreaCode]) -> Iterator[tuple[str, ...]]:
    """``n`` rows under HEADER, as a supplier would have them on the day ``on``."""
    chance = stream(seed, "town people")
    for index, (number, state) in enumerate(numbers(seed, n, area_codes), start=1):
        turkish = state == "TR"
        given = chance.choice(TURKISH_GIVEN) if turkish else _GIVEN.draw(chance)
        surname = chance.choice(TURKISH_SURNAMES) if turkish else _SURNAME.draw(chance)
        line = "mobile" if turkish or chance.random() < MOBILE_SHARE else "fixed"
        if chance.random() < UNKNOWN_LINE_SHARE:
            line = ""
        capacity = "business" if chance.random() < BUSINESS_SHARE else "consumer"
        language = "tr" if turkish else "es" if chance.random() < SPANISH_SHARE else "en"
        bought = _days_before(on, CUSTOMER_DAYS, CUSTOMER_SHARE, chance)
        asked = _days_before(on, INQUIRER_DAYS, INQUIRER_SHARE, chance)
        yield (
            f"K{index:06d}", given, surname, chance.choice(TURKISH_CITIES) if turkish else "", "" if turkish else state,
            "TR" if turkish else "US", number, line, capacity, language, bought, asked, chance.choice(INTERESTS),
        )  # fmt: skip


GIVEN_HEADER = ("Phone", "Line type", "Consumer or business", "State", "Country")
"""What ``given_person`` adds to a list that has no numbers."""


def given_person(numbered: tuple[str, str], chance: Chance) -> tuple[str, ...]:
    """A made-up number with what the law asks about it, for somebody of whom a real list tells the rest."""
    number, state = numbered
    line = "mobile" if chance.random() < MOBILE_SHARE else "fixed"
    return number, line, "consumer", "" if state == "TR" else state, "TR" if state == "TR" else "US"


def _days_before(on: date, within: int, share: float, chance: Chance) -> str:
    """A date up to ``within`` days before ``on`` for this share of people, else nothing."""
    draw, days = chance.random(), chance.randrange(1, within)
    return (on - timedelta(days=days)).isoformat() if draw < share else ""


def listed(seed: int, american: Sequence[str]) -> list[str]:
    """Those of these +1 numbers whose owners put them on the national registry."""
    chance = stream(seed, "town registry")
    return [number for number in american if chance.random() < LISTED_SHARE]


def write_people(path: Path, rows: Iterator[tuple[str, ...]]) -> int:
    """Writes the supplier's file (UTF-8, commas). Returns how many people stand in it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        return count


def write_registry(file: TextIO, american: Sequence[str]) -> None:
    """Writes the registry's flat form, one ``AAA,NNNNNNN`` a line, in order."""
    for number in sorted(american):
        file.write(f"{number[2:5]},{number[5:]}\n")
