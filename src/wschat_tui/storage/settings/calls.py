"""`[calls]`: what calls are made with, and which way they take.

The way (servers, relays) may differ from profile to profile; the devices belong to the machine.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from wschat_tui.storage.settings.section import FilePath, Section, Word, listed

Talking = Literal["open", "push", "voice"]
Backend = Literal["", "null"]

_ICE_SERVER = re.compile(
    r"stun:[^?:@\s]+(?::(\d{1,5}))?|turns?:[^?:@\s]+(?::(\d{1,5}))?(?:\?transport=(?:udp|tcp))?"
)
"""RFC 7064 and RFC 7065, without IPv6 literals, which the library below cannot read."""


def names_ice_server(text: str) -> bool:
    """Whether this is the address of a STUN or TURN server that can be used."""
    found = _ICE_SERVER.fullmatch(text)
    return found is not None and all(0 < int(port) < 65536 for port in found.groups() if port)


def _ice_server(text: str) -> str:
    """`text` if it names a STUN or TURN server; raises ValueError as `server_url` does."""
    if not names_ice_server(text):
        msg = 'must be a server such as "stun:stun.example.org:3478" or "turn:turn.example.org"'
        raise ValueError(msg)
    return text


def _printable(text: str) -> str:
    if not text.isprintable():
        msg = "must not contain control characters"
        raise ValueError(msg)
    return text


IceServer = Annotated[str, AfterValidator(_ice_server)]
IceServers = Annotated[tuple[IceServer, ...], BeforeValidator(listed)]
DeviceId = Annotated[str, AfterValidator(_printable)]
Percent = Annotated[int, Field(ge=0, le=200)]


class Way(Section):
    """`[profiles.NAME.calls]`: how the calls of one account find a path."""

    ice_servers: IceServers | None = None
    """STUN and TURN servers; left out: those that the chat server names; empty: none at all."""
    turn_user: Word | None = None
    turn_password_file: FilePath | None = None
    """A file that holds the password for TURN alone; relative to the settings' directory."""
    relay_only: bool | None = None
    """Never tell the other side an address of this machine: all media goes through TURN."""


class Calls(Way):
    """`[calls]`: what is the same for all profiles, and the way where a profile names none."""

    microphone: DeviceId = ""
    """A device as the call screen lists it; empty: the system's own choice."""
    speaker: DeviceId = ""
    camera: DeviceId = ""
    screen: DeviceId = ""
    microphone_volume: Percent = 100
    speaker_volume: Percent = 100
    talking: Talking = "open"
    """When the microphone is sent: always, while a key is held, or while a voice is heard."""
    echo_cancel: bool = False
    """Take the speaker's sound out of the microphone's; headphones do it better."""
    backend: Backend = ""
    """What plays and hears: empty: the system's own sound; null: a device that goes nowhere."""
    ring: bool = True
    """Sound a tone while a call comes in or goes out."""

    def by(self, way: Way) -> Calls:
        """These settings with the way of a profile in place of their own, where it names one."""
        named = {
            field: value for field in Way.model_fields if (value := getattr(way, field)) is not None
        }
        return self.model_copy(update=named)
