"""A job that cannot go on says so where people look; what was only cut off goes on another time."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job

from ahize.kernel.errors import AhizeError, Conflict
from ahize.web import jobs

JOB = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=0)


def fallen(error: BaseException) -> tuple[list[AhizeError], BaseException | None]:
    """What was told of it, and what went on to the worker."""
    told: list[AhizeError] = []
    try:
        with jobs.told(told.append):
            raise error
    except BaseException as out:
        return told, out
    return told, None


def test_a_problem_ends_it_in_its_own_words():
    problem = Conflict("The law of that day is not here.")
    assert fallen(problem) == ([problem], None)


def test_what_the_machine_refuses_is_told_in_its_words():
    (said,), out = fallen(OSError(28, "No space left on device"))
    assert (said.message, out) == ("No space left on device", None)


def test_a_mistake_of_ours_is_told_and_goes_on_to_the_log():
    mistake = ValueError("microseconds")
    (said,), out = fallen(mistake)
    assert (said.code, said.message, out) == ("our_mistake", jobs.OUR_MISTAKE, mistake)


@pytest.mark.parametrize("cut_off", [JobAborted(), OperationalError("the connection is gone")])
def test_what_was_cut_off_is_nobodys_end(cut_off: Exception):
    assert fallen(cut_off) == ([], cut_off)
    decision = jobs.GoOn().get_retry_decision(exception=cut_off, job=JOB)
    assert decision is not None


def test_a_mistake_is_not_made_twice():
    assert jobs.GoOn().get_retry_decision(exception=ValueError(), job=JOB) is None
