"""``ahize replay FILE``: run a journal again through today's engine and show where it would decide otherwise.

FILE holds one entry a line: ``{"at", "event", "commands"}``, as ``ahize simulate --journal`` writes it and as the
journal table keeps it. Exit code 0 where nothing differs, 1 where something does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from ahize.dialer import codec
from ahize.dialer.replay import Difference, Entry, Replay, replay
from ahize.kernel.errors import BadInput


def main(file: Path, *, as_json: bool = False, out: TextIO = sys.stdout) -> int:
    """Replay a file. Raises: BadInput naming the line that is no entry."""
    try:
        text = file.read_text("utf-8")
    except OSError as wrong:
        raise BadInput(f"{file}: can't be read ({wrong.strerror})", code="no_journal") from None
    return show(replay(entries_of(text.splitlines(), str(file))), as_json=as_json, out=out)


def main_rows(rows: Iterable[tuple[Any, Any, Any]], *, as_json: bool = False, out: TextIO = sys.stdout) -> int:
    """Replay rows of the journal table: (at, event, commands), the latter two as decoded JSON, in order of seq."""
    entries = (
        (at, codec.decode_event(event), tuple(codec.decode_command(command) for command in commands))
        for at, event, commands in rows
    )
    return show(replay(entries), as_json=as_json, out=out)


def entries_of(lines: Iterable[str], where: str) -> Iterator[Entry]:
    """Raises: BadInput with the line's number."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield codec.entry_of(line)
        except (ValueError, TypeError, KeyError) as wrong:
            raise BadInput(f"{where}, line {number}: {wrong}", code="bad_journal") from None


def show(came: Replay, *, as_json: bool, out: TextIO) -> int:
    """Print what came of it; 0 where nothing differs and something was replayed."""
    if as_json:
        print(json.dumps(_figures(came)), file=out)
    else:
        print(
            f"{came.entries:,} entries in {came.lives} lives replayed, {len(came.differences)} differ"
            + (f"; {came.skipped:,} before the first life could not be" if came.skipped else ""),
            file=out,
        )
        for difference in came.differences:
            print(f"  line {difference.line}, {codec.instant_text(difference.at)}: {difference.event}", file=out)
            print(f"    journaled: {difference.journaled}\n    now:       {difference.commanded}", file=out)
    return 0 if came.is_same and came.entries else 1


def _figures(came: Replay) -> dict[str, Any]:
    return {
        "entries": came.entries,
        "lives": came.lives,
        "skipped": came.skipped,
        "sha256": came.sha256,
        "differences": [_difference(one) for one in came.differences],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "line": one.line,
        "at": codec.instant_text(one.at),
        "event": codec.encode(one.event),
        "journaled": [codec.encode(command) for command in one.journaled],
        "commanded": [codec.encode(command) for command in one.commanded],
    }
