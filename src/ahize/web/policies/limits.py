"""The law's own limit beside each measure of the house, and whether a value lies within it.

Answers from the laws' dated values; nothing is typed in here. A value that the law makes pointless is refused, so that
nobody believes it does something.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from ahize.compliance.packs import RuleOfLaw, rules_of_kind
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.errors import BadInput

KIND_OF: Final[Mapping[str, str]] = {
    "hours": "calling_hours",
    "holidays": "calling_hours",
    "attempts_day": "contact_limit",
    "attempts_7_days": "contact_limit",
    "attempts_30_days": "contact_limit",
    "pause_hours": "contact_pause",
    "abandonment": "abandonment",
    "abandonment_day": "abandonment",
    "registry_age": "registry_age",
    "ring_s_min": "ring_time",
    "ring_s_max": "ring_time",
    "announce_recording": "recording",
}
"""Of which kind the laws' rules beside a measure are."""
_OF_CALENDAR = frozenset({"holiday", "holiday_monday_to_friday", "half_day"})


def beside(measure: str, now: datetime) -> tuple[RuleOfLaw, ...]:
    """What the laws say of the same thing today."""
    return _beside(measure, now.date())


@lru_cache(maxsize=256)
def _beside(measure: str, day: Any) -> tuple[RuleOfLaw, ...]:
    found = rules_of_kind(Rulebook.load(), KIND_OF[measure], day)
    if measure == "holidays":
        return tuple(rule for rule in found if any(value.name in _OF_CALENDAR for value in rule.values))
    return tuple(found)


def check_within(measure: str, value: Any, now: datetime) -> None:
    """Raises: BadInput where the law is stricter already, or leaves no call possible under it."""
    if value is None:
        return
    rules = beside(measure, now)
    if measure == "abandonment":
        for country, share in value.items():
            caps = [rule.number("share_max") for rule in rules if rule.layer == _layer(country)]
            least = min((cap for cap in caps if cap is not None), default=None)
            if least is not None and share > least:
                raise BadInput(
                    _("The law of %(country)s allows %(most)s %% at most; a cap of yours lies at or below that.")
                    % {"country": country, "most": f"{least * 100:g}"},
                    field="value",
                )
    elif measure == "registry_age":
        for code, days in value.items():
            ages = [rule.number("age_days_max") for rule in rules if rule.registry == code]
            most = min((age for age in ages if age is not None), default=None)
            if most is not None and days > most:
                raise BadInput(
                    _("The law allows %(most)s days at most for %(registry)s; yours lies at or below that.")
                    % {"registry": code, "most": f"{most:g}"},
                    field="value",
                )
    elif measure == "ring_s_max":
        floor = max((rule.number("ring_s_min") or 0 for rule in rules), default=0)
        if value < floor:
            raise BadInput(
                _("A law asks for %(least)s seconds of ringing; below that no call would be lawful.")
                % {"least": f"{floor:g}"},
                field="value",
            )


def _layer(country: str) -> str:
    law = Rulebook.load().by_country.get(country)
    return country if law is None else law.layer
