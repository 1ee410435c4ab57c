"""simulate, replay and bench engine, as a user calls them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ahize.kernel.errors import BadInput
from ahize.run import bench_engine, replay, simulate
from ahize.sim import scenario

SMALL = "name: small\nminutes: 5\nagents: 3\ncampaigns: [{mode: progressive, contacts: 100}]\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return file


def test_a_scenario_is_simulated_and_its_journal_replays(small: Path, tmp_path: Path) -> None:
    out, journal = io.StringIO(), tmp_path / "journal.jsonl"
    assert simulate.main(str(small), seed=3, seeds=2, as_json=True, journal=journal, out=out) == 0
    first, second, pooled = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["seed"], second["seed"], pooled["seeds"]) == (3, 4, [3, 4])
    assert first["dialled"] > 0
    assert first["broken"] == []
    assert first["journal_sha256"] != second["journal_sha256"]
    out = io.StringIO()
    assert replay.main(journal, as_json=True, out=out) == 0
    assert json.loads(out.getvalue())["sha256"] == second["journal_sha256"]


def test_a_changed_journal_is_shown_where_it_differs(small: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    simulate.main(str(small), journal=journal, out=io.StringIO())
    lines = journal.read_text().splitlines()
    n = next(n for n, line in enumerate(lines) if '"type":"Originate"' in line)
    entry = json.loads(lines[n])
    entry["commands"] = [one for one in entry["commands"] if one["type"] != "Originate"]
    lines[n] = json.dumps(entry)
    journal.write_text("\n".join(lines))
    out = io.StringIO()
    assert replay.main(journal, as_json=True, out=out) == 1
    (difference,) = json.loads(out.getvalue())["differences"]
    assert difference["line"] == n + 1


def test_a_swarm_answers_in_one_line_from_all_cores() -> None:
    out, progress = io.StringIO(), io.StringIO()
    assert simulate.swarm(seed=1, seeds=12, as_json=True, out=out, progress=progress) == 0
    (figures,) = (json.loads(line) for line in out.getvalue().splitlines())
    assert (figures["first_seed"], figures["seeds"], figures["broken"]) == (1, 12, [])
    assert figures["dialled"] > 0
    assert figures["faults"]
    assert progress.getvalue().startswith("12 of 12 seeds, 0 broken promises")


def test_a_swarm_that_breaks_a_promise_names_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise AssertionError("out of turn")

    monkeypatch.setattr(simulate, "run_shift", dies)
    counts, found = simulate._some([7])
    assert counts["shifts"] == 1
    assert found == [{"seed": 7, "promise": 0, "what": "AssertionError: out of turn"}]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: x\nfaults: {losst: 1}", "has no “losst”"),
        ("name: x\ncampaigns: [{mode: ratio, contcts: 3}]", "has no “contcts”"),
        ("name: x\nregions: [US-XX]", "regions are of US-NY"),
        ("- 1", "should be a table"),
        ("name: [", "is not YAML"),
    ],
)
def test_a_misspelt_scenario_is_refused_with_the_words_there_are(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(BadInput, match=says):
        simulate.main(str(file))


def test_a_missing_scenario_names_those_that_come_with_it() -> None:
    with pytest.raises(BadInput, match="evening-mixed"):
        simulate.main("nowhere.yaml")


def test_a_file_that_is_no_journal_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text('{"at": "2026-03-04T15:00:00Z"}\n')
    with pytest.raises(BadInput, match="line 1"):
        replay.main(file)


@pytest.mark.parametrize("name", scenario.shipped())
def test_every_shipped_scenario_reads_and_has_a_title(name: str) -> None:
    read = scenario.named(name)
    assert read.name == name
    assert read.title


def test_the_bench_measures_a_small_floor() -> None:
    figures = bench_engine.measure(agents=10, minutes=2)
    assert figures["attempts"] > 0
    assert figures["events_per_s"] > 0
    assert figures["longest_step_ms"] > 0
