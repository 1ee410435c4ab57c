"""Appointment: the local hours of a day that a person asked to be called in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from ahize.compliance.ask import MAYBE, NO, YES, Ask, Truth
from ahize.compliance.facts import UNKNOWN, Appointment, Consent
from ahize.kernel.windows import Window, open_windows


def _spans(window: Appointment, zone: str) -> tuple[Window, ...] | None:
    """In UTC, the hours asked for; past midnight where they end before they begin. None where a part is Unknown."""
    if window.on is UNKNOWN or window.opens is UNKNOWN or window.closes is UNKNOWN:
        return None
    if window.closes is None or window.opens < window.closes:
        return open_windows(window.on, zone, window.opens, window.closes)
    evening = open_windows(window.on, zone, window.opens, None)
    if window.closes == time():
        return evening
    return evening + open_windows(window.on + timedelta(days=1), zone, time(), window.closes)


def holds(window: Appointment, ask: Ask, zone: str) -> Truth:
    """Is it, in that zone, within the hours asked for? Where a part of them is Unknown: MAYBE."""
    spans = _spans(window, zone)
    if spans is None:
        return MAYBE
    return YES if any(ask.at in span for span in spans) else NO


def marks(consent: Consent, ask: Ask) -> Iterator[datetime]:
    """When, from now on, the hours asked for begin or end in any of the callee's zones."""
    if consent.window is None:
        return
    for zone in ask.zones:
        for span in _spans(consent.window, zone) or ():
            yield from (mark for mark in (span.start, span.until) if mark > ask.at)
