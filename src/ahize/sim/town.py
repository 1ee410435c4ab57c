"""Who lives in the made-up town?

Draws people with a seed: names, places, telephones and what a seller might know of them. Every number is from a range
kept for fiction (+1 area code 555-01xx, Ofcom's for drama, and +90 555 000 xx xx), so nobody real can ever be meant.
It writes what a list supplier would send, a plain CSV file, and nothing else: the people enter by the door that every
list enters. It refuses to know who will answer; that is ``people.py``.
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
BRITISH_SURNAMES = (
    *("Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Davies", "Patel", "Robinson", "Wright", "Evans"),
    *("Thompson", "Walker", "Hughes", "Khan", "Campbell", "Murphy"),
)
BRITISH_CITIES = ("London", "Leeds", "Sheffield", "Nottingham", "Leicester", "Bristol", "Reading", "Birmingham")
BRITISH_RANGES = (
    *("447700900", "442079460", "441134960", "441144960", "441154960", "441164960", "441174960", "441184960"),
    *("441214960", "441314960", "441414960", "441514960", "441614960", "441914980"),
)
"""A thousand numbers each, the first mobile: Ofcom, "Telephone numbers for use in TV and radio drama programmes"."""

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
BRITISH_SHARE = 0.04
UNKNOWN_LINE_SHARE = 0.01
CUSTOMER_DAYS = 900
INQUIRER_DAYS = 180
INTERESTS = ("solar panels", "heat pump", "insulation", "new windows", "garden", "kitchen")

HEADER = (
    "Customer number", "First name", "Last name", "City", "State", "Country", "Phone", "Line type",
    "Consumer or business", "Language", "Last purchase", "Last inquiry", "Interest",
)  # fmt: skip
TURKISH_HEADER = (
    "Müşteri no", "Ad", "Soyad", "Şehir", "Ülke", "Cep telefonu", "Hat türü", "Müşteri tipi", "Dil",
    "Son alışveriş tarihi", "Son başvuru", "İlgi alanı",
)  # fmt: skip
TURKISH_INTERESTS = ("güneş paneli", "ısı pompası", "yalıtım", "yeni pencere", "bahçe", "mutfak")


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
    """``n`` different fictional numbers as (E.164, US state, "GB" or "TR").

    About TURKISH_SHARE of them are Turkish, more where the American ones run out (100 for each area code), and about
    BRITISH_SHARE British.

    Raises: ValueError where ``n`` is more than there are fictional numbers.
    """
    chance = stream(seed, "town numbers")
    american = [(f"+1{code.npa}55501{line:02d}", code.state) for code in area_codes for line in range(100)]
    turkish = [(f"+90555000{line:04d}", "TR") for line in range(10_000)]
    british = [(f"+{first}{line:03d}", "GB") for first in BRITISH_RANGES for line in range(1000)]
    for some in (american, turkish, british):
        chance.shuffle(some)
    there_are = len(american) + len(turkish) + len(british)
    if n > there_are:
        raise ValueError(f"only {there_are:,} fictional numbers exist, {n:,} were asked for")
    of_gb = max(round(n * BRITISH_SHARE), n - len(american) - len(turkish))
    of_tr = min(len(turkish), max(round(n * TURKISH_SHARE), n - of_gb - len(american)))
    chosen = american[: n - of_gb - of_tr] + turkish[:of_tr] + british[:of_gb]
    chance.shuffle(chosen)
    yield from chosen


def people(seed: int, n: int, *, on: date, area_codes: Sequence[AreaCode]) -> Iterator[tuple[str, ...]]:
    """``n`` rows under HEADER, as a supplier would have them on the day ``on``."""
    chance = stream(seed, "town people")
    for index, (number, place) in enumerate(numbers(seed, n, area_codes), start=1):
        country = _country(place)
        given = chance.choice(TURKISH_GIVEN) if country == "TR" else _GIVEN.draw(chance)
        surname = chance.choice(_SURNAMES_ABROAD[country]) if country != "US" else _SURNAME.draw(chance)
        line = _line(number, chance)
        if chance.random() < UNKNOWN_LINE_SHARE:
            line = ""
        capacity = "business" if chance.random() < BUSINESS_SHARE else "consumer"
        language = "tr" if country == "TR" else "es" if country == "US" and chance.random() < SPANISH_SHARE else "en"
        bought = _days_before(on, CUSTOMER_DAYS, CUSTOMER_SHARE, chance)
        asked = _days_before(on, INQUIRER_DAYS, INQUIRER_SHARE, chance)
        yield (
            f"K{index:06d}", given, surname, chance.choice(_CITIES_ABROAD[country]) if country != "US" else "",
            place if country == "US" else "", country, number, line, capacity, language, bought, asked,
            chance.choice(INTERESTS),
        )  # fmt: skip


_SURNAMES_ABROAD = {"TR": TURKISH_SURNAMES, "GB": BRITISH_SURNAMES}
_CITIES_ABROAD = {"TR": TURKISH_CITIES, "GB": BRITISH_CITIES}


def _country(place: str) -> str:
    return place if place in _CITIES_ABROAD else "US"


def _line(number: str, chance: Chance) -> str:
    """Abroad the number itself tells; all our Turkish ones are mobile."""
    if number.startswith("+44"):
        return "mobile" if number.startswith("+447") else "fixed"
    return "mobile" if number.startswith("+90") or chance.random() < MOBILE_SHARE else "fixed"


GIVEN_HEADER = ("Phone", "Line type", "Consumer or business", "State", "Country")
"""What ``given_person`` adds to a list that has no numbers."""


def given_person(numbered: tuple[str, str], chance: Chance) -> tuple[str, ...]:
    """A made-up number with what the law asks about it, for somebody of whom a real list tells the rest."""
    number, place = numbered
    country = _country(place)
    return number, _line(number, chance), "consumer", place if country == "US" else "", country


def _days_before(on: date, within: int, share: float, chance: Chance) -> str:
    """A date up to ``within`` days before ``on`` for this share of people, else nothing."""
    draw, days = chance.random(), chance.randrange(1, within)
    return (on - timedelta(days=days)).isoformat() if draw < share else ""


def listed(seed: int, some: Sequence[str], register: str = "national") -> list[str]:
    """Those of these numbers whose owners put them on their country's register."""
    chance = stream(seed, "town registry" if register == "national" else f"town registry {register}")
    return [number for number in some if chance.random() < LISTED_SHARE]


def some_of(seed: int, numbers: Sequence[str], share: float, name: str) -> frozenset[str]:
    """About this share of the numbers; a larger share holds all of a smaller one."""
    chance = stream(seed, f"town {name}")
    return frozenset(number for number in numbers if chance.random() < share)


def in_turkish(row: tuple[str, ...]) -> tuple[str, ...]:
    """A row under HEADER as a Turkish supplier writes it under TURKISH_HEADER."""
    said = dict(zip(HEADER, row, strict=True))
    return (
        *(said[name] for name in ("Customer number", "First name", "Last name", "City")),
        "Türkiye", f"0{said['Phone'][3:6]} {said['Phone'][6:9]} {said['Phone'][9:11]} {said['Phone'][11:]}",
        {"mobile": "cep", "fixed": "sabit"}.get(said["Line type"], ""),
        {"consumer": "bireysel", "business": "kurumsal"}[said["Consumer or business"]], said["Language"],
        *(".".join(reversed(said[name].split("-"))) for name in ("Last purchase", "Last inquiry")),
        TURKISH_INTERESTS[INTERESTS.index(said["Interest"])],
    )  # fmt: skip


def write_people(path: Path, rows: Iterator[tuple[str, ...]], header: Sequence[str] = HEADER) -> int:
    """Writes the supplier's file (UTF-8, commas). Returns how many people stand in it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        return count


def write_registry(file: TextIO, american: Sequence[str]) -> None:
    """Writes the registry's flat form, one ``AAA,NNNNNNN`` a line, in order."""
    for number in sorted(american):
        file.write(f"{number[2:5]},{number[5:]}\n")


def write_british_registry(file: TextIO, british: Sequence[str]) -> None:
    """Writes the Telephone Preference Service's form: the national number, one a line."""
    for number in sorted(british):
        file.write(f"0{number[3:]}\n")
