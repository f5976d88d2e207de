"""The registry: one place for keys, commands, palette and help, without a contradiction."""

import pytest
from textual.keys import Keys, _character_to_key

from wschat_tui.ui.actions import GROUPS, REACH
from wschat_tui.ui.keys import conflicts, keymap, shown
from wschat_tui.ui.presets import PRESETS
from wschat_tui.ui.registry import commands, registry

NEEDED = [
    "join",
    "leave",
    "dm",
    "thread",
    "edit",
    "delete",
    "redact",
    "react",
    "status",
    "names",
    "quit",
    "help",
    "retry",
    "resend",
    "discard",
    "read",
    "unread",
    "theme",
    "profiles",
    "call",
    "msg",
    "me",
]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_key_means_two_things_in_any_preset(preset):
    made = keymap(preset)
    assert conflicts(made.actions) == []
    assert made.problems == ()


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_actions_that_exist_and_keys_that_textual_knows(preset):
    known = {action.id for action in registry()}
    assert set(PRESETS[preset]) <= known
    names = {one.value for one in Keys} | {_character_to_key(chr(code)) for code in range(33, 127)}
    for action in keymap(preset).actions:
        for key in action.keys:
            assert key in names or key.split("+")[-1] in names, (action.id, key)


def test_ids_are_unique_and_spelled_noun_dot_verb():
    ids = [action.id for action in registry()]
    assert len(ids) == len(set(ids))
    assert all(one.count(".") == 1 and one == one.lower() for one in ids)


def test_commands_and_aliases_are_unique():
    names = [
        name
        for action in registry()
        if action.slash
        for name in (action.slash.name, *action.slash.aliases)
    ]
    assert len(names) == len(set(names)) == len(commands())


@pytest.mark.parametrize("name", NEEDED)
def test_the_commands_that_people_expect_are_there(name):
    assert name in commands()


def test_every_action_can_be_found_and_read():
    for action in registry():
        assert action.group in GROUPS
        assert action.context in REACH
        assert action.sentence[0].isupper()
        assert not action.sentence.endswith(".")
        assert action.keys or action.slash, f"{action.id} can be done by nobody"


def test_only_the_last_parameters_are_optional():
    for action in registry():
        if action.slash:
            required = [one.required for one in action.slash.parameters]
            assert required == sorted(required, reverse=True), action.id


def test_usage_shows_what_may_be_left_out():
    assert commands()["delete"].slash.usage == "/delete [soft|hard]"
    assert commands()["dm"].slash.usage == "/dm PERSON [MESSAGE]"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("ctrl+k", "^K"),
        ("alt+a", "Alt+A"),
        ("f1", "F1"),
        ("escape", "Esc"),
        ("r", "r"),
        ("D", "D"),
        ("shift+enter", "Shift+Enter"),
        ("plus", "+"),
        ("ctrl+end", "^End"),
        ("alt+up", "Alt+↑"),
    ],
)
def test_keys_are_shown_as_people_read_them(key, text):
    assert shown(key) == text
