"""A campaign's ledger, opened from its settings and kept to them; and the budgets that campaigns have in common.

Refuses to know which laws there are: the settings name them, with what their periods came to so far.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ahize.dialer.values import CampaignSettings, Limit
from ahize.pacing.budget import CONFIDENCE
from ahize.pacing.ledger import Budget, Ledger, Stretch

Shared = dict[str, Budget]
"""One budget for each account that several campaigns draw from, by its name."""


def opened(settings: CampaignSettings, now: datetime, shared: Shared) -> Ledger:
    """A new one, with the counts that the settings bring; of what is shared, the one that there is already."""
    own = Budget(
        settings.abandon_cap,
        settings.live_answers,
        settings.abandoned,
        settings.period_until,
        settings.period_days,
        _confidence(settings),
    )
    ledger = Ledger(own)
    keep(ledger, settings, now, shared)
    return ledger


def keep(ledger: Ledger, settings: CampaignSettings, now: datetime, shared: Shared) -> None:
    """Hold an open one to these settings. Its own counts go on; abandoned calls that were found since are added, and a
    definition that is no longer named holds no longer."""
    confidence = _confidence(settings)
    ledger.confidence = settings.confidence if settings.mode == "predictive" else None
    ledger.own.limit(settings.abandon_cap, confidence)
    ledger.own.hear_of(settings.abandoned, settings.period_until, now)
    if ledger.own.until is None and settings.period_until and settings.period_until > now:
        ledger.own.until, ledger.own.days = settings.period_until, settings.period_days
    for gone in ledger.laws.keys() - {limit.name for limit in settings.limits}:
        ledger.drop(gone)
    for limit in settings.limits:
        known = shared if limit.shared else ledger.laws
        # Campaigns may be kept with different confidences; what they share is kept with our own.
        _keep_one(known, limit, CONFIDENCE if limit.shared else confidence, now)
        if limit.name not in ledger.laws:
            ledger.laws[limit.name] = known[limit.name]
        if not limit.countries:
            ledger.apply(limit.name)
    ledger.turn(now)


def forget_unused(shared: Shared, ledgers: Iterable[Ledger]) -> None:
    """What no campaign draws from any more: if it comes back, its counts come with it."""
    used = {name for ledger in ledgers for name in ledger.laws}
    for name in shared.keys() - used:
        del shared[name]


def apply(ledger: Ledger, settings: CampaignSettings, country: str) -> None:
    """Somebody of that country is called: whatever protects them holds from now on."""
    for limit in settings.limits:
        if country in limit.countries:
            ledger.apply(limit.name)


def _keep_one(known: dict[str, Budget], limit: Limit, confidence: float, now: datetime) -> None:
    budget = known.get(limit.name)
    if budget is None:
        known[limit.name] = _budget(limit, confidence)
        return
    budget.limit(limit.cap, confidence)
    if limit.zone != budget.zone:  # Another clock, another day: counted anew.
        budget.zone, budget.until = limit.zone, limit.until
        budget.count(limit.live_answers, max(limit.abandoned, budget.abandoned))
    budget.hear_of(limit.abandoned, limit.until, now)


def _confidence(settings: CampaignSettings) -> float:
    return CONFIDENCE if settings.confidence is None else settings.confidence


def _budget(limit: Limit, confidence: float) -> Budget:
    if limit.days == 1 and not limit.zone:
        past = [Stretch(one.at, one.live_answers, one.abandoned) for one in limit.past]
        return Budget.moving(limit.cap, past, confidence)
    return Budget(limit.cap, limit.live_answers, limit.abandoned, limit.until, limit.days, confidence, limit.zone)
