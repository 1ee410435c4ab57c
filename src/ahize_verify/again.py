"""One stored ruling decided again from its facts: the same, or what differs.

What is kept is the law's answer, and beside it clearance's own bars (a campaign that does not run, a call under way …).
Those can only bar, and only later than the law's; ``by_law`` says how much of it was the law's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ahize_verify.call import Call, Zones, instant
from ahize_verify.decide import Decided, Rulebook

_JUST_BEFORE = timedelta(microseconds=1)
_CLEARANCE = "AHIZE-"
"""How the names of clearance's own bars begin."""

Json = Mapping[str, Any]


def differences(ruling: Json, by_law: Json | None, facts: Json, book: Rulebook, zones: Zones) -> Iterator[str]:
    """In words, where the law of the bundle and the ruling part; nothing where they agree.

    Args:
        by_law: ``verdict``, how many of the ``bars``, ``lawful_until`` and ``next_lawful`` were the law's; None in
            rulings from before that was kept.
    """
    if facts.get("at") is None:
        if (ruling["verdict"], ruling["unknown"]) != ("review", ["at"]):
            yield "without an instant it can only be for review"
        return
    decided = book.decide(Call(facts, zones))
    own = [bar["rule"].startswith(_CLEARANCE) for bar in ruling["bars"]]
    count = own.index(True) if True in own else len(own)
    law, beside = ruling["bars"][:count], ruling["bars"][count:]
    if by_law is not None and by_law["bars"] != count:
        yield f"bars: {by_law['bars']} are said to be the law's, and there are {count}"
    yield from _of_bars(law, decided)
    verdict = "block" if beside else decided.verdict
    if ruling["verdict"] != verdict:
        yield f"verdict: it was ruled {ruling['verdict']!r}, the law says {verdict!r}"
    if by_law is not None and by_law["verdict"] != decided.verdict:
        yield f"verdict: the law is kept as {by_law['verdict']!r}, and it says {decided.verdict!r}"
    if not all(own[count:]):
        yield "bars: a bar of the law stands among clearance's own"
    for name, said, again in (
        ("unknown", tuple(ruling["unknown"]), decided.unknown),
        ("duties", tuple(ruling["duties"]), decided.duties),
        ("layers", tuple(ruling["layers"]), decided.layers),
        ("federal_only", ruling["federal_only"], decided.federal_only),
        ("ring_s_min", float(ruling.get("ring_s_min", 0)), decided.ring_s_min),
    ):
        if said != again:
            yield f"{name}: it was {_shown(said)}, the law says {_shown(again)}"
    # An old ruling that allows does not say whether clearance cut its time short.
    old = ruling if not beside and decided.verdict == "block" else {}
    yield from _of_clock(old if by_law is None else by_law, decided, facts, book, zones)
    yield from _not_longer(ruling, by_law)


def _of_bars(law: Sequence[Json], decided: Decided) -> Iterator[str]:
    said = [(bar["rule"], bar["ground"], tuple(bar["cites"])) for bar in law]
    again = [(bar.rule, bar.ground, bar.cites) for bar in decided.bars]
    for bar in said:
        if bar not in again:
            yield f"bars: it was barred by {bar[0]} ({bar[1]}), and the law does not"
    for bar in again:
        if bar not in said:
            yield f"bars: {bar[0]} bars it ({bar[1]}), and the ruling does not say so"
    if sorted(said) == sorted(again) and said != again:
        yield "bars: the same, in another order"


def _of_clock(kept: Json, decided: Decided, facts: Json, book: Rulebook, zones: Zones) -> Iterator[str]:
    """Where the law names the instant at which the clock alone changes it: does it, and not before?"""
    for name, verdict in (("lawful_until", "allow"), ("next_lawful", "block")):
        if kept.get(name) is None or decided.verdict != verdict:
            continue
        at = instant(kept[name])
        if at <= instant(facts["at"]):
            yield f"{name}: it lies before the call"
            continue
        for moment, wanted in ((at - _JUST_BEFORE, verdict == "allow"), (at, verdict != "allow")):
            if (book.decide(Call(facts, zones, moment)).verdict == "allow") is not wanted:
                yield f"{name}: at {moment.isoformat()} the law {'does not allow' if wanted else 'allows'} it"


def _not_longer(ruling: Json, by_law: Json | None) -> Iterator[str]:
    """Clearance may cut a lawful time short, never stretch it."""
    end = None if by_law is None or ruling["verdict"] != "allow" else by_law["lawful_until"]
    if end is not None and (ruling["lawful_until"] is None or instant(ruling["lawful_until"]) > instant(end)):
        yield "lawful_until: clearance made it longer than the law"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value)
