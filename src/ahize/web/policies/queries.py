"""Reading house policy: what is in force, the rulebook it makes, what waits, and the log.

``rulebook`` is the one way from a house to its law: clearance, may-we-call, why-not, the sheet and the inventory all
ask it, so they cannot disagree.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.compliance.house.document import Line, default_of, law, template
from ahize.compliance.house.measures import MEASURES
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.errors import NotFound
from ahize.web.asking import ask
from ahize.web.policies.models import Change, Subject
from ahize.web.rls import TENANT_NOW

_DAY = timedelta(days=1)
_MOST_BOOKS = 64
"""Houses whose rulebook is kept ready. One is small: the laws are shared."""

_LAST = f"""
    SELECT {TENANT_NOW}, (SELECT id FROM policies_change WHERE version IS NOT NULL ORDER BY version DESC LIMIT 1)
    """  # noqa: S608 - our own text

_books: OrderedDict[tuple[UUID | None, UUID | None], Rulebook] = OrderedDict()
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Policy:
    """What is in force.

    Args:
        version: the number of the last change; 0: the house never said anything.
        values: of each measure, the default where the house said nothing.
        off: layers of countries switched off.
        lines: every value and the day from which the rulebook reads it.
    """

    version: int
    values: dict[str, Any]
    off: frozenset[str]
    lines: tuple[Line, ...]

    def value(self, subject: str, name: str) -> Any:
        """A measure's value; of a country, whether it is on."""
        return self.values[name] if subject == Subject.MEASURE else name not in self.off

    @property
    def label(self) -> str:
        """As rulings name it: the template's version and the house's."""
        return f"{template()['version']}.{self.version}"


def added_up(changes: Iterable[Change]) -> Policy:
    """The policy that these changes make, all of them in force, in order."""
    values = {name: default_of(name) for name in MEASURES}
    off: set[str] = set()
    lines = []
    version = 0
    for change in changes:
        assert change.version is not None, "it is in force"
        assert change.in_force_at is not None, "it is in force"
        version = change.version
        if change.subject == Subject.MEASURE:
            values[change.name] = change.after
            # Everywhere on earth it is at least yesterday in UTC, so the value binds at once wherever the callee is.
            lines.append(Line(change.name, change.in_force_at.astimezone(UTC).date() - _DAY, change.after))
        elif change.after:
            off.discard(change.name)
        else:
            off.add(change.name)
    return Policy(version, values, frozenset(off), tuple(lines))


def policy(*, using: str = DEFAULT_DB_ALIAS) -> Policy:
    """What is in force for the tenant of this transaction."""
    return added_up(Change.objects.using(using).exclude(version=None).order_by("version"))


def rulebook(*, using: str = DEFAULT_DB_ALIAS) -> Rulebook:
    """The law with the policy in force beside it, for the tenant of this transaction."""
    return rulebook_asked(using=using)()


def rulebook_asked(*, using: str = DEFAULT_DB_ALIAS) -> Callable[[], Rulebook]:
    """The same, asked with other statements (``asking.together``)."""
    return ask(_LAST, [], lambda rows: _book(rows[0], using), using=using)


def _book(key: tuple[UUID | None, UUID | None], using: str) -> Rulebook:
    with _one_at_a_time:
        book = _books.get(key)
        if book is not None:
            _books.move_to_end(key)
            return book
    book = _made(policy(using=using))
    with _one_at_a_time:
        _books[key] = book
        while len(_books) > _MOST_BOOKS:
            _books.popitem(last=False)
    return book


def _made(found: Policy) -> Rulebook:
    return Rulebook.load().under(law(found.lines), found.label, off=found.off)


def changes(*, waiting: bool | None = None) -> QuerySet[Change]:
    """The log, the newest first; ``waiting`` keeps those that need a second person."""
    rows = Change.objects.order_by("-asked_at", "-id")
    if waiting:
        rows = rows.filter(in_force_at=None, refused_at=None)
    return rows


def access_change(change_id: UUID) -> Change:
    """The change, or a problem 404."""
    found = Change.objects.filter(pk=change_id).first()
    if found is None:
        raise NotFound(_("There is no such change."), code="no_change")
    return found
