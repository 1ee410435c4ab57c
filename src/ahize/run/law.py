"""``./ahize law``: decide cases, explain a ruling, compare two days of the law, look the law files over.

Each subcommand reads its arguments and files here; what it answers stands in ``compliance``. Exit code 0; 1 where a
case differs, a line cannot be read or the lint finds something; 2 where the command itself cannot be obeyed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from yaml import YAMLError

import ahize.compliance
from ahize.compliance import released
from ahize.compliance.check import check
from ahize.compliance.diff import differences, report
from ahize.compliance.explain import Language, decided_by, explain
from ahize.compliance.facts import UNKNOWN, CallFacts
from ahize.compliance.lint import lint
from ahize.compliance.reading import BadFacts
from ahize.compliance.reading import day as read_day
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.terms import BadLaw
from ahize.kernel.errors import BadInput

EXAMPLE_DAY = "2026-08-11"
SHIPPED = Path(ahize.compliance.__file__).parent / "law"
RELEASED = Path(ahize.compliance.__file__).parent / "released"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 where a line is malformed, an answer differs or the lint finds something."""
    parser = argparse.ArgumentParser(prog="./ahize law", description=__doc__.partition("\n")[0] if __doc__ else "")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _check_command(commands)
    _explain_command(commands)
    _diff_command(commands)
    _lint_command(commands)
    _release_command(commands)
    given = parser.parse_args(arguments)
    try:
        answer: int = given.run(given)
    except BadLaw as error:
        raise BadInput(f"The law cannot be read: {error}.", next_step="./ahize law lint names every flaw.") from error
    except YAMLError as error:
        raise BadInput("A law is no YAML.", next_step="./ahize law lint names the file and the line.") from error
    return answer


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=("en", "tr"), default="en", help="of the sentences (default: en)")


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _check_command(commands: Any) -> None:
    parser = commands.add_parser("check", help="decide the cases of a file")
    parser.add_argument(
        "--cases", type=Path, required=True, metavar="FILE", help="one JSON object a line; - reads standard input"
    )
    parser.add_argument("--compare", action="store_true", help="compare with each line's “expect”; N agreed, M differ")
    parser.set_defaults(run=_check)


def _check(given: argparse.Namespace) -> int:
    if str(given.cases) == "-":
        return check(sys.stdin, sys.stdout, compare=given.compare)
    try:
        with given.cases.open(encoding="utf-8", errors="surrogateescape") as lines:
            return check(lines, sys.stdout, compare=given.compare)
    except OSError as failed:
        raise _unreadable(given.cases, failed, "Give --cases a file of JSON lines.") from None


# ── explain ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _explain_command(commands: Any) -> None:
    parser = commands.add_parser("explain", help="one ruling in plain sentences, with citations")
    parser.add_argument(
        "--facts",
        type=Path,
        required=True,
        metavar="FILE",
        help="a JSON object of facts, or a case; - reads standard input",
    )
    _language(parser)
    parser.set_defaults(run=_explain)


def _explain(given: argparse.Namespace) -> int:
    text = _text(given.facts, "Give --facts a file with one JSON object.")
    book, language = Rulebook.load(), given.lang
    unread = 0
    for name, case in _cases(text):
        if name:
            print(name)
        try:
            if isinstance(case, BadFacts):
                raise case
            facts = CallFacts.from_json(case)
        except BadFacts as refused:
            if not name:
                raise BadInput(f"{refused.message}.", next_step=refused.next_step, path=refused.path) from None
            unread += 1
            print(f"  {refused.message}. {refused.next_step}\n")
            continue
        for sentence in _told(book, facts, language):
            print(f"  {sentence}" if name else sentence)
        if name:
            print()
    return 1 if unread else 0


def _told(book: Rulebook, facts: CallFacts, language: Language) -> list[str]:
    ruling = book.decide(facts)
    zone = None if facts.callee.zones is UNKNOWN else facts.callee.zones[0]
    return [*explain(ruling, language, zone=zone, behind=book.behind(facts)), decided_by(ruling, language)]


def _cases(text: str) -> Iterator[tuple[str, Any]]:
    """The facts in the file, with a heading where there are several: one object, or one a line."""
    try:
        yield "", _facts(json.loads(text))
        return
    except (ValueError, RecursionError) as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for _, line in lines):
            raise BadInput(
                f"The file with the facts is no JSON: {error}.",
                next_step="Give one object of facts, as docs/reference/law.md describes it.",
            ) from None
    for number, line in lines:
        try:
            case = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield f"line {number}", BadFacts("", f"a JSON object on this line ({error})")
            continue
        name = case.get("id") if isinstance(case, Mapping) else None
        yield f"line {number}{f' ({name})' if isinstance(name, str) else ''}", _facts(case)


def _facts(case: Any) -> Any:
    return case["facts"] if isinstance(case, Mapping) and "facts" in case else case


# ── diff ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _diff_command(commands: Any) -> None:
    parser = commands.add_parser("diff", help="what of the law differs between two days")
    parser.add_argument("earlier", metavar="DATE1", help=f"a day like {EXAMPLE_DAY}")
    parser.add_argument("later", metavar="DATE2", help="a later day")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")
    _language(parser)
    parser.set_defaults(run=_diff)


def _diff(given: argparse.Namespace) -> int:
    earlier, later = _day(given.earlier, "DATE1"), _day(given.later, "DATE2")
    if later < earlier:
        raise BadInput(f"DATE1 {earlier} is after DATE2 {later}.", next_step="Give the earlier day first.")
    book = Rulebook.load()
    changes = differences(book.laws, earlier, later)
    if given.json:
        told = [change.to_json() for change in changes]
        days = {"earlier": earlier.isoformat(), "later": later.isoformat()}
        print(json.dumps({**days, "rulebook": book.version, "changes": told}, ensure_ascii=False))
    else:
        print("\n".join(report(changes, earlier, later, given.lang)))
    return 0


def _day(given: str, name: str) -> date:
    try:
        return read_day(given, name)
    except BadFacts:
        raise BadInput(
            f"{name} {given!r} is no day of the calendar between 1900 and 2199.",
            next_step=f"Write it like {EXAMPLE_DAY}: year, month, day.",
        ) from None


# ── lint ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lint_command(commands: Any) -> None:
    parser = commands.add_parser("lint", help="what is wrong with the law files")
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="of laws (default: those that we ship)")
    parser.set_defaults(run=_lint)


def _lint(given: argparse.Namespace) -> int:
    folder = SHIPPED if given.folder is None else given.folder
    if not folder.exists():
        raise BadInput(f"{folder} is not there.", next_step="Name a folder of laws, or one law's YAML.")
    looked = lint(folder)
    for flaw in looked.flaws:
        print(flaw)
    if looked.flaws:
        print(f"{len(looked.flaws)} wrong in {len({flaw.file for flaw in looked.flaws})} of the files.")
        return 1
    print(f"Nothing is wrong: {looked.laws} laws, {looked.rules} entries, {looked.examples} examples.")
    return 0


# ── release ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _release_command(commands: Any) -> None:
    parser = commands.add_parser("release", help="freeze the laws as they stand, for ever, under their version")
    parser.add_argument(
        "--check", action="store_true", help="only: does every release decide its golden rulings again?"
    )
    parser.add_argument("--folder", type=Path, default=RELEASED, help=argparse.SUPPRESS)
    parser.set_defaults(run=_release)


def _release(given: argparse.Namespace) -> int:
    if given.check:
        return _golden(given.folder)
    path, new = released.freeze(Rulebook.load(), given.folder)
    print(f"{'Released' if new else 'Released already, word for word'}: {path.name}")
    return _golden(given.folder)


def _golden(folder: Path) -> int:
    found, decided = 0, 0
    for one in released.releases(folder):
        decided += 1
        for name, kept, now in released.differing(one):
            found += 1
            print(f"{one.version}, {name}: was {kept['verdict']} {kept['rules']}, is {now['verdict']} {now['rules']}")
    print(f"{decided} releases decide their golden rulings again; {found} rulings differ.")
    return 1 if found else 0


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(path: Path, next_step: str) -> str:
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text("utf-8")
    except OSError as failed:
        raise _unreadable(path, failed, next_step) from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is no UTF-8 text.", next_step=next_step) from None


def _unreadable(path: Path, failed: OSError, next_step: str) -> BadInput:
    return BadInput(f"{path} cannot be read: {failed.strerror}.", next_step=next_step)
