"""Which addresses has this machine? Asked of the kernel, at the moment of a start."""

from __future__ import annotations

import fcntl
import socket
import struct

_SIOCGIFADDR = 0x8915
_NAME_LENGTH, _ADDRESS_AT = 256, 20


def interfaces() -> tuple[str, ...]:
    """IPv4 addresses of its interfaces but for the loopback; one for each."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            try:
                told = fcntl.ioctl(asked, _SIOCGIFADDR, struct.pack(f"{_NAME_LENGTH}s", name.encode()))
            except OSError:
                continue  # It has none.
            found.append(socket.inet_ntoa(told[_ADDRESS_AT : _ADDRESS_AT + 4]))
    return tuple(sorted({one for one in found if not one.startswith("127.")}))
