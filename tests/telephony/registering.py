"""A SIP telephone signs in, by the book (RFC 3261 section 10, RFC 2617): what SIPp cannot do from a port it shares."""

from __future__ import annotations

import hashlib
import re
import socket


def register(name: str, password: str, *, port: int, switch: int) -> int:
    """Sign in from that port of the loopback; the status of the switch's last answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(("127.0.0.1", port))
        line.settimeout(3)
        line.connect(("127.0.0.1", switch))
        line.send(_request(name, port, switch, 1, ""))
        challenge = _answer(line)
        if _status(challenge) != 401:
            return _status(challenge)
        line.send(_request(name, port, switch, 2, _proof(challenge, name, password, switch)))
        return _status(_answer(line))


def _answer(line: socket.socket) -> str:
    """What was asked of us meanwhile (we are a telephone; it rings) is left lying."""
    while not (told := line.recv(8192).decode()).startswith("SIP/2.0"):
        pass
    return told


def _request(name: str, port: int, switch: int, number: int, proof: str) -> bytes:
    lines = [
        f"REGISTER sip:127.0.0.1:{switch} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-{port}-{number}",
        f"From: <sip:{name}@127.0.0.1>;tag={port}",
        f"To: <sip:{name}@127.0.0.1>",
        f"Call-ID: {port}@127.0.0.1",
        f"CSeq: {number} REGISTER",
        f"Contact: <sip:{name}@127.0.0.1:{port}>",
        "Max-Forwards: 70",
        "Expires: 300",
        *([proof] if proof else []),
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _proof(challenge: str, name: str, password: str, switch: int) -> str:
    told = dict(re.findall(r'(realm|nonce|opaque)="([^"]*)"', challenge))
    uri, many, ours = f"sip:127.0.0.1:{switch}", "00000001", "0a1b2c3d"
    first = _hash(f"{name}:{told['realm']}:{password}")
    answer = _hash(f"{first}:{told['nonce']}:{many}:{ours}:auth:{_hash(f'REGISTER:{uri}')}")
    return (
        f'Authorization: Digest username="{name}", realm="{told["realm"]}", nonce="{told["nonce"]}", uri="{uri}",'
        f' response="{answer}", algorithm=MD5, qop=auth, nc={many}, cnonce="{ours}", opaque="{told.get("opaque", "")}"'
    )


def _hash(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])
