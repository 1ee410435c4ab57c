"""What goes in and out at the doors of proof."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

State = Literal["waiting", "running", "done", "failed", "stopped"]


class AnchorOut(Schema):
    """A head that was kept outside the house. ``by`` null: the house by itself."""

    number: int
    hash: str
    kind: Literal["file", "download"]
    at: datetime
    by: UUID | None
    where: str


class HeadOut(Schema):
    """One signed head. It seals rulings before ``until_seq`` and audit entries before ``audit_until``."""

    number: int
    at: datetime
    hash: str
    first_seq: int
    until_seq: int
    audit_first: int
    audit_until: int


class ProofOut(Schema):
    """How sealing stands: ``head`` null: nothing was sealed yet; counts of what no head covers yet."""

    head: HeadOut | None
    rulings: int
    unsealed_rulings: int
    unsealed_audit: int
    key: str
    anchors: list[AnchorOut]


class CheckIn(Schema):
    """``kept``: text that holds heads kept outside, to be held against what is here."""

    kept: str = Field("", max_length=1_000_000)


class BreakOut(Schema):
    """The first place of a ledger that does not fit, in words. ``[number, until)``."""

    ledger: Literal["rulings", "audit", "heads"]
    code: str
    number: int
    until: int
    expected: str
    found: str
    where: str
    sentence: str


class CheckOut(Schema):
    """What a walk along everything found; ``kept`` counts the heads from the text that were looked at."""

    whole: bool
    rulings: int
    audit: int
    heads: int
    unsealed: int
    kept: int
    breaks: list[BreakOut]


class ExportIn(Schema):
    """A span ``[since, until)``, or a number, or attempts: exactly one of them."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    number: str = Field("", max_length=20)
    attempts: list[UUID] = Field(default_factory=list, max_length=1000)


class ExportOut(Schema):
    id: UUID
    kind: Literal["span", "number", "attempts"]
    since: datetime | None
    until: datetime | None
    number: str
    attempts: int
    asked_at: datetime
    by: str
    state: State
    rulings: int
    bytes: int
    sha256: str
    error: str


class RulebookOut(Schema):
    version: str
    sha256: str
    today: bool


class ReauditIn(Schema):
    """``rulebook``: a version or a hash; empty: today's. ``house``: with today's policy, else that of each time."""

    since: AwareDatetime
    until: AwareDatetime
    rulebook: str = Field("", max_length=80)
    house: bool = False


class RuleCount(Schema):
    """In how many rulings a rule would newly bar, or no longer; for a duty, would be carried, or no longer."""

    rule: str
    come: int
    gone: int
    duty_come: int
    duty_gone: int


class VerdictCount(Schema):
    before: str
    now: str
    rulings: int


class ReauditOut(Schema):
    id: UUID
    since: datetime
    until: datetime
    rulebook: str
    rulebook_sha256: str
    house: bool
    asked_at: datetime
    by: str
    state: State
    total: int
    done: int
    differing: int
    listed: int
    rules: list[RuleCount]
    verdicts: list[VerdictCount]
    began_at: datetime | None
    ended_at: datetime | None
    error: str


class DifferentOut(Schema):
    """One ruling that would come out otherwise."""

    seq: int
    attempt_id: UUID
    at: datetime
    rulebook: str
    before: str
    now: str
    parts: list[str]
    gone: list[str]
    come: list[str]
    duties_gone: list[str]
    duties_come: list[str]


class DifferentPage(Schema):
    """``next`` is the cursor of the following page; null on the last."""

    rulings: list[DifferentOut]
    next: int | None
