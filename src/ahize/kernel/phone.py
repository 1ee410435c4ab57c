"""What is a telephone number, once it has been read?

It is an E.164 string that was parsed once, at the border (``ahize.intake.numbers``). This file knows the shape of
such a string, the calling code at its head and the ranges that regulators keep for films and plays. It refuses to
know how people write numbers, which numbers are in service, and where their owners are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ahize.kernel.errors import BadInput

E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

# ITU-T E.164 assigns prefix-free calling codes: these of one and two digits, all others have three.
_TWO_DIGITS_TEXT = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
    "81 82 84 86 90 91 92 93 94 95 98"
)
_ONE_DIGIT = frozenset({"1", "7"})
_TWO_DIGITS = frozenset(_TWO_DIGITS_TEXT.split())

# Numbers set aside for fiction: calling them would ring nobody, or somebody who never asked for it. A real gate
# refuses them and the made-up one accepts nothing else. Where a regulator publishes single numbers inside one block
# (Australia's 0491 57x xxx) the whole block is taken: refusing a call too many is the cheaper mistake.
_DRAMA = (
    # North American Numbering Plan: 555-0100 to 555-0199 in every area code (ATIS-0300115).
    r"1[2-9][0-9]{2}55501[0-9]{2}",
    # United Kingdom, Ofcom "Telephone numbers for use in TV and radio drama programmes".
    r"44(?:11[3-8]|121|131|141|151|161)4960[0-9]{3}",
    r"441914980[0-9]{3}",
    r"442079460[0-9]{3}",
    r"44289(?:6496|0180)[0-9]{3}",
    r"442920180[0-9]{3}",
    r"441632960[0-9]{3}",
    r"447700900[0-9]{3}",
    r"448081570[0-9]{3}",
    r"449098790[0-9]{3}",
    r"443069990[0-9]{3}",
    # Australia, ACMA "Phone numbers for use in TV shows, films and creative works".
    r"61[2378](?:5550|7010)[0-9]{4}",
    r"6149157[0-9]{4}",
    r"611800160401",
    r"611[38]0097570[7-9]|611[38]0097571[01]",
    # Sweden, PTS.
    r"463139006[0-4][0-9]",
    r"464062804[0-4][0-9]",
    r"468465004[0-9]{2}",
    r"469803192[0-9]{2}",
    r"46701740(?:60[5-9]|6[1-9][0-9])",
    # Germany, Bundesnetzagentur "Rufnummern für Drehzwecke".
    r"493023125[0-9]{3}",
    r"494066969[0-9]{3}",
    r"496990009[0-9]{3}",
    r"492214710[0-9]{3}",
    r"498999998[0-9]{3}",
    r"4917139200[0-9]{2}",
    r"4917604069[0-9]{3}",
    r"4915228817386|4915228895456|4915254599371",
    r"491729925904|491729968532|491729973185|491729973186|491729980752",
    r"491749091317|491749464308",
    # France, ARCEP decision 2018-0881.
    r"33(?:19900|26191|35301|46571|53649|63998)[0-9]{4}",
    # Ireland, ComReg.
    r"3532091[0-9]{5}",
    # Türkiye keeps no range for fiction; ours is the obviously made-up 0555 000 xx xx.
    r"90555000[0-9]{4}",
)
_DRAMA_RE = re.compile(r"\+(?:" + "|".join(_DRAMA) + r")", re.ASCII)


def is_e164(text: str) -> bool:
    """True where ``text`` has the shape of an E.164 number: a plus and 7 to 15 digits, the first not zero."""
    return E164.fullmatch(text) is not None


def is_drama(e164: str) -> bool:
    """True where the number lies in a range that is kept for fiction, so no real gate may dial it."""
    return _DRAMA_RE.fullmatch(e164) is not None


@lru_cache(maxsize=4096)
def _calling_code_of(head: str) -> str:
    if head[:1] in _ONE_DIGIT:
        return head[:1]
    if head[:2] in _TWO_DIGITS:
        return head[:2]
    return head[:3]


def calling_code(e164: str) -> str:
    """The country calling code at the head of an E.164 number, without the plus, like ``"90"``.

    One code may serve several countries: ``"1"`` is the North American plan, some 20 of them.
    """
    return _calling_code_of(e164[1:4])


def blurred(e164: str) -> str:
    """What any law reads of a number: its country and, in North America, its area; zeros where the rest stood.

    Of the same length, in the shape of E.164, and nobody's: like ``"+12020000000"`` and ``"+900000000000"``.
    """
    kept = "+" + calling_code(e164)
    if kept == "+1":
        kept = e164[:5]
    return kept.ljust(len(e164), "0")


@dataclass(frozen=True, slots=True, order=True)
class PhoneNumber:
    """A telephone number in E.164.

    Raises:
        BadInput: ``not_e164``, where the text has not that shape.
    """

    e164: str

    def __post_init__(self) -> None:
        if not is_e164(self.e164):
            raise BadInput(
                "This is no number in E.164: a plus, the country calling code, and up to 15 digits in all.",
                code="not_e164",
                next_step="Write it like +12125550123.",
                personal_number=self.e164,
            )

    def __str__(self) -> str:
        return self.e164

    @property
    def digits(self) -> str:
        """All digits, calling code first, without the plus."""
        return self.e164[1:]

    @property
    def calling_code(self) -> str:
        """The country calling code, without the plus."""
        return calling_code(self.e164)

    @property
    def national(self) -> str:
        """The digits after the calling code."""
        return self.e164[1 + len(self.calling_code) :]

    @property
    def is_nanp(self) -> bool:
        """True for +1 and ten digits: the North American Numbering Plan, which is more than the United States."""
        return self.e164.startswith("+1") and len(self.e164) == 12

    @property
    def area_code(self) -> str | None:
        """The three digits after +1, or None outside the North American plan, where lengths vary."""
        return self.e164[2:5] if self.is_nanp else None

    @property
    def exchange(self) -> str | None:
        """The three digits after the area code, or None outside the North American plan."""
        return self.e164[5:8] if self.is_nanp else None

    @property
    def is_drama(self) -> bool:
        """True where the number is kept for fiction; see :func:`is_drama`."""
        return is_drama(self.e164)

    @property
    def masked(self) -> str:
        """For logs and screens that need not know: calling code and the last two digits, dots between."""
        head = self.calling_code
        return f"+{head} {'•' * (len(self.national) - 2)}{self.e164[-2:]}"

    def as_int(self) -> int:
        """The digits as one integer, under 10^15: fits an int64."""
        return int(self.e164[1:])
