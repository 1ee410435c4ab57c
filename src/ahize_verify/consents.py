"""Registers, and what a person agreed to: lists of who wants no calls, consents, their registry, members, faxes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time, timedelta

from ahize_verify.call import DAY, NO, YES, Call, Said, area_code, each_once, instant, later_by_months, missing
from ahize_verify.days import WEEKDAYS, Span, in_spans
from ahize_verify.finding import Bar, Finding, Gap, agreement, bars, day_in, lacks, must
from ahize_verify.holding import (
    Entry,
    agreed,
    agreed_among,
    lifted,
    related,
    relied,
)
from ahize_verify.law import Rule

_BAND = re.compile(r"(\d\d?)\s*-\s*(\d\d?)\Z")


def _copy(rule: Rule, call: Call) -> Entry | None:
    found: Entry | None = (call.fact("registries") or {}).get(rule.entry["registry"])
    return found


def registry(rule: Rule, call: Call) -> Iterator[Finding]:
    return _listing(rule, call, lifted)


def registry_revocation(rule: Rule, call: Call) -> Iterator[Finding]:
    """A listing that takes back the consents given before it, but for those beside a dealing."""
    return _listing(rule, call, _not_taken_back)


def _listing(rule: Rule, call: Call, lifts: Callable[[Rule, Call], Said]) -> Iterator[Finding]:
    copy, code = _copy(rule, call), f"registries.{rule.entry['registry']}"
    listed = None if copy is None else copy.get("listed")
    if listed is False:
        return
    binds = _binds(rule, copy, call, code) if listed else YES
    if binds.truth is False:
        return
    way = lifts(rule, call)
    if way.truth:
        return
    if copy is None:
        yield lacks(code, *way.gaps)
    elif listed is None:
        yield lacks(f"{code}.listed", *way.gaps)
    elif way.truth is None or binds.truth is None:
        yield lacks(*each_once(binds.gaps, way.gaps))
    else:
        yield bars(rule, "registry")


def _binds(rule: Rule, copy: Entry | None, call: Call, code: str) -> Said:
    """Has the listing stood long enough?"""
    after, months = rule.values.get("binds_from_day"), rule.values.get("binds_months")
    if after is None and months is None:
        return YES
    listed_on = day_in(copy, "listed_on")
    if listed_on is None or call.first_day < listed_on:
        return missing(f"{code}.listed_on")
    least, most = call.days_since(listed_on)
    if most < (after or 0):
        return NO
    stands = YES if months is None else call.until_the_end_of(later_by_months(listed_on, months) - DAY)
    return missing("callee.zones") if stands.truth and not call.zones and least < (after or 0) else stands


def _not_taken_back(rule: Rule, call: Call) -> Said:
    held = agreed(agreement(rule, "unless"), call)
    if held.truth is False:
        return NO
    spared = [related(rule.law.relationships[name], call) for name in rule.entry["spares"]]
    later = _given_after_listing(rule, held.consents, call) if held.truth else missing(*held.gaps)
    if held.truth and (later.truth or any(one.truth for one in spared)):
        relied(held, call)
        return YES
    gaps = each_once(held.gaps, later.gaps, *(one.gaps for one in spared if one.truth is None))
    return missing(*gaps) if gaps else NO


def _given_after_listing(rule: Rule, consents: tuple[Entry, ...], call: Call) -> Said:
    """Was one of them given on a later day, wherever the person is?"""
    copy, code = _copy(rule, call), f"registries.{rule.entry['registry']}"
    listed_on = day_in(copy, "listed_on")
    if copy is None or copy.get("listed") is None:
        return missing(code)
    if listed_on is None:
        return missing(f"{code}.listed_on")
    given = [instant(one["given_at"]) for one in consents if one.get("given_at") is not None]
    zones = [call.zone_of(zone) for zone in call.zones or ("Etc/GMT+12",)]
    return YES if any(all(at.astimezone(zone).date() > listed_on for zone in zones) for at in given) else NO


def registry_age(rule: Rule, call: Call) -> Iterator[Finding]:
    copy, code, oldest = _copy(rule, call), f"registries.{rule.entry['registry']}", rule.values["age_days_max"]
    if copy is None and rule.entry.get("where_held"):
        return
    version_on = day_in(copy, "version_on")
    least, most = (0, 0) if version_on is None else call.days_since(version_on)
    if version_on is not None and least >= 0 and most <= oldest:
        return
    way = lifted(rule, call)
    if way.truth:
        return
    if copy is None:
        yield lacks(code, *way.gaps)
    elif version_on is None or least < 0:
        yield lacks(f"{code}.version_on", *way.gaps)
    elif way.truth is None:
        yield lacks(*way.gaps)
    elif not call.zones and least <= oldest:
        yield lacks("callee.zones")
    else:
        yield bars(rule, "registry_stale")


def registry_payment(rule: Rule, call: Call) -> Iterator[Finding]:
    unpaid = list(_unpaid(rule, call))
    if not unpaid:
        return
    way = lifted(rule, call)
    if way.truth is None:
        yield lacks(*each_once(way.gaps, *(one.facts for one in unpaid if isinstance(one, Gap))))
    elif not way.truth:
        yield from unpaid


def _unpaid(rule: Rule, call: Call) -> Iterator[Finding]:
    code, area = rule.entry.get("registration"), area_code(call.fact("number.e164"))
    if code is not None:
        yield from must(call, rule, "registry_unpaid", ("caller.registrations", lambda held: code in held))
    if area is None:
        yield lacks("number.e164")
    else:
        yield from must(call, rule, "registry_unpaid", ("caller.pays_registry_for", lambda paid: area in paid))


PARTS = ("categories", "modes", "bands", "days")
"""What a person may bar in a register of preferences."""


def preference(rule: Rule, call: Call) -> Iterator[Finding]:
    copy, code = _copy(rule, call), f"registries.{rule.entry['registry']}"
    barred = False
    gaps: list[tuple[str, ...]] = [(code,)]
    if copy is not None:
        said = [_prefers(part, rule, copy, call) for part in PARTS]
        barred, gaps = any(one.truth for one in said), [one.gaps for one in said if one.truth is None]
        if copy.get("listed") is None and (barred or gaps):
            barred, gaps = False, [(f"{code}.listed",), *gaps]
    if not barred and not gaps:
        return
    way = lifted(rule, call)
    if way.truth:
        return
    if way.truth is None or not barred:
        yield lacks(*each_once(() if barred else each_once(*gaps), way.gaps))
    else:
        yield bars(rule, "registry")


def _prefers(part: str, rule: Rule, copy: Entry, call: Call) -> Said:
    """Does the person bar this call by that part of the register?"""
    named, code = copy.get(part), f"registries.{rule.entry['registry']}"
    if named is None:
        return NO if copy.get("listed") is False else missing(f"{code}.{part}")
    if not named:
        return NO
    if part == "categories":
        return _of_category(set(named), rule, call)
    if part == "modes":
        return _of_mode(named, rule, call)
    if not call.zones:
        return missing("callee.zones")
    return _of_day(named, rule, call) if part == "days" else _of_hour(named, code, call)


def _of_category(named: set[str], rule: Rule, call: Call) -> Said:
    categories, sector = rule.entry["categories"], call.fact("principal.sector")
    if named >= set(categories.values()):
        return YES
    return missing("principal.sector") if sector is None else Said(categories.get(sector) in named)


def _of_mode(named: Sequence[str], rule: Rule, call: Call) -> Said:
    channel, method = call.fact("channel"), call.fact("method")
    if channel is None:
        return missing("channel")
    if channel != "voice":
        return Said(rule.entry["text_mode"] in named)
    return missing("method") if method is None else Said(rule.entry["modes"].get(method) in named)


def _of_day(named: Sequence[str], rule: Rule, call: Call) -> Said:
    calendar, days = rule.law.calendars[rule.entry["holidays"]], [call.local(zone).date() for zone in call.zones]
    by_name = any(WEEKDAYS[day.weekday()][:3] in named for day in days)
    return Said(by_name or ("holiday" in named and any(calendar.holiday(day) is not None for day in days)))


def _of_hour(named: Sequence[str], code: str, call: Call) -> Said:
    hours, walls = [_band(one) for one in named], [call.local(zone).time() for zone in call.zones]
    if any(in_spans((one,), wall) for one in hours if one is not None for wall in walls):
        return YES
    return missing(f"{code}.bands") if None in hours else NO


def _band(text: str) -> Span | None:
    """``18-21`` as hours of the day; None where it cannot be read."""
    found = _BAND.match(text)
    opens, closes = (int(found[1]), int(found[2])) if found else (0, 0)
    if not opens < closes <= 24:
        return None
    return time(opens), None if closes == 24 else time(closes)


def consent(rule: Rule, call: Call) -> Iterator[Finding]:
    held = relied(agreed(agreement(rule, "needs"), call), call)
    if held.truth is None:
        yield lacks(*held.gaps)
    for ground in held.grounds:
        yield bars(rule, ground)


def consent_or_relationship(rule: Rule, call: Call) -> Iterator[Finding]:
    held = agreed(agreement(rule, "needs"), call)
    if not held.truth:
        dealings = [related(rule.law.relationships[name], call) for name in rule.entry["or_relationships"]]
        if any(one.truth for one in dealings):
            return
        gaps = each_once(*(one.gaps for one in dealings))
        if gaps:
            yield lacks(*each_once(held.gaps, gaps))
            return
    yield from consent(rule, call)


def line_type(rule: Rule, call: Call) -> Iterator[Finding]:
    held = relied(agreed(agreement(rule, "unless"), call), call)
    if held.truth is None:
        yield lacks(*held.gaps)
    elif not held.truth:
        yield bars(rule, "line_type")


def consent_registry(rule: Rule, call: Call) -> Iterator[Finding]:
    """A public register of consents: what it refuses is barred, what it granted needs a sound consent, in time."""
    code, answer = rule.entry["registry"], _copy(rule, call)
    status = None if answer is None else answer.get("status")
    if status is None:
        yield lacks(f"registries.{code}" if answer is None else f"registries.{code}.status")
        return
    if status == "refused":
        yield _named(rule, "registry")
        return
    way, opt_out = lifted(rule, call), rule.conditions["opt_out_for"](call)
    if way.truth or opt_out.truth:
        return
    found = list(_granted(rule, call) if status == "granted" else _not_granted(rule, call))
    if found and (way.truth is None or opt_out.truth is None):
        yield lacks(*each_once(way.gaps, opt_out.gaps, *(one.facts for one in found if isinstance(one, Gap))))
    else:
        yield from found


def _named(rule: Rule, ground: str) -> Bar:
    """A bar on a ground for which the entry may name another rule."""
    other = rule.entry.get("by_ground", {}).get(ground)
    return bars(rule, ground) if other is None else Bar(other["rule"], ground, tuple(other["cites"]))


def _not_granted(rule: Rule, call: Call) -> Iterator[Finding]:
    held = agreed(agreement(rule, "needs"), call)
    if held.truth is False:
        for ground in held.grounds:
            yield _named(rule, ground)
    else:
        yield _named(rule, "consent_missing" if call.fact("consents") is None else "consent_unregistered")


def _granted(rule: Rule, call: Call) -> Iterator[Finding]:
    consents, wanted = call.fact("consents"), agreement(rule, "needs")
    if consents is None:
        yield lacks("consents")
        return
    own = [one for one in consents if _may_be_ours(one, call)]
    if not own:
        method = call.fact("method")
        if method is None:
            yield lacks("method")
        elif wanted.get("methods", {}).get(method, "live") != "live":
            yield _named(rule, "consent_scope")
        return
    held = agreed_among(wanted, own, call)
    if held.truth is None:
        yield lacks(*held.gaps)
    elif not held.truth:
        for ground in held.grounds:
            yield _named(rule, ground)
    else:
        in_time = [(one, _recorded_in_time(rule, one, call)) for one in held.consents]
        call.relied.extend(one for one, said in in_time if said.truth)
        if not any(said.truth for _, said in in_time):
            gaps = each_once(*(said.gaps for _, said in in_time))
            yield lacks(*gaps) if gaps else _named(rule, "consent_unregistered")


def _may_be_ours(one: Entry, call: Call) -> bool:
    pairs = (("principal", "principal.id"), ("brand", "principal.brand"), ("number", "number.e164"))
    same = all(
        one.get(name) is None or (wanted := call.fact(path)) is None or one[name] == wanted for name, path in pairs
    )
    channels, channel = one.get("channels"), call.fact("channel")
    return same and (channels is None or channel is None or channel in channels)


def _recorded_in_time(rule: Rule, one: Entry, call: Call) -> Said:
    if one.get("form") in rule.entry.get("taken_by_itself", ()):
        return YES
    state = one.get("registry_state")
    if state is None:
        return missing("consents.registry_state")
    if state != "accepted":
        return NO
    if one.get("registry_at") is None or one.get("given_at") is None:
        return missing("consents.registry_at")
    zone = call.zone_of(rule.entry["zone"])
    recorded_at, given_at = instant(one["registry_at"]), instant(one["given_at"])
    if recorded_at > call.at:
        return NO
    calendar = rule.law.calendars[rule.entry["holidays"]]
    recorded_on = recorded_at.astimezone(zone).date()
    last_day = calendar.business_day(given_at.astimezone(zone).date(), rule.values["recorded_within"])
    before = date.fromisoformat(rule.entry.get("in_time_before", date.min.isoformat()))
    return YES if recorded_on < before or recorded_on <= last_day else NO


def consent_registry_age(rule: Rule, call: Call) -> Iterator[Finding]:
    answer, code = _copy(rule, call), rule.entry["registry"]
    if answer is None:
        return  # The rule that needs the answer says so.
    checked_at = None if answer.get("checked_at") is None else instant(answer["checked_at"])
    if checked_at is None or checked_at > call.at:
        yield lacks(f"registries.{code}.checked_at")
        return
    zone, calendar = call.zone_of(rule.entry["zone"]), rule.law.calendars[rule.entry["holidays"]]
    last_day = calendar.business_day(checked_at.astimezone(zone).date(), rule.values["age_max"])
    if call.at.astimezone(zone).date() > last_day:
        yield bars(rule, "registry_stale")


def after_withdrawal(rule: Rule, call: Call) -> Iterator[Finding]:
    """Nobody is asked anew for so many days after they took a consent back."""
    consents, seller = call.fact("consents"), call.fact("principal.id")
    if consents is None:
        yield lacks("consents")
        return
    gaps = []
    for one in consents:
        at = None if one.get("revoked_at") is None else instant(one["revoked_at"])
        if at is None or at > call.at:
            continue
        said_on = max(at.astimezone(call.zone_of(zone)).date() for zone in call.zones or ("Etc/GMT-14",))
        if call.first_day >= said_on + timedelta(days=rule.values["pause_days"]):
            continue
        unknown = call.known((("consents.principal", one.get("principal")), ("principal.id", seller)))
        if unknown:
            gaps.append(unknown[0])
        elif one["principal"] == seller:
            yield bars(rule, "consent_revoked")
            return
    if gaps:
        yield lacks(*each_once(gaps))


def reassigned(rule: Rule, call: Call) -> Iterator[Finding]:
    """A consent helps only while the number is still that person's: read after the rules that relied on one."""
    read = YES
    if not call.relied:
        if rule.conditions["also_where"](call).truth is False:
            return
        held = agreed(agreement(rule, "agreement"), call)
        read = Said(held.truth, held.gaps)
    if read.truth is False:
        return
    said, checked_on = call.fact("number.reassigned"), call.day_of("number.reassigned_checked_on")
    if said == "yes":
        yield bars(rule, "reassigned") if read.truth else lacks(*read.gaps)
    elif said is None:
        yield lacks("number.reassigned", *read.gaps)
    elif checked_on is None:
        yield lacks("number.reassigned", "number.reassigned_checked_on", *read.gaps)
    else:
        least, most = call.days_since(checked_on)
        if most > rule.values["age_days_max"] or least < 0:
            yield lacks("number.reassigned", *read.gaps)


def members_and_donors(rule: Rule, call: Call) -> Iterator[Finding]:
    member, donor = _member(call), _donor(rule, call)
    if member.truth or donor.truth:
        return
    if None in (member.truth, donor.truth):
        yield lacks(*each_once(member.gaps, donor.gaps))
    else:
        yield bars(rule, "consent_missing")


def _member(call: Call) -> Said:
    members, seller = call.fact("callee.member_of"), call.fact("principal.id")
    joined = related({"months": {"membership": None}, "ended_by_either_side": True}, call)
    if joined.truth:
        return YES
    if members is None:
        return missing("callee.member_of")
    if not members:
        return NO
    return missing("principal.id") if seller is None else YES if seller in members else NO


def _donor(rule: Rule, call: Call) -> Said:
    gave = related({"months": {"donation": rule.values["gift_months"]}}, call)
    dealings, donor_of, seller = call.fact("relationships"), call.fact("callee.donor_of"), call.fact("principal.id")
    if gave.truth is not False or not donor_of or dealings is None:
        return gave
    if seller is None:
        return missing("principal.id")
    if seller not in donor_of:
        return gave
    dated = any(one.get("kind") == "donation" and one.get("principal") == seller for one in dealings)
    return gave if dated else missing("relationships")


def fax_permission(rule: Rule, call: Call) -> Iterator[Finding]:
    held = relied(agreed(agreement(rule, "permission"), call), call)
    if held.truth:
        return
    dealing, source = related(rule.law.relationships[rule.entry["relationship"]], call), call.fact("number.source")
    right = missing("number.source") if source is None else YES if source in rule.entry["sources"] else NO
    if dealing.truth and right.truth:
        return
    if False in (dealing.truth, right.truth):
        if held.truth is None:
            yield lacks(*held.gaps)
        for ground in held.grounds:
            yield bars(rule, ground)
    else:
        yield lacks(*each_once(held.gaps, dealing.gaps, right.gaps))


def fax_notice(rule: Rule, call: Call) -> Iterator[Finding]:
    notice = call.fact("setup.fax_opt_out_notice")
    if notice:
        return
    held = agreed(agreement(rule, "permission"), call)
    if held.truth:
        return
    if notice is None:
        yield lacks("setup.fax_opt_out_notice", *held.gaps)
    elif held.truth is None:
        yield lacks(*held.gaps)
    else:
        yield bars(rule, "disclosure")
