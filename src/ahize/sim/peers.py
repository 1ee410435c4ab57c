"""Other diallers' rules, written by us from descriptions of them, to be measured beside our own.

None of it is anybody's code, and all of it is treated kindly: one server, no limit on lines or calls a second, no
polling between an answer and its agent, answers counted at once. Knows nothing that ``Floor`` does not show, but for
``ErlangB``, which is told the truth about answer rate and handle time.

Source: our performance notes, section 1a and 1b, which describe VICIdial 2.14 and Issabel's call centre.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final, Literal, get_args

from ahize.sim.shift_books import CAP
from ahize.sim.shift_floor import Floor, Policy
from ahize.sim.shift_scenarios import Scenario

Method = Literal["hard", "average", "tapered"]

OPENS_AT_H: Final = 9.0
"""The hour at which a scenario's day begins; only tapering asks for the time of day."""


class _Deaf:
    """A policy that learns nothing."""

    def told(self, what: str, seconds: float) -> None:
        """Nothing is kept."""


@dataclass(slots=True)
class FixedRatio(_Deaf):
    """So many lines for each free agent, those in the air included; 1 is one to one, and can abandon nobody.

    Args:
        lines: for each free agent, at least 1.
    """

    lines: float
    beat_s: float = 0.5
    eager: bool = True

    def dials(self, floor: Floor) -> int:
        return int(self.lines * len(floor.free)) - len(floor.dials) - len(floor.waiting)


@dataclass(slots=True)
class VicidialRatio(_Deaf):
    """VICIdial's RATIO: a pass every 2.5 s brings the calls, connected ones included, to level × agents.

    Agents are those who wait or talk: wrap-up is a pause to it.

    Args:
        level: lines for each agent, at least 1.
        available_only: count only agents who wait; calls with agents are then added to the goal.
    """

    level: float
    available_only: bool = False
    beat_s: float = 2.5
    eager: bool = False

    def dials(self, floor: Floor) -> int:
        return vicidial_pass(floor, self.level, available_only=self.available_only)


def vicidial_pass(floor: Floor, level: float, *, available_only: bool) -> int:
    """How many calls one pass of the dialler places; negative where there are more than its goal."""
    agents = len(floor.free) if available_only else len(floor.free) + len(floor.talking)
    goal = int(level * agents + 0.5)
    if available_only:
        goal += len(floor.talking)
    return goal - len(floor.dials) - len(floor.waiting) - len(floor.talking)


@dataclass(slots=True)
class VicidialAdapt:
    """VICIdial's adaptive methods: an integral controller on idle agents, with a cliff at the day's limit.

    Once a second the agents who wait and the calls without an agent are sampled; every 15 s the level follows the
    difference of their means over 15 samples; every minute the drops are counted; every 2.5 s calls are placed. The
    level is one number, kept overnight; the counts are of the day.

    Args:
        method: what happens above the limit: ``hard`` back to one line an agent, ``average`` half the level,
            ``tapered`` less towards the evening.
        level_max: cap of the level before the limit acts.
        difference_target: agents who should be waited for (positive) or wait (negative).
        intensity: in percent: positive speeds the way up, negative the way down.
        limit: of today's answers, the share that may be dropped.
        latest: the hour for tapering, as hhmm.
    """

    method: Method
    available_only: bool = False
    level_max: float = 3.0
    difference_target: float = 0.0
    intensity: float = 0.0
    limit: float = CAP
    latest: int = 2100
    level: float = 1.0
    beat_s: float = 0.5
    eager: bool = False
    _ready: deque[int] = field(default_factory=lambda: deque(maxlen=15))
    _waiting: deque[int] = field(default_factory=lambda: deque(maxlen=15))
    _agents: deque[int] = field(default_factory=lambda: deque(maxlen=15))
    _counted: tuple[int, int] = (0, 0)
    """Calls and drops of today, when they were last counted."""
    _last_minute: tuple[int, int] = (0, 0)
    _today: tuple[int, int, int] = (0, 0, 0)
    """Calls, answers and drops as last counted."""

    def told(self, what: str, _seconds: float) -> None:
        if what == "day":
            self._counted, self._last_minute, self._today = (0, 0), (0, 0), (0, 0, 0)

    def dials(self, floor: Floor) -> int:
        beat = round(floor.now_s / self.beat_s)
        if beat % 2 == 0:
            self._sample(floor)
        if beat % 120 == 0:
            self._count(floor)
        if beat % 30 == 0 and beat:
            self.level = self._adapted(floor.now_s)
        return vicidial_pass(floor, self.level, available_only=self.available_only) if beat % 5 == 0 else 0

    def _sample(self, floor: Floor) -> None:
        self._ready.append(len(floor.free))
        self._waiting.append(len(floor.waiting))
        self._agents.append(floor.logged_in)

    def _count(self, floor: Floor) -> None:
        calls, drops = floor.dialled_today, floor.abandoned_today
        self._last_minute = (calls - self._counted[0], drops - self._counted[1])
        self._counted = (calls, drops)
        self._today = (calls, floor.live_answers_today, drops)

    def _adapted(self, now_s: float) -> float:
        """The next level, in [1, level_max]."""
        difference = (sum(self._ready) - sum(self._waiting)) / len(self._ready)
        agents = sum(self._agents) / len(self._agents)
        target = difference + self.difference_target
        change = target / agents if agents else 0.0
        change *= abs(self.intensity / 100.0 - 1.0) if change < 0.0 else 1.0 + self.intensity / 100.0
        level = max(1.0, min(self.level_max, round(self.level * (1.0 + change), 3)))
        calls, drops = self._last_minute
        if calls > 20 and drops > 0.5 * calls:
            level /= 2.0
        calls, answers, drops = self._today
        if calls > 50 and drops > self.limit * answers:
            level = self._limited(level, now_s)
        return max(1.0, level)

    def _limited(self, level: float, now_s: float) -> float:
        if self.method == "hard":
            return 1.0
        if self.method == "average":
            return level / 2.0
        hours = OPENS_AT_H + now_s / 3600.0
        left = self.latest - (int(hours) * 100 + int(hours % 1.0 * 60.0))
        # Read as plain numbers, 2100 less 1230 is 870: less than the hours and minutes would give.
        return 1.0 if left < 0 else level * min(1.0, left / 1000.0)


@dataclass(slots=True)
class Issabel:
    """Issabel's predictor: free agents, and busy ones who have talked so long that they must be done soon.

    "Must be" by an exponential law of talk times, where in truth the longest talks last on; and a list that answers
    more rarely than one in five is dialled as if it did not, and starves.

    Its answered share counts people, not machines: the kind reading, and the one that was measured. With machines
    counted the scenario in which they all go to agents comes to 57 % busy instead of 73 %. Its figures hang on the
    rhythm: asked every second or every two it is another dialler (54 or 78 % instead of 64 % with 50 agents).

    Args:
        sure: chance of being done by the time of the answer, from which a busy agent counts as free.
        least_share: the answered share is never taken to be less.
    """

    sure: float = 0.97
    least_share: float = 0.2
    beat_s: float = 3.0
    eager: bool = False
    _rings: tuple[int, float] = (0, 0.0)
    _talks: tuple[int, float] = (0, 0.0)
    """How many and how long, of all."""
    _now_s: float = 0.0
    _fates: deque[tuple[float, bool]] = field(default_factory=deque)
    """When the last half hour's dials ended, and whether they were answered."""
    _answered: int = 0

    WINDOW_S: ClassVar[float] = 1800.0
    FROM_CALLS: ClassVar[int] = 10

    def told(self, what: str, seconds: float) -> None:
        if what in ("live", "ended"):
            self._fates.append((self._now_s, what == "live"))
            self._answered += what == "live"
        if what == "answered":
            self._rings = (self._rings[0] + 1, self._rings[1] + seconds)
        elif what == "talked":
            self._talks = (self._talks[0] + 1, self._talks[1] + seconds)
        elif what == "day":
            self._now_s, self._answered = 0.0, 0
            self._fates.clear()

    def dials(self, floor: Floor) -> int:
        self._now_s = floor.now_s
        self._forget()
        wanted = len(floor.free) + self._soon_free(floor) - len(floor.waiting) - len(floor.dials)
        if wanted <= 0 or len(self._fates) <= self.FROM_CALLS:
            return wanted
        return int(wanted / max(self._answered / len(self._fates), self.least_share) + 0.5)

    def _forget(self) -> None:
        while self._fates and self._fates[0][0] < self._now_s - self.WINDOW_S:
            self._answered -= self._fates.popleft()[1]

    def _soon_free(self, floor: Floor) -> int:
        if self._talks[0] < self.FROM_CALLS or not self._rings[0]:
            return 0
        ring_s, talk_s = self._rings[1] / self._rings[0], self._talks[1] / self._talks[0]
        # 1 - exp(-(ring + elapsed) / talk) ≥ sure, solved for the moment at which the talk began.
        began_by_s = floor.now_s + ring_s + talk_s * math.log(1.0 - self.sure)
        return sum(since_s <= began_by_s for since_s in floor.talking.values())


@dataclass(slots=True)
class ErlangB(_Deaf):
    """Open loop: a fixed rate of dials at which, by Erlang's loss formula, the cap's share finds no agent free.

    It is told the true answer rate and the true handle time of people, and looks at nothing but how many agents are
    there.
    """

    scenario: Scenario
    beat_s: float = 0.5
    eager: bool = False
    _owed: float = 0.0

    def dials(self, floor: Floor) -> int:
        share = self.scenario.answer_share(floor.now_s, floor.dialled_today)
        seats = floor.logged_in - floor.paused
        if share <= 0.0 or seats <= 0:
            return 0
        self._owed += self.beat_s * offered_load(seats) / self.scenario.handle_s / share
        # Whoever may not dial for a while doesn't catch up afterwards.
        now, self._owed = int(self._owed), self._owed % 1.0
        return now


@lru_cache
def offered_load(seats: int, blocked: float = CAP) -> float:
    """The load in Erlang of which the share ``blocked`` finds all seats taken."""
    low, high = 0.0, 2.0 * seats + 10.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if erlang_b(seats, middle) < blocked else (low, middle)
    return low


def erlang_b(seats: int, load: float) -> float:
    """Share of calls that find all seats taken, when none waits; in [0, 1]."""
    share = 1.0
    for taken in range(1, seats + 1):
        share = load * share / (taken + load * share)
    return share


# ── by name ─────────────────────────────────────────────────────────────────────────────────────────────────────

PLAIN_LEVEL: Final = 2.0
"""Lines for each agent of a RATIO that nobody has set."""

PEERS: Final[Mapping[str, Callable[[Scenario], Policy]]] = {
    "one_to_one": lambda _: FixedRatio(1.0),
    "vicidial_ratio": lambda _: VicidialRatio(PLAIN_LEVEL),
    "vicidial_adapt_hard": lambda _: VicidialAdapt("hard"),
    "vicidial_adapt_average": lambda _: VicidialAdapt("average"),
    "vicidial_adapt_tapered": lambda _: VicidialAdapt("tapered"),
    "issabel": lambda _: Issabel(),
    "erlang_b": ErlangB,
}
"""As they come, by name. VICIdial's three with the settings it is shipped with."""

NUMBERED: Final[Mapping[str, Callable[[float], Policy]]] = {"ratio": FixedRatio, "vicidial_ratio": VicidialRatio}
"""Those with one number, asked for as ``ratio:1.5``."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an operator may set in VICIdial, of what matters."""

    method: Method
    available_only: bool
    level_max: float
    difference_target: float

    def policy(self) -> VicidialAdapt:
        return VicidialAdapt(self.method, self.available_only, self.level_max, self.difference_target)


def vicidial_settings() -> Iterable[Setting]:
    """The 45 that are tried to find the best: 27 that count lines by active agent, 18 by available ones.

    Of the latter all are tapered: what decides there is the cap of the level, which keeps the best of them off the
    limit at which the methods differ, so the places are spent on caps.
    """
    for method in get_args(Method):
        for level_max in (3.0, 5.0, 8.0):
            for target in (0.0, -2.0, -5.0):
                yield Setting(method, False, level_max, target)
    for level_max in (3.0, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0, 10.0, 20.0):
        for target in (0.0, -2.0):
            yield Setting("tapered", True, level_max, target)
