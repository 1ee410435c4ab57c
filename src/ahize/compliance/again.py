"""Deciding a stored ruling again: is it the same, and if not, what differs?

A ruling as it is kept is the law's (with the house's policy), and beside it the bars of the shell, like a campaign that
does not run; those only add. ``sources["by_law"]`` says how much of it was the law's; rulings from before that was kept
are held against it as far as they tell. Refuses to know where rulings are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ahize.compliance.facts import BadFacts, CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import Ruling, instant_of

SHELL: Final = "AHIZE-"
"""How the ids of the shell's own bars begin; no law's do."""
_ALIKE: Final = ("unknown", "duties", "layers", "federal_only", "ring_s_min")
_NAMES: Final = ("rulebook", "house", "off", "holidays")


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a ruling differs.

    Args:
        parts: names of what differs, like ``verdict`` and ``bars``; the first is the weightiest.
        before, now: the law's verdict then and now.
        gone, come: rules that barred then and no longer do, and the other way round.
    """

    parts: tuple[str, ...]
    before: str
    now: str
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()
    duties_gone: tuple[str, ...] = ()
    duties_come: tuple[str, ...] = ()


def by_law(ruling: Ruling) -> dict[str, Any]:
    """What of a whole ruling is the law's; kept with it before the shell adds its own bars."""
    said = ruling.to_json()
    return {
        **{"verdict": ruling.verdict, "bars": len(ruling.bars)},
        **{"lawful_until": said["lawful_until"], "next_lawful": said["next_lawful"]},
    }


def law_ruling(
    book: Rulebook, facts: Mapping[str, Any], read: Callable[[object], CallFacts] = CallFacts.from_json
) -> Ruling:
    """The answer of law and house policy to these facts; one that cannot be read is as good as unknown.

    Args:
        read: a ``FactsReader``'s, where many are decided.
    """
    try:
        return book.decide(read(facts))
    except BadFacts as wrong:
        return Ruling(
            "review", (), (wrong.path,), (), None, None, book.version, book.tzdata, (), True, house=book.house_version
        )


def compare(
    stored: Mapping[str, Any], sources: Mapping[str, Any] | None, now: Ruling, *, same_book: bool = True
) -> Difference | None:
    """How a stored ruling differs from what is said of its facts now; None: in nothing.

    Args:
        stored: as the row has it.
        sources: as the row has them; None in rulings from before they were kept.
        same_book: it was decided by the same laws, so that every word must be the same; else only what matters counts:
            verdict, rules, duties, missing facts.
    """
    was = law_part(stored, sources)
    said = now.to_json()
    before, after = (_rules(one["bars"]) for one in (was, said))
    parts = []
    if was["verdict"] != said["verdict"]:
        parts.append("verdict")
    if (was["bars"] != said["bars"]) if same_book else (before != after):
        parts.append("bars")
    names = _ALIKE if same_book else ("unknown", "duties")
    parts += [name for name in names if was.get(name, 0) != said.get(name, 0)]
    if same_book:
        parts += [name for name in _NAMES if was.get(name) != said.get(name) and (name in was or name != "holidays")]
        parts += [name for name in ("lawful_until", "next_lawful") if name in was and was[name] != said[name]]
        parts += _of_shell(stored, was, said)
    if not parts:
        return None
    return Difference(
        tuple(parts),
        was["verdict"],
        said["verdict"],
        gone=tuple(sorted(before - after)),
        come=tuple(sorted(after - before)),
        duties_gone=tuple(sorted(set(was["duties"]) - set(said["duties"]))),
        duties_come=tuple(sorted(set(said["duties"]) - set(was["duties"]))),
    )


def law_part(stored: Mapping[str, Any], sources: Mapping[str, Any] | None) -> dict[str, Any]:
    """What of a stored ruling is the law's. Times that the shell may have cut are left out where nothing says them."""
    told = None if sources is None else sources.get("by_law")
    bars = stored["bars"]
    if told is not None:
        return {**stored, **told, "bars": bars[: told["bars"]]}
    own = [bar for bar in bars if not bar["rule"].startswith(SHELL)]
    verdict = "block" if own else "review" if stored["unknown"] else "allow"
    part = {**stored, "bars": own, "verdict": verdict}
    if len(own) < len(bars) or verdict == "allow":
        part.pop("lawful_until")
        part.pop("next_lawful")
    return part


def _rules(bars: Any) -> set[str]:
    return {bar["rule"] for bar in bars}


def _of_shell(stored: Mapping[str, Any], was: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """What the shell may never do: allow what the law did not, or longer."""
    beside = stored["bars"][len(was["bars"]) :]
    if any(not bar["rule"].startswith(SHELL) for bar in beside):
        return ["bars"]
    if stored["verdict"] != ("block" if beside else said["verdict"]):
        return ["verdict"]
    end, last = stored["lawful_until"], said["lawful_until"]
    if beside or last is None or stored["verdict"] != "allow":
        return []
    return ["lawful_until"] if end is None or instant_of(end) > instant_of(last) else []
