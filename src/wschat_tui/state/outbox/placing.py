"""Where a message of mine stands that was found at the server long after it was sent."""

from wschat_tui.state.turn import Turn


def place(turn: Turn, message_id: str) -> None:
    """Put it among the others by its time; above all that is loaded it is on the disk alone."""
    own = turn.get(message_id)
    lines = [one for one in turn.messages(own.scope) if one.id != message_id]
    times = [one.at if one.settled and one.at is not None else 0 for one in lines]
    later = next((at for at, time in enumerate(times) if time > (own.at or time)), None)
    if later is None:
        return
    room = turn.room_for(own.scope)
    if room.above and not any(times[:later]):
        turn.remove(own)
        turn.keep((own,))
        turn.recount_above(own.scope)
    else:
        turn.lay(own.scope, [*lines[:later], own, *lines[later:]])
