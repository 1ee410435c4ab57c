"""Which registers can we read, and whose numbers may stand in them?

A register's code is the one the rulebook uses: ``US-FTC``, ``US-<state>``, ``CA-DNCL``, ``GB-TPS``, ``GB-CTPS``, and
those whose layout nobody publishes, like ``IT-RPO``: they come as any table with a column of numbers, and what is read
of them is inferred. Private lists (litigators, competitors, our own) are ``OWN-`` and a kind. It knows no file and no
number.
"""

from __future__ import annotations

from dataclasses import dataclass

from ahize.kernel.errors import BadInput
from ahize.registries import writing
from ahize.registries.writing import Writing

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
        plan: ``nanp``, ``gb``, ``table`` for those of no known layout, or ``any`` for private lists.
        countries: whose area codes may stand in it; empty where the plan settles it.
        state: two letters, for a state's own list.
        writing: how numbers are written in it, of ``table`` lists.
        title: what it is called, of ``table`` lists.
        dated: what our copies tell of the day a number joined where its file names none: ``earliest`` or ``latest``.
    """

    code: str
    plan: str
    countries: frozenset[str] = frozenset()
    state: str = ""
    writing: Writing | None = None
    title: str = ""
    dated: str = ""

    @property
    def is_inferred(self) -> bool:
        """True where nobody publishes its layout: what a copy says was found in the file or given by who loaded it."""
        return self.plan == "table"

    @property
    def is_private(self) -> bool:
        """True for a list of the house's own: it suppresses, whatever the law says of registries."""
        return self.plan == "any"


_PUBLIC = {
    "US-FTC": Register("US-FTC", "nanp", US_PLACES),
    "CA-DNCL": Register("CA-DNCL", "nanp", frozenset({"CA"})),
    "GB-TPS": Register("GB-TPS", "gb", dated="earliest"),
    "GB-CTPS": Register("GB-CTPS", "gb", dated="earliest"),
}


def _table(code: str, title: str, written: Writing, *, dated: str = "earliest") -> Register:
    return Register(code, "table", writing=written, title=title, dated=dated)


_TABLES = {
    one.code: one
    for one in (
        _table("FR-BLOCTEL", "Bloctel", writing.FRENCH),
        _table("ES-ROBINSON", "Lista Robinson", writing.SPANISH),
        # A consent given after the listing counts there, so the day told is one by which the number surely stood.
        _table("IT-RPO", "Registro pubblico delle opposizioni", writing.ITALIAN, dated="latest"),
        _table("IN-NCPR", "National Customer Preference Register", writing.INDIAN),
        _table("MX-REPEP", "REPEP", writing.MEXICAN),
        _table("MX-REUS", "REUS", writing.MEXICAN),
        _table("AU-DNCR", "Do Not Call Register", writing.AUSTRALIAN),
        _table("NZ-MA", "Marketing Association Do Not Call", writing.NEW_ZEALAND),
        _table("BR-NMP", "Não Me Perturbe", writing.BRAZILIAN),
    )
}


def tables() -> list[Register]:
    """The registers of no known layout."""
    return list(_TABLES.values())


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
    if known := _PUBLIC.get(code) or _TABLES.get(code):
        return known
    if code.startswith("US-") and code[3:] in US_STATES:
        return Register(code, "nanp", US_PLACES, state=code[3:])
    if code.startswith(PRIVATE) and code.removeprefix(PRIVATE) in PRIVATE_KINDS:
        return Register(code, "any")
    raise BadInput(
        f"“{code}” is no registry whose files we can read.",
        code="unknown_registry",
        next_step=f"Write {', '.join([*_PUBLIC, *_TABLES])}, US- and a state's two letters, or OWN- and one of "
        f"{', '.join(PRIVATE_KINDS)}.",
        field="code",
    )
