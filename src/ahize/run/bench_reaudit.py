"""Does a million stored rulings decide the same again, and how fast? ``./ahize bench reaudit --rulings 1000000 --json``

Made-up rulings of every jurisdiction in the rulebook are decided, hashed and written to PostgreSQL as clearance writes
them: facts, ruling and sources as jsonb. Countries come as often as ``MIX`` says, in each its authorities and states
in turn by chance. Facts are those of the laws' own examples, moved in time and to other numbers; in a third of them a
part (consents, history, registries ...) is that of another example of the same country, so that combinations come up
which no example has. The house's policy is read beside the law, and some are barred by the shell besides. Timed is the
way back: each row read, its hash made anew, its facts parsed and decided by the rulebook that its sources name, on all
cores, a stretch at a time. The peer, in the same run on some of the rows, is the plain way: one row asked for, parsed
whole (no part of it known from before) and decided after the other.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from ahize.compliance.again import by_law, compare, law_ruling
from ahize.compliance.facts import CallFacts, FactsReader
from ahize.compliance.house.document import law as house_law
from ahize.compliance.released import examples
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Bar, Ruling, instant_of, instant_text
from ahize.kernel.chance import Chance, stream
from ahize.kernel.errors import BadInput
from ahize.proof.canonical import canonical, ruling_hash
from ahize.run.account import service_account
from ahize.run.cores import cores
from ahize.run.figures import show
from ahize.run.keeper import throwaway

STRETCH: Final = 2_000
"""Rows that a process holds at a time."""
MIX: Final = {
    **{"us": 30, "in": 10, "gb": 8, "tr": 8, "br": 6, "ca": 6, "mx": 5, "de": 4, "fr": 4, "it": 4, "es": 4},
    **{"jp": 3, "ph": 3, "au": 3, "nl": 2, "nz": 2, "eu": 1},
}
"""How often calls go to a country (``eu``: what its members share), ours, not measured; one not named here: 1."""
FEDERAL_SHARE: Final = 0.4
"""Of the calls to a country with several authorities or states, how many have facts of its first one's examples."""
MIXED_SHARE: Final = 1 / 3
PARTS: Final = ("registries", "suppressions", "relationships", "consents", "history", "abandonment", "data", "setup")
PEER_ROWS: Final = 4_000
SHELL_SHARE: Final = 0.08
BEGAN: Final = datetime(2026, 7, 1, tzinfo=UTC)
_TABLE: Final = """
    CREATE TABLE ruling (seq bigint PRIMARY KEY, attempt_id uuid NOT NULL, at timestamptz NOT NULL,
        facts jsonb NOT NULL, ruling jsonb NOT NULL, sources jsonb NOT NULL,
        previous_hash text NOT NULL, hash text NOT NULL)"""
_COPY: Final = "COPY ruling (seq, attempt_id, at, facts, ruling, sources, previous_hash, hash) FROM STDIN"
_ROWS: Final = (
    "SELECT seq, attempt_id, at, facts, ruling, sources, previous_hash, hash FROM ruling WHERE seq >= %s AND seq < %s"
)


class Part(NamedTuple):
    """A stretch of rows ``[first, until)`` of a database."""

    url: str
    first: int
    until: int


class Came(NamedTuple):
    """What came of a stretch."""

    decided: int
    different: list[str]
    rss_mb: float


def main(rulings: int, *, as_json: bool) -> int:
    """Prints the figures; 1 where a ruling comes out otherwise."""
    if rulings < 1:
        raise BadInput("--rulings is 1 or more.")
    with throwaway(service_account()) as keeper:
        figures, different = bench(rulings, keeper.admin_url)
    show(figures, as_json=as_json)
    for said in different[:20]:
        print(said)
    return 1 if different else 0


def bench(rulings: int, url: str) -> tuple[dict[str, Any], list[str]]:
    """Makes them, decides them again, and says how it went."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(_TABLE)
    parts = [Part(url, first, min(first + STRETCH, rulings + 1)) for first in range(1, rulings + 1, STRETCH)]
    with cores() as workers:
        began = time.perf_counter()
        made = sum(workers.map(make, parts), Counter[str]())
        made_s = time.perf_counter() - began
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("VACUUM (ANALYZE) ruling")
            size = db.execute("SELECT pg_total_relation_size('ruling'), count(*) FROM ruling").fetchone() or (0, 0)
        list(workers.map(warm, [None] * workers.number))
        began = time.perf_counter()
        came = list(workers.map(decide_again, parts))
        wall_s = time.perf_counter() - began
        peer_rows, peer_s = peer(url, rulings)
        used = workers.number
    decided = sum(one.decided for one in came)
    different = list(chain.from_iterable(one.different for one in came))
    rate, peer_rate = decided / wall_s, peer_rows / peer_s
    verdicts = {name: made.pop(name, 0) for name in ("allow", "block", "review")}
    absent = sorted({law.layer for law in _book().laws} - made.keys())
    figures = {
        **{"rulings": decided, "identical": decided - len(different), "different": len(different)},
        **{"wall_s": round(wall_s, 1), "rulings_per_s": round(rate), "cores": used},
        **{"peer": "one row after the other, on one core", "peer_rulings_per_s": round(peer_rate)},
        **{"ratio": round(rate / peer_rate, 1)},
        "memory_mb": round(max(one.rss_mb for one in came)),
        "own_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **{"table_mb": round(size[0] / 1e6), "made_s": round(made_s, 1), "verdicts": verdicts},
        **{"jurisdictions": len(_book().laws) - len(absent), "without_a_ruling": absent},
        "by_jurisdiction": dict(sorted(made.items())),
    }
    assert size[1] == decided, "every row was read"
    return figures, different


# ── making ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def _book() -> Rulebook:
    return Rulebook.load().under(house_law([]), "bench.0")


@dataclass(frozen=True, slots=True)
class Country:
    """The examples of a country's authorities and states, a tuple for each law; the first is the one with most."""

    weight: int
    laws: tuple[tuple[dict[str, Any], ...], ...]

    def some(self, chance: Chance) -> dict[str, Any]:
        """Facts of one of its examples."""
        first = len(self.laws) == 1 or chance.random() < FEDERAL_SHARE
        return chance.choice(self.laws[0] if first else chance.choice(self.laws[1:]))


@cache
def _countries() -> tuple[Country, ...]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, case in examples():
        facts = case["facts"]
        if isinstance(facts, dict) and isinstance(facts.get("at"), str):
            found.setdefault(name.partition("/")[0], {}).setdefault(name, []).append(facts)
    return tuple(
        Country(MIX.get(code, 1), tuple(tuple(laws[name]) for name in sorted(laws, key=lambda name: -len(laws[name]))))
        for code, laws in sorted(found.items())
    )


def make(part: Part) -> Counter[str]:
    """Decide and write a stretch; how many of each layer."""
    chance, book, countries = stream(part.first, "rulings to decide again"), _book(), _countries()
    layers: Counter[str] = Counter()
    reader = FactsReader()
    previous = f"{part.first:064x}" if part.first > 1 else ""
    with psycopg.connect(part.url) as db, db.cursor() as cursor, cursor.copy(_COPY) as copy:
        for seq in range(part.first, part.until):
            facts = _drawn(chance, countries)
            law = law_ruling(book, facts, reader.read)
            ruling, told = _kept(law, chance), {"format": 2, "as_of": {"read": facts["at"]}}
            sources = {**told, "law": book.in_force, "by_law": by_law(law)}
            texts = canonical(facts), canonical(ruling), canonical(sources)
            at, attempt = instant_of(facts["at"]), UUID(int=seq)
            own = _hash(previous, attempt, seq, at, texts)
            copy.write_row((seq, attempt, at, *texts, previous, own))
            layers.update(law.layers or ("none",))
            layers[law.verdict] += 1
            previous = own
    return layers


def _drawn(chance: Chance, countries: Sequence[Country]) -> dict[str, Any]:
    """A situation of some country at another moment of its day and, where it has a number, to another number."""
    (country,) = chance.choices(countries, weights=[one.weight for one in countries])
    given = country.some(chance)
    moved = timedelta(seconds=chance.randrange(86_400))
    facts = {**given, "at": instant_text(instant_of(given["at"]) + moved)}
    number = given.get("number")
    if isinstance(number, dict) and isinstance(number.get("e164"), str):
        facts["number"] = {**number, "e164": f"{number['e164'][:-4]}{chance.randrange(10_000):04d}"}
    if chance.random() < MIXED_SHARE:
        part, other = chance.choice(PARTS), country.some(chance)
        if part in other:
            facts[part] = other[part]
    return facts


def _kept(law: Ruling, chance: Chance) -> dict[str, Any]:
    """As clearance writes it: now and then the shell adds a bar of its own."""
    said = law.to_json()
    if chance.random() >= SHELL_SHARE:
        return said
    bar = Bar("AHIZE-CAMPAIGN", "campaign_state", "the campaign is paused", ())
    return {
        **said,
        "verdict": "block",
        "bars": [*said["bars"], bar.to_json()],
        "lawful_until": None,
        "next_lawful": None,
    }


def _hash(previous: str, attempt: UUID, seq: int, at: datetime, texts: tuple[str, str, str]) -> str:
    facts, ruling, sources = texts
    return ruling_hash(previous, attempt=attempt, seq=seq, at=at, facts=facts, ruling=ruling, sources=sources)


# ── and back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def warm(_nothing: None) -> None:
    """A worker's rulebook is read before the clock runs."""
    _book()


def decide_again(part: Part) -> Came:
    """Decide a stretch again; whatever differs, by number."""
    reader = FactsReader()
    with psycopg.connect(part.url) as db:
        rows = db.execute(_ROWS + " ORDER BY seq", [part.first, part.until]).fetchall()
    said = ((row[0], _differs(row, reader.read)) for row in rows)
    different = [f"Ruling {seq} comes out otherwise: {why}." for seq, why in said if why]
    return Came(len(rows), different, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _differs(row: Any, read: Callable[[object], CallFacts] = CallFacts.from_json) -> str:
    """What of a ruling comes out otherwise; empty: nothing."""
    seq, attempt, at, facts, ruling, sources, previous, own = row
    if _hash(previous, attempt, seq, at, (canonical(facts), canonical(ruling), canonical(sources))) != own:
        return "hash"
    assert sources["law"] == _book().in_force, "one rulebook decided them all"
    differs = compare(ruling, sources, law_ruling(_book(), facts, read))
    return "" if differs is None else ", ".join(differs.parts)


def peer(url: str, rulings: int) -> tuple[int, float]:
    """One row after the other, spread over all: asked for, parsed, decided. How many, and in what time."""
    number = min(PEER_ROWS, rulings)
    step = rulings / number
    with psycopg.connect(url, autocommit=True) as db:
        _book()
        began = time.perf_counter()
        for at in range(number):
            seq = 1 + int(at * step)
            row = db.execute(_ROWS, [seq, seq + 1]).fetchone()
            said = _differs(row)
            assert not said, f"the peer decides ruling {seq} otherwise: {said}"
        return number, time.perf_counter() - began
