"""``./ahize up --asterisk``: a room with a real switch, and who of it may know what."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from test_up import SOURCES, Launched, home, launch, within

from ahize.run.account import service_account
from ahize.run.children import started_at

__all__ = ["home"]
pytestmark = pytest.mark.stack


def free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def up(home: Path, port: int, asterisk_root: Path) -> Launched:
    (home / "asterisk").mkdir()
    (home / "asterisk/root").symlink_to(asterisk_root)
    ports = f"ari_port = {free(socket.SOCK_STREAM)}\nsip_udp = {free(socket.SOCK_DGRAM)}\n"
    (home / "asterisk.toml").write_text(ports + 'rtp = "22000-22199"\n')
    return launch(home, port, "--asterisk")


def pids(up: Launched) -> dict[str, int]:
    """Of all parts; the gate's own roll lies with the gate where it has a user of its own."""
    rows = [*json.loads((up.home / "run/children.json").read_bytes())]
    apart = up.home / "gate/run/children.json"
    if apart.exists():
        rows += json.loads(apart.read_bytes())
    return {row["name"]: row["pid"] for row in rows}


def test_a_room_with_a_line_knows_its_switch_keeps_its_secret_and_leaves_nothing(up: Launched) -> None:
    try:
        assert "Telephone: Asterisk 22." in up.said
        log = next(path for path in (up.home / "gate/log/gated.log", up.home / "log/gated.log") if path.exists())
        assert within(30, lambda: "is there" in log.read_text())
        there = pids(up)
        assert {"asterisk", "gated", "dialerd", "web"} <= set(there)
        _the_switch_is_as_it_should_be(up)
        _nobody_but_the_gate_knows_the_password(up, there)
        os.kill(there["asterisk"], signal.SIGKILL)
        assert within(15, lambda: pids(up).get("asterisk") not in (None, there["asterisk"]))
        assert within(15, lambda: log.read_text().count("is there") >= 2)
        last = pids(up)
    finally:
        up.process.send_signal(signal.SIGTERM)
        up.process.wait(40)
    assert all(started_at(pid) is None for pid in last.values())
    assert not (up.home / "run/line.json").exists()


def _the_switch_is_as_it_should_be(up: Launched) -> None:
    told = {"AHIZE_HOME": str(up.home), "PATH": os.environ["PATH"], **SOURCES}
    asked = subprocess.run(
        [sys.executable, "-P", "-m", "ahize.run.cli", "asterisk", "check", "--json"],
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["remarks"] == []


def _nobody_but_the_gate_knows_the_password(up: Launched, there: dict[str, int]) -> None:
    password = json.loads((up.home / "gate/secrets/ari.json").read_bytes())["password"]
    for name in ("web", "worker", "dialerd"):
        assert password not in Path(f"/proc/{there[name]}/environ").read_text(errors="replace"), name
    if os.geteuid() != 0:
        return
    service = service_account()
    assert Path(f"/proc/{there['gated']}").stat().st_uid != service.uid
    assert Path(f"/proc/{there['dialerd']}").stat().st_uid == service.uid
    for secret in ("gate/secrets/ari.json", "gate/asterisk/etc/ari.conf", "gate/asterisk/run/asterisk.ctl"):
        tried = subprocess.run(
            ["cat", up.home / secret],
            user=service.uid,
            group=service.gid,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
        assert b"Permission denied" in tried.stderr, secret
