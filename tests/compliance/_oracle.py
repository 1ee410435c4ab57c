"""A slow oracle of ``lawful_until`` and ``next_lawful``: it decides again every quarter of an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook

QUARTER = timedelta(minutes=15)


def check_the_clock(book: Rulebook, given_facts: dict[str, Any], look_ahead: timedelta) -> None:
    """The clock alone changes the answer just when the ruling says, as far as the oracle looks ahead."""
    at = datetime.fromisoformat(given_facts["at"])
    ruling = book.decide(CallFacts.from_json(given_facts))
    changes = ruling.lawful_until if ruling.verdict == "allow" else ruling.next_lawful
    if ruling.verdict == "review":
        assert changes is None
        return
    wanted = ruling.verdict == "block"
    probe = at + QUARTER
    while probe <= at + look_ahead:
        probed = CallFacts.from_json({**given_facts, "at": probe.isoformat()})
        allowed = book.decide(probed, ahead=False).is_allowed
        if changes is None or probe < changes:
            assert allowed is not wanted, f"at {probe} it is {allowed} already; the ruling says {changes}"
        elif probe == changes:
            assert allowed is wanted, f"at {probe} it is still {allowed}"
        if changes is not None and probe >= changes:
            break
        probe += QUARTER
    if changes is not None:
        said = book.decide(CallFacts.from_json({**given_facts, "at": changes.isoformat()}), ahead=False)
        assert said.is_allowed is wanted
