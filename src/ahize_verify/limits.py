"""When and how often: hours, stops, attempts, pauses, what binds a dialler."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from ahize_verify.call import DAY, NO, YES, Call, Said, each_once, instant, missing, wall_time
from ahize_verify.days import hours_at, in_spans
from ahize_verify.finding import Finding, agreement, bars, lacks, must
from ahize_verify.holding import (
    Entry,
    agreed,
    last_day_of,
    lifted,
    relied,
    stop_lifted,
    stop_reaches,
)
from ahize_verify.law import Rule


def calling_hours(rule: Rule, call: Call) -> Iterator[Finding]:
    closed = _closed(rule, call) if call.zones else []
    if call.zones and not closed:
        return
    way, asked = lifted(rule, call), _asked_for(rule, call)
    if way.truth or asked.truth:
        return
    gaps = each_once(way.gaps, asked.gaps, () if call.zones else ("callee.zones",))
    if gaps:
        yield lacks(*gaps)
    else:
        for ground in closed:
            yield bars(rule, ground)


def _closed(rule: Rule, call: Call) -> list[str]:
    calendar = rule.law.calendars[rule.entry["holidays"]] if "holidays" in rule.entry else None
    grounds: dict[str, None] = {}
    for zone in (*call.zones, *rule.entry.get("also_by", ())):
        local = call.local(zone)
        hours = hours_at(rule.values, calendar, local)
        if hours.holiday:
            grounds["holiday"] = None
        if hours.closed:
            grounds["day"] = None
        if hours.spans and not in_spans(hours.spans, local.time()):
            grounds["hours"] = None
    return list(grounds)


def _asked_for(rule: Rule, call: Call) -> Said:
    """Did the person ask for this hour of this day?"""
    if rule.entry["opened_by"] == "nothing" or not call.zones:
        return NO
    held, consents = agreed(agreement(rule, "opened_by"), call), call.fact("consents")
    if not held.truth:
        windows = consents is None or any(one.get("window") for one in consents)
        return missing(*held.gaps) if held.truth is None and windows else NO
    gaps: tuple[str, ...] = ()
    for consent in held.consents:
        if not consent.get("window"):
            continue
        inside = [_in_window(consent["window"], call, zone) for zone in call.zones]
        if all(inside):
            call.relied.append(consent)
            return YES
        if False not in inside:
            gaps = ("consents.window",)
    return missing(*gaps) if gaps else NO


def _in_window(window: Entry, call: Call, zone: str) -> bool | None:
    if any(window.get(key) is None for key in ("from", "to", "on")):
        return None
    on, local = date.fromisoformat(window["on"]), call.local(zone)
    opens, closes = wall_time(window["from"]) or time(), wall_time(window["to"])
    if closes is None or opens < closes:
        return local.date() == on and in_spans(((opens, closes),), local.time())
    evening = local.date() == on and opens <= local.time()
    return evening or (local.date() == on + DAY and local.time() < closes)


_FOR_GOOD = "for good"
_AUTOMATED = frozenset({"prerecorded", "voicemail_drop", "ai_voice"})


def suppression(rule: Rule, call: Call) -> Iterator[Finding]:
    entries = call.fact("suppressions")
    if entries is None:
        yield lacks("suppressions")
        return
    gaps: list[tuple[str, ...]] = []
    for entry in entries:
        said = _stops_it(rule, entry, call)
        if said.truth:
            yield bars(rule, "suppression")
            return
        gaps.append(said.gaps)
    unknown = each_once(*gaps)
    if unknown:
        yield lacks(*unknown)


def _stops_it(rule: Rule, entry: Entry, call: Call) -> Said:
    stops = rule.law.stops
    reaches, last_day = stop_reaches(stops, entry, call), last_day_of(entry, rule, call)
    if reaches.truth is False or (last_day is not None and call.first_day > last_day):
        return NO
    ended = stop_lifted(stops, entry, call)
    if ended.truth:
        return NO
    confirms = _confirms(rule, entry, call)
    if confirms.truth:
        return NO
    if None in (reaches.truth, ended.truth, confirms.truth):
        return missing(*each_once(reaches.gaps, ended.gaps, confirms.gaps))
    return YES


def _confirms(rule: Rule, entry: Entry, call: Call) -> Said:
    """Is this the one confirmation that may follow a stop?"""
    wanted = rule.conditions.get("confirmation")
    if wanted is None:
        return NO
    said, stopped_at = wanted(call), None if entry.get("at") is None else instant(entry["at"])
    within = timedelta(minutes=rule.values["confirm_within_min"])
    if said.truth is False or stopped_at is None or not stopped_at <= call.at <= stopped_at + within:
        return NO
    attempts = call.fact("history.attempts")
    if said.truth is None or attempts is None:
        return missing(*each_once(said.gaps, ("history.attempts",) if attempts is None else ()))
    sent = [
        one
        for one in attempts
        if (one.get("at") is None or instant(one["at"]) >= stopped_at)
        and one.get("channel") in (None, call.fact("channel"))
    ]
    return YES if len(sent) < rule.values["confirmations_max"] else NO


def refusal(rule: Rule, call: Call) -> Iterator[Finding]:
    """What a person said no to in a talk is not offered to them again."""
    refusals = call.fact("history.refusals")
    if refusals is None:
        yield lacks("history.refusals")
        return
    gaps: list[tuple[str, ...]] = []
    for one in refusals:
        at = None if one.get("at") is None else instant(one["at"])
        if at is not None and (at > call.at or _refusal_over(rule, at, call)):
            continue
        reaches, mended = _refused_this(rule, one, call), _agreed_after(rule, at, call)
        if reaches.truth is False or mended.truth:
            continue
        if reaches.truth is None or mended.truth is None:
            gaps.append(each_once(reaches.gaps, mended.gaps))
            continue
        yield bars(rule, "suppression")
        return
    if gaps:
        yield lacks(*each_once(*gaps))


def _refusal_over(rule: Rule, at: datetime, call: Call) -> bool:
    days = rule.values.get("binds_days", _FOR_GOOD)
    said_on = max(at.astimezone(call.zone_of(zone)).date() for zone in call.zones or ("Etc/GMT-14",))
    return days != _FOR_GOOD and call.first_day > said_on + timedelta(days=days)


def _refused_this(rule: Rule, one: Entry, call: Call) -> Said:
    gaps = []
    pairs = [("principal", "principal.id")]
    pairs += [] if rule.entry.get("of") == "principal" else [("product", "product")]
    for name, path in pairs:
        theirs, ours = one.get(name), call.fact(path)
        if theirs is None or ours is None:
            gaps.append(f"history.refusals.{name}" if theirs is None else path)
        elif theirs != ours:
            return NO
    return missing(*gaps) if gaps else YES


def _agreed_after(rule: Rule, at: datetime | None, call: Call) -> Said:
    held = agreed(agreement(rule, "unless"), call)
    if not held.truth:
        return Said(held.truth, held.gaps)
    if at is None:
        return missing("history.refusals.at")
    newer = [one for one in held.consents if one.get("given_at") is not None and instant(one["given_at"]) > at]
    call.relied.extend(newer)
    return YES if newer else NO


def contact_limit(rule: Rule, call: Call) -> Iterator[Finding]:
    attempts, most = call.fact("history.attempts"), rule.values["attempts_max"]
    by_day = "span_hours" not in rule.values and rule.entry.get("within") == "calendar_day"
    sure = 0
    unsure: list[tuple[str, ...]] = []
    for one in attempts or ():
        counts = _counts(rule, one, call, by_day=by_day)
        if counts is not None:
            sure, unsure = (sure, [*unsure, counts]) if counts else (sure + 1, unsure)
    if attempts is not None and sure + len(unsure) < most:
        return
    way = _limit_lifted(rule, call)
    if way.truth:
        return
    if attempts is None:
        yield lacks("history.attempts", *way.gaps)
    elif sure < most:
        yield lacks(*each_once(*unsure, way.gaps))
    elif way.truth is None:
        yield lacks(*way.gaps)
    elif by_day and not call.zones:
        yield lacks("callee.zones")
    else:
        yield bars(rule, "frequency")


def _limit_lifted(rule: Rule, call: Call) -> Said:
    if "unless" in rule.entry:
        held = relied(agreed(agreement(rule, "unless"), call), call)
        if held.truth is not False:
            return Said(held.truth, held.gaps)
    return lifted(rule, call)


def _counts(rule: Rule, one: Entry, call: Call, *, by_day: bool) -> tuple[str, ...] | None:
    """What is missing to count an attempt; None where it does not count."""
    at = None if one.get("at") is None else instant(one["at"])
    if at is not None:
        if by_day:
            early = at < call.day_begins(call.first_day)
        else:
            hours = rule.values["span_hours"] if "span_hours" in rule.values else 24 * rule.values["span_days"]
            early = at <= call.at - timedelta(hours=hours)
        if early or at >= call.at:
            return None
    gaps = [] if at is not None else ["history.attempts.at"]
    if one.get("channel") is None:
        gaps.append("history.attempts.channel")
    elif one["channel"] not in rule.entry.get("channels", ("voice",)):
        return None
    pairs = [] if rule.entry.get("whose") == "anyone" else [("principal", "principal.id")]
    if rule.entry.get("same") == "product":
        pairs.append(("product", "product"))
    for name, path in pairs:
        theirs, ours = one.get(name), call.fact(path)
        gaps.extend(call.known(((f"history.attempts.{name}", theirs), (path, ours))))
        if theirs is not None and ours is not None and theirs != ours:
            return None
    counts = rule.entry.get("counts", "every")
    if counts == "every" or (counts == "automated" and one.get("method") in _AUTOMATED):
        return tuple(gaps)
    key = "reached" if counts == "reached" else "prerecorded"
    if one.get(key) is None:
        return (*gaps, f"history.attempts.{key}")
    return tuple(gaps) if one[key] else None


def contact_pause(rule: Rule, call: Call) -> Iterator[Finding]:
    """Whole business days after a talk of this seller's."""
    attempts = call.fact("history.attempts")
    if attempts is None or (attempts and not call.zones):
        held = agreed(agreement(rule, "unless"), call)
        if not held.truth:
            yield lacks("history.attempts" if attempts is None else "callee.zones", *held.gaps)
        return
    talks, gaps = 0, []
    for one in attempts:
        at = None if one.get("at") is None else instant(one["at"])
        if at is not None and (at >= call.at or _pause_over(rule, at, call)):
            continue
        unknown = _spoke(rule, one, call)
        if unknown:
            gaps.append(unknown)
        elif unknown is not None:
            talks += 1
    if not talks and not gaps:
        return
    held = relied(agreed(agreement(rule, "unless"), call), call)
    if held.truth:
        return
    if held.truth is None or not talks:
        yield lacks(*each_once(held.gaps, *([] if talks else gaps)))
    else:
        yield bars(rule, "frequency")


def _pause_over(rule: Rule, at: datetime, call: Call) -> bool:
    calendar = rule.law.calendars[rule.entry["holidays"]]

    def over_in(zone: str) -> bool:
        day, passed = at.astimezone(call.zone_of(zone)).date(), 0
        while passed < rule.values["pause"]:
            day += DAY
            passed += calendar.is_business_day(day) and calendar.half_day(day) is None
        return call.local(zone).date() > day

    return all(over_in(zone) for zone in call.zones)


def _spoke(rule: Rule, one: Entry, call: Call) -> tuple[str, ...] | None:
    """What is missing to count a talk; None where it does not count."""
    ours, theirs = call.fact("principal.id"), one.get("principal")
    channel = one.get("channel")
    if one.get("reached") is False:
        return None
    if channel is not None and channel not in rule.entry.get("channels", ("voice",)):
        return None
    if theirs is not None and ours is not None and theirs != ours:
        return None
    keys = ("at", "reached", "channel", "principal")
    return call.known((*((f"history.attempts.{key}", one.get(key)) for key in keys), ("principal.id", ours)))


def after_abandonment(rule: Rule, call: Call) -> Iterator[Finding]:
    abandoned, rest = call.fact("history.abandoned"), timedelta(hours=rule.values["rest_hours"])
    if abandoned is None:
        yield lacks("history.abandoned")
    elif any(instant(one["at"]) <= call.at < instant(one["at"]) + rest for one in abandoned):
        yield bars(rule, "abandonment")


def abandonment(rule: Rule, call: Call) -> Iterator[Finding]:
    share, days = call.fact("abandonment.share"), call.fact("abandonment.period_days")
    if share is None:
        yield lacks("abandonment.share")
    elif share > rule.values["share_max"]:
        yield bars(rule, "abandonment")
    elif rule.entry.get("over") == "whatever_period":
        return
    elif days is None:
        yield lacks("abandonment.period_days")
    elif days > rule.values["period_days"]:
        yield lacks("abandonment.share")


def ring_time(rule: Rule, call: Call) -> Iterator[Finding]:
    least, most = rule.ring_s_min, rule.values.get("ring_s_max")
    yield from must(call, rule, "ring_time", ("setup.ring_s", lambda s: s >= least and (most is None or s <= most)))
