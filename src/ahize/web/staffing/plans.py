"""A day's half hours: what is expected, kept and learned, and how many seats that needs.

The seats of callers come from Erlang-A and from playing the day through; those of dialling out from how busy the pacer
keeps its seats. Where both are wanted the same seats may do both, and dial out in the gaps between callers: that needs
fewer than two groups, never more.
"""

from __future__ import annotations

import zlib
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, NotFound
from ahize.pacing import blended, blended_line, staffing, waiting_line
from ahize.pacing.blended_line import Half
from ahize.pacing.staffing import HALF_HOUR_S, Load, Target
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign
from ahize.web.permissions import Person
from ahize.web.staffing import history, schemas
from ahize.web.staffing.finish import house_zone
from ahize.web.staffing.models import DayPlan

USUAL: Final[dict[str, float]] = {
    **{"share": 0.8, "within_s": 20.0, "abandons_max": 1.0},
    **{"patience_s": history.PATIENCE_S, "shrinkage": 0.3},
}
"""What is asked for until somebody says otherwise."""


def plan(*, campaign: UUID | None, inbound: bool, day: date) -> dict[str, Any]:
    """What somebody entered for this day, or else what was learned of such days.

    Raises: NotFound for a campaign that is none of ours, BadInput where neither calls nor talks are asked about.
    """
    _access(campaign, inbound=inbound)
    zone = house_zone()
    learned = history.learned(campaign=campaign, inbound=inbound, day=day, zone=zone)
    kept = _kept(campaign=campaign, inbound=inbound, day=day)
    if kept is not None:
        target, halves = kept.target, kept.halves
    else:
        target = dict(USUAL)
        halves = [
            {"half": half, "calls": calls, "handle_s": round(learned.handle_s), "talks": talks}
            for half, (calls, talks) in enumerate(zip(learned.calls, learned.talks_wanted, strict=True))
            if calls or talks
        ]
    return {
        "day": day,
        "zone": zone.key,
        "saved": kept is not None,
        "learned_days": learned.days,
        "talk_days": learned.talk_days,
        "handled": learned.talks,
        "target": target,
        "halves": halves,
    }


def keep(person: Person, asked: schemas.PlanIn, *, now: datetime) -> None:
    """Keep a day's plan in the place of an older one."""
    _access(asked.campaign, inbound=asked.inbound)
    _in_order(asked.halves)
    given = DayPlan(
        id=draw_id(now),
        tenant_id=person.tenant,
        campaign_id=asked.campaign,
        inbound=asked.inbound,
        day=asked.day,
        target=asked.target.model_dump(),
        halves=[half.model_dump() for half in asked.halves],
        at=now,
        by=person.id,
    )
    DayPlan.objects.bulk_create(
        [given],
        update_conflicts=True,
        update_fields=["target", "halves", "at", "by"],
        unique_fields=["tenant", "campaign", "inbound", "day"],
    )
    kept = _kept(campaign=asked.campaign, inbound=asked.inbound, day=asked.day)
    assert kept is not None, "it was just written"
    audit.record(
        tenant=person.tenant,
        by=person.id,
        action="keep_staffing_plan",
        subject_kind="staffing_plan",
        subject_id=kept.pk,
        after={"day": asked.day.isoformat(), "target": asked.target.model_dump(), "halves": len(asked.halves)},
        now=now,
    )


def seats(asked: schemas.StaffingIn) -> dict[str, Any]:
    """The seats of each half hour. Equal questions get equal answers, the played days included."""
    _in_order(asked.halves)
    given = asked.target
    target = Target(given.share, given.within_s, given.abandons_max)
    loads = [Load(one.calls, one.handle_s, given.patience_s) for one in asked.halves]
    exact = [staffing.least_seats(load, target) for load in loads]
    days = waiting_line.days_for(loads)
    seed = zlib.crc32(asked.model_dump_json().encode())
    played, seen = waiting_line.seats_by_play(loads, exact, target, days=days, seed=seed)
    outbound = [staffing.dialling_seats(one.talks, one.handle_s) for one in asked.halves]
    callers = [max(least, by_play) for least, by_play in zip(exact, played, strict=True)]
    apart = [one + other for one, other in zip(callers, outbound, strict=True)]
    together = _together(asked.halves, loads, apart, target, days=days, seed=seed)
    rows: list[dict[str, Any]] = []
    for n, (one, load, least, by_play, met) in enumerate(zip(asked.halves, loads, exact, played, seen, strict=True)):
        served = staffing.service(load, least, given.within_s) if load.calls else None
        blend = together.get(n)
        total = apart[n] if blend is None else blend["seats"]
        rows.append(
            {
                "half": one.half,
                "erlang": least,
                "in_time": served.in_time if served else 1.0,
                "abandons": served.abandons if served else 0.0,
                "mean_wait_s": served.mean_wait_s if served else 0.0,
                "occupancy": served.occupancy if served else 0.0,
                "played": by_play,
                "played_in_time": met.in_time,
                "played_low": met.low,
                "played_high": met.high,
                "outbound": outbound[n],
                "apart": apart[n],
                "blend": blend,
                "seats": total,
                "scheduled": staffing.with_shrinkage(total, given.shrinkage),
            }
        )
    return {
        "played_days": days,
        "hours": sum(row["scheduled"] for row in rows) * HALF_HOUR_S / 3600,
        "busy_curve": list(staffing.BUSY_BY_SEATS),
        "halves": rows,
    }


def _together(
    halves: list[schemas.HalfHourIn], loads: list[Load], apart: list[int], target: Target, *, days: int, seed: int
) -> dict[int, dict[str, Any]]:
    """Of the half hours in which callers and talks need fewer on the same seats than apart: how many, and what
    they come to; by their place."""
    blends = [blended.least_blend(load, one.talks, target) for load, one in zip(loads, halves, strict=True)]
    if not any(blends):
        return {}
    begin = [
        Half(load, most, most, dials=False) if blend is None else Half(load, blend.seats, blend.reserve)
        for load, most, blend in zip(loads, apart, blends, strict=True)
    ]
    wanted = [one.talks for one in halves]
    kept, seen = blended_line.blend_by_play(begin, wanted, apart, target, days=days, seed=seed)
    return {
        n: {
            "seats": half.seats,
            "exact": blend.seats,
            "reserve": half.reserve,
            "in_time": came.callers.in_time,
            "abandons": came.callers.abandons,
            "talks": came.talks,
        }
        for n, (blend, half, came) in enumerate(zip(blends, kept, seen, strict=True))
        if blend is not None and half.seats < apart[n]
    }


def _kept(*, campaign: UUID | None, inbound: bool, day: date) -> DayPlan | None:
    plans = DayPlan.objects.filter(inbound=inbound, day=day)
    return (plans.filter(campaign__id=campaign) if campaign else plans.filter(campaign__isnull=True)).first()


def _access(campaign: UUID | None, *, inbound: bool) -> None:
    if campaign is not None and not Campaign.objects.filter(pk=campaign).exists():
        raise NotFound(_("There is no such campaign, or none that you may see."))
    if campaign is None and not inbound:
        raise BadInput(
            _("Nothing is chosen to be staffed."),
            next_step=_("Choose a campaign, the inbound lines, or both."),
            field="campaign",
        )


def _in_order(halves: list[schemas.HalfHourIn]) -> None:
    numbers = [one.half for one in halves]
    if numbers != sorted(set(numbers)):
        raise BadInput(
            _("A half hour stands there twice, or they are not in order."),
            next_step=_("Give each half hour once, from the morning on."),
            field="halves",
        )
