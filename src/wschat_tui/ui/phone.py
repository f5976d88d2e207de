"""What actions may ask of the screens of calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from wschat_tui.runtime.services import MediaView
    from wschat_tui.state.calls.call import CallKind, Shown

View = Literal["alone", "beside", "away"]
"""The call fills the screen; the direct chat stands beside it; or a line over the chat is all."""

Layout = Literal["pip", "split", "remote"]
"""Their picture with mine small in its corner; both side by side; theirs alone."""

LAYOUTS: dict[Layout, str] = {
    "pip": "your picture small in the corner of theirs",
    "split": "both pictures side by side",
    "remote": "their picture alone",
}

KINDS: dict[Shown, CallKind] = {
    "": "audio",
    "camera": "video",
    "pattern": "video",
    "file": "video",
    "screen": "screen",
    "terminal": "screen",
    "command": "screen",
}
"""What a call is called by what it begins with."""


@dataclass(frozen=True, slots=True)
class CallLook:
    """How the user wants to see calls; kept from one to the next."""

    view: View = "alone"
    layout: Layout = "pip"
    full: bool = False
    """Nothing but the picture and a line."""
    figures: bool = False
    """All figures, over the picture."""


class Phone(Protocol):
    """The screens of calls as actions see them."""

    @property
    def look(self) -> CallLook:
        """How calls are seen."""
        ...

    @property
    def media(self) -> MediaView | None:
        """The media of the session that is open."""
        ...

    def prepare(self, user: str, shows: Shown | None = None) -> None:
        """Let the user look at devices and choose before calling; None: as the last time."""
        ...

    def call(self, user: str, shows: Shown, what: str = "") -> None:
        """Call somebody now."""
        ...

    def accept(self, shows: Shown, what: str = "") -> None:
        """Take the call that rings, and go there."""
        ...

    def view(self, view: View) -> None:
        """Show the call so; `away` goes back to writing."""
        ...

    def lay(self, layout: Layout) -> None:
        """Arrange the pictures so."""
        ...

    def fill(self, *, full: bool) -> None:
        """Give the whole terminal to the picture, or no longer."""
        ...

    def explain(self, *, figures: bool) -> None:
        """Show all figures over the picture, or no longer."""
        ...

    def choose_share(self) -> None:
        """Let the user choose what to send a picture of."""
        ...

    def choose_devices(self) -> None:
        """Let the user choose devices, volumes and when the microphone is sent."""
        ...

    def verify(self) -> None:
        """Show the words that both sides compare."""
        ...

    def talk(self) -> None:
        """The key to talk came: once, or once more while it is held."""
        ...

    def refresh(self) -> None:
        """Something that is no part of the state changed, such as a volume."""
        ...
