"""Actions on people: direct chats, and one's own status."""

from typing import Literal

from wschat_tui.state.commands import words
from wschat_tui.state.resolve import direct_scope, mention_of, person_named
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.desk import Desk
from wschat_tui.ui.later import inputs

STATUSES: tuple[Literal["online", "away", "busy", "offline"], ...] = (
    "online",
    "away",
    "busy",
    "offline",
)
_PERSON = Parameter("person", "person")


def open_direct(desk: Desk, user: str) -> str | None:
    """Show the direct chat with a user."""
    if user == desk.state.me:
        return "That is you; choose somebody else."
    desk.open_room(direct_scope(desk.state, user))
    return None


def _direct(desk: Desk, rest: str) -> str | None:
    word, text = words(rest)
    user = person_named(desk.state, word) if word else desk.place.person
    if not user:
        return "With whom? /dm PERSON [MESSAGE]."
    refusal = open_direct(desk, user)
    if refusal is None and text:
        scope = direct_scope(desk.state, user)
        desk.feed(inputs.Typed(desk.op_id(), desk.now(), scope, text))
    return refusal


def _mention(desk: Desk, _rest: str) -> str | None:
    person = desk.place.person
    if not person:
        return "Choose somebody first."
    desk.compose(f"{mention_of(desk.state, person)} ")
    return None


def _status(desk: Desk, rest: str) -> str | None:
    for status in STATUSES:
        if rest.casefold() == status:
            desk.feed(inputs.StatusAsked(desk.op_id(), desk.now(), status))
            unseen = "You appear offline to the others." if status == "offline" else ""
            desk.say(unseen or f"You are {status} now.")
            return None
    return f"Which status? /status {'|'.join(STATUSES)}."


ACTIONS = (
    Action(
        "dm.open",
        "Open the direct chat with somebody",
        "People",
        _direct,
        keys=("enter",),
        context="people",
        slash=Slash("dm", (_PERSON, Parameter("message", "message", required=False)), ("query",)),
        hint="direct chat",
    ),
    Action(
        "person.mention",
        "Mention somebody in the message",
        "People",
        _mention,
        keys=("at",),
        context="people",
        hint="mention",
        palette=False,
    ),
    Action(
        "me.status",
        "Set your status",
        "People",
        _status,
        slash=Slash("status", (Parameter("status", "status", choices=STATUSES),), ("presence",)),
    ),
)
