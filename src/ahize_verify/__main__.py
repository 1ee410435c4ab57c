"""``ahize-verify BUNDLE.zip``: says what holds and what does not. Exit code 0: all of it, 1: not all, 2: no bundle."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ahize_verify.bundle import Bundle, NoBundle
from ahize_verify.verify import Report, verify

_SHOWN_MAX = 50
_KEY_BYTES = 32


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ahize-verify", description="Checks a bundle and decides its rulings again.")
    parser.add_argument("bundle", type=Path, help="the zip that was exported")
    parser.add_argument("--key", type=_key, help="the public key, in hexadecimal, that must have signed it")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of words")
    given = parser.parse_args(arguments)
    try:
        report = verify(Bundle(given.bundle), given.key)
    except NoBundle as wrong:
        print(json.dumps({"holds": False, "problems": [str(wrong)]}) if given.json else wrong)
        return 2
    print(json.dumps(_plain(report), ensure_ascii=False) if given.json else _in_words(report, given.key))
    return 0 if report.holds else 1


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise argparse.ArgumentTypeError("a key is 64 hexadecimal digits")
    return key


def _plain(report: Report) -> dict[str, object]:
    names = ("rulings", "sealed", "erased", "heads", "head", "laws", "problems", "notes")
    return {"holds": report.holds} | {name: getattr(report, name) for name in names}


def _in_words(report: Report, key: bytes | None) -> str:
    lines = [
        f"Rulings decided again: {report.rulings}, of which {report.sealed} stand under a signed head ({report.heads})."
    ]
    if report.erased:
        lines.append(f"Of {report.erased} the number called was erased; what was decided stands, and receipts say so.")
    lines += [f"Rulebook {version}: {digest}" for version, digest in sorted(report.laws.items())]
    lines += [f"Last head: {report.head}"] if report.head else []
    if key is None:
        lines.append("Whose signature it is was not checked: give --key with the key that the house published.")
    for title, told in (("Note", report.notes), ("DOES NOT HOLD", report.problems)):
        lines += [f"{title}: {one}" for one in told[:_SHOWN_MAX]]
        lines += [f"{title}: {len(told) - _SHOWN_MAX} more like these."] if len(told) > _SHOWN_MAX else []
    lines.append("Everything holds." if report.holds else f"{len(report.problems)} things do not hold.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
