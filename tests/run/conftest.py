"""Fixtures for tests that start real processes."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ahize.run.account import Account, service_account
from ahize.telephony.asterisk.program import Program


@pytest.fixture(scope="session")
def account() -> Account:
    """Whom our processes run as: never root."""
    return service_account()


@pytest.fixture
def place(account: Account) -> Iterator[Path]:
    """A folder that the service user can reach and whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="ahize-t-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture(scope="session")
def asterisk_root() -> Path:
    """The unpacked Asterisk that ``./ahize test`` brings; where it is missing the test fails."""
    clone = Path(__file__).resolve().parents[2]
    root = Path(os.environ.get("AHIZE_TEST_ASTERISK") or clone / "var/asterisk/root")
    if not Program(root).is_whole:
        pytest.fail(f"There is no Asterisk in {root}: ./ahize asterisk install --into {root.parent}")
    return root
