"""The model that can be solved: its optimum against the published one, and ours in it."""

from __future__ import annotations

import pytest

from ahize.kernel.chance import stream
from ahize.sim.markov import Model, best_ratio, optimum, play, ratio


def test_the_optimum_is_what_our_notes_found_by_another_program() -> None:
    assert optimum(Model(5, 0.4, 0.15), 0.03) == pytest.approx(0.785, abs=0.002)


def test_one_line_for_each_seat_abandons_nobody_and_the_best_ratio_is_no_better_than_the_optimum() -> None:
    model = Model(3, 0.4, 0.15)
    assert ratio(model, 1.0)[1] == pytest.approx(0.0, abs=1e-4)
    assert ratio(model, 1.0)[0] <= best_ratio(model, 0.03) <= optimum(model, 0.03) + 1e-4


def test_ours_comes_near_to_it_while_it_learns() -> None:
    model = Model(5, 0.4, 0.15)
    busy, lost = play(model, 0.03, 250, stream(1, "markov"), talk_s=130.0, beat_s=2.0)
    assert lost < 0.06
    assert 0.65 < busy < optimum(model, max(lost, 0.03)) + 0.05, "a few hundred calls scatter"
