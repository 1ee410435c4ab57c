"""Real clients of a bank, brought in by the door of every list, and a campaign over them in the made-up world.

The file is public data (UCI 222, “Bank Marketing”: 41,188 clients whom a bank called between 2008 and 2010). It is not
part of the project; it is read where it stands beside the clone. Its clients have no names and no numbers: each gets a
made-up number.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from run.test_up import CLONE, SOURCES

pytestmark = pytest.mark.stack

CLIENTS = 41_188
ARCHIVE = CLONE.parent / "shared" / "data" / "bank-marketing" / "bank-marketing.zip"
SECONDS = 45


@pytest.fixture
def clients() -> Iterator[Path]:
    if not ARCHIVE.exists():
        absent = "The public data set “Bank Marketing” (UCI 222) does not stand beside this clone."
        if os.environ.get("CI"):
            pytest.fail(absent)
        pytest.skip(absent)
    with tempfile.TemporaryDirectory(prefix="ahize-t-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with zipfile.ZipFile(ARCHIVE) as archive:
            yield Path(archive.extract("bank-additional-full.csv", folder))


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ahize-t-", dir="/tmp", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_a_campaign_runs_over_the_real_clients_of_a_bank(clients: Path, home: Path, port: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AHIZE_", "PYTHON"))}
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "ahize.run.cli", "demo", "--people", str(clients)),
            *("--for", str(SECONDS), "--json", "--port", str(port)),
        ],
        env={**kept, "AHIZE_HOME": str(home), "AHIZE_CLONE": str(CLONE), **SOURCES},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert said["contacts"] == CLIENTS
    assert 0 < said["permits_spent"] <= said["permits_sealed"] <= said["attempts"]
    assert said["answered"] > 0
    assert said["talks"] > 0
