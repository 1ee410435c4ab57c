"""``./ahize test``: every check and every test, each as a named step with its time, and a table at the end.

What does not disturb each other goes side by side: a *stage* is some *lanes* at once, a lane its steps one after the
other. What such a step says is shown when it is done, so that no two are mixed.

Where ``CI`` is set, a missing part (Chromium, Node, the network) is a failure; elsewhere it is said and the rest runs.
With arguments only pytest runs, with those arguments. The last line counts what passed and what failed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ahize.kernel.errors import AhizeError, Unavailable
from ahize.run import screen
from ahize.run.account import Account
from ahize.run.children import spawn
from ahize.run.home import clone
from ahize.run.phases import Phases
from ahize.telephony.asterisk.install import install
from ahize.telephony.asterisk.program import Program

_COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|deselected)\b")
_WHOLE = "stack or browser"
_TELEPHONES = (
    *("tests/telephony", "tests/contract/test_switches.py"),
    *("tests/run/test_made_up_carrier.py", "tests/run/test_made_up_phone.py"),
)
_DEMOS = ("tests/run/test_demo.py", "tests/run/test_given_people.py")
"""Parts of the running whole that stand on their own, and need no core that somebody waits for."""
_BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
"""In the order of ``tests/conftest.py``, the longest first; by themselves the files with fewest tests would be last."""
_NOTHING_COLLECTED = 5
_DEMO_WITHIN_S = 240.0

Deed = Callable[[], tuple[int, int]]
Step = tuple[str, Deed]
Lane = list[Step]
Stage = list[Lane]

_aside = threading.local()
"""``lines``: what a step says that others stand beside."""


@dataclass(frozen=True, slots=True)
class Result:
    """Attributes:
    wall_s: of this step alone; those side by side come to more than passed.
    note: said in the table; for what is missing, what to do.
    passed, failed: tests counted; a step that is no test run counts as one.
    """

    name: str
    wall_s: float
    passed: int
    failed: int
    note: str = ""


class Missing(Exception):
    """A part that this machine does not have; said, and a failure only where CI is set."""


def main(arguments: Sequence[str]) -> int:
    if list(arguments) in (["-h"], ["--help"]):
        print("usage: ./ahize test [arguments of pytest]\n\nAll checks and all tests; with arguments only pytest.")
        return 0
    root = clone()
    env = environment(root)
    if arguments:
        return _pytest_only(arguments, root, env)
    begun = time.monotonic()
    results = [result for stage in _stages(root, env) for result in _side_by_side(stage)]
    passed_s = time.monotonic() - begun
    width = max(len(result.name) for result in results)
    print()
    for result in results:
        verdict = "failed" if result.failed else "passed" if result.passed else "missing"
        print(f"  {result.name:<{width}}  {verdict:<8}{result.wall_s:7.1f} s  {result.note}".rstrip())
    print(f"  {'in all':<{width}}  {'':<8}{passed_s:7.1f} s\n")
    passed, failed = sum(result.passed for result in results), sum(result.failed for result in results)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def environment(root: Path) -> dict[str, str]:
    """What checks and tests see: the clone's own sources, our programs first, no room of the user's."""
    kept = {name: value for name, value in os.environ.items() if not _is_the_users(name)}
    programs = [str(Path(sys.executable).parent)]
    if (root / "ui").is_dir():
        with contextlib.suppress(Unavailable):  # the screens' steps say so
            programs.insert(0, str(screen.node_folder(root / "ui")))
    chromium = chromium_path()
    return {
        **kept,
        "PATH": ":".join([*programs, kept.get("PATH", "/usr/bin:/bin")]),
        "PYTHONPATH": str(root / "src"),
        "AHIZE_CLONE": str(root),
        "AHIZE_TEST_ASTERISK": os.environ.get("AHIZE_TEST_ASTERISK") or str(root / "var/asterisk/root"),
        **({"AHIZE_CHROMIUM": chromium} if chromium else {}),
    }


def _is_the_users(name: str) -> bool:
    ours = name.startswith("AHIZE_") and name not in ("AHIZE_TEST_DATABASE_URL", "AHIZE_PLACED")
    return ours or name.startswith(("PG", "DJANGO_")) or name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


def _stages(root: Path, env: dict[str, str]) -> list[Stage]:
    python, ui = sys.executable, root / "ui"

    def check(*command: str, cwd: Path = root) -> Deed:
        return lambda: _check(command, cwd, env)

    sources: Lane = [
        ("Python is formatted", check(python, "-m", "ruff", "format", "--check", ".")),
        ("Python is tidy", check(python, "-m", "ruff", "check", ".")),
        ("Python's types fit", check(python, "-m", "mypy")),
        ("arrows point down", check("lint-imports")),
        ("migrations say what models say", check(python, "-m", "ahize.run.checks", "migrations")),
    ]
    screens: Lane = [
        ("screens: packages", lambda: _screens_installed(ui)),
        ("screens: build", lambda: _screens_built(ui)),
        ("screens are formatted and tidy", check("npx", "--no-install", "biome", "check", ".", cwd=ui)),
        ("screens' types fit", check("npx", "--no-install", "tsc", "--noEmit", cwd=ui)),
        ("screens speak both languages", check("node", "scripts/check-words.ts", cwd=ui)),
        ("screens' tests", lambda: _vitest(ui, env)),
    ]
    parts: Lane = [
        ("Chromium is here", _chromium_installed),
        ("Asterisk, SIPp and a voice are here", lambda: _telephones_installed(Path(env["AHIZE_TEST_ASTERISK"]))),
    ]
    # The running whole waits more than it reckons: whoever reckons stands back where both want a core.
    rest = [f"--ignore={path}" for path in (*_TELEPHONES, *_DEMOS)]
    reckoning: Lane = [
        ("tests", lambda: _pytest(["-n", "2", *_BY_FILE, "-m", f"not ({_WHOLE})"], root, env, nice=5)),
        ("tests of the demo", lambda: _pytest(["-m", _WHOLE, *_DEMOS], root, env, nice=5)),
    ]
    waiting: Lane = [("tests of the running whole", lambda: _pytest(["-m", _WHOLE, *rest], root, env))]
    if ui.is_dir():
        waiting.append(("walks through the demo", lambda: _walks(ui, env)))
    return [
        [sources, screens, parts] if ui.is_dir() else [sources, parts],
        [reckoning, waiting],
        # What is said and heard is measured to tenths of a second: nobody beside it.
        [[("tests of telephones", lambda: _pytest(["-m", _WHOLE, *_TELEPHONES], root, env))]],
    ]


def _side_by_side(stage: Stage) -> list[Result]:
    if len(stage) == 1:
        return [_step(name, deed) for name, deed in stage[0]]
    with ThreadPoolExecutor(len(stage)) as lanes:
        return [result for lane in lanes.map(_beside_others, stage) for result in lane]


def _beside_others(lane: Lane) -> list[Result]:
    results = []
    for name, deed in lane:
        _aside.lines = []
        results.append(_step(name, deed))
        print("".join(_aside.lines), end="", flush=True)
        del _aside.lines
    return results


def _say(text: str, end: str = "\n") -> None:
    if (lines := getattr(_aside, "lines", None)) is not None:
        lines.append(text + end)
    else:
        print(text, end=end, flush=True)


def _step(name: str, deed: Deed) -> Result:
    _say(f"── {name}")
    begun = time.monotonic()
    try:
        passed, failed = deed()
        return Result(name, time.monotonic() - begun, passed, failed)
    except Missing as missing:
        _say(f"   {missing}")
        return Result(name, time.monotonic() - begun, 0, 1 if os.environ.get("CI") else 0, str(missing))
    except AhizeError as error:
        _say(f"   {error.message} {error.next_step}")
        return Result(name, time.monotonic() - begun, 0, 1, error.message)


def _check(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> tuple[int, int]:
    """Run a checker; what it says is shown only where it complains."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Missing(f"{command[0]} is not installed.") from None
    if done.returncode:
        _say((done.stdout + done.stderr).rstrip())
        return 0, 1
    return 1, 0


def _screens_installed(ui: Path) -> tuple[int, int]:
    screen.install(ui, Phases())
    return 1, 0


def _screens_built(ui: Path) -> tuple[int, int]:
    screen.build(ui, Phases())
    return 1, 0


def _vitest(ui: Path, env: Mapping[str, str]) -> tuple[int, int]:
    passed, failed, code = _streamed(
        ["npx", "--no-install", "vitest", "run"], ui, {**env, "NO_COLOR": "1"}, r"Tests .*"
    )
    return passed, failed or (1 if code else 0)


def _pytest(arguments: Sequence[str], root: Path, env: Mapping[str, str], *, nice: int = 0) -> tuple[int, int]:
    command = ["nice", "-n", str(nice), sys.executable, "-m", "pytest", *arguments]
    passed, failed, code = _streamed(
        command, root, env, r".*\d+ (passed|failed|errors?|skipped|deselected).* in [\d.]+s.*"
    )
    if code == _NOTHING_COLLECTED:
        return 0, 0
    return passed, failed or (1 if code else 0)


def _walks(ui: Path, env: Mapping[str, str]) -> tuple[int, int]:
    """Start a demo in a home of its own and walk through it in Chromium; it ends with us however we end."""
    if not chromium_path():
        raise Missing("There is no Chromium to walk with.")
    with tempfile.TemporaryDirectory(prefix="ahize-walks-", dir="/tmp", ignore_cleanup_errors=True) as made:
        home = Path(made)
        home.chmod(0o755)  # the service user passes through
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        told = {
            **env,
            "AHIZE_HOME": str(home),
            "AHIZE_PYTHON": sys.executable,
            "AHIZE_E2E_URL": f"http://127.0.0.1:{port}",
        }
        if os.environ.get("AHIZE_PLACED") == "copied":
            del told["PYTHONPATH"]  # the service user cannot read the clone; the environment holds a copy
        ahize = [sys.executable, "-P", "-m", "ahize.run.cli"]
        log = home / "said"
        myself = Account("me", os.geteuid(), os.getegid())
        with log.open("wb") as out:
            demo = spawn([*ahize, "demo", "--port", str(port)], account=myself, log=out, env=told, cwd=home)
        try:
            deadline = time.monotonic() + _DEMO_WITHIN_S
            while "Stop: Ctrl-C" not in log.read_text():
                if demo.poll() is not None or time.monotonic() > deadline:
                    raise Unavailable(f"The demo did not start: {log.read_text().strip()[-600:]}")
                time.sleep(0.2)
            measured, unmeasured = _bench_slice([*ahize, "bench", "desktop", "--calls", "3", "--json"], told, home)
            walk = ["npx", "--no-install", "playwright", "test"]
            passed, failed, code = _streamed(walk, ui, told, r"\d+ (passed|failed|flaky|skipped|did not run).*")
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(60)
    return passed + measured, unmeasured + (failed or (1 if code else 0))


def _bench_slice(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> tuple[int, int]:
    """A few calls of a bench: do figures come of it? How good they are depends on the machine, and is not asked."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    try:
        figures = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        _say((done.stdout + done.stderr).rstrip())
        return 0, 1
    _say(f"a slice of bench desktop: {figures}")
    return (1, 0) if figures["calls"] else (0, 1)


def _streamed(command: Sequence[str], cwd: Path, env: Mapping[str, str], summary: str) -> tuple[int, int, int]:
    """Run a test runner with its output passed on; (passed, failed, exit code) from its summary line."""
    counts: dict[str, int] = {}
    wanted = re.compile(summary)
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            _say(line, end="")
            if wanted.fullmatch(line.strip()):
                counts |= {word.rstrip("s"): int(number) for number, word in _COUNTS.findall(line)}
    return counts.get("passed", 0), counts.get("failed", 0) + counts.get("error", 0), child.returncode


def _pytest_only(arguments: Sequence[str], root: Path, env: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=root, env=env, check=False).returncode


# ── Chromium ──────────────────────────────────────────────────────────────────────────────────────────────


def chromium_path() -> str | None:
    """Where the system's Chromium is."""
    return os.environ.get("AHIZE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def _chromium_installed() -> tuple[int, int]:
    if chromium_path():
        return 1, 0
    _apt_install("chromium")
    if not chromium_path():
        raise Missing("There is no Chromium for the tests in a browser: apt-get install -y chromium")
    return 1, 0


def _apt_install(*packages: str) -> None:
    """From the system's own archive, where we may: as root, or where sudo asks nobody."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and (not sudo or shutil.which("sudo")):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run([*sudo, *command], env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)


# ── telephones ────────────────────────────────────────────────────────────────────────────────────────────

_TELEPHONE_TOOLS = {"sipp": "sip-tester", "espeak-ng": "espeak-ng", "sox": "sox"}


def _telephones_installed(root: Path) -> tuple[int, int]:
    """What the tests of telephones need: a real switch, who plays the carriers, a voice, and an ear."""
    absent = [package for program, package in _TELEPHONE_TOOLS.items() if shutil.which(program) is None]
    if absent:
        _apt_install(*absent)
    try:
        # A frozen copy of the archive, as test machines have, is past its date.
        if not Program(root).is_whole:
            install(root.parent, _say, expired=True)
    except AhizeError as error:
        raise Missing(f"{error.message} {error.next_step}") from None
    if absent := [package for program, package in _TELEPHONE_TOOLS.items() if shutil.which(program) is None]:
        raise Missing(f"Telephones are not tested without {', '.join(absent)}: apt-get install -y {' '.join(absent)}")
    return 1, 0


# ── without a database ────────────────────────────────────────────────────────────────────────────────────


def set_up_django() -> None:
    """Django for what only reads code, such as the schema: with ways in that lead nowhere."""
    from ahize.run import database  # noqa: PLC0415

    pretended = dict.fromkeys(database.ROLES.values(), "unused")
    for name, url in database.environment("postgresql://nobody@127.0.0.1:1/none", pretended).items():
        os.environ.setdefault(name, url)
    os.environ.update(DJANGO_SETTINGS_MODULE="ahize.web.settings", AHIZE_PROCESS="owner")
    import django  # noqa: PLC0415

    django.setup()


def migrations_are_complete() -> int:
    """Would ``makemigrations`` write anything? In a process of its own: Django is set up here."""
    set_up_django()
    from django.apps import apps  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("ahize.")]
    call_command("makemigrations", *ours, check=True, dry_run=True, interactive=False)
    return 0


if __name__ == "__main__":
    sys.exit(migrations_are_complete() if sys.argv[1:] == ["migrations"] else main(sys.argv[1:]))
