"""May this call be recorded, and what must be said or asked before?

Answers from the permit's duties and what the campaign is set to do. It refuses to know the law: whether a call that is
recorded without asking may be made at all was clearance's to say, before anything rang.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

Before = Literal["none", "announce", "ask_consent", "never"]
"""What comes before a recording: nothing, a sentence, a question whose answer decides; or there is no recording."""

ANNOUNCE: Final = "announce_recording"
"""The law's and the house's word on a permit."""
ASK: Final = "ask_recording_consent"
"""The law's word where all who speak must agree."""


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
    if asks or ASK in duties:
        return "ask_consent"
    return "announce" if announces or ANNOUNCE in duties else "none"


_SENTENCES: Final[Mapping[str, str]] = {
    "en": "This call is recorded.",
    "tr": "Bu görüşme kaydedilmektedir.",
    "de": "Dieses Gespräch wird aufgezeichnet.",
    "fr": "Cet appel est enregistré.",
    "es": "Esta llamada se está grabando.",
    "it": "Questa chiamata viene registrata.",
    "nl": "Dit gesprek wordt opgenomen.",
    "pt": "Esta chamada está a ser gravada.",
}


def announcement(language: str) -> str:
    """The sentence that both sides hear before a recording begins; English where the language has none here."""
    return _SENTENCES.get(language.partition("-")[0], _SENTENCES["en"])
