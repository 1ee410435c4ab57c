"""How fast is a list scrubbed? Millions of contacts against a quarter of a billion numbers, peers in the same run.

``./ahize bench scrub --registered 240000000 --contacts 10000000 --json``: the copy is made, opened, changed and asked
by the product's own code. DuckDB's anti-join and an indexed PostgreSQL table answer the same question, the latter
smaller where it must be; ratios are per contact and by the wall. Each time is the best of several rounds.
The numbers are made up: spread evenly over 330 area codes of 792 exchanges, 54.6 % of the contacts among them.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from ahize.kernel.errors import BadInput, Unavailable
from ahize.registries.bodies import LISTED, NANP_FIRST, NOT_COVERED, Ints, Verdicts
from ahize.registries.building import build_dense
from ahize.registries.changing import Difference, Draft, publish
from ahize.registries.history import keep_snapshot, listed_then
from ahize.registries.versions import RegistryVersion
from ahize.run.account import service_account
from ahize.run.figures import show
from ahize.run.keeper import throwaway

AREAS, EXCHANGES = 330, 792
PLAN = AREAS * EXCHANGES * 10_000
LISTED_SHARE = 0.546
ADDED, REMOVED = 200_000, 60_000
CHECKED = 10_000
PLAIN_MOST = 5_000_000
"""Numbers that a plain Python set may hold here: some 400 MB."""
POSTGRES_REGISTERED, POSTGRES_CONTACTS = 20_000_000, 1_000_000
ROUNDS = 5
_ONE_CORE = time.thread_time
"""Ours is timed by what this thread took of its core, so that what else runs is not counted; ratios by the wall."""
DAY = dt.date(2026, 11, 20)
OUTSIDE = np.array([19_995_550_100, 442_079_460_100, 905_550_000_001, 12_125, 999_999_999_999_999], dtype=np.int64)
"""Numbers that no area code of ours covers: the answer must say so."""


def main(registered: int, contacts: int, *, as_json: bool) -> int:
    """Print the figures; 1 where an answer was wrong."""
    figures = bench(registered, contacts, seed=1)
    show(figures, as_json=as_json)
    return 1 if figures["wrong"] else 0


def bench(registered: int, contacts: int, *, seed: int) -> dict[str, Any]:
    """The figures of one run.

    Raises:
        BadInput: sizes that do not fit the plan.
        Unavailable: DuckDB is not installed.
    """
    if not 1000 <= registered <= PLAN // 2 or not CHECKED <= contacts <= registered:
        raise BadInput(
            f"--registered lies between 1,000 and {PLAN // 2:,}, --contacts between {CHECKED:,} and --registered."
        )
    if importlib.util.find_spec("duckdb") is None:
        raise Unavailable("DuckDB is not installed.", next_step="Run ./ahize bench scrub, which brings it along.")
    folder = Path(tempfile.mkdtemp(prefix="ahize-bench-"))
    try:
        return _bench(registered, contacts, np.random.default_rng(seed), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _bench(registered: int, contacts: int, chance: np.random.Generator, folder: Path) -> dict[str, Any]:
    made_up = _MadeUp(registered, contacts, chance)
    began = time.perf_counter()
    built = build_dense(made_up.register(), folder, code="US-FTC", as_of=DAY, areas=made_up.codes, sha256="0" * 64)
    build_s = time.perf_counter() - began
    asked = made_up.contacts()
    version, open_ms = _opened(built.path)
    verdicts, batch_s = _best(lambda: version.lookup(asked), 2 * ROUNDS, clock=_ONE_CORE)
    _, batch_wall_s = _best(lambda: version.lookup(asked), 2 * ROUNDS)
    hits = int((verdicts == LISTED).sum())
    return {
        "registered": version.rows,
        "contacts": contacts,
        "listed": hits,
        "build_s": round(build_s, 1),
        **_sizes(version, folder),
        "limit_bytes_per_number": round(_limit(version.rows), 3),
        "open_ms": open_ms,
        "check_us": _single(version, asked[:CHECKED]),
        "batch_s": round(batch_s, 3),
        "batch_wall_s": round(batch_wall_s, 3),
        "ns_per_contact": round(batch_s / contacts * 1e9, 1),
        **_checked(version, asked, verdicts, made_up),
        **_changed(version, folder, made_up, chance),
        **_duckdb(version, folder, asked, batch_wall_s, hits),
        **_postgresql(version, asked, batch_wall_s / contacts),
    }


# ── made-up numbers ─────────────────────────────────────────────────────────────────────────────────────────────


class _MadeUp:
    """A register of so many different numbers, drawn area code by area code, and contacts, some of them in it."""

    def __init__(self, registered: int, contacts: int, chance: np.random.Generator) -> None:
        # Some of those drawn at random are in the register too.
        dense = registered / PLAN
        hits = round(contacts * (LISTED_SHARE - dense) / (1 - dense))
        self._shares = [_split(count) for count in (registered, hits, contacts - hits)]
        self._chance = chance
        self._contacts: list[Ints] = []
        self.codes = [str(code) for code in range(200, 1000) if code % 100 != 11][:AREAS]
        watched = min(AREAS, CHECKED * AREAS // contacts + 1, max(1, PLAIN_MOST * AREAS // registered))
        self.watched = frozenset(self.codes[:watched])
        self.plain: set[int] = set()
        """Every registered number of the area codes watched, as drawn: our map has no part in it."""

    def register(self) -> Iterator[Ints]:
        """The numbers, ten digits each, ascending in each area code; contacts are drawn on the way."""
        for code, count, hits, others in zip(self.codes, *self._shares, strict=True):
            local = _distinct(self._chance, count)
            base = int(code) * 10_000_000 + 2_000_000
            drawn = (self._chance.choice(local, hits), self._chance.integers(0, EXCHANGES * 10_000, others))
            self._contacts.append(np.concatenate(drawn) + (base + NANP_FIRST))
            if code in self.watched:
                self.plain.update((local + (base + NANP_FIRST)).tolist())
            yield local + base

    def contacts(self) -> Ints:
        """E.164 without the plus, in no order."""
        every = np.concatenate(self._contacts)
        self._contacts.clear()
        self._chance.shuffle(every)
        return every

    def are_watched(self, numbers: Ints) -> npt.NDArray[np.bool_]:
        """Which lie in the area codes that the plain set knows whole."""
        return np.isin(numbers // 10_000_000 - NANP_FIRST // 10_000_000, [int(code) for code in self.watched])


def _split(count: int) -> list[int]:
    """As evenly as it goes over the area codes."""
    shares: list[int] = np.diff(np.linspace(0, count, AREAS + 1).astype(np.int64)).tolist()
    return shares


def _distinct(chance: np.random.Generator, count: int) -> Ints:
    """``count`` different numbers of one area code, ascending."""
    span = EXCHANGES * 10_000
    threshold = min(65_535, math.ceil(count / span * 65_536 * 1.01) + 8)
    found = np.flatnonzero(chance.integers(0, 65_536, span, dtype=np.uint16) < threshold)
    if len(found) < count:
        return np.sort(chance.choice(span, count, replace=False))
    return np.delete(found, chance.choice(len(found), len(found) - count, replace=False))


# ── ours ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _best(
    run: Callable[[], Any], rounds: int = ROUNDS, *, clock: Callable[[], float] = time.perf_counter
) -> tuple[Any, float]:
    """The answer, and the shortest of several rounds in seconds, by the wall or by another clock."""
    took, answer = math.inf, None
    for _ in range(rounds):
        began = clock()
        answer = run()
        took = min(took, clock() - began)
    return answer, took


def _opened(path: Path) -> tuple[RegistryVersion, float]:
    """The copy as every process opens it, and how long that took, the first answer included, in milliseconds."""

    def first() -> RegistryVersion:
        version = RegistryVersion.load(path, verify=False)
        version.listed("+12125550100")
        return version

    version, took = _best(first)
    assert isinstance(version, RegistryVersion)
    return version, round(took * 1e3, 3)


def _sizes(version: RegistryVersion, folder: Path) -> dict[str, Any]:
    """Bytes a number: mapped file and what a process adds to it; at rest, packed; and how long an answer from there."""
    packed = keep_snapshot(version, past := folder / "past")
    mapped = version.path.stat().st_size + version.body.private_bytes
    figures = {
        "bytes_per_number": round(mapped / version.rows, 3),
        "bytes_per_number_at_rest": round(packed.stat().st_size / version.rows, 3),
    }
    began = time.perf_counter()
    listed_then(past, version.manifest.name, "+12125550100")
    figures["past_day_s"] = round(time.perf_counter() - began, 2)
    packed.unlink()
    return figures


def _limit(rows: int) -> float:
    """Bytes a number that no exact structure can go below: log2 of how many such sets there are."""
    return (math.lgamma(PLAN + 1) - math.lgamma(rows + 1) - math.lgamma(PLAN - rows + 1)) / math.log(2) / 8 / rows


def _single(version: RegistryVersion, numbers: Ints) -> float:
    """Microseconds for one number as text, in plain Python, as at the moment of dialling."""
    texts = [f"+{number}" for number in numbers.tolist()]
    listed = version.listed

    def every() -> None:
        for text in texts:
            listed(text)

    return round(_best(every, 6 * ROUNDS, clock=_ONE_CORE)[1] / len(texts) * 1e6, 3)


def _checked(version: RegistryVersion, asked: Ints, verdicts: Verdicts, made_up: _MadeUp) -> dict[str, Any]:
    """Answers that differ from the plain set's, of the batch and one by one; and what no area code of ours covers."""
    some = np.flatnonzero(made_up.are_watched(asked))[:CHECKED]
    wrong = int((version.lookup(OUTSIDE) != NOT_COVERED).sum())
    for place in some.tolist():
        number = int(asked[place])
        truth = number in made_up.plain
        wrong += (verdicts[place] == LISTED) is not np.bool_(truth) or version.listed(f"+{number}") is not truth
    return {"checked": len(some), "wrong": wrong}


def _changed(version: RegistryVersion, folder: Path, made_up: _MadeUp, chance: np.random.Generator) -> dict[str, Any]:
    """A day's change: applied to the copy's bytes; and written, synced, renamed and opened as a version."""
    added, removed = _a_day(version, made_up, chance)
    change = Difference(added, removed)
    took = math.inf
    for _ in range(2 * ROUNDS):
        draft = Draft.of(version)
        began = _ONE_CORE()
        draft.apply(change)
        took = min(took, _ONE_CORE() - began)
    began = time.perf_counter()
    later = publish(draft, version, folder, as_of=DAY + dt.timedelta(days=1), lines=len(added), sha256="1" * 64)
    publish_s = time.perf_counter() - began
    right = bool((later.lookup(added) == LISTED).all() and not (later.lookup(removed) == LISTED).any())
    assert right, "the change was not applied"
    assert later.count() == later.rows == version.rows + len(added) - len(removed)
    later.path.unlink()
    return {
        "delta_numbers": len(added) + len(removed),
        "delta_ms": round(took * 1e3, 2),
        "publish_s": round(publish_s, 2),
    }


def _a_day(version: RegistryVersion, made_up: _MadeUp, chance: np.random.Generator) -> tuple[Ints, Ints]:
    """Numbers that join and that leave, in order, as a change file gives them."""
    exchanges = chance.integers(0, AREAS * EXCHANGES, 2 * ADDED)
    codes = np.array([int(code) for code in made_up.codes])[exchanges // EXCHANGES]
    drawn = NANP_FIRST + codes * 10_000_000 + (200 + exchanges % EXCHANGES) * 10_000
    drawn = np.unique(drawn + chance.integers(0, 10_000, len(drawn)))
    known = version.lookup(drawn) == LISTED
    share = min(1.0, version.rows / 240_000_000)
    most_added, most_removed = max(1, int(ADDED * share)), max(1, int(REMOVED * share))
    joining = np.sort(chance.permutation(drawn[~known])[:most_added])
    members = np.concatenate(
        [numbers[:: max(1, len(numbers) * AREAS // most_removed)] for numbers in version.numbers()]
    )
    return joining, np.sort(chance.permutation(members)[:most_removed])


# ── peers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _duckdb(version: RegistryVersion, folder: Path, asked: Ints, our_wall_s: float, hits: int) -> dict[str, Any]:
    """The same contacts anti-joined with the same numbers, on all cores DuckDB finds."""
    import duckdb  # noqa: PLC0415  in the developers' lock only

    with duckdb.connect(folder / "peer.duckdb", config={"memory_limit": "4GB"}) as peer:
        peer.execute("CREATE TABLE register (number BIGINT)")
        for numbers in version.numbers():
            peer.register("given", {"number": numbers})
            peer.execute("INSERT INTO register SELECT number FROM given")
        peer.register("given", {"number": asked})
        peer.execute("CREATE TABLE contacts AS SELECT number FROM given")
        peer.execute("CHECKPOINT")
        question = "SELECT count(*) FROM contacts ANTI JOIN register USING (number)"
        left, took = _best(lambda: peer.execute(question).fetchall()[0][0], 3)
    assert len(asked) - left == hits, "DuckDB disagrees"
    return {"duckdb_s": round(took, 2), "ratio_duckdb": round(took / our_wall_s, 1)}


def _postgresql(version: RegistryVersion, asked: Ints, our_wall_s: float) -> dict[str, Any]:
    """Fewer contacts against a smaller table with an index, in a cluster of our own that is gone afterwards."""
    asked = asked[:POSTGRES_CONTACTS]
    rows = 0
    with throwaway(service_account()) as keeper, psycopg.connect(keeper.admin_url, autocommit=True) as peer:
        peer.execute("CREATE UNLOGGED TABLE register (number bigint)")
        peer.execute("CREATE UNLOGGED TABLE contacts (number bigint)")
        with peer.cursor().copy("COPY register FROM STDIN (FORMAT binary)") as copy:
            copy.write(_COPY_HEAD)
            for numbers in version.numbers():
                some = numbers[: max(0, POSTGRES_REGISTERED - rows)]
                rows += len(some)
                copy.write(_copied(some))
            copy.write(_COPY_TAIL)
        with peer.cursor().copy("COPY contacts FROM STDIN (FORMAT binary)") as copy:
            copy.write(_COPY_HEAD + _copied(asked) + _COPY_TAIL)
        peer.execute("CREATE UNIQUE INDEX ON register (number)")
        peer.execute("VACUUM ANALYZE register")
        peer.execute("ANALYZE contacts")
        question = "SELECT count(*) FROM contacts c WHERE NOT EXISTS (SELECT FROM register r WHERE r.number = c.number)"
        _left, took = _best(lambda: peer.execute(question).fetchall()[0][0], 3)
    return {
        "postgresql_registered": rows,
        "postgresql_contacts": len(asked),
        "postgresql_s": round(took, 2),
        "ratio_postgresql": round(took / len(asked) / our_wall_s, 1),
    }


_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TAIL = b"\xff\xff"
_COPY_ROW = np.dtype([("columns", ">i2"), ("length", ">i4"), ("number", ">i8")])


def _copied(numbers: Ints) -> bytes:
    """Rows in PostgreSQL's binary layout."""
    rows = np.empty(len(numbers), dtype=_COPY_ROW)
    rows["columns"], rows["length"], rows["number"] = 1, 8, numbers
    return rows.tobytes()
