"""What a user can do, as records: keys, palette, commands, hints and help are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.state.model import Message, State
    from wschat_tui.ui.desk import Desk

Context = Literal[
    "anywhere",
    "composer",
    "completion",
    "timeline",
    "undelivered",
    "called",
    "gap",
    "lists",
    "rooms",
    "people",
    "call",
    "ringing",
    "oncall",
]
"""Where keys apply. completion: while it offers something; timeline: on a message; undelivered: on
one of mine that did not arrive; called: on the row of a call; lists: in the room list and in the
people pane; call: in the view of a call. ringing, oncall: while a call comes in, and while one is
on, wherever the user is, also in other screens."""

OVERALL: tuple[Context, ...] = ("ringing", "oncall")
"""Heard in every screen of the program, before anything else."""

_EVERYWHERE: tuple[Context, ...] = (*OVERALL, "anywhere")

REACH: dict[Context, tuple[Context, ...]] = {
    "anywhere": _EVERYWHERE,
    "composer": ("composer", *_EVERYWHERE),
    "completion": ("completion", "composer", *_EVERYWHERE),
    "timeline": ("timeline", *_EVERYWHERE),
    "undelivered": ("undelivered", "timeline", *_EVERYWHERE),
    "called": ("called", "timeline", *_EVERYWHERE),
    "gap": ("gap", "timeline", *_EVERYWHERE),
    "lists": ("lists", *_EVERYWHERE),
    "rooms": ("rooms", "lists", *_EVERYWHERE),
    "people": ("people", "lists", *_EVERYWHERE),
    "call": ("call", *_EVERYWHERE),
    "ringing": _EVERYWHERE,
    "oncall": _EVERYWHERE,
}
"""Which contexts' keys are heard in a context; the first that has a key wins."""

Group = Literal[
    "Everywhere", "Rooms", "Messages", "Writing", "People", "Calls", "Connection", "View"
]
"""The headings of the help screen, in its order."""

GROUPS: tuple[Group, ...] = (
    "Everywhere",
    "Rooms",
    "Messages",
    "Writing",
    "People",
    "Calls",
    "Connection",
    "View",
)

Completion = Literal[
    "room", "person", "emoji", "status", "theme", "choice", "message", "text", "command"
]
"""What a parameter is completed from. text and message are typed, and completed from nothing."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One word of a slash command; the last one takes the rest of the line."""

    name: str
    kind: Completion
    required: bool = True
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        """How usage shows it: `ROOM`, `[soft|hard]`."""
        word = "|".join(self.choices) if self.choices else self.name.upper()
        return word if self.required else f"[{word}]"


@dataclass(frozen=True, slots=True)
class Slash:
    """The command that runs an action from a composer."""

    name: str
    """Without its slash."""
    parameters: tuple[Parameter, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """The command as help shows it: `/join ROOM`."""
        return " ".join((f"/{self.name}", *(str(one) for one in self.parameters)))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the user is when an action is asked for."""

    context: Context = "anywhere"
    scope: str = ""
    """The room it is about: the one that is open, or where the cursor of the room list stands."""
    thread: str = ""
    """The root of the thread, where the user is in the thread pane."""
    message: Message | None = None
    """Where the message cursor stands."""
    person: str = ""
    """Where the cursor of the people pane stands."""
    text: str = ""
    """What stands in the composer."""
    editing: str = ""
    """The message that is being edited."""
    eager: bool = False
    """Completion has an offer that Enter takes."""


def always(_state: State, _place: Place) -> bool:
    """Nothing stands against it."""
    return True


def nothing(_state: State, _place: Place) -> str:
    """Nothing hinders it."""
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do."""

    id: str
    """`noun.verb`, as settings name it."""
    sentence: str
    """What it does, for help and palette: "Reply in a thread"."""
    group: Group
    run: Callable[[Desk, str], str | None]
    """Does it, or answers with the sentence that says why not. The text is what followed the slash
    command; keys give none."""
    keys: tuple[str, ...] = ()
    """Textual's names of the keys ("ctrl+k"). `registry()` has the default preset's;
    `Keymap.actions` has those that are in force."""
    context: Context = "anywhere"
    slash: Slash | None = None
    hint: str = ""
    """The word beside the key in the hint line; empty where the hint line leaves it out."""
    palette: bool = True
    """Offered by the command palette: false for what only makes sense as a key."""
    allowed: Callable[[State, Place], bool] = field(default=always)
    """Where not, the key is passed on and the palette leaves it out."""
    hindrance: Callable[[State, Place], str] = field(default=nothing)
    """Why it cannot be done now, though it would belong here: a sentence, which is told instead of
    doing it, and stands beside the greyed entry in the palette. Empty where it can."""
