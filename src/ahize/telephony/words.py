"""Asterisk's words and ours: tables, no state.

What a trunk and a telephone are in PJSIP, what its detector measured, and which of several causes of an end is the true
one. Every vendor's word that is not a path of a request stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from uuid import UUID

from ahize.calls.greeting import LONG_GREETING_S, MANY_WORDS, Heard
from ahize.kernel.ids import AttemptId, CallId, SeatId
from ahize.telephony.house import Phone, Trunk

REALM = "ahize"
OUT, IN, ECHO = "ahize-out", "ahize-in", "ahize-echo"
"""Contexts of the fixed dialplan."""
PERSON, DETECT = "person", "detect"
"""Extensions of ``OUT``: straight to us, or past Asterisk's detector first."""
EVENTS = (
    "StasisStart",
    "StasisEnd",
    "ChannelStateChange",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "ChannelDtmfReceived",
    "ChannelTalkingStarted",
    "ChannelTalkingFinished",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
    "ContactStatusChange",
    "ApplicationReplaced",
)

TRUNK, SEAT = "trunk-", "seat-"
"""How the names of what we push begin."""
HEAR = "hear-"
"""How the names begin of what brings us a person's words: a snoop, the far end ``…-out``, the bridge between them."""
CODE = "code-"
"""How the names begin of calls that read a code out."""
EARLY = "early-"
"""How the names begin of what lets an agent hear a line that rings."""
Door = tuple[str, str]
"""Whom we say to be, and where: the addresses of one sign-in."""
Pushed = tuple[str, str, Mapping[str, str]]
"""A kind of PJSIP object, its name, and its fields."""


# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def trunk_name(trunk: UUID) -> str:
    return f"{TRUNK}{trunk}"


def trunk_of(channel: str) -> UUID | None:
    """Over which trunk a channel came, by its name: ``PJSIP/trunk-…-0000001a``."""
    trunk = channel.removeprefix(f"PJSIP/{TRUNK}")[:36]
    return UUID(trunk) if channel.startswith(f"PJSIP/{TRUNK}") and is_id(trunk) else None


def seat_name(seat: UUID) -> str:
    """Of the seat's telephone, and of the bridge in which it stands between calls."""
    return f"{SEAT}{seat}"


def seat_of(name: str) -> SeatId | None:
    """The other way round; also for a leg of that seat."""
    seat = name.removeprefix(SEAT)[:36]
    return SeatId(UUID(seat)) if name.startswith(SEAT) and is_id(seat) else None


def is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def call_of(channel: str) -> CallId | None:
    """A called person's channel carries its attempt's id."""
    return CallId(AttemptId(UUID(channel))) if is_id(channel) else None


def code_name(call: UUID) -> str:
    """The channel of a call that reads a code out: no campaign's, so not named after an attempt."""
    return f"{CODE}{call}"


def is_code(channel: str) -> bool:
    return channel.startswith(CODE) and is_id(channel.removeprefix(CODE))


def heard_of(name: str) -> CallId | None:
    """Whose words a channel or bridge brings."""
    return call_of(name.removeprefix(HEAR)[:36]) if name.startswith(HEAR) else None


# ── PJSIP ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def objects_of_trunk(trunk: Trunk, *, key: str = "", media: str = "") -> Iterator[Pushed]:
    """In the order in which they may be pushed: nothing names what is not there yet.

    Args:
        key: the file with which its calls are signed; empty: they are not.
        media: the switch's only address where sound is listened for; empty: all of them.
    """
    name, signs_in = trunk_name(trunk.id), trunk.kind == "registration"
    me, uri = door_of(trunk)
    # Asterisk goes on signing with a profile of the same name that was taken away, so each has a name of its own.
    own = sha256("\n".join((key, trunk.certificate_url, trunk.attestation)).encode()).hexdigest()[:16]
    profile = f"{name}.{own}" if key and trunk.attestation else ""
    if signs_in or trunk.username:
        yield "auth", name, {"auth_type": "userpass", "username": trunk.username, "password": trunk.secret}
    if profile:
        yield (
            "profile",
            profile,
            {
                "endpoint_behavior": "attest",
                "private_key_file": key,
                "public_cert_url": trunk.certificate_url,
                # Which number is shown, clearance has seen to; so it is the trunk's word for all of them.
                "attest_level": trunk.attestation,
                "unknown_tn_attest_level": trunk.attestation,
            },
        )
    # A carrier that has fallen silent is noticed before a call finds out.
    yield "aor", name, {"contact": uri, "qualify_frequency": "15" if trunk.watched else "0", "qualify_timeout": "3"}
    yield (
        "endpoint",
        name,
        {
            "aors": name,
            "identify_by": "ip",  # else whoever writes its name as sender is taken for it, from anywhere
            "callerid": "",  # else a second push takes every caller for one that is called "unknown"
            "context": IN,
            "transport": trunk.transport,
            "disallow": "all",
            "allow": ",".join(trunk.codecs),
            "direct_media": "no",
            "rtp_symmetric": "yes",
            "force_rport": "yes",
            "rewrite_contact": "no",
            "timers": "yes",
            "timers_sess_expires": "1800",
            "from_domain": trunk.host,
            "dtmf_mode": "auto",
            "send_pai": "yes",
            "trust_id_outbound": "yes",
            "send_connected_line": "no",  # else who joins is told to the carrier by an INVITE that no permit is for
            "rtp_timeout": "60",
            "rtp_timeout_hold": "7200",
            **({"outbound_auth": name} if signs_in or trunk.username else {}),
            "stir_shaken_profile": profile,
            **_listening(media),
        },
    )
    yield "identify", name, {"endpoint": name, "match": trunk.host}
    if signs_in:
        yield (
            "registration",
            name,
            {
                "server_uri": uri,
                "client_uri": me,
                "outbound_auth": name,
                "transport": trunk.transport,
                "endpoint": name,
                "line": "yes",
                "max_random_initial_delay": "1",  # else a new trunk is a riddle for ten seconds
                "retry_interval": "15",
                "forbidden_retry_interval": "300",
                "max_retries": "100000",
            },
        )


def door_of(trunk: Trunk) -> Door:
    """Where it signs in, and where its calls go."""
    how = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
    there = f"{_bracketed(trunk.host)}:{trunk.port}"
    return f"sip:{trunk.username}@{there}", f"sip:{there}{how}"


_BROWSER: Mapping[str, str] = {
    "webrtc": "yes",
    "dtls_auto_generate_cert": "yes",
    "rtp_timeout": "5",  # it sends sound without a pause; one that stopped was closed, or its machine fell asleep
    "allow": "opus,ulaw",
}
_ORDINARY: Mapping[str, str] = {
    # What a browser's has must be said not to be: an agent may change telephones, and a second push only adds.
    **dict.fromkeys(
        ("webrtc", "dtls_auto_generate_cert", "use_avpf", "ice_support", "rtcp_mux", "bundle", "media_encryption"), "no"
    ),
    "media_use_received_transport": "no",
    "rtp_timeout": "0",
    "allow": "opus,g722,ulaw,alaw",
}


def objects_of_phone(phone: Phone, *, media: str = "") -> Iterator[Pushed]:
    """A telephone that registers with us; nothing for one that is called at a number."""
    if phone.kind == "number":
        return
    name = seat_name(phone.seat)
    yield "auth", name, {"auth_type": "md5", "username": name, "md5_cred": phone.ha1, "realm": REALM}
    yield "aor", name, {"max_contacts": "1", "remove_existing": "yes", "qualify_frequency": "5", "qualify_timeout": "2"}
    yield (
        "endpoint",
        name,
        {
            "aors": name,
            "auth": name,
            "identify_by": "username",
            "context": ECHO,
            "disallow": "all",
            "direct_media": "no",
            "rtp_symmetric": "yes",
            "force_rport": "yes",
            "rewrite_contact": "yes",
            "timers": "yes",
            "dtmf_mode": "auto",
            **(_BROWSER if phone.kind == "browser" else _ORDINARY),
            **_listening(media),
        },
    )


def _listening(media: str) -> Mapping[str, str]:
    return {"media_address": media, "bind_rtp_to_media_address": "yes" if media else "no"}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


# ── what was heard ──────────────────────────────────────────────────────────────────────────────────────────────────


def heard(status: str, cause: str, answered_at: datetime, now: datetime) -> Heard:
    """What Asterisk's detector measured, for our own rule.

    It names the limit that was reached and its figure, like ``LONGGREETING-2620-2600``; what it does not say is told
    by the time that has passed since the answer.
    """
    what, _, figures = cause.partition("-")
    figure = float(figures.split("-")[0]) if figures[:1].isdigit() else 0.0
    since_s = (now - answered_at).total_seconds()
    match what:
        case "LONGGREETING":
            return Heard(0.0, figure / 1000, MANY_WORDS)
        case "MAXWORDS":
            return Heard(0.0, since_s, int(figure))
        case "MAXWORDLENGTH":  # One sound without an end: no word is so long, but a hum or a tone is.
            return Heard(0.0, figure / 1000, 1)
        case "INITIALSILENCE" | "NOAUDIODATA":
            return Heard(max(since_s, figure / 1000), 0.0, 0)
        case "HUMAN":
            return Heard(0.0, min(since_s, LONG_GREETING_S / 2), 1)
        case _:  # TOOLONG, or nothing: it could not tell.
            return Heard(0.0, LONG_GREETING_S if status != "HUMAN" else 0.0, 1)


# ── how it ended ────────────────────────────────────────────────────────────────────────────────────────────────────

Q850_OF_SIP: Mapping[int, int] = {
    400: 41, 401: 21, 402: 21, 403: 21, 404: 1, 405: 63, 406: 79, 407: 21, 408: 102, 410: 22, 413: 127, 414: 127,
    415: 79, 416: 127, 420: 127, 421: 127, 423: 127, 480: 18, 481: 41, 482: 25, 483: 25, 484: 28, 485: 1, 486: 17,
    488: 65, 500: 41, 501: 79, 502: 38, 503: 34, 504: 102, 505: 127, 513: 127, 600: 17, 603: 21, 604: 1, 606: 65,
    607: 21, 608: 21,
}  # fmt: skip
"""RFC 3398 section 7.2.6.1, with 503 as “no circuit”, which is what carriers mean by it, and the robocall answers 607
and 608 (RFC 8197, RFC 8688) as a rejection."""

_PHRASES: Mapping[int, str] = {
    407: "Proxy Authentication Required", 415: "Unsupported Media Type", 423: "Interval Too Brief",
    480: "Temporarily Unavailable", 488: "Not Acceptable Here", 500: "Server Internal Error", 504: "Server Time-out",
    606: "Not Acceptable",
}  # fmt: skip
"""Where SIP says it otherwise than the web (RFC 3261 section 21)."""

_VAGUE = (0, 16, 127)


def in_words(sip: int) -> str:
    """An answer as its own protocol writes it."""
    known = _PHRASES.get(sip) or next((one.phrase for one in HTTPStatus if one == sip), "")
    return f"{sip} {known}".strip()


def cause_of(q850: int, sip: int | None, *, answered: bool, gave_up: bool) -> int:
    """The Q.850 cause of an end: the switch's own where it says something, else what the SIP answer means.

    Args:
        gave_up: we stopped the ringing when its time was over.
    """
    if answered:
        return q850 or 16
    if gave_up:
        return 19
    if q850 in _VAGUE and sip is not None and sip >= 400:
        return Q850_OF_SIP.get(sip, 127)
    return q850 or 127
