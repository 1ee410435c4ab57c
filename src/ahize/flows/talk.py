"""One talk through a flow: what was heard goes in, what to do comes out.

``begin`` and ``hear`` are pure. A *place* is all there is to know of a talk; it is plain data, so that a process may
keep it, fall over, and another may go on from it. A place of another flow, or of another version, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, assert_never

from ahize.flows.flow import (
    ANSWER,
    Ask,
    Branch,
    Choose,
    Collect,
    Condition,
    End,
    Flow,
    Option,
    Say,
    Sounds,
    Text,
    Transfer,
    Value,
    Waiting,
)
from ahize.flows.merging import merged
from ahize.kernel.errors import Conflict

YES: Final = frozenset({"yes", "y", "1", "true", "evet", "e"})
NUMBER_KEYED_MAX: Final = 999_999_999.0
NO: Final = frozenset({"no", "n", "2", "0", "false", "hayır", "hayir", "h"})


# ── what is heard ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Answered:
    """Words or keys, whole: the shell has collected what belongs together."""

    text: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing came for as long as ``Listen`` said."""


@dataclass(frozen=True, slots=True)
class NobodyTook:
    """A transfer came to nothing."""


@dataclass(frozen=True, slots=True)
class Back:
    """To the question before; answers stay until they are given anew."""


Heard = Answered | Silence | NobodyTook | Back


# ── what to do ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Speak:
    """
    Attributes:
        sound: the id of a recording of these words; empty where a voice says them.
    """

    text: str
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for an answer.

    Attributes:
        keys: single keys that answer at once, with what each is called, those that are heard anytime last.
        digits_max: collect at most so many; 0 where keys alone or words are waited for.
        words: whether words are waited for.
        keyed_max: how many digits may stand for the words, on a line that has only keys; 0 where none can.
    """

    wait_s: float
    keys: Mapping[str, str]
    digits_max: int
    words: bool
    keyed_max: int = 0


@dataclass(frozen=True, slots=True)
class HandOver:
    """To somebody else; where nobody takes it the talk hears ``NobodyTook``."""

    to: str


@dataclass(frozen=True, slots=True)
class Finish:
    outcome: str


Deed = Speak | Listen | HandOver | Finish


# ── the talk ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Place:
    """Where a talk stands.

    Attributes:
        flow, sha256: which flow, exactly.
        node: where it waits; the last one when it is over.
        tries: how often was asked here, this time included.
        asked: the questions that one can go back to, in order, the present one last.
        path: every node come through, in order, the ways back too, for the report.
        over: an end was reached; nothing is heard any more.
    """

    flow: str
    sha256: str
    language: str
    node: str
    answers: Mapping[str, Value]
    tries: int
    asked: tuple[str, ...]
    path: tuple[str, ...]
    over: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A flow and the words of one person and one house.

    Args:
        fields: values of merge fields and of conditions; an empty one is not known.
    """

    flow: Flow
    fields: Mapping[str, str]

    def begin(self, language: str, *, machine: bool = False) -> tuple[Place, tuple[Deed, ...]]:
        """From the start, or for an answering machine. A language that the flow does not have is its first one."""
        assert not machine or self.flow.machine, "the flow says nothing to machines"
        spoken = language if language in self.flow.languages else self.flow.languages[0]
        place = Place(self.flow.name, self.flow.sha256, spoken, "", {}, 0, (), ())
        return self._go(place, self.flow.machine if machine else self.flow.start)

    def hear(self, place: Place, heard: Heard) -> tuple[Place, tuple[Deed, ...]]:
        """Go on from a place. What comes after the end, or where nothing was waited for, changes nothing.

        Raises: Conflict where the place is of another flow or another version of it.
        """
        if (place.flow, place.sha256) != (self.flow.name, self.flow.sha256):
            raise Conflict(
                f"This talk began in “{place.flow}” as it was then; it cannot go on in another version.",
                code="another_flow",
                next_step="Go on with the version that it began in, or begin anew.",
            )
        option = self.flow.anytime.get(heard.text.strip()) if isinstance(heard, Answered) else None
        if option is not None and not place.over:
            return self._go(_in_its_language(place, option), option.next)
        return self._heard_here(place, heard)

    def _heard_here(self, place: Place, heard: Heard) -> tuple[Place, tuple[Deed, ...]]:
        match self.flow.nodes[place.node], heard:
            case Transfer(failed=failed), NobodyTook():
                return self._go(place, failed)
            case (Ask() | Choose() | Collect()) as node, Answered(text=text):
                return self._answered(place, node, text.strip())
            case (Ask() | Choose() | Collect()) as node, Silence():
                return self._again(place, node)
            case ((Ask() | Choose() | Collect()), Back()):
                return self._back(place)
            case _:
                return place, ()

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _answered(self, place: Place, node: Waiting, text: str) -> tuple[Place, tuple[Deed, ...]]:
        if isinstance(node, Choose):
            option = _chosen(node, text, place.language)
            if option is None:
                return self._again(place, node)
            kept = {**place.answers, node.into: option.value} if node.into else place.answers
            return self._go(_in_its_language(replace(place, answers=kept), option), option.next)
        value = _collected(node, text) if isinstance(node, Collect) else _asked(node, text)
        if value is None:
            return self._again(place, node)
        return self._go(replace(place, answers={**place.answers, node.into: value}), node.next)

    def _again(self, place: Place, node: Waiting) -> tuple[Place, tuple[Deed, ...]]:
        """Ask once more, or go on without an answer."""
        if place.tries >= node.patience.tries:
            return self._go(place, node.patience.no_answer)
        return replace(place, tries=place.tries + 1), self._question(node, place)

    def _back(self, place: Place) -> tuple[Place, tuple[Deed, ...]]:
        """To the question before this one; where there is none, this one again."""
        asked = place.asked[:-1] or place.asked
        node = self.flow.nodes[asked[-1]]
        assert isinstance(node, Waiting), "only questions are gone back to"
        place = replace(place, node=asked[-1], tries=1, asked=asked, path=(*place.path, asked[-1]))
        return place, self._question(node, place)

    # ── going on ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _go(self, place: Place, to: str) -> tuple[Place, tuple[Deed, ...]]:
        """Through what waits for nothing, to what waits or ends."""
        deeds: list[Deed] = []
        for _ in range(len(self.flow.nodes) + 1):
            node = self.flow.nodes[to]
            place = replace(place, node=to, tries=1, path=(*place.path, to))
            match node:
                case Say(text=text, next=next_, sound=sound):
                    deeds.append(self._speak(text, sound, place))
                    to = next_
                case Branch(ways=ways, otherwise=otherwise):
                    to = next((way.next for way in ways if self._holds(way.when, place)), otherwise)
                case Ask() | Choose() | Collect():
                    place = replace(place, asked=(*place.asked, to))
                    return place, (*deeds, *self._question(node, place))
                case Transfer(to=whom):
                    return place, (*deeds, HandOver(whom))
                case End(outcome=outcome, text=text_at_end, sound=sound):
                    if text_at_end is not None:
                        deeds.append(self._speak(text_at_end, sound, place))
                    return replace(place, over=True), (*deeds, Finish(outcome))
                case _:
                    assert_never(node)
        raise AssertionError(f"{self.flow.name} goes round at {to} without waiting; it was not checked")

    def _question(self, node: Waiting, place: Place) -> tuple[Deed, ...]:
        keys = {key: option.label[place.language] for key, option in self._keys(node).items()}
        digits = node.most if isinstance(node, Collect) else 0
        listen = Listen(node.patience.wait_s, keys, digits, isinstance(node, Ask), _keyed(node))
        return self._speak(node.text, node.sound, place), listen

    def _keys(self, node: Waiting) -> Mapping[str, Option]:
        return {**(node.options if isinstance(node, Choose) else {}), **self.flow.anytime}

    def _speak(self, text: Text, sound: Sounds | None, place: Place) -> Speak:
        answers = {f"{ANSWER}{name}": _aloud(value) for name, value in place.answers.items()}
        words = merged(text[place.language], {**self.fields, **answers})
        return Speak(words, sound[place.language] if sound else "")

    def _holds(self, condition: Condition, place: Place) -> bool:
        if condition.of.startswith(ANSWER):
            value = place.answers.get(condition.of.removeprefix(ANSWER))
        else:
            value = self.fields.get(condition.of) or None
        return _is_so(condition, value)


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_so(condition: Condition, value: Value | None) -> bool:
    if value is None or condition.is_ == "known":
        return value is not None
    wanted = condition.value
    match condition.is_:
        case "equal":
            return _same(value, wanted)
        case "not_equal":
            return not _same(value, wanted)
        case "one_of":
            assert isinstance(wanted, tuple), "the reader made it a list"
            return any(_same(value, one) for one in wanted)
        case "below" | "above":
            number = _number(value)
            assert isinstance(wanted, int | float), "the reader made it a number"
            return number is not None and (number < wanted if condition.is_ == "below" else number > wanted)
        case _:
            assert_never(condition.is_)


def _same(value: Value, wanted: object) -> bool:
    """Equal as a person would say: 3 and “3” are, true and “true” too, letters of either case."""
    return _aloud(value).casefold() == _aloud(wanted).casefold()


def _aloud(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)


def _chosen(node: Choose, text: str, language: str) -> Option | None:
    """By its key, or by its label said in full."""
    if text in node.options:
        return node.options[text]
    said = text.casefold()
    return next((option for option in node.options.values() if option.label[language].casefold() == said), None)


def _in_its_language(place: Place, option: Option) -> Place:
    return replace(place, language=option.language) if option.language else place


def _keyed(node: Waiting) -> int:
    """How many digits may answer a question that is asked for words: a number's, or 1 and 2 for yes and no."""
    match node:
        case Ask(as_="yes_no"):
            return 1
        case Ask(as_="number", least=least, most=most):
            return 0 if (least is not None and least > NUMBER_KEYED_MAX) else len(f"{_bounded(most):.0f}")
        case _:
            return 0


def _bounded(most: float | None) -> float:
    return NUMBER_KEYED_MAX if most is None else max(0.0, min(most, NUMBER_KEYED_MAX))


def _collected(node: Collect, text: str) -> str | None:
    digits = text.removesuffix("#").replace(" ", "")
    fits = digits.isascii() and digits.isdigit() and node.least <= len(digits) <= node.most
    return digits if fits else None


def _asked(node: Ask, text: str) -> Value | None:
    match node.as_:
        case "words":
            return text or None
        case "number":
            number = _number(text)
            within = number is not None and not (
                (node.least is not None and number < node.least) or (node.most is not None and number > node.most)
            )
            return number if within else None
        case "date":
            try:
                return date.fromisoformat(text).isoformat()
            except ValueError:
                return None
        case "yes_no":
            said = text.casefold()
            return True if said in YES else False if said in NO else None
        case _:
            assert_never(node.as_)


def _number(value: Value) -> float | None:
    """A decimal comma or point; never infinity, never “not a number”."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        number = float(value.replace(",", ".")) if value.isascii() and "_" not in value else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e15 else None
