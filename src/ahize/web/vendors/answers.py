"""What a vendor's program reads back: one line each, in the form that VICIdial's API made usual.

``KIND: deed WORDS - field|field|…``, as those programs answer; written from what they say, not from their code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["SUCCESS", "NOTICE", "ERROR"]

SHOWN_MAX: Final = 60
"""Letters of a posted value that an answer repeats."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer.

    Args:
        deed: what was asked, like ``add_lead``; empty where it is the asking itself that is wrong.
        said: in capitals, as programs look for it.
        told: what follows the dash, in its order.
    """

    kind: Kind
    deed: str
    said: str
    told: tuple[object, ...] = ()

    def __str__(self) -> str:
        fields = "|".join(_shown(one) for one in self.told)
        return f"{self.kind}: {self.reason}" + (f" - {fields}" if self.told else "")

    @property
    def reason(self) -> str:
        """The words without what they are about: nothing personal."""
        return f"{self.deed} {self.said}".strip()


def _shown(value: object) -> str:
    """A value as one field of a line: whatever a stranger wrote, it ends neither the field nor the line."""
    text = str(value)[:SHOWN_MAX]
    return "".join(" " if sign in "|\r\n" or not sign.isprintable() else sign for sign in text)


class Refusal(Exception):
    """An answer that ends the asking."""

    def __init__(self, deed: str, said: str, *told: object) -> None:
        super().__init__(said)
        self.line = Line("ERROR", deed, said, told)
