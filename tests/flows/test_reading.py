"""A flow is read as it is written, or refused with the place, what was found and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahize.flows.reading import BadFlow, read_flow
from flows._made import EXAMPLE

GOOD = EXAMPLE.read_text("utf-8")


def test_the_example_of_the_reference_is_the_one_beside_it() -> None:
    assert f"```yaml\n{GOOD}```" in (EXAMPLE.parents[1] / "reference/flows.md").read_text("utf-8")


def test_layout_and_comments_are_not_content() -> None:
    other = "# said by nobody\n" + GOOD.replace("wait_s: 6", "wait_s:    6")
    assert read_flow(other) == read_flow(GOOD)
    assert read_flow(GOOD.replace("digits: [5, 5]", "digits: [4, 5]")).sha256 != read_flow(GOOD).sha256


@pytest.mark.parametrize(
    ("written", "instead", "place", "expected"),
    [
        ("version: 1", "version: one", "version", "a whole number"),
        ("version: 1", "version: 0", "version", "from 1"),
        ("version: 1\n", "", "", "version"),
        ("languages: [en, tr]", "languages: []", "languages", "a list"),
        ("languages: [en, tr]", "languages: [en, tr, de]", "nodes.hello.say", "de"),
        ("start: hello", "start: Hello", "start", "small letters"),
        ("start: hello", "begin: hello", "begin", "only flow"),
        ('  "9": {label', '  "99": {label', "anytime.99", "one key"),
        ("    next: coming\n", "", "nodes.hello", "next"),
        ("    next: coming\n", "    next: coming\n    loud: true\n", "nodes.hello.loud", "only say, sound, next"),
        ("    into: suits\n", "    into: suits\n    say: {en: a, tr: b}\n", "nodes.coming", "exactly one"),
        ("    as: number\n", "    as: digits\n", "nodes.people.as", "one of words"),
        ("    as: number\n", "    as: date\n", "nodes.people.least", "only where"),
        ("    least: 0\n", "    least: 9\n", "nodes.people.most", "at least 9"),
        ("    least: 0\n", "    least: .nan\n", "nodes.people.least", "a number"),
        ("    wait_s: 6\n", "    wait_s: 0\n", "nodes.coming.wait_s", "above 0"),
        ("    tries: 2\n", "    tries: true\n", "nodes.coming.tries", "a whole number"),
        ("    no_answer: unheard\n", "", "nodes.coming", "no_answer"),
        ("is: above", "is: more", "nodes.many.branch[0].when.is", "one of known"),
        ("value: 4}", "value: four}", "nodes.many.branch[0].when.value", "a number"),
        ("    digits: [5, 5]\n", "    digits: [6, 5]\n", "nodes.postcode.digits", "the least and the most"),
        ("    digits: [5, 5]\n", "    digits: 5\n", "nodes.postcode.digits", "a list"),
        ("    transfer: agents\n", "    transfer: ''\n", "nodes.desk.transfer", "words"),
        (
            "    next: coming\n",
            "    next: coming\n    sound: {en: hello, tr: x}\n",
            "nodes.hello.sound.en",
            "a sound's id",
        ),
        ("label: {en: It suits me, tr: Uygun}", "label: x, language: tr", "nodes.coming.options.1.label", "names and"),
        ("value: false", "language: de", "nodes.coming.options.2.language", "one of en, tr"),
        ("machine: tape", "machine: Tape", "machine", "small letters"),
        ("    end: confirmed\n", "    end:\n", "nodes.thanks.end", "a name"),
    ],
)
def test_what_cannot_be_read_is_named(written: str, instead: str, place: str, expected: str) -> None:
    assert GOOD.count(written) == 1, "one change, one error"
    with pytest.raises(BadFlow) as refused:
        read_flow(GOOD.replace(written, instead), where="menu.yaml")
    assert refused.value.facts["place"].startswith(place)
    assert expected in refused.value.message
    assert refused.value.message.startswith("menu.yaml")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "flow: [", "a: &a [*a]", "\t: x", "? [1]\n: 2", "[" * 5000, "flow: 2026-13-45", "!!python/object:x {}"],
)
def test_what_is_no_flow_at_all(text: str) -> None:
    with pytest.raises(BadFlow):
        read_flow(text)


def test_a_node_that_is_written_twice_is_named_not_lost() -> None:
    twice = GOOD.replace("  thanks:\n", "  hello:\n", 1)
    with pytest.raises(BadFlow, match=r"line \d+: this is no YAML: “hello” stands here twice"):
        read_flow(twice)


def test_words_that_yaml_calls_flags_stay_words(tmp_path: Path) -> None:
    flow = read_flow(GOOD.replace("    end: confirmed\n", "    end: yes\n"))
    assert flow.nodes["thanks"].outcome == "yes"  # type: ignore[union-attr]  # an end
