"""A start of the private Asterisk: quick, without one complaint, open to nobody but us."""

from __future__ import annotations

import base64
import json
import stat
import urllib.error
import urllib.request
from typing import Any

import pytest

from ahize.telephony.asterisk.dialplan import DIALPLAN_HASH
from ahize.telephony.asterisk.modules import modules

pytestmark = pytest.mark.stack


def ask(asterisk: Any, path: str, *, password: str | None = None) -> Any:
    told = base64.b64encode(f"{asterisk.user}:{password or asterisk.password}".encode()).decode()
    asked = urllib.request.Request(f"{asterisk.url}/ari/{path}", headers={"Authorization": f"Basic {told}"})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return json.load(answer)


def test_p1_a_cold_start_answers_within_a_second_and_a_half(asterisk: Any) -> None:
    assert asterisk.restart(kill=True) < 1.5


def test_it_starts_without_one_warning_or_error(asterisk: Any) -> None:
    assert " loader.c: " in asterisk.log()
    assert asterisk.complaints() == []


def test_every_module_that_we_name_runs_and_no_other_of_its_kind(asterisk: Any) -> None:
    running = {row["name"].removesuffix(".so"): row["status"] for row in ask(asterisk, "asterisk/modules")}
    wanted = modules(asterisk.settings.codecs)
    assert {name: running.get(name) for name in wanted} == dict.fromkeys(wanted, "Running")
    assert {name for name in running if name.startswith(("app_", "chan_", "func_", "res_", "codec_"))} <= set(wanted)


def test_the_dialplan_that_runs_is_ours(asterisk: Any) -> None:
    assert ask(asterisk, "asterisk/variable?variable=AHIZE_DIALPLAN") == {"value": DIALPLAN_HASH}


def test_a_wrong_password_opens_nothing(asterisk: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(asterisk, "asterisk/ping", password="not-the-password")
    assert refused.value.code == 401


def test_others_on_this_machine_read_neither_password_nor_recordings(asterisk: Any) -> None:
    folders = asterisk.settings.folders
    for folder in (folders.etc, folders.run, folders.spool, folders.spool / "recording", folders.log):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    assert stat.S_IMODE((folders.etc / "ari.conf").stat().st_mode) == 0o600


def test_trunks_and_keys_of_numbers_are_taken_while_it_runs(asterisk: Any) -> None:
    def put(kind: str, fields: dict[str, str]) -> int:
        body = json.dumps({"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}).encode()
        told = base64.b64encode(f"{asterisk.user}:{asterisk.password}".encode()).decode()
        asked = urllib.request.Request(
            f"{asterisk.url}/ari/asterisk/config/dynamic/{kind}/t1",
            data=body,
            method="PUT",
            headers={"Authorization": f"Basic {told}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return int(answer.status)

    assert put("res_pjsip/aor", {"contact": "sip:127.0.0.1:9"}) == 200
    assert put("res_pjsip/endpoint", {"aors": "t1", "context": "ahize-in", "transport": "udp", "allow": "ulaw"}) == 200
    assert put("res_pjsip/identify", {"endpoint": "t1", "match": "127.0.0.9"}) == 200
    assert put("res_stir_shaken/profile", {"endpoint_behavior": "off"}) == 200
    assert "t1" in asterisk.cli("pjsip show endpoints")
