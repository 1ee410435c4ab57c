"""A house's way to İYS: its account, a client for each brand, and the reports that the ledger's queue hands over.

The account lies in ``AHIZE_HOME/secrets/iys.json``, by tenant: ``{"<tenant id>": {"username": "…", "password": "…"}}``,
with ``"url"`` where it is not production. A house without one asks nothing and reports nothing; its queue keeps its
lines and their deadlines.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from django.conf import settings

from ahize.kernel.errors import BadInput, Unavailable
from ahize.registries import iys
from ahize.web import base
from ahize.web.consents.iys_answers import CHANNELS
from ahize.web.consents.iys_line import PRODUCTION, HttpsLine
from ahize.web.consents.models import ConsentForm
from ahize.web.consents.reporting import Answer, Entry

SOURCES: Final = {
    ConsentForm.WRITTEN: "HS_ISLAK_IMZA",
    ConsentForm.PAPER: "HS_FIZIKSEL_ORTAM",
    ConsentForm.ESIGN: "HS_EORTAM",
    ConsentForm.WEB: "HS_WEB",
    ConsentForm.VOICE_RECORDED: "HS_CAGRI_MERKEZI",
    ConsentForm.VERBAL: "HS_CAGRI_MERKEZI",
}
"""How a consent was taken, in İYS's words. A form that is not here is not made up: the line is refused."""
REFUSAL_SOURCE: Final = "HS_CAGRI_MERKEZI"
AT_ONCE: Final = 40
"""Lines a round, under İYS's fifty a minute: a round never waits for the next minute."""

MakeClient = Callable[[str, str], iys.Client]


def client_maker(tenant: UUID) -> MakeClient | None:
    """Makes clients for a tenant's providers and brands; None where the house has no account.

    Raises:
        BadInput: ``iys_account``, where the file is none.
    """
    try:
        accounts = json.loads((settings.ENVIRONMENT.home / "secrets" / "iys.json").read_bytes())
        own = accounts.get(str(tenant))
        if own is None:
            return None
        line, username, password = HttpsLine(own.get("url", PRODUCTION)), str(own["username"]), str(own["password"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, AttributeError) as wrong:
        raise BadInput(
            "secrets/iys.json cannot be read: by tenant id, a username and a password are expected.",
            code="iys_account",
            next_step="Write it as docs/how-to/do-not-call.md shows.",
        ) from wrong

    def made(provider: str, brand: str) -> iys.Client:
        account = iys.Account(_code(provider), _code(brand), username, password)
        return iys.Client(line, account, clock=base.CLOCK.now, pause=time.sleep)

    return made


def _code(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadInput("A code at İYS is a number.", code="iys_code", next_step="Correct it in the seller's evidence.")
    return int(text)


class Reports:
    """What the ledger's queue reports through (``reporting.Client``)."""

    def __init__(self, make: MakeClient) -> None:
        self._make = make
        self._clients: dict[tuple[str, str], iys.Client] = {}

    def report(self, entries: Sequence[Entry]) -> list[Answer | None]:
        """An answer for each, in their order; None where it is to be tried again later."""
        answers: list[Answer | None] = []
        is_away = False
        for entry in entries[:AT_ONCE]:
            answer = None
            if not is_away:
                try:
                    answer = self._one(entry)
                except Unavailable:
                    is_away = True
            answers.append(answer)
        return answers + [None] * (len(entries) - len(answers))

    def _one(self, entry: Entry) -> Answer:
        source = SOURCES.get(ConsentForm(entry.form)) if entry.form else None
        if entry.granted and source is None:
            return Answer(False, problem="how the consent was taken is not known, or not one that İYS takes from us")
        consent = iys.Consent(
            recipient=entry.e164,
            recipient_type="TACIR" if entry.trader else "BIREYSEL",
            channel=CHANNELS[entry.channel],
            status="ONAY" if entry.granted else "RET",
            source=source or REFUSAL_SOURCE,
            at=entry.happened_at,
        )
        try:
            added = iys.put_up(self._client(entry), consent)
        except BadInput as refused:
            return Answer(False, problem=refused.message)
        return Answer(True, reference=added.transaction_id if added is not None else "")

    def _client(self, entry: Entry) -> iys.Client:
        key = (entry.provider, entry.brand)
        if key not in self._clients:
            self._clients[key] = self._make(*key)
        return self._clients[key]


def reports_of(tenant: UUID) -> Reports | None:
    """What a tenant reports through, or None where it has no account at İYS."""
    make = client_maker(tenant)
    return None if make is None else Reports(make)
