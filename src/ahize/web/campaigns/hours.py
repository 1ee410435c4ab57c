"""When a campaign calls, as people write it: ``{"mon": [["09:30", "19:30"]], …}`` in the called person's time.

Answers: is this a week we understand. A setting of ours, inside whatever the law allows; it never widens the law.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)


def week(hours: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """The week with every day named, spans in order and half-open; raises ``BadInput`` where one makes no sense.

    A day that is absent is a day without calls.
    """
    strange = sorted(set(hours) - set(DAYS))
    if strange:
        raise BadInput(
            _("“%(day)s” is no day: write mon, tue, wed, thu, fri, sat or sun.") % {"day": strange[0]}, field="hours"
        )
    return {day: _spans(day, hours.get(day) or []) for day in DAYS}


def _spans(day: str, spans: Any) -> list[list[str]]:
    read = []
    for span in spans:
        if not (
            isinstance(span, list | tuple)
            and len(span) == 2
            and all(isinstance(time, str) and _TIME.fullmatch(time) for time in span)
        ):
            raise BadInput(_("A span on %(day)s needs a start and an end like 09:30.") % {"day": day}, field="hours")
        if span[0] >= span[1]:
            raise BadInput(_("A span on %(day)s ends before it starts.") % {"day": day}, field="hours")
        read.append([span[0], span[1]])
    read.sort()
    for earlier, later in pairwise(read):
        if later[0] < earlier[1]:
            raise BadInput(_("Two spans on %(day)s overlap.") % {"day": day}, field="hours")
    return read


def has_any(hours: Mapping[str, Any]) -> bool:
    """True where there is at least one span in the week."""
    return any(hours.get(day) for day in DAYS)
