"""SIPp's scenarios: what called people and carriers do, as XML.

Each is one party's whole behaviour in a call; times are seconds.
"""

from __future__ import annotations

_ANSWER = """
[last_Via:]
[last_From:]
[last_To:];tag=[pid]S[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>"""

_SOUND = """
Content-Type: application/sdp
Content-Length: [len]

v=0
o=called 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP {codec}
"""


def _send(status: str, *, sound: str = "", wait: bool = False) -> str:
    body = _SOUND.replace("{codec}", sound) if sound else "\nContent-Length: 0\n"
    # What ends a transaction is sent again until its ACK comes.
    again = ' retrans="500"' if wait else ""
    return f"<send{again}><![CDATA[\nSIP/2.0 {status}{_ANSWER}{body}\n]]></send>"


def _pause(seconds: float) -> str:
    return f'<pause milliseconds="{round(seconds * 1000)}"/>' if seconds else ""


def _scenario(*steps: str) -> str:
    return f'<?xml version="1.0"?><scenario name="called">{"".join(steps)}</scenario>'


_INVITED = '<recv request="INVITE" crlf="true"/>'
_BYE = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$mine];tag=[pid]S[call_number]
To: [$theirs]
[last_Call-ID:]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0
]]></send><recv response="200"/>"""


def _info(key: str) -> str:
    """One key, as application/dtmf-relay."""
    return f"""<send retrans="500"><![CDATA[
INFO [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$mine];tag=[pid]S[call_number]
To: [$theirs]
[last_Call-ID:]
CSeq: 2 INFO
Max-Forwards: 70
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal={key}
Duration=160
]]></send><recv response="200"/>"""


_REMEMBER = (
    '<recv request="INVITE" rrs="true" crlf="true"><action>'
    '<ereg regexp="&lt;.*" search_in="hdr" header="To:" assign_to="mine"/>'
    '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="theirs"/></action></recv>'
)
_OK_TO_BYE = '<recv request="BYE"/>' + _send("200 OK")


def answers(*, after_s: float = 0.2, codec: str = "0", rings: bool = True, plays: str = "", presses: str = "") -> str:
    """A person: rings, picks up, stays until the other side hangs up.

    Args:
        plays: a pcap file's name.
        presses: keys, as SIP INFO, half a second after the answer.
    """
    play = f'<nop><action><exec play_pcap_audio="{plays}"/></action></nop>' if plays else ""
    play += "".join(_pause(0.5) + _info(key) for key in presses)
    return _scenario(
        _REMEMBER if presses else '<recv request="INVITE" rrs="true" crlf="true"/>',
        _send("180 Ringing") if rings else "",
        _pause(after_s),
        _send("200 OK", sound=codec, wait=True),
        '<recv request="ACK"/>',
        play,
        _OK_TO_BYE,
    )


def leaves(*, after_s: float = 0.1, talks_s: float = 0.5) -> str:
    """A person who picks up and hangs up first."""
    return _scenario(
        _REMEMBER,
        _send("180 Ringing"),
        _pause(after_s),
        _send("200 OK", sound="0", wait=True),
        '<recv request="ACK"/>',
        _pause(talks_s),
        _BYE,
    )


def refuses(status: str, *, rings: bool = False) -> str:
    """A carrier or telephone that says no: ``503 Service Unavailable``, ``486 Busy Here``…"""
    return _scenario(_INVITED, _send("180 Ringing") if rings else "", _send(status, wait=True), '<recv request="ACK"/>')


def rings_for_ever() -> str:
    """Nobody picks up; the caller gives up."""
    return _scenario(
        _INVITED, _send("180 Ringing"), '<recv request="CANCEL"/>', _send("200 OK"),
    )  # fmt: skip


def answers_after_cancel() -> str:
    """A carrier whose 200 crosses our CANCEL: the line is open although we had given up."""
    return _scenario(
        '<recv request="INVITE" rrs="true" crlf="true"><action>'
        '<ereg regexp="branch=[^;]*" search_in="hdr" header="Via:" assign_to="branch"/>'
        '<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq"/></action></recv>',
        _send("180 Ringing"),
        '<recv request="CANCEL"/>',
        '<Reference variables="branch,cseq"/>',
        _send("200 OK"),
        _pause(0.05),
        _send("200 OK", sound="0").replace("[last_CSeq:]", "CSeq: [$cseq] INVITE"),
        '<recv request="ACK"/>',
        _OK_TO_BYE,
    )


def calls_us(*, name: str = "", number: str = "+12125550177", called: str = "+12125550100", presses: str = "") -> str:
    """Somebody calls a number of ours over the carrier's line, presses these keys, and stays until we hang up.

    Args:
        name, number: as the carrier hands them on, whatever that is.
    """
    sender = f'"{name}" <sip:{number}@[local_ip]:[local_port]>'
    head = f"""
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: {sender};tag=[pid]C[call_number]
To: <sip:{called}@[remote_ip]:[remote_port]>{{to}}
Call-ID: [call_id]
CSeq: {{cseq}}
Contact: <sip:carrier@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70"""

    def request(method: str, cseq: int, *, first: bool, body: str, retrans: bool = True) -> str:
        where = f"sip:{called}@[remote_ip]:[remote_port]" if first else "[next_url]"
        asked = head.replace("{to}", "" if first else "[peer_tag_param]").replace("{cseq}", f"{cseq} {method}")
        again = ' retrans="500"' if retrans else ""
        return f"<send{again}><![CDATA[\n{method} {where} SIP/2.0{asked}{body}\n]]></send>"

    keys = [
        _pause(0.3)
        + request(
            "INFO",
            2 + at,
            first=False,
            body=f"\nContent-Type: application/dtmf-relay\nContent-Length: [len]\n\nSignal={key}\nDuration=160\n",
        )
        + '<recv response="200"/>'
        for at, key in enumerate(presses)
    ]
    return _scenario(
        request("INVITE", 1, first=True, body=_SOUND.replace("{codec}", "0")),
        '<recv response="100" optional="true"/><recv response="180" optional="true"/>',
        '<recv response="183" optional="true"/><recv response="200" rrs="true"/>',
        request("ACK", 1, first=False, body="\nContent-Length: 0\n", retrans=False),
        *keys,
        _OK_TO_BYE,
    )
