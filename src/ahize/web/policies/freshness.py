"""How long the copies of registries still serve, by the law's own limit and the house's.

Answers for the newest copy of each registry and seller. Refuses to know what is in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ahize.compliance.rulebook import Rulebook
from ahize.registries.registers import is_readable, register
from ahize.web.consents import queries as consents
from ahize.web.policies import limits, queries
from ahize.web.tenants.models import Seller


def freshness(now: datetime) -> list[dict[str, Any]]:
    """As ``FreshnessOut`` says, those that run out soonest first; those without a limit last."""
    names = dict(Seller.objects.values_list("id", "name"))
    house: dict[str, int] = queries.policy().values["registry_age"] or {}
    found, seen = [], set()
    for copy in consents.registry_versions():
        if (copy.seller_id, copy.code) in seen:
            continue
        seen.add((copy.seller_id, copy.code))
        law_days, rule = _of_law(copy.code, now)
        days = [one for one in (law_days, house.get(copy.code)) if one is not None]
        age = consents.age_days(copy, now.date())
        found.append(
            {
                "seller": copy.seller_id,
                "seller_name": names.get(copy.seller_id, ""),
                "code": copy.code,
                "as_of": copy.as_of,
                "age_days": age,
                "law_days": law_days,
                "rule": rule,
                "house_days": house.get(copy.code),
                "good_through": copy.as_of + timedelta(days=min(days)) if days else None,
                "days_left": min(days) - age if days else None,
            }
        )
    return sorted(found, key=lambda one: (one["days_left"] is None, one["days_left"], one["code"], one["seller_name"]))


def registers(now: datetime) -> list[dict[str, Any]]:
    """As ``RegisterOut`` says: the public registers that a law of ours asks about and whose files we can read."""
    book = Rulebook.load()
    found = []
    for code in book.codes("registry"):
        if not is_readable(code):
            continue
        law = book.by_region.get(code)
        days, rule = _of_law(code, now)
        kind = register(code)
        told = {"state": law.document["authority"] if law else "", "title": kind.title, "inferred": kind.is_inferred}
        found.append({"code": code, "law_days": days, "rule": rule, **told})
    return found


def _of_law(code: str, now: datetime) -> tuple[int | None, str]:
    """The strictest law's days, and its rule."""
    ages = [
        (int(days), rule.id)
        for rule in limits.beside("registry_age", now)
        if rule.registry == code and (days := rule.number("age_days_max")) is not None
    ]
    return min(ages, default=(None, ""))
