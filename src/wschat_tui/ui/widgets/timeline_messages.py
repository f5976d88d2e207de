"""What the timeline posts: what the user did to it, and what came into view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from wschat_tui.ui.widgets.timeline import Timeline


class About(Message):
    """Something about one message."""

    def __init__(self, timeline: Timeline, message_id: str) -> None:
        super().__init__()
        self.timeline = timeline
        self.message_id = message_id

    @property
    def control(self) -> Timeline:
        """The timeline that it is in."""
        return self.timeline


class Selected(About, namespace="timeline"):
    """The message cursor moved to a message; without an id, it was put away."""


class Activated(About, namespace="timeline"):
    """A message was double-clicked, or something on it was clicked: `hint` says what.

    "open", or "file" for an attachment.
    """

    def __init__(self, timeline: Timeline, message_id: str, hint: str) -> None:
        super().__init__(timeline, message_id)
        self.hint = hint


class ReactionClicked(About, namespace="timeline"):
    """A reaction was clicked."""

    def __init__(self, timeline: Timeline, message_id: str, reaction: str) -> None:
        super().__init__(timeline, message_id)
        self.reaction = reaction
        """Raw, as the wire spells it."""


class ThreadClicked(About, namespace="timeline"):
    """The summary of a thread was clicked; the id is that of its root."""


class LinkClicked(About, namespace="timeline"):
    """A link was clicked. Nothing was opened."""

    def __init__(self, timeline: Timeline, message_id: str, url: str) -> None:
        super().__init__(timeline, message_id)
        self.url = url


class Seen(About, namespace="timeline"):
    """This is the newest message of others or mine that came wholly into view in this room."""


class NeedOlder(Message, namespace="timeline"):
    """The oldest loaded rows came near: the page before them is wanted."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self.timeline = timeline


class NeedNewer(Message, namespace="timeline"):
    """The lower end of a stretch of the past came near: the page below it is wanted."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self.timeline = timeline


class Moved(Message, namespace="timeline"):
    """`below` or `at_bottom` changed."""

    def __init__(self, timeline: Timeline, below: int, *, at_bottom: bool) -> None:
        super().__init__()
        self.timeline = timeline
        self.below = below
        self.at_bottom = at_bottom
