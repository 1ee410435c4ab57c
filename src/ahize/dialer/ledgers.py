"""A campaign's ledger, opened from its settings and kept to them.

Refuses to know which laws there are: the settings name them, with what their periods came to so far.
"""

from __future__ import annotations

from datetime import datetime

from ahize.dialer.values import CampaignSettings, Limit
from ahize.pacing.budget import CONFIDENCE
from ahize.pacing.ledger import Budget, Ledger, Stretch


def opened(settings: CampaignSettings, now: datetime) -> Ledger:
    """A new one, with the counts that the settings bring."""
    own = Budget(
        settings.abandon_cap,
        settings.live_answers,
        settings.abandoned,
        settings.period_until,
        settings.period_days,
        _confidence(settings),
    )
    ledger = Ledger(own)
    keep(ledger, settings, now)
    return ledger


def keep(ledger: Ledger, settings: CampaignSettings, now: datetime) -> None:
    """Hold an open one to these settings. Its own counts go on; abandoned calls that were found since are added."""
    confidence = _confidence(settings)
    ledger.confidence = settings.confidence if settings.mode == "predictive" else None
    ledger.own.limit(settings.abandon_cap, confidence)
    ledger.own.hear_of(settings.abandoned, settings.period_until, now)
    if ledger.own.until is None and settings.period_until and settings.period_until > now:
        ledger.own.until, ledger.own.days = settings.period_until, settings.period_days
    for limit in settings.limits:
        budget = ledger.laws.get(limit.layer)
        if budget is None:
            ledger.laws[limit.layer] = _budget(limit, confidence)
        else:
            budget.limit(limit.cap, confidence)
            budget.hear_of(limit.abandoned, limit.until, now)
    ledger.turn(now)


def layer_of(settings: CampaignSettings, country: str) -> str:
    """The law that protects people of that country; empty: none that counts abandoned calls."""
    return next((limit.layer for limit in settings.limits if country in limit.countries), "")


def _confidence(settings: CampaignSettings) -> float:
    return CONFIDENCE if settings.confidence is None else settings.confidence


def _budget(limit: Limit, confidence: float) -> Budget:
    if limit.days == 1:
        past = [Stretch(one.at, one.live_answers, one.abandoned) for one in limit.past]
        return Budget.moving(limit.cap, past, confidence)
    return Budget(limit.cap, limit.live_answers, limit.abandoned, limit.until, limit.days, confidence)
