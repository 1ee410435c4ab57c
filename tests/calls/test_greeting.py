"""Person, machine or unsure: how sure one must be, and how often one was right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahize.calls.greeting import NOT_LISTENED, Heard, Threshold, confusion, judge, verdict_of

EXPLAINS_ITSELF = Heard(0.3, 4.0, 9)
TALKS_LONG = Heard(0.3, 3.0, 2)
SAYS_HELLO = Heard(0.3, 0.6, 1)
SAYS_NOTHING = Heard(2.5, 0.0, 0)
BEEPS = Heard(0.3, 1.0, 2, tone="beep")


@pytest.mark.parametrize(
    ("cost", "machines"),
    [
        (1, {"explains", "long", "beeps"}),
        (20, {"explains", "beeps"}),
        (50, {"beeps"}),
        (1000, set()),
    ],
)
def test_the_dearer_a_person_is_the_surer_one_must_be_of_a_machine(cost: float, machines: set[str]) -> None:
    greetings = {"explains": EXPLAINS_ITSELF, "long": TALKS_LONG, "hello": SAYS_HELLO, "nothing": SAYS_NOTHING}
    verdicts = {name: judge(heard, Threshold(cost)) for name, heard in {**greetings, "beeps": BEEPS}.items()}
    assert {name for name, verdict in verdicts.items() if verdict.who == "machine"} == machines
    assert (verdicts["hello"].who, verdicts["nothing"].who) == ("person", "unsure")


heards = st.builds(
    Heard,
    silence_s=st.floats(0, 5),
    greeting_s=st.floats(0, 9),
    words=st.integers(0, 20),
    tone=st.sampled_from(["", "beep", "fax"]),
    menu=st.booleans(),
    full=st.booleans(),
)


@given(heard=heards, low=st.floats(1, 1e6), high=st.floats(1, 1e6))
def test_who_is_no_machine_at_a_low_price_is_none_at_a_higher(heard: Heard, low: float, high: float) -> None:
    low, high = sorted((low, high))
    if judge(heard, Threshold(low)).who != "machine":
        assert judge(heard, Threshold(high)).who != "machine"


@given(heard=heards, cost=st.floats(1, 1e6))
def test_every_verdict_has_a_reason_and_comes_back_from_the_attempts_words(heard: Heard, cost: float) -> None:
    verdict = judge(heard, Threshold(cost))
    assert verdict.reason
    assert verdict_of(f"{verdict.kind or 'person'}: {verdict.reason}") == verdict.who


@pytest.mark.parametrize("cost", [0.5, 0.0, -3.0, float("nan")])
def test_a_person_never_costs_less_than_a_machine(cost: float) -> None:
    with pytest.raises(ValueError, match="at least as much"):
        Threshold(cost)


def test_where_nobody_listens_everybody_is_a_person() -> None:
    assert (NOT_LISTENED.who, NOT_LISTENED.kind) == ("person", None)


def test_nobody_heard_is_no_verdict() -> None:
    assert verdict_of("") is None


def test_the_matrix_counts_what_was_checked_and_keeps_what_was_not() -> None:
    matrix = confusion(
        [("machine", "machine")] * 8
        + [("machine", "person")] * 2
        + [("unsure", "machine")] * 2
        + [("unsure", "person"), ("person", "person")]
        + [("machine", None)] * 40
    )
    assert matrix.counts == {
        ("person", "person"): 1,
        ("person", "machine"): 0,
        ("machine", "person"): 2,
        ("machine", "machine"): 8,
        ("unsure", "person"): 1,
        ("unsure", "machine"): 2,
    }
    assert (matrix.precision, matrix.found, matrix.mistaken_people, matrix.unheard) == (0.8, 0.8, 2, 40)


def test_nothing_checked_is_no_share() -> None:
    assert (confusion([]).precision, confusion([("machine", None)]).found) == (None, None)
