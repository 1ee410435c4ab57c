"""Deciding a file of cases: one JSON object a line in, one ruling a line out.

The body of ``ahize law check``; it takes the examples beside a law (``federal.cases.yaml``) as well. A line that cannot
be read is reported with its number and field, and the others are still decided. Nothing is read from a case but its
facts and, to compare, what it expects: its id is only echoed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Any, TextIO

from yaml import YAMLError

from ahize.compliance.examples import read_examples
from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling, instant_text

VERDICTS = ("allow", "block", "review")
OWN_WORDS = frozenset({"rules", "binds", "binds_not", "duties", "duties_not", "lawful_until", "next_lawful"})


def check(lines: Iterable[str], out: TextIO, *, compare: bool, rulebook: Rulebook | None = None) -> int:
    """Decide each line and write one JSON object for it.

    Args:
        compare: say for each case whether it agrees with its ``expect``, and print ``N agreed, M differ`` last.

    Returns:
        0; 1 where a case differs (only with ``compare``) or a line could not be read.
    """
    book = rulebook or Rulebook.load()
    agreed = differ = unread = 0
    for number, line in enumerate(_case_lines(lines), start=1):
        if not line.strip():
            continue
        try:
            case = _case(line)
            ruling = book.decide(CallFacts.from_json(case.get("facts")))
            differences = disagreements(case.get("expect"), ruling) if compare else []
        except BadFacts as error:
            unread += 1
            _write(out, {"line": number, "field": error.path, "error": error.message, "expected": error.expected})
            continue
        said: dict[str, Any] = {"id": case["id"]} if "id" in case else {}
        said |= ruling.to_json()
        if compare:
            said |= {"agrees": not differences, "differences": differences}
            agreed, differ = agreed + (not differences), differ + bool(differences)
        _write(out, said)
    if compare:
        out.write(f"{agreed} agreed, {differ + unread} differ\n")
    return 1 if differ or unread else 0


def disagreements(expect: object, ruling: Ruling) -> list[str]:
    """What a case expects and the ruling does not say; empty where they agree.

    Besides the contract's ``verdict``, ``grounds``, ``duties`` and ``unknown`` (each at least), the examples beside a
    law say ``rules`` (just these bar), ``binds``, ``binds_not``, ``duties_not``, ``lawful_until``, ``next_lawful``.

    Raises:
        BadFacts: where the expectation itself cannot be read.
    """
    if not isinstance(expect, Mapping):
        raise BadFacts("expect", "an object with a verdict")
    found = []
    if "verdict" in expect or not expect.keys() & OWN_WORDS:
        if expect.get("verdict") not in VERDICTS:
            raise BadFacts("expect.verdict", "one of " + ", ".join(VERDICTS))
        if ruling.verdict != expect["verdict"]:
            found.append(f"verdict is {ruling.verdict}, expected {expect['verdict']}")
    rules = tuple(bar.rule for bar in ruling.bars)
    said = {"grounds": ruling.grounds, "duties": ruling.duties, "unknown": ruling.unknown, "binds": rules}
    for field, have in said.items():
        lacking = [one for one in _list(expect, field) if one not in have]
        if lacking:
            found.append(f"{field} lack {', '.join(map(str, lacking))}")
    for field, have in (("binds_not", rules), ("duties_not", ruling.duties)):
        found += [f"{one} is there, expected not to be" for one in _list(expect, field) if one in have]
    if "rules" in expect and set(rules) != set(_list(expect, "rules")):
        found.append(f"the rules that bar are {', '.join(rules) or 'none'}, expected {expect['rules']}")
    for field, at in (("lawful_until", ruling.lawful_until), ("next_lawful", ruling.next_lawful)):
        told = at and instant_text(at)
        if expect.get(field) is not None and told != expect[field]:
            found.append(f"{field} is {told}, expected {expect[field]}")
    return found


def _list(expect: Mapping[str, Any], field: str) -> list[Any]:
    wanted = expect.get(field) or []
    if not isinstance(wanted, list):
        raise BadFacts(f"expect.{field}", "a list")
    return wanted


def _case_lines(lines: Iterable[str]) -> Iterable[str]:
    """The lines as they are, or, of a file of examples, one for each example."""
    rest = iter(lines)
    first = list(islice(rest, 1))
    if not first or not first[0].startswith("#"):
        return chain(first, rest)
    text = "".join(line if line.endswith("\n") else line + "\n" for line in chain(first, rest))
    try:
        return [json.dumps(case, default=str) for case in read_examples(text)]
    except (YAMLError, KeyError, TypeError, ValueError, AttributeError):
        return text.splitlines()  # No examples: each line is reported.


def _case(line: str) -> Mapping[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadFacts("", f"a JSON object on this line ({error})") from error
    if not isinstance(case, Mapping):
        raise BadFacts("", "a JSON object on this line")
    if not isinstance(case.get("facts"), Mapping):
        raise BadFacts("facts", "an object")
    return case


def _write(out: TextIO, said: Mapping[str, Any]) -> None:
    line = json.dumps(said, ensure_ascii=False)
    # A lone surrogate in an id would break the stream.
    out.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")
