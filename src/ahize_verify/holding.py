"""What is held: an agreement, a dealing that counts, and the person's own stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ahize_verify.call import DAY, NO, YES, Call, Said, each_once, instant, later_by_months, missing
from ahize_verify.law import Rule, Shared

Entry = Mapping[str, Any]


class Agreed(NamedTuple):
    """What the consents come to.

    Args:
        grounds: of a no, on which it bars.
        consents: of a yes, those that fit.
    """

    truth: bool | None
    gaps: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    consents: tuple[Entry, ...] = ()


def agreed(agreement: Entry, call: Call) -> Agreed:
    """Which of the consents on file are this agreement."""
    consents = call.fact("consents")
    return Agreed(None, ("consents",)) if consents is None else agreed_among(agreement, consents, call)


def agreed_among(agreement: Entry, consents: Sequence[Entry], call: Call) -> Agreed:
    grounds: list[str] = []
    gaps: list[tuple[str, ...]] = []
    fits = []
    for consent in consents:
        said = _fits(agreement, consent, call, grounds)
        if said.truth:
            fits.append(consent)
        elif said.truth is None:
            gaps.append(said.gaps)
    if fits:
        return Agreed(truth=True, consents=tuple(fits))
    if gaps:
        return Agreed(None, each_once(*gaps))
    return Agreed(truth=False, grounds=each_once(grounds) or ("consent_missing",))


def _fits(agreement: Entry, consent: Entry, call: Call, grounds: list[str]) -> Said:
    """Does one consent fit? A no may leave its ground behind."""
    covers, form = _covers(agreement, consent, call), _form(agreement, consent)
    given_at, revoked_at, until = (_at(consent, key) for key in ("given_at", "revoked_at", "until"))
    if given_at is not None and call.at < given_at:
        return NO
    if revoked_at is not None and revoked_at <= call.at:
        if covers.truth is not False:
            grounds.append("consent_revoked")
        return NO
    term = _within_term(agreement, given_at, until, call)
    if term.truth is False or (until is not None and until <= call.at):
        return NO
    for said, ground in ((covers, "consent_scope"), (form, "consent_form")):
        if said.truth is False:
            grounds.append(ground)
            return NO
    gaps = each_once(covers.gaps, form.gaps, ("consents.given_at",) if given_at is None else (), term.gaps)
    return missing(*gaps) if gaps else YES


def _within_term(agreement: Entry, given_at: datetime | None, until: datetime | None, call: Call) -> Said:
    """Has it not lapsed by the law's own months?"""
    told = agreement.get("ends_as_told", True) and until is not None
    if agreement["lapses_after"] is None or told or given_at is None:
        return YES
    given_on = min(given_at.astimezone(call.zone_of(zone)).date() for zone in call.zones or ("UTC",))
    return call.until_the_end_of(later_by_months(given_on, agreement["lapses_after"]) - DAY)


def _covers(agreement: Entry, consent: Entry, call: Call) -> Said:
    """The same person, number, brand where it matters, channel, method and purpose."""
    gaps: list[str] = []
    pairs = [("principal", "principal.id"), ("number", "number.e164")]
    if agreement.get("of_brand"):
        pairs.append(("brand", "principal.brand"))
    for name, path in pairs:
        theirs, ours = consent.get(name), call.fact(path)
        if theirs is None or ours is None:
            gaps.append(f"consents.{name}" if theirs is None else path)
        elif theirs != ours:
            return NO
    channels, channel = consent.get("channels"), call.fact("channel")
    if channels is None or channel is None:
        gaps.append("consents.channels" if channels is None else "channel")
    elif channel not in channels:
        return NO
    for said in (_covers_method(agreement, consent, call), _covers_purpose(agreement, consent, call)):
        if said.truth is False:
            return NO
        gaps.extend(said.gaps)
    return missing(*gaps) if gaps else YES


def _covers_method(agreement: Entry, consent: Entry, call: Call) -> Said:
    wanted_by = agreement.get("methods") or {}
    method = call.fact("method")
    if wanted_by and method is None:
        return missing("method")
    wanted = wanted_by.get(method)
    if wanted is None:
        return YES
    methods = consent.get("methods")
    return missing("consents.methods") if methods is None else YES if wanted in methods else NO


def _covers_purpose(agreement: Entry, consent: Entry, call: Call) -> Said:
    purposes, purpose = consent.get("purposes"), call.fact("purpose")
    if purposes is None or purpose is None:
        return missing("consents.purposes" if purposes is None else "purpose")
    selling: Said = agreement["selling"](call)
    if selling.truth is None:
        return selling
    families = agreement["families"]
    wanted = families["selling"] if selling.truth else [purpose, *families.get("also_covered_by", {}).get(purpose, ())]
    return YES if set(purposes) & set(wanted) else NO


def _form(agreement: Entry, consent: Entry) -> Said:
    """Was it taken in a way that counts, with proof?"""
    if consent.get("flaws"):
        return NO
    gaps = []
    for name, accepted in (("level", agreement["levels"]), ("form", agreement.get("forms"))):
        if accepted is None:
            continue
        if consent.get(name) is None:
            gaps.append(f"consents.{name}")
        elif consent[name] not in accepted:
            return NO
    due = {"proof_kept": True}
    if agreement.get("signed") or consent.get("form") in agreement.get("signed_forms", ()):
        due["signed"] = True
    if agreement.get("unconditional"):
        due["conditional"] = False
    for name, wanted in due.items():
        if consent.get(name) is None:
            gaps.append(f"consents.{name}")
        elif consent[name] is not wanted:
            return NO
    return missing(*gaps) if gaps else YES


def _at(entry: Entry, key: str) -> Any:
    return None if entry.get(key) is None else instant(entry[key])


def _on(entry: Entry, key: str) -> date | None:
    return None if entry.get(key) is None else date.fromisoformat(entry[key])


# ── dealings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def related(relationship: Entry, call: Call) -> Said:
    """Did the person deal with this seller, of late enough? What a stop ended stays ended."""
    dealings = call.fact("relationships")
    if dealings is None:
        return missing("relationships")
    found = [said for dealing in dealings if (said := _counts(relationship, dealing, call)).truth is not False]
    if not found:
        return NO
    if relationship.get("stops"):
        ended = _stopped(relationship["stops"], call)
        if ended.truth is not False:
            return NO if ended.truth else ended
    if any(said.truth for said in found):
        return YES
    return missing(*each_once(*(said.gaps for said in found)))


def _counts(relationship: Entry, dealing: Entry, call: Call) -> Said:
    """Is it such a dealing, with this seller, not ended, of late enough?"""
    if _is_none_of_it(relationship, dealing, call):
        return NO
    pairs = [(f"relationships.{key}", dealing.get(key)) for key in ("kind", "principal")]
    gaps = list(call.known([*pairs, ("principal.id", call.fact("principal.id"))]))
    if relationship.get("of_product"):
        gaps += ["relationships.product"] if dealing.get("product") is None else call.known([_spoken_of(call)])
    if relationship.get("refusal_offered") and dealing.get("opt_out_offered") is None:
        gaps.append("relationships.opt_out_offered")
    lasts = _lasts(relationship, dealing, call)
    if lasts.truth is False:
        return NO
    gaps.extend(lasts.gaps)
    return missing(*gaps) if gaps else YES


def _is_none_of_it(relationship: Entry, dealing: Entry, call: Call) -> bool:
    """Is it of another kind, seller or product, without a refusal offered where one is due, or ended?"""
    pairs = [("principal", call.fact("principal.id"))]
    pairs += [("product", call.fact("product"))] if relationship.get("of_product") else []
    ended_on = _on(dealing, "ended_on")
    return (
        (dealing.get("kind") is not None and dealing["kind"] not in relationship["months"])
        or any(None not in (dealing.get(key), ours) and dealing[key] != ours for key, ours in pairs)
        or bool(relationship.get("refusal_offered") and dealing.get("opt_out_offered") is False)
        or bool(relationship.get("ended_by_either_side") and ended_on is not None and call.last_day >= ended_on)
    )


def _spoken_of(call: Call) -> tuple[str, Any]:
    return "product", call.fact("product")


def _lasts(relationship: Entry, dealing: Entry, call: Call) -> Said:
    """Within the months of its kind? Of an unknown kind the longest."""
    months, kind = relationship["months"], dealing.get("kind")
    last_on, ended_on = _on(dealing, "last_on"), _on(dealing, "ended_on")
    if last_on is not None and last_on > call.last_day:
        return NO
    if kind is not None and kind in relationship.get("from_its_end", ()):
        if ended_on is None or months[kind] is None:
            return YES
        return call.until_the_end_of(_last_day(ended_on, months[kind]))
    terms = list(months.values()) if kind is None else [months[kind]]
    if last_on is None:
        return YES if kind is not None and months[kind] is None else missing("relationships.last_on")
    if None in terms:
        return YES
    return call.until_the_end_of(max(_last_day(last_on, term) for term in terms))


def _last_day(since: date, term: int | timedelta) -> date:
    return since + term if isinstance(term, timedelta) else later_by_months(since, term) - DAY


# ── stops ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stopped(stops: Entry, call: Call) -> Said:
    entries = call.fact("suppressions")
    if entries is None:
        return missing("suppressions")
    said = [stop_reaches(stops, entry, call) for entry in entries]
    if any(one.truth for one in said):
        return YES
    gaps = each_once(*(one.gaps for one in said if one.truth is None))
    return missing(*gaps) if gaps else NO


def stop_reaches(stops: Entry, entry: Entry, call: Call) -> Said:
    """Is this stop about this seller, channel and kind of content?"""
    gaps: list[str] = []
    scope, about, seller = entry.get("scope"), entry.get("principal"), call.fact("principal.id")
    if scope is None:
        gaps.append("suppressions.scope")
    elif scope in ("principal", "brand", "channel"):
        if about is None:
            if scope != "channel":
                gaps.append("suppressions.principal")
        elif seller is None:
            gaps.append("principal.id")
        elif about != seller and not (scope == "brand" and about == call.fact("principal.brand")):
            return NO
    if scope == "channel":
        theirs, ours = entry.get("channel"), call.fact("channel")
        if theirs is None or ours is None:
            gaps.append("suppressions.channel" if theirs is None else "channel")
        elif theirs != ours:
            return NO
    if entry.get("covers") == "marketing":
        marketing: Said = stops["marketing"](call)
        if marketing.truth is False:
            return NO
        gaps.extend(marketing.gaps)
    return missing(*gaps) if gaps else YES


def stop_lifted(stops: Entry, entry: Entry, call: Call) -> Said:
    """A consent that fits and is newer lifts it."""
    held, said_at = agreed(stops["lifted_by"], call), _at(entry, "at")
    if held.truth is False or said_at is None:
        return NO
    if held.truth is None:
        return missing(*held.gaps)
    newer = [one for one in held.consents if (given := _at(one, "given_at")) is not None and given > said_at]
    call.relied.extend(newer)
    return YES if newer else NO


def last_day_of(entry: Entry, rule: Rule, call: Call) -> date | None:
    """The last day on which a stop binds; None where it has no end."""
    months, said_at = rule.values.get("binds_months"), _at(entry, "at")
    if months is None or said_at is None:
        return None
    said_on = max(said_at.astimezone(call.zone_of(zone)).date() for zone in call.zones or ("Etc/GMT-14",))
    return later_by_months(said_on, months) + timedelta(days=rule.values.get("binds_days", 0))


# ── what a bar yields to ────────────────────────────────────────────────────────────────────────────────────────────


def lifted(rule: Rule, call: Call) -> Said:
    """Is a relationship or an agreement held that the entry names under ``lifted_by``?"""
    named, shared = rule.entry.get("lifted_by", {}), rule.law
    gaps: list[tuple[str, ...]] = []
    for name in named.get("relationships", ()):
        said = related(shared.relationships[name], call)
        if said.truth:
            return YES
        gaps.append(said.gaps)
    for name in named.get("agreements", ()):
        held = relied(agreed(shared.agreements[name], call), call)
        if held.truth:
            return YES
        gaps.append(held.gaps)
    unknown = each_once(*gaps)
    return missing(*unknown) if unknown else NO


def relied(held: Agreed, call: Call) -> Agreed:
    """Note that a rule stood on it."""
    call.relied.extend(held.consents)
    return held


def named_agreement(rule: Rule, key: str, shared: Shared) -> Entry:
    return shared.agreements[rule.entry[key]]
