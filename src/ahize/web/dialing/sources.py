"""What a ruling keeps beside its facts: when each of them was known, by exactly which laws it was decided, and how much
of the answer is the law's.

It stands outside the facts, so that no rule can read it and the ruling is the same with and without it; the ruling's
hash covers it. Refuses to know what a day or an instant means to any law.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ahize.compliance.again import by_law
from ahize.compliance.ruling import Ruling, instant_text
from ahize.web.dialing.facts import HISTORY, Gathered, Subject

FORMAT: Final = 3
"""Rulings without sources are of format 1: their hash covers facts and ruling alone. In format 2 the number called
stands in the facts; since 3 it stands apart (``apart.py``)."""


def sources(gathered: Gathered, subject: Subject, facts: dict[str, Any], law: Ruling) -> dict[str, Any]:
    """Of one ruling; ``law`` is the answer of law and house policy before the shell's own bars."""
    return {
        "format": FORMAT,
        "as_of": _as_of(gathered, subject, facts),
        "law": gathered.book.in_force,
        "by_law": by_law(law),
    }


def _as_of(gathered: Gathered, subject: Subject, facts: dict[str, Any]) -> dict[str, str]:
    """When each source was known, by the facts' own names: a day where a source speaks of days, else an instant.

    All rows were read under lock at ``read``; where nothing older is named, a fact is as of then.
    """
    now, person, terms = gathered.now, gathered.people[subject.phone], gathered.terms[subject.campaign]
    found = {"read": instant_text(now), "history": instant_text(now - HISTORY), "campaign": f"version {terms.version}"}
    if person.listed_at is not None:
        found["callee"] = found["data"] = instant_text(person.listed_at)
    if person.reassigned_checked_on:
        found["number.reassigned"] = person.reassigned_checked_on
    for code, said in facts["registries"].items():
        found[f"registries.{code}"] = said.get("version_on") or _text(said["checked_at"])
    for place, consent in enumerate(facts["consents"]):
        found[f"consents.{place}"] = _text(consent.get("registry_at") or consent["given_at"])
    for region, said in gathered.emergencies.items():
        if said.said_at is not None and region in facts["callee"].get("regions", ()):
            found[f"callee.emergency_declared.{region}"] = instant_text(said.said_at)
    shown = gathered.shown(subject)
    if shown.since is not None:
        found["cli"] = instant_text(shown.since)
    for proof in terms.standing.proofs:
        if proof.since is not None and proof.since <= now and (proof.until is None or now < proof.until):
            found[f"evidence.{proof.code}"] = instant_text(proof.since)
    return found


def _text(given: Any) -> str:
    return instant_text(given) if isinstance(given, datetime) else str(given)
