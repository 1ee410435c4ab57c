"""The laws with the examples beside them, and the examples with their facts read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import ahize.compliance
from ahize.compliance.check import disagreements
from ahize.compliance.examples import read_examples
from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.plain_yaml import read_yaml

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


@dataclass
class Pack:
    """One law file and the examples beside it."""

    file: Path
    document: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        return str(self.file.relative_to(LAW).with_suffix(""))

    @cached_property
    def cases(self) -> list[LawyerCase]:
        return list(read_cases(self.file.with_name(f"{self.file.stem}.cases.yaml")))


def read_cases(path: Path) -> Iterator[LawyerCase]:
    for case in read_examples(path.read_text("utf-8")):
        yield LawyerCase(case["id"], CallFacts.from_json(case["facts"]), case["expect"])


def packs() -> list[Pack]:
    """Every law that comes with this version."""
    files = [file for file in sorted(LAW.rglob("*.yaml")) if not file.name.endswith(".cases.yaml")]
    return [Pack(file, read_yaml(file.read_text("utf-8"))) for file in files if file.name != "rulebook.yaml"]
