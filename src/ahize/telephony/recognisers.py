"""From a sentence's sound to its words: programs that listen.

``sphinx`` is built in where its wheel is, for English; any other comes as a command in the settings: it reads WAV on
its standard input and writes the words on its standard output. Nothing here waits for a telephone: call it beside the
event loop, in a thread. Refuses to know what the words mean.
"""

from __future__ import annotations

import importlib.util
import logging
import multiprocessing
import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from ahize.flows.sound import TELEPHONE_RATE, resampled
from ahize.flows.wav import Samples, Sound, to_wav
from ahize.kernel.errors import BadInput, Unavailable
from ahize.telephony.programs import Kind

TIMEOUT_S: Final = 10.0
"""A sentence that takes longer is given up: whoever said it has pressed a key by then, or hung up."""
WORDS_MAX: Final = 1_000
OFF: Final = "off"
RECOGNISER: Final = Kind(
    "recogniser",
    "AHIZE_RECOGNISER",
    "Name another one in AHIZE_RECOGNISER, or leave it empty; keys opt out without one.",
)
_SPHINX_RATE: Final = 16_000
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", re.ASCII)

log = logging.getLogger(__name__)


class Recogniser(Protocol):
    """Hears words."""

    def understands(self, language: str) -> bool: ...

    def hear(self, samples: Samples, language: str) -> str:
        """One sentence, mono at 8 kHz, to its words, or nothing. Raises: Unavailable where it cannot hear now."""


@dataclass(frozen=True, slots=True)
class CommandRecogniser:
    """A recogniser that is a program: WAV on standard input, words on standard output, no shell between.

    Attributes:
        arguments: the command; ``{language}`` is filled in.
        languages: those that it knows; empty: every one.
    """

    arguments: tuple[str, ...]
    languages: tuple[str, ...] = ()
    timeout_s: float = TIMEOUT_S

    def understands(self, language: str) -> bool:
        return not self.languages or language.partition("-")[0] in self.languages

    def hear(self, samples: Samples, language: str) -> str:
        given = to_wav(Sound(samples, TELEPHONE_RATE))
        heard = RECOGNISER.run(self.arguments, given, blanks={"language": language}, timeout_s=self.timeout_s)
        return " ".join(heard.decode("utf-8", "replace").split())[:WORDS_MAX]


class Sphinx:
    """pocketsphinx with the English model of its wheel, in a process of its own.

    Its decoder is C: were it to fall, a gate with calls on the line must not fall with it.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._pool: ProcessPoolExecutor | None = None

    @staticmethod
    def is_here() -> bool:
        return importlib.util.find_spec("pocketsphinx") is not None

    def understands(self, language: str) -> bool:
        return language.partition("-")[0] == "en"

    def hear(self, samples: Samples, language: str) -> str:
        del language  # English, whichever
        pool = self._pool = self._pool or ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        wide = resampled(Sound(samples, TELEPHONE_RATE), _SPHINX_RATE).samples.astype("<i2").tobytes()
        try:
            return pool.submit(_decode, wide).result(self._timeout_s)
        except (BrokenProcessPool, TimeoutError) as wrong:
            self.close()
            why = "it fell" if isinstance(wrong, BrokenProcessPool) else f"not done within {self._timeout_s:g} s"
            raise Unavailable(f"pocketsphinx heard nothing: {why}.", code="recogniser_failed") from None

    def close(self) -> None:
        """Let its process go; the next sentence begins another."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


@cache
def _decoder() -> Any:
    """In its process, and only there: the model of 29 MB is read once."""
    from pocketsphinx import Decoder  # noqa: PLC0415 - not in the gate's own process, and not everywhere a wheel

    # Found by trial: three times as fast, and nearly the same opt-outs heard (docs/adr/0013).
    return Decoder(loglevel="FATAL", fwdflat=False, maxwpf=10, maxhmmpf=3_000)


def _decode(wide: bytes) -> str:
    decoder = _decoder()
    decoder.start_utt()
    decoder.process_raw(wide, False, True)
    decoder.end_utt()
    found = decoder.hyp()
    return str(found.hypstr)[:WORDS_MAX] if found is not None else ""


def recognisers(template: str) -> Sequence[Recogniser]:
    """The settings' recogniser, if they name one, and the built-in one for what that does not understand.

    Args:
        template: a command like ``/opt/whisper/hear --language {language}``; languages before it, if it knows only
            some: ``tr,de: /opt/…``; ``off``: none at all; empty: the built-in one.

    Raises:
        BadInput: where it is no command, or has a placeholder that nothing fills.
        Unavailable: where the program is not there.
    """
    if template.strip() == OFF:
        return ()
    built_in: tuple[Recogniser, ...] = (Sphinx(),) if Sphinx.is_here() else ()
    return (_named(template), *built_in) if template.strip() else built_in


def _named(template: str) -> CommandRecogniser:
    before, colon, after = template.partition(": ")
    languages = tuple(one.strip() for one in before.split(",")) if colon else ()
    bad = [one for one in languages if not _LANGUAGE.match(one)]
    if bad:
        raise BadInput(
            f"AHIZE_RECOGNISER is for the language “{bad[0]}”, which is none.",
            code="bad_recogniser",
            next_step="Write the languages that the program knows before a colon, like “tr,de: /opt/hears {language}”.",
        )
    return CommandRecogniser(RECOGNISER.arguments(after if colon else template, "language"), languages)
