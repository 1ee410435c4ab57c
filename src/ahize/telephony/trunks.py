"""Over which trunk does this call go, and may it go now?

Answers from what each trunk is allowed to carry: numbers it may show, calls at once, calls in a second, the price of a
minute. Refuses to know whether the call is lawful; the permit says so.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from ahize.telephony.house import Trunk
from ahize.telephony.words import trunk_name

Why = Literal["no_trunk", "trunk_down", "trunk_full", "trunk_too_fast"]
State = Literal["unknown", "registered", "reachable", "unreachable", "rejected"]
_STRANGER = {401: "Unauthorized", 403: "Forbidden", 407: "Proxy Authentication Required"}
"""Answers to a call that mean: name and secret are not accepted here."""
_OF_CONTACT: dict[str, tuple[State, str]] = {
    "Reachable": ("reachable", ""),
    "NonQualified": ("unknown", ""),
    "Unreachable": ("unreachable", "it does not answer OPTIONS"),
}
"""What Asterisk says of an address that it asks now and then."""


@dataclass(slots=True)
class Standing:
    """How one trunk stands.

    Attributes:
        why: the carrier's or Asterisk's own words where it is not up.
        in_use: calls on it now.
    """

    trunk: Trunk
    state: State = "unknown"
    why: str = ""
    in_use: int = 0
    lately: deque[float] = field(default_factory=deque)

    def is_too_fast(self, now: float) -> bool:
        while self.lately and now - self.lately[0] >= 1.0:
            self.lately.popleft()
        return len(self.lately) >= self.trunk.per_second_max


class Trunks:
    """The trunks of one house.

    Args:
        monotonic: seconds of a clock that never goes back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.standing: dict[UUID, Standing] = {}

    def set(self, trunks: Iterable[Trunk]) -> None:
        """These there are from now on; what is known of those that stay is kept."""
        before = self.standing
        self.standing = {}
        for trunk in trunks:
            known = before.get(trunk.id)
            if known is None or known.trunk != trunk:
                known = Standing(trunk, in_use=known.in_use if known else 0)
            self.standing[trunk.id] = known

    def take(self, number: str, caller_id: str, *, over: UUID | None = None) -> Standing | Why:
        """The cheapest trunk that can carry this call now, taken; or the best reason why there is none.

        Args:
            over: this one or none.
        """
        reasons: Counter[Why] = Counter()
        now = self._monotonic()
        usable = []
        for one in [one for id_, one in self.standing.items() if over in (None, id_)]:
            why = self._objection(one, caller_id, now)
            if why:
                reasons[why] += 1
            else:
                usable.append(one)
        if not usable:
            # The reason nearest to a call: what waiting would mend comes before what somebody must.
            order: tuple[Why, ...] = ("trunk_too_fast", "trunk_full", "trunk_down", "no_trunk")
            return next((why for why in order if reasons[why]), "no_trunk")

        def cost(one: Standing) -> tuple[bool, float, float]:
            price = one.trunk.price(number)
            return price is None, price or 0.0, one.in_use / one.trunk.channels_max

        chosen = min(usable, key=cost)
        chosen.in_use += 1
        chosen.lately.append(now)
        return chosen

    def noticed(self, name: str, contact: str) -> None:
        """What Asterisk says of a trunk's address."""
        for one in self.standing.values():
            if trunk_name(one.trunk.id) == name and contact in _OF_CONTACT:
                one.state, one.why = _OF_CONTACT[contact]

    def answered(self, trunk: UUID, sip: int | None) -> None:
        """How the carrier answered a call: one that does not know us says so, and takes it back when it does."""
        one = self.standing.get(trunk)
        if one is None:
            return
        if sip in _STRANGER:
            one.state, one.why = "rejected", f"{sip} {_STRANGER[sip]}"
        elif one.state == "rejected":
            one.state, one.why = "reachable", ""

    def give_back(self, trunk: UUID) -> None:
        """A call on it is over."""
        standing = self.standing.get(trunk)
        if standing is not None and standing.in_use:
            standing.in_use -= 1

    @staticmethod
    def _objection(one: Standing, caller_id: str, now: float) -> Why | None:
        if not one.trunk.may_show(caller_id):
            return "no_trunk"
        if one.state == "unreachable":
            return "trunk_down"
        if one.in_use >= one.trunk.channels_max:
            return "trunk_full"
        return "trunk_too_fast" if one.is_too_fast(now) else None
