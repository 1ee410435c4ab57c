"""Which numbers may this cell of a country's registry mean?

Registries whose layout nobody publishes write numbers as people of their country do: with a plus, with the calling
code, with the leading zero, or without it where a spreadsheet ate it. Where a writing can be read in two ways both
numbers are meant: to leave somebody alone too many is the cheaper mistake. It knows no file and no column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_BETWEEN = re.compile(r"[\s.\-()/'\"\u00a0\u2010-\u2015]+")
_FLOAT = re.compile(r"([0-9]{6,15})\.0+")
_DIGITS = re.compile(r"(\+|00)?([0-9]{5,16})")


@dataclass(frozen=True)
class Writing:
    """How numbers are written in the countries of a registry.

    Args:
        plans: by calling code, the pattern of a national number without its trunk prefix.
        trunk: what is dialled before a national number, like ``0``; empty where there is none.
        dropped: digits between the calling code and the number that are no longer dialled, like Mexico's 1.
    """

    plans: Mapping[str, str]
    trunk: str = "0"
    dropped: str = ""

    @property
    def codes(self) -> Sequence[str]:
        """The calling codes, with their plus."""
        return [f"+{code}" for code in self.plans]

    @cached_property
    def _patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((code, re.compile(pattern)) for code, pattern in self.plans.items())

    def numbers(self, cell: str) -> tuple[int, ...] | None:
        """E.164 without the plus; empty where the cell is blank, None where it is no number of these countries."""
        text = _BETWEEN.sub("", float_[1] if (float_ := _FLOAT.fullmatch(cell.strip())) else cell)
        if not text:
            return ()
        match = _DIGITS.fullmatch(text)
        if match is None:
            return None
        abroad, digits = match[1], match[2]
        found = dict.fromkeys(self._international(digits))
        if not abroad:
            found |= dict.fromkeys(self._national(digits))
        return tuple(found) or None

    def _international(self, digits: str) -> list[int]:
        found = []
        for code, pattern in self._patterns:
            if not digits.startswith(code):
                continue
            rest = digits[len(code) :]
            for said in (rest, rest.removeprefix(self.trunk), rest.removeprefix(self.dropped)):
                if pattern.fullmatch(said):
                    found.append(int(code + said))
                    break
        return found

    def _national(self, digits: str) -> list[int]:
        said = digits.removeprefix(self.trunk) if self.trunk else digits
        return [int(code + said) for code, pattern in self._patterns if pattern.fullmatch(said)]


FRENCH = Writing(
    {
        "33": r"[1-9][0-9]{8}",
        "262": r"(?:26[239]|639|69[23]|976)[0-9]{6}",
        "590": r"(?:590|69[01])[0-9]{6}",
        "594": r"[56]94[0-9]{6}",
        "596": r"(?:596|69[67])[0-9]{6}",
    }
)
SPANISH = Writing({"34": r"[5-9][0-9]{8}"}, trunk="")
ITALIAN = Writing({"39": r"0[0-9]{5,10}|3[0-9]{8,9}|[18][0-9]{5,9}"}, trunk="")
INDIAN = Writing({"91": r"[1-9][0-9]{9}"})
MEXICAN = Writing({"52": r"[1-9][0-9]{9}"}, trunk="", dropped="1")
AUSTRALIAN = Writing({"61": r"[2-478][0-9]{8}|1[38]00[0-9]{6}|13[0-9]{4}"})
NEW_ZEALAND = Writing({"64": r"2[0-9]{7,9}|[34679][0-9]{7}|80[0-9]{6,8}"})
BRAZILIAN = Writing({"55": r"[1-9][1-9][2-9][0-9]{7,8}"})
