"""Who calls, which number is shown, what is said: the set-up of a campaign, and what is barred outright."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import is_

from ahize_verify.call import Call
from ahize_verify.finding import Finding, bars, lacks, must
from ahize_verify.holding import (
    lifted,
)
from ahize_verify.law import Rule


def barred(rule: Rule, call: Call) -> Iterator[Finding]:
    way = lifted(rule, call)
    if way.truth is None:
        yield lacks(*way.gaps)
    elif not way.truth:
        yield bars(rule, rule.entry["ground"])


def caller_id(rule: Rule, call: Call) -> Iterator[Finding]:
    kind = call.fact("cli.kind")
    if kind is None:
        yield lacks("cli.kind")
    elif kind in rule.entry["barred_kinds"]:
        yield bars(rule, "caller_id")
        return
    yield from must(call, rule, "caller_id", ("cli.dialable", bool))


def caller_id_rights(rule: Rule, call: Call) -> Iterator[Finding]:
    yield from must(call, rule, "caller_id", ("cli.rights_proven", bool))


def caller_id_route(rule: Rule, call: Call) -> Iterator[Finding]:
    number, route = call.fact("cli.e164"), call.fact("cli.route_country")
    if call.fact("cli.kind") == "withheld" or route == rule.entry["route_country"]:
        return
    if number is None:
        yield lacks("cli.e164")
    elif number.startswith(rule.entry["prefix"]):
        yield lacks("cli.route_country") if route is None else bars(rule, "caller_id")


def caller_id_range(rule: Rule, call: Call) -> Iterator[Finding]:
    if call.fact("cli.kind") != "withheld":
        prefixes = tuple(rule.entry["prefixes"])
        yield from must(call, rule, "caller_id", ("cli.e164", lambda number: number.startswith(prefixes)))


def registration(rule: Rule, call: Call) -> Iterator[Finding]:
    code, among = rule.entry["registration"], rule.entry.get("among", "caller.registrations")
    yield from must(call, rule, "registration", (among, lambda held: code in held))


def recording(rule: Rule, call: Call) -> Iterator[Finding]:
    wanted = ("announces_recording", *(["asks_recording_consent"] if rule.entry.get("asks") else []))
    yield from must(call, rule, "recording", *((f"setup.{name}", bool) for name in wanted))


def script(rule: Rule, call: Call) -> Iterator[Finding]:
    says = set(rule.entry["says"])
    yield from must(call, rule, "disclosure", ("setup.script_discloses", lambda said: says <= set(said)))


def message(rule: Rule, call: Call) -> Iterator[Finding]:
    ground = rule.entry.get("ground", "disclosure")
    for one in rule.entry["must"]:
        yield from must(call, rule, ground, (one["fact"], partial(is_, one["be"])))


def opt_out_prompt(rule: Rule, call: Call) -> Iterator[Finding]:
    most = rule.values["prompt_s_max"]
    yield from must(call, rule, "disclosure", ("setup.opt_out_prompt_s", lambda s: s <= most))


def duty(rule: Rule, call: Call) -> Iterator[Finding]:  # noqa: ARG001  it bars nothing
    yield from ()
