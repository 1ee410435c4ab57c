"""The peers' best settings, found with hindsight on another seed, as no operator can; and where they are kept.

A peer that is tuned to each scenario is the strongest that its rule can be. The search plays the whole scenario some
fifty times, so what it found is kept beside, under the figures of the scenario and not its name: change one figure,
and the search is made again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ahize.sim.peers import FixedRatio, Setting, vicidial_settings
from ahize.sim.shift import run
from ahize.sim.shift_books import CAP, Result
from ahize.sim.shift_floor import Policy
from ahize.sim.shift_scenarios import Scenario

TUNING_SEED: Final = 1001
"""No bench is measured on it."""
KEPT: Final = Path(__file__).with_name("pacing-tuned.json")
LINES_MOST: Final = 80
"""Lines for each free agent, beyond which nobody goes."""
ABOUT: Final = "The peers' best settings by the figures of a scenario; made by ./ahize bench pacing --retune."


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best of one scenario.

    Args:
        ratio: lines for each free agent.
        vicidial: of the 45 settings tried.
    """

    ratio: float
    vicidial: Setting


class Tuning:
    """Finds the best settings, or remembers them.

    Args:
        kept: the file of what was found before; need not exist.
        anew: find all of them again, and keep them. Otherwise what is not in the file is found, and not kept.
    """

    def __init__(self, kept: Path = KEPT, *, anew: bool = False) -> None:
        self._kept, self._anew = kept, anew
        told = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        self._best: dict[str, dict[str, Any]] = told.get("best", {}) if told.get("seed") == TUNING_SEED else {}
        self._found: set[tuple[str, str]] = set()

    def ratio(self, scenario: Scenario) -> Policy:
        return FixedRatio(self._settings(scenario, "ratio", _best_ratio))

    def vicidial(self, scenario: Scenario) -> Policy:
        return Setting(**self._settings(scenario, "vicidial", _best_vicidial)).policy()

    def _settings(self, scenario: Scenario, peer: str, find: Callable[[Scenario], Any]) -> Any:
        key = figures_of(scenario)
        best = self._best.setdefault(key, {"scenario": scenario.name})
        if peer not in best or (self._anew and (key, peer) not in self._found):
            best[peer] = find(scenario)
            self._found.add((key, peer))
            if self._anew:
                self._keep()
        return best[peer]

    def _keep(self) -> None:
        best = dict(sorted(self._best.items(), key=lambda item: str(item[1]["scenario"])))
        told = {"about": ABOUT, "seed": TUNING_SEED, "best": best}
        self._kept.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def figures_of(scenario: Scenario) -> str:
    """A short name of everything in a scenario that matters to a peer: nobody shows them cues or chances."""
    aside = {"name", "title", "cues", "chances", *(["inbound"] if scenario.inbound is None else [])}
    names = [one.name for one in dataclasses.fields(scenario) if one.name not in aside]
    bare = ", ".join(f"{name}={getattr(scenario, name)!r}" for name in names)
    return hashlib.sha256(f"Scenario(name='', title='', {bare})".encode()).hexdigest()[:16]


def _best_ratio(scenario: Scenario) -> float:
    """The most lines for each free agent, to a half, with which no more than the cap are abandoned; at least 1.

    More lines, more of both: so the best lies at the cap, and halving finds it.
    """
    low, high = 2, 2 * LINES_MOST
    while high - low > 1:
        middle = (low + high) // 2
        fits = run(scenario, FixedRatio(middle / 2.0), TUNING_SEED).books.unjoined_share <= CAP
        low, high = (middle, high) if fits else (low, middle)
    return low / 2.0


def _best_vicidial(scenario: Scenario) -> dict[str, Any]:
    """The busiest setting under the cap; where none is, the one that abandons the fewest."""
    return dataclasses.asdict(
        max(vicidial_settings(), key=lambda setting: _worth(run(scenario, setting.policy(), TUNING_SEED)))
    )


def _worth(result: Result) -> tuple[bool, float]:
    """What detection hangs up on is no rule's fault, and would rule out every setting alike."""
    abandoned = result.books.unjoined_share
    return (True, result.utilisation) if abandoned <= CAP else (False, -abandoned)
