"""The form of a scenario file: a past, people who are there, what they do, and what they answer.

A scenario is TOML. Unknown keys are errors, so that a misspelled one is found and not ignored.
"""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mock_server.drawings import Subject
from mock_server.records import Role
from wschat_tui.protocol.objects import CallType, DeleteMode, Status

Seconds = Annotated[float, Field(ge=0)]

Span = Seconds | tuple[Seconds, Seconds]
"""Seconds, or the least and the most of them."""


class BrokenScenario(Exception):
    """A scenario cannot be used; its text says which and why."""


class Table(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Table):
    """Somebody beside the accounts that every server has."""

    id: str
    name: str
    role: Role = "member"
    networks: tuple[str, ...] = ("lobby",)


class Past(Table):
    """A message that was there before the server started."""

    when: str
    """`1d 16:42` is yesterday at that time; `2h 5m` is so long ago."""
    who: str
    to: str
    body: str
    label: str | None = None
    reply_to: str | None = None
    attachments: tuple[Any, ...] = ()
    reactions: dict[str, tuple[str, ...]] = {}
    edited: str | None = None
    """What it says since an edit, two minutes later."""
    deleted: bool = False
    redacted: str | None = None
    """The mask of a redaction."""
    read_by: tuple[str, ...] = ()


class Act(Table):
    """Something a person does, `wait` after the act before it has ended."""

    who: str
    wait: Span = 0.0
    meanwhile: bool = False
    """The next act does not wait for this one to end."""


class Say(Act):
    """Write a message, after typing for a while."""

    do: Literal["say"]
    to: str
    body: str
    typing: Span = 0.0
    label: str | None = None
    reply_to: str | None = None
    attachments: tuple[Any, ...] = ()


class Type(Act):
    """Type, and think better of it."""

    do: Literal["type"]
    to: str
    typing: Span


class React(Act):
    """Add or take back a reaction."""

    do: Literal["react"]
    on: str
    reaction: str
    action: Literal["add", "remove"] = "add"


class Edit(Act):
    """Change what one said."""

    do: Literal["edit"]
    on: str
    body: str


class Delete(Act):
    """Take back what one said."""

    do: Literal["delete"]
    on: str
    mode: DeleteMode = "soft"


class Redact(Act):
    """Mask what somebody said."""

    do: Literal["redact"]
    on: str
    mask: str = ""


class Read(Act):
    """Read a room up to its last message, or up to a labelled one."""

    do: Literal["read"]
    to: str
    on: str | None = None


class Appear(Act):
    """Set one's status."""

    do: Literal["status"]
    status: Status


class Come(Act):
    """Connect, or disconnect."""

    do: Literal["come", "go"]


class Enter(Act):
    """Join a room, or leave it."""

    do: Literal["join", "leave"]
    room: str


class Admit(Act):
    """Make somebody a network's member, or end that."""

    do: Literal["admit", "expel"]
    user: str
    network: str


class Phone(Act):
    """Call somebody, show them a picture within the call or stop that, or hang up."""

    do: Literal["call", "show", "hide", "hang up"]
    user: str
    kind: CallType = "audio"
    """What a call carries."""


Deed = Annotated[
    Say | Type | React | Edit | Delete | Redact | Read | Appear | Come | Enter | Admit | Phone,
    Field(discriminator="do"),
]


class Take(Table):
    """Acts that belong together."""

    acts: tuple[Deed, ...]
    again: bool = False
    """May be played more than once."""


class Loop(Table):
    """Takes played one after the other, for as long as somebody watches.

    Each is played once, in the order of the file; then those that may come again, shuffled.
    """

    start: Seconds
    every: tuple[Seconds, Seconds]
    """The pause between two takes."""
    slower: Annotated[float, Field(ge=1)] = 1.0
    """By how much each pause is longer than the one before."""
    at_most: Seconds = 240.0
    """The longest pause."""
    take: tuple[Take, ...] = Field(min_length=1)


class Answer(Table):
    """What somebody does when something happens to them."""

    event: Literal["connect", "direct", "mention", "reply", "say", "react", "call"]
    who: str
    """Whom it happens to, or `*` for everybody."""
    scope: str | None = None
    """Where it has to happen."""
    words: tuple[str, ...] = ()
    """One of these is in the message, whatever its case."""
    cooldown: Seconds = 0.0
    take: tuple[Take, ...] = Field(min_length=1)


class Telephone(Table):
    """Somebody who takes calls, and what they send. Those without one let it ring."""

    who: str
    sends: Literal["echo", "pattern", "nothing"] = "echo"
    """What comes to them; or coloured bars and a tone; or nothing, for they decline."""
    rings: Seconds = 1.0
    """How long they let it ring."""
    delay: Seconds = 0.5
    """How long an echo takes."""
    tone: Annotated[float, Field(gt=0, le=20_000)] = 440.0
    """Hertz of the tone that goes with the pattern."""
    candidates: Literal["trickled", "described"] = "trickled"
    """They follow their description, or stand in it; a client has to take both."""
    lines: Annotated[int, Field(gt=0)] = 4
    """Calls at once; one more finds them busy."""
    patience: Seconds = 45.0
    """How long they let it ring at the other end."""
    longest: Seconds = 600.0
    """The longest call."""
    away: Seconds = 60.0
    """How long they hold a call with somebody who is not connected any more."""


class Drawing(Table):
    """An image that somebody uploaded: at `/v1/uploads/NAME/NAME.png`."""

    name: Annotated[str, Field(pattern=r"[a-z0-9-]{1,40}")]
    who: str
    subject: Subject
    size: Annotated[int, Field(ge=1, le=2048)]
    """Pixels of its height."""


class Scenario(Table):
    """A whole file."""

    about: str
    present: tuple[str, ...] = ()
    """Who is connected from the start."""
    rooms: tuple[str, ...] = ("network:lobby", "network:team")
    """What those who connect join, where they may."""
    people: tuple[Person, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    past: tuple[Past, ...] = ()
    act: tuple[Deed, ...] = ()
    """What happens from the moment on that the first person connects."""
    loop: tuple[Loop, ...] = ()
    on: tuple[Answer, ...] = ()
    telephones: tuple[Telephone, ...] = ()


EMPTY = Scenario(about="Nobody is here, and nothing was said.")


def load(name: str) -> Scenario:
    """Read a bundled scenario by its name, or a file by its path. It reads from the disk."""
    try:
        text = _text(name)
        return Scenario.model_validate(tomllib.loads(text))
    except OSError as error:
        reason = f"cannot be read ({error.strerror or error})"
    except UnicodeDecodeError:
        reason = "is not UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        reason = f"is not TOML: {error}"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = f"is wrong at {'.'.join(map(str, first['loc']))}: {first['msg']}"
    raise BrokenScenario(f"The scenario {name} {reason}; bundled ones are {', '.join(bundled())}.")


def bundled() -> list[str]:
    """The names of the scenarios that come with the server."""
    folder = files("mock_server") / "scenarios"
    return sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml"))


def _text(name: str) -> str:
    if name in bundled():
        return (files("mock_server") / "scenarios" / f"{name}.toml").read_text("utf-8")
    return Path(name).read_text("utf-8")
