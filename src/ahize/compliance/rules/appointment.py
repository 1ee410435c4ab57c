"""Appointment: the local hours of a day that a person asked to be called in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from ahize.compliance.ask import MAYBE, NO, YES, Ask, Truth
from ahize.compliance.facts import UNKNOWN, Appointment, Consent
from ahize.kernel.windows import Window, open_windows


def _span(window: Appointment, zone: str) -> tuple[Window, ...]:
    """The windows in UTC of the hours asked for; past midnight where they end before they begin."""
    assert window.on is not UNKNOWN, "an appointment without a day has no instants"
    if window.closes is None or window.opens < window.closes:
        return open_windows(window.on, zone, window.opens, window.closes)
    evening = open_windows(window.on, zone, window.opens, None)
    return evening + (
        open_windows(window.on + timedelta(days=1), zone, time(), window.closes) if window.closes > time() else ()
    )


def holds(window: Appointment, ask: Ask, zone: str) -> Truth:
    """Is it, in that zone, within the hours asked for? Hours of no day known: MAYBE."""
    if window.on is UNKNOWN:
        return MAYBE
    return YES if any(ask.at in span for span in _span(window, zone)) else NO


def marks(consent: Consent, ask: Ask) -> Iterator[datetime]:
    """When, from now on, the hours asked for begin or end in any of the callee's zones."""
    window = consent.window
    if window is None or window.on is UNKNOWN:
        return
    for zone in ask.zones:
        for span in _span(window, zone):
            yield from (mark for mark in (span.start, span.until) if mark > ask.at)
