"""The fixed dialplan on a real call, while nobody answers for us: the message is played, and nothing rings for ever."""

from __future__ import annotations

import base64
import json
import time
import urllib.request
import wave
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ahize.telephony.house import Trunk
from ahize.telephony.words import objects_of_trunk, trunk_name

pytestmark = pytest.mark.stack

ANSWERS = """<?xml version="1.0"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="picks up and listens">
  <recv request="INVITE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
  ]]></send>
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0
  ]]></send>
</scenario>
"""

CALLS_US = """<?xml version="1.0"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="calls a number of ours">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: "x" <sip:carrier@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:carrier@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="EXPECTED"/>
  <send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Content-Length: 0
  ]]></send>
</scenario>
"""


def ask(asterisk: Any, method: str, path: str, body: object = None) -> Any:
    told = base64.b64encode(f"{asterisk.user}:{asterisk.password}".encode()).decode()
    asked = urllib.request.Request(
        f"{asterisk.url}/ari/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"Basic {told}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=5) as answer:
        said = answer.read()
        return json.loads(said) if said else None


def push(asterisk: Any, kind: str, name: str, **fields: str) -> None:
    told = {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}
    ask(asterisk, "PUT", f"asterisk/config/dynamic/res_pjsip/{kind}/{name}", told)


def a_trunk(asterisk: Any, name: str, port: int) -> None:
    push(asterisk, "aor", name, contact=f"sip:127.0.0.1:{port}")
    push(
        asterisk,
        "endpoint",
        name,
        aors=name,
        transport="udp",
        context="ahize-in",
        disallow="all",
        allow="ulaw",
        direct_media="no",
        identify_by="ip",
    )
    push(asterisk, "identify", name, endpoint=name, match="127.0.0.1")


def test_p5_an_answered_person_hears_the_message_when_nobody_answers_for_us(
    asterisk: Any, sipp: Any, tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents:
        if str(folder).startswith("/tmp/pytest"):
            folder.chmod(0o755)
    with wave.open(str(tmp_path / "message.wav"), "wb") as made:
        made.setparams((1, 2, 8000, 0, "NONE", ""))
        made.writeframes(b"\x00\x10" * 4000)  # half a second
    carrier = sipp(ANSWERS, 0, "-m", "1")
    a_trunk(asterisk, "t5", carrier.port)
    before = time.monotonic()
    ask(
        asterisk,
        "POST",
        "channels/p5",
        {
            "endpoint": "PJSIP/+12125550123@t5",
            "context": "ahize-out",
            "extension": "person",
            "priority": 1,
            "callerId": "+12125550100",
            "timeout": 20,
            "variables": {"AHIZE_CALL": "p5", "AHIZE_MESSAGE": str(tmp_path / "message")},
        },
    )
    assert carrier.wait(10) == 0
    assert time.monotonic() - before > 0.4
    assert len(carrier.received("INVITE")) == 1
    assert not [line for line in asterisk.complaints() if "does not exist" in line]


@pytest.mark.parametrize(
    ("dialled", "expected"),
    [("+12125550100", "480"), ("2125550100;DROP", "480"), ("s", "404"), ("person", "404"), ("echo", "404")],
)
def test_who_calls_in_gets_nowhere_but_to_our_numbers(asterisk: Any, sipp: Any, dialled: str, expected: str) -> None:
    a_trunk(asterisk, "t6", 9)
    scenario = CALLS_US.replace("EXPECTED", expected)
    caller = sipp(scenario, 0, "-m", "1", "-s", dialled, f"127.0.0.1:{asterisk.sip_port}")
    assert caller.wait(10) == 0, caller.messages


def test_a_stranger_is_challenged_and_gets_nowhere(asterisk: Any, sipp: Any) -> None:
    asterisk.restart()  # forgets the trunks of other tests
    caller = sipp(
        CALLS_US.replace("EXPECTED", "401"), 0, "-m", "1", "-s", "+12125550100", f"127.0.0.1:{asterisk.sip_port}"
    )
    assert caller.wait(10) == 0, caller.messages


def test_a_stranger_who_writes_a_trunks_name_as_sender_is_not_taken_for_it(asterisk: Any, sipp: Any) -> None:
    asterisk.restart()
    trunk = Trunk(UUID(int=7), "carrier", "ip", host="127.0.0.9")
    for kind, name, fields in objects_of_trunk(trunk):
        push(asterisk, kind, name, **fields)
    forged = CALLS_US.replace("sip:carrier@", f"sip:{trunk_name(trunk.id)}@")
    caller = sipp(
        forged.replace("EXPECTED", "401"), 0, "-m", "1", "-s", "+12125550100", f"127.0.0.1:{asterisk.sip_port}"
    )
    assert caller.wait(10) == 0, caller.messages
