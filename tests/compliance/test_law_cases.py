"""The examples agree with the law, and no number or rule of the law can change without one of them failing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ahize.compliance.check import check
from ahize.compliance.law_file import NOTE
from ahize.compliance.rulebook import Rulebook, shipped_documents
from ahize.kernel.chance import stream
from compliance._lawyer_cases import LAW, LawyerCase, read_cases

GIVEN = Path(__file__).parent / "cases" / "us-federal.jsonl"
FEDERAL = list(read_cases(LAW / "us" / "federal.cases.yaml"))
BOOK = Rulebook.load()


@pytest.mark.parametrize("case", FEDERAL, ids=lambda case: case.name)
def test_the_law_comes_to_what_its_examples_say(case: LawyerCase):
    assert case.differences(BOOK) == []


def test_every_given_case_agrees():
    out = io.StringIO()
    assert check(GIVEN.read_text("utf-8").splitlines(), out, compare=True) == 0, out.getvalue()
    assert out.getvalue().splitlines()[-1] == "129 agreed, 0 differ"


def test_ids_titles_and_order_decide_nothing():
    lines = [json.loads(line) for line in GIVEN.read_text("utf-8").splitlines()]
    bare = [json.dumps({"facts": case["facts"], "expect": case["expect"]}) for case in lines]
    stream(7, "shuffle").shuffle(bare)
    out = io.StringIO()
    assert check(bare, out, compare=True) == 0
    assert out.getvalue().splitlines()[-1] == "129 agreed, 0 differ"


# Mutation: the law with one thing changed. Aliases of the YAML are parted first, so that each number moves alone.


def parted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: parted(one) for key, one in value.items()}
    return [parted(one) for one in value] if isinstance(value, list) else value


def shifts(value: Any) -> Iterator[Any]:
    """The neighbours of a number or an hour of the law, on both sides."""
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield from (value - 1, value + 1)
    elif isinstance(value, float):
        yield from (value - 0.0001, value + 0.0001)
    elif isinstance(value, str) and len(value) == len("08:00") and value[2] == ":":
        hour, minute = int(value[:2]), int(value[3:])
        for minutes in (hour * 60 + minute - 1, hour * 60 + minute + 1):
            yield f"{minutes // 60:02}:{minutes % 60:02}"


Change = tuple[str, Callable[[], None], Callable[[], None]]


def put(spot: Any, key: Any, value: Any) -> Callable[[], None]:
    def act() -> None:
        spot[key] = value

    return act


def number_changes(document: dict[str, Any]) -> Iterator[Change]:
    """Each value, each term and each number in a condition, one step up and one down."""
    spots: list[tuple[str, Any, Any]] = []
    for entry in document["rules"]:
        for name, value in entry.get("values", {}).items():
            spots += [(f"{entry['id']} {entry.get('part', '')} {name}", line, "value") for line in value["lines"]]
    for name, relationship in document["relationships"].items():
        for kind, lasts in relationship["lasts"].items():
            if isinstance(lasts, dict):
                spots += [(f"{name} {kind}", line, "value") for line in lasts["lines"]]

    def conditions(where: str, given: Any) -> Iterator[tuple[str, Any, Any]]:
        if isinstance(given, dict):
            for key, one in given.items():
                if isinstance(one, int) and not isinstance(one, bool):
                    yield f"{where} {key}", given, key
                else:
                    yield from conditions(where, one)
        elif isinstance(given, list):
            for one in given:
                yield from conditions(where, one)

    spots += list(conditions("term", document["terms"]))
    for where, spot, key in spots:
        old = spot[key]
        for new in shifts(old):
            yield f"{where}: {old} becomes {new}", put(spot, key, new), put(spot, key, old)


def day_changes(document: dict[str, Any]) -> Iterator[Change]:
    """Each day on which a rule, a value or a term began, a day later; and a day earlier where rules read it then."""
    day = timedelta(days=1)
    for entry in document["rules"]:
        where = f"{entry['id']} {entry.get('part', '')}"
        if "in_force_on" in entry:
            old: date = entry["in_force_on"]
            for new in (old - day, old + day):
                yield f"{where} begins {new}", put(entry, "in_force_on", new), put(entry, "in_force_on", old)
        values = [line for value in entry.get("values", {}).values() for line in value["lines"]]
        for line in values:
            yield (
                f"{where} value from a day later",
                put(line, "from", line["from"] + day),
                put(line, "from", line["from"]),
            )
    for name, meaning in document["terms"].items():
        # The first line is older than any rule that reads it.
        for line in meaning[1:] if isinstance(meaning, list) else []:
            old = line["from"]
            for new in (old - day, old + day):
                yield f"term {name} from {new}", put(line, "from", new), put(line, "from", old)
    for name, relationship in document["relationships"].items():
        for kind, lasts in relationship["lasts"].items():
            for line in lasts["lines"] if isinstance(lasts, dict) else []:
                old = line["from"]
                yield f"{name} {kind} a day later", put(line, "from", old + day), put(line, "from", old)


def drops(document: dict[str, Any]) -> Iterator[Change]:
    """Each rule that decides, left out."""
    rules = document["rules"]
    for entry in [one for one in rules if one["kind"] != NOTE]:
        at = rules.index(entry)
        yield (
            f"{entry['id']} {entry.get('part', '')} left out",
            put(rules, slice(at, at + 1), []),
            put(rules, slice(at, at), [entry]),
        )


def survivors(changes: Callable[[dict[str, Any]], Iterator[Change]]) -> tuple[int, list[str]]:
    """How many changes were made, and those that no example noticed."""
    (document,) = [parted(one) for one in shipped_documents() if one["layer"] == "US"]
    made, unnoticed = 0, []
    order = list(FEDERAL)
    for what, change, undo in changes(document):
        change()
        made += 1
        book = Rulebook.from_documents([document], "changed")
        caught = next((at for at, case in enumerate(order) if case.differences(book)), None)
        undo()
        if caught is None:
            unnoticed.append(what)
        else:
            order.insert(0, order.pop(caught))  # Neighbours are often caught by the same example.
    return made, unnoticed


def test_no_number_of_the_law_can_move_unnoticed():
    made, unnoticed = survivors(number_changes)
    assert unnoticed == []
    assert made > 60


def test_no_day_of_the_law_can_move_unnoticed():
    made, unnoticed = survivors(day_changes)
    assert unnoticed == []
    assert made > 80


def test_no_rule_that_decides_can_be_left_out_unnoticed():
    made, unnoticed = survivors(drops)
    assert unnoticed == []
    assert made > 40


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
