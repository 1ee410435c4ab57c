"""Kinds of evidence, as a table: whose it is, under which codes it stands, and which facts rest on it.

Rule 1: what a status is called in the facts (``docs/reference/law.md``) is in this file and nowhere else.
Rule 2: this file knows no date and no row; what is in force when is ``evidence.py``'s question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Whose = Literal["seller", "caller"]
Fact = Literal["registrations", "registered_charity_in", "brand_registered_in", "transfer_safeguard", "none"]


class EvidenceKind(StrEnum):
    """What a record is evidence of."""

    CHARITY = "charity"
    PARTY = "party"
    CANDIDATE = "candidate"
    REGISTRY_SUBSCRIPTION = "registry_subscription"
    STATE_LICENCE = "state_licence"
    BOND = "bond"
    RECORDED_CALLS = "recorded_calls"
    PROVINCIAL_LICENCE = "provincial_licence"
    BRAND = "brand"
    AID_PERMIT = "aid_permit"
    AUTHORISATION = "authorisation"
    PLATFORM = "platform"
    MEMBERSHIP = "membership"
    TRANSFER = "transfer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the table.

    Args:
        whose: who must hold it: the seller on whose behalf is called, or whoever calls.
        codes: the codes under which it stands, as a pattern; two letters of a country come first.
        example: a code as people are told it.
        fact: which fact holds its code (of a charity its country, of a transfer what safeguards it).
        areas: whether it is paid for by area code.
        numbered: whether it is nothing without its number.
    """

    whose: Whose
    codes: re.Pattern[str]
    example: str
    fact: Fact = "registrations"
    areas: bool = False
    numbered: bool = True


def _codes(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})\Z")


KINDS: dict[EvidenceKind, Kind] = {
    EvidenceKind.CHARITY: Kind("seller", _codes(r"[A-Z]{2}-CHARITY"), "US-CHARITY", fact="registered_charity_in"),
    EvidenceKind.PARTY: Kind("seller", _codes(r"[A-Z]{2}-PARTY"), "CA-PARTY"),
    EvidenceKind.CANDIDATE: Kind("seller", _codes(r"[A-Z]{2}-CANDIDATE"), "CA-CANDIDATE"),
    EvidenceKind.REGISTRY_SUBSCRIPTION: Kind("seller", _codes("US-FTC-SAN|CA-DNCL"), "US-FTC-SAN", areas=True),
    EvidenceKind.STATE_LICENCE: Kind("caller", _codes(r"US-[A-Z]{2}"), "US-NY"),
    EvidenceKind.BOND: Kind("caller", _codes(r"US-[A-Z]{2}"), "US-FL"),
    EvidenceKind.RECORDED_CALLS: Kind("caller", _codes(r"US-[A-Z]{2}-ADAD"), "US-IN-ADAD"),
    EvidenceKind.PROVINCIAL_LICENCE: Kind("caller", _codes(r"CA-[A-Z]{2}"), "CA-BC"),
    EvidenceKind.BRAND: Kind("seller", _codes("TR-IYS"), "TR-IYS", fact="brand_registered_in"),
    EvidenceKind.AID_PERMIT: Kind("seller", _codes("TR-YARDIM"), "TR-YARDIM"),
    EvidenceKind.AUTHORISATION: Kind("seller", _codes("GB-FCA"), "GB-FCA"),
    EvidenceKind.PLATFORM: Kind("caller", _codes("IN-PE|IN-TM|IN-DIALLER"), "IN-TM"),
    EvidenceKind.MEMBERSHIP: Kind("caller", _codes("NZ-MA"), "NZ-MA"),
    # What safeguards people's data where agents in another country see them: of whose people comes first.
    EvidenceKind.TRANSFER: Kind(
        "caller", _codes(r"[A-Z]{2}-(?:ADEQUACY|CONTRACT)"), "GB-CONTRACT", fact="transfer_safeguard", numbered=False
    ),
    # The plain document with a date: nothing rests on it but people's eyes.
    EvidenceKind.OTHER: Kind(
        "caller", _codes(r"[A-Z]{2}-[A-Z0-9-]{1,30}"), "US-INSURANCE", fact="none", numbered=False
    ),
}

SAFEGUARDS = {"ADEQUACY": "adequacy", "CONTRACT": "standard_contract"}
"""``data.transfer_safeguard`` by the end of a transfer's code; the strongest first."""

SELLERS_PLATFORM = "IN-PE"
"""Of the codes of a telephone platform, the one that is the seller's own."""


def whose(kind: EvidenceKind, code: str) -> Whose:
    """Who must hold it for a call to rest on it."""
    return "seller" if code == SELLERS_PLATFORM else KINDS[kind].whose


def kind_of(code: str) -> EvidenceKind:
    """The kind a bare code most likely is of; ``OTHER`` where the table does not know it."""
    return next(
        (kind for kind, line in KINDS.items() if kind is not EvidenceKind.OTHER and line.codes.match(code)),
        EvidenceKind.OTHER,
    )
