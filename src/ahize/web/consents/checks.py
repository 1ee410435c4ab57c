"""May an agency call this number for that seller? Asked by tokens, so that no number of the list ever leaves the house.

An agency's key for a seller is a secret both hold. For each number it wants to call it sends the HMAC-SHA-256 of the
number in E.164 under that key, and learns which of its own numbers must not be called. It proves itself by signing the
request with the same key. Every batch is counted, written down and limited by the day: whoever holds a key could try
all numbers there are, but not many in a day. Refuses to know any number but as a token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, TooMany
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents.locks import keys_locked, keys_shared
from ahize.web.consents.models import Channel, Check, CheckKey, CheckToken, Suppression
from ahize.web.tenants.models import Agency, Seller

SECRET_BYTES = 32
BATCH_MAX = 10_000
"""Tokens in one request."""
TOKENS_PER_DAY = 200_000
"""What a key may ask in a day where nothing else is agreed: a large agency's lists, far from all numbers there are."""
CLOCKS_APART = timedelta(minutes=5)
"""How far an agency's clock may be from ours; an older request is somebody's copy."""
_DAY = timedelta(days=1)
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key, with the secret that is shown this once."""

    key: CheckKey
    secret: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a batch came to: the tokens that must not be called, and how many may still be asked today."""

    suppressed: list[str]
    asked: int
    left_today: int


def token(secret: bytes, e164: str) -> bytes:
    """A number as one agency may ask for it."""
    return hmac.digest(secret, e164.encode("ascii"), hashlib.sha256)


def signature(secret: bytes, *, at: str, tokens: Sequence[str]) -> str:
    """What proves that the holder of the key asks this, now: HMAC over the time and the tokens, line by line."""
    said = "\n".join([at, *tokens])
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────


def issue_key(
    agency: Agency, seller: Seller, *, by: UUID, now: datetime, tokens_per_day: int = TOKENS_PER_DAY
) -> Issued:
    """A key for an agency that calls for a seller; its tokens stand from this commit on. Raises: Conflict."""
    if CheckKey.objects.filter(agency=agency, seller=seller, ended_at=None).exists():
        raise Conflict(
            _("This agency has a key for this seller already."),
            code="key_exists",
            next_step=_("End it first; the agency cannot ask until it has the new one."),
        )
    secret = secrets.token_bytes(SECRET_BYTES)
    with transaction.atomic():
        keys_locked()
        key = CheckKey.objects.create(
            id=draw_id(now),
            tenant_id=seller.tenant_id,
            agency=agency,
            seller=seller,
            secret=secret,
            tokens_per_day=tokens_per_day,
            created_at=now,
            by=by,
        )
        fresh = _reaching(seller.pk).order_by("id")
        for start in range(0, fresh.count(), _CHUNK):
            _add(key, fresh[start : start + _CHUNK])
        _audit(key, "issue_check_key", by=by, now=now, after={"tokens_per_day": tokens_per_day})
    return Issued(key, secret.hex())


def end_key(key: CheckKey, *, by: UUID, now: datetime) -> CheckKey:
    """The agency can no longer ask. Raises: Conflict."""
    if not CheckKey.objects.filter(pk=key.pk, ended_at=None).update(ended_at=now):
        raise Conflict(_("This key has already ended."), code="key_ended")
    _audit(key, "end_check_key", by=by, now=now, after={})
    key.ended_at = now
    return key


def keys(*, agency: UUID | None = None) -> QuerySet[CheckKey]:
    """Keys, the newest first, with how much each has asked."""
    rows = CheckKey.objects.select_related("agency", "seller").order_by("-created_at", "-id")
    return rows if agency is None else rows.filter(agency_id=agency)


def access_key(key_id: UUID) -> CheckKey:
    """The key, or a problem 404."""
    found = keys().filter(pk=key_id).first()
    if found is None:
        raise NotFound(_("There is no such key."), code="no_check_key")
    return found


def asked(key: CheckKey, *, since: datetime | None = None) -> tuple[int, int]:
    """How many tokens it asked about, and how many of them stood on the list."""
    rows = Check.objects.filter(key=key)
    if since is not None:
        rows = rows.filter(at__gt=since)
    total = rows.aggregate(asked=Sum("asked", default=0), found=Sum("found", default=0))
    return total["asked"], total["found"]


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────────


def add_tokens(fresh: Sequence[Suppression]) -> None:
    """The tokens of new suppressions, for every agency that may ask about them; in the suppressions' transaction."""
    if not fresh:
        return
    keys_shared()
    # All of a batch have one scope.
    seller = fresh[0].seller_id
    rows = CheckKey.objects.filter(ended_at=None, tenant_id=fresh[0].tenant_id)
    for key in rows if seller is None else rows.filter(seller_id=seller):
        _add(key, fresh)


def _add(key: CheckKey, suppressions: Iterable[Suppression]) -> None:
    secret = bytes(key.secret)
    CheckToken.objects.bulk_create(
        CheckToken(tenant_id=key.tenant_id, key=key, suppression=one, token=token(secret, one.e164))
        for one in suppressions
        if one.channel in (None, Channel.VOICE)
    )


def _reaching(seller: UUID) -> QuerySet[Suppression]:
    return Suppression.objects.filter(Q(seller_id=seller) | Q(seller=None), ended_at=None)


# ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────


def check(key_id: UUID, tokens: Sequence[str], *, at: str, signed: str, now: datetime) -> Checked:
    """Which of these tokens must not be called; call it inside the wall of the key's tenant.

    Args:
        at: the agency's clock in ISO 8601 with its offset, letter by letter as it was signed.

    Raises:
        NotAllowed: where the key does not exist, has ended, or did not sign this, now. It says no more than that.
        BadInput: where a token is none.
        TooMany: where the key has asked enough for a day.
    """
    # The lock makes two requests of one key count one after the other.
    rows = CheckKey.objects.select_for_update(of=("self",)).select_related("agency")
    key = rows.filter(pk=key_id, ended_at=None).first()
    secret = bytes(key.secret) if key is not None else bytes(SECRET_BYTES)
    proven = hmac.compare_digest(signature(secret, at=at, tokens=tokens), signed.lower())
    if key is None or not proven or abs(now - _moment(at)) > CLOCKS_APART or key.agency.ended_at is not None:
        raise NotAllowed(
            _("This request does not prove itself."),
            code="check_not_proven",
            next_step=_("Sign the time and the tokens with a key that is in use, and check your clock."),
        )
    try:
        wanted = list(dict.fromkeys(bytes.fromhex(one) for one in tokens))
    except ValueError as error:
        raise BadInput(_("A token is not written in hexadecimal."), field="tokens") from error
    if any(len(one) != SECRET_BYTES for one in wanted):
        raise BadInput(_("A token is 64 hexadecimal digits."), field="tokens")
    before, _found = asked(key, since=now - _DAY)
    if before + len(wanted) > key.tokens_per_day:
        raise TooMany(
            _("This key has asked enough for a day."),
            code="checks_used_up",
            next_step=_("Ask again tomorrow, or agree on more with the seller."),
            tokens_per_day=key.tokens_per_day,
            left_today=max(0, key.tokens_per_day - before),
        )
    listed = CheckToken.objects.filter(key=key, token__in=wanted, suppression__ended_at=None)
    found = {bytes(one).hex() for one in listed.values_list("token", flat=True)}
    Check.objects.create(id=draw_id(now), tenant_id=key.tenant_id, key=key, at=now, asked=len(wanted), found=len(found))
    _audit(key, "check_suppressions", by=None, now=now, after={"asked": len(wanted), "found": len(found)})
    return Checked(sorted(found), len(wanted), key.tokens_per_day - before - len(wanted))


def _moment(at: str) -> datetime:
    """Raises: BadInput."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput(_("Write the time like 2026-11-24T10:00:00Z."), field="at")
    return moment


def _audit(key: CheckKey, action: str, *, by: UUID | None, now: datetime, after: dict[str, object]) -> None:
    audit.record(
        tenant=key.tenant_id,
        by=by,
        action=action,
        subject_kind="check_key",
        subject_id=str(key.pk),
        after={"agency": str(key.agency_id), "seller": str(key.seller_id), **after},
        now=now,
    )
