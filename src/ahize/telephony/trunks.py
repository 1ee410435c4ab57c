"""Over which trunk does this call go, and may it go now?

Answers from what each trunk is allowed to carry: numbers it may show, calls at once, calls in a second, the price of a
minute. Refuses to know whether the call is lawful; the permit says so.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from ahize.telephony.house import Trunk
from ahize.telephony.words import Door, door_of, in_words, trunk_name

Why = Literal["no_trunk", "spend_cap", "trunk_down", "trunk_full", "trunk_too_fast"]
State = Literal["unknown", "registered", "reachable", "unreachable", "rejected"]
Said = tuple[State, str]
"""How something stands, and whose words say so."""
REFUSALS_MAX = 5
"""So many calls in a row that the carrier itself would not take: then it is the trunk, and no longer the numbers."""
_STRANGER = (401, 403, 407)
"""Answers to a call that mean: name and secret are not accepted here."""
_NO_CODEC = (415, 488, 606)
_OF_THE_CARRIER = (400, 401, 402, 403, 407, 415, 488, 500, 501, 502, 503, 504, 505, 606)
"""Answers that say something of the line; all others speak of the person who is called."""
_SILENCE = (None, 408)
_OF_CONTACT: dict[str, Said] = {
    "Reachable": ("reachable", ""),
    "NonQualified": ("unknown", ""),
    "Unreachable": ("unreachable", "it does not answer OPTIONS"),
}
"""What Asterisk says of an address that it asks now and then."""


@dataclass(slots=True)
class Standing:
    """How one trunk stands.

    Attributes:
        in_use: calls on it now.
        refused: why the switch itself would not have it as it is.
        address: whether the carrier answers at all; ``door``: whether it lets us in, where we sign in; ``calls``: what
            is wrong with calls, as far as the last ones tell.
        refusals: calls in a row that the carrier would not take.
    """

    trunk: Trunk
    in_use: int = 0
    lately: deque[float] = field(default_factory=deque)
    refused: str = ""
    address: Said = ("unknown", "")
    door: Said = ("unknown", "")
    calls: Said = ("unknown", "")
    refusals: int = 0

    @property
    def said(self) -> Said:
        """The worst that is known, else the best."""
        if self.refused:
            return "rejected", self.refused
        if self.address[0] == "unreachable":
            return self.address
        if self.door[0] in ("rejected", "unreachable"):
            return self.door
        if self.calls[0] == "rejected":
            return self.calls
        return next((said for said in (self.door, self.address) if said[0] != "unknown"), self.calls)

    @property
    def state(self) -> State:
        return self.said[0]

    @property
    def why(self) -> str:
        return self.said[1]

    def is_too_fast(self, now: float) -> bool:
        while self.lately and now - self.lately[0] >= 1.0:
            self.lately.popleft()
        return len(self.lately) >= self.trunk.per_second_max


class Trunks:
    """The trunks of one house.

    Args:
        monotonic: seconds of a clock that never goes back.
        spent: what was spent over a trunk in the last 24 hours.
    """

    def __init__(self, monotonic: Callable[[], float], spent: Callable[[UUID], float]) -> None:
        self._monotonic, self._spent = monotonic, spent
        self.standing: dict[UUID, Standing] = {}

    def set(self, trunks: Iterable[Trunk]) -> None:
        """These there are from now on; what is known of those that stay is kept."""
        before = self.standing
        self.standing = {}
        for trunk in trunks:
            known = before.get(trunk.id)
            if known is None:
                known = Standing(trunk)
            elif known.trunk != trunk:
                # Asterisk tells of an address when that changes, and not again for a trunk that is called otherwise.
                address = known.address if _place(known.trunk) == _place(trunk) else ("unknown", "")
                known = Standing(trunk, in_use=known.in_use, address=address)
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
            why = self._objection(one, number, caller_id, now)
            if why:
                reasons[why] += 1
            else:
                usable.append(one)
        if not usable:
            # The reason nearest to a call: what waiting would mend comes before what somebody must.
            order: tuple[Why, ...] = ("trunk_too_fast", "trunk_full", "trunk_down", "spend_cap", "no_trunk")
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
                one.address = _OF_CONTACT[contact]

    def signed_in(self, doors: Mapping[Door, Said]) -> None:
        """How the carriers answered where we sign in."""
        for one in self.standing.values():
            if one.trunk.kind == "registration":
                one.door = doors.get(door_of(one.trunk), ("unknown", ""))

    def answered(self, trunk: UUID, sip: int | None) -> None:
        """How a call ended for the carrier: one that does not take ours says so, and takes it back when it does.

        Args:
            sip: its last answer; 200 where somebody picked up, None where there was none.
        """
        one = self.standing.get(trunk)
        if one is None or sip in _SILENCE:
            return
        if sip not in _OF_THE_CARRIER:
            one.refusals, one.calls = 0, ("reachable", "")
            return
        one.refusals += 1
        assert sip is not None, "it was an answer"
        if sip in _STRANGER:
            one.calls = "rejected", in_words(sip)
        elif sip in _NO_CODEC:
            offered = ", ".join(one.trunk.codecs)
            one.calls = "rejected", f"{in_words(sip)}: the other side takes none of our codecs ({offered})"
        elif one.refusals >= REFUSALS_MAX:
            one.calls = "rejected", f"{in_words(sip)}: the last {one.refusals} calls were all refused"

    def give_back(self, trunk: UUID) -> None:
        """A call on it is over."""
        standing = self.standing.get(trunk)
        if standing is not None and standing.in_use:
            standing.in_use -= 1

    def _is_spent(self, trunk: Trunk, number: str) -> bool:
        """Would one more call go beyond the cap, or may it for all that is known of its price?"""
        if trunk.spend_max is None:
            return False
        price = trunk.price(number)
        return price is None or self._spent(trunk.id) + price > trunk.spend_max

    def _objection(self, one: Standing, number: str, caller_id: str, now: float) -> Why | None:
        if not one.trunk.may_show(caller_id):
            return "no_trunk"
        if self._is_spent(one.trunk, number):
            return "spend_cap"
        if one.state == "unreachable":
            return "trunk_down"
        if one.in_use >= one.trunk.channels_max:
            return "trunk_full"
        return "trunk_too_fast" if one.is_too_fast(now) else None


def _place(trunk: Trunk) -> tuple[object, ...]:
    """All that Asterisk asks whether it is there."""
    return trunk.host, trunk.port, trunk.transport, trunk.watched
