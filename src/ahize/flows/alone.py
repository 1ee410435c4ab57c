"""May a flow be played to people with nobody of ours on the line?

A broadcast says first who calls, and lets go at any time: laws ask for it nearly everywhere, and where they do not, it
is manners. Found is what is missing; which law asks for what, and whether a call may be made at all, is compliance's to
know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ahize.flows.checking import Problem, texts_of
from ahize.flows.flow import Branch, End, Flow, Node, Option, Say, Text, Transfer, Waiting

OPTED_OUT: Final = "opted_out"
"""The outcome of whoever wants no more calls."""

ALONE: Final = ("no_name_first", "no_opt_out", "opt_out_untold", "no_number_left")


def check_alone(flow: Flow, *, seller_name: str = "") -> list[Problem]:
    """What keeps a checked flow from being played alone.

    Args:
        seller_name: as the words of a recorded sound say it, which can have no merge field.
    """
    return [
        *_unnamed(flow, flow.start, seller_name),
        *(_unnamed(flow, flow.machine, seller_name) if flow.machine else ()),
        *_no_way_out(flow),
        *(_no_number(flow) if flow.machine else ()),
    ]


def stops(flow: Flow, option: Option) -> bool:
    """Whether this key ends such calls for good, with nothing asked in between."""
    at = flow.nodes[option.next]
    for _ in flow.nodes:
        if not isinstance(at, Say):
            break
        at = flow.nodes[at.next]
    return isinstance(at, End) and at.outcome == OPTED_OUT


def _unnamed(flow: Flow, start: str, seller_name: str) -> Iterator[Problem]:
    for name in _first_heard(flow, start):
        text = _words(flow.nodes[name])
        lacking = [one for one in flow.languages if not _has(text, one, "{seller_name}", seller_name)]
        if lacking:
            yield Problem(name, "no_name_first", ", ".join(lacking))


def _no_way_out(flow: Flow) -> Iterator[Problem]:
    keys = [key for key, option in flow.anytime.items() if stops(flow, option)]
    if not keys:
        yield Problem("", "no_opt_out")
        return
    heard = [_words(flow.nodes[name]) for name in _until_answer(flow, flow.start)]
    lacking = [one for one in flow.languages if not any(key in text.get(one, "") for text in heard for key in keys)]
    if lacking:
        yield Problem(flow.start, "opt_out_untold", ", ".join(lacking))


def _no_number(flow: Flow) -> Iterator[Problem]:
    heard = [flow.nodes[name] for name in _until_answer(flow, flow.machine)]
    said = [_words(node) for node in heard if getattr(node, "sound", None) is None]
    recorded = len(said) < len(heard)  # A recorded sound says the number in its own words; nobody here can tell.
    lacking = [one for one in flow.languages if not any("{seller_phone}" in text.get(one, "") for text in said)]
    if lacking and not recorded:
        yield Problem(flow.machine, "no_number_left", ", ".join(lacking))


def _first_heard(flow: Flow, start: str) -> Iterator[str]:
    """The nodes whose words may be the first."""
    for name in _reached(flow, start, lambda node: isinstance(node, Branch)):
        if not isinstance(flow.nodes[name], Branch) and texts_of(flow.nodes[name]):
            yield name


def _until_answer(flow: Flow, start: str) -> Iterator[str]:
    """Every node that may be heard before anything is answered, the first question included."""
    return _reached(flow, start, lambda node: not isinstance(node, Waiting | Transfer))


def _reached(flow: Flow, start: str, goes_on: Callable[[Node], bool]) -> Iterator[str]:
    """Every node one comes to from ``start``, each once, beyond those only where the walk goes on."""
    ahead, seen = [start], set()
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        if goes_on(flow.nodes[name]):
            ahead += flow.goes_to(flow.nodes[name])


def _words(node: Node) -> Text:
    """What is said there, without the labels of keys, which are not read out."""
    texts = texts_of(node)
    return texts[0] if texts else {}


def _has(text: Text, language: str, field: str, name: str) -> bool:
    words = text.get(language, "")
    return field in words or bool(name and name.casefold() in words.casefold())
