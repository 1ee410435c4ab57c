"""Which registers can we read, and whose numbers may stand in them?

A register's code is the one the rulebook uses: ``US-FTC``, ``US-<state>``, ``CA-DNCL``, ``GB-TPS``, ``GB-CTPS``.
Private lists (litigators, competitors, our own) are ``OWN-`` and a kind. It knows no file and no number.
"""

from __future__ import annotations

from dataclasses import dataclass

from ahize.kernel.errors import BadInput

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
)
US_STATES = frozenset(_STATES.split())
US_PLACES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
"""The states and the territories whose area codes the federal list serves."""

PRIVATE = "OWN-"
PRIVATE_KINDS = ("LITIGATOR", "COMPLAINANT", "COMPETITOR", "EMPLOYEE", "EMERGENCY", "OPTOUT")


@dataclass(frozen=True, slots=True)
class Register:
    """A list of numbers that somebody keeps.

    Args:
        code: as the rulebook calls it.
        plan: ``nanp``, ``gb``, or ``any`` for private lists.
        countries: whose area codes may stand in it; empty where the plan settles it.
        state: two letters, for a state's own list.
    """

    code: str
    plan: str
    countries: frozenset[str] = frozenset()
    state: str = ""

    @property
    def is_private(self) -> bool:
        """True for a list of the house's own: it suppresses, whatever the law says of registries."""
        return self.plan == "any"


_PUBLIC = {
    "US-FTC": Register("US-FTC", "nanp", US_PLACES),
    "CA-DNCL": Register("CA-DNCL", "nanp", frozenset({"CA"})),
    "GB-TPS": Register("GB-TPS", "gb"),
    "GB-CTPS": Register("GB-CTPS", "gb"),
}


def is_readable(code: str) -> bool:
    """True where :func:`register` knows it."""
    try:
        register(code)
    except BadInput:
        return False
    return True


def register(code: str) -> Register:
    """The register of that code, in any case of letters.

    Raises:
        BadInput: ``unknown_registry``, with those there are.
    """
    code = code.strip().upper()
    if code in _PUBLIC:
        return _PUBLIC[code]
    if code.startswith("US-") and code[3:] in US_STATES:
        return Register(code, "nanp", US_PLACES, state=code[3:])
    if code.startswith(PRIVATE) and code.removeprefix(PRIVATE) in PRIVATE_KINDS:
        return Register(code, "any")
    raise BadInput(
        f"“{code}” is no registry whose files we can read.",
        code="unknown_registry",
        next_step=f"Write {', '.join(_PUBLIC)}, US- and a state's two letters, or OWN- and one of "
        f"{', '.join(PRIVATE_KINDS)}.",
        field="code",
    )
