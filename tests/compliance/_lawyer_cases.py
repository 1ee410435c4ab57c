"""The examples beside the laws, with their facts read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ahize.compliance
from ahize.compliance.check import disagreements
from ahize.compliance.examples import read_examples
from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook

LAW = Path(ahize.compliance.__file__).parent / "law"


@dataclass
class LawyerCase:
    name: str
    facts: CallFacts
    expect: dict[str, Any]

    def differences(self, book: Rulebook) -> list[str]:
        """What the rulebook says otherwise than the example."""
        ruling = book.decide(self.facts)
        found = disagreements(self.expect, ruling)
        # Nothing more may be missing than the example says, where it says anything of that.
        if self.expect.get("unknown") == [] and ruling.unknown:
            found.append(f"unknown is {ruling.unknown}, expected nothing")
        return found


def read_cases(path: Path) -> Iterator[LawyerCase]:
    for case in read_examples(path.read_text("utf-8")):
        yield LawyerCase(case["id"], CallFacts.from_json(case["facts"]), case["expect"])
