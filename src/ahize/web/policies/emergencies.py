"""States of emergency: where one is declared, as far as somebody of the house looked it up.

Some laws bar sales into a place under a declared emergency. No register of them can be read by machine everywhere, so a
person looks and says so, with the source. That one is declared holds until somebody says that it is over; that none is
holds for a few days, and then it is Unknown again, which bars. Refuses to know which calls that concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext as _

from ahize.compliance.rulebook import Rulebook
from ahize.compliance.terms import facts_read
from ahize.kernel.errors import BadInput
from ahize.web import notices
from ahize.web.asking import ask
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.permissions import Person
from ahize.web.policies.models import EmergencyWord
from ahize.web.tenants.locks import house_lock

FACT = "callee.emergency_declared"
CLEAR_FOR = timedelta(days=3)
"""How long "none is declared" is believed: over a weekend, no longer. Ours; no law names a figure."""

_LAST = """
    SELECT DISTINCT ON (region) region, declared, said_at, source FROM policies_emergencyword
    ORDER BY region, said_at DESC, id DESC"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a region. ``declared`` None: nobody looked, or too long ago."""

    region: str
    declared: bool | None
    holds_until: datetime | None = None
    said_at: datetime | None = None
    source: str = ""

    def is_clear(self, at: datetime) -> bool:
        """Nobody declared one, as far as was looked up lately enough."""
        return self.declared is False and self.holds_until is not None and at < self.holds_until


@lru_cache(maxsize=1)
def regions() -> tuple[str, ...]:
    """The regions whose own law asks whether an emergency is declared, or ever will as it stands written."""
    return tuple(
        sorted(
            region
            for region, law in Rulebook.load().by_region.items()
            if any(FACT in facts_read(rule.when) for rule in law.code_on(date.max).rules)
        )
    )


def standings(now: datetime, *, using: str = DEFAULT_DB_ALIAS) -> dict[str, Standing]:
    """What holds in each region of which anything was said, in one statement."""
    return standings_asked(now, using=using)()


def standings_asked(now: datetime, *, using: str = DEFAULT_DB_ALIAS) -> Callable[[], dict[str, Standing]]:
    """The same, asked with other statements (``asking.together``)."""
    return ask(_LAST, [], lambda rows: {region: _standing(now, region, *said) for region, *said in rows}, using=using)


def _standing(now: datetime, region: str, declared: bool, said_at: datetime, source: str) -> Standing:
    until = None if declared else said_at + CLEAR_FOR
    over = until is not None and until <= now
    return Standing(region, None if over else declared, until, said_at, source)


def all_standings(now: datetime) -> Iterator[Standing]:
    """Of every region whose law asks, also where nobody looked."""
    found = standings(now)
    return (found.get(region, Standing(region, None)) for region in regions())


def say(region: str, *, declared: bool, source: str, by: Person, now: datetime) -> EmergencyWord:
    """Write down what somebody looked up; in force from the next permit. Raises: BadInput."""
    if region not in regions():
        raise BadInput(
            _("No law we have asks about emergencies in %(region)s.") % {"region": region},
            next_step=_("Choose one of %(regions)s.") % {"regions": ", ".join(regions())},
            field="region",
        )
    if not source.strip():
        raise BadInput(_("Say where you looked it up."), field="source")
    with transaction.atomic():
        house_lock(by.tenant)
        word = EmergencyWord.objects.create(
            id=draw_id(now),
            tenant_id=by.tenant,
            region=region,
            declared=declared,
            source=source.strip(),
            said_at=now,
            said_by=by.id,
        )
        audit.record(
            tenant=by.tenant,
            by=by.id,
            action="say_emergency",
            subject_kind="emergency",
            subject_id=region,
            after={"declared": declared, "source": word.source},
            now=now,
        )
        notices.tell_browsers(by.tenant, "policies", word.pk, now=now)
        notices.tell_facts_changed(by.tenant, now=now)
    return word
