"""What did the FCC's Reassigned Numbers Database answer, and what do we ask it?

A question is a number and the day on which the right person was last certainly reached, or consented. The answer is
yes (disconnected since: the consent is not to be relied on), no, or no data, which is not no. Question, answer and both
days are kept: they are the safe harbour. Layouts are inferred; what is not understood refuses the file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from ahize.kernel.errors import BadInput
from ahize.registries.lines import blocks, refuse, refuse_html

Said = Literal["yes", "no", "no_data"]
FIRST_DAY = dt.date(2021, 1, 27)
"""From which day on the database knows of disconnections (FCC DA 21-1649)."""

_ANSWERS: dict[bytes, Said] = {b"yes": "yes", b"no": "no", b"nodata": "no_data"}
_LINE = re.compile(
    rb"\s*\"?\+?1?([2-9][0-9]{2}[2-9][0-9]{6})\"?\s*[,;|\t]\s*\"?([0-9]{4}-[0-9]{2}-[0-9]{2})\"?\s*[,;|\t]"
    rb"\s*\"?([A-Za-z_ ]+?)\"?\s*"
)
_HEADER = re.compile(rb"[\sA-Za-z_,;|\"]*")
_EXPECTED = "ten digits, the day asked for (2025-03-14) and yes, no or no_data"


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a result."""

    e164: str
    asked_for: dt.date
    said: Said


def answers(stream: BinaryIO) -> Iterator[Answer]:
    """The answers of a result file.

    Raises:
        BadInput: ``registry_line`` with its number, ``registry_html``, ``registry_empty``.
    """
    line = count = 0
    for block in blocks(stream):
        for text in block.splitlines():
            line += 1
            if not text.strip() or (line == 1 and _HEADER.fullmatch(text)):
                continue
            match = _LINE.fullmatch(text)
            said = _ANSWERS.get(re.sub(rb"[_ ]", b"", match[3]).lower()) if match else None
            if match is None or said is None:
                refuse_html(text, line)
                refuse(line, _EXPECTED)
            try:
                asked_for = dt.date.fromisoformat(match[2].decode())
            except ValueError:
                refuse(line, _EXPECTED)
            count += 1
            yield Answer(f"+1{match[1].decode()}", asked_for, said)
    if not count:
        raise BadInput("The file holds no answer.", code="registry_empty", next_step="Fetch the result again.")


def questions(numbers: Iterable[tuple[str, dt.date]], *, today: dt.date) -> Iterator[str]:
    """The lines of a query file.

    Args:
        numbers: E.164 of North America, each with the day of consent or of the last certain reach.
        today: a day from here on cannot be asked for.

    Raises:
        BadInput: ``not_nanp``, ``reassigned_day``.
    """
    for e164, on in numbers:
        if len(e164) != 12 or not e164.startswith("+1"):
            raise BadInput("The database knows North American numbers only.", code="not_nanp", personal_number=e164)
        if on >= today:
            raise BadInput(
                f"The day {on} has not passed; the database is asked about days gone by.",
                code="reassigned_day",
                personal_number=e164,
            )
        yield f"{e164[2:]},{on.isoformat()}\n"
