"""Reading lists, contacts and imports. Refuses to know attempts: search and histories stand in ``reports``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ahize.intake.reader import read
from ahize.intake.reasons import REASONS, Problem
from ahize.intake.rejects import HEADER, defused
from ahize.intake.rows import convert
from ahize.kernel.errors import NotFound
from ahize.web.contacts import files
from ahize.web.contacts.models import Contact, ContactList, Import, ImportReject, ImportState, Phone
from ahize.web.contacts.staging import staged

PREVIEW_ROWS = 20

_DUPLICATE = {
    "duplicate_in_file": {
        "en": "Every number of this row stands in an earlier row.",
        "tr": "Bu satırdaki bütün numaralar daha önceki satırlarda var.",
    },
    "duplicate_there": {
        "en": "Every number of this row is in a published list already.",
        "tr": "Bu satırdaki bütün numaralar yayımlanmış bir listede zaten var.",
    },
}
"""What we find ourselves, beside what ``intake`` finds."""


def access_import(import_id: UUID, *, lock: bool = False) -> Import:
    """The import, or a problem 404. ``lock`` holds its row for a change."""
    rows = Import.objects.select_for_update() if lock else Import.objects.all()
    found = rows.filter(pk=import_id).first()
    if found is None:
        raise NotFound(_("There is no such import."), code="no_import")
    return found


def access_list(list_id: UUID, *, lock: bool = False) -> ContactList:
    """The list, or a problem 404."""
    rows = ContactList.objects.select_for_update() if lock else ContactList.objects.all()
    found = rows.filter(pk=list_id).first()
    if found is None:
        raise NotFound(_("There is no such list."), code="no_list")
    return found


def access_contact(contact_id: UUID, *, lock: bool = False) -> Contact:
    """The contact, or a problem 404."""
    rows = Contact.objects.select_for_update() if lock else Contact.objects.all()
    found = rows.filter(pk=contact_id).first()
    if found is None:
        raise NotFound(_("There is no such contact."), code="no_contact")
    return found


def access_phone(phone_id: UUID) -> Phone:
    """The phone, held for a change, or a problem 404."""
    found = Phone.objects.select_for_update().filter(pk=phone_id).first()
    if found is None:
        raise NotFound(_("There is no such telephone number."), code="no_phone")
    return found


def lists(*, state: str = "", seller: UUID | None = None) -> QuerySet[ContactList]:
    """Lists, the newest first; those of undone imports only where ``state`` asks for them."""
    rows = ContactList.objects.order_by("-created_at", "-id")
    rows = rows.filter(state=state) if state else rows.filter(state="published")
    return rows if seller is None else rows.filter(seller_id=seller)


def imports(*, seller: UUID | None = None) -> QuerySet[Import]:
    """Imports, the newest first."""
    rows = Import.objects.order_by("-created_at", "-id")
    return rows if seller is None else rows.filter(seller_id=seller)


def remembered(found: Import) -> Import | None:
    """The last accepted import of the same seller with the same columns in the same order, or none."""
    if not found.fingerprint:
        return None
    rows = Import.objects.filter(
        seller_id=found.seller_id, fingerprint=found.fingerprint, state__in=[ImportState.ACCEPTED, ImportState.UNDONE]
    )
    return rows.exclude(pk=found.pk).order_by("-created_at").first()


def look(found: Import, chosen: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the file is and how its first rows read: before, after, and what is wrong.

    Args:
        chosen: a mapping to try; none means the one that is kept, or the proposal.
    """
    truth = files.truth_of(found)
    mapping = files.mapping_of(truth, found.mapping if chosen is None else chosen, region=found.region)
    rows = []
    if truth.kind != "empty":
        for record in read(files.path_of(found.file), truth):
            row = convert(record, mapping, files.options_of(found))
            made = staged(row)
            rows.append(
                {
                    "row": row.row,
                    "before": list(row.cells),
                    "after": {
                        "contact": {
                            name: value for name, value in made.contact.items() if value and name != "search_key"
                        },
                        "phones": [
                            {
                                "e164": phone.e164,
                                "ext": phone.ext,
                                "line_type": phone.line_type,
                                "zones": phone.zones,
                                "regions": phone.regions,
                                "do_not_dial": phone.do_not_dial,
                            }
                            for phone in made.phones
                        ],
                        **made.records,
                    },
                    "accepted": row.accepted,
                    "problems": [_told(problem) for problem in row.problems],
                }
            )
            if len(rows) >= PREVIEW_ROWS:
                break
    return {
        "truth": truth.as_json(),
        "mapping": mapping.as_json(),
        "rows": rows,
    }


def _told(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "column": problem.column,
        "value": problem.value,
        "reason": problem.sentence(_language()),
        "error": problem.is_error,
    }


def _language() -> str:

    return "tr" if (get_language() or "en").startswith("tr") else "en"


def reason_of(code: str, language: str = "") -> str:
    """The sentence of a code, in the reader's language unless another is named."""
    language = language or _language()
    if code in _DUPLICATE:
        return _DUPLICATE[code][language]
    reason = REASONS.get(code)
    if reason is None:
        return code
    return reason.tr if language == "tr" else reason.en


def rejects_csv(found: Import, *, language: str) -> Iterator[str]:
    """The refusals of an import as CSV: row, column, value, reason, code. Cells a spreadsheet would run are defused."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    # Spreadsheets take a file for UTF-8 only with a byte order mark.
    buffer.write("\ufeff")
    writer.writerow(HEADER["tr" if language == "tr" else "en"])
    for reject in ImportReject.objects.filter(imported=found).order_by("row", "id").iterator(chunk_size=2_000):
        cells = (reject.column, reject.value, reason_of(reject.code, language))
        writer.writerow((reject.row, *map(defused, cells), reject.code))
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
