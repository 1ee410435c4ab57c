"""An own do-not-call list: any file with a column of numbers becomes suppressions.

Numbers that cannot be read are told with their row and reason; they are not dropped in silence, for each was somebody's
wish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ahize.intake.check import settle_mapping
from ahize.intake.numbers import read_numbers
from ahize.intake.reader import read, sniff
from ahize.intake.reasons import REASONS, Problem
from ahize.intake.rows import Options, convert
from ahize.kernel.errors import BadInput
from ahize.web.consents import services

NUMBERS_MAX = 200_000
REFUSED_SHOWN = 200


@dataclass(slots=True)
class Uploaded:
    """What came of a file."""

    numbers: int = 0
    new: int = 0
    already: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def upload(
    file: Path,
    *,
    tenant: UUID,
    seller: UUID | None,
    region: str,
    by: UUID | None,
    now: datetime,
    phone_columns: Sequence[str] = (),
    source: str = "upload",
    reason: str = "",
    covers: str = "everything",
) -> Uploaded:
    """Suppress every number of a file, whole or not at all."""
    truth = sniff(file, region=region or None)
    if truth.kind == "empty":
        raise BadInput(_("The file is empty."), code="empty_file", field="file")
    mapping = settle_mapping(truth, region=region or None, phone_columns=phone_columns)
    if not mapping.phones:
        raise BadInput(
            _("No column is mapped to a telephone number."),
            code="no_phone_column",
            next_step=_("Name the column that holds the numbers."),
            field="phone_columns",
        )
    told = Uploaded()
    numbers: set[str] = set()
    options = Options(region=region or None)
    for record in read(file, truth):
        row = convert(record, mapping, options)
        numbers.update(one.number.e164 for one in row.numbers)
        for problem in row.errors:
            if problem.scope in ("row", "number"):
                told.refused += 1
                if len(told.problems) < REFUSED_SHOWN:
                    told.problems.append(problem)
        if len(numbers) > NUMBERS_MAX:
            raise BadInput(
                _("The file holds more than %(most)d numbers.") % {"most": NUMBERS_MAX},
                code="too_many_numbers",
                next_step=_("Split it and bring the parts one by one."),
                field="file",
            )
    told.numbers = len(numbers)
    told.new, told.already = services.suppress_many(
        sorted(numbers), tenant=tenant, seller=seller, source=source, by=by, now=now, reason=reason, covers=covers
    )
    return told


def number_in(text: str, region: str, *, field: str = "number") -> str:
    """The one number somebody typed, in E.164; a problem 422 at that field says why it is none."""
    reading = read_numbers(text, region or None)
    if len(reading.found) == 1:
        return reading.found[0].number.e164
    if reading.found:
        raise BadInput(_("There is more than one number here."), code="several_numbers", field=field)
    why = next((code for code in reading.codes if REASONS[code].severity == "error"), "phone_invalid")
    told = REASONS[why].tr if (get_language() or "").startswith("tr") else REASONS[why].en
    raise BadInput(told, code=why, field=field, next_step=_("Write it with + and the country code."))
