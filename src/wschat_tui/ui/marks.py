"""The small signs beside messages and people, and what each of them means."""

from __future__ import annotations

from dataclasses import dataclass

from wschat_tui.ui.render import DOTS


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign, the word for it, and the sentence that explains it."""

    sign: str
    word: str
    meaning: str


DELIVERY: dict[str, Mark] = {
    "queued": Mark("◷", "queued", "waits for the connection or for its turn"),
    "sending": Mark("◌", "sending", "is on its way; the server has not answered yet"),
    "sent": Mark("✓", "sent", "the server has it"),
    "read": Mark("✓✓", "read", "others have read it; the number tells how many"),
    "unconfirmed": Mark("?", "not confirmed", "it may have arrived: r sends it again, x discards"),
    "failed": Mark("✗", "failed", "it did not arrive: r sends it again, x discards"),
}
"""`Message.delivery` (and "read") → its sign. Messages of others ("received") have none."""

PRESENCE: dict[str, Mark] = {
    "online": Mark(DOTS["online"], "online", "is there"),
    "away": Mark(DOTS["away"], "away", "is connected, but not at the keyboard"),
    "busy": Mark(DOTS["busy"], "busy", "would rather not be disturbed"),
    "offline": Mark(DOTS["offline"], "offline", "is not connected, or does not show it"),
}

ROOMS: tuple[Mark, ...] = (
    Mark("#", "room", "a room or network"),
    Mark("3", "unread", "messages that you have not seen"),
    Mark("@1", "mention", "messages among them that name you"),
    Mark("✎", "draft", "something typed there that is not sent"),
    Mark("↳", "thread", "replies to a message; r opens them"),
)
