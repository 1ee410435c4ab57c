"""What a gate must know of a house to telephone for it: trunks, agents' phones, messages, sounds and flows.

Plain values that a room hands over whole, and again whole after each change; a gate compares and brings its switch in
line. Refuses to know who entered them and why; secrets are in here, so it is never logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from ahize.kernel.errors import BadInput

Codec = Literal["ulaw", "alaw", "g722", "opus", "gsm"]
Port = Annotated[int, Field(ge=1, le=65535)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
E164 = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$")]
Printable = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f;]*$", max_length=200)]
"""Text that may stand in a SIP message or a configuration line: no control characters, no comment sign."""

WebAddress = Annotated[str, Field(pattern=r"^(https://[^\s\"<>]+)?$", max_length=500)]


@dataclass(frozen=True, slots=True)
class Rate:
    """What a call costs to numbers that begin with ``prefix`` (E.164 without the plus; empty: all others)."""

    prefix: Annotated[str, Field(pattern=r"^[0-9]{0,15}$")]
    per_minute: Annotated[float, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Trunk:
    """A line to a carrier.

    Attributes:
        kind: ``registration`` signs in with name and secret; ``ip`` is known by its address.
        codecs: in order of preference.
        channels_max: most calls at once.
        per_second_max: most new calls in a second.
        caller_ids: what may be shown here; empty: whatever clearance named.
        watched: whether it is asked every 15 seconds if it is there; off for a carrier that does not answer OPTIONS.
        rates: by longest prefix; empty: unknown, so it comes after those with a price.
        spend_max: most that may be spent over it in 24 hours, in the currency of its rates; None: no such cap. A call
            whose price is not known is not dialled under a cap.
        attestation: how far the house vouches for a caller ID; without ``stir_key`` the carrier signs, or nobody.
        stir_key: PEM, P-256; ``certificate_url``: where others find what it is checked with.
    """

    id: UUID
    name: Printable
    kind: Literal["registration", "ip"]
    host: Host
    port: Port = 5060
    transport: Literal["udp", "tcp", "tls"] = "udp"
    username: Printable = ""
    secret: Printable = field(default="", repr=False)
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] = ("ulaw", "alaw")
    channels_max: Annotated[int, Field(ge=1, le=10_000)] = 30
    per_second_max: Annotated[float, Field(gt=0, le=1000)] = 10
    caller_ids: tuple[E164, ...] = ()
    watched: bool = True
    rates: tuple[Rate, ...] = ()
    spend_max: Annotated[float, Field(ge=0)] | None = None
    attestation: Literal["", "A", "B", "C"] = ""
    stir_key: Annotated[str, Field(max_length=20_000)] = field(default="", repr=False)
    certificate_url: WebAddress = ""

    def may_show(self, caller_id: str) -> bool:
        return not self.caller_ids or caller_id in self.caller_ids

    def price(self, number: str) -> float | None:
        """A minute to that number; None where no rate says."""
        digits = number.removeprefix("+")
        fitting = [rate for rate in self.rates if digits.startswith(rate.prefix)]
        return max(fitting, key=lambda rate: len(rate.prefix)).per_minute if fitting else None


@dataclass(frozen=True, slots=True)
class Phone:
    """With what an agent hears and speaks.

    Attributes:
        kind: ``browser`` and ``sip`` register with us; ``number`` is called through a trunk.
        ha1: ``md5(user:ahize:password)`` where it registers; its user is ``seat-<seat>``.
        number: E.164 where it is called.
    """

    seat: UUID
    kind: Literal["browser", "sip", "number"]
    ha1: Digest | Literal[""] = field(default="", repr=False)
    number: E164 | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a campaign says by itself.

    Attributes:
        text: to a person whom nobody could speak with.
        records, announces, asks: whether its talks are recorded, after a sentence, after the person's yes.
        announcement: that sentence; both sides hear it.
    """

    campaign: UUID
    text: Annotated[str, Field(max_length=2000)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    records: bool = False
    announces: bool = False
    asks: bool = False
    announcement: Annotated[str, Field(max_length=2000)] = ""


@dataclass(frozen=True, slots=True)
class SoundFile:
    """An approved recording. ``path`` lies in the room's folder of sounds, without its ending."""

    id: UUID
    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_/-]{0,200}$")]


@dataclass(frozen=True, slots=True)
class FlowText:
    """A flow as its author wrote it; campaigns name it by the content's hash."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    yaml: Annotated[str, Field(max_length=1_000_000)]


@dataclass(frozen=True, slots=True)
class Inbound:
    """A number that a seller shows, and what is said to whoever calls it.

    Attributes:
        name, address, phone, web: the seller's: who it is and how else to opt out.
    """

    number: E164
    seller: UUID
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    name: Annotated[str, Field(max_length=200)]
    address: Annotated[str, Field(max_length=1000)] = ""
    phone: E164 | Literal[""] = ""
    web: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, slots=True)
class House:
    """All of it; an empty one can dial nobody."""

    trunks: tuple[Trunk, ...] = ()
    phones: tuple[Phone, ...] = ()
    words: tuple[Words, ...] = ()
    sounds: tuple[SoundFile, ...] = ()
    flows: tuple[FlowText, ...] = ()
    inbound: tuple[Inbound, ...] = ()


_HOUSE = TypeAdapter(House)


def house_of(given: Mapping[str, Any]) -> House:
    """The house that this JSON describes.

    Raises:
        BadInput: saying the first thing that does not fit, and where; never the value, which may be a secret.
    """
    try:
        return _HOUSE.validate_python(given)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise BadInput(f"This house cannot telephone: {where}: {first['msg']}.", field=where) from None


def to_json(house: House) -> dict[str, Any]:
    """The same as plain JSON; secrets included, for the gate alone."""
    made: dict[str, Any] = _HOUSE.dump_python(house, mode="json")
    return made
