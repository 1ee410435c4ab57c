"""Days of one campaign, thousands of times faster than life: how busy a way of dialling keeps the seats, at what cost.

A model of events, not of calls: no rulebook, no journal, no engine. It is where ways of dialling are compared, ours
with our peers', on the same people. What it can't know is what real floors do worse: agents who forget to be ready,
people who hang up in silence.

Longest-idle agent first; people wait first come, first served. A policy is asked and told; it never sees who answers.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from typing import Final

from ahize.kernel.chance import Chance, stream
from ahize.sim import shift_people
from ahize.sim.shift_books import SETTLED_AT, Books, Result, over_cap
from ahize.sim.shift_floor import Floor, Policy
from ahize.sim.shift_scenarios import Chances, Cues, Scenario

LINES: Final = 100_000
"""Nobody's trunk is too small here, but for a policy that has lost its mind."""

LOG_IN_S: Final = 900.0
BREAK_EVERY_S: Final = 4500.0
BREAK_S: Final = (180.0, 720.0)
LUNCH_SHARE: Final = 0.4
LUNCH_WITHIN_S: Final = 240.0
LUNCH_S: Final = (1500.0, 2100.0)

# What happens next. At the same instant the smaller comes first: a seat that comes free takes the call that would
# have been given up.
_TALKED, _WRAPPED, _LOGS_IN, _RESTS, _RETURNS, _CHANGES = range(6)
_ANSWERS, _ENDS, _HUNG_UP_ON, _GIVES_UP, _GONE, _BACK = range(6, 12)
_CLOSES, _CALLS_IN, _TIRES = range(12, 15)


def run(
    scenario: Scenario,
    policy: Policy,
    seed: int,
    *,
    knows_talk_ends: bool = False,
    knows_answers: bool = False,
    knows_cues: bool = False,
    knows_chances: bool = False,
) -> Result:
    """Play all days of a scenario.

    Args:
        policy: fresh, or one that has learnt; it is told of each day.
        seed: equal seed, equal people, whatever the policy.
        knows_talk_ends: the floor says when each talk will end.
        knows_answers: the floor says what will come of each dial, once it is placed.
        knows_cues: the floor says when a talk or a wrap-up is about to end, as the scenario's cues have it.
        knows_chances: the floor says how likely each contact is to pick up, and lets the policy choose.
    """
    floor = Floor(
        knows_talk_ends=knows_talk_ends,
        knows_answers=knows_answers,
        knows_cues=knows_cues,
        knows_chances=knows_chances,
    )
    result = Result(played_s=scenario.day_s * scenario.days)
    for day in range(scenario.days):
        busy_s, present_s = result.busy_s, result.present_s
        _Day(scenario, policy, floor, result, seed=seed, day=day).play()
        result.busy_by_day.append(result.busy_s - busy_s)
        result.present_by_day.append(result.present_s - present_s)
    return result


class _Day:
    """One day, from all seats free to the last call's end.

    Nothing is dialled after the day's hours; what is in the air then is still answered and joined or abandoned, and
    counts, but no seat's time after hours does.
    """

    def __init__(
        self, scenario: Scenario, policy: Policy, floor: Floor, result: Result, *, seed: int, day: int
    ) -> None:
        self._scenario, self._policy, self._floor, self._result = scenario, policy, floor, result
        self._end_s = scenario.day_s
        self._events: list[tuple[float, int, int]] = []
        self._contacts = shift_people.contacts(scenario, seed, day)
        self._wraps = shift_people.wraps(scenario, seed, day)
        self._seat_chance: Chance = stream(seed, f"shift/{day}/seats")
        self._books = Books()
        self._counted_s = 0.0
        self._over = self._unjoined_over = False
        self._picked_up: dict[int, float] = {}
        """Dial → when it was picked up, or will be; of those that detection listens to."""
        self._callers: dict[int, tuple[bool, float]] = {}
        """Dial → whether it is a person, and how long they will talk; of those that pick up."""
        self._present: dict[int, float] = {}
        """Seat → logged in and not paused since."""
        self._busy: dict[int, float] = {}
        """Seat → in talk or wrap-up since."""
        self._wrap_s: dict[int, float] = {}
        self._rests: list[tuple[int, float]] = []
        """Seat and seconds, of each break and lunch of the day."""
        self._due: dict[int, float] = {}
        """Seat → a break that begins when the call is over."""
        self._seats = 0
        self._up = True
        self._list_left = math.inf if scenario.list_size is None else scenario.list_size
        self._cues = scenario.cues or Cues()
        self._cue_chance: Chance = stream(seed, f"shift/{day}/cues")
        self._closes_at: dict[int, float] = {}
        """Seat → when its talk or wrap-up will be said to be ending."""
        self._inbound_chance: Chance = stream(seed, f"shift/{day}/inbound")
        self._callers_in = 0
        unlike = scenario.chances or (Chances() if floor.ahead is not None else None)
        share = scenario.answer.share
        self._unlike = (
            shift_people.chances(unlike, share, seed, day) if unlike is not None and 0.0 < share < 1.0 else None
        )
        """Each number's own chance; None: all are alike."""
        self._hopper: list[tuple[shift_people.Contact, float]] = []
        self._handlers: tuple[Callable[[int], None], ...] = (
            self._talked,
            self._wrapped,
            self._logs_in,
            self._rests_now,
            self._returns,
            self._changes,
            self._answers,
            self._ends,
            self._hung_up_on,
            self._gives_up,
            self._gone,
            self._back,
            self._closes,
            self._calls_in,
            self._tires,
        )
        floor.day, floor.now_s = day, 0.0
        floor.logged_in = floor.paused = floor.dialled_today = floor.live_answers_today = floor.abandoned_today = 0
        assert not floor.dials, "the day before ended with dials in the air"
        assert not floor.waiting, "the day before ended with people waiting"
        assert not floor.calling_in, "the day before ended with callers waiting"
        for seats in (floor.free, floor.talking, floor.wrapping, floor.leaving):
            seats.clear()
        for told in (floor.talk_ends, floor.closing):
            if told is not None:
                told.clear()
        if floor.ahead is not None:
            self._fill(floor.ahead, unlike.ahead if unlike is not None else 1)

    def play(self) -> None:
        self._count()
        self._plan()
        self._policy.told("day", float(self._floor.day))
        floor, events, handlers, end_s = self._floor, self._events, self._handlers, self._end_s
        eager, beat_s = self._policy.eager, self._policy.beat_s
        beats, next_beat = 0, 0.0
        while True:
            if events and (events[0][0] <= next_beat or next_beat >= end_s):
                floor.now_s, kind, key = heapq.heappop(events)
                handlers[kind](key)
                if eager and floor.now_s < end_s:
                    self._ask()
            elif next_beat < end_s:
                floor.now_s = next_beat
                self._ask()
                beats += 1
                next_beat = beats * beat_s
            else:
                break
        self._close()

    def _plan(self) -> None:
        """The seats' day and the trunk's."""
        scenario = self._scenario
        for _ in range(scenario.agents):
            self._plan_seat()
        for place, change in enumerate(scenario.changes):
            self._at(change.at_s, _CHANGES, place)
        for outage in scenario.outages:
            self._at(outage.from_s, _GONE, 0)
            self._at(outage.to_s, _BACK, 0)

        if (inbound := scenario.inbound) is not None:
            self._floor.taken_per_s = inbound.per_hour / 3600.0
            self._at(self._inbound_chance.expovariate(self._floor.taken_per_s), _CALLS_IN, 0)

    def _plan_seat(self) -> None:
        seat, chance, end_s = self._seats, self._seat_chance, self._end_s
        self._seats += 1
        if not self._scenario.breaks:
            self._at(self._floor.now_s, _LOGS_IN, seat)
            return
        logs_in_s = chance.uniform(0.0, min(LOG_IN_S, end_s))
        self._at(logs_in_s, _LOGS_IN, seat)
        breaks_at = logs_in_s + chance.expovariate(1.0 / BREAK_EVERY_S)
        while breaks_at < end_s:
            self._plan_rest(breaks_at, seat, chance.uniform(*BREAK_S))
            breaks_at += chance.expovariate(1.0 / BREAK_EVERY_S)
        lunch_at, lunch_s = end_s / 2.0 + chance.uniform(0.0, LUNCH_WITHIN_S), chance.uniform(*LUNCH_S)
        if chance.random() < LUNCH_SHARE:
            self._plan_rest(lunch_at, seat, lunch_s)

    def _plan_rest(self, at_s: float, seat: int, rest_s: float) -> None:
        self._at(at_s, _RESTS, len(self._rests))
        self._rests.append((seat, rest_s))

    def _at(self, when_s: float, kind: int, key: int) -> None:
        heapq.heappush(self._events, (when_s, kind, key))

    # ── dialling ────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self) -> None:
        floor = self._floor
        floor.room = int(min(self._list_left, LINES - len(floor.dials))) if self._up else 0
        wanted = self._policy.dials(floor)
        places = [0] * wanted if isinstance(wanted, int) else wanted
        if places and floor.room > 0:
            self._place(places[: floor.room])

    def _fill(self, ahead: list[float], places: int) -> None:
        """Who can be chosen from: the next of the list, with what is said of them."""
        ahead[:] = [0.0] * places
        self._hopper = [self._next(ahead, place) for place in range(places)]

    def _next(self, ahead: list[float], place: int) -> tuple[shift_people.Contact, float]:
        """The next of the list takes that place; their own chance beside."""
        usual = self._scenario.answer.share
        true, ahead[place] = next(self._unlike) if self._unlike else (usual, usual)
        return next(self._contacts), true

    def _take(self, place: int, dial: int) -> tuple[shift_people.Contact, float | None]:
        """Whom to dial, and their own chance; None: they are all alike."""
        ahead = self._floor.ahead
        if ahead is None:
            return next(self._contacts), next(self._unlike)[0] if self._unlike else None
        self._floor.said[dial] = ahead[place]
        taken, self._hopper[place] = self._hopper[place], self._next(ahead, place)
        return taken

    def _place(self, places: Sequence[int]) -> None:
        """Dial whoever stands there; without places to choose from, the next of the list."""
        floor, scenario, now_s, dial = self._floor, self._scenario, self._floor.now_s, self._floor.dialled_today
        machine = scenario.machine
        listens = machine.detection == "on"
        usual = scenario.answer_share(now_s, dial)
        factor = usual / scenario.answer.share if scenario.answer.share else 0.0
        for place in places:
            (lot, person_s, machine_s, nothing_s, doubt, talk_s, machine_talk_s), own = self._take(place, dial)
            person_below = usual if own is None else min(1.0, own * factor)
            machine_below = min(1.0, person_below + machine.share)
            kind, after_s, picked_up = _ENDS, nothing_s, True
            if lot < person_below:
                kind, after_s = _ANSWERS, person_s
                if listens and doubt < machine.false_positive:
                    kind = _HUNG_UP_ON
                else:
                    self._callers[dial] = (True, talk_s)
            elif lot < machine_below and machine_s < math.inf:
                after_s = machine_s
                if machine.detection == "off" or (listens and doubt < machine.false_negative):
                    kind = _ANSWERS
                    self._callers[dial] = (False, machine_talk_s)
            else:
                picked_up = False
            if listens and picked_up:
                self._picked_up[dial] = now_s + after_s
                after_s += machine.delay_s
            floor.dials[dial] = now_s
            if floor.answered_at is not None:
                floor.answered_at[dial] = now_s + after_s if kind == _ANSWERS else math.inf
            heapq.heappush(self._events, (now_s + after_s, kind, dial))
            dial += 1
        floor.dialled_today = dial
        self._books.dialled += len(places)
        self._list_left -= len(places)

    def _answers(self, dial: int) -> None:
        """Somebody is known to want a seat."""
        floor = self._floor
        placed_s = self._leaves_the_air(dial)
        if placed_s is None:
            return
        now_s = floor.now_s
        person, _ = self._callers[dial]
        self._say_of(dial)
        self._policy.told("answered", now_s - placed_s)
        if person:
            self._count(live=1)
            self._policy.told("live", 0.0)
        if floor.free:
            seat, _ = floor.free.popitem(last=False)
            self._join(seat, dial)
        else:
            floor.waiting[dial] = now_s
            # They answered before detection had made up its mind about them, and their patience is from then.
            listened_s = self._scenario.machine.delay_s if self._scenario.machine.detection == "on" else 0.0
            self._at(now_s + max(0.0, self._scenario.patience_s - listened_s), _GIVES_UP, dial)

    def _ends(self, dial: int) -> None:
        placed_s = self._leaves_the_air(dial)
        if placed_s is not None:
            self._books.nothing += 1
            self._say_of(dial)
            self._policy.told("ended", self._floor.now_s - placed_s)

    def _hung_up_on(self, dial: int) -> None:
        """A person, taken for a machine; the dialler sees one more machine."""
        placed_s = self._leaves_the_air(dial)
        if placed_s is not None:
            self._count(victims=1)
            self._say_of(dial)
            self._policy.told("ended", self._floor.now_s - placed_s)

    def _leaves_the_air(self, dial: int) -> float | None:
        """When the dial was placed; None if it was lost meanwhile."""
        if self._floor.answered_at is not None:
            self._floor.answered_at.pop(dial, None)
        self._picked_up.pop(dial, None)
        return self._floor.dials.pop(dial, None)

    def _say_of(self, dial: int) -> None:
        if (said := self._floor.said.pop(dial, None)) is not None:
            self._policy.told("said", said)

    def _gives_up(self, dial: int) -> None:
        since_s = self._floor.waiting.pop(dial, None)
        if since_s is None:
            return
        person, _ = self._callers.pop(dial)
        if person:
            self._count(abandoned=1)
            self._policy.told("abandoned", self._floor.now_s - since_s)
        else:
            self._books.machines_left += 1

    # ── seats ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _join(self, seat: int, dial: int) -> None:
        floor, now_s = self._floor, self._floor.now_s
        person, talk_s = self._callers.pop(dial)
        if person:
            self._books.joined += 1
            self._wrap_s[seat] = next(self._wraps)
        else:
            self._books.machines_joined += 1
            self._wrap_s[seat] = shift_people.MACHINE_WRAP_S
        floor.talking[seat] = self._busy[seat] = now_s
        if floor.talk_ends is not None:
            floor.talk_ends[seat] = now_s + talk_s
        self._at(now_s + talk_s, _TALKED, seat)
        self._plan_cue(seat, talk_s, self._cues.talk_lead_s)

    def _plan_cue(self, seat: int, lasts_s: float, lead_s: float) -> None:
        """When it will be said that this is about to end; what is missed is never said."""
        if self._floor.closing is None:
            return
        cues, chance = self._cues, self._cue_chance
        lot, lead_s, at = chance.random(), chance.gammavariate(cues.shape, lead_s / cues.shape), chance.random()
        self._closes_at.pop(seat, None)
        if lot >= cues.missed:
            after_s = at * lasts_s if lot < cues.missed + cues.false else max(0.0, lasts_s - lead_s)
            self._closes_at[seat] = self._floor.now_s + after_s
            self._at(self._closes_at[seat], _CLOSES, seat)

    def _closes(self, seat: int) -> None:
        if self._floor.closing is not None and self._closes_at.get(seat) == self._floor.now_s:
            self._floor.closing[seat] = self._closes_at.pop(seat)

    def _say_closing(self, seat: int) -> None:
        self._closes_at.pop(seat, None)
        if self._floor.closing is not None and (since_s := self._floor.closing.pop(seat, None)) is not None:
            self._policy.told("closing", self._floor.now_s - since_s)

    def _talked(self, seat: int) -> None:
        floor, now_s = self._floor, self._floor.now_s
        since_s = floor.talking.pop(seat, None)
        if since_s is None:  # the seat left in the midst of it
            return
        floor.wrapping[seat] = now_s
        self._at(now_s + self._wrap_s[seat], _WRAPPED, seat)
        self._say_closing(seat)
        self._policy.told("talked", now_s - since_s)
        self._plan_cue(seat, self._wrap_s[seat], self._cues.wrap_lead_s)

    def _wrapped(self, seat: int) -> None:
        since_s = self._floor.wrapping.pop(seat, None)
        if since_s is None:
            return
        self._say_closing(seat)
        self._policy.told("wrapped", self._floor.now_s - since_s)
        self._result.busy_s += self._within_hours(self._busy.pop(seat))
        self._comes_free(seat)

    def _comes_free(self, seat: int) -> None:
        floor = self._floor
        if seat in self._due:
            floor.leaving.discard(seat)
            self._pause(seat, self._due.pop(seat))
        elif floor.calling_in:
            _, since_s = floor.calling_in.popitem(last=False)
            self._join_caller(seat, since_s)
        elif floor.waiting:
            dial, _ = floor.waiting.popitem(last=False)
            self._join(seat, dial)
        else:
            floor.free[seat] = floor.now_s

    def _logs_in(self, seat: int) -> None:
        self._floor.logged_in += 1
        self._present[seat] = self._floor.now_s
        self._comes_free(seat)

    def _rests_now(self, place: int) -> None:
        """A break that is due begins at the end of the call; one that is due during another follows it."""
        seat, rest_s = self._rests[place]
        if self._floor.free.pop(seat, None) is not None:
            self._pause(seat, rest_s)
        else:
            self._due[seat] = max(rest_s, self._due.get(seat, 0.0))
            self._floor.leaving.add(seat)

    def _pause(self, seat: int, rest_s: float) -> None:
        self._result.present_s += self._within_hours(self._present.pop(seat))
        self._floor.paused += 1
        self._at(self._floor.now_s + rest_s, _RETURNS, seat)

    def _returns(self, seat: int) -> None:
        self._floor.paused -= 1
        self._present[seat] = self._floor.now_s
        self._comes_free(seat)

    def _changes(self, place: int) -> None:
        """Seats come, or leave at once: whoever has one on the line is cut off."""
        change = self._scenario.changes[place].change
        for _ in range(change):
            seat = self._seats
            self._seats += 1
            self._logs_in(seat)
        if change < 0:
            for seat in self._seat_chance.sample(sorted(self._present), -change):
                self._leaves(seat)

    def _leaves(self, seat: int) -> None:
        floor = self._floor
        for seats in (floor.free, floor.talking, floor.wrapping):
            seats.pop(seat, None)
        floor.leaving.discard(seat)
        self._closes_at.pop(seat, None)
        if floor.closing is not None:
            floor.closing.pop(seat, None)
        if seat in self._busy:
            self._result.busy_s += self._within_hours(self._busy.pop(seat))
        self._result.present_s += self._within_hours(self._present.pop(seat))
        floor.logged_in -= 1

    # ── calls from elsewhere ────────────────────────────────────────────────────────────────────────────────────

    def _calls_in(self, _place: int) -> None:
        """Somebody calls, and the next after them is known; nobody does after hours."""
        inbound, floor = self._scenario.inbound, self._floor
        assert inbound is not None
        if floor.now_s >= self._end_s:
            return
        self._at(floor.now_s + self._inbound_chance.expovariate(floor.taken_per_s), _CALLS_IN, 0)
        self._result.called_in += 1
        if floor.free:
            seat, _ = floor.free.popitem(last=False)
            self._join_caller(seat, floor.now_s)
            return
        caller, self._callers_in = self._callers_in, self._callers_in + 1
        floor.calling_in[caller] = floor.now_s
        self._at(floor.now_s + inbound.patience_s, _TIRES, caller)

    def _tires(self, caller: int) -> None:
        if (since_s := self._floor.calling_in.pop(caller, None)) is not None:
            self._result.tired += 1
            self._result.caller_wait_s += self._floor.now_s - since_s

    def _join_caller(self, seat: int, since_s: float) -> None:
        inbound, floor, now_s = self._scenario.inbound, self._floor, self._floor.now_s
        assert inbound is not None
        self._result.caller_wait_s += now_s - since_s
        mean = math.log(inbound.talk_mean_s) - inbound.talk_sigma**2 / 2.0
        talk_s = self._inbound_chance.lognormvariate(mean, inbound.talk_sigma)
        self._wrap_s[seat] = next(self._wraps)
        floor.talking[seat] = self._busy[seat] = now_s
        if floor.talk_ends is not None:
            floor.talk_ends[seat] = now_s + talk_s
        self._at(now_s + talk_s, _TALKED, seat)
        self._plan_cue(seat, talk_s, self._cues.talk_lead_s)

    # ── the trunk ───────────────────────────────────────────────────────────────────────────────────────────────

    def _gone(self, _: int) -> None:
        """What rings is lost; what is up stays up, also what detection still listens to."""
        floor = self._floor
        self._up = False
        for dial, placed_s in list(floor.dials.items()):
            if self._picked_up.get(dial, math.inf) <= floor.now_s:
                continue
            self._leaves_the_air(dial)
            self._callers.pop(dial, None)
            self._books.lost += 1
            self._say_of(dial)
            self._policy.told("ended", floor.now_s - placed_s)

    def _back(self, _: int) -> None:
        self._up = True

    # ── books ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _within_hours(self, since_s: float) -> float:
        return max(0.0, min(self._floor.now_s, self._end_s) - since_s)

    def _count(self, *, live: int = 0, abandoned: int = 0, victims: int = 0) -> None:
        """Charge the time since the last change to the running shares as they were, and move them on."""
        floor, result = self._floor, self._result
        passed_s = self._within_hours(self._counted_s)
        self._counted_s += passed_s
        result.over_s += passed_s * self._over
        result.unjoined_over_s += passed_s * self._unjoined_over
        result.settled_over_s += passed_s * (self._unjoined_over and floor.live_answers >= SETTLED_AT)
        self._books.abandoned += abandoned
        self._books.victims += victims
        floor.live_answers += live
        floor.live_answers_today += live
        floor.abandoned += abandoned
        floor.abandoned_today += abandoned
        all_victims = result.books.victims + self._books.victims
        self._over = over_cap(floor.abandoned + all_victims, floor.live_answers + all_victims)
        self._unjoined_over = over_cap(floor.abandoned, floor.live_answers)

    def _close(self) -> None:
        self._floor.now_s = self._end_s
        self._count()
        self._result.present_s += sum(max(0.0, self._end_s - since_s) for since_s in self._present.values())
        self._result.books.add(self._books)
        self._result.days.append(self._books)
