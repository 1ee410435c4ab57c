"""The fixed dialplan: what becomes of a call while, and where, the gate does not hold it.

Answers “who speaks when nobody answers for us?”: every branch in which ``Stasis()`` fails plays the message that the
call carries, so that an answered person is never met by silence. It knows no number, no trunk and no words.

Channel variables that the gate sets:
    AHIZE_CALL      the call's id
    AHIZE_MESSAGE   absolute path of the message, without its ending
    AHIZE_AMD       arguments of AMD() for this campaign; amd.conf has the defaults
    AHIZE_SECONDS   how long the call may last at most
"""

from __future__ import annotations

import hashlib

from ahize.calls.greeting import LONG_GREETING_S, LONG_SILENCE_S, MANY_WORDS
from ahize.telephony.wire import APP
from ahize.telephony.words import DETECT, ECHO, IN, OUT, PERSON

SECONDS_MAX = 4 * 3600
"""Whatever was forgotten ends then; no talk of ours is longer."""
ECHO_SECONDS = 60
HELLO_TO_VERDICT_MS = 240
"""Quiet after “hello?” that makes it a person. Twelve frames of 20 ms; shorter gaps stand inside ordinary greetings."""

PICK_UP_MS = 1000
"""From the answer to the first sound of a greeting, mostly: the receiver has to be brought to the ear."""

_DIALPLAN = f"""\
[{OUT}]
; A call that we dialled, answered just now. “{DETECT}” listens to the greeting first.
exten = {PERSON},1,Set(TIMEOUT(absolute)=${{IF($[${{LEN(${{AHIZE_SECONDS}})}} > 0]?${{AHIZE_SECONDS}}:{SECONDS_MAX})}})
 same = n,Stasis({APP},called,${{AHIZE_CALL}})
 same = n,Goto(nobody,1)
exten = {DETECT},1,Set(TIMEOUT(absolute)=${{IF($[${{LEN(${{AHIZE_SECONDS}})}} > 0]?${{AHIZE_SECONDS}}:{SECONDS_MAX})}})
 same = n,AMD(${{AHIZE_AMD}})
 same = n,Stasis({APP},called,${{AHIZE_CALL}},${{AMDSTATUS}},${{AMDCAUSE}})
 same = n,Goto(nobody,1)
; The gate let go of the call, or is not there: only the second needs the message.
exten = nobody,1,GotoIf($["${{STASISSTATUS}}" != "FAILED"]?end)
 same = n,Set(TIMEOUT(absolute)=120)
 same = n,GotoIf($[${{LEN(${{AHIZE_MESSAGE}})}} = 0]?end)
 same = n,Playback(${{AHIZE_MESSAGE}})
 same = n(end),Hangup()

[{IN}]
; A call to one of our caller IDs. What the carrier sends as number may hold anything: digits and + are kept.
exten = _[+0-9]X.,1,Set(TIMEOUT(absolute)={SECONDS_MAX})
 same = n,Stasis({APP},in,${{FILTER(+0-9,${{EXTEN}})}})
 same = n,GotoIf($["${{STASISSTATUS}}" != "FAILED"]?end)
 same = n,Set(TIMEOUT(absolute)=120)
 same = n,GotoIf($[${{LEN(${{AHIZE_MESSAGE}})}} = 0]?away)
 same = n,Answer(500)
 same = n,Playback(${{AHIZE_MESSAGE}})
 same = n(end),Hangup()
 same = n(away),Hangup(20)

[{ECHO}]
; The only place where a phone gets by dialling: people are called by the engine, never by a phone.
exten = echo,1,Set(TIMEOUT(absolute)={ECHO_SECONDS})
 same = n,Answer()
 same = n,Echo()
 same = n,Hangup()
"""

DIALPLAN_HASH = hashlib.sha256(_DIALPLAN.encode()).hexdigest()[:16]
"""Which dialplan this release was tested with; the running Asterisk tells its own as the global AHIZE_DIALPLAN."""


def extensions() -> str:
    """``extensions.conf``."""
    return f"""\
[general]
static = yes
writeprotect = yes
autofallthrough = yes
clearglobalvars = no

[globals]
AHIZE_DIALPLAN = {DIALPLAN_HASH}

{_DIALPLAN}"""


def amd() -> str:
    """``amd.conf``: Asterisk's ear ends where our own rule (``calls/greeting.py``) would decide.

    A greeting that is long, or has many words, or never comes, is told at the moment it becomes so; a short one when
    it was quiet after it for HELLO_TO_VERDICT_MS. In all it listens no longer than a long greeting takes that begins
    in time: a line from which no sound comes at all tells it nothing but the time, and whoever is there must not be
    left in silence.
    """
    silence_ms, greeting_ms = round(LONG_SILENCE_S * 1000), round(LONG_GREETING_S * 1000)
    return f"""\
[general]
initial_silence = {silence_ms}
greeting = {greeting_ms}
after_greeting_silence = {HELLO_TO_VERDICT_MS}
total_analysis_time = {PICK_UP_MS + greeting_ms + HELLO_TO_VERDICT_MS}
min_word_length = 100
between_words_silence = 50
; “exceeded” is one more than this
maximum_number_of_words = {MANY_WORDS - 1}
maximum_word_length = {2 * greeting_ms}
silence_threshold = 256
"""
