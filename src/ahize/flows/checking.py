"""Before anybody hears it: does every way of a flow lead somewhere, and out again?

Found is what would leave a person stranded or an author surprised. A flow with no problem can be talked through to an
end from every node, whatever the person says or does not say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ahize.flows.flow import (
    ANSWER,
    Ask,
    Branch,
    Choose,
    Collect,
    Condition,
    End,
    Flow,
    Node,
    Say,
    Text,
    Transfer,
    Waiting,
)
from ahize.flows.merging import fields_of, is_field, problems_in

SAYS: Final[Mapping[str, str]] = {
    "no_such_node": "It goes on to “{about}”, and there is no such node.",
    "never_reached": "No way leads here.",
    "never_ends": "From here no way leads to an end or to somebody else: whoever comes here never gets out.",
    "silence_never_ends": "To somebody who says nothing this may come round for ever; `tries` repeats a question.",
    "no_pause": "From here it goes round through “{about}” without waiting for anything.",
    "unknown_field": "The text has “{{{about}}}”, which is neither a field nor an answer of this flow.",
    "stray_brace": "The text has a single “{about}”; a brace that is meant is written twice.",
    "answer_never_given": "It looks at the answer “{about}”, which no question of this flow gives.",
    "answer_not_yet": "It looks at the answer “{about}”, which no way to here can have asked.",
    "unknown_fact": "It looks at “{about}”, which is no field of the person or the house.",
    "two_kinds_of_answer": "The answer “{about}” is asked as another kind elsewhere.",
    "key_is_an_answer": "The key “{about}” is heard anytime, and could be meant as the answer here.",
    "sound_says_fields": "A recorded sound cannot say “{{{about}}}”; without the sound a voice reads the words.",
    "machine_waits": "An answering machine comes here, and nobody answers or takes a call there.",
    "key_taken": "The key “{about}” is heard anytime, so that it cannot be chosen here.",
    "no_name_first": "What is heard first does not say who calls ({{seller_name}}), in {about}.",
    "no_opt_out": "No key that is heard anytime leads to the end `opted_out` without a question.",
    "opt_out_untold": "Nothing before the first answer says in {about} which key ends such calls.",
    "no_number_left": "What is left on a machine does not say where to call ({{seller_phone}}), in {about}.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """
    Attributes:
        node: where; empty where it is of the whole flow.
        code: a key of ``SAYS``.
        about: the word that it is about.
    """

    node: str
    code: str
    about: str = ""

    @property
    def says(self) -> str:
        return SAYS[self.code].format(about=self.about)


def check(flow: Flow) -> list[Problem]:
    """What keeps a flow from being used, in the order of its nodes."""
    missing = list(_missing(flow))
    if missing:
        return missing  # The other questions follow ways, which here lead nowhere.
    found = [*_ways(flow), *_words(flow)]
    order = {name: place for place, name in enumerate(flow.nodes)}
    return sorted(found, key=lambda problem: order.get(problem.node, -1))


def _missing(flow: Flow) -> Iterator[Problem]:
    ways = {"": flow.entries}
    ways |= {name: flow.goes_to(node) for name, node in flow.nodes.items()}
    for name, goes in ways.items():
        yield from (Problem(name, "no_such_node", to) for to in goes if to not in flow.nodes)


# ── ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _ways(flow: Flow) -> Iterator[Problem]:
    forward = {name: flow.goes_to(node) for name, node in flow.nodes.items()}
    reached = _closure(flow.entries, forward)
    outs = [name for name, node in flow.nodes.items() if isinstance(node, End | Transfer)]
    leaves = _closure(outs, _reversed(forward))
    silent = {
        name: (node.patience.no_answer,) if isinstance(node, Waiting) else forward[name]
        for name, node in flow.nodes.items()
    }
    unpaused = {
        name: tuple(to for to in forward[name] if _goes_on_by_itself(flow.nodes[to]))
        for name, node in flow.nodes.items()
        if _goes_on_by_itself(node)
    }
    machine = _closure([flow.machine] if flow.machine else [], forward)
    for name in flow.nodes:
        if name in machine and isinstance(flow.nodes[name], Waiting | Transfer):
            yield Problem(name, "machine_waits")
        if name not in reached:
            yield Problem(name, "never_reached")
        elif name not in leaves:
            yield Problem(name, "never_ends")
        elif isinstance(flow.nodes[name], Waiting) and name in _closure(silent[name], silent):
            yield Problem(name, "silence_never_ends")
        if name in unpaused and name in _closure(unpaused[name], unpaused):
            yield Problem(name, "no_pause", next(to for to in unpaused[name] if name in _closure([to], unpaused)))


def _goes_on_by_itself(node: Node) -> bool:
    return isinstance(node, Say | Branch | Transfer)  # a transfer that nobody takes comes back at once


def _closure(start: Iterable[str], forward: Mapping[str, Iterable[str]]) -> set[str]:
    """All that can be reached, the start included."""
    found, ahead = set(start), list(start)
    while ahead:
        for to in forward.get(ahead.pop(), ()):
            if to not in found:
                found.add(to)
                ahead.append(to)
    return found


def _reversed(forward: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    back: dict[str, list[str]] = {}
    for name, goes in forward.items():
        for to in goes:
            back.setdefault(to, []).append(name)
    return back


# ── words and answers ────────────────────────────────────────────────────────────────────────────────────────────────


def _words(flow: Flow) -> Iterator[Problem]:
    given = {name: given for name, node in flow.nodes.items() if (given := _gives(node))}
    answers = {into for into, _ in given.values()}
    kinds: dict[str, str] = {}
    for name, node in flow.nodes.items():
        if name in given:
            into, kind = given[name]
            if kinds.setdefault(into, kind) != kind:
                yield Problem(name, "two_kinds_of_answer", into)
        if isinstance(node, Choose):
            yield from (Problem(name, "key_taken", key) for key in node.options if key in flow.anytime)
        yield from (Problem(name, "key_is_an_answer", key) for key in flow.anytime if _could_be_meant(node, key))
        if isinstance(node, Branch):
            yield from _conditions(name, (way.when for way in node.ways), answers)
        for text in texts_of(node):
            yield from _fields(name, text, answers)
        if not isinstance(node, Branch | Transfer) and node.sound is not None:
            unsaid = {field for words in (node.text or {}).values() for field in fields_of(words)}
            yield from (Problem(name, "sound_says_fields", field) for field in sorted(unsaid))
    for option in flow.anytime.values():
        yield from _fields("", option.label, answers)
    yield from _too_early(flow, {name: into for name, (into, _) in given.items()}, answers)


def texts_of(node: Node) -> list[Text]:
    """All texts of a node, as they stand in it."""
    match node:
        case Choose(text=text, options=options):
            return [text, *(option.label for option in options.values())]
        case Say(text=text) | Ask(text=text) | Collect(text=text):
            return [text]
        case End(text=text):
            return [text] if text is not None else []
        case _:
            return []


def _could_be_meant(node: Node, key: str) -> bool:
    if not key.isdigit():
        return False
    match node:
        case Collect(least=least):
            return least == 1
        case Ask(as_="number", least=least, most=most):
            return (least is None or int(key) >= least) and (most is None or int(key) <= most)
        case _:
            return False


def _gives(node: Node) -> tuple[str, str] | None:
    """The answer that a node asks for, and of what kind it is."""
    match node:
        case Ask(into=into, as_=as_):
            return into, as_
        case Collect(into=into):
            return into, "digits"
        case Choose(into=into) if into:
            return into, "key"
        case _:
            return None


def _fields(name: str, text: Text, answers: Collection[str]) -> Iterator[Problem]:
    def known(field: str) -> bool:
        return field.removeprefix(ANSWER) in answers if field.startswith(ANSWER) else is_field(field)

    seen = {(misfit.code, misfit.text): None for words in text.values() for misfit in problems_in(words, known)}
    yield from (Problem(name, code, about) for code, about in seen)


def _conditions(name: str, conditions: Iterable[Condition], answers: Collection[str]) -> Iterator[Problem]:
    for condition in conditions:
        if condition.of.startswith(ANSWER):
            if (answer := condition.of.removeprefix(ANSWER)) not in answers:
                yield Problem(name, "answer_never_given", answer)
        elif not is_field(condition.of):
            yield Problem(name, "unknown_fact", condition.of)


def _too_early(flow: Flow, given: Mapping[str, str], answers: Collection[str]) -> Iterator[Problem]:
    """Branches on an answer that cannot have been asked on any way there."""
    anytime = tuple(option.next for option in flow.anytime.values())
    forward = {name: (*flow.goes_to(node), *anytime) for name, node in flow.nodes.items()}
    for name, node in flow.nodes.items():
        if not isinstance(node, Branch):
            continue
        wanted = {
            way.when.of.removeprefix(ANSWER)
            for way in node.ways
            if way.when.of.startswith(ANSWER) and way.when.of.removeprefix(ANSWER) in answers
        }
        for answer in sorted(wanted):
            asked = [place for place, into in given.items() if into == answer]
            if name not in _closure(asked, forward):
                yield Problem(name, "answer_not_yet", answer)
