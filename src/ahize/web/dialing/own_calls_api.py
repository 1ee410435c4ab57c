"""Test calls over a trunk, to numbers of the house's own. Under ``/lines``, for they belong to that screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from ahize.web.base import Request
from ahize.web.dialing import own_calls
from ahize.web.dialing import own_calls_schemas as words
from ahize.web.dialing.models import OwnCall
from ahize.web.lines import trunks
from ahize.web.permissions import Verb, requires

router = Router(tags=["lines"])


@router.get("/lines/test-numbers", response=list[words.TestNumberOut], auth=requires(Verb.EDIT_LINES))
def test_numbers(request: Request) -> Any:
    """Numbers that a trunk may be tested with: nobody's but the house's own."""
    return [
        {"number": one.number, "what": one.what, "label": one.label}
        for one in own_calls.own(request.person, now=request.now)
    ]


@router.post("/lines/trunks/{trunk_id}/test-call", response={201: words.TestCallOut}, auth=requires(Verb.EDIT_LINES))
def test_call(request: Request, trunk_id: UUID, body: words.TestCallIn) -> Any:
    """Have oneself called over this trunk. Clearance seals it like every call; ask for its figures by its id."""
    trunk = trunks.access_trunk(trunk_id)
    made = own_calls.ask_test(request.person, trunk, number=body.number, caller_id=body.caller_id, now=request.now)
    return Status(201, _told(made))


@router.get("/lines/trunks/{trunk_id}/test-calls", response=list[words.TestCallOut], auth=requires(Verb.SEE_LINES))
def test_calls(request: Request, trunk_id: UUID) -> Any:
    """The latest tests of a trunk with their figures."""
    return [_told(one) for one in own_calls.tests_of(trunks.access_trunk(trunk_id).pk)]


@router.get("/lines/test-calls/{own_call_id}", response=words.TestCallOut, auth=requires(Verb.SEE_LINES))
def one_test_call(request: Request, own_call_id: UUID) -> Any:
    return _told(own_calls.access_own_call(own_call_id))


def _told(one: OwnCall) -> dict[str, Any]:
    quality = one.quality or {}
    return {
        **{"id": one.pk, "trunk": one.trunk_id, "number": one.e164, "caller_id": one.caller_id, "at": one.at},
        **{"state": one.state, "why": one.why, "cause": one.cause},
        **{"answered_at": one.answered_at, "ended_at": one.ended_at},
        "quality": {name: quality.get(name) for name in words.QualityOut.model_fields} if quality else None,
    }
