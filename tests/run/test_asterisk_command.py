"""``./ahize asterisk``: what it writes, and what it says where something is missing."""

from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahize.run import launcher
from ahize.run.account import Account
from ahize.run.asterisk import main
from ahize.run.cli import main as ahize
from ahize.run.supervisor import WAITED_FOR, Part, Supervisor
from ahize.telephony.asterisk.dialplan import DIALPLAN_HASH

PASSWORD = "a-password-of-tests"


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AHIZE_ARI_PASSWORD", "AHIZE_ARI_PASSWORD_FILE", "AHIZE_ARI_USER"):
        monkeypatch.delenv(name, raising=False)


def test_config_writes_everything_an_asterisk_of_ones_own_needs(
    ahize_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AHIZE_ARI_PASSWORD", PASSWORD)
    (ahize_home / "asterisk.toml").write_text('bind = "0.0.0.0"\n')
    out = tmp_path / "files"
    assert main(["config", "--out", str(out)]) == 0
    assert DIALPLAN_HASH in (out / "extensions.conf").read_text()
    assert "bind = 0.0.0.0:5060" in (out / "pjsip.conf").read_text()
    assert PASSWORD in (out / "ari.conf").read_text()
    assert "[directories]" not in (out / "asterisk.conf").read_text()
    assert (out / "ahize-music/ahize.wav").read_bytes().startswith(b"RIFF")
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert stat.S_IMODE((out / "ari.conf").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["config", "--out", "FULL"], "has something in it. Name a new folder"),
        (["config", "--out", "NEW"], "The password of the ARI user was not given. Draw one"),
        (["check"], "No telephone line was ever started in"),
        (["check", "http://127.0.0.1:9"], "The password of your Asterisk's ARI user was not given."),
        (["check", "nonsense"], "“nonsense” is no address of an Asterisk's HTTP server."),
    ],
)
def test_what_is_missing_is_one_sentence(
    ahize_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/something").touch()
    places = {"FULL": str(tmp_path / "full"), "NEW": str(tmp_path / "new")}
    assert ahize(["asterisk", *(places.get(each, each) for each in arguments)]) == 2
    assert says in capsys.readouterr().err


def test_settings_that_are_not_there_are_told(
    ahize_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AHIZE_ARI_PASSWORD", PASSWORD)
    told = ["asterisk", "config", "--out", str(tmp_path / "new"), "--settings", str(tmp_path / "no.toml")]
    assert ahize(told) == 2
    assert "There is no file" in capsys.readouterr().err


@pytest.fixture
def supervisor(place: Path, account: Account) -> Iterator[Supervisor]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
    made = Supervisor(account=account, logs=place, cwd=place, roll=place / "children.json")
    yield made
    made.stop()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


@pytest.mark.stack
def test_the_engine_has_ended_before_its_gate_is_told_to(supervisor: Supervisor, place: Path) -> None:
    account = supervisor.account
    account.own(place)
    told = place / "told"
    # The engine takes its time; whoever is told at the same moment would be gone before it.
    wait = "while :; do sleep 0.05; done"
    slow = f"trap 'sleep 0.3; echo dialerd >> {told}; exit' TERM; echo up > {place}/dialerd.up; {wait}"
    quick = f"trap 'echo gated >> {told}; exit' TERM; echo up > {place}/gated.up; {wait}"
    environment = {"PATH": os.environ["PATH"]}
    supervisor.add(Part("gated", ["sh", "-c", quick], environment))
    supervisor.add(Part("dialerd", ["sh", "-c", slow], environment))
    deadline = time.monotonic() + 10
    while not all((place / f"{name}.up").exists() for name in ("gated", "dialerd")) and time.monotonic() < deadline:
        time.sleep(0.01)
    launcher._stop_all(supervisor)
    assert told.read_text().split() == ["dialerd", "gated"]
