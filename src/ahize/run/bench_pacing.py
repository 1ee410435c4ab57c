"""How busy does a way of dialling keep the agents, and how many people does it leave without one? Peers beside us.

``./ahize bench pacing --scenarios FILE.json --policies predictive,vicidial_adapt_hard --seeds 3 --json`` plays every
scenario of the file with every policy on equal people, and prints a line of JSON for each of them. The peers are our
own re-implementations from descriptions, treated kindly. Shares are 0 to 1:

utilisation                talk and wrap-up / time logged in and not paused
mean_wait_s                an agent's idle time between two calls
abandonment, worst_day     people left without an agent / people answered, and the worst day of any seed. Those whom
                           machine detection hung up on are among them; amd_victims is their share alone
violation_share            of the time, with the campaign's running share above 3 %, from 100 answers on
unjoined...                the same three without detection's victims: what pacing alone did
decision_us                processor time of one decision
seconds                    simulated in a second of processor time
bound_met_at               strict: live answers so far when the bound itself stopped a dial for the last time
utilisation_spread         between the best and the worst seed
days_over, days            of all seeds' days, those of which pacing alone left more than 3 %
over_after_300             share of the time with the running share (``unjoined``) above 3 %, from 300 answers on
inbound_wait_s, inbound_lost   where calls come in from elsewhere: their mean wait, and the share that hung up
by_day                     of each day, means over the seeds: live answers before it, utilisation, ``unjoined``

Policies: ours, ``predictive:0.01`` with a cap of 1 % instead of 3 %; a peer's name, ``ratio:3.5`` or
``vicidial_ratio:2``; ratio_tuned and vicidial_tuned with hindsight from another seed. With ``+talk_ends`` or
``+answers`` behind its name a policy is shown when each talk will end, or what will come of each dial: bounds of what
more knowledge is worth. ``+cues`` and ``+chances`` are what a floor can know: that a talk or a wrap-up is about to end,
and how likely each contact is to pick up, both with the errors that the scenario's “cues” and “chances” state, or else
the usual ones of ``sim/shift_scenarios.py``. --mode says how ours holds its cap. --markov plays none of all this: ours
beside the exact optimum, in the model that has one.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ahize.kernel.errors import BadInput
from ahize.run import bench_pacing_markov
from ahize.run.bench_pacing_tuning import Tuning
from ahize.sim import ours
from ahize.sim.peers import NUMBERED, PEERS
from ahize.sim.shift import run
from ahize.sim.shift_books import Result
from ahize.sim.shift_floor import Floor, Policy
from ahize.sim.shift_scenarios import Scenario, read_scenarios

SCENARIOS: Final = Path(__file__).with_name("pacing-scenarios.json")
POLICIES: Final = (
    *("predictive", "predictive_strict", "one_to_one", "ratio_tuned"),
    *("vicidial_adapt_hard", "vicidial_tuned", "issabel", "erlang_b"),
)
RATIO_TUNED: Final = ("fixed_ratio", "ratio_tuned")
"""Two names for one: a fixed ratio that nobody has named is the best there is."""
SHOWN: Final = {
    "talk_ends": "knows_talk_ends",
    "answers": "knows_answers",
    "cues": "knows_cues",
    "chances": "knows_chances",
}
"""What a policy can be shown, and how ``shift.run`` calls it."""
MODES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "statistical": {},
    "strict": {"predictive": ("predictive_strict",)},
    "both": {"predictive": ("predictive", "predictive_strict")},
}
"""How ours holds its cap: by its smooth controller, or never above what the allowance can pay for."""
SEEDS_MOST: Final = 1000


def main(
    scenarios: str, policies: str, seeds: int, mode: str, *, retune: bool, as_json: bool, markov: bool = False
) -> int:
    """Print a line for each scenario and policy, as soon as it has been played.

    Args:
        scenarios: a file; empty: the sixteen that come with us.
        policies: names with commas between; empty: ours and the peers that stand for a kind.
        markov: none of these, but ours beside the exact optimum where there is one.
    """
    if markov:
        return bench_pacing_markov.main(as_json=as_json)
    names = policies.split(",") if policies else POLICIES
    rows = bench(Path(scenarios or SCENARIOS), names, seeds=seeds, mode=mode, retune=retune)
    if as_json:
        for row in rows:
            print(json.dumps(row), flush=True)
    else:
        _table(rows)
    return 0


def bench(
    path: Path, names: Iterable[str], *, seeds: int, mode: str = "statistical", retune: bool = False
) -> Iterator[dict[str, Any]]:
    """The figures of each scenario with each policy, in the order of both.

    Args:
        names: of policies; unknown ones are refused before anything is played.
        seeds: how many, from 1 on.
        retune: find the tuned peers' settings anew, and keep them.

    Raises:
        BadInput: a policy, a mode or a scenario is not what it must be.
    """
    if not 1 <= seeds <= SEEDS_MOST:
        raise BadInput(f"--seeds is {seeds}; expected 1 to {SEEDS_MOST:,}.")
    if mode not in MODES:
        raise BadInput(f"--mode is “{mode}”; expected one of {', '.join(MODES)}.")
    told = read_scenarios(path)
    tuning = Tuning(anew=retune)
    entrants = [_entrant(name, tuning) for name in _spelled_out(names, mode)]
    return (_row(scenario, entrant, seeds) for scenario in told for entrant in entrants)


# ── who takes part ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Entrant:
    """A policy by name, made fresh for each scenario and seed."""

    name: str
    make: Callable[[Scenario], Policy]
    shown: Mapping[str, bool]


def _spelled_out(names: Iterable[str], mode: str) -> list[str]:
    """The names of what will be played: ``both`` makes two of ours."""
    spelled = []
    for name in (given.strip() for given in names):
        base, plus, known = name.partition("+")
        spelled += [f"{one}{plus}{known}" for one in MODES[mode].get(base, (base,))]
    return list(dict.fromkeys(spelled))


def _entrant(name: str, tuning: Tuning) -> _Entrant:
    base, *known = name.split("+")
    if not set(known) <= SHOWN.keys():
        raise BadInput(f"“{name}”: a policy can be shown {', '.join(f'+{one}' for one in SHOWN)}, and nothing else.")
    return _Entrant(name, _maker(base, tuning), {SHOWN[one]: True for one in known})


def _maker(name: str, tuning: Tuning) -> Callable[[Scenario], Policy]:
    tuned = dict.fromkeys(RATIO_TUNED, tuning.ratio) | {"vicidial_tuned": tuning.vicidial}
    if (make := PEERS.get(name) or tuned.get(name)) is not None:
        return make
    numbered, _, number = name.partition(":") if ":" in name else name.rpartition("_")
    if numbered in NUMBERED and (value := _number(number)) is not None:
        return lambda _: NUMBERED[numbered](value)
    own, _, cap = name.partition(":")
    if own in ours.NAMES and (share := _share(cap)) is not None:
        return lambda scenario: ours.policy(own, scenario, share)
    known = ", ".join([*ours.NAMES, f"{ours.NAMES[0]}:CAP", *PEERS, *tuned, *(f"{one}:NUMBER" for one in NUMBERED)])
    raise BadInput(f"There is no policy “{name}”.", next_step=f"Give --policies some of: {known}.")


def _number(told: str) -> float | None:
    """Lines for an agent, from 1 to 1000; None for anything else."""
    try:
        value = float(told)
    except ValueError:
        return None
    return value if 1.0 <= value <= 1000.0 else None


def _share(told: str) -> float | None:
    """A cap, above 0 and at most a tenth; that of the law where nothing is said; None for anything else."""
    try:
        value = float(told) if told else ours.CAP
    except ValueError:
        return None
    return value if 0.0 < value <= 0.1 else None


class _Timed:
    """A policy with a stop-watch on its decisions."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.beat_s, self.eager, self.told = policy.beat_s, policy.eager, policy.told
        self.asked, self.took_s = 0, 0.0

    @property
    def met_at(self) -> int | None:
        """See ``ours.Ours``; None where there is no strict bound."""
        bound = isinstance(self._policy, ours.Ours) and self._policy.cap is not None
        return self._policy.met_at if bound and isinstance(self._policy, ours.Ours) else None

    def dials(self, floor: Floor) -> int | Sequence[int]:
        began = time.thread_time()
        wanted = self._policy.dials(floor)
        self.took_s += time.thread_time() - began
        self.asked += 1
        return wanted


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _row(scenario: Scenario, entrant: _Entrant, seeds: int) -> dict[str, Any]:
    """One line: means over the seeds, but the worst day is the worst of all."""
    results: list[Result] = []
    asked, took_s, processor_s = 0, 0.0, 0.0
    met_at: list[int] = []
    for seed in range(1, seeds + 1):
        policy = _Timed(entrant.make(scenario))
        began = time.thread_time()
        results.append(run(scenario, policy, seed, **entrant.shown))
        processor_s += time.thread_time() - began
        asked, took_s = asked + policy.asked, took_s + policy.took_s
        met_at += [] if policy.met_at is None else [policy.met_at]

    def mean(figure: Callable[[Result], float], digits: int) -> float:
        return round(statistics.fmean(map(figure, results)), digits)

    utilisations = [result.utilisation for result in results]
    return {
        "scenario": scenario.name,
        "policy": entrant.name,
        "utilisation": mean(lambda result: result.utilisation, 4),
        "mean_wait_s": mean(lambda result: result.mean_wait_s, 2),
        "abandonment": mean(lambda result: result.abandonment, 5),
        "worst_day": round(max(result.worst_day for result in results), 5),
        "violation_share": mean(lambda result: result.violation_share, 4),
        "dials_per_connect": mean(lambda result: result.dials_per_connect, 2),
        "connects_per_agent_hour": mean(lambda result: result.connects_per_agent_hour, 2),
        "decision_us": round(took_s / max(1, asked) * 1e6, 2),
        "utilisation_spread": round(max(utilisations) - min(utilisations), 4),
        "amd_victims": mean(lambda result: result.amd_victims, 5),
        "unjoined": mean(lambda result: result.books.unjoined_share, 5),
        "unjoined_worst_day": round(max(result.unjoined_worst_day for result in results), 5),
        "unjoined_violation_share": mean(lambda result: result.unjoined_violation_share, 4),
        "seconds": round(scenario.day_s * scenario.days * seeds / processor_s),
        "seeds": seeds,
        "days_over": sum(result.days_over for result in results),
        "days": sum(len(result.days) for result in results),
        "over_after_300": mean(lambda result: result.settled_over_share, 4),
        "by_day": _by_day(results),
        **({"bound_met_at": max(met_at)} if met_at else {}),
        **(_inbound(results) if scenario.inbound else {}),
    }


def _inbound(results: Sequence[Result]) -> dict[str, float]:
    called = max(1, sum(result.called_in for result in results))
    return {
        "inbound_wait_s": round(sum(result.caller_wait_s for result in results) / called, 2),
        "inbound_lost": round(sum(result.tired for result in results) / called, 5),
    }


def _by_day(results: Sequence[Result]) -> list[tuple[int, float, float]]:
    days = zip(*(result.by_day for result in results), strict=True)
    return [
        (
            round(statistics.fmean(answers for answers, _, _ in day)),
            round(statistics.fmean(busy for _, busy, _ in day), 4),
            round(statistics.fmean(lost for _, _, lost in day), 5),
        )
        for day in days
    ]


def _percent(field: str, digits: int) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: f"{100.0 * row[field]:.{digits}f}"


def _plain(field: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: f"{row[field]:,}" if isinstance(row[field], int) else f"{row[field]}"


COLUMNS: Final[tuple[tuple[str, int, Callable[[Mapping[str, Any]], str]], ...]] = (
    ("scenario", 12, _plain("scenario")),
    ("policy", 28, _plain("policy")),
    ("busy %", 8, _percent("utilisation", 1)),
    ("±", 6, _percent("utilisation_spread", 1)),
    ("wait s", 8, _plain("mean_wait_s")),
    ("abandoned %", 13, _percent("abandonment", 2)),
    ("worst day %", 13, _percent("worst_day", 2)),
    ("time over %", 13, _percent("violation_share", 1)),
    ("by AMD %", 10, _percent("amd_victims", 2)),
    ("dials/connect", 15, _plain("dials_per_connect")),
    ("connects/h", 12, _plain("connects_per_agent_hour")),
    ("decision µs", 13, _plain("decision_us")),
    ("x life", 10, _plain("seconds")),
)
"""Heading, width and text of each column; shares in percent."""


def _table(rows: Iterable[Mapping[str, Any]]) -> None:
    """Lines under headings, shares in percent, for people."""
    print("".join(f"{heading:>{width}}" for heading, width, _ in COLUMNS))
    for row in rows:
        print("".join(f"{says(row):>{width}}" for _, width, says in COLUMNS), flush=True)
