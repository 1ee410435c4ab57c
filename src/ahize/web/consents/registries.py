"""The copies of registries that a seller holds: load one, and look numbers up in those held.

A copy is a file of its own under ``AHIZE_HOME/files/registries`` (``ahize.registries`` writes and reads it); its row
says whose it is, of which day, and which area codes it covers. One seller's copy never serves another. A number whose
area no copy covers, or whose copy cannot be read, is Unknown: that bars the call, and nothing here says otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput
from ahize.registries.building import build_full
from ahize.registries.changing import build_changes
from ahize.registries.versions import RegistryVersion as Copy
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents.models import RegistryVersion
from ahize.web.tenants.models import Seller

log = logging.getLogger(__name__)

CODES = ("US-FTC",)
"""Registries whose files we can read: code by code, as packs arrive. A state's own list is ``US-<state>``."""


def load(
    code: str,
    file: Path,
    *,
    tenant: UUID,
    seller: UUID,
    as_of: date,
    areas: Collection[str] | None,
    by: UUID | None,
    now: datetime,
    may_shrink: bool = False,
    change: bool = False,
) -> RegistryVersion:
    """Bring in a registry file for a seller: a full list of some area codes, or a change to the copy in force.

    Args:
        as_of: the day of the data, not of the upload.
        areas: area codes the file covers; those without a number in it are then known to be clean. ``None``: only those
            that occur in it are covered.
        may_shrink: a person's word that the list is really so much smaller than the last.

    Raises:
        BadInput, Conflict: as ``ahize.registries.building`` says; nothing is changed then.
    """
    code = _code(code)
    if not Seller.objects.filter(pk=seller).exists():
        raise BadInput(_("There is no such seller."), field="seller")
    # A day ahead of UTC's is allowed for: it may already be tomorrow where the registry is.
    if as_of > now.date() + timedelta(days=1):
        raise BadInput(_("The day of the data lies in the future."), field="as_of")
    folder = Path(settings.MEDIA_ROOT) / "registries" / str(tenant) / str(seller)
    folder.mkdir(parents=True, exist_ok=True)
    previous = _newest(seller, code)
    if change:
        if previous is None:
            raise BadInput(
                _("There is no copy that this change could be made to."),
                code="registry_order",
                next_step=_("Load a full file first."),
            )
        copy = build_changes(file, _opened(previous.file), folder, as_of=as_of)
    else:
        before = _opened(previous.file) if previous is not None and _is_there(previous.file) else None
        copy = build_full(file, folder, code=code, as_of=as_of, areas=areas, previous=before, may_shrink=may_shrink)
    with transaction.atomic():
        made = RegistryVersion.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            seller_id=seller,
            code=code,
            as_of=as_of,
            areas=sorted(copy.areas),
            rows=copy.rows,
            sha256=copy.sha256,
            file=str(Path(copy.path).relative_to(settings.MEDIA_ROOT)),
            loaded_at=now,
            by=by,
        )
        audit.record(
            tenant=tenant,
            by=by,
            action="load_registry",
            subject_kind="registry_version",
            subject_id=made.pk,
            after={
                "seller": str(seller),
                "code": code,
                "as_of": as_of.isoformat(),
                "rows": copy.rows,
                "areas": len(copy.areas),
                "sha256": copy.sha256,
            },
            now=now,
        )
        notices.tell_browsers(tenant, "registries", made.pk, now=now)
        notices.tell_dialer(tenant, "registry_loaded", {"seller": str(seller), "code": code}, now=now)
    return made


def _code(code: str) -> str:
    code = code.strip().upper()
    state = code.removeprefix("US-")
    if code in CODES or (code.startswith("US-") and len(state) == 2 and state.isalpha()) or code == "CA-DNCL":
        return code
    raise BadInput(
        _("“%(code)s” is no registry we can read: US-FTC, US- and a state's two letters, or CA-DNCL.") % {"code": code},
        code="unknown_registry",
        field="code",
    )


def _newest(seller: UUID, code: str) -> RegistryVersion | None:
    return RegistryVersion.objects.filter(seller_id=seller, code=code).order_by("-as_of", "-loaded_at").first()


@lru_cache(maxsize=64)
def _opened(file: str) -> Copy:
    """A copy mapped into memory; its file is never changed once written, so it is opened once a process."""
    return Copy.load(Path(settings.MEDIA_ROOT) / file)


def _is_there(file: str) -> bool:
    return (Path(settings.MEDIA_ROOT) / file).is_file()


@dataclass(frozen=True, slots=True)
class _Held:
    """One row's gist."""

    code: str
    as_of: date
    areas: frozenset[str]
    file: str

    def covers(self, area: str | None) -> bool:
        return area in self.areas if self.areas else True


@dataclass(frozen=True, slots=True)
class Copies:
    """What a seller holds, the newest day first."""

    held: Sequence[_Held] = field(default=())

    def about(self, e164: str) -> dict[str, dict[str, Any]]:
        """The fact for each registry whose newest copy for this number's area can be read."""
        area = e164[2:5] if len(e164) == 12 and e164.startswith("+1") else None
        facts: dict[str, dict[str, Any]] = {}
        settled: set[str] = set()
        for one in self.held:
            if one.code in settled or not one.covers(area):
                continue
            # The newest copy that covers the area decides, readable or not: an older one may lack who joined since.
            settled.add(one.code)
            listed = self._listed(one, e164)
            if listed is not None:
                facts[one.code] = {"listed": listed, "version_on": one.as_of.isoformat()}
        return facts

    @staticmethod
    def _listed(one: _Held, e164: str) -> bool | None:
        try:
            return _opened(one.file).listed(e164)
        except BadInput as unreadable:
            log.error("registry copy %s cannot be read: %s", one.file, unreadable.message)
            return None


def copies(seller: UUID, *, using: str = DEFAULT_DB_ALIAS) -> Copies:
    """The copies a seller holds."""
    rows = RegistryVersion.objects.using(using).filter(seller_id=seller).order_by("-as_of", "-loaded_at", "-id")
    return Copies(
        [
            _Held(code, as_of, frozenset(areas), file)
            for code, as_of, areas, file in rows.values_list("code", "as_of", "areas", "file")
        ]
    )
