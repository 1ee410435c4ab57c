"""``./ahize bench``: how fast? Each figure is of the product with its own safety on.

engine    a simulated hour of a floor: engine, rulebook, permits, gate and journal on one core
desktop   the demo running: from a person heard, in the journal, to the card painted in Chromium
lists     rows of a made-up list read, converted and judged
calls     originates through engine and gate against raw ARI, answer to voice; or with faults (--soak), or long (--hold)
clear     a list cleared by the rulebook, and single clearances with their transactions in PostgreSQL
reaudit   rulings as PostgreSQL keeps them, of all countries, decided again: are they the same, and how fast?
tamper    a byte flipped, lines deleted, swapped, inserted, the end cut off: is each change found at its place?
scrub     contacts looked up in a registry of a quarter of a billion numbers; DuckDB and PostgreSQL beside
what-if   evenings of a campaign through the real engine, on all cores: how many a second, when is there a first range?
pacing    ways of dialling on the same made-up people, our peers' beside ours: how busy, and how many left without agent
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One bench: a module of its own, loaded when it is asked for, whose ``main`` takes the options by name.

    Args:
        options: numbers and words by name, with what they are where nothing is said.
    """

    says: str
    options: Mapping[str, float | str]


KINDS: Final[Mapping[str, Kind]] = {
    "engine": Kind("a simulated hour", {"agents": 1000, "minutes": 60.0, "seed": 1}),
    "desktop": Kind("answer to card; the demo must run", {"calls": 200}),
    "calls": Kind(
        "originates and voices",
        {"calls": 0, "seconds": 60.0, "agents": 50, "rate": 100.0, "soak": False, "hold": 0.0},
    ),
    "lists": Kind("rows read", {"rows": 200_000}),
    "clear": Kind("contacts by the rulebook; single ones in PostgreSQL", {"contacts": 10_000_000, "clearances": 500}),
    "reaudit": Kind("stored rulings decided again", {"rulings": 1_000_000}),
    "tamper": Kind("stored rulings and heads changed: is it found, and where?", {"edits": 10_000}),
    "scrub": Kind("contacts against a registry", {"registered": 240_000_000, "contacts": 10_000_000}),
    "what-if": Kind(
        "simulated evenings through the engine",
        {"evenings": 200, "seats": 50, "hours": 4.0, "mode": "predictive", "seed": 1},
    ),
    "pacing": Kind(
        "ways of dialling; --scenarios FILE.json --policies A,B --mode strict|statistical|both",
        {"scenarios": "", "policies": "", "seeds": 3, "mode": "statistical", "retune": False, "markov": False},
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="./ahize bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parsers = parser.add_subparsers(dest="kind", required=True)
    for name, kind in KINDS.items():
        one = parsers.add_parser(name, help=kind.says)
        for option, usual in kind.options.items():
            if usual is False:
                one.add_argument(f"--{option}", action="store_true")
            else:
                one.add_argument(f"--{option}", type=type(usual), default=usual)
        one.add_argument("--json", action="store_true", help="one line of figures")
    given = vars(parser.parse_args(arguments))
    name, as_json = given.pop("kind"), given.pop("json")
    return int(import_module(f"ahize.run.bench_{name.replace('-', '_')}").main(**given, as_json=as_json))
