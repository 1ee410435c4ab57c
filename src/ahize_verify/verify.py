"""All that can be said of a bundle by itself: its bytes, its signed heads, its chain, and its law decided again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ahize_verify.again import differences
from ahize_verify.bundle import Bundle
from ahize_verify.call import instant
from ahize_verify.days import NoSuchDay
from ahize_verify.decide import Rulebook
from ahize_verify.law import UnknownLaw
from ahize_verify.seals import canonical, is_signed, leads_to, sha256

RULINGS, HEADS, ERASURES = "rulings.jsonl", "heads.json", "erasures.jsonl"
_SIGNED_NOT = ("signature", "anchors")


@dataclass(slots=True)
class Report:
    """What was looked at, and what does not hold.

    Args:
        problems: each a sentence with its place; none: everything holds.
        notes: what a reader should know besides.
        rulings: how many were decided again; ``heads``: how many signed heads were checked.
        erased: of how many the number was erased; what was decided stands, and a receipt says so.
        laws: the rulebooks by which they were decided, each with the hash of its words.
    """

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rulings: int = 0
    heads: int = 0
    sealed: int = 0
    erased: int = 0
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
        receipts = _Receipts()
        if ERASURES in bundle:
            report.problems += receipts.read(bundle, heads, report)
        if RULINGS in bundle:
            report.problems += _rulings(bundle, heads, receipts, report)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        report.problems.append(f"something in it is not as the format says: {wrong!r}")
    return report


# ── heads ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Heads:
    """The signed heads: each seals a stretch of rulings by the root over their hashes, and names the one before."""

    def __init__(self, given: list[Mapping[str, Any]]) -> None:
        self.all = sorted(given, key=lambda head: head["number"])
        self.by_number = {head["number"]: head for head in self.all}

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

    def anchors(self, line: Mapping[str, Any]) -> str | None:
        """Does the way that a ruling carries lead to its head? What is wrong with it; None: it carries none."""
        return self._leads(line, line["seq"], "first_seq", "until_seq", "root")

    def anchors_entry(self, line: Mapping[str, Any], number: int) -> str | None:
        """The same of an entry of the audit."""
        return self._leads(line, number, "audit_first", "audit_until", "audit_root")

    def _leads(self, line: Mapping[str, Any], number: int, first: str, until: str, root: str) -> str | None:
        if "path" not in line:
            return None
        head = self.by_number.get(line["head"])
        if head is None or not head[first] <= number < head[until]:
            return f"head {line['head']}, under which it is said to stand, does not seal it"
        shown = leads_to(head[root], line["hash"], number - head[first], head[until] - head[first], line["path"])
        return "" if shown else f"its way does not lead to the root of head {head['number']}"


def _signed(head: Mapping[str, Any]) -> str:
    return canonical({name: value for name, value in head.items() if name not in _SIGNED_NOT})


def _head_hash(head: Mapping[str, Any]) -> str:
    return sha256(_signed(head))


# ── erasures ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Receipts:
    """The house's receipts of erasures: entries of its audit, each under a signed head, that name rulings."""

    def __init__(self) -> None:
        self.by_number: dict[int, Mapping[str, Any]] = {}

    def read(self, bundle: Bundle, heads: _Heads, report: Report) -> Iterator[str]:
        """What is wrong with them; one with which something is wrong counts for nothing."""
        for place, line in bundle.lines(ERASURES):
            entry = json.loads(line["entry"])
            where = f"{ERASURES}, line {place} (entry {entry['number']})"
            if sha256(line["previous_hash"] + line["entry"]) != line["hash"]:
                yield f"{where}: its hash is not that of its words"
                continue
            wrong = heads.anchors_entry(line, entry["number"])
            if wrong or (wrong is None and not line.get("unsealed")):
                yield f"{where}: {wrong or 'it has no way to a signed head'}"
                continue
            if entry["action"] != "forget":
                yield f"{where}: it is no receipt of an erasure"
                continue
            if wrong is None:
                report.notes.append(f"{where}: no head had sealed it when the bundle was made")
            self.by_number[entry["number"]] = entry

    def flaw(self, line: Mapping[str, Any]) -> str:
        """What is wrong with a ruling that is said to be erased; empty: a receipt says the same."""
        said = line["forgotten"]
        entry = self.by_number.get(said["entry"])
        named = () if entry is None else entry["after"]["rulings"]
        if not any(first <= line["seq"] < until for first, until in named):
            return "its number is said to be erased, and no receipt says so"
        if entry is None or instant(entry["at"]) != instant(said["at"]):
            return "its number is said to be erased on another day than its receipt says"
        return ""

    def stands(self, line: Mapping[str, Any]) -> str | None:
        """The hash of what stands since the erasure, where its receipt keeps it: of rulings of an old format."""
        entry = self.by_number.get(line.get("forgotten", {}).get("entry"))
        found = {} if entry is None else entry["after"].get("stands", {}).get("rulings", {})
        stood: str | None = found.get(str(line["seq"]))
        return stood


# ── rulings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rulings(bundle: Bundle, heads: _Heads, receipts: _Receipts, report: Report) -> Iterator[str]:
    """Each ruling's own hash, its place in the chain, its way to a signed head, and the law."""
    shelf, chain, erased = _Shelf(bundle, report), _Chain(heads, receipts, report), Counter[str]()
    whole = bundle.manifest["about"].get("kind") == "span"
    for number, line in bundle.lines(RULINGS):
        where = f"{RULINGS}, line {number}"
        if "hash" not in line:  # Other people's rulings stand between; theirs are not shown.
            chain.passed_over = line["seq_until"]
            if whole:
                yield f"{where}: a span leaves no ruling out"
            continue
        where += f" (ruling {line['seq']})"
        report.rulings += 1
        yield from (f"{where}: {one}" for one in chain.take(line))
        if "forgotten" in line and not receipts.flaw(line):
            erased[line["forgotten"]["at"][: len("2026-11-24")]] += 1
        if line.get("unsealed"):
            report.notes.append(f"{where}: no head had sealed it when the bundle was made")
        try:
            yield from (f"{where}: {one}" for one in shelf.decide(line))
        except (UnknownLaw, NoSuchDay, ZoneInfoNotFoundError, LookupError) as wrong_law:
            yield f"{where}: it cannot be decided again: {wrong_law}"
    report.erased = erased.total()
    for day, count in sorted(erased.items()):
        report.notes.append(
            f"{count} rulings: the number was erased on {day}; the commitment to it stands in the chain"
        )
    if chain.waiting:
        yield f"{RULINGS}: no signed head proves its last {chain.waiting}"


@dataclass(slots=True)
class _Chain:
    """The rulings one after the other: proven by their own way to a head, or because one that is proven follows.

    Args:
        waiting: how many wait for one that proves them; ``passed_over``: up to which the last ones were other people's.
    """

    heads: _Heads
    receipts: _Receipts
    report: Report
    last: Mapping[str, Any] | None = None
    waiting: int = 0
    passed_over: int = 0

    def take(self, line: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with its place."""
        yield from self._words(line)
        follows = False
        if self.last is not None:
            follows = line["seq"] == self.last["seq"] + 1 and line["previous_hash"] == self.last["hash"]
            yield from () if follows else self._breaks(self.last, line)
        if self.waiting and not follows:
            yield f"no signed head proves the {self.waiting} before it"
            self.waiting = 0
        self.last, self.waiting = line, self.waiting + (not line.get("unsealed"))
        wrong = self.heads.anchors(line)
        if wrong:
            yield wrong
        elif wrong is not None:
            self.report.sealed, self.waiting = self.report.sealed + self.waiting, 0

    def _words(self, line: Mapping[str, Any]) -> Iterator[str]:
        """Is its hash that of its words, and of what stood apart from them or the commitment that was left?"""
        own, there = _ruling_hash(line), "salt" in line
        if own != line["hash"]:
            if "commitment" in line or own != self.receipts.stands(line):
                yield "its hash is not that of its words"
            else:
                self.report.notes.append(
                    f"ruling {line['seq']}: it is of an old format, in which the number stood in its words; since the"
                    " erasure its receipt and its neighbours in the chain speak for it, and its hash no more"
                )
        if "forgotten" in line or (not there and "commitment" in line):
            flaw = self.receipts.flaw(line) if "forgotten" in line else "its number is gone, and nobody says why"
            yield from (flaw,) if flaw else ()
        if there and not _is_kept_of(line["number"], (json.loads(line["facts"]).get("number") or {}).get("e164", "")):
            yield "its facts keep another number than the one beside them"

    def _breaks(self, last: Mapping[str, Any], line: Mapping[str, Any]) -> Iterator[str]:
        if line["seq"] <= last["seq"]:
            yield f"it stands after ruling {last['seq']}"
        elif line["seq"] == last["seq"] + 1:
            yield "it does not follow from the ruling before"
        elif line["seq"] != self.passed_over:
            yield f"ruling {last['seq'] + 1} and what stood between are missing"


def _ruling_hash(line: Mapping[str, Any]) -> str:
    at = instant(line["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    parts = [line["previous_hash"], line["attempt"], str(line["seq"]), at, line["facts"], line["ruling"]]
    if line.get("sources"):
        parts.append(line["sources"])
    if "salt" in line:
        parts.append(sha256(line["salt"] + "\n" + line["number"]))
    elif "commitment" in line:
        parts.append(line["commitment"])
    return sha256("\n".join(parts))


def _is_kept_of(number: str, kept: str) -> bool:
    """Facts keep of a number its first digits, and zeros for the rest."""
    first = kept.rstrip("0")
    return len(kept) == len(number) and first[:1] == "+" and number.startswith(first)


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
        named = (law["rulebook"], law.get("sha256", "")), (law.get("house", ""), law.get("house_sha256", ""))
        book = self.book(*named, tuple(law.get("off", ())))
        if ruling["rulebook"] != law["rulebook"]:
            yield f"rulebook: it says {ruling['rulebook']}, and {law['rulebook']} was in force"
        yield from differences(ruling, None if sources is None else sources["by_law"], facts, book, self.zones)

    def _book(self, law: tuple[str, str], house: tuple[str, str], off: tuple[str, ...]) -> Rulebook:
        document = self._named("rulebooks", *law, words_in="laws")
        self.report.laws[law[0]] = document["sha256"]
        calendars, policy = dict(document["calendars"]), None
        if house[0]:
            named = self._named("house", *house, words_in="law")
            calendars |= named["calendars"]
            policy = named["law"]
        return Rulebook(document["laws"], calendars, policy, off)

    def _named(self, folder: str, version: str, digest: str, *, words_in: str) -> Any:
        """A law of the bundle by its version, and by its hash where the ruling names one; its words must have that."""
        for path in self.bundle.paths:
            if not path.startswith(f"{folder}/"):
                continue
            document = self.bundle.json(path)
            if document["version"] != version or (digest and document["sha256"] != digest):
                continue
            words = sha256(_in_order(document[words_in]))
            if words != document["sha256"]:
                raise LookupError(f"{path} says that its words have the hash {document['sha256']}; it is {words}")
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
