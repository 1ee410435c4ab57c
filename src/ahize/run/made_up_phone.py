"""A made-up agent's telephone: signs in by SIP, picks up at once, speaks a tone, and notes what it hears.

By the book as far as an ordinary telephone goes (RFC 3261, RFC 2617, RFC 3550), over UDP on this machine, PCMU only. It
knows no call of ours: who speaks at the other end, and why, it refuses to know.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from ahize.kernel.errors import BadInput, Unavailable
from ahize.run.made_up_sound import Ear, Mouth

ANSWER_S = 4.0
"""How long a switch may take to answer a request, repeats of it included."""
FIRST_REPEAT_S = 0.5
EXPIRES_S = 120
"""For how long a signing-in is asked to hold."""
RENEWED_S = 5.0
"""It is renewed so often: a switch that was killed and begins anew knows of no telephone until then."""

Address = tuple[str, int]
_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP message: its first line, its headers in order with names in lower case, and its body."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @classmethod
    def parsed(cls, data: bytes) -> Message | None:
        """None where it is none, or a keep-alive."""
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        if not first.endswith("SIP/2.0") and not first.startswith("SIP/2.0 "):
            return None
        pairs = (line.partition(":") for line in lines)
        headers = tuple((_COMPACT.get(name.strip().lower(), name.strip().lower()), to.strip()) for name, _, to in pairs)
        return cls(first, headers, body)

    @property
    def method(self) -> str:
        """Empty for an answer."""
        return "" if self.first.startswith("SIP/2.0 ") else self.first.split(" ", 1)[0]

    @property
    def status(self) -> int:
        """0 for a request."""
        told = self.first.split(" ")[1:2]
        return int(told[0]) if not self.method and told and told[0].isdecimal() else 0

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass(slots=True)
class Dialog:
    """A call that this telephone picked up."""

    id: str
    tag: str
    answer: bytes = b""
    repeating: asyncio.TimerHandle | None = None
    mouth: Mouth | None = None


@dataclass(slots=True)
class MadeUpPhone(asyncio.DatagramProtocol):
    """One telephone. ``open`` it, then ``sign_in``; ``close`` signs out.

    Args:
        name, password: as the switch knows it.
        switch: where it signs in.
        tone_hz: what it says all the time; 0: silence.
        speaks: whether it says anything at all; asked when it picks up.

    Attributes:
        ear: what was heard since it was opened, over all its calls.
        registered: whether the switch took its name last time.
        calls: how many it picked up.
        why: the switch's last refusal, in words.
    """

    name: str
    password: str
    switch: Address
    tone_hz: int = 440
    speaks: bool = True
    ear: Ear = field(default_factory=Ear)
    registered: bool = False
    calls: int = 0
    why: str = ""
    dialog: Dialog | None = None
    _line: asyncio.DatagramTransport | None = None
    _sound: asyncio.DatagramTransport | None = None
    _asked: dict[str, asyncio.Future[Message]] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _id: str = field(default_factory=lambda: secrets.token_hex(8))
    _renewing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take a port for words and one for sound."""
        loop = asyncio.get_running_loop()
        self._line, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._sound, _ = await loop.create_datagram_endpoint(lambda: self.ear, local_addr=("127.0.0.1", 0))

    def speak(self) -> None:
        """From now on it speaks, if it did not."""
        if not self.speaks and self.dialog is not None and self.dialog.mouth is not None:
            self.dialog.mouth.start()
        self.speaks = True

    async def sign_in(self) -> None:
        """Until the switch has taken it; it is renewed by itself from then on.

        Raises:
            BadInput: the switch does not know this name and password.
            Unavailable: nobody answers there, or it has another objection.
        """
        await self._register(EXPIRES_S)
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())

    async def close(self) -> None:
        """Hang up, sign out, and be gone; also where the switch is."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
        self._end()
        if self._line is not None:
            if self.registered:
                with suppress(BadInput, Unavailable):
                    await self._register(0)
            self._line.close()
        if self._sound is not None:
            self._sound.close()

    @property
    def port(self) -> int:
        return _port(self._line)

    @property
    def is_up(self) -> bool:
        """Is a call on it?"""
        return self.dialog is not None

    # ── signing in ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWED_S)
            try:
                await self._register(EXPIRES_S)
            except (BadInput, Unavailable) as refused:
                self.registered, self.why = False, refused.message

    async def _register(self, expires_s: int) -> None:
        answer = await self._ask(expires_s, "")
        if answer.status in (401, 407):
            answer = await self._ask(expires_s, self._proof(answer))
        if answer.status in (401, 403, 404):
            self.registered = False
            raise BadInput(
                f"The switch does not take the telephone {self.name}: {answer.first.partition(' ')[2]}.",
                next_step="Its credentials die with their login; fetch new ones.",
            )
        if answer.status != 200:
            raise Unavailable(f"The switch would not have the telephone {self.name}: {answer.first.partition(' ')[2]}.")
        self.registered, self.why = expires_s > 0, ""

    async def _ask(self, expires_s: int, proof: str) -> Message:
        """One request, repeated as UDP asks for, and its answer. Raises: Unavailable."""
        number, (host, port) = next(self._numbers), self.switch
        branch = f"z9hG4bK-{self._id}-{number}"
        request = _text(
            f"REGISTER sip:{host}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch={branch}",
            "Max-Forwards: 70",
            f"From: <sip:{self.name}@{host}>;tag={self._id}",
            f"To: <sip:{self.name}@{host}>",
            f"Call-ID: {self._id}",
            f"CSeq: {number} REGISTER",
            f"Contact: {self._contact()}",
            f"Expires: {expires_s}",
            *([proof] if proof else []),
        )
        told: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asked[branch] = told
        pause = FIRST_REPEAT_S
        try:
            async with asyncio.timeout(ANSWER_S):
                while not told.done():
                    self._say(request, self.switch)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(asyncio.shield(told), pause)
                    pause *= 2
                return told.result()
        except TimeoutError:
            raise Unavailable(f"No switch answers at {host}:{port}.") from None
        finally:
            self._asked.pop(branch, None)

    def _proof(self, challenge: Message) -> str:
        """RFC 2617, with and without qop."""
        host, port = self.switch
        kind = "Proxy-Authenticate" if challenge.status == 407 else "WWW-Authenticate"
        asked = challenge.get(kind.lower())
        told = {name: bare or quoted for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^",\s]+))', asked)}
        uri, ours, many = f"sip:{host}:{port}", secrets.token_hex(8), "00000001"
        realm, nonce = told.get("realm", ""), told.get("nonce", "")
        who, what = _md5(f"{self.name}:{realm}:{self.password}"), _md5(f"REGISTER:{uri}")
        with_qop = "auth" in told.get("qop", "").split(",")
        middle = f"{nonce}:{many}:{ours}:auth" if with_qop else nonce
        parts = [f'username="{self.name}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"']
        parts += [f'response="{_md5(f"{who}:{middle}:{what}")}"', "algorithm=MD5"]
        parts += ["qop=auth", f"nc={many}", f'cnonce="{ours}"'] if with_qop else []
        parts += [f'opaque="{told["opaque"]}"'] if "opaque" in told else []
        return f"{'Proxy-' if challenge.status == 407 else ''}Authorization: Digest {', '.join(parts)}"

    # ── what comes over the line ────────────────────────────────────────────────────────────────────────────────

    def datagram_received(self, data: bytes, addr: Address) -> None:
        message = Message.parsed(data)
        if message is None:
            return
        if not message.method:
            branch = re.search(r"branch=([^;,\s]+)", message.get("via"))
            told = self._asked.get(branch[1]) if branch else None
            if told is not None and not told.done() and message.status >= 200:
                told.set_result(message)
            return
        match message.method:
            case "INVITE":
                self._invited(message, addr)
            case "ACK":
                self._calm()
            case "BYE":
                mine = self.dialog is not None and self.dialog.id == message.get("call-id")
                self._answer(message, addr, "200 OK" if mine else "481 Call Does Not Exist")
                if mine:
                    self._end()
            case "CANCEL":  # We have picked up already: there is nothing left to take back.
                self._answer(message, addr, "200 OK")
            case "OPTIONS" | "INFO" | "UPDATE" | "NOTIFY" | "MESSAGE":
                self._answer(message, addr, "200 OK")
            case _:
                self._answer(message, addr, "405 Method Not Allowed")

    def _invited(self, invite: Message, addr: Address) -> None:
        """Pick up, and let go of another call. The same one again gets the same answer, or that to the new offer."""
        call, again = invite.get("call-id"), self.dialog
        far = _sound_at(invite.body)
        if far is None:
            self._answer(invite, addr, "488 Not Acceptable Here")
            return
        if again is None or again.id != call:
            self._end()  # Nobody but the switch rings here: it has forgotten the call before.
            self.calls += 1
            again = self.dialog = Dialog(call, secrets.token_hex(6))
        if again.mouth is None or again.mouth.far != far:
            if again.mouth is not None:
                again.mouth.stop()
            assert self._sound is not None, "it was opened"
            again.mouth = Mouth(self._sound, far, tone_hz=self.tone_hz)
            if self.speaks:
                again.mouth.start()
        again.answer = self._answer(invite, addr, "200 OK", tag=again.tag, body=self._offer())
        self._calm()
        self._repeat(again, addr, FIRST_REPEAT_S)

    def _repeat(self, dialog: Dialog, addr: Address, after_s: float) -> None:
        """The answer to an INVITE is said again until its ACK comes."""

        def again() -> None:
            if self.dialog is dialog:
                self._say(dialog.answer, addr)
                if after_s < 8 * FIRST_REPEAT_S:
                    self._repeat(dialog, addr, 2 * after_s)

        dialog.repeating = asyncio.get_running_loop().call_later(after_s, again)

    def _calm(self) -> None:
        if self.dialog is not None and self.dialog.repeating is not None:
            self.dialog.repeating.cancel()
            self.dialog.repeating = None

    def _end(self) -> None:
        self._calm()
        if self.dialog is not None and self.dialog.mouth is not None:
            self.dialog.mouth.stop()
        self.dialog = None

    # ── what is said ────────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, request: Message, addr: Address, status: str, *, tag: str = "", body: str = "") -> bytes:
        to = request.get("to")
        mine = tag or (self.dialog.tag if self.dialog else self._id)
        answer = _text(
            f"SIP/2.0 {status}",
            *(f"Via: {via}" for via in request.all("via")),
            *(f"Record-Route: {route}" for route in request.all("record-route")),
            f"From: {request.get('from')}",
            f"To: {to}" if ";tag=" in to else f"To: {to};tag={mine}",
            f"Call-ID: {request.get('call-id')}",
            f"CSeq: {request.get('cseq')}",
            f"Contact: {self._contact()}",
            "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE",
            *(["Content-Type: application/sdp"] if body else []),
            body=body,
        )
        self._say(answer, addr)
        return answer

    def _offer(self) -> str:
        lines = ("v=0", "o=phone 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0")
        sound = (f"m=audio {_port(self._sound)} RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv")
        return "\r\n".join((*lines, *sound, ""))

    def _contact(self) -> str:
        return f"<sip:{self.name}@127.0.0.1:{self.port}>"

    def _say(self, data: bytes, addr: Address) -> None:
        if self._line is not None and not self._line.is_closing():
            self._line.sendto(data, addr)


def _text(*lines: str, body: str = "") -> bytes:
    return "\r\n".join((*lines, f"Content-Length: {len(body.encode())}", "", body)).encode()


def _port(transport: asyncio.DatagramTransport | None) -> int:
    assert transport is not None, "it was opened"
    return int(transport.get_extra_info("sockname")[1])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sound_at(offer: str) -> Address | None:
    """Where the other end listens, if it speaks PCMU."""
    place = re.search(r"^c=IN IP4 (\S+)", offer, re.MULTILINE)
    sound = re.search(r"^m=audio (\d+) RTP/AVP ([\d ]+)", offer, re.MULTILINE)
    if place is None or sound is None or "0" not in sound[2].split():
        return None
    return place[1], int(sound[1])
