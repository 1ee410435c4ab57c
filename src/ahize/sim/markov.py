"""The pacing problem where it can be solved: talks and rings that forget how long they have lasted, and nobody waits.

Then all there is to know is how many seats are busy and how many dials are open, and no dialler can be better than
the best rule for those two numbers. ``optimum`` finds what that rule reaches, by value iteration; ``best_ratio`` what a
fixed number of lines for each free seat does; ``play`` puts our pacer, which has to learn everything, into the model.
Refuses to know real talk times: there is more to know of them, so these are no bounds there.

Time is in mean talks, and a mean talk is 1, but for ``play``, which is in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from ahize.kernel.chance import Chance
from ahize.pacing.budget import Book, reserve_for
from ahize.pacing.laws import Array
from ahize.pacing.predictive import Predictive, View

SURE: Final = 2e-5
"""Bounds of a gain closer than this are one figure; in shares of the agents' time."""
SWEEPS: Final = 400_000
PRICES: Final = (0.02, 60.0)
"""What an abandoned call may cost, in mean talks of a seat."""


@dataclass(frozen=True, slots=True)
class Model:
    """So many seats, the chance that a dial is answered, and the mean ring in mean talks."""

    seats: int
    answer: float
    ring: float

    @property
    def most(self) -> int:
        """Dials in the air beyond which nobody goes."""
        mean = self.seats * self.ring / self.answer
        return math.ceil(mean + 6.0 * math.sqrt(mean / self.answer) + 3.0 / self.answer)

    @property
    def events(self) -> float:
        """The most there may be in a mean talk."""
        return self.seats + self.most / self.ring

    def next(self, value: Array) -> Array:
        """What is to be expected after one event, or none, from each state; shape (..., busy seats, open dials)."""
        busy = np.arange(self.seats + 1.0)[:, None]
        rings = np.arange(self.most + 1.0)[None, :] / self.ring
        less = np.concatenate((value[..., :1], value[..., :-1]), axis=-1)  # a dial less
        talk = np.concatenate((less[..., 1:, :], less[..., -1:, :]), axis=-2)  # and a talk more, if there is a seat
        done = np.concatenate((value[..., :1, :], value[..., :-1, :]), axis=-2)
        change = busy * (done - value) + rings * (self.answer * talk + (1.0 - self.answer) * less - value)
        after: Array = value + change / self.events
        return after

    @property
    def figures(self) -> tuple[Array, Array, Array]:
        """In each state: the share of seats that is busy; answers and abandoned calls in a mean talk, for each seat."""
        busy, dials = np.meshgrid(np.arange(self.seats + 1.0), np.arange(self.most + 1.0), indexing="ij")
        answers = dials * self.answer / self.ring / self.seats
        return busy / self.seats, answers, answers * (busy == self.seats)


def optimum(model: Model, cap: float) -> float:
    """The busiest that any rule keeps its seats with no more than this share of answers abandoned; 0 to 1.

    A mixture of two rules meets the cap exactly. The gain of the best rule at a price of abandoned calls is convex in
    the price, and its least is what that mixture reaches.
    """
    busy, answers, abandoned = model.figures
    value = np.zeros_like(busy)

    def gain(price: float) -> float:
        nonlocal value
        reward = busy - math.exp(price) * (abandoned - cap * answers)
        value, gained = _iterate(model, reward, value, lambda after: np.maximum.accumulate(after[:, ::-1], 1)[:, ::-1])
        return gained

    low, high = map(math.log, PRICES)
    golden = (math.sqrt(5.0) - 1.0) / 2.0
    left, right = high - golden * (high - low), low + golden * (high - low)
    gains = [gain(left), gain(right)]
    while high - low > 0.08:
        if gains[0] < gains[1]:
            high, right, gains[1] = right, left, gains[0]
            left = high - golden * (high - low)
            gains[0] = gain(left)
        else:
            low, left, gains[0] = left, right, gains[1]
            right = low + golden * (high - low)
            gains[1] = gain(right)
    return min(gains)


def _iterate(model: Model, reward: Array, value: Array, decide: Callable[[Array], Array]) -> tuple[Array, float]:
    """The relative values, and the gain: the middle of its two bounds once they have met."""
    for sweep in range(SWEEPS):
        after = decide(reward / model.events + model.next(value))
        if sweep % 50 == 0:
            steps = (after - value) * model.events
            # Where more is dialled than anybody would the values are still far off, and nobody comes there.
            low, high = float(steps.min()), float(steps.max())
            if high - low < SURE:
                break
        value = after - after[0, 0]
    return value, (low + high) / 2.0


def ratio(model: Model, lines: float) -> tuple[float, float]:
    """How busy so many lines for each free seat keep them, and what share is abandoned."""
    wanted = np.minimum((lines * np.arange(model.seats, -1, -1)).astype(int), model.most)
    to = np.maximum(np.arange(model.most + 1)[None, :], wanted[:, None])
    rows = np.arange(model.seats + 1)[:, None]
    gains = []
    for reward in model.figures:
        value = np.zeros_like(reward)
        _, gained = _iterate(model, reward, value, lambda after: after[rows, to])
        gains.append(gained)
    busy, answers, abandoned = gains
    return busy, abandoned / answers


def best_ratio(model: Model, cap: float) -> float:
    """The busiest that a fixed ratio keeps its seats under the cap, to a quarter of a line."""
    low, high = 4, 4 * 80
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if ratio(model, middle / 4.0)[1] <= cap else (low, middle)
    return ratio(model, low / 4.0)[0]


# ── ours, which knows none of it ────────────────────────────────────────────────────────────────────────────────────


def play(model: Model, cap: float, calls: int, chance: Chance, *, talk_s: float, beat_s: float) -> tuple[float, float]:
    """How busy our pacer keeps the seats, and what share it leaves without one, from a fifth of the calls on.

    Args:
        calls: answered ones.
        talk_s: the mean; ``beat_s``: it decides so often.
    """
    pacer = Predictive([Book(cap, reserve_for(0.999))], 0.0)
    talks: list[tuple[float, float]] = []
    dials: list[tuple[float, float]] = []
    now = busy_s = 0.0
    live = abandoned = 0
    settled: tuple[float, float, int, int] | None = None
    while live < calls:
        view = View(
            free=model.seats - len(talks),
            talking=[now - since for _, since in talks],
            wrapping=(),
            open_dials=[now - since for _, since in dials],
            waiting=0,
        )
        ring_s = model.ring * talk_s
        dials += [(now + chance.expovariate(1.0 / ring_s), now) for _ in range(pacer.forecast(view, model.most).dials)]
        busy_s += sum(min(ends, now + beat_s) - now for ends, _ in talks)
        for at, since, is_talk in _until(now + beat_s, talks, dials):
            if is_talk:
                pacer.talked(at - since)
                pacer.wrapped(0.0)
            elif chance.random() >= model.answer:
                pacer.ended(at - since)
            else:
                live += 1
                lost = sum(ends > at for ends, _ in talks) >= model.seats
                abandoned += lost
                pacer.answered(at - since)
                pacer.books[0].hear(1, int(lost))
                if not lost:
                    ends = at + chance.expovariate(1.0 / talk_s)
                    talks.append((ends, at))
                    busy_s += max(0.0, min(ends, now + beat_s) - at)
        talks = [talk for talk in talks if talk[0] > now + beat_s]
        dials = [dial for dial in dials if dial[0] > now + beat_s]
        now += beat_s
        if settled is None and live >= calls // 5:
            settled = busy_s, now, live, abandoned
    assert settled is not None
    return (busy_s - settled[0]) / (now - settled[1]) / model.seats, (abandoned - settled[3]) / (live - settled[2])


def _until(
    until_s: float, talks: list[tuple[float, float]], dials: list[tuple[float, float]]
) -> Iterator[tuple[float, float, bool]]:
    """What ends before then, in order; a talk that begins meanwhile and ends too is heard of as well."""
    heard = 0
    coming = sorted((at, since) for at, since in dials if at <= until_s)
    ended: set[int] = set()
    while True:
        over = [(ends, since, n) for n, (ends, since) in enumerate(talks) if ends <= until_s and n not in ended]
        first = min(over, default=(math.inf, 0.0, -1))
        if heard < len(coming) and coming[heard][0] < first[0]:
            heard += 1
            yield *coming[heard - 1], False
        elif first[2] >= 0:
            ended.add(first[2])
            yield first[0], first[1], True
        else:
            return
