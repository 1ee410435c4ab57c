"""Every file that an Asterisk of ours reads, as text.

Answers “what must stand in its configuration folder?” for checked settings. Files that we have nothing to say in are
written too: Asterisk takes a missing one for an error, and a log with errors of no meaning hides those with one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path

from ahize.telephony.asterisk.dialplan import amd, extensions
from ahize.telephony.asterisk.modules import modules_conf
from ahize.telephony.asterisk.registrations import METRICS
from ahize.telephony.asterisk.settings import Folders, Settings
from ahize.telephony.words import REALM

MUSIC = "ahize-music"
"""Folder of music on hold of an Asterisk that is not ours, below its data folder."""
_HTTP_SESSIONS_MAX = 10_000  # each browser's phone holds one; Asterisk's own limit is 100

_Section = tuple[str, Mapping[str, object]]


def files(settings: Settings) -> dict[str, str]:
    """Text by name of file. ``ari.conf`` and ``prometheus.conf`` hold the password: the folder is Asterisk's alone."""
    return {
        "asterisk.conf": _asterisk(settings.folders),
        "modules.conf": modules_conf(settings.codecs),
        "logger.conf": _text(("general", {"dateformat": "%F %T.%3q"}), ("logfiles", {"messages.log": _LEVELS})),
        "http.conf": _http(settings),
        "ari.conf": _ari(settings),
        "prometheus.conf": _prometheus(settings),
        "rtp.conf": _rtp(settings),
        "sorcery.conf": _sorcery(),
        "pjsip.conf": _pjsip(settings),
        "pjproject.conf": _text(("startup", {"type": "startup"})),
        "stir_shaken.conf": _stir_shaken(settings.folders),
        "extensions.conf": extensions(),
        "amd.conf": amd(),
        "musiconhold.conf": _text(("default", {"mode": "files", "directory": _music(settings.folders)})),
        "indications.conf": _INDICATIONS,
        "acl.conf": "",
        "ccss.conf": _text(("general", {})),
        "cdr.conf": _text(("general", {"enable": "no"})),  # ours is the journal
        "cel.conf": _text(("general", {"enable": "no"})),
        "chan_websocket.conf": "",
        "features.conf": _text(("general", {})),
        "manager.conf": _text(("general", {"enabled": "no"})),
        "stasis.conf": "",
        "udptl.conf": _text(("general", {})),
        "websocket_client.conf": "",
    }


def music_folder(folders: Folders) -> Path:
    """Where music on hold lies; it must hold at least one file."""
    return folders.state / "music"


def certificates_folder(folders: Folders) -> Path:
    """Where it may keep others' certificates; it complains where it cannot write, also if it never has to."""
    return folders.state / "certificates"


def keys_folder(folders: Folders) -> Path:
    """Where the gate puts keys that sign calls, for Asterisk to read."""
    return folders.state / "signing"


def _music(folders: Folders | None) -> str:
    return str(music_folder(folders)) if folders else MUSIC


_LEVELS = "notice,warning,error"


def _text(*sections: _Section) -> str:
    lines: list[str] = []
    for name, values in sections:
        lines.append(f"[{name}]")
        lines += [f"{key} = {value}" for key, value in values.items()]
        lines.append("")
    return "\n".join(lines)


def _asterisk(folders: Folders | None) -> str:
    options: _Section = (
        "options",
        {
            "nocolor": "yes",
            "hideconnect": "yes",
            "dumpcore": "no",
            "live_dangerously": "no",
            "disable_remote_console_shell": "yes",
            "transmit_silence": "yes",  # some carriers hang up on a line without packets, as while AMD listens
            "documentation_language": "en_US",
            "defaultlanguage": "en",
        },
    )
    if folders is None:
        return _text(options)
    places = {
        "astetcdir": folders.etc,
        "astmoddir": folders.modules,
        "astvarlibdir": folders.state,
        "astdbdir": folders.state,
        "astkeydir": folders.state,
        "astcachedir": folders.state,
        "astdatadir": folders.data,
        "astagidir": folders.state,
        "astsbindir": folders.state,
        "astspooldir": folders.spool,
        "astrundir": folders.run,
        "astlogdir": folders.log,
    }
    return _text(("directories", places), options)


def _http(settings: Settings) -> str:
    return _text(
        (
            "general",
            {
                "enabled": "yes",
                "servername": "",
                "bindaddr": settings.http_bind,
                "bindport": settings.ari_port,
                "sessionlimit": _HTTP_SESSIONS_MAX,
                "enable_static": "no",
                "enable_status": "no",
            },
        )
    )


def _ari(settings: Settings) -> str:
    user = {"type": "user", "read_only": "no", "password_format": "plain", "password": settings.ari_password}
    return _text(("general", {"enabled": "yes", "pretty": "no"}), (settings.ari_user, user))


def _prometheus(settings: Settings) -> str:
    """Figures for the gate, behind ARI's own name and password."""
    door = {"auth_username": settings.ari_user, "auth_password": settings.ari_password}
    return _text(("general", {"enabled": "yes", "core_metrics_enabled": "no", "uri": METRICS, **door}))


def _rtp(settings: Settings) -> str:
    first, until = settings.rtp
    general: _Section = (
        "general",
        {"rtpstart": first, "rtpend": until - 1, "strictrtp": "yes", "icesupport": "yes"},
    )
    if settings.interfaces and ipaddress.ip_address(settings.bind).is_loopback:
        return _text(general, ("ice_host_candidates", dict.fromkeys(settings.interfaces, settings.bind)))
    if not (settings.host and _is_address(settings.host)) or settings.bind in ("0.0.0.0", "::"):  # noqa: S104  compared
        return _text(general)
    # Behind NAT a browser is told the outer address beside ours, which colleagues in the house use.
    return _text(general, ("ice_host_candidates", {settings.bind: f"{settings.host},include_local_address"}))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _sorcery() -> str:
    """Trunks and phones live in memory: the gate pushes them whole after each start, so a file cannot go stale."""

    def kept(kind: str) -> str:
        return f"{kind} = config,pjsip.conf,criteria=type={kind}\n{kind} = memory"

    return "\n".join(
        [
            "[res_pjsip]",
            *map(kept, ("endpoint", "aor", "auth")),
            "contact = memory",
            "",
            "[res_pjsip_endpoint_identifier_ip]",
            kept("identify"),
            "",
            "[res_pjsip_outbound_registration]",
            kept("registration"),
            "",
            "[res_stir_shaken]",
            *(
                f"{kind} = config,stir_shaken.conf,criteria=type={kind},single_object=yes,explicit_name={kind}"
                for kind in ("attestation", "verification")
            ),
            "profile = memory",
            "tn = memory",
            "",
        ]
    )


def _stir_shaken(folders: Folders | None) -> str:
    """Keys and levels of attestation are pushed for each number of a trunk. What others signed is not judged here."""
    cache = {"cert_cache_dir": certificates_folder(folders)} if folders else {}
    return _text(
        ("attestation", {"type": "attestation", "global_disable": "no"}),
        ("verification", {"type": "verification", "global_disable": "yes", **cache}),
    )


def _pjsip(settings: Settings) -> str:
    """Transports and the rules for strangers. Trunks must be identified by address, phones by name with a password."""
    common: dict[str, object] = {"type": "transport"}
    outside: dict[str, object] = {}
    if settings.host:
        outside = {"external_media_address": settings.host, "external_signaling_address": settings.host}
    networks = "".join(f"local_net = {network}\n" for network in settings.local_networks) if settings.host else ""
    bind = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    sections = [
        _text(
            (
                "global",
                {
                    "type": "global",
                    "user_agent": "Ahize",
                    "default_realm": REALM,
                    "endpoint_identifier_order": "username,ip",
                    "disable_multi_domain": "yes",
                    "mwi_disable_initial_unsolicited": "yes",
                    "keep_alive_interval": 60,
                    "max_initial_qualify_time": 1,  # else nobody knows for 15 s if a new trunk is there
                    "unidentified_request_count": 3,
                    "unidentified_request_period": 30,
                    "unidentified_request_prune_interval": 60,
                },
            ),
            ("system", {"type": "system", "disable_tcp_switch": "yes"}),
        )
    ]
    for name, port in (("udp", settings.sip_udp), ("tcp", settings.sip_tcp), ("tls", settings.sip_tls)):
        if port is None:
            continue
        more: dict[str, object] = {}
        if name == "tls" and settings.tls is not None:
            more = {
                "cert_file": settings.tls.certificate,
                "priv_key_file": settings.tls.key,
                "method": "tlsv1_2",
                "verify_server": "yes",
                "ca_list_path": "/etc/ssl/certs",
            }
        section = _text((name, common | {"protocol": name, "bind": f"{bind}:{port}"} | more | outside))
        sections.append(section.rstrip("\n") + "\n" + networks)
    # Its port is the HTTP server's; the address says where sound for browsers is listened for.
    sections.append(_text(("ws", common | {"protocol": "ws", "bind": bind} | outside)).rstrip("\n") + "\n" + networks)
    return "\n".join(sections)


_INDICATIONS = """\
[general]
country = us

[us]
description = North America
ringcadence = 2000,4000
dial = 350+440
busy = 480+620/500,0/500
ring = 440+480/2000,0/4000
congestion = 480+620/250,0/250
callwaiting = 440/300,0/10000
info = !950/330,!1400/330,!1800/330,0
record = 1400/500,0/15000

[gb]
description = United Kingdom
ringcadence = 400,200,400,2000
dial = 350+440
busy = 400/375,0/375
ring = 400+450/400,0/200,400+450/400,0/2000
congestion = 400/400,0/350,400/225,0/525
callwaiting = 400/100,0/4000
info = 950/330,0/15,1400/330,0/15,1800/330,0/1000
record = 1400/500,0/60000

[tr]
description = Türkiye
ringcadence = 2000,4000
dial = 450
busy = 450/500,0/500
ring = 450/2000,0/4000
congestion = 450/200,0/200,450/200,0/200,450/200,0/200,450/600,0/200
callwaiting = 450/200,0/600,450/200,0/8000
info = !950/300,!1400/300,!1800/300,0
record = 1400/500,0/15000
"""
