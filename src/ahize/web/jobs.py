"""Jobs of the worker: which run again, and how one that cannot go on says so where people look.

Answers: when a job is taken up once more, and what its row says when it is not. Refuses to know what any job does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext, gettext_noop
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from ahize.kernel.errors import AhizeError

log = logging.getLogger(__name__)

ATTEMPTS_MAX = 20
AGAIN_AFTER_S = 2
OUR_MISTAKE = gettext_noop("Something went wrong on our side; what it was stands in the log.")


class GoOn(BaseRetryStrategy):
    """Handed back by a worker that stops, or cut off by the database: again. Anything else is our mistake, and ends."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, DatabaseError | InterfaceError) and job.attempts < ATTEMPTS_MAX:
            return RetryDecision(retry_in={"seconds": AGAIN_AFTER_S})
        return None


def in_words(kept: str) -> str:
    """What a row says of its end, in the reader's language; empty where nothing ended it."""
    return gettext(kept) if kept else ""


@contextmanager
def told(fail: Callable[[AhizeError], None]) -> Iterator[None]:
    """Whatever ends the work inside is handed to ``fail``, so that nobody waits for what will not come.

    A problem of the user's ends it in its own words, so does what the machine refuses (a full disk); a mistake of ours
    in ours, and it goes on to the log. What a stopping worker or the database cut off is left to ``GoOn``.
    """
    try:
        yield
    except (DatabaseError, InterfaceError, JobAborted):
        raise
    except AhizeError as wrong:
        fail(wrong)
    except OSError as wrong:
        log.exception("a job ended")
        fail(AhizeError(wrong.strerror or OUR_MISTAKE, code="machine"))
    except Exception:
        fail(AhizeError(OUR_MISTAKE, code="our_mistake"))
        raise
