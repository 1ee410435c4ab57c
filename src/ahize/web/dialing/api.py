"""The doors of calls: seat, floor, rulings, why-not. Each declares its permission; services do the work."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Body, Header

from ahize.web.base import Request
from ahize.web.dialing import (
    desk,
    floor,
    heard,
    inbound_api,
    inventory,
    lawful,
    own_calls_api,
    pools,
    queries,
    seats,
    services,
    talk_api,
    why_not,
)
from ahize.web.dialing import figures_schemas as figures
from ahize.web.dialing import schemas as words
from ahize.web.permissions import Verb, requires

router = Router(tags=["calls"])
router.add_router("", talk_api.router)
router.add_router("", own_calls_api.router)
router.add_router("", inbound_api.router)

Session: Any = Header(None, alias="X-Seat-Session")
"""The tab's own id, as given to ``/seat/open``; a tab that was taken over is refused with 409 ``seat_taken``."""

FACTS: Any = Body(...)
AGENT = requires(Verb.TAKE_SEAT)


def asked(request: HttpRequest) -> Request:
    """The request as our middleware made it."""
    return cast("Request", request)


# ── the agent's seat ────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/seat", response=words.SeatOut, auth=AGENT)
def seat(request: HttpRequest, session: UUID | None = Session) -> Any:
    """The seat, whole. Cheap: ask again whenever the socket says ``seat`` changed."""
    r = asked(request)
    return desk.seat_view(r.person, session=session, now=r.now)


@router.get("/seat/campaigns", response=list[words.CampaignBrief], auth=AGENT)
def my_campaigns(request: HttpRequest) -> Any:
    """The campaigns this person may sit down in."""
    return desk.my_campaigns(asked(request).person)


@router.post("/seat/open", response=words.SeatOut, auth=AGENT)
def open_seat(request: HttpRequest, body: words.OpenIn) -> Any:
    """Sit down in a campaign, paused. Problem 409 ``seat_taken`` where another tab sits here: send ``take_over``."""
    r = asked(request)
    seats.open_seat(
        r.person,
        campaign=body.campaign,
        session=body.session,
        take_over=body.take_over,
        now=r.now,
        shift_ends_at=body.shift_ends_at,
    )
    return desk.seat_view(r.person, session=body.session, now=r.now)


@router.post("/seat/alive", response=words.Ok, auth=AGENT)
def alive(request: HttpRequest, session: UUID | None = Session) -> Any:
    """The tab is there. The socket says the same every few seconds; this is its stand-in."""
    r = asked(request)
    seats.heard_from(r.person.id, session=session, now=r.now)
    return {"at": r.now}


@router.post("/seat/ready", response=words.SeatOut, auth=AGENT)
def ready(request: HttpRequest, session: UUID | None = Session) -> Any:
    """Take calls."""
    r = asked(request)
    seats.ready(r.person, session=session, now=r.now)
    return desk.seat_view(r.person, session=session, now=r.now)


@router.post("/seat/pause", response=words.SeatOut, auth=AGENT)
def pause(request: HttpRequest, body: words.PauseIn, session: UUID | None = Session) -> Any:
    """Step back; in a talk it holds from the end of the wrap-up."""
    r = asked(request)
    seats.pause(r.person, code=body.code, session=session, now=r.now)
    return desk.seat_view(r.person, session=session, now=r.now)


@router.post("/seat/finish-after", response=words.SeatOut, auth=AGENT)
def finish_after(request: HttpRequest, body: words.FinishIn, session: UUID | None = Session) -> Any:
    """This call is the last for now."""
    r = asked(request)
    seats.finish_after(r.person, on=body.on, session=session, now=r.now)
    return desk.seat_view(r.person, session=session, now=r.now)


@router.post("/seat/shift", response=words.SeatOut, auth=AGENT)
def shift_ends(request: HttpRequest, body: words.ShiftIn, session: UUID | None = Session) -> Any:
    """Say until when I am here; null: nobody knows."""
    r = asked(request)
    seats.shift_ends(r.person, at=body.at, session=session, now=r.now)
    return desk.seat_view(r.person, session=session, now=r.now)


@router.post("/seat/close", response=words.SeatOut, auth=AGENT)
def close(request: HttpRequest, session: UUID | None = Session) -> Any:
    """Leave the seat. In a talk: after it."""
    r = asked(request)
    seats.close(r.person, session=session, now=r.now)
    return desk.seat_view(r.person, session=session, now=r.now)


@router.post("/seat/dial", response=words.SeatOut, auth=AGENT)
def dial(request: HttpRequest, body: words.DialIn, session: UUID | None = Session) -> Any:
    """Dial the offered contact, a callback or a typed number; clearance rules on each alike."""
    r = asked(request)
    seats.dial(r.person, body, session=session, now=r.now)
    return desk.seat_view(r.person, session=session, now=r.now)


@router.post("/seat/skip", response=words.SeatOut, auth=AGENT)
def skip(request: HttpRequest, session: UUID | None = Session) -> Any:
    """Pass on the offered contact; it goes back to the list."""
    r = asked(request)
    seats.skip(r.person, session=session, now=r.now)
    return desk.seat_view(r.person, session=session, now=r.now)


# ── one call ────────────────────────────────────────────────────────────────────────────────────────────────────


@router.post("/calls/{call_id}/hang-up", response=words.Ok, auth=AGENT)
def hang_up(request: HttpRequest, call_id: UUID, session: UUID | None = Session) -> Any:
    """End the call on our side."""
    r = asked(request)
    seats.hang_up(r.person, call_id, session=session, now=r.now)
    return {"at": r.now}


@router.put("/calls/{call_id}/notes", response=words.NotesOut, auth=AGENT)
def notes(request: HttpRequest, call_id: UUID, body: words.NotesIn) -> Any:
    """Save the draft of notes and chosen code."""
    r = asked(request)
    return services.save_draft(r.person, call_id, text=body.text, code=body.code, version=body.version, now=r.now)


@router.patch("/calls/{call_id}/contact", response=words.ContactCard, auth=AGENT)
def correct_contact(request: HttpRequest, call_id: UUID, body: words.ContactPatch) -> Any:
    """Correct fields of the person on the line; what stood there before is kept."""
    r = asked(request)
    return services.correct_contact(r.person, call_id, fields=body.fields, now=r.now)


@router.post("/calls/{call_id}/dispose", response=words.DisposedOut, auth=AGENT)
def dispose(request: HttpRequest, call_id: UUID, body: words.DisposeIn) -> Any:
    """Say what it came to. Once answered, it is kept, whatever dies; the same key again changes nothing."""
    r = asked(request)
    return services.dispose(r.person, call_id, body, now=r.now)


@router.post("/calls/{call_id}/undo", response=words.Ok, auth=AGENT)
def undo(request: HttpRequest, call_id: UUID) -> Any:
    """Take the last disposition back within ten seconds: the call stands on the to-fix list again."""
    r = asked(request)
    services.undo(r.person, call_id, now=r.now)
    return {"at": r.now}


@router.post("/calls/{call_id}/remove-me", response=words.ReceiptOut, auth=AGENT)
def remove_me(request: HttpRequest, call_id: UUID, body: words.RemoveMeIn) -> Any:
    """Never call this number again for this seller. From this answer on no permit is sealed for it."""
    r = asked(request)
    return services.remove_me(r.person, call_id, reason=body.reason, everything=body.everything, now=r.now)


# ── callbacks and what is left to fix ───────────────────────────────────────────────────────────────────────────


@router.get("/callbacks/mine", response=list[words.CallbackOut], auth=AGENT)
def my_callbacks(request: HttpRequest) -> Any:
    """Promises of mine, and those of absent owners that anybody may keep."""
    r = asked(request)
    return desk.callbacks(r.person, now=r.now, everybody=False)


@router.get("/callbacks", response=list[words.CallbackOut], auth=requires(Verb.SEE_CALLBACKS))
def all_callbacks(request: HttpRequest) -> Any:
    """Every waiting promise."""
    r = asked(request)
    return desk.callbacks(r.person, now=r.now, everybody=True)


@router.delete("/callbacks/{callback_id}", response=words.Ok, auth=AGENT)
def cancel_callback(request: HttpRequest, callback_id: UUID) -> Any:
    """Take a promise off the list."""
    r = asked(request)
    services.cancel_callback(r.person, callback_id, now=r.now)
    return {"at": r.now}


@router.get("/contacts/{contact_id}/callback-slots", response=list[words.SlotOut], auth=AGENT)
def callback_slots(request: HttpRequest, contact_id: UUID, on: date, campaign: UUID | None = None) -> Any:
    """Half-hour slots of that day in the person's own time, each lawful or with the reason why not."""
    r = asked(request)
    return lawful.slots(r.person, contact_id, on=on, campaign_id=campaign, now=r.now)


@router.get("/to-fix", response=list[words.ToFixOut], auth=AGENT)
def to_fix(request: HttpRequest) -> Any:
    """Talks without a disposition: one's own, or everybody's for whoever may correct them."""
    r = asked(request)
    return desk.to_fix(r.person, now=r.now)


@router.post("/to-fix/{attempt_id}", response=words.DisposedOut, auth=AGENT)
def fix(request: HttpRequest, attempt_id: UUID, body: words.DisposeIn) -> Any:
    """Give a talk the disposition its wrap-up missed."""
    r = asked(request)
    return services.dispose(r.person, attempt_id, body, now=r.now)


@router.post("/attempts/{attempt_id}/correct", response=words.DisposedOut, auth=requires(Verb.CORRECT_DISPOSITIONS))
def correct(request: HttpRequest, attempt_id: UUID, body: words.CorrectDispositionIn) -> Any:
    """A better disposition, with a reason; the original stays on record."""
    r = asked(request)
    return services.correct(
        r.person, attempt_id, code=body.code, reason=body.reason, key=body.idempotency_key, now=r.now
    )


# ── the floor ───────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/floor", response=words.FloorOut, auth=requires(Verb.SEE_FLOOR))
def wallboard(request: HttpRequest) -> Any:
    """The wallboard."""
    return floor.wallboard(now=asked(request).now)


@router.post("/floor/seats/{seat_id}/pause", response=words.Ok, auth=requires(Verb.STEER_FLOOR))
def pause_seat(request: HttpRequest, seat_id: UUID, body: words.PauseIn) -> Any:
    """Pause another's seat (a talk in it goes on)."""
    r = asked(request)
    floor.pause_seat(r.person, seat_id, code=body.code, now=r.now)
    return {"at": r.now}


@router.post("/floor/seats/{seat_id}/shift", response=words.Ok, auth=requires(Verb.STEER_FLOOR))
def seat_shift_ends(request: HttpRequest, seat_id: UUID, body: words.ShiftIn) -> Any:
    """Say for another until when they are here; null: nobody knows."""
    r = asked(request)
    floor.shift_ends(r.person, seat_id, at=body.at, now=r.now)
    return {"at": r.now}


@router.post("/floor/seats/{seat_id}/close", response=words.Ok, auth=requires(Verb.STEER_FLOOR))
def close_seat(request: HttpRequest, seat_id: UUID) -> Any:
    """Log another's seat out (a talk in it goes on)."""
    r = asked(request)
    floor.close_seat(r.person, seat_id, now=r.now)
    return {"at": r.now}


@router.post("/floor/seats/{seat_id}/move", response=words.Ok, auth=requires(Verb.STEER_FLOOR))
def move_seat(request: HttpRequest, seat_id: UUID, body: words.MoveIn) -> Any:
    """Move a seat to another campaign."""
    r = asked(request)
    floor.move_seat(r.person, seat_id, campaign_id=body.campaign, now=r.now)
    return {"at": r.now}


@router.post("/floor/stop", response=words.Ok, auth=requires(Verb.STOP_DIALING))
def stop(request: HttpRequest, body: words.StopIn) -> Any:
    """No further originate, anywhere, within a second. What rings is served, unless ``hang_up``."""
    r = asked(request)
    floor.stop(r.person, hang_up=body.hang_up, now=r.now)
    return {"at": r.now}


@router.post("/floor/resume", response=words.Ok, auth=requires(Verb.STOP_DIALING))
def resume(request: HttpRequest) -> Any:
    """Dial again after a stop."""
    r = asked(request)
    floor.resume(r.person, now=r.now)
    return {"at": r.now}


# ── the law, and why not ────────────────────────────────────────────────────────────────────────────────────────


@router.post("/law/rulings", response=dict[str, Any], auth=requires(Verb.ASK_LAW))
def rulings(request: HttpRequest, body: dict[str, Any] = FACTS) -> Any:
    """Decide facts as ``law/facts.md`` writes them: ``{"id", "facts"}`` in, the answer with its sentences out."""
    return lawful.rule_on(body)


@router.post("/law/may-we-call", response=words.RulingOut, auth=requires(Verb.ASK_LAW))
def may_we_call(request: HttpRequest, body: words.MayWeIn) -> Any:
    """May we call this contact, or this number, for that campaign (now, or at a time)? Nothing is written."""
    r = asked(request)
    return lawful.may_we_call(body, now=r.now)


@router.get("/campaigns/{campaign_id}/why-not", response=figures.WhyNotOut, auth=requires(Verb.ASK_WHY_NOT))
def why_not_panel(request: HttpRequest, campaign_id: UUID, sample: int = 5, as_if_running: bool = False) -> Any:
    """Of N contacts, how many can be called now, and the first reason for each of the rest."""
    kept = min(max(sample, 0), 500)
    return why_not.panel(campaign_id, sample=kept, as_if_running=as_if_running, now=asked(request).now)


@router.get("/campaigns/{campaign_id}/inventory", response=figures.InventoryOut, auth=requires(Verb.ASK_WHY_NOT))
def callable_inventory(request: HttpRequest, campaign_id: UUID, hours: int = inventory.HOURS) -> Any:
    """How many contacts of this campaign may be called now and at each full hour of the next days."""
    return inventory.inventory(campaign_id, now=asked(request).now, hours=min(max(hours, 1), inventory.HOURS))


@router.get("/campaigns/{campaign_id}/numbers", response=list[figures.NumberOut], auth=requires(Verb.SEE_CAMPAIGNS))
def numbers(request: HttpRequest, campaign_id: UUID) -> Any:
    """How each number shown by this campaign fares: answered, complained about, resting."""
    return pools.figures(campaign_id, now=asked(request).now)


@router.get("/campaigns/{campaign_id}/detection", response=figures.DetectionOut, auth=requires(Verb.SEE_CAMPAIGNS))
def detection(request: HttpRequest, campaign_id: UUID) -> Any:
    """Person or machine: what was said beside what was so, in the last thirty days."""
    return heard.detection(campaign_id, now=asked(request).now)


@router.get("/campaigns/{campaign_id}/broadcast", response=figures.BroadcastOut, auth=requires(Verb.SEE_CAMPAIGNS))
def broadcast(request: HttpRequest, campaign_id: UUID) -> Any:
    """What became of a broadcast's calls: persons, machines, ways out, and where the flow ended."""
    return queries.broadcast(campaign_id)


@router.get("/contacts/{contact_id}/attempts", response=list[words.AttemptOut], auth=requires(Verb.SEE_ATTEMPTS))
def attempts_of(request: HttpRequest, contact_id: UUID) -> Any:
    """Every attempt to reach this contact, newest first, with its ruling in sentences."""
    return queries.attempts_of(contact_id)


@router.get("/attempts/{attempt_id}", response=words.AttemptDetail, auth=requires(Verb.SEE_ATTEMPTS))
def attempt(request: HttpRequest, attempt_id: UUID) -> Any:
    """One attempt: the facts ruled on, the ruling, the permit, and what was said of it."""
    return queries.attempt(attempt_id)
