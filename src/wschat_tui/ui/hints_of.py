"""Which actions the hint line names where the user is. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.ui.actions import REACH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wschat_tui.state.model import State
    from wschat_tui.ui.actions import Action, Place

FIRST = frozenset({"link.retry", "composer.focus", "call.hang_up", "call.mute", "call.camera"})
"""What ends a trouble, the way back to writing, and what a call may need at once."""


def offered(actions: Sequence[Action], state: State, place: Place) -> Iterator[Action]:
    """The actions whose keys are heard and which are allowed now, the nearest context first."""
    taken: set[str] = set()
    for context in REACH[place.context]:
        for action in actions:
            if action.context != context or not action.keys or taken.intersection(action.keys):
                continue
            if (
                _has_object(action, place)
                and action.allowed(state, place)
                and not action.hindrance(state, place)
            ):
                taken.update(action.keys)
                yield action


def _has_object(action: Action, place: Place) -> bool:
    """What is done to the message under the cursor needs one."""
    return action.context != "timeline" or action.group != "Messages" or place.message is not None


def hints(actions: Sequence[Action], state: State, place: Place) -> tuple[Action, ...]:
    """Those with a word for the hint line, the most needed first: a narrow line cuts the rest."""
    found = (action for action in offered(actions, state, place) if action.hint)
    return tuple(sorted(found, key=lambda action: action.id not in FIRST))
