"""``./ahize``: the list of commands, and the way to each.

A command's module is imported when it is asked for, so that ``help`` and ``law`` do not wait for Django. It offers
``main(arguments) -> int | None``. Errors that a person can act on become one sentence and exit code 2.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ahize.kernel.errors import AhizeError, BadInput
from ahize.run.home import base
from ahize.run.room import Process


@dataclass(frozen=True, slots=True)
class Command:
    """Attributes:
    says: one line for the list.
    module: whose ``main`` is called with the arguments; for commands of their own.
    process: as which process it enters the room before; None where it needs no database.
    """

    says: str
    module: str = ""
    process: Process | None = None


COMMANDS: dict[str, Command] = {
    "demo": Command("a made-up campaign dials made-up people: see everything move"),
    "up": Command("the product, empty; --asterisk gives it a real telephone line"),
    "stop": Command("stop what runs"),
    "lists": Command("check FILE: what is in this list, cell by cell?", "ahize.run.lists"),
    "law": Command("check | explain | diff | lint: may we call, what must we do, and says who?", "ahize.run.law"),
    "score": Command("train | predict | evaluate: whom to call first, with reasons", "ahize.run.score"),
    "flows": Command("check | run: scripts, surveys and menus, in text", "ahize.run.flows"),
    "registries": Command("load | list | was: do-not-call registries, by seller", "ahize.run.registries"),
    "complaints": Command("read-mail FILE…: complaints that came by mail, as cases", "ahize.run.complaints", "web"),
    "reports": Command("verify: recompute every figure from the journal", "ahize.run.reports", "web"),
    "proof": Command(
        "check | seal | head | keys | rotate | export: what can be shown to a stranger?", "ahize.run.proof", "worker"
    ),
    "retention": Command(
        "plan | purge | holds | receipts: what is beyond its term, and what is held?", "ahize.run.retention", "worker"
    ),
    "simulate": Command("SCENARIO.yaml --seed N: a shift in the made-up world, promises checked"),
    "replay": Command("a journal through a fresh engine; differences"),
    "bench": Command(
        "engine | calls | desktop | lists | clear | reaudit | tamper | scrub | pacing | what-if: how fast?",
        "ahize.run.bench",
    ),
    "asterisk": Command("install | check | config: the switch behind the gate", "ahize.run.asterisk"),
    "doctor": Command("what is in order, and what production still needs"),
    "backup": Command("FILE: everything that is kept, in one file"),
    "restore": Command("FILE: into an empty AHIZE_HOME, compared after"),
    "openapi": Command("the API's schema, as committed in ui/openapi.json"),
    "test": Command("all checks and tests; arguments go to pytest"),
    "help": Command("this list; ./ahize COMMAND --help tells more"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given.pop(0) if given else "help"
    if name in ("-h", "--help"):
        name = "help"
    try:
        command = COMMANDS.get(name)
        if command is None:
            raise BadInput(f"There is no command “{name}”.", next_step="./ahize help lists them all.")
        return _own(name)(given) if not command.module else _delegate(name, command, given)
    except AhizeError as error:
        print(f"ahize: {error.message}{f' {error.next_step}' if error.next_step else ''}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except PermissionError as refused:
        print(
            f"ahize: {refused.filename} is not this user's. Run ./ahize as the user that started it.", file=sys.stderr
        )
        return 2
    except OSError as failed:
        if failed.errno != errno.ENOSPC:
            raise
        print(f"ahize: The disk of {failed.filename or base()} is full. Make room and start again.", file=sys.stderr)
        return 2


def _own(name: str) -> Callable[[list[str]], int]:
    return {
        "demo": _demo,
        "up": _up,
        "stop": _stop,
        "doctor": _doctor,
        "backup": _backup,
        "restore": _restore,
        "simulate": _simulate,
        "replay": _replay,
        "openapi": _openapi,
        "test": _test,
        "help": _help,
    }[name]


def _delegate(name: str, command: Command, arguments: list[str]) -> int:
    if find_spec(command.module) is None:
        raise BadInput(f"./ahize {name} is not part of this installation ({command.module} is missing).")
    with contextlib.ExitStack() as stack:
        if command.process is not None and {"-h", "--help"} & set(arguments):
            from ahize.run.checks import set_up_django  # noqa: PLC0415

            set_up_django()
        elif command.process is not None:
            from ahize.run.room import entered  # noqa: PLC0415

            stack.enter_context(entered(command.process))
            import django  # noqa: PLC0415

            django.setup()
        answer = importlib.import_module(command.module).main(arguments)
    return int(answer or 0)


def _parser(name: str, **options: object) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"./ahize {name}", description=COMMANDS[name].says, **options)  # type: ignore[arg-type]  # passed on as they are


def _help(arguments: list[str]) -> int:
    if arguments and arguments[0] in COMMANDS and arguments[0] != "help":
        return main([arguments[0], "--help"])
    print("Ahize: telemarketing in which every call is lawful, wanted, worth making, and provable.\n")
    for name, command in COMMANDS.items():
        print(f"  ./ahize {name:<11} {command.says}")
    print("\nState lies in AHIZE_HOME; AHIZE_DATABASE_URL names a PostgreSQL of your own. See docs/how-to/.")
    return 0


def _place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8740, help="of the web process (default: 8740)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--origin", default="", help="where browsers find it, when a proxy stands before it")
    parser.add_argument(
        "--without", action="append", default=[], metavar="PART", help="a part not to start; for drills"
    )


def _up(arguments: list[str]) -> int:
    parser = _parser("up")
    _place(parser)
    parser.add_argument(
        "--asterisk",
        nargs="?",
        const="",
        metavar="URL",
        help="with a real telephone line: the installed Asterisk, or yours where its ARI answers (http://HOST:8088)",
    )
    given = parser.parse_args(arguments)
    from ahize.run.launcher import Options, run  # noqa: PLC0415

    return run(
        Options(
            "up",
            given.host,
            _port(given.port),
            given.origin.rstrip("/"),
            frozenset(given.without),
            asterisk=given.asterisk,
        )
    )


def _demo(arguments: list[str]) -> int:
    parser = _parser("demo")
    _place(parser)
    parser.add_argument(
        "--people", type=Path, metavar="FILE", help="call the people of this list instead of made-up ones"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, other people and another day (default: 1)")
    parser.add_argument("--seats", type=int, help="made-up agents at work")
    parser.add_argument("--for", type=float, dest="for_s", metavar="S", help="begin anew and stop after S seconds")
    parser.add_argument("--json", action="store_true", help="with --for: one line of JSON on standard output")
    parser.add_argument("--fresh", action="store_true", help="forget the last demo and begin anew")
    parser.add_argument(
        "--asterisk",
        action="store_const",
        const="",
        help="over the installed Asterisk, with SIPp as the carrier; needs sip-tester and espeak-ng",
    )
    given = parser.parse_args(arguments)
    if given.json and given.for_s is None:
        raise BadInput(
            "--json needs --for S: the line is printed at the end.", next_step="./ahize demo --for 60 --json"
        )
    from ahize.run.launcher import Options, run  # noqa: PLC0415

    return run(
        Options(
            "demo",
            given.host,
            _port(given.port),
            given.origin.rstrip("/"),
            frozenset(given.without),
            people=given.people.absolute() if given.people else None,
            seed=given.seed,
            seats=given.seats,
            for_s=given.for_s,
            fresh=given.fresh,
            asterisk=given.asterisk,
        )
    )


def _port(number: int) -> int:
    if not 1 <= number <= 65535:
        raise BadInput(f"--port {number} is no port; it lies between 1 and 65535.")
    return number


def _stop(arguments: list[str]) -> int:
    _parser("stop").parse_args(arguments)
    from ahize.run.launcher import stop  # noqa: PLC0415

    return stop()


def _doctor(arguments: list[str]) -> int:
    from ahize.run.doctor import main as doctor  # noqa: PLC0415

    return doctor(arguments)


def _backup(arguments: list[str]) -> int:
    from ahize.run.backup import main_backup  # noqa: PLC0415

    return main_backup(arguments)


def _restore(arguments: list[str]) -> int:
    from ahize.run.backup import main_restore  # noqa: PLC0415

    return main_restore(arguments)


def _simulate(arguments: list[str]) -> int:
    parser = _parser("simulate")
    parser.add_argument(
        "scenario", nargs="?", help="a YAML file, the name of a scenario that comes with Ahize, or “swarm”"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same journal (default: 1)")
    parser.add_argument("--seeds", type=int, default=1, help="how many shifts, with this seed and the next ones")
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help="write the last shift's journal, for ./ahize replay"
    )
    parser.add_argument("--json", action="store_true", help="a line of JSON for each shift; with --swarm one for all")
    parser.add_argument(
        "--swarm", action="store_true", help="shifts drawn from their seeds, with faults, on all cores; one answer"
    )
    given = parser.parse_args(arguments)
    if given.swarm == bool(given.scenario):
        parser.error("name a SCENARIO or give --swarm, and not both")
    if given.swarm and given.journal:
        parser.error("--swarm keeps no journals: give --seed N --journal FILE with the scenario “swarm”")
    from ahize.run.simulate import main as simulate  # noqa: PLC0415
    from ahize.run.simulate import swarm  # noqa: PLC0415

    if given.swarm:
        return swarm(seed=given.seed, seeds=given.seeds, as_json=given.json)
    return simulate(given.scenario, seed=given.seed, seeds=given.seeds, as_json=given.json, journal=given.journal)


def _replay(arguments: list[str]) -> int:
    parser = _parser("replay")
    parser.add_argument("file", type=Path, nargs="?", help="as ./ahize simulate --journal writes it (default: our own)")
    parser.add_argument("--json", action="store_true", help="for programs")
    given = parser.parse_args(arguments)
    from ahize.run import replay  # noqa: PLC0415

    if given.file is not None:
        return replay.main(given.file, as_json=given.json)
    from ahize.run.room import entered  # noqa: PLC0415

    with entered("web"):
        import django  # noqa: PLC0415

        django.setup()
        return max((replay.main_rows(rows, as_json=given.json) for rows in _journals()), default=0)


def _journals() -> Iterator[Iterable[tuple[Any, Any, Any]]]:
    """The journal of each floor, in order: when, what was heard, what was commanded."""
    from ahize.web.dialing.models import Journal  # noqa: PLC0415  needs Django set up
    from ahize.web.rls import tenant_scope  # noqa: PLC0415
    from ahize.web.tenants.queries import every_tenant  # noqa: PLC0415

    for tenant in every_tenant():
        with tenant_scope(tenant.id):
            for floor in Journal.objects.order_by("floor_id").values_list("floor_id", flat=True).distinct():
                yield Journal.objects.filter(floor_id=floor).order_by("seq").values_list("at", "event", "commands")


def _openapi(arguments: list[str]) -> int:
    _parser("openapi").parse_args(arguments)
    from ahize.run.checks import set_up_django  # noqa: PLC0415

    set_up_django()
    from ahize.web.api import openapi_json  # noqa: PLC0415

    sys.stdout.write(openapi_json())
    return 0


def _test(arguments: list[str]) -> int:
    from ahize.run.checks import main as checks  # noqa: PLC0415

    return checks(arguments)


if __name__ == "__main__":
    sys.exit(main())
