"""What is written into the files: nothing listens that was not meant to, and the dialplan never leaves silence."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ahize.calls.greeting import LONG_GREETING_S, LONG_SILENCE_S, MANY_WORDS
from ahize.telephony.asterisk.dialplan import DIALPLAN_HASH, HELLO_TO_VERDICT_MS, amd, extensions
from ahize.telephony.asterisk.files import files
from ahize.telephony.asterisk.modules import modules
from ahize.telephony.asterisk.settings import Folders, Settings, Tls

PLACE = Path("/somewhere")
FOLDERS = Folders(*(PLACE / name for name in Folders.__slots__))
PLAIN = Settings(ari_password="a-password-of-tests", folders=FOLDERS)


def section(text: str, name: str) -> dict[str, str]:
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"there is no [{name}]"
    lines = [line.partition("=") for line in found[1].splitlines() if "=" in line and not line.startswith(";")]
    return {key.strip(): value.strip() for key, _, value in lines}


def test_by_default_nothing_is_reached_from_another_machine() -> None:
    made = files(PLAIN)
    assert section(made["http.conf"], "general")["bindaddr"] == "127.0.0.1"
    binds = re.findall(r"^bind = (.*)$", made["pjsip.conf"], re.MULTILINE)
    assert binds == ["127.0.0.1:5060", "127.0.0.1"]
    assert section(made["manager.conf"], "general")["enabled"] == "no"


def test_every_transport_that_was_asked_for_is_there() -> None:
    tls = Tls(Path("/etc/ahize/cert.pem"), Path("/etc/ahize/key.pem"))
    asked = Settings(
        ari_password="a-password-of-tests",
        bind="0.0.0.0",
        sip_tcp=5060,
        sip_tls=5061,
        tls=tls,
        host="sip.example.com",
        local_networks=("10.0.0.0/8", "192.168.0.0/16"),
    )
    text = files(asked)["pjsip.conf"]
    for name, port in (("udp", 5060), ("tcp", 5060), ("tls", 5061)):
        told = section(text, name)
        assert told["bind"] == f"0.0.0.0:{port}"
        assert told["external_signaling_address"] == "sip.example.com"
    assert section(text, "tls")["cert_file"] == "/etc/ahize/cert.pem"
    assert section(text, "tls")["verify_server"] == "yes"
    assert text.count("local_net = 10.0.0.0/8") == 4


def test_behind_nat_a_browser_is_told_the_outer_address_too() -> None:
    asked = Settings(ari_password="a-password-of-tests", bind="192.168.1.10", host="203.0.113.7")
    told = section(files(asked)["rtp.conf"], "ice_host_candidates")
    assert told == {"192.168.1.10": "203.0.113.7,include_local_address"}
    assert "ice_host" not in files(PLAIN)["rtp.conf"]


def test_where_only_the_loopback_is_listened_on_a_browser_is_told_that_one() -> None:
    told = section(files(replace(PLAIN, interfaces=("192.0.2.2",)))["rtp.conf"], "ice_host_candidates")
    assert told == {"192.0.2.2": "127.0.0.1"}


def test_strangers_have_no_endpoint_and_names_come_before_addresses() -> None:
    assert section(files(PLAIN)["pjsip.conf"], "global")["endpoint_identifier_order"] == "username,ip"
    named = modules(PLAIN.codecs)
    assert len(named) == len(set(named))
    risky = ("anonymous", "app_system", "func_shell", "func_env", "pbx_spool", "res_agi", "app_dial", "chan_iax2")
    assert not [name for name in named if any(part in name for part in risky)]


def test_a_private_one_knows_its_places_and_another_keeps_its_own() -> None:
    places = section(files(PLAIN)["asterisk.conf"], "directories")
    assert places["astetcdir".strip()].lstrip("> ") == "/somewhere/etc"
    own = files(Settings(ari_password="a-password-of-tests"))
    assert "[directories]" not in own["asterisk.conf"]
    assert "/somewhere" not in "".join(own.values())


def test_the_ear_ends_where_our_own_rule_decides() -> None:
    told = section(amd(), "general")
    assert int(told["initial_silence"]) == LONG_SILENCE_S * 1000
    assert int(told["greeting"]) == LONG_GREETING_S * 1000
    assert int(told["maximum_number_of_words"]) + 1 == MANY_WORDS
    assert int(told["after_greeting_silence"]) == HELLO_TO_VERDICT_MS <= 250


def test_the_dialplan_tells_which_one_it_is() -> None:
    assert section(extensions(), "globals") == {"AHIZE_DIALPLAN": DIALPLAN_HASH}
    assert re.fullmatch("[0-9a-f]{16}", DIALPLAN_HASH)


def test_every_stasis_has_a_branch_for_its_failure_and_every_call_an_end() -> None:
    text = extensions()
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if "Stasis(" in line:
            assert re.search(r"Goto(If)?\(", lines[at + 1]), lines[at + 1]
    first_steps = [line for line in lines if line.startswith("exten =") and "nobody" not in line]
    assert all("TIMEOUT(absolute)" in line for line in first_steps)
