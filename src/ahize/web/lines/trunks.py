"""Trunks: entering, changing and looking them up. Every change is in the audit, a secret never is.

Answers: is this a line that a switch could use? Refuses to know whether it works; the gate says that (``state.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.lines import certificates, vault
from ahize.web.lines.models import LineState, Trunk, TrunkKind
from ahize.web.lines.schemas import Codec
from ahize.web.permissions import Person
from ahize.web.tenants.models import CallerId

CODECS: tuple[str, ...] = get_args(Codec)
SECRETS = ("secret", "stir_key")
"""Fields that are sealed, never shown, and in the audit only as changed."""

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?", re.ASCII)
_PLAIN = re.compile(r"[^\x00-\x1f\x7f;]*")
_PREFIX = re.compile(r"[0-9]{0,15}", re.ASCII)
_CURRENCY = re.compile(r"([A-Z]{3})?", re.ASCII)
_WEB = re.compile(r"(https://[^\s\"<>]+)?")

CHANGED = "lines_changed"
"""The deed that tells dialerd to hand the gate the house afresh."""


def trunks() -> QuerySet[Trunk]:
    """In the order of their names, each with its state."""
    return Trunk.objects.select_related("state").order_by("name", "id")


def access_trunk(trunk_id: UUID) -> Trunk:
    """One trunk of the tenant. Raises: NotFound."""
    found = trunks().filter(pk=trunk_id).first()
    if found is None:
        raise NotFound(_("There is no such trunk."), code="no_trunk")
    return found


def switch() -> LineState | None:
    """How the switch stands, where a gate has ever said."""
    return LineState.objects.filter(trunk=None).first()


def make(values: Mapping[str, Any], *, by: Person, now: datetime) -> Trunk:
    """A new line. Raises: BadInput with the field, Conflict ``trunk_exists``."""
    trunk = Trunk(id=draw_id(now), tenant_id=by.tenant, created_at=now, by=by.id)
    _put(trunk, values, now=now)
    trunk.save(force_insert=True)
    _tell(trunk, "make_trunk", before=None, after=_shown(values), by=by, now=now)
    return trunk


def change(trunk: Trunk, values: Mapping[str, Any], *, by: Person, now: datetime) -> Trunk:
    """Change what is named; calls in the air go on as they began. Raises: BadInput, Conflict."""
    trunk = Trunk.objects.select_for_update().get(pk=trunk.pk)
    before = {name: getattr(trunk, name) for name in values if name not in SECRETS}
    _put(trunk, values, now=now)
    trunk.save()
    _tell(trunk, "change_trunk", before=before, after=_shown(values), by=by, now=now)
    return access_trunk(trunk.pk)


def remove(trunk: Trunk, *, by: Person, now: datetime) -> None:
    """Take a line away. What was called over it stays on record."""
    _tell(trunk, "remove_trunk", before={"name": trunk.name, "host": trunk.host}, after=None, by=by, now=now)
    trunk.delete()


def _put(trunk: Trunk, values: Mapping[str, Any], *, now: datetime) -> None:
    for name, value in values.items():
        if name in SECRETS:
            text = _plain(name, value.strip()) if name == "secret" else value.strip()
            setattr(trunk, name, vault.seal(text, of=trunk.id, field=name))
        else:
            setattr(trunk, name, _CHECKS[name](value) if name in _CHECKS else value)
    if Trunk.objects.filter(name=trunk.name).exclude(pk=trunk.pk).exists():
        raise Conflict(
            _("There is a trunk of this name already."), code="trunk_exists", next_step=_("Choose another name.")
        )
    if trunk.kind == TrunkKind.REGISTRATION and not trunk.username:
        raise _bad("username", _("To register, a trunk needs the user name that the carrier gave you."))
    if trunk.kind == TrunkKind.REGISTRATION and not trunk.secret:
        raise _bad("secret", _("To register, a trunk needs the password that the carrier gave you."))
    _signing(trunk, values, now=now)


def _signing(trunk: Trunk, values: Mapping[str, Any], *, now: datetime) -> None:
    """Key, certificate and its address come together or not at all."""
    if not {"stir_key", "certificate", "certificate_url", "attestation"} & set(values):
        return
    given = {"stir_key": trunk.stir_key, "certificate": trunk.certificate, "certificate_url": trunk.certificate_url}
    if not any(given.values()):
        trunk.certificate_until = None
        return
    if trunk.certificate:
        trunk.certificate_until = certificates.holds_until(trunk.certificate, now=now)
    if lacking := [name for name, value in given.items() if not value]:
        raise _bad(lacking[0], _("To sign calls, give the key, the certificate and the address it is fetched from."))
    certificates.fit(vault.unseal(trunk.stir_key, of=trunk.id, field="stir_key"), trunk.certificate)
    if not trunk.attestation:
        raise _bad("attestation", _("Say how far you vouch for the caller IDs: A, B or C."))


# ── checks ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _name(text: str) -> str:
    if not text.strip():
        raise _bad("name", _("Please give a name."))
    return _plain("name", text.strip())


def _host(text: str) -> str:
    if not _HOST.fullmatch(text.strip()) or ".." in text:
        raise _bad("host", _("Write a host name or an IP address, like sip.carrier.example or 203.0.113.7."))
    return text.strip().lower()


def _port(port: int) -> int:
    return _between("port", port, 1, 65_535)


def _codecs(codecs: Sequence[str]) -> list[str]:
    if strange := [codec for codec in codecs if codec not in CODECS]:
        raise _bad(
            "codecs",
            _("There is no codec “%(codec)s”; there are: %(known)s.")
            % {"codec": strange[0][:40], "known": ", ".join(CODECS)},
        )
    if not codecs or len(set(codecs)) != len(codecs):
        raise _bad("codecs", _("Name at least one codec, and each once."))
    return list(codecs)


def _per_second(rate: Decimal) -> Decimal:
    if not Decimal(0) < rate <= 1000:
        raise _bad("per_second_max", _("Calls per second must be above 0, and at most 1000."))
    return rate


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text.upper()):
        raise _bad("currency", _("Write the currency in three letters, like USD."))
    return text.upper()


def _prices(prices: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for price in prices:
        prefix = str(price["prefix"]).removeprefix("+")
        if not _PREFIX.fullmatch(prefix):
            raise _bad("prices", _("A prefix is digits only, like 1202; “%(prefix)s” is not.") % {"prefix": prefix})
        made.append({**price, "prefix": prefix, "per_minute": str(price["per_minute"])})
    if len({price["prefix"] for price in made}) != len(made):
        raise _bad("prices", _("Each prefix stands once."))
    return sorted(made, key=lambda price: price["prefix"])


def _caller_ids(numbers: Sequence[str]) -> list[str]:
    known = set(CallerId.objects.filter(e164__in=list(numbers)).values_list("e164", flat=True))
    if strange := [number for number in numbers if number not in known]:
        raise BadInput(
            _("A number is no caller ID of any seller."),
            next_step=_("Enter it with its seller first, with the proof that it may be shown."),
            fields=[{"field": "caller_ids", "message": _("A number is no caller ID of any seller.")}],
            personal_number=strange[0],
        )
    return sorted(set(numbers))


def _certificate_url(text: str) -> str:
    if not _WEB.fullmatch(text):
        raise _bad("certificate_url", _("The certificate's address begins with https://."))
    return text


def _between(field: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise _bad(
            field,
            _("%(field)s must lie between %(low)s and %(high)s.") % {"field": field, "low": low, "high": high},
        )
    return value


def _plain(field: str, text: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise _bad(field, _("This may hold no semicolon and no control characters."))
    return text


_CHECKS: Mapping[str, Any] = {
    "name": _name,
    "host": _host,
    "port": _port,
    "username": lambda text: _plain("username", text.strip()),
    "codecs": _codecs,
    "channels_max": lambda count: _between("channels_max", count, 1, 10_000),
    "per_second_max": _per_second,
    "currency": _currency,
    "prices": _prices,
    "caller_ids": _caller_ids,
    "certificate": lambda text: text.strip(),
    "certificate_url": _certificate_url,
}
"""What each setting must look like; those not named come checked from the schema."""


def _bad(field: str, said: str) -> BadInput:
    return BadInput(said, fields=[{"field": field, "message": said}])


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: ("changed" if value else "taken away") if name in SECRETS else value for name, value in values.items()
    }


def _tell(
    trunk: Trunk,
    action: str,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    by: Person,
    now: datetime,
) -> None:
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind="trunk",
        subject_id=trunk.pk,
        before=before,
        after=after,
        now=now,
    )
    tell_changed(by.tenant, trunk.pk, now=now)


def tell_changed(tenant: UUID, subject: UUID, *, now: datetime) -> None:
    """The gate gets the house afresh, and screens look again."""
    notices.tell_dialer(tenant, CHANGED, {}, now=now)
    notices.tell_browsers(tenant, "lines", subject, now=now)
