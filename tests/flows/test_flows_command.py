"""``./ahize flows``, as an author uses it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ahize.kernel.errors import BadInput
from ahize.run.flows import main
from flows._made import EXAMPLE


def run(monkeypatch: pytest.MonkeyPatch, said: str, *more: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    return main(["run", str(EXAMPLE), *more])


def test_check_says_that_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(EXAMPLE)]) == 0
    assert capsys.readouterr().out == "reminder.yaml: reminder, version 1, 11 nodes: nothing is wrong\n"


def test_check_says_what_keeps_a_flow_from_being_played_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--alone", str(EXAMPLE)]) == 0
    nameless = tmp_path / "nameless.yaml"
    nameless.write_text(EXAMPLE.read_text("utf-8").replace("{seller_name}", "Acme"))
    assert main(["check", str(nameless)]) == 0
    capsys.readouterr()
    assert main(["check", "--alone", str(nameless)]) == 1
    assert "hello: What is heard first does not say who calls" in capsys.readouterr().out
    assert main(["check", "--alone", "--seller", "Acme", str(nameless)]) == 0


def test_run_says_what_a_machine_hears(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "", "--machine") == 0
    assert capsys.readouterr().out.splitlines()[1] == "  [end: left_message]"


def test_a_flow_that_says_nothing_to_machines_says_so(tmp_path: Path) -> None:
    mute = tmp_path / "mute.yaml"
    mute.write_text("{flow: mute, version: 1, languages: [en], start: a, nodes: {a: {end: done}}}")
    with pytest.raises(BadInput, match="says nothing to answering machines"):
        main(["run", "--machine", str(mute)])


def test_check_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(EXAMPLE.read_text("utf-8").replace("failed: unheard", "failed: nowhere"))
    assert main(["check", str(wrong), "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["node"], problem["code"], problem["about"]) == ("desk", "no_such_node", "nowhere")
    with pytest.raises(BadInput, match="nowhere"):
        main(["run", str(wrong)])


def test_run_talks_from_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "2\n8\n", "--field", "seller_name=Acme") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Good day, this is Acme.")
    assert said[-3:] == ["  [to agents]", 'answers: {"suits": false, "people": 8.0}', said[-1]]
    assert run(monkeypatch, "2\n8\n!\n") == 0
    assert "  [end: no_answer]" in capsys.readouterr().out


def test_answers_that_run_out_are_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "2\n") == 1
    assert "stopped at people" in capsys.readouterr().err


@pytest.mark.parametrize("more", [("--lang", "de"), ("--field", "nickname=Z"), ("--field", "city")])
def test_what_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        run(monkeypatch, "", *more)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        main(["check", str(tmp_path / "none.yaml")])
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("flow: çağrı".encode("iso8859-9"))
    with pytest.raises(BadInput, match="UTF-8"):
        main(["check", str(latin)])
