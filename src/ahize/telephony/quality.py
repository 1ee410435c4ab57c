"""How well does a call sound? From what RTP counted, one figure that people know.

The mean opinion score of ITU-T G.107 in its short form: the codec's own damage, loss and delay are taken from 93.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

R_BEST = 93.2
LOSS_ROBUSTNESS = 4.3
"""G.113 appendix I: packet loss robustness of G.711 without concealment."""
DELAY_KNEE_MS = 177.3
JITTER_BUFFERS = 2.0
"""A receiver's buffer holds about twice the jitter."""
PACKET_MS = 20.0


def mos(*, loss_share: float, delay_ms: float) -> float:
    """1 (bad) to 4.5 (as good as a telephone can be). ``delay_ms`` is one way, from mouth to ear."""
    loss = 100 * min(1.0, max(0.0, loss_share))
    r = R_BEST - 95 * loss / (loss + LOSS_ROBUSTNESS)
    r -= 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - DELAY_KNEE_MS)
    r = min(100.0, max(0.0, r))
    return round(min(4.5, max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)), 2)


def quality_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Asterisk's statistics of one leg, as the screens show them.

    Its jitter is in seconds where the codec's clock is known; a packet that never came is the receiver's loss.
    """
    received, lost = int(told.get("rxcount") or 0), max(0, int(told.get("rxploss") or 0))
    jitter_ms, rtt_ms = 1000 * float(told.get("rxjitter") or 0), 1000 * float(told.get("rtt") or 0)
    share = lost / (received + lost) if received + lost else 0.0
    delay_ms = rtt_ms / 2 + JITTER_BUFFERS * jitter_ms + PACKET_MS
    return {
        "mos": mos(loss_share=share, delay_ms=delay_ms) if received else None,
        "jitter_ms": round(jitter_ms, 1),
        "loss_share": round(share, 4),
        "rtt_ms": round(rtt_ms, 1),
        "packets_in": received,
        "packets_out": int(told.get("txcount") or 0),
    }
