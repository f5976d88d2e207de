"""What counts as unread, and how much of a room does."""

from collections.abc import Sequence

from wschat_tui.state.model import Message


def is_mine(message: Message, me: str) -> bool:
    """I wrote it. While it is not known who I am: this client sent it."""
    return bool(message.op_id) or (bool(me) and message.author == me)


def counts(message: Message, me: str) -> bool:
    """It is news: a message of somebody else that is not deleted, or a call that I missed."""
    news = message.kind == "chat" or (message.kind == "call" and message.mentions_me)
    return news and not message.deleted and not is_mine(message, me)


def unread(lines: Sequence[Message], last_read: str, me: str) -> list[Message]:
    """What counts below the last message read, oldest first; all of it where that is not loaded."""
    found: list[Message] = []
    for message in reversed(lines):
        if message.id == last_read:
            break
        if counts(message, me):
            found.append(message)
    found.reverse()
    return found


def is_parted(lines: Sequence[Message], last_read: str) -> bool:
    """Below the last message read a row says that some may be missing: more may be unread."""
    for message in reversed(lines):
        if message.id == last_read:
            break
        if message.kind == "gap":
            return True
    return False
