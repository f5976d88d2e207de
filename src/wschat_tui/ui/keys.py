"""Which key does what: the preset, what the settings move, and what two actions cannot share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from textual.binding import Binding, BindingsMap
from textual.keys import Keys, _character_to_key, key_to_character

from wschat_tui.state.text import clean
from wschat_tui.ui.actions import REACH, Action, Context
from wschat_tui.ui.presets import PRESETS
from wschat_tui.ui.registry import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "delete": "Del",
    "slash": "/",
    "colon": ":",
    "plus": "+",
    "at": "@",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}

_MODIFIERS = {"ctrl", "alt", "shift", "super", "hyper", "meta"}
_KEYS = {key.value for key in Keys} | {_character_to_key(chr(code)) for code in range(0x20, 0x7F)}

_SHADOWS: set[tuple[Context, Context]] = {
    ("completion", "composer"),
    ("undelivered", "timeline"),
    ("called", "timeline"),
    ("gap", "timeline"),
    ("ringing", "oncall"),
    ("oncall", "anywhere"),
}
"""A key may mean the first of a pair while that lasts, and the second otherwise."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """The actions with the keys that are in force, and what is wrong with the settings' keys."""

    actions: tuple[Action, ...]
    problems: tuple[str, ...] = ()
    """One sentence each; what is at fault keeps the preset's keys."""

    def action(self, action_id: str) -> Action:
        """The action of an id; KeyError where there is none."""
        return _by_id(self.actions)[action_id]

    def key_of(self, action_id: str) -> str:
        """How the first key of an action is shown; empty where it has none."""
        keys = self.action(action_id).keys
        return shown(keys[0]) if keys else ""

    def bindings(self, *contexts: Context, of: Literal["screen", "app"] = "screen") -> BindingsMap:
        """Textual's bindings of some contexts, the first context first where they share a key.

        They are looked at before the focused widget sees the key; what is not allowed is passed on.
        `of`: whose action `act` they run.
        """
        return BindingsMap(
            Binding(
                ",".join(action.keys),
                f"{of}.act('{action.id}')",
                action.sentence,
                show=False,
                priority=True,
                id=action.id,
            )
            for context in contexts
            for action in self.actions
            if action.context == context and action.keys
        )


def keymap(preset: str = "default", moved: Mapping[str, str] | None = None) -> Keymap:
    """The keys of a preset, changed by the settings: action id → keys joined by commas, or none."""
    problems: list[str] = []
    if preset not in PRESETS:
        known = ", ".join(PRESETS)
        problems.append(f"There is no key preset {preset}; there are {known}. The default is used.")
    table = PRESETS.get(preset, {})
    actions = {
        action.id: replace(action, keys=table.get(action.id, action.keys)) for action in registry()
    }
    for action_id, text in (moved or {}).items():
        problem = _move(actions, action_id, text)
        if problem:
            problems.append(problem)
    return Keymap(tuple(actions.values()), tuple(problems))


def conflicts(actions: Iterable[Action]) -> list[tuple[str, str, str]]:
    """Pairs of actions that one key would mean both of: (key, one id, other id)."""
    taken: dict[str, list[Action]] = {}
    found: list[tuple[str, str, str]] = []
    for action in actions:
        for key in action.keys:
            for other in taken.get(key, ()):
                pair = (key, other.id, action.id)
                found += [pair] * _meet(action.context, other.context)
            taken.setdefault(key, []).append(action)
    return found


def shown(key: str) -> str:
    """A key as people read it: `^K`, `Alt+A`, `F1`, `Esc`, `r`."""
    *modifiers, last = key.split("+")
    name = _NAMES.get(last, last.title() if len(last) > 1 else last)
    if modifiers == ["ctrl"]:
        return f"^{name.upper() if len(name) == 1 else name}"
    if modifiers and len(name) == 1:
        name = name.upper()
    return "+".join((*(one.title() for one in modifiers), name))


def is_key(name: str) -> bool:
    """Whether a terminal can have a key of this name: `ctrl+k`, `f2`, `R`, `question_mark`."""
    *modifiers, last = name.split("+")
    known = last in _KEYS or key_to_character(last) is not None
    return known and _MODIFIERS.issuperset(modifiers)


def _move(actions: dict[str, Action], action_id: str, text: str) -> str:
    action = actions.get(action_id)
    if action is None:
        return f"The settings give keys to {action_id}, and there is no such action; see F1."
    keys = tuple(_normal(part) for part in text.split(",") if part.strip())
    kept = ", ".join(shown(each) for each in action.keys) or "no key"
    for key in keys:
        if not is_key(key):
            unknown = f"The settings give {clean(key, one_line=True, limit=40)} to {action_id}"
            return f"{unknown}, and no key is called that; {action_id} keeps {kept}."
    wanted = replace(action, keys=keys)
    others = [other for other in actions.values() if other.id != action_id]
    for key, one, other in conflicts((wanted, *others)):
        if action_id in {one, other}:
            rival = other if one == action_id else one
            clash = f"The settings give {shown(key)} to {action_id}, and {rival} has it"
            return f"{clash}; {action_id} keeps {kept}."
    actions[action_id] = wanted
    return ""


def _normal(key: str) -> str:
    """Textual's name of a key that settings may spell as its character."""
    return next(iter(Binding.make_bindings([Binding(key.strip(), "")]))).key


def _meet(one: Context, other: Context) -> bool:
    if (one, other) in _SHADOWS or (other, one) in _SHADOWS:
        return False
    return any(one in chain and other in chain for chain in REACH.values())


def _by_id(actions: Sequence[Action]) -> dict[str, Action]:
    return {action.id: action for action in actions}
