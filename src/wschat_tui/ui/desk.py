"""What actions may ask of the screen they are run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import Services
    from wschat_tui.state.inputs import Input
    from wschat_tui.state.model import Level, Message, State
    from wschat_tui.ui.actions import Place
    from wschat_tui.ui.phone import Phone

Pane = Literal["rooms", "people"]

Sheet = Literal["palette", "help", "profiles", "login", "search"]
"""Screens that open over the chat and need nothing but its state."""


class Desk(Protocol):
    """The chat screen as actions see it: the state, where inputs go, and the gestures it makes."""

    @property
    def state(self) -> State:
        """The newest state."""
        ...

    @property
    def services(self) -> Services:
        """The program behind the screens."""
        ...

    @property
    def place(self) -> Place:
        """Where the user is."""
        ...

    @property
    def phone(self) -> Phone:
        """The screens of calls."""
        ...

    def feed(self, *inputs: Input) -> None:
        """Give inputs to the session."""
        ...

    def op_id(self) -> str:
        """A fresh id for an operation."""
        ...

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    def say(self, sentence: str, level: Level = "information") -> None:
        """Tell the user one sentence."""
        ...

    def quit(self) -> None:
        """Close the session and leave the program."""
        ...

    def open_sheet(self, sheet: Sheet, about: str = "") -> None:
        """Open a screen over the chat; `about` is what it begins with, where it can."""
        ...

    def confirm(self, question: str, yes: str, then: Callable[[], None]) -> None:
        """Ask a question, and do `then` where the answer is yes."""
        ...

    def pick_reaction(self, message: Message) -> None:
        """Let the user choose a reaction to a message."""
        ...

    def show_details(self, message: Message) -> None:
        """Show all that is known of a message."""
        ...

    def show_files(self, message: Message) -> str | None:
        """Show the files of a message, or answer why not."""
        ...

    def copy(self, text: str, what: str) -> None:
        """Put text on the terminal's clipboard, and say what is known of whether that worked."""
        ...

    def open_link(self, url: str) -> None:
        """Ask, then open a link."""
        ...

    def reveal(self) -> None:
        """Show the spoilers of the message under the cursor, or hide them again."""
        ...

    def begin_edit(self, message: Message) -> None:
        """Put a message into the composer to be changed."""
        ...

    def compose(self, text: str = "") -> None:
        """Go to the composer, and insert text at its cursor."""
        ...

    def send(self) -> str | None:
        """Post what stands in the composer, or run it where it is a command."""
        ...

    def new_line(self) -> None:
        """Begin a new line in the composer."""
        ...

    def empty(self) -> str | None:
        """Empty the composer, or bring back what emptying it took; answers why not."""
        ...

    def cancel(self) -> None:
        """Leave editing, else leave the composer for the messages."""
        ...

    def browse(self) -> None:
        """Put the message cursor on the newest message."""
        ...

    def complete(self, move: Literal["next", "previous", "accept", "dismiss"]) -> None:
        """Move in what completion offers, take it, or close it."""
        ...

    def move_cursor(self, by: int) -> None:
        """Move the message cursor; the ends are as far as it goes."""
        ...

    def move_list(self, by: int) -> None:
        """Move the cursor of the list that has the focus."""
        ...

    def page(self, by: int) -> None:
        """Scroll the timeline by pages; the ends are as far as it goes."""
        ...

    def to_bottom(self) -> None:
        """Show the newest message and follow the ones that come."""
        ...

    def toggle(self, pane: Pane) -> None:
        """Show a pane, or hide it."""
        ...

    def focus_next(self, by: int) -> None:
        """Move the focus to the next pane."""
        ...

    def open_room(self, scope: str) -> None:
        """Show a room and write there."""
        ...

    def go_to(self, message: Message) -> None:
        """Show a message in its place, however long ago that is."""
        ...

    def open_thread(self, message_id: str, text: str = "") -> None:
        """Show the thread of a message and write there; `text` begins the reply."""
        ...

    def close_thread(self) -> None:
        """Close the thread pane."""
        ...

    def set_theme(self, name: str) -> str | None:
        """Change the colours and keep the choice, or answer why not."""
        ...
