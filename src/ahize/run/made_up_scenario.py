"""What SIPp does with a call, as XML: every manner that a called person, a machine or a carrier has.

Which manner is whose is told by three numbers from outside: a kind, how long it rings, how long they stay. It knows
neither chance nor us.
"""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["person", "hello", "machine", "busy", "unavailable", "gone", "late", "no_answer"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RINGS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 14.0)
STAYS_S = (0.5, 2.0, 5.0, 12.0, 25.0, 45.0, 90.0, 900.0)
"""Until they hang up first; the last is longer than any talk."""
_RINGS_ON_S = 90.0
_REFUSALS = {"busy": "486 Busy Here", "unavailable": "503 Service Unavailable", "gone": "404 Not Found"}
_SAYS = {"hello": "hello.ulaw", "machine": "greeting.ulaw"}

_NAMES = """
Via:[$via]
From:[$from]
To:[$to];tag=[pid]S[call_number]
[last_Call-ID:]
CSeq: {cseq}
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS
"""
_PLAIN = """
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
"""
_SOUND = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=called 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio {port} RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""
_BYE = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$to];tag=[pid]S[call_number]
To:[$from]
[last_Call-ID:]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>"""


def scenario() -> str:
    """The whole of it."""
    return f'<?xml version="1.0"?><scenario name="carrier">{"".join(_steps())}</scenario>'


def _steps() -> list[str]:
    kinds: dict[str, str] = {name: _if("kind", KINDS.index(name), f"is_{name}") for name in KINDS}
    return [
        '<recv request="OPTIONS" optional="true" next="asked"/>',
        _INVITED,
        *(kinds[name] for name in _REFUSALS),
        _of_invite("180 Ringing"),
        kinds["no_answer"],
        kinds["late"],
        *(_if("ring", n, f"ring{n}") for n in range(len(RINGS_S))),
        *(_rings(n, seconds) for n, seconds in enumerate(RINGS_S)),
        # ── somebody picks up
        '<label id="picked"/>',
        *(kinds[name] for name in _SAYS),
        _log("answered"),
        _of_invite("200 OK", sound="[media_port]", again=True),
        _acknowledged("stay", "crossed"),
        '<label id="crossed"/>' + _reply() + '<recv request="ACK"/>',
        '<label id="stay"/>',
        *(_if("stays", n, f"stay{n}") for n in range(len(STAYS_S))),
        *(_stays(n, seconds) for n, seconds in enumerate(STAYS_S)),
        # ── and speaks by themselves
        *(_speaks(name, said) for name, said in _SAYS.items()),
        # ── how it ends
        '<label id="leave"/>'
        + _BYE
        + '<recv request="BYE" optional="true" next="bye"/><recv response="200" next="end"/>',
        '<label id="bye"/>' + _reply(next_="end"),
        *(
            f'<label id="is_{name}"/>{_of_invite(status, again=True)}<recv request="ACK" next="end"/>'
            for name, status in _REFUSALS.items()
        ),
        _no_answer(),
        _late(),
        '<label id="asked"/>' + _reply(next_="done"),
        '<label id="end"/>' + _log("ended"),
        '<label id="done"/><nop/>',
    ]


_INVITED = (
    '<recv request="INVITE" rrs="true" crlf="true"><action>'
    '<ereg regexp="sip:([+]?[0-9]+)@" search_in="hdr" header="To:" assign_to="whole,number"/>'
    '<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>'
    '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>'
    '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>'
    '<ereg regexp="[0-9]+" search_in="hdr" header="CSeq:" assign_to="cseq"/>'
    '<assignstr assign_to="told_kind" value="[field0]"/><todouble assign_to="kind" variable="told_kind"/>'
    '<assignstr assign_to="told_ring" value="[field1]"/><todouble assign_to="ring" variable="told_ring"/>'
    '<assignstr assign_to="told_stays" value="[field2]"/><todouble assign_to="stays" variable="told_stays"/>'
    '<log message="invite;[timestamp];[$number];[call_id];[field0]"/>'
    '</action></recv><Reference variables="whole"/>'
)


def _log(what: str, *, next_: str = "") -> str:
    where = f' next="{next_}"' if next_ else ""
    return f'<nop{where}><action><log message="{what};[timestamp];[$number];[call_id];[field0]"/></action></nop>'


def _if(variable: str, value: int, label: str) -> str:
    test = f'<test assign_to="is" variable="{variable}" compare="equal" value="{value}"/>'
    return f'<nop><action>{test}</action></nop><nop test="is" next="{label}"/>'


def _of_invite(status: str, *, sound: str = "", again: bool = False) -> str:
    """An answer to the INVITE, whatever was heard since."""
    body = _SOUND.replace("{port}", sound) if sound else "Content-Length: 0\n"
    names = _NAMES.replace("{cseq}", "[$cseq] INVITE")
    send = '<send retrans="500">' if again else "<send>"
    return f"{send}<![CDATA[\nSIP/2.0 {status}{names}{body}\n]]></send>"


def _reply(*, next_: str = "") -> str:
    """200 to what was heard last."""
    where = f' next="{next_}"' if next_ else ""
    return f"<send{where}><![CDATA[\nSIP/2.0 200 OK{_PLAIN}Content-Length: 0\n\n]]></send>"


def _wait(request: str, seconds: float, *, until: str, then: str) -> str:
    return f'<recv request="{request}" timeout="{round(seconds * 1000)}" ontimeout="{until}" next="{then}"/>'


def _acknowledged(then: str, crossed: str) -> str:
    """A CANCEL may have crossed our answer."""
    return f'<recv request="CANCEL" optional="true" next="{crossed}"/><recv request="ACK" next="{then}"/>'


def _rings(n: int, seconds: float) -> str:
    if not seconds:
        return f'<label id="ring{n}"/><nop next="picked"/>'
    return f'<label id="ring{n}"/>' + _wait("CANCEL", seconds, until="picked", then="cancelled")


def _stays(n: int, seconds: float) -> str:
    return f'<label id="stay{n}"/>' + _wait("BYE", seconds, until="leave", then="bye")


def _speaks(name: str, said: str) -> str:
    return (
        f'<label id="is_{name}"/>'
        + _log("answered")
        + _of_invite("200 OK", sound="[rtpstream_audio_port]", again=True)
        + '<recv request="ACK"/>'
        + f'<nop><action><exec rtp_stream="{said},1,0"/></action></nop>'
        + _log("speaks", next_="stay")
    )


def _no_answer() -> str:
    return (
        '<label id="is_no_answer"/>'
        + _wait("CANCEL", _RINGS_ON_S, until="end", then="cancelled")
        + '<label id="cancelled"/>'
        + _reply()
        + _of_invite("487 Request Terminated", again=True)
        + '<recv request="ACK" next="end"/>'
    )


def _late() -> str:
    """Its 200 crosses the CANCEL: the line is open although the caller had given up."""
    return (
        '<label id="is_late"/>'
        + _wait("CANCEL", _RINGS_ON_S, until="end", then="too_late")
        + '<label id="too_late"/>'
        + _reply()
        + '<pause milliseconds="50"/>'
        + _log("answered")
        + _of_invite("200 OK", sound="[media_port]", again=True)
        + '<recv request="ACK"/>'
        + _wait("BYE", 32.0, until="leave", then="bye")
    )
