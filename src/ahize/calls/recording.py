"""May this call be recorded, and what must be said or asked before?

Answers from the permit's duties and what the campaign is set to do. It refuses to know the law: whether a call that is
recorded without asking may be made at all was clearance's to say, before anything rang.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal

Before = Literal["none", "announce", "ask_consent", "never"]
"""What comes before a recording: nothing, a sentence, a question whose answer decides; or there is no recording."""

ANNOUNCE: Final = "announce_recording"
"""The law's and the house's word on a permit."""


def before_recording(
    duties: Collection[str], *, records: bool | None, announces: bool | None, asks: bool | None
) -> Before:
    """What must come first.

    Args:
        duties: of the permit.
        records, announces, asks: what the campaign is set to do (``setup.records_call``, ``announces_recording``,
            ``asks_recording_consent``); None where nobody said.

    Returns:
        The strictest that any of them asks for; ``never`` where nobody said that calls are recorded.
    """
    if not records:
        return "never"
    if asks:
        return "ask_consent"
    return "announce" if announces or ANNOUNCE in duties else "none"


def may_begin(before: Before, *, announced: bool, consented: bool | None) -> bool:
    """Whether the first frame may be kept now.

    Args:
        announced: the sentence was played or said to its end.
        consented: the person's answer; None where there is none yet.
    """
    match before:
        case "none":
            return True
        case "announce":
            return announced
        case "ask_consent":
            return consented is True
        case "never":
            return False
