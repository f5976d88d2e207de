"""Marks that descriptions carry beside themselves, since the wire names a call by two users alone.

`call_id` tells a call from others of the same two users, whose other devices hear its signals too:
the one who answers first chooses it, and every later description of the call repeats it.
`offer_id` names an offer, and its answer repeats it, so that a late one is known for what it is.
Peers that know neither drop them, and nothing is concluded from their absence.
"""

from typing import Literal

from wschat_tui.protocol.limits import MAX_OP_ID
from wschat_tui.protocol.objects import SessionDescription

CALL = "call_id"
OFFER = "offer_id"


def marked(kind: Literal["offer", "answer"], sdp: str, **marks: str) -> SessionDescription:
    """A description with those of the marks that are not empty."""
    given = {key: mark for key, mark in marks.items() if mark}
    return SessionDescription(type=kind, sdp=sdp, **given)


def mark_of(description: SessionDescription, key: str) -> str:
    """A mark of a description; empty where it has none, or one that is none of ours."""
    mark = (description.model_extra or {}).get(key)
    return mark if isinstance(mark, str) and len(mark) <= MAX_OP_ID else ""
