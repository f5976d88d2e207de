"""The one registry: every action there is, in the order help shows them."""

from functools import cache

from wschat_tui.ui.actions import GROUPS, Action
from wschat_tui.ui.acts import (
    call_proof,
    call_sound,
    call_view,
    calls,
    delivery,
    everywhere,
    in_call,
    messages,
    people,
    rooms,
    search,
    view,
    writing,
)

_CALLS = (calls, in_call, call_view, call_proof, call_sound)
_TOPICS = (everywhere, search, rooms, messages, delivery, writing, people, *_CALLS, view)


@cache
def registry() -> tuple[Action, ...]:
    """All actions, with the default preset's keys, by group."""
    actions = (action for topic in _TOPICS for action in topic.ACTIONS)
    return tuple(sorted(actions, key=lambda action: GROUPS.index(action.group)))


@cache
def commands() -> dict[str, Action]:
    """Slash commands: name or alias, without the slash → action."""
    named: dict[str, Action] = {}
    for action in registry():
        if action.slash is not None:
            for name in (action.slash.name, *action.slash.aliases):
                named[name] = action
    return named
