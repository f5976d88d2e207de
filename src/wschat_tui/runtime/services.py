"""What the screens may ask of the rest of the program, beyond feeding the session.

Screens see these protocols and records alone, so that the first picture needs neither the network,
the keyring nor the settings' models, and so that tests can stand in for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wschat_tui.state.calls.call_views import Ability, Device, Levels, Side, Talking
    from wschat_tui.state.effects import GiveBack, Notify
    from wschat_tui.state.history.query import Found, Query, Revision
    from wschat_tui.state.inputs import Input
    from wschat_tui.state.model import State
    from wschat_tui.storage.settings.write import Value


class PictureView(Protocol):
    """One picture as rows of half blocks, made for a size in cells; it never changes."""

    number: int
    """Rises with every new picture of its side."""
    columns: int
    rows: int
    coloured: bool
    """Its cells have colours; else they are letters, for whatever colours the view has."""

    def ansi(self, row: int, start: int = 0, end: int | None = None) -> str:
        """A row, or some columns of it, as text and colour escapes that are reset at the end."""
        ...

    def since(self, row: int, before: PictureView, start: int = 0, end: int | None = None) -> str:
        """What turns columns of an older picture, where they stand on the terminal, into these.

        For a cursor at the first of them; where it ends is not defined.
        """
        ...

    def cells(self, row: int) -> list[tuple[str, str, str]]:
        """A row as runs of `(text, foreground, background)`, colours as #rrggbb or empty."""
        ...

    def graphic(self, id: int) -> str:
        """Escapes of Kitty's graphics protocol that put it over its cells; empty: it has none."""
        ...

    def changed(self, before: PictureView | None) -> list[int]:
        """The rows that differ from an older picture of the same size; else all of them."""
        ...


class TerminalView(Protocol):
    """Where the screen puts what it draws, so that calls can show it."""

    @property
    def wanted(self) -> bool:
        """Somebody sees it now, so that it is worth putting."""
        ...

    def put(self, columns: int, rows: Sequence[Sequence[tuple[str, str, str]]]) -> None:
        """All rows as they stand, as runs of `(text, foreground, background)`; colours as #rrggbb
        or empty. Up to 8 times a second are of use.
        """
        ...


class MediaView(Protocol):
    """The media of calls as screens see them. Nothing here waits, but for what is async."""

    def picture(self, side: Side, columns: int, rows: int, ability: Ability) -> PictureView | None:
        """The newest picture fitted into so many cells; the same object while none is newer."""
        ...

    def levels(self) -> Levels:
        """How loud it is now."""
        ...

    async def devices(self) -> tuple[Device, ...]:
        """What there is to choose from, asked of the system anew."""
        ...

    def choose(self, kind: Literal["microphone", "speaker", "camera", "screen"], id: str) -> None:
        """Use this device from now on, in the call that is on too; kept for the next run."""
        ...

    def volume(self, kind: Literal["microphone", "speaker"]) -> int:
        """Percent; 100 leaves the sound as it is."""
        ...

    def set_volume(self, kind: Literal["microphone", "speaker"], percent: int) -> None:
        """From 0 to 200 percent."""
        ...

    @property
    def talking(self) -> Talking:
        """When the microphone is sent: always, while a key says so, or while a voice is heard."""
        ...

    def set_talking(self, mode: Talking) -> None:
        """Choose when the microphone is sent."""
        ...

    def push(self, on: bool) -> None:
        """Talk, or stop, where talking takes a key."""
        ...

    async def preview(self, on: bool, shows: str = "", what: str = "") -> str:
        """Open the microphone and a source before a call; gives what is missing, or nothing."""
        ...

    async def test_tone(self) -> str:
        """Play a short tone on the speaker; gives what is missing, or nothing."""
        ...

    @property
    def terminal(self) -> TerminalView | None:
        """Where this screen is put to be shared; None where nothing is drawn."""
        ...


class ImageView(Protocol):
    """An image that was fetched."""

    async def fitted(self, columns: int, rows: int, ability: Ability) -> PictureView | str:
        """The image in so many cells, or the sentence why it cannot be shown."""
        ...


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an attachment is, before anybody is asked for it."""

    url: str
    """Whole, for a browser; empty where it is no address."""
    host: str
    """In punycode; empty where there is none."""
    own: bool = False
    """The chat server has it: nobody else learns that it is fetched."""
    refusal: str = ""
    """Why it is not fetched; empty: it can be tried."""


class FilesView(Protocol):
    """Attachments, fetched when the user says so and not before.

    progress: told the bytes that came, and how many it will be where that is known. Cancelling
    leaves nothing behind.
    """

    def whereabouts(self, url: str) -> Whereabouts:
        """Where a file is; asks nobody."""
        ...

    async def save(
        self, url: str, name: str, progress: Callable[[int, int | None], None]
    ) -> Outcome:
        """Fetch a file into the folder for downloads; the sentence says where it is."""
        ...

    async def image(self, url: str, progress: Callable[[int, int | None], None]) -> ImageView | str:
        """Fetch an image to look at, which is kept nowhere; a sentence where that fails."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far fetching older messages of a room from the server has come."""

    scope: str
    messages: int
    """Of this room, in this run."""
    back_to: int | None = None
    """When the oldest of them was posted: milliseconds since the Unix epoch."""


class ArchiveView(Protocol):
    """What this machine keeps of all rooms, as screens see it."""

    async def find(self, query: Query, limit: int = 50, below: int | None = None) -> Found | str:
        """A page of what fits, or the sentence why there is none. A newer one ends an older one.

        below: where the page before this one ended (`Found.below`).
        """
        ...

    async def revisions(self, message_id: str) -> tuple[Revision, ...]:
        """What a message said before each of its edits, the oldest first."""
        ...

    async def fetch(self, scopes: Sequence[str], told: Callable[[Fetched], None]) -> Outcome:
        """Fetch what the server has of rooms and this machine has not, until all is here.

        Cancelling ends it; what came until then is kept.
        """
        ...

    def cancel(self) -> None:
        """End the search that runs."""
        ...

    async def close(self) -> None:
        """Let the file go; the session does this when it ends."""
        ...


class SessionView(Protocol):
    """A session as the screens see it: a state to draw, and a place to feed inputs."""

    @property
    def state(self) -> State:
        """The newest state; the same object while nothing changed."""
        ...

    @property
    def media(self) -> MediaView | None:
        """The media of calls; None where this installation takes none."""
        ...

    @property
    def archive(self) -> ArchiveView | None:
        """What is kept on this disk; None where nothing is."""
        ...

    @property
    def files(self) -> FilesView | None:
        """The files of messages; None where there is no folder for them."""
        ...

    def feed(self, *inputs: Input) -> None:
        """Take inputs in order; they are reduced together."""
        ...

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; calling what is returned stops it."""
        ...

    def on_word(self, hear: Callable[[Notify | GiveBack], None]) -> Callable[[], None]:
        """Call `hear` with what the user is to be told or given back."""
        ...

    async def close(self) -> None:
        """Close the socket (code 1000) and end every task of the session."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What the first paint needs of the settings."""

    theme: str = ""
    mouse: bool = True
    animations: bool = True
    receipts: Literal["focused", "visible", "manual"] = "focused"
    preset: str = "default"
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id → the keys it is moved to, joined by commas."""
    bell: bool = True
    toasts: Literal["mentions", "none"] = "mentions"
    """Whether mentions and direct messages in other rooms show at the edge of the screen."""
    desktop: bool = True
    """Whether the terminal is asked to show on the desktop that somebody calls."""


@dataclass(frozen=True, slots=True)
class ProfileInfo:
    """A profile as the profiles screen lists it."""

    name: str
    server: str
    user: str
    is_default: bool
    token_home: str = ""
    """Where its tokens are, such as "in memory"; empty where there are none."""
    history: int = 0
    """Bytes of its history on this disk."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles, and what is wrong with the settings file, a sentence each."""

    profiles: tuple[ProfileInfo, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoginForm:
    """What the login screen collects. Passwords and tokens appear in no repr."""

    server: str
    profile: str = ""
    email: str = ""
    password: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    """Given instead of email and password."""
    user: str = ""
    dialect: str = "standard"
    insecure: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How something the user asked for went."""

    ok: bool
    sentence: str = ""
    """What happened, what was kept, what to do."""
    field: str = ""
    """The field of the form that is at fault, where one is."""
    profile: str = ""


class Services(Protocol):
    """The program behind the screens."""

    start: Literal["chat", "welcome"]
    """Which screen comes first."""
    look: Look

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    def op_id(self) -> str:
        """A fresh id for an operation."""
        ...

    async def open(self, profile: str = "") -> SessionView | Outcome:
        """Open the session of a profile ("" = the one the command line chose), or say why not."""
        ...

    async def open_demo(self) -> SessionView | Outcome:
        """Start the bundled server with its people and open a session as alice."""
        ...

    async def profiles(self) -> Profiles:
        """The profiles of the settings file."""
        ...

    async def login(self, form: LoginForm) -> Outcome:
        """Log in, or take the token; keep the tokens and save the profile."""
        ...

    async def forget(self, profile: str, *, history: bool = False) -> Outcome:
        """Log out: delete the tokens and the profile; and what was kept of its chats on this disk,
        where `history` says so.
        """
        ...

    async def make_default(self, profile: str) -> Outcome:
        """Open this profile when none is named."""
        ...

    async def keep_setting(self, key: str, value: Value) -> Outcome:
        """Write one setting, such as `ui.theme`, keeping the file's comments."""
        ...

    async def close(self) -> None:
        """End the session and the demo's server."""
        ...
