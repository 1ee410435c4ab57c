"""Deciding a file of cases: one JSON object a line in, one ruling a line out.

The body of ``ahize law check``. A line that cannot be read is reported with its number and field, and the others are
still decided. Nothing is read from a case but its facts and, to compare, what it expects: its id is only echoed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling

VERDICTS = ("allow", "block", "review")


def check(lines: Iterable[str], out: TextIO, *, compare: bool, rulebook: Rulebook | None = None) -> int:
    """Decide each line and write one JSON object for it.

    Args:
        compare: say for each case whether it agrees with its ``expect``, and print ``N agreed, M differ`` last.

    Returns:
        0; 1 where a case differs (only with ``compare``) or a line could not be read.
    """
    book = rulebook or Rulebook.load()
    agreed = differ = unread = 0
    for number, line in enumerate(lines, start=1):
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
    """What a case expects and the ruling does not say; empty where they agree. Raises: BadFacts."""
    if not isinstance(expect, Mapping) or expect.get("verdict") not in VERDICTS:
        raise BadFacts("expect.verdict", "one of " + ", ".join(VERDICTS))
    found = []
    if ruling.verdict != expect["verdict"]:
        found.append(f"verdict is {ruling.verdict}, expected {expect['verdict']}")
    for field, have in (("grounds", ruling.grounds), ("duties", ruling.duties), ("unknown", ruling.unknown)):
        wanted = expect.get(field) or []
        if not isinstance(wanted, list):
            raise BadFacts(f"expect.{field}", "a list")
        lacking = [one for one in wanted if one not in have]
        if lacking:
            found.append(f"{field} lack {', '.join(map(str, lacking))}")
    return found


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
