"""Proof by breaking: whatever is done to what was sealed is found where it was done, and so is each planted bug.

``./ahize bench tamper`` makes ten thousand edits; here are some of each kind.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ahize.compliance import again, released
from ahize.compliance.examples import read_examples
from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.rules import calling_hours, suppression
from ahize.compliance.ruling import instant_of, instant_text
from ahize.compliance.terms import BadLaw
from ahize.kernel.errors import AhizeError
from ahize.kernel.seals import Sealer
from ahize.proof import bundle, canonical, checking, heads, merkle
from ahize.run import bench_tamper
from seeds.test_planted_bugs import planted
from verify import test_two_readings as two_readings

EDITS = 4 * len(bench_tamper.WAYS)


def tampering() -> str:
    edit, said = next(bench_tamper.missed(EDITS), (None, []))
    return "" if edit is None else f"{edit.kind} was not found where it was done, at {edit.first}: {said}"


def paths() -> str:
    texts = [f"{n:064x}" for n in range(11)]
    tree = merkle.Tree(texts)
    for at, text in enumerate(texts):
        if not merkle.leads_to(tree.root, text, index=at, size=11, path=tree.path(at)):
            return f"the path of leaf {at} does not lead to the root"
        for other in (-1, *range(11), 11):
            if other != at and merkle.leads_to(tree.root, text, index=other, size=11, path=tree.path(at)):
                return f"leaf {at} is shown at {other}"
    if merkle.leads_to(merkle.root_of(texts[:1]), texts[0], index=1, size=1, path=[]):
        return "a leaf is shown beyond the end"
    left, right = (bytes.fromhex(merkle.root_of(half)) for half in (texts[:8], texts[8:]))
    return "" if tree.root == merkle._node(left, right).hex() else "the tree is not split as the standard says"


def bundles() -> str:
    out = io.BytesIO()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with bundle.Writer(out, sealer=bench_tamper.OWN, tenant="t", made_at=at, made_by="x", about={}) as made:
        made.add("a.txt", b"one")
        made.add("b.txt", b"two")
    for old, new, code in ((b"one", b"eno", "changed"), (b"", b"", ""), (b'"t"', b'"u"', "bad_signature")):
        with zipfile.ZipFile(io.BytesIO(out.getvalue())) as given:
            entries = [
                (name, given.read(name).replace(old, new) if old else given.read(name)) for name in given.namelist()
            ]
        again_out = io.BytesIO()
        with zipfile.ZipFile(again_out, "w") as anew:
            for name, content in entries:
                anew.writestr(name, content)
        flaws = bundle.Reader(again_out).check(bench_tamper.OWN.verifier().to_bytes())
        if [flaw.code for flaw in flaws] != ([code] if code else []):
            return f"a bundle with {new!r} for {old!r} has the flaws {flaws}"
    stranger = bundle.Reader(io.BytesIO(out.getvalue())).check(bench_tamper.THIEF.verifier().to_bytes())
    return "" if [flaw.code for flaw in stranger] == ["other_key"] else "another key is not seen"


def releasing(folder: Path) -> str:
    shipped = Rulebook.load()
    released.freeze(shipped, folder)
    changed = [{**law.document, "authority": "Somebody"} for law in shipped.laws if law.layer == "GB"]
    try:
        released.freeze(Rulebook.from_documents(changed, shipped.version), folder)
    except AhizeError:
        return ""
    return "a released version was released again with other words"


def deciding() -> str:
    """A ruling that allows longer than the law, one that allows what the law bars, and one with a bar left out."""
    facts = {"at": "2026-11-20T12:00:00Z", "channel": "voice", "callee": {"country": "GB"}}
    law = again.law_ruling(Rulebook.load(), facts)
    honest = law.to_json()
    sources = {"by_law": again.by_law(law)}
    if again.compare(honest, sources, law) is not None:
        return "an honest ruling is said to differ"
    for name, value in (("verdict", "allow"), ("unknown", []), ("duties", ["none"]), ("rulebook", "1")):
        told = {**sources, "by_law": {**sources["by_law"], **({"verdict": value} if name == "verdict" else {})}}
        if again.compare({**honest, name: value}, told, law) is None:
            return f"another {name} is not seen"
    changed = {**sources, "by_law": {**sources["by_law"], "verdict": "allow"}}
    if again.compare(honest, changed, law, same_book=False) is None:
        return "another verdict by another rulebook is not seen"
    shell = {"rule": "US-99", "ground": "x", "because": "y", "cites": []}
    if again.compare({**honest, "verdict": "block", "bars": [*honest["bars"], shell]}, sources, law) is None:
        return "a law's bar that the law did not find passes for the shell's"
    return ""


def keys() -> str:
    """The key is changed once: what the new one signs follows from what the last one signed, and nothing else does."""
    old, new, thief = bench_tamper.OWN, Sealer.from_bytes(bytes([3] * 32)), bench_tamper.THIEF
    lines = [checking.Line(n, f"{n - 1:064x}" if n > 1 else "", f"{n:064x}", f"{n:064x}") for n in (1, 2, 3)]

    def made(*sealers: tuple[Sealer, Sealer | None]) -> list[heads.Head]:
        found: list[heads.Head] = []
        for n, (sealer, last) in enumerate(sealers, start=1):
            span, none = heads.Span(n, n + 1, merkle.root_of([lines[n - 1].hash])), heads.Span(1, 1)
            before = found[-1] if found else None
            found.append(
                heads.sealed(sealer, tenant="t", before=before, rulings=span, audit=none, at=str(n), last=last)
            )
        return found

    def codes(given: list[heads.Head], by: Sealer) -> list[tuple[str, int]]:
        said = checking.check(given, lines, [], tenant="t", key=by.verifier().to_bytes())
        return [(one.code, one.number) for one in said.breaks]

    honest = made((old, None), (new, old), (new, None))
    if codes(honest, new):
        return f"a key that was handed over is said to be wrong: {codes(honest, new)}"
    unsigned = replace(honest[1], handover=thief.sign(honest[1].signed().encode()).hex())
    stolen = made((old, None), (old, None), (old, None))
    for told, given, expected in (
        ("a handover that nobody signed", [honest[0], unsigned, honest[2]], [("handover", 2)]),
        ("heads of the key that was thrown away", stolen, [("key", 1)]),
        ("a foreign key", made((thief, None), (thief, None), (thief, None)), [("key", 1)]),
    ):
        if codes(given, new) != expected:
            return f"{told}: {codes(given, new)}"
    try:
        made((old, None), (new, None))
    except AssertionError:
        return ""
    return "a new key seals without the last one"


def loosened() -> str:
    """One hour of one law of a release is moved, and its hash left as it was."""
    document = json.loads(json.dumps(two_readings.DOCUMENT))
    text = json.dumps(document["laws"])
    document["laws"] = json.loads(text.replace('"08:00"', '"06:00"', 1))
    assert json.dumps(document["laws"]) != text, "a law says from when one may call"
    try:
        released.read(document)
    except BadLaw:
        return ""
    return "a law whose bound was loosened is read as the one that was released"


@cache
def lawful_call() -> dict[str, Any]:
    """Of the examples of one state's law, one that may be made."""
    cases = read_examples((two_readings.LAW / "us/states/pa.cases.yaml").read_text("utf-8"))
    known = (json.loads(json.dumps(case["facts"], default=lambda one: one.isoformat())) for case in cases)
    return next(
        one for one in known if "consents" in one and two_readings.BOOK.decide(CallFacts.from_json(one)).is_allowed
    )


def readings() -> str:
    """Do two readings agree on each hour of a day, and on somebody who said stop by mail?"""
    facts = lawful_call()
    at = instant_of(facts["at"])
    stop = {"scope": "all", "at": instant_text(at - timedelta(days=60)), "source": "mail"}
    for hour in range(24):
        for stops in ([], [stop]):
            told = {**facts, "at": instant_text(at + timedelta(hours=hour)), "suppressions": stops}
            said = two_readings.parted(told)
            if said:
                return f"the two readings part after {hour} hours: {said}"
    return ""


ORACLES = {
    "loosened": loosened,
    "readings": readings,
    "keys": keys,
    "paths": paths,
    "bundles": bundles,
    "deciding": deciding,
    "tampering": tampering,
}


def found(by: str, folder: Path) -> str:
    """What does not hold; empty: all does."""
    try:
        return releasing(folder) if by == "releasing" else ORACLES[by]()
    except (AssertionError, AhizeError) as cry:
        return f"cried out: {cry}"


@pytest.mark.parametrize("by", [*ORACLES, "releasing"])
def test_without_a_bug_nothing_is_found(by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(released, "golden", lambda _book: iter(()))
    assert found(by, tmp_path) == ""


WALK: Any = checking._Walk
BUGS = [
    pytest.param(
        released, "read", "loosened",
        'if book.sha256 != document["sha256"]:',
        "if False:",
        id="a bound of a released law is loosened",
    ),
    pytest.param(
        calling_hours.CallingHours, "_closed", "readings",
        "not any(span.has(wall.time()) for span in hours)",
        "False",
        id="the first reading loosens the hours",
    ),
    pytest.param(
        suppression.SuppressionList, "judge", "readings",
        "for entry in entries:",
        'for entry in (one for one in entries if one.source != "mail"):',
        id="the first reading forgets a revocation by mail",
    ),
    pytest.param(
        WALK, "_look", "tampering",
        "if line.own != line.hash:",
        "if False:",
        id="a hash is skipped",
    ),
    pytest.param(
        WALK, "_look", "tampering",
        "if line.previous != self._previous:",
        "if False:",
        id="a link is skipped",
    ),
    pytest.param(
        WALK, "_look", "tampering",
        "if line.number > self._number:",
        "if False:",
        id="a gap is skipped",
    ),
    pytest.param(
        WALK, "_look", "tampering",
        "elif line.number < self._number:",
        "elif False:",
        id="twice is once",
    ),
    pytest.param(
        WALK, "seal", "tampering",
        "if root_of(hashes) != root:",
        "if False:",
        id="a root is skipped",
    ),
    pytest.param(
        WALK, "seal", "tampering",
        "if self._number < until:",
        "if False:",
        id="an end cut off is skipped",
    ),
    pytest.param(
        checking, "_check_head", "tampering",
        "if head.previous != previous:",
        "if False:",
        id="a head's link is skipped",
    ),
    pytest.param(
        checking, "_check_head", "tampering",
        "if not head.is_signed():",
        "if False:",
        id="a signature is skipped",
    ),
    pytest.param(
        checking, "check", "tampering",
        "if key is not None and report.last is not None and report.last.key != key.hex():",
        "if False:",
        id="a head signed with another key, such as the permits', passes",
    ),
    pytest.param(
        checking, "_check_head", "keys",
        "if head.last_key != before.key or not head.is_handed_over():",
        "if head.last_key != before.key:",
        id="nobody looks whether the last key signed the new one",
    ),
    pytest.param(
        checking, "check", "keys",
        "report.last.key != key.hex()",
        "False",
        id="a key that was thrown away goes on",
    ),
    pytest.param(
        heads, "sealed", "keys",
        'assert last_key == ("" if last is None else _name(last)), ',
        "assert True, ",
        id="a key is changed without the last one",
    ),
    pytest.param(
        heads.Head, "signed", "keys",
        '**({"last_key": self.last_key} if self.last_key else {}),',
        '"last_key": self.handover,',
        id="what is signed changes with who signs it",
    ),
    pytest.param(
        heads, "sealed", "tampering",
        "rulings=rulings,",
        "rulings=Span(rulings.first, rulings.until - 1, rulings.root) if rulings.count > 1 else rulings,",
        id="a head over fewer rulings than it says",
    ),
    pytest.param(
        checking, "check", "tampering",
        "if one.hash != head.hash:",
        "if False:",
        id="what was kept outside is not looked at",
    ),
    pytest.param(
        checking, "check", "tampering",
        "for number, some in sorted(outside.items()):",
        "for number, some in ():",
        id="a kept head that is gone is not missed",
    ),
    pytest.param(
        heads, "sealed", "tampering",
        'previous="" if before is None else before.hash,',
        'previous="",',
        id="a head without previous",
    ),
    pytest.param(
        canonical, "ruling_hash", "tampering",
        "_hash(*parts, sources) if sources else _hash(*parts)",
        "_hash(*parts)",
        id="sources are not hashed",
    ),
    pytest.param(
        canonical, "ruling_hash", "tampering",
        "(previous_hash, attempt, seq, when_text(at), facts, ruling)",
        "(attempt, seq, when_text(at), facts, ruling)",
        id="a hash does not cover the one before",
    ),
    pytest.param(
        merkle, "leads_to", "paths",
        "_node(beside, found) if index % 2 else _node(found, beside)",
        "_node(found, beside)",
        id="two leaves are swapped",
    ),
    pytest.param(
        merkle, "leads_to", "paths",
        "if not 0 <= index < size:",
        "if index > size:",
        id="a bound of a path is loosened",
    ),
    pytest.param(
        merkle, "leads_to", "paths",
        "return not rest and found.hex() == root",
        "return True",
        id="any path leads anywhere",
    ),
    pytest.param(
        bundle.Reader, "_of_items", "bundles",
        'elif digest.hexdigest() != item["sha256"]:',
        "elif False:",
        id="an item's bytes are not looked at",
    ),
    pytest.param(
        bundle.Reader, "_of_manifest", "bundles",
        "if not holds:",
        "if False:",
        id="a bundle's signature is skipped",
    ),
    pytest.param(
        bundle.Reader, "_of_manifest", "bundles",
        "if key is not None and named != key:",
        "if False:",
        id="any key may sign a bundle",
    ),
    pytest.param(
        released, "freeze", "releasing",
        "if one.sha256 == book.sha256:",
        "if True:",
        id="a version is used again",
    ),
    pytest.param(
        again, "_of_shell", "deciding",
        'if any(not bar["rule"].startswith(SHELL) for bar in beside):',
        "if False:",
        id="a bar of nobody's law passes",
    ),
    pytest.param(
        again, "compare", "deciding",
        'if was["verdict"] != said["verdict"]:',
        "if False:",
        id="another verdict passes",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("owner", "name", "by", "line", "bug"), BUGS)
def test_each_bug_is_found_by_name(
    owner: Any, name: str, by: str, line: str, bug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(released, "golden", lambda _book: iter(()))
    with planted(owner, name, line, bug):
        if owner is canonical:
            monkeypatch.setattr(bench_tamper, name, getattr(canonical, name))
        assert found(by, tmp_path)
