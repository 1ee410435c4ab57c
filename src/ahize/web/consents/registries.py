"""The copies of registries that a seller holds: load one, and look numbers up in those held.

A copy is a file of its own under ``AHIZE_HOME/files/registries`` (``ahize.registries`` writes and reads it); its row
says whose it is, of which day, and what it covers. One seller's copy never serves another. A number that no copy
covers, or whose copy cannot be read, is Unknown: that bars the call, and nothing here says otherwise.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ahize.intake.check import settle_mapping
from ahize.intake.nanp import area_codes
from ahize.intake.reader import read, sniff
from ahize.intake.rows import Options, convert
from ahize.kernel.errors import BadInput, Conflict
from ahize.registries import history
from ahize.registries.attributes import attributes as settled
from ahize.registries.building import build_full, build_own, build_table
from ahize.registries.changing import build_changes
from ahize.registries.registers import Register, register
from ahize.registries.versions import RegistryVersion as Copy
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.consents import joined
from ahize.web.consents.copies import copies, folder_of, opened, seller_rows
from ahize.web.consents.locks import number_lock
from ahize.web.consents.models import RegistryVersion
from ahize.web.consents.registry_words import readers_language
from ahize.web.consents.tables import Table, read_table, told_days
from ahize.web.tenants.models import Seller

log = logging.getLogger(__name__)


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
    may_repeat: bool = False,
    change: bool = False,
    column: str = "",
    day_column: str = "",
    told: Mapping[str, Collection[str]] | None = None,
) -> RegistryVersion:
    """Bring in a registry file for a seller: a full list, or a change to the copy in force.

    What stood before stands until the new copy is whole, and where the file is refused.

    Args:
        as_of: the day of the data, not of the upload.
        areas: area codes the file covers; those without a number in it are then known to be clean. ``None``: only those
            that occur in it are covered. North American lists only.
        may_shrink: a person's word that the list is really so much smaller than the last.
        may_repeat: a person's word that the list of another day really is the same to the letter.
        column, day_column: where the numbers and the days of their listing stand, and ``told`` what the register bars
            of each (``categories``, ``modes``, ``bands``, ``days``): only for registers whose layout nobody publishes.

    Raises:
        BadInput, Conflict: as ``ahize.registries`` says, ``registry_order`` for a file older than what is held, and
            ``registry_repeated`` for one that was loaded already; nothing is changed then.
    """
    with readers_language():
        kind = register(code)
        attributes = settled(told or {})
        _refuse_columns(kind, column, day_column, attributes, areas, change=change)
    if not Seller.objects.filter(pk=seller).exists():
        raise BadInput(_("There is no such seller."), field="seller")
    # A day ahead of UTC's is allowed for: it may already be tomorrow where the registry is.
    if as_of > now.date() + timedelta(days=1):
        raise BadInput(
            _("The day of the data lies in the future."),
            code="registry_future",
            next_step=_("Write the day that stands on the registry's download page, not the next renewal's."),
            field="as_of",
        )
    number_lock(f"registry/{kind.code}", seller)  # two loads of one list come one after the other
    before = _newest(seller, kind.code)
    if not change:
        _refuse_repeated(file, kind.code, seller, as_of, attributes, may_repeat=may_repeat)
        _refuse_older(kind.code, seller, as_of, areas)
    elif before is None:
        raise BadInput(
            _("There is no copy that this change could be made to."),
            code="registry_order",
            next_step=_("Load a full file first."),
        )
    folder = folder_of(tenant, seller)
    table = read_table(file, kind, column=column, day_column=day_column) if kind.is_inferred else None
    days = None if table is None else (table.numbers, told_days(table, now.date() + timedelta(days=1)))
    with readers_language():
        previous = _readable(before, needed=change)
        copy = _built(
            kind,
            file,
            folder,
            table,
            as_of=as_of,
            areas=areas,
            previous=previous,
            may_shrink=may_shrink,
            change=change,
        )
        joined.write_down(copy, previous, days)
    made = RegistryVersion(
        id=draw_id(now),
        tenant_id=tenant,
        seller_id=seller,
        code=kind.code,
        as_of=as_of,
        areas=sorted(copy.areas),
        rows=copy.rows,
        sha256=copy.sha256,
        file=str(copy.path.relative_to(settings.MEDIA_ROOT)),
        loaded_at=now,
        by=by,
        inferred=kind.is_inferred,
        attributes=attributes,
        read_from=[] if table is None else list(table.columns),
    )
    _write_down(made, change=change, lines=copy.manifest.lines, now=now)
    # Only once the new copy is in force for everybody are old ones packed: a load that is taken back moves nothing.
    transaction.on_commit(partial(_put_away, copy, previous, folder, _out_of_force(made, previous)))
    return made


def _built(
    kind: Register,
    file: Path,
    folder: Path,
    table: Table | None,
    *,
    as_of: date,
    areas: Collection[str] | None,
    previous: Copy | None,
    may_shrink: bool,
    change: bool,
) -> Copy:
    if change:
        assert previous is not None
        return build_changes(file, previous, folder, as_of=as_of, may_shrink=may_shrink)
    if table is not None:
        return build_table(
            table.numbers,
            folder,
            code=kind.code,
            as_of=as_of,
            sha256=table.sha256,
            previous=previous,
            may_shrink=may_shrink,
        )
    if kind.is_private:
        numbers, sha256 = _private(file)
        return build_own(
            numbers, folder, code=kind.code, as_of=as_of, sha256=sha256, previous=previous, may_shrink=may_shrink
        )
    foreign = [code.npa for code in area_codes().values() if code.country and code.country not in kind.countries]
    return build_full(
        file,
        folder,
        code=kind.code,
        as_of=as_of,
        areas=areas,
        foreign=foreign if kind.countries else (),
        previous=previous,
        may_shrink=may_shrink,
    )


def _private(file: Path) -> tuple[list[str], str]:
    """The numbers of a list without a standard: any table with a column of numbers, read as contact lists are.

    A number without a country is read as American: vendors of such lists write ten digits. One that cannot be read
    refuses the file, for each stands for somebody who must not be called.
    """
    with file.open("rb") as raw:
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
    truth = sniff(file, region="US")
    if truth.kind == "empty":
        raise BadInput(_("The file is empty."), code="registry_empty", field="file")
    mapping = settle_mapping(truth, region="US", phone_columns=())
    if not mapping.phones:
        raise BadInput(
            _("No column is mapped to a telephone number."),
            code="no_phone_column",
            next_step=_("Name the column that holds the numbers."),
            field="file",
        )
    numbers: list[str] = []
    options = Options(region="US")
    for record in read(file, truth):
        row = convert(record, mapping, options)
        wrong = next((one for one in row.errors if one.scope in ("row", "number")), None)
        if wrong is not None:
            raise BadInput(
                _("Row %(row)d of the list holds no number that can be read.") % {"row": wrong.row},
                code="registry_line",
                next_step=_("Mend that row, or take it out, and load the list again; nothing was loaded."),
                line=wrong.row,
            )
        numbers += [one.number.e164 for one in row.numbers]
    return numbers, sha256


def _write_down(made: RegistryVersion, *, change: bool, lines: int, now: datetime) -> None:
    made.save(force_insert=True)
    audit.record(
        tenant=made.tenant_id,
        by=made.by,
        action="load_registry",
        subject_kind="registry_version",
        subject_id=made.pk,
        after={
            "seller": str(made.seller_id),
            "code": made.code,
            "kind": "change" if change else "full",
            "as_of": made.as_of.isoformat(),
            "rows": made.rows,
            "lines": lines,
            "areas": len(made.areas),
            "sha256": made.sha256,
            **({"read_from": made.read_from, "attributes": made.attributes} if made.inferred else {}),
        },
        now=now,
    )
    notices.tell_browsers(made.tenant_id, "registries", made.pk, now=now)
    notices.tell_facts_changed(made.tenant_id, seller=made.seller_id, now=now)


def _out_of_force(made: RegistryVersion, previous: Copy | None) -> set[str]:
    """Names of this registry's copies that decide for no number any more.

    The copy before stays a map for one load more: somebody may just be reading its row.
    """
    rows = seller_rows(made.seller_id).filter(code=made.code)
    in_force = {Path(one.file).stem for one in copies(made.seller_id).held}
    spared = {previous.manifest.name} if previous is not None else set()
    return {Path(file).stem for file in rows.values_list("file", flat=True)} - in_force - spared


def _put_away(copy: Copy, previous: Copy | None, folder: Path, names: Collection[str]) -> None:
    """Pack what is no longer in force. A disk without room for it costs the packing, never the copy in force."""
    try:
        history.keep(copy, previous, folder)
        history.retire(folder, names)
        joined.forget(folder, names)
    except (OSError, BadInput) as failed:
        log.error("old copies of %s could not be packed: %s", copy.code, failed)


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_columns(
    kind: Register,
    column: str,
    day_column: str,
    attributes: Mapping[str, list[str]],
    areas: Collection[str] | None,
    *,
    change: bool,
) -> None:
    """Columns and attributes are told only where no layout is known; areas and changes only where one is."""
    known = _("%(code)s has a layout of its own.") % {"code": kind.code}
    unknown = _("Nobody publishes how files of %(code)s are laid out.") % {"code": kind.code}
    for field, given in (("column", column), ("day_column", day_column), *attributes.items()):
        if given and not kind.is_inferred:
            raise BadInput(
                known, code="registry_layout", next_step=_("Load it without columns and attributes."), field=field
            )
    for field, wanted in (("areas", bool(areas)), ("change", change)):
        if wanted and kind.is_inferred:
            raise BadInput(
                unknown,
                code="registry_layout",
                next_step=_("Load the whole list, without area codes and not as a change."),
                field=field,
            )


def _refuse_repeated(
    file: Path, code: str, seller: UUID, as_of: date, attributes: Mapping[str, list[str]], *, may_repeat: bool
) -> None:
    """The same bytes again: of the same day there is nothing to load; of another, somebody re-dated an old file."""
    try:
        with file.open("rb") as raw:
            sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError:
        return  # whoever reads it next says so
    same = list(RegistryVersion.objects.filter(seller_id=seller, code=code, sha256=sha256).order_by("-as_of"))
    for one in same:
        if one.as_of == as_of and one.attributes != attributes:
            return  # what it bars of each number was told wrong before
        if one.as_of == as_of:
            raise Conflict(
                _("This very file was loaded already, as of %(day)s.") % {"day": as_of},
                code="registry_loaded",
                next_step=_("Nothing is left to do. If the day is wrong, fetch the file of the right day."),
            )
    if same and not may_repeat:
        raise Conflict(
            _("This very file was loaded as the list of %(day)s; one of another day is hardly the same to the letter.")
            % {"day": same[0].as_of},
            code="registry_repeated",
            next_step=_("Fetch the file again. If the list really did not change, confirm it."),
        )


def _refuse_older(code: str, seller: UUID, as_of: date, areas: Collection[str] | None) -> None:
    """A full file is older than every copy that answers for what it covers."""
    held = [one for one in copies(seller).held if one.code == code]
    newest = max((one.as_of for one in held), default=None)
    if newest is None or newest <= as_of:
        return
    newer = [one for one in held if one.as_of > as_of]
    if areas is None or all(any(one.covers(area) for one in newer) for area in areas):
        raise BadInput(
            _("A newer copy is held already, of %(day)s; this file is of %(given)s.") % {"day": newest, "given": as_of},
            code="registry_order",
            next_step=_("Load the newest file. If the day is wrong, write the one on the registry's download page."),
            field="as_of",
        )


def _newest(seller: UUID, code: str) -> RegistryVersion | None:
    return seller_rows(seller).filter(code=code).first()


def _readable(row: RegistryVersion | None, *, needed: bool) -> Copy | None:
    """The copy of a row. One that cannot be read does not stand in the way of a full file."""
    if row is None:
        return None
    try:
        return opened(row.file)
    except BadInput:
        if needed:
            raise
        return None
