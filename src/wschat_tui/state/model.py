"""What the client knows: frozen records, shared where nothing changed.

Everything marked `SafeText` is cleaned and may be shown. Ids, scopes and reactions are kept raw,
as the wire names them, and pass `text.name` or `text.clean` before they are shown.
Times are milliseconds since the Unix epoch; None where the server sent nonsense.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from rpds import HashTrieMap, HashTrieSet

from wschat_tui.state.text import SafeText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wschat_tui.protocol.events import (
        ChatDeleted,
        ChatEdited,
        ChatReactionUpdate,
        ChatReadUpdate,
        ChatRedacted,
    )
    from wschat_tui.protocol.requests import Request
    from wschat_tui.state.calls.call import Call, Caller, CallOver, Farewell
    from wschat_tui.state.outbox.doubts import Check

    Change = ChatEdited | ChatDeleted | ChatRedacted | ChatReactionUpdate
    """What happens to a message after it was posted."""

    Late = Change | ChatReadUpdate
    """What names a message by its id alone, and may come before it."""

WINDOW = 2_000
"""Messages kept of a room that is not open."""

MAX_LOADED = 10_000
"""Messages kept of the room that is open, where older ones can be fetched and none is on disk."""

PAGE = 200
"""Messages read from disk at once."""

HOST = "host"
"""The room of everyone on the server; connecting joins it."""

Delivery = Literal["received", "queued", "sending", "sent", "unconfirmed", "failed"]
"""Where a message stands: somebody else's, or one of mine on its way."""

Kind = Literal["chat", "joined", "left", "call", "gap"]
"""A message, or a row that tells of an event in the room."""

Phase = Literal["idle", "connecting", "online", "waiting", "stopped", "login"]
"""idle: not begun; waiting: lost, a retry is due; stopped: given up; login: tokens are refused."""

Status = Literal["online", "away", "busy", "offline"]

STATUSES: tuple[Status, ...] = get_args(Status)
"""What a user can set."""

Level = Literal["information", "warning", "error"]

Standing = Literal["absent", "ready", "reading", "failed"]
"""The archive. absent: nothing outlives the process; reading: another client of this profile
writes, and this one reads; failed: nothing more can be kept."""

Resend = Literal["ask", "auto", "never"]
"""What becomes of a message in doubt where no history tells whether it arrived."""

NEVER_AGAIN = "; it is never sent again, as you set it"
"""How the word on a message in doubt ends where it cannot be sent again."""

_NOTHING: Mapping[str, tuple[Late, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside a message."""

    url: SafeText
    name: SafeText
    size: int | None = None
    """Bytes."""
    content_type: SafeText = SafeText("")


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction to a message and who gave it, in the order they did."""

    text: str
    """Raw, as the wire spells it."""
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One row of a room. A changed message is a new object with a higher `revision`."""

    id: str
    """The server's id; until the server names it, the op_id of its `chat.send`."""
    scope: str
    author: str
    body: SafeText
    at: int | None
    revision: int = 0
    kind: Kind = "chat"
    parent_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    edited: bool = False
    deleted: bool = False
    redacted: bool = False
    mentions_me: bool = False
    delivery: Delivery = "received"
    op_id: str = ""
    """The operation that sent it, where this client did."""
    problem: SafeText = SafeText("")
    """Why the delivery failed or is in doubt, or what became of an edit that was refused."""
    source: str = ""
    """The body as the wire carries it: what an edit begins with."""

    @property
    def settled(self) -> bool:
        """It is not on its way: the server has it, or it never goes there."""
        return self.delivery in ("received", "sent")

    @property
    def named(self) -> bool:
        """It is a message that the server knows by this id."""
        return self.kind == "chat" and self.delivery in ("received", "sent")


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is typing in a room, until a moment passes."""

    user: str
    until: int


@dataclass(frozen=True, slots=True)
class Room:
    """A scope, its newest messages, and how far it is read."""

    scope: str
    title: SafeText = SafeText("")
    """The server's name for it, where it told one."""
    joined: bool = False
    messages: tuple[Message, ...] = ()
    """Oldest first, thread replies among them."""
    unread: int = 0
    mentions: int = 0
    last_read: str = ""
    """The newest message that this user has read."""
    above: bool = False
    """The disk has older messages than the oldest that is loaded."""
    unread_above: int = 0
    """What counts as unread above the oldest that is loaded; `unread` includes it."""
    mentions_above: int = 0
    """How many of those mention me."""
    parted: bool = False
    """More may be unread than is counted: a row below the mark says that some may be missing."""
    parted_above: bool = False
    """Such a row stands above the oldest that is loaded."""
    held: bool = False
    """The user marked it as unread: it stays so until the user comes back or marks it as read."""
    divider: str = ""
    """The message above which "new messages" is drawn; empty where there is none."""
    receipts: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    """User → the message up to which that user has read."""
    typing: tuple[Typing, ...] = ()
    members: HashTrieSet[str] = field(default_factory=HashTrieSet)
    drafts: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    """Thread root, or "" for the room itself → what is typed and not sent."""
    history: Literal["unknown", "loading", "more", "complete", "absent"] = "unknown"
    """What the server's history still has: "absent" where the server keeps none."""
    cursor: str = ""
    """Where the next older page of history begins, as the server named it."""
    hole: str = ""
    """The message below which some may be missing, until the history tells whether any are."""
    hole_at: int | None = None
    """When that was posted: it may be on disk alone when the history tells."""
    asked: str = ""
    """The row of what may be missing that the server is being asked about."""
    reading: bool = False
    """A page from disk is on its way to go above what is loaded."""
    refused: SafeText = SafeText("")
    """Why the server would not let this user in."""
    garbled: Literal["", "untold", "told"] = ""
    """The server's history has messages of it that cannot be read, and whether that was said."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user, as far as the server told."""

    id: str
    name: SafeText
    status: str = "offline"
    """online, away, busy or offline; anything else the server says is shown as it is."""
    devices: HashTrieMap[str, SafeText] = field(default_factory=HashTrieMap)
    """Device id → platform, for the devices that are connected."""
    role: SafeText = SafeText("")


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the connection is, in the words the status bar shows."""

    phase: Phase = "idle"
    sentence: SafeText = SafeText("")
    attempt: int = 0
    retry_at: int | None = None
    """When the next try begins."""
    round_trip: int | None = None
    """Milliseconds."""
    silent: int = 0
    """Seconds without an answer, where that begins to matter."""
    ever_online: bool = False
    final: bool = False
    """There is nobody to connect to any more; trying again would not help."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A `chat.send` on its way; one at a time is in flight, so that the order holds."""

    op_id: str
    scope: str
    body: str
    parent_id: str | None
    attachments: tuple[str, ...]
    phase: Literal["queued", "handed", "inflight", "unconfirmed", "failed", "discarded"]
    """handed: given to the link, not yet written; inflight: written, not yet acked.

    discarded: given up while the server may have it, so that it is not taken for another one.
    """
    sent_at: int | None = None
    """When it was written last."""
    message_id: str = ""
    """The id its echo carried, where the echo came before the ack."""
    typed_at: int = 0
    """When the user posted it, or asked for it to be sent again."""
    attempt: int = 0
    """How often it was handed to the link."""
    since: int | None = None
    """From when on the server may have it, by the server's clock as far as that is known."""
    after: str = ""
    """The newest message of its room when it was first handed over: the server has it below."""
    doubt: Literal["", "look", "ask"] = ""
    """The server may have it. look: its history is going to tell; ask: the user has to."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Any other request that waits: for its ack, or, where none is sent, for the link."""

    op_id: str
    verb: str
    """What it does, for the sentence about it: "edit", "join", …"""
    request: Request
    acked: bool = True
    """The server acks it; else it is done once the server tells what became of it."""
    held: bool = False
    """It waits for an earlier one of the same aim, since a server keeps no order between two."""
    written_at: int | None = None
    """When it was written to the socket that is open now."""
    unconfirmed: bool = False
    message_id: str = ""
    scope: str = ""
    text: str = ""
    """What the user typed, so that nothing typed is lost."""
    before: str = ""
    """What it was before: the body, the status, or the room that was open."""
    quiet: bool = False
    """Nobody asked for it in so many words, so nobody is told where it is refused."""
    kept: bool = False
    """It is on the disk, to be asked again after a restart."""


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch of a room's past, shown in place of its end: read from disk, bounded, sliding."""

    scope: str
    messages: tuple[Message, ...]
    """Oldest first."""
    above: bool
    """The disk has older ones."""
    anchor: str = ""
    """The message that the user came for; empty where they scrolled here."""
    awaiting: bool = False
    """It ends where the user read last, until what they missed has come."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A page of a room's history that is to be asked for again."""

    tries: int
    """How often that has failed already."""
    due: int | None = None
    """When to ask; None until the next tick says what time it is."""
    asking: bool = False
    """It is being asked for, and nobody but this client wished it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many envelopes came, and how many were not understood."""

    received: int = 0
    unknown: int = 0
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """All the client knows. Made anew at each turn; what did not change is the same object."""

    me: str = ""
    """This user's id; empty until it is known."""
    profile: str = ""
    server: SafeText = SafeText("")
    token_home: str = ""
    """Where the tokens live, in words."""
    dialect: str = "standard"
    status: Status = "online"
    """What I set, or another device of mine did."""
    focus: str = ""
    """The scope of the room that is open."""
    arrived: bool = False
    """The user opened a room, or has one from the last time, or the server has listed its networks:
    no list leads anywhere else from then on."""
    thread: str = ""
    """The root message of the thread that is open beside it."""
    attentive: bool = True
    """The terminal has the focus."""
    rooms: HashTrieMap[str, Room] = field(default_factory=HashTrieMap)
    people: HashTrieMap[str, Person] = field(default_factory=HashTrieMap)
    places: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    """Message id → scope, for every message that is loaded."""
    looks: HashTrieMap[str, HashTrieSet[str]] = field(default_factory=HashTrieMap)
    """How a name or an id looks → the users of whom one does, to tell them apart."""
    early: Mapping[str, tuple[Late, ...]] = field(default_factory=lambda: _NOTHING)
    """What was said of messages that have not come yet, by their id, oldest first."""
    outbox: tuple[Outgoing, ...] = ()
    nameless: tuple[Outgoing, ...] = ()
    """Messages of mine that were acked without an id: their echo will name them."""
    operations: HashTrieMap[str, Operation] = field(default_factory=HashTrieMap)
    link: LinkState = field(default_factory=LinkState)
    counts: Counts = field(default_factory=Counts)
    archive: Standing = "absent"
    """What outlives the process."""
    archive_word: SafeText = SafeText("")
    """Why nothing, or not all, is kept; empty where all is."""
    resend: Resend = "ask"
    checks: HashTrieMap[str, Check] = field(default_factory=HashTrieMap)
    """Scope → the look at its history that is on, for messages of mine in doubt."""
    skew: int = 0
    """Milliseconds by which the server's clock is ahead of mine, as its pongs tell."""
    retries: HashTrieMap[str, Retry] = field(default_factory=HashTrieMap)
    """Rooms whose history could not be had, to be asked for again."""
    heard: int | None = None
    """When the newest was posted that was known when the link came up; None: nobody was away."""
    approached: HashTrieSet[str] = field(default_factory=HashTrieSet)
    """Whose direct chat was looked up since then."""
    past: Past | None = None
    """What is shown of the open room in place of its end."""
    ended: str = ""
    """The room whose end the user went to while what they missed was coming: they stay there."""
    sought: tuple[str, str] = ("", "")
    """The message that the user wants to see in its place, behind the op_id of their wish."""
    thread_past: tuple[Message, ...] = ()
    """Messages of the open thread that only the disk has."""
    call: Call | None = None
    """The call that rings or is on."""
    call_over: CallOver | None = None
    """The call that ended last, in this run."""
    callers: tuple[Caller, ...] = ()
    """Users who called lately, or sent signals of a call, the newest last."""
    farewells: tuple[Farewell, ...] = ()
    """Ends of calls that wait for the link, or to be written, oldest first."""
    calls_ready: bool = False
    """This installation can take calls."""
    calls_hindrance: SafeText = SafeText("")
    """Why it cannot, and what to do."""
    now: int = 0
    """The moment of the last input that told one."""
