"""What to do with the files of a message."""

from wschat_tui.state.model import Message, State
from wschat_tui.ui.actions import Action, Place, Slash
from wschat_tui.ui.acts.messages import target
from wschat_tui.ui.desk import Desk


def _with_files(_state: State, message: Message) -> bool:
    return bool(message.attachments)


def _has_files(state: State, place: Place) -> bool:
    """Offered where the message under the cursor has files; without a cursor one may try."""
    return place.message is None or _with_files(state, place.message)


def _files(desk: Desk, _rest: str) -> str | None:
    message = target(desk, _with_files)
    return "No file is attached here." if message is None else desk.show_files(message)


ACTIONS = (
    Action(
        "message.files",
        "Save or view what is attached",
        "Messages",
        _files,
        keys=("a",),
        context="timeline",
        slash=Slash("files"),
        hint="files",
        allowed=_has_files,
    ),
)
