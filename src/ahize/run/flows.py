"""``./ahize flows``: look a flow over, and talk through it in text.

Exit code 0; 1 where the flow has a problem, or the talk ended before the flow did; 2 where it cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ahize.flows.alone import check_alone
from ahize.flows.checking import check
from ahize.flows.flow import Flow, Transfer
from ahize.flows.merging import FIELDS, is_field
from ahize.flows.reading import BadFlow, read_flow
from ahize.flows.talk import (
    Answered,
    Back,
    Deed,
    Finish,
    HandOver,
    Heard,
    Listen,
    NobodyTook,
    Place,
    Silence,
    Speak,
    Talk,
)
from ahize.kernel.errors import BadInput

SAMPLE = {
    **{"first_name": "Ada", "last_name": "Example", "company": "", "city": "Springfield", "region": "OH"},
    **{"postal_code": "45501", "address": "1 Example Street", "email": "ada@example.org", "external_id": "1"},
    **{"agent_name": "Sam", "seller_name": "Example Seller", "seller_phone": "+16145550100", "brand": "Example"},
    **{"product": "example", "campaign_name": "Example", "caller_id": "+16145550101"},
}
"""A person and a house for trying a flow; ``--field`` gives others."""

HELP = "(an answer; an empty line is silence, < goes back, ! says that nobody took the transfer)"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./ahize flows", description=__doc__.partition("\n")[0] if __doc__ else "")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checker = commands.add_parser("check", help="does every way lead somewhere, and out again?")
    checker.add_argument("files", nargs="+", type=Path, metavar="FILE")
    checker.add_argument("--alone", action="store_true", help="also: may it be played with nobody of ours on the line?")
    checker.add_argument("--seller", default="", metavar="NAME", help="as recorded sounds say it, which have no fields")
    checker.add_argument("--json", action="store_true", help="one line of JSON for each file")
    checker.set_defaults(run=_check)
    runner = commands.add_parser("run", help="talk through it: answers are typed, or come line by line from a pipe")
    runner.add_argument("file", type=Path, metavar="FILE")
    runner.add_argument("--lang", help="of the talk (default: the flow's first)")
    runner.add_argument("--machine", action="store_true", help="what an answering machine hears")
    runner.add_argument("--field", action="append", default=[], metavar="NAME=VALUE", help="of the person or the house")
    runner.set_defaults(run=_run)
    given = parser.parse_args(arguments)
    answer: int = given.run(given)
    return answer


def _read(path: Path) -> Flow:
    try:
        return read_flow(path.read_text("utf-8"), where=path.name)
    except OSError as wrong:
        raise BadInput(f"{path} cannot be read: {wrong.strerror}.") from None
    except UnicodeDecodeError as wrong:
        raise BadFlow(f"{path.name}: byte {wrong.start} is no UTF-8.", next_step="Save the file as UTF-8.") from None


def _check(given: argparse.Namespace) -> int:
    found = 0
    for path in given.files:
        flow = _read(path)
        problems = check(flow)
        if given.alone and not problems:
            problems = check_alone(flow, seller_name=given.seller)
        found += len(problems)
        if given.json:
            told = [{"node": one.node, "code": one.code, "about": one.about, "says": one.says} for one in problems]
            print(json.dumps({"file": path.name, "flow": flow.name, "version": flow.version, "problems": told}))
            continue
        for problem in problems:
            print(f"{path.name}: {problem.node or 'the flow'}: {problem.says}")
        if not problems:
            print(f"{path.name}: {flow.name}, version {flow.version}, {len(flow.nodes)} nodes: nothing is wrong")
    return 1 if found else 0


def _run(given: argparse.Namespace) -> int:
    flow = _read(given.file)
    if problems := check(flow):
        first = problems[0]
        raise BadFlow(
            f"{given.file.name}: {first.node or 'the flow'}: {first.says}",
            next_step=f"./ahize flows check {given.file} lists all that is wrong.",
        )
    if given.lang is not None and given.lang not in flow.languages:
        raise BadInput(f"{given.file.name} is in {', '.join(flow.languages)}, not in {given.lang}.")
    if given.machine and not flow.machine:
        raise BadInput(f"{given.file.name} says nothing to answering machines; `machine` names its node for them.")
    talk = Talk(flow, {**SAMPLE, **_fields(given.field)})
    place, deeds = talk.begin(given.lang or flow.languages[0], machine=given.machine)
    lines = iter(sys.stdin)
    if sys.stdin.isatty():
        print(HELP)
    while True:
        for deed in deeds:
            print(_shown(deed))
        if place.over:
            return _over(place)
        heard = _next(lines)
        if isinstance(flow.nodes[place.node], Transfer) and heard != NobodyTook():
            return _over(place)  # somebody took it, and the flow is done
        if heard is None:
            print(f"The talk stopped at {place.node}: there were no more answers.", file=sys.stderr)
            return 1
        place, deeds = talk.hear(place, heard)


def _over(place: Place) -> int:
    print(f"answers: {json.dumps(dict(place.answers), ensure_ascii=False)}")
    print(f"path: {' → '.join(place.path)}")
    return 0


def _next(lines: Iterator[str]) -> Heard | None:
    line = next(lines, None)
    if line is None:
        return None
    match line.strip():
        case "":
            return Silence()
        case "<":
            return Back()
        case "!":
            return NobodyTook()
        case said:
            return Answered(said)


def _fields(given: Sequence[str]) -> Mapping[str, str]:
    fields = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not is_field(name):
            raise BadInput(f"--field {one}: expected NAME=VALUE, where the names are {', '.join(sorted(FIELDS))}.")
        fields[name] = value
    return fields


def _shown(deed: Deed) -> str:
    match deed:
        case Speak(text=text):
            return text
        case Listen(keys=keys, digits_max=digits, wait_s=wait_s):
            hints = [f"{key}: {label}" for key, label in keys.items()]
            hints += [f"up to {digits} digits"] if digits else []
            return f"  [{' · '.join([*hints, f'{wait_s:g} s'])}]"
        case HandOver(to=to):
            return f"  [to {to}]"
        case Finish(outcome=outcome):
            return f"  [end: {outcome}]"
