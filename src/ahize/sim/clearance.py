"""A made-up clearance with the manners of the real one: one transaction, the real rulebook, a sealed permit.

Everything is read at one instant, as under lock: live attempts, suppressions, what is known of the person. The ruling
is written beside the attempt, and the permit is sealed with a key that the engine and the gate don't have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from ahize.compliance.facts import CallFacts
from ahize.compliance.rulebook import Rulebook
from ahize.compliance.ruling import LONGEST_PERMIT_S, Permit, Ruling, World, ringing_s
from ahize.dialer.commands import SeekLeave
from ahize.dialer.events import Barred, Cleared
from ahize.kernel.ids import AttemptId, TenantId
from ahize.kernel.seals import Sealer
from ahize.sim.store import AlreadyLive, AttemptRow, Person, SimStore

Answer = Cleared | Barred
RETRY_S = 600
PAST_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class RulingRow:
    """What was asked and what was ruled: enough to decide it again."""

    at: datetime
    facts: Mapping[str, Any]
    ruling: Ruling


@dataclass
class SimClearance:
    """Rules and seals for one floor.

    Args:
        about: facts of a campaign and of its seller, in the words of the contract; the person's are added.
        unknown: a fact to leave out for some people, to see that it bars: called with the person.
        keep: False forgets the rulings, for long benches.
    """

    store: SimStore
    sealer: Sealer
    tenant: TenantId
    caller_id: str
    about: Mapping[str, Any]
    rulebook: Rulebook = field(default_factory=Rulebook.load)
    world: World = "made_up"
    permit_s: float = LONGEST_PERMIT_S
    unknown: Callable[[Person], str] = lambda _: ""
    listed: Callable[[Person], bool] = lambda _: False
    keep: bool = True
    silent: bool = False
    rulings: dict[AttemptId, RulingRow] = field(default_factory=dict)
    permits: dict[AttemptId, Permit] = field(default_factory=dict)
    _tries: dict[str, list[datetime]] = field(default_factory=dict)

    def rule(self, ask: SeekLeave, now: datetime) -> Answer | None:
        """The whole transaction. None where clearance is dead: nothing is written, nothing is answered."""
        if self.silent:
            return None
        candidate = ask.candidate
        person = self.store.people[candidate.contact]
        facts = self._facts(ask, person, now)
        ruling = self.rulebook.decide(CallFacts.from_json(facts))
        if self.keep:
            self.rulings[ask.attempt] = RulingRow(now, facts, ruling)
        ringing = ringing_s(ruling, self.store.campaigns[candidate.campaign].ring_s_max, now)
        if ruling.is_allowed and ringing is None:
            self.store.insert_attempt(AttemptRow(ask.attempt, candidate, now, "block", live=False, outcome="barred"))
            return Barred(ask.attempt, ("hours",), ruling.lawful_until)
        row = AttemptRow(ask.attempt, candidate, now, ruling.verdict, live=ruling.is_allowed)
        if not ruling.is_allowed:
            row.outcome = "barred"
            self.store.insert_attempt(row)
            grounds = ruling.grounds or tuple(f"unknown: {name}" for name in ruling.unknown)
            return Barred(ask.attempt, grounds, ruling.next_lawful)
        try:
            self.store.insert_attempt(row)
        except AlreadyLive:
            row.live, row.verdict, row.outcome = False, "block", "barred"
            self.store.insert_attempt(row)
            return Barred(ask.attempt, ("in_call",), now + timedelta(seconds=RETRY_S))
        self._tries.setdefault(candidate.number, []).append(now)
        permit = self._seal(ask, ruling, now)
        if self.keep:
            self.permits[ask.attempt] = permit
        return Cleared(ask.attempt, permit)

    def _seal(self, ask: SeekLeave, ruling: Ruling, now: datetime) -> Permit:
        candidate = ask.candidate
        settings = self.store.campaigns[candidate.campaign]
        ringing = ringing_s(ruling, settings.ring_s_max, now)
        assert ringing is not None, "what would ring too long was barred"
        valid_until = now + timedelta(seconds=self.permit_s)
        if ruling.lawful_until is not None:
            valid_until = min(valid_until, ruling.lawful_until)
        unsigned = Permit(
            id=ask.attempt,
            attempt=ask.attempt,
            number=candidate.number,
            tenant=self.tenant,
            seller=candidate.seller,
            campaign=candidate.campaign,
            contact=candidate.contact,
            floor=self.store.floor,
            epoch=self.store.epoch,
            world=self.world,
            caller_id=self.caller_id,
            sealed_at=now,
            valid_until=valid_until,
            ring_s_min=ringing[0],
            ring_s_max=ringing[1],
            duties=ruling.duties,
            federal_only=ruling.federal_only,
        )
        return replace(unsigned, signature=self.sealer.sign(unsigned.payload()))

    def _facts(self, ask: SeekLeave, person: Person, now: datetime) -> dict[str, Any]:
        """What is known at this instant, in the contract's words; what is not known is left out, never guessed."""
        number = ask.candidate.number
        at = now.isoformat()
        facts: dict[str, Any] = {
            **self.about,
            "caller": {**self.about["caller"], "pays_registry_for": [number[2:5]]},
            "at": at,
            "channel": "voice",
            "method": ask.method,
            "cli": {
                "e164": self.caller_id,
                "kind": "geographic",
                "dialable": True,
                "rights_proven": True,
                "route_country": "US",
            },
            "number": {
                "e164": number,
                "line_type": "fixed",
                "reassigned": "no",
                "reassigned_checked_on": now.date().isoformat(),
            },
            "callee": {
                "country": "US",
                "regions": [person.region],
                "zones": [person.zone],
                "capacity": "consumer",
                "emergency_declared": False,
            },
            # The national registry, and the state's own where it has one.
            "registries": {
                code: {"listed": self.listed(person), "version_on": (now - timedelta(days=7)).date().isoformat()}
                for code in ("US-FTC", person.region)
            },
            "suppressions": self._suppressions(person),
            "history": {
                "attempts": [
                    {"at": tried.isoformat(), "principal": str(person.seller), "channel": "voice", "reached": False}
                    for tried in self._tries.get(number, [])[-PAST_ATTEMPTS:]
                ],
                "abandoned": [],
                "refusals": [],
            },
        }
        if ask.method in ("prerecorded", "ai_voice"):
            facts |= {"consents": [_agreement(str(person.seller), number)], "setup": {**facts["setup"], **_RECORDED}}
        left_out = self.unknown(person)
        if left_out:
            group, _, name = left_out.partition(".")
            facts[group] = {key: value for key, value in facts[group].items() if key != name} if name else None
        return facts

    def _suppressions(self, person: Person) -> list[dict[str, Any]]:
        entries = []
        for seller in (person.seller, None):
            at = self.store.suppressed.get((person.number, seller))
            if at is not None:
                entries.append(
                    {
                        "scope": "all" if seller is None else "principal",
                        "principal": str(person.seller),
                        "channel": None,
                        "at": at.isoformat(),
                        "source": "callee",
                        "covers": "everything",
                    }
                )
        return entries


_RECORDED = {"opt_out_prompt_s": 1, "opt_out_disconnects": True, "opt_out_toll_free": True}
"""What a recording must offer beside."""


def _agreement(principal: str, number: str) -> dict[str, Any]:
    """Whoever is on a made-up broadcast's list has signed for it."""
    return {
        **{"form": "esign", "level": "express_written", "principal": principal, "channels": ["voice"]},
        **{"methods": ["live", "automated", "ai"], "purposes": ["sales"], "given_at": "2026-01-15T16:00:00Z"},
        **{"number": number, "signed": True, "conditional": False, "proof_kept": True},
    }


def ordinary_seller(principal: str) -> dict[str, Any]:
    """A lawful seller of ordinary goods with a complete set-up: the part of the facts that is not the person's.

    It holds every licence that a state asks for, and has paid for the registry of whatever area code is called; that is
    added call by call.
    """
    licences = [code for code in Rulebook.load().codes("registration") if code.startswith("US-")]
    return {
        "purpose": "sales",
        "promotes": True,
        "caller": {
            "country": "US",
            "role": "in_house",
            "registrations": ["US-FTC-SAN", *licences],
        },
        "principal": {"id": principal, "org_type": "commercial", "sector": "retail", "country": "US"},
        "relationships": [],
        "consents": [],
        "abandonment": {"share": 0.0, "period_days": 30, "live_answers": 0},
        "setup": {
            "ring_s": 20,
            "opt_out_mechanism": True,
            "message_names_caller": True,
            "records_call": False,
            "script_discloses": ["identity", "principal", "purpose", "goods", "opt_out"],
            "abandon_message_promotes": False,
        },
    }
