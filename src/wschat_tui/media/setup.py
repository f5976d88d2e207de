"""How calls are to be made here: devices, servers and limits, as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from wschat_tui.media.sources.terminal_feed import TerminalFeed
    from wschat_tui.state.calls.call_views import Talking

Backend = Literal["", "null"]
"""What plays and hears: the system's own sound, or a paced device that goes nowhere."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server (RTCIceServer of the WebRTC specification)."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Setup:
    """Fixed for one call; a change counts from the next one, but for devices and volumes."""

    ice_servers: tuple[IceServer, ...] = ()
    """Empty: none is asked. There is no built-in one."""
    relay_only: bool = False
    """Use addresses of the TURN server alone, so that the other side never learns ours."""
    loopback_ok: bool = False
    """Offer and accept 127.0.0.1: for a server on this machine, and for one without a network."""
    fake: bool = False
    """A tone, a pattern and no speaker in place of devices: for tests and trials."""
    backend: Backend = ""
    sound: str = ""
    """What is sent as sound: `tone`, `silence`, or the absolute path of a media file, which is
    played once from its start when the call's sound is first sent; empty: the microphone."""
    microphone: str = ""
    """The id of a device; empty: the system's default. The same holds for the next three."""
    speaker: str = ""
    camera: str = ""
    screen: str = ""
    microphone_volume: int = 100
    """Percent, from 0 to 200; 100 leaves the sound as it is."""
    speaker_volume: int = 100
    talking: Talking = "open"
    echo_cancel: bool = False
    """Take the speaker's sound out of the microphone's, where the package for it is installed."""
    loop_files: bool = False
    """Begin a media file anew at its end."""
    terminal: TerminalFeed | None = None
    """Where the screen puts its rows, so that this terminal can be shown."""
    name: str = ""
    """Who I am, for the card that stands in for a picture."""
    columns: int = 100
    """Of a command that is shown, in cells."""
    rows: int = 30
