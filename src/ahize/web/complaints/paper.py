"""The timeline of a complaint as a page to print: PDF/A-2a in English or Turkish, by typst.

The same content gives the same bytes: the document's date is handed in, fonts are those inside typst, nothing of the
machine is read. Refuses to know rows; it is handed what is to be said.
"""

from __future__ import annotations

import importlib.resources
import json
from datetime import UTC, datetime
from typing import Any, Final

import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ahize.web.reports.labels import OUTCOME_LABELS, label_of

STANDARD: Final = "a-2a"
_MADE_AT: Final = "%Y-%m-%d %H:%M UTC"


def pdf(given: dict[str, Any], *, language: str, made_at: datetime) -> bytes:
    """The page. ``given`` is what ``said`` makes."""
    at = made_at.astimezone(UTC)
    told = {
        **given,
        **{"language": language, "made": [at.year, at.month, at.day, at.hour, at.minute, at.second]},
        "made_text": at.strftime(_MADE_AT),
    }
    source = importlib.resources.files(__package__).joinpath("timeline.typ").read_bytes()
    made = typst.compile(
        source,
        pdf_standards=[STANDARD],
        ignore_system_fonts=True,
        sys_inputs={"given": json.dumps(told, ensure_ascii=False, sort_keys=True)},
        timestamp=at.replace(microsecond=0),
    )
    assert isinstance(made, bytes), "one document comes back as its bytes"
    return made


def said(told: dict[str, Any]) -> dict[str, Any]:
    """What stands on the page, in the language that is active now.

    Args:
        told: ``case`` and ``attempts`` as the screens have them, ``moments``, ``redecision``, ``notes``.
    """
    case = told["case"]
    redecision = told["redecision"]
    return {
        "title": _("Complaint %(number)d") % {"number": case["number"]},
        "words": {
            "counsel": _("Needs counsel"),
            "deadlines": _("Deadlines"),
            "said": _("What they say"),
            "attempts": _("Attempts"),
            "record": _("On record: consents and stops"),
            "redecision": _("Rulings decided again"),
            "items": _("What could not be put in"),
            "none": _("None."),
            "manifest": _("manifest.json lists every item of this bundle with its hash, and is signed."),
        },
        "about": _pairs(
            (_("Received"), _when(case["received_at"])),
            (_("From"), _joined(case["who"], case["contact"])),
            (_("Authority"), _joined(case["authority_name"], case["authority_reference"])),
            (_("Numbers"), ", ".join(one["e164"] for one in case["case_numbers"] if one["standing"] != "dismissed")),
            (_("Call complained of"), _when(case["happened_at"])),
            (_("Answered"), _when(case["answered_at"])),
            (_("Answer"), case["answer"]),
        ),
        "counsel": [f"{_kind(one['kind'])}: {one['what']} ({_when(one['at'])})" for one in case["counsel"]],
        "deadlines": [
            [_when(one["due_at"]), f"{one['title']} {'; '.join(one['cites'])} {_kept(one)}".strip()]
            for one in case["deadlines"]
        ],
        "said": case["said"],
        "attempts": [_attempt(one) for one in told["attempts"]],
        "moments": [[_when(one["at"]), _moment(one)] for one in told["moments"]],
        "redecision": _("%(same)d of %(all)d rulings come out the same.")
        % {"same": redecision["same"], "all": redecision["attempts"]},
        "findings": [
            _joined(
                f"{_kind(one['kind'])}: {one['what']}", " → ".join(part for part in (one["kept"], one["now"]) if part)
            )
            for one in redecision["findings"]
        ],
        "notes": [f"{one['path']}: {_why(one['code'])}" for one in told["notes"]] or [_("None.")],
    }


def _attempt(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": f"{_when(one['at'])} · {_verdict(one['verdict'])}",
        "rows": _pairs(
            (_("Campaign"), f"{one['campaign_name']} ({_('version')} {one['campaign_version']})"),
            (_("Seller"), one["seller_name"]),
            (_("Number shown"), one["caller_id"]),
            (_("Agent"), one["agent_name"]),
            (_("List"), _joined(one["list_name"], one["list_source"])),
            (_("Dialled"), _when(one["originated_at"])),
            (_("Answered"), _when(one["answered_at"])),
            (_("Ended"), _when(one["ended_at"])),
            (_("Outcome"), _joined(label_of(one["outcome"], OUTCOME_LABELS).said(get_language()), one["disposition"])),
            (_("Rulebook"), one["rulebook"]),
            (_("Id"), str(one["id"])),
        ),
        "sentences": one["sentences"] or [_("No ruling is kept for this attempt.")],
    }


def _pairs(*rows: tuple[str, str]) -> list[list[str]]:
    return [[name, value] for name, value in rows if value]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _when(at: Any) -> str:
    if not at:
        return ""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return str(found.astimezone(UTC).strftime(_MADE_AT))


def _kept(deadline: dict[str, Any]) -> str:
    if deadline["met_at"]:
        return _("Kept: %(when)s.") % {"when": _when(deadline["met_at"])}
    return _("Overdue.") if deadline["overdue"] else _("Open.")


def _verdict(word: str) -> str:
    return {"allow": _("allowed"), "block": _("barred"), "review": _("not cleared: facts were missing")}.get(word, word)


def _moment(one: dict[str, Any]) -> str:
    kinds = {
        "given": _("Consent given"),
        "revoked": _("Consent withdrawn"),
        "expired": _("Consent ended"),
        "registry": _("Registry's word"),
        "taken_back": _("Consent taken back: entered in error"),
        "suppressed": _("Not to be called"),
        "suppression_ended": _("May be called again"),
    }
    rest = (one["words"], one["said"], one["source"], one["registry_state"], one["snapshot_sha256"][:16])
    return _joined(kinds.get(one["kind"], one["kind"]), *rest)


def _kind(code: str) -> str:
    return {
        "missing_ruling": _("No ruling is kept"),
        "ruling_changed": _("The ruling does not say what it said when it was written"),
        "ruling_gap": _("A ruling before it is missing"),
        "ruling_unlinked": _("The ruling does not follow the one before it"),
        "difference": _("Decided again, it comes out otherwise"),
        "dialled_though_barred": _("Dialled, though the ruling did not allow it"),
        "no_rulebook": _("The laws by which it was decided are not here"),
        "journal_missing": _("The journal does not know this call"),
        "journal_gap": _("Lines of the journal are missing"),
        "journal_changed": _("A line of the journal was changed"),
        "journal_unlinked": _("A line of the journal does not follow the one before it"),
    }.get(code, code)


def _why(code: str) -> str:
    return {
        "not_asked": _("recordings were not asked for; its hash stands in its place"),
        "not_allowed": _("whoever asked may not hear recordings; its hash stands in its place"),
        "no_recording_key": _("the key that opens it is not here; its hash stands in its place"),
        "recording_file_gone": _("its file is not there; its hash stands in its place"),
        "broken_seal": _("its file is not what was sealed; its hash stands in its place"),
        "deleted": _("it was deleted in its time"),
        "not_kept": _("nothing of it could be kept"),
        "no_mail": _("the mail's file is not there or has changed"),
    }.get(code, code)
