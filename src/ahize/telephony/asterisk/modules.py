"""The modules that an Asterisk of ours loads, and no others: it starts in a third of a second and has little to attack.

Answers “what must be there, and what is missing?”.
"""

from __future__ import annotations

from collections.abc import Collection

from ahize.telephony.asterisk.settings import CODECS

_BASE = (
    # Where settings lie, clocks, ciphers.
    "res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_crypto res_curl",
    # SIP. Only who is known by name or address is heard: no anonymous endpoint, no publish, no messages.
    "res_pjproject res_pjsip res_pjsip_session res_pjsip_pubsub res_pjsip_acl res_pjsip_nat res_pjsip_path",
    "res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user res_pjsip_registrar res_pjsip_outbound_registration",
    "res_pjsip_caller_id res_pjsip_diversion res_pjsip_dtmf_info res_pjsip_empty_info res_pjsip_header_funcs",
    "res_pjsip_logger res_pjsip_rfc3326 res_pjsip_rfc3329 res_pjsip_sips_contact chan_pjsip",
    "res_stir_shaken res_pjsip_stir_shaken",
    # Sound, and browsers' phones.
    "res_rtp_asterisk res_srtp res_pjsip_sdp_rtp res_http_websocket res_pjsip_transport_websocket res_musiconhold",
    "format_wav format_pcm format_sln format_gsm codec_a_mu codec_resample",
    # The seam for voice programs: AudioSocket, WebSocket, plain RTP.
    "res_audiosocket chan_audiosocket res_websocket_client chan_websocket res_rtp_multicast chan_rtp",
    # ARI, and what it moves. Never res_stasis_device_state: when a connection of ARI closes while a device's state
    # changes, Asterisk waits for itself and ARI is dead until a restart (asterisk/asterisk issue 2170; seen here in
    # one connection out of ten that closed right after a call).
    "bridge_simple bridge_softmix bridge_holding bridge_native_rtp chan_bridge_media app_stasis",
    "res_stasis res_stasis_answer res_stasis_playback res_stasis_recording res_stasis_snoop",
    "res_ari res_ari_model res_ari_applications res_ari_asterisk res_ari_bridges res_ari_channels res_ari_endpoints",
    "res_ari_events res_ari_playbacks res_ari_recordings res_ari_sounds",
    # Whether carriers let us in: the one thing that ARI does not tell.
    "res_prometheus",
    # The dialplan's own words, and ears.
    "pbx_config app_amd app_echo app_playback app_mixmonitor res_tonedetect",
    "func_callerid func_channel func_global func_hangupcause func_jitterbuffer func_logic func_strings func_talkdetect",
    "func_timeout func_volume",
)
_CODEC_MODULES = {
    "alaw": ("codec_alaw",),
    "g722": ("codec_g722",),
    "gsm": ("codec_gsm",),
    "opus": ("codec_opus_open_source", "res_format_attr_opus"),
    "slin": (),
    "ulaw": ("codec_ulaw",),
}
assert set(_CODEC_MODULES) == set(CODECS)


def modules(codecs: Collection[str]) -> list[str]:
    """Names of modules, in the order in which they are loaded."""
    named = " ".join(_BASE).split()
    # Sounds may lie in either companding, and phones compare: these two cost nothing.
    spoken = {"ulaw", "alaw", *codecs}
    return [*named, *(module for codec in CODECS if codec in spoken for module in _CODEC_MODULES[codec])]


def modules_conf(codecs: Collection[str]) -> str:
    """``modules.conf``."""
    return "\n".join(["[modules]", "autoload = no", *(f"load = {name}.so" for name in modules(codecs)), ""])
