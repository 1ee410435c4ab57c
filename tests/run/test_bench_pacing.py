"""``./ahize bench pacing`` prints one line for each scenario and policy, and says what it doesn't know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ahize.kernel.errors import BadInput
from ahize.run import bench as benches
from ahize.run.bench_pacing import SCENARIOS, bench
from ahize.run.bench_pacing_tuning import Tuning, figures_of
from ahize.sim import ours
from ahize.sim.peers import FixedRatio, VicidialAdapt
from ahize.sim.shift_scenarios import read_scenarios

PROMISED = {
    *("scenario", "policy", "utilisation", "mean_wait_s", "abandonment", "worst_day", "violation_share"),
    *("dials_per_connect", "connects_per_agent_hour", "decision_us", "utilisation_spread", "amd_victims", "seconds"),
}


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """Two short scenarios: ten agents, and fifty with machine detection."""
    told = json.loads(SCENARIOS.read_text(encoding="utf-8"))
    by_name = {one["name"]: one for one in told["scenarios"]}
    told["scenarios"] = [by_name["S01"] | {"day_s": 600, "days": 2}, by_name["S12"] | {"day_s": 900, "days": 1}]
    (path := tmp_path / "short.json").write_text(json.dumps(told), encoding="utf-8")
    return path


def _ours(monkeypatch):
    """Ours, as simple as can be: who is asked for is all that matters here."""
    monkeypatch.setattr(ours, "NAMES", ("predictive", "predictive_strict"), raising=False)
    monkeypatch.setattr(ours, "policy", lambda name, scenario, cap: FixedRatio(1.0), raising=False)


def test_the_command_prints_a_line_of_json_for_each_scenario_and_policy(short, capsys):
    given = ["--scenarios", str(short), "--policies", "one_to_one,ratio:3,erlang_b", "--seeds", "2", "--json"]
    assert benches.main(["pacing", *given]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    pairs = [(one, policy) for one in ("S01", "S12") for policy in ("one_to_one", "ratio:3", "erlang_b")]
    assert [(line["scenario"], line["policy"]) for line in lines] == pairs
    for line in lines:
        assert line.keys() >= PROMISED
        assert 0.0 < line["utilisation"] < 1.0
        assert 0.0 <= line["abandonment"] <= line["worst_day"] <= 1.0
        assert line["decision_us"] > 0.0
        # P8: two thousand times faster than life for fifty agents; a cheap policy has a hundred times that.
        assert line["seconds"] > 2000
    assert lines[0]["abandonment"] == 0.0
    assert lines[0]["utilisation_spread"] > 0.0
    assert lines[3]["amd_victims"] == lines[3]["abandonment"] > 0.0
    assert lines[3]["unjoined"] == 0.0


def test_people_get_a_table(short, capsys):
    assert benches.main(["pacing", "--scenarios", str(short), "--policies", "one_to_one", "--seeds", "1"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert "busy %" in heading
    assert len(lines) == 2
    assert {len(line) for line in lines} == {len(heading)}


@pytest.mark.parametrize(
    ("mode", "played"),
    [
        ("statistical", ["predictive", "predictive_strict"]),
        ("strict", ["predictive_strict"]),
        ("both", ["predictive", "predictive_strict"]),
    ],
)
def test_the_mode_says_how_ours_holds_its_cap(short, monkeypatch, mode, played):
    _ours(monkeypatch)
    rows = bench(short, ["predictive", "predictive_strict"], seeds=1, mode=mode)
    assert [row["policy"] for row in rows if row["scenario"] == "S01"] == played


def test_a_policy_can_be_shown_more_than_there_is_to_know(short, monkeypatch):
    shown = []

    class Curious(FixedRatio):
        def dials(self, floor):
            shown.append((floor.talk_left is not None, floor.answers is not None))
            return super().dials(floor)

    _ours(monkeypatch)
    monkeypatch.setattr(ours, "policy", lambda name, scenario, cap: Curious(1.0))
    names = ["predictive", "predictive+talk_ends", "predictive+answers", "predictive+talk_ends+answers"]
    rows = list(bench(short, names, seeds=1))
    assert [row["policy"] for row in rows[:4]] == names
    assert list(dict.fromkeys(shown)) == [(False, False), (True, False), (False, True), (True, True)]


@pytest.mark.parametrize("name", ["predictiv", "ratio:0.5", "ratio:many", "ratio", "hard:3", "one_to_one+luck", ""])
def test_an_unknown_policy_is_refused_before_anything_is_played(short, monkeypatch, name):
    _ours(monkeypatch)
    with pytest.raises(BadInput) as refused:
        bench(short, ["one_to_one", name], seeds=1)
    if "+" not in name:
        for known in ("predictive_strict", "vicidial_adapt_tapered", "ratio_tuned", "ratio:NUMBER"):
            assert known in refused.value.next_step


def test_other_wrong_wishes_are_refused(short, tmp_path):
    for wishes in ({"seeds": 0}, {"seeds": 1, "mode": "loose"}):
        with pytest.raises(BadInput, match="expected"):
            bench(short, ["one_to_one"], **wishes)
    with pytest.raises(BadInput, match="can't be read"):
        bench(tmp_path / "none.json", ["one_to_one"], seeds=1)


def test_the_best_settings_are_found_once_and_kept_by_figures_and_not_by_name(short, tmp_path):
    scenario = read_scenarios(short)[0]
    kept = tmp_path / "kept.json"
    found = Tuning(kept, anew=True)
    ratio, vicidial = found.ratio(scenario), found.vicidial(scenario)
    assert isinstance(ratio, FixedRatio)
    assert isinstance(vicidial, VicidialAdapt)
    assert ratio.lines > 1.0
    told = json.loads(kept.read_text(encoding="utf-8"))
    assert set(told["best"]) == {figures_of(scenario)}
    told["best"][figures_of(scenario)] |= {"ratio": 7.5}
    kept.write_text(json.dumps(told), encoding="utf-8")
    assert Tuning(kept).ratio(scenario) == FixedRatio(7.5)


def test_our_own_scenarios_come_with_their_tuned_peers():
    kept = json.loads(Path(SCENARIOS).with_name("pacing-tuned.json").read_text(encoding="utf-8"))
    for scenario in read_scenarios(SCENARIOS):
        assert {"ratio", "vicidial"} <= kept["best"][figures_of(scenario)].keys(), scenario.name
