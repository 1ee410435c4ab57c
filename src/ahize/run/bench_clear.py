"""How fast is a list cleared? Ten million made-up contacts, the real rulebook, a real copy of the registry.

``./ahize bench clear --contacts 10000000 --json``. The contacts differ in place, line, capacity, listing, suppressions,
relationships, consents and earlier attempts. Timed is the product's way from columns to a ruling for each contact: the
look-up of every number, the combinations, the decisions. Then a sample is asked one by one, each from its own facts as
JSON, as a single question to the rulebook is; any difference counts as a disagreement. Last come single clearances as
``dialerd`` makes them, each in its own transaction (``bench_clearance.py``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import psycopg

from ahize.compliance.factoring import Codes, Column, Factored, clear, seen_number
from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling
from ahize.intake.nanp import AreaCode, area_codes
from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput
from ahize.registries.bodies import NOT_COVERED
from ahize.registries.building import build_dense
from ahize.registries.versions import RegistryVersion
from ahize.run import database, keys
from ahize.run.account import service_account
from ahize.run.cores import cores
from ahize.run.figures import show
from ahize.run.keeper import DURABLE, throwaway

AT: Final = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
AS_OF: Final = date(2026, 11, 20)
SAMPLED: Final = 10_000
LISTED_SHARE: Final = 0.55
SELLER: Final = "acme"
CODES: Final = ("US-FTC",)

SHARES: Final = {"suppressions": 0.03, "relationships": 0.12, "consents": 0.05, "history": 0.08}
"""Of contacts that have any; the rest have none."""


def main(contacts: int, clearances: int, *, as_json: bool) -> int:
    """Prints the figures; 1 where the list and the single questions disagree."""
    if contacts < 1 or clearances < 0:
        raise BadInput("--contacts is 1 or more, --clearances 0 or more.")
    figures = bench(contacts)
    if clearances:
        figures |= _single_clearances(clearances)
    show(figures, as_json=as_json)
    return 1 if figures["disagreements"] else 0


def _single_clearances(number: int) -> dict[str, Any]:
    """In a durable cluster of its own that is gone afterwards, and in the demo's made-up house."""
    with throwaway(service_account(), DURABLE) as keeper, tempfile.TemporaryDirectory(prefix="ahize-bench-") as home:
        drawn = keys.draw()
        database.prepare(keeper.admin_url, drawn.roles)
        told = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AHIZE_", "PG", "DJANGO_"))},
            **database.environment(keeper.admin_url, drawn.roles),
            **drawn.environment(clearance=True),
            **{"AHIZE_HOME": home, "AHIZE_URL": "http://127.0.0.1:8740", "AHIZE_WORLD": "made_up"},
            **{"AHIZE_TELEPHONE_LINE": "true", "DJANGO_SETTINGS_MODULE": "ahize.web.settings", "AHIZE_DEMO_SEATS": "1"},
            "AHIZE_CLOCK_OFFSET_S": repr((AT - SystemClock().now()).total_seconds()),
        }
        (Path(home) / "secrets").mkdir()
        for process, *module in (
            ("owner", "ahize.run.database"),
            ("web", "ahize.run.demo", "prepare"),
            ("dialerd", "ahize.run.bench_clearance", str(number)),
        ):
            if process == "dialerd":
                _as_at_rest(keeper.admin_url)
            done = subprocess.run(
                [sys.executable, "-m", *module],
                env={**told, "AHIZE_PROCESS": process},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _as_at_rest(url: str) -> None:
    """PostgreSQL has looked at its tables, as it does by itself within a minute of their being filled."""
    with psycopg.connect(url, dbname=database.DATABASE, autocommit=True) as admin:
        admin.execute("VACUUM (ANALYZE)")


def bench(contacts: int, *, seed: int = 1) -> dict[str, Any]:
    """Clears so many, and the figures of it."""
    chance = np.random.default_rng(seed)
    areas = [one for one in area_codes().values() if one.is_geographic and one.country == "US"]
    list_of = _List(contacts, areas, chance)
    book = Rulebook.load()
    base = _base([one.npa for one in areas])
    shared = CallFacts.from_json(base)
    with tempfile.TemporaryDirectory() as folder:
        copy = _registry(list_of, Path(folder), areas, chance)
        began = time.perf_counter()
        factored = Factored(book, ahead=False)
        with cores() as workers:
            cleared = clear(factored, shared, list_of.columns(copy), workers=workers)
        wall_s = time.perf_counter() - began
        sample = chance.choice(contacts, min(SAMPLED, contacts), replace=False)
        began = time.perf_counter()
        single = [_single(book, {**base, **list_of.facts(int(row), copy)}) for row in sample]
        single_s = time.perf_counter() - began
    disagreements = sum(
        _essence(cleared.of(int(row))) != _essence(alone) for row, alone in zip(sample, single, strict=True)
    )
    verdicts = [ruling.verdict for ruling in cleared.rulings]
    counts = np.bincount(cleared.combination, minlength=len(verdicts))
    return {
        "contacts": contacts,
        "wall_s": round(wall_s, 2),
        "contacts_per_s": round(contacts / wall_s),
        "combinations": len(cleared.rulings),
        "decided": cleared.decided,
        "ratio_single": round(single_s / len(sample) / (wall_s / contacts), 1),
        "disagreements": disagreements,
        **{
            verdict: int(sum(n for n, said in zip(counts.tolist(), verdicts, strict=True) if said == verdict))
            for verdict in ("allow", "block", "review")
        },
    }


def _single(book: Rulebook, facts: Mapping[str, Any]) -> Ruling:
    return book.decide(CallFacts.from_json(facts))


def _essence(ruling: Ruling) -> tuple[Any, ...]:
    """All of a ruling that a list asks for: its sentences may name the day of another."""
    return ruling.verdict, tuple((bar.rule, bar.ground) for bar in ruling.bars), ruling.unknown, ruling.duties


def _base(areas: Sequence[str]) -> dict[str, Any]:
    """A sale by progressive dialling, by a seller who has all that it takes."""
    states = sorted({region for area in areas for region in area_codes()[area].regions})
    return {
        "at": AT.isoformat(),
        **{"channel": "voice", "method": "progressive", "purpose": "sales", "promotes": True, "product": "kitchenware"},
        "caller": {
            **{"country": "US", "region": "US-OH", "role": "in_house", "pays_registry_for": list(areas)},
            "registrations": ["US-FTC-SAN", *states],
        },
        "principal": {
            **{"id": SELLER, "brand": SELLER, "org_type": "commercial", "sector": "retail", "country": "US"},
            "registered_charity_in": [],
        },
        "cli": {
            **{"e164": "+16145550169", "kind": "geographic", "dialable": True, "rights_proven": True},
            "route_country": "US",
        },
        "abandonment": {"share": 0.01, "period_days": 30, "live_answers": 4000},
        "setup": {
            **{"ring_s": 20, "message_names_caller": True, "opt_out_mechanism": True, "records_call": False},
            **{"numbers_from": "list", "abandon_message_promotes": False},
            "script_discloses": ["identity", "principal", "purpose", "goods", "no_purchase_needed", "opt_out"],
        },
    }


class _List:
    """The contacts, column by column: of each fact the values there are, and which of them each contact has."""

    def __init__(self, contacts: int, areas: Sequence[AreaCode], chance: np.random.Generator) -> None:
        self.areas = areas
        area = chance.integers(0, len(areas), contacts)
        npas = np.array([int(one.npa) for one in areas], dtype=np.int64)
        self.numbers: Codes = (
            10_000_000_000 + npas[area] * 10_000_000 + chance.integers(200, 1000, contacts) * 10_000
        ) + chance.integers(0, 10_000, contacts)
        self.area, self.line = area, chance.choice(3, contacts, p=(0.7, 0.22, 0.08))
        self.capacity = chance.choice(2, contacts, p=(0.96, 0.04))
        self.values: dict[str, list[Any]] = {name: [make([])] for name, make in _MAKERS.items()}
        self.codes = {name: self._some(name, contacts, chance) for name in _MAKERS}

    def _some(self, name: str, contacts: int, chance: np.random.Generator) -> Codes:
        """Who has any of it, and what."""
        has = np.flatnonzero(chance.random(contacts) < SHARES[name])
        codes = np.zeros(contacts, dtype=np.int64)
        drawn = _DRAWN[name](chance, len(has))
        different, place = np.unique(drawn, axis=0, return_inverse=True)
        codes[has] = place.reshape(-1) + 1
        self.values[name] += [_MAKERS[name]([row]) for row in different.tolist()]
        return codes

    def columns(self, copy: RegistryVersion) -> dict[str, Column]:
        """As ``clear`` takes them. The registry is asked about every number here."""
        listed = copy.lookup(self.numbers)
        registries = [{copy.code: _entry(said)} for said in (False, True)] + [{}]
        code = np.where(listed == NOT_COVERED, 2, listed).astype(np.int64)
        places, paid = self._places(), [one.npa for one in self.areas]
        numbers = [{"e164": seen_number(f"+1{npa}2000000", paid), "line_type": line} for npa in paid for line in LINES]
        return {
            "callee": _column(self.area * 2 + self.capacity, "callee", places),
            "number": _column(self.area * 3 + self.line, "number", numbers),
            "registries": _column(code, "registries", registries),
            **{name: _column(codes, name, self.values[name]) for name, codes in self.codes.items()},
        }

    def _places(self) -> list[dict[str, Any]]:
        return [
            {
                **{"country": one.country, "regions": sorted(one.regions), "zones": sorted(one.zones)},
                **{"capacity": capacity, "emergency_declared": False},
            }
            for one in self.areas
            for capacity in ("consumer", "business")
        ]

    def facts(self, row: int, copy: RegistryVersion) -> dict[str, Any]:
        """One contact's own facts, as JSON, the registry asked about this number alone."""
        e164 = f"+{self.numbers[row]}"
        said = copy.listed(e164)
        return {
            "number": {"e164": e164, "line_type": LINES[self.line[row]]},
            "callee": self._places()[self.area[row] * 2 + self.capacity[row]],
            "registries": {} if said is None else {copy.code: _entry(said)},
            **{name: self.values[name][codes[row]] for name, codes in self.codes.items()},
        }


LINES: Final = ("mobile", "fixed", "voip")


def _column(codes: Codes, name: str, values: Sequence[Any]) -> Column:
    """The values parsed and each kept once, the codes to match."""
    places: dict[Any, int] = {}
    kept: list[Any] = []
    renamed = np.empty(len(values), dtype=np.int64)
    for place, value in enumerate(values):
        parsed = getattr(CallFacts.from_json({name: value}), name)
        key = repr(parsed) if isinstance(parsed, Mapping) else parsed
        if key not in places:
            places[key] = len(kept)
            kept.append(parsed)
        renamed[place] = places[key]
    return Column(renamed[codes], kept)


def _entry(listed: bool) -> dict[str, Any]:
    return {"listed": bool(listed), "version_on": AS_OF.isoformat()}


def _suppressions(rows: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    return [
        {**{"scope": "principal", "principal": SELLER, "covers": "everything"}, "at": _ago(days=day)} for (day,) in rows
    ]


def _relationships(rows: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    kinds = ("purchase", "inquiry", "transaction")
    return [
        {"kind": kinds[kind], "principal": SELLER, "last_on": (AT.date() - timedelta(days=day)).isoformat()}
        for kind, day in rows
    ]


def _consents(rows: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    return [
        {
            **{"form": "web", "level": "express_written", "principal": SELLER, "channels": ["voice"], "signed": True},
            **{"methods": ["live", "automated"], "purposes": ["sales"], "conditional": False, "proof_kept": True},
            "given_at": _ago(days=day),
        }
        for (day,) in rows
    ]


def _history(rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    return {
        "attempts": [
            {
                **{"at": _ago(seconds=one), "principal": SELLER, "channel": "voice", "method": "progressive"},
                **{"reached": False, "prerecorded": False, "product": "kitchenware"},
            }
            for row in rows
            for one in sorted(row, reverse=True)
            if one
        ],
        **{"abandoned": [], "refusals": []},
    }


def _ago(**span: int) -> str:
    return (AT - timedelta(**span)).isoformat()


_MAKERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "suppressions": _suppressions,
    "relationships": _relationships,
    "consents": _consents,
    "history": _history,
}
_DRAWN: Final[Mapping[str, Callable[[np.random.Generator, int], npt.NDArray[np.int64]]]] = {
    "suppressions": lambda chance, n: chance.integers(1, 1500, (n, 1)),
    "relationships": lambda chance, n: np.stack([chance.integers(0, 3, n), chance.integers(0, 1100, n)], axis=1),
    "consents": lambda chance, n: chance.integers(1, 900, (n, 1)),
    # Up to four attempts in three days, to the second.
    "history": lambda chance, n: chance.integers(1, 3 * 86_400, (n, 4)) * (chance.random((n, 4)) < 0.5),
}


def _registry(made_up: _List, folder: Path, areas: Sequence[AreaCode], chance: np.random.Generator) -> RegistryVersion:
    """A copy that holds a little more than half of the contacts' numbers."""
    listed = made_up.numbers[chance.random(len(made_up.numbers)) < LISTED_SHARE] - 10_000_000_000
    blocks = np.array_split(listed, max(1, len(listed) // 1_000_000))
    return build_dense(blocks, folder, code=CODES[0], as_of=AS_OF, areas=[one.npa for one in areas], sha256="0" * 64)
