"""The examples agree with the law, and no number, day or rule of any law can change without one of them failing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ahize.compliance.check import check
from ahize.compliance.law_file import LawFile
from ahize.compliance.rulebook import Rulebook, shipped_documents
from ahize.kernel.chance import stream
from compliance._lawyer_cases import LAW, Pack, packs, read_cases
from compliance._mutants import Change, day_changes, drops, number_changes, parted

GIVEN = sorted((Path(__file__).parent / "cases").glob("*.jsonl"))
PACKS = packs()
FEDERAL = list(read_cases(LAW / "us" / "federal.cases.yaml"))
BOOK = Rulebook.load()


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_law_comes_to_what_its_examples_say(pack: Pack):
    wrong = [(case.name, case.differences(BOOK)) for case in pack.cases]
    assert [(name, found) for name, found in wrong if found] == []


@pytest.mark.parametrize("given", GIVEN, ids=lambda file: file.stem)
def test_every_given_case_agrees(given: Path):
    lines, out = given.read_text("utf-8").splitlines(), io.StringIO()
    assert check(lines, out, compare=True) == 0, out.getvalue()
    assert out.getvalue().splitlines()[-1] == f"{len(lines)} agreed, 0 differ"


@pytest.mark.parametrize("given", GIVEN, ids=lambda file: file.stem)
def test_ids_titles_and_order_decide_nothing(given: Path):
    lines = [json.loads(line) for line in given.read_text("utf-8").splitlines()]
    bare = [json.dumps({"facts": case["facts"], "expect": case["expect"]}) for case in lines]
    stream(7, "shuffle").shuffle(bare)
    out = io.StringIO()
    assert check(bare, out, compare=True) == 0
    assert out.getvalue().splitlines()[-1] == f"{len(lines)} agreed, 0 differ"


def survivors(pack: Pack, changes: Callable[[dict[str, Any]], Iterator[Change]]) -> tuple[int, list[str]]:
    """How many changes were made, and those that no example beside the law noticed."""
    document = parted(pack.document)
    (shipped,) = [law for law in BOOK.laws if law.layer == document["layer"]]
    others = [law for law in BOOK.laws if law is not shipped]
    made, unnoticed = 0, []
    order = list(pack.cases)
    for what, change, undo in changes(document):
        change()
        made += 1
        book = Rulebook([*others, LawFile(document, shipped.base)], "changed")
        caught = next((at for at, case in enumerate(order) if case.differences(book)), None)
        undo()
        if caught is None:
            unnoticed.append(what)
        else:
            order.insert(0, order.pop(caught))  # Neighbours are often caught by the same example.
    return made, unnoticed


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_nothing_of_the_law_can_move_unnoticed(pack: Pack):
    unnoticed = [one for changes in (number_changes, day_changes, drops) for one in survivors(pack, changes)[1]]
    assert unnoticed == []


def test_many_changes_are_tried():
    (federal,) = [pack for pack in PACKS if pack.document["layer"] == "US"]
    document = parted(federal.document)
    assert [sum(1 for _ in changes(document)) for changes in (number_changes, day_changes, drops)] >= [60, 80, 40]


def test_the_law_names_every_federal_rule_once_with_citation_and_mark():
    (document,) = [one for one in shipped_documents() if one["layer"] == "US"]
    named = {entry["id"] for entry in document["rules"]} | set(document["relationships"])
    expected = (
        {f"US-TSR-{n:02}" for n in [*range(1, 19), *range(20, 24), *range(30, 39), *range(40, 48)]}
        | {f"US-FCC-{n:02}" for n in [*range(1, 15), *range(20, 32), *range(40, 44)]}
        | {f"US-FAX-{n:02}" for n in range(1, 6)}
    )
    assert expected - named == set()
    assert all(entry["cites"] and entry["mark"] for entry in document["rules"])


def test_a_ruling_says_how_long_the_law_has_it_ring():
    by_name = {case.name: BOOK.decide(case.facts) for case in FEDERAL}
    assert by_name["Fifteen seconds of ringing suffice"].ring_s_min == 15
    assert by_name["A customer of long ago, with the notice"].ring_s_min == 0


def test_a_ruling_is_the_same_again():
    facts = FEDERAL[0].facts
    assert isinstance(facts.at, datetime)
    again = Rulebook.from_documents(shipped_documents(), BOOK.version)
    assert [BOOK.decide(case.facts) for case in FEDERAL] == [again.decide(case.facts) for case in FEDERAL]
