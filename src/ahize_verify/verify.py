"""All that can be said of a bundle by itself: its bytes, its signed heads, its chain, and its law decided again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ahize_verify.again import differences
from ahize_verify.bundle import Bundle
from ahize_verify.call import instant
from ahize_verify.days import NoSuchDay
from ahize_verify.decide import Rulebook
from ahize_verify.law import UnknownLaw
from ahize_verify.seals import canonical, is_signed, leads_to, root_of, sha256

RULINGS, HEADS = "rulings.jsonl", "heads.json"
_SIGNED_NOT = ("signature", "anchors")


@dataclass(slots=True)
class Report:
    """What was looked at, and what does not hold.

    Args:
        problems: each a sentence with its place; none: everything holds.
        notes: what a reader should know besides.
        rulings: how many were decided again; ``heads``: how many signed heads were checked.
        laws: the rulebooks by which they were decided, each with the hash of its words.
    """

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rulings: int = 0
    heads: int = 0
    sealed: int = 0
    laws: dict[str, str] = field(default_factory=dict)
    head: str = ""

    @property
    def holds(self) -> bool:
        return not self.problems


def verify(bundle: Bundle, key: bytes | None = None) -> Report:
    """Everything, in order; what cannot be read further is a problem like another."""
    report = Report()
    report.problems += bundle.flaws(key)
    try:
        heads = _Heads(bundle.json(HEADS) if HEADS in bundle else [])
        report.heads = len(heads.all)
        report.head = heads.last
        report.problems += heads.flaws(key)
        if RULINGS in bundle:
            report.problems += _rulings(bundle, heads, report)
            report.problems += heads.unproven()
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        report.problems.append(f"something in it is not as the format says: {wrong!r}")
    return report


# ── heads ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Heads:
    """The signed heads: each seals a stretch of rulings by the root over their hashes, and names the one before."""

    def __init__(self, given: list[Mapping[str, Any]]) -> None:
        self.all = sorted(given, key=lambda head: head["number"])
        self.by_number = {head["number"]: head for head in self.all}
        self.seen: dict[int, dict[int, str]] = {}
        """By head, the hashes of the rulings it seals that came without a way to its root."""

    @property
    def last(self) -> str:
        return _head_hash(self.all[-1]) if self.all else ""

    def flaws(self, key: bytes | None) -> Iterator[str]:
        before: Mapping[str, Any] | None = None
        for head in self.all:
            where, named = f"{HEADS}, head {head['number']}", bytes.fromhex(head["key"])
            if key is not None and named != key:
                yield f"{where}: it is signed by another key, {head['key']}"
            if not is_signed(named, bytes.fromhex(head["signature"]), _signed(head).encode()):
                yield f"{where}: its signature does not hold"
            if before is not None and head["number"] == before["number"] + 1:
                if head["previous"] != _head_hash(before):
                    yield f"{where}: it does not follow from the head before"
                if head["first_seq"] != before["until_seq"]:
                    yield f"{where}: it begins at {head['first_seq']}, the one before ended at {before['until_seq']}"
            elif before is not None and head["number"] == before["number"]:
                yield f"{where}: there are two of that number"
            before = head

    def of(self, seq: int) -> Mapping[str, Any] | None:
        return next((head for head in self.all if head["first_seq"] <= seq < head["until_seq"]), None)

    def seal(self, seq: int, digest: str, way: Mapping[str, Any] | None) -> str:
        """Note that a ruling stands under its head. Returns what is wrong with its way; empty: nothing so far."""
        head = self.of(seq)
        if head is None:
            return "no signed head seals it"
        if way is None:
            self.seen.setdefault(head["number"], {})[seq] = digest
            return ""
        size = head["until_seq"] - head["first_seq"]
        shown = leads_to(head["root"], digest, seq - head["first_seq"], size, way["path"])
        return "" if shown else f"its way does not lead to the root of head {head['number']}"

    def unproven(self) -> Iterator[str]:
        """Heads whose root does not come of the rulings that are here."""
        for number, seen in self.seen.items():
            head = self.by_number[number]
            wanted = range(head["first_seq"], head["until_seq"])
            missing = [seq for seq in wanted if seq not in seen]
            if missing:
                yield f"{RULINGS}: of head {number} ruling {missing[0]} and {len(missing) - 1} more are missing"
            elif root_of(seen[seq] for seq in wanted) != head["root"]:
                yield f"{HEADS}, head {number}: its root does not come of its rulings"


def _signed(head: Mapping[str, Any]) -> str:
    return canonical({name: value for name, value in head.items() if name not in _SIGNED_NOT})


def _head_hash(head: Mapping[str, Any]) -> str:
    return sha256(_signed(head))


# ── rulings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rulings(bundle: Bundle, heads: _Heads, report: Report) -> Iterator[str]:
    """Each ruling's own hash, its place in the chain, and the law."""
    shelf, last = _Shelf(bundle, report), None
    newest = max((head["until_seq"] for head in heads.all), default=0)
    for number, line in bundle.lines(RULINGS):
        where = f"{RULINGS}, line {number}"
        if "hash" not in line:
            continue  # Other people's rulings stand between; theirs are not shown.
        where += f" (ruling {line['seq']})"
        if _ruling_hash(line) != line["hash"]:
            yield f"{where}: its hash is not that of its words"
        if last is not None:
            if line["seq"] <= last["seq"]:
                yield f"{where}: it stands after ruling {last['seq']}"
            elif line["seq"] == last["seq"] + 1 and line["previous_hash"] != last["hash"]:
                yield f"{where}: it does not follow from the ruling before"
        last = line
        if line["seq"] >= newest:
            report.notes.append(f"{where}: no head had sealed it yet when the bundle was made")
        elif wrong := heads.seal(line["seq"], line["hash"], line.get("merkle")):
            yield f"{where}: {wrong}"
        else:
            report.sealed += 1
        report.rulings += 1
        try:
            yield from (f"{where}: {one}" for one in shelf.decide(line))
        except (UnknownLaw, NoSuchDay, ZoneInfoNotFoundError, LookupError) as wrong_law:
            yield f"{where}: it cannot be decided again: {wrong_law}"


def _ruling_hash(line: Mapping[str, Any]) -> str:
    at = instant(line["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    parts = [line["previous_hash"], line["attempt"], str(line["seq"]), at, line["facts"], line["ruling"]]
    if line.get("sources"):
        parts.append(line["sources"])
    return sha256("\n".join(parts))


class _Shelf:
    """The rulebooks of the bundle, each read once."""

    def __init__(self, bundle: Bundle, report: Report) -> None:
        self.bundle, self.report = bundle, report
        self.zones = lru_cache(maxsize=None)(self._zone)
        self.book = lru_cache(maxsize=None)(self._book)

    def decide(self, line: Mapping[str, Any]) -> Iterator[str]:
        facts, ruling = (json.loads(line[name]) for name in ("facts", "ruling"))
        sources = json.loads(line["sources"]) if line.get("sources") else None
        law = {"rulebook": ruling["rulebook"], "house": ruling.get("house", "")} if sources is None else sources["law"]
        book = self.book(law["rulebook"], law.get("sha256", ""), law.get("house", ""), tuple(law.get("off", ())))
        if ruling["rulebook"] != law["rulebook"]:
            yield f"rulebook: it says {ruling['rulebook']}, and {law['rulebook']} was in force"
        yield from differences(ruling, None if sources is None else sources["by_law"], facts, book, self.zones)

    def _book(self, version: str, digest: str, house: str, off: tuple[str, ...]) -> Rulebook:
        document = self._named("rulebooks", version, digest)
        words = sha256(_in_order(document["laws"]))
        if words != document["sha256"] or (digest and words != digest):
            raise LookupError(f"rulebook {version} has the hash {words}, not {digest or document['sha256']}")
        self.report.laws[version] = words
        calendars = dict(document["calendars"])
        policy = self._named("house", house, "") if house else None
        if policy is not None:
            calendars |= policy.get("calendars", {})
        return Rulebook(document["laws"], calendars, policy and policy["law"], off)

    def _named(self, folder: str, version: str, digest: str) -> Any:
        for path in self.bundle.paths:
            name = PurePosixPath(path)
            if name.parent.as_posix() == folder and (name.stem == version or name.stem.startswith(f"{version}-")):
                document = self.bundle.json(path)
                if not digest or document["sha256"] == digest:
                    return document
        raise LookupError(f"{folder}/{version} is not in the bundle")

    def _zone(self, name: str) -> ZoneInfo:
        """As the bundle has it, or, said so, as this machine has it."""
        path = f"zones/{name}"
        if path in self.bundle:
            return ZoneInfo.from_file(BytesIO(self.bundle.read(path)), key=name)
        self.report.notes.append(f"{name}: the bundle has no such time zone; this machine's was taken")
        return ZoneInfo(name)


def _in_order(value: Any) -> str:
    """A law's words as they are hashed: names in their own order, for a term stands above its first use."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
