"""Requests in the words of the wire, and a sentence where it has none for what was asked."""

from typing import Any, TypeVar

from pydantic import ValidationError

from wschat_tui.protocol.wire import Payload
from wschat_tui.state.effects import Notify
from wschat_tui.state.turn import Turn

R = TypeVar("R", bound=Payload)


def request_of(turn: Turn, model: type[R], **fields: Any) -> R | None:
    """A request; None, and a word to the user, where a field is empty or too long for the wire."""
    try:
        return model(**fields)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0]).replace("_", " ")
        text = f"That cannot be sent: its {field} is empty or too long. What you typed is kept."
        turn.emit(Notify(text, "warning"))
        return None
