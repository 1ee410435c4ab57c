"""A program of the settings' own that turns what it is given into something else: words into sound, sound into words.

What it is given comes on its standard input, what it makes goes to its standard output; no shell stands between.
Refuses to know what is turned into what.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ahize.kernel.errors import BadInput, Unavailable

OUTPUT_MAX: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What such a program is called, in sentences and in the codes of errors.

    Args:
        name: like ``voice``.
        setting: that names it; ``instead``: what else helps where there is none.
    """

    name: str
    setting: str
    instead: str

    def none(self, program: str, why: str) -> Unavailable:
        return Unavailable(
            f"There is no {self.name}: {program}: {why}.", code=f"no_{self.name}", next_step=self.instead
        )

    def arguments(self, template: str, *blanks: str) -> tuple[str, ...]:
        """A command as the settings name it, its program found.

        Args:
            blanks: what may be filled in, like ``language`` for ``{language}``.

        Raises:
            BadInput: where it is no command, or has a placeholder that nothing fills.
            Unavailable: where the program is not there.
        """
        try:
            arguments = shlex.split(template)
        except ValueError as wrong:
            raise BadInput(f"The {self.name}'s command cannot be read: {wrong}.", code=f"bad_{self.name}") from None
        known = [f"{{{blank}}}" for blank in blanks]
        strange = [one for one in re.findall(r"\{[^{}]*\}", template) if one not in known]
        if not arguments or strange:
            raise BadInput(
                f"The {self.name}'s command has {strange[0] if strange else 'no word in it'}; it is a program and its"
                " arguments.",
                code=f"bad_{self.name}",
                next_step=f"Write {' or '.join(known)} in {self.setting} where that goes.",
            )
        program = shutil.which(arguments[0])
        if program is None:
            raise self.none(arguments[0], "there is no such program")
        return program, *arguments[1:]

    def run(self, arguments: tuple[str, ...], given: bytes, *, blanks: Mapping[str, str], timeout_s: float) -> bytes:
        """What the program makes of it. Raises: Unavailable."""

        def filled(argument: str) -> str:
            return re.sub(r"\{(\w+)\}", lambda found: blanks.get(found[1], found[0]), argument)

        command = [filled(one) for one in arguments]
        try:
            done = subprocess.run(  # noqa: S603 - the settings' own program; what it is given never meets a shell
                command, input=given, capture_output=True, timeout=timeout_s, check=False, cwd="/"
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(
                f"The {self.name} {command[0]} did not finish within {timeout_s:g} s.",
                code=f"{self.name}_too_slow",
                next_step=f"Give it less, or name a faster one in {self.setting}.",
            ) from None
        except OSError as wrong:
            raise self.none(command[0], wrong.strerror or "it cannot be started") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise Unavailable(
                f"The {self.name} {command[0]} failed: {said[-1][:200] if said else f'exit code {done.returncode}'}",
                code=f"{self.name}_failed",
                next_step=f"Try its command by hand; docs/reference/flows.md says what a {self.name} must do.",
            )
        if len(done.stdout) > OUTPUT_MAX:
            raise Unavailable(
                f"The {self.name} {command[0]} made more than {OUTPUT_MAX >> 20} MB.", code=f"{self.name}_failed"
            )
        return done.stdout
