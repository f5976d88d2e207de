"""Moving keys by the settings, and what cannot be."""

import pytest

from wschat_tui.ui.keys import is_key, keymap
from wschat_tui.ui.presets import PRESETS


def keys_of(moved, preset="default"):
    made = keymap(preset, moved)
    return {action.id: action.keys for action in made.actions}, made.problems


def test_settings_move_keys():
    keys, problems = keys_of({"app.help": "?, f1", "message.reply": "R"})
    assert keys["app.help"] == ("question_mark", "f1")
    assert keys["message.reply"] == ("R",)
    assert problems == ()


def test_settings_take_keys_away():
    keys, problems = keys_of({"message.delete_hard": ""})
    assert keys["message.delete_hard"] == ()
    assert problems == ()


def test_a_conflict_names_both_and_changes_nothing():
    keys, problems = keys_of({"message.reply": "e"})
    assert keys["message.reply"] == ("r", "enter")
    (problem,) = problems
    assert "message.reply" in problem
    assert "message.edit" in problem


def test_a_key_that_is_heard_anywhere_conflicts_with_every_pane():
    _, problems = keys_of({"app.palette": "j"})
    assert "cursor.down" in problems[0] or "list.down" in problems[0]


def test_two_moves_that_conflict_with_each_other_are_told_too():
    keys, problems = keys_of({"view.rooms": "f11", "view.people": "f11"})
    assert keys["view.rooms"] == ("f11",)
    assert keys["view.people"] == ("f4",)
    assert "view.rooms" in problems[0]
    assert "view.people" in problems[0]


def test_keys_may_change_places():
    keys, problems = keys_of({"view.rooms": "f11", "view.people": "f3"})
    assert (keys["view.rooms"], keys["view.people"]) == (("f11",), ("f3",))
    assert problems == ()


def test_one_key_may_mean_another_thing_on_a_message_that_did_not_arrive():
    keys, problems = keys_of({"message.resend": "e"})
    assert keys["message.resend"] == ("e",)
    assert problems == ()


def test_an_action_or_a_preset_that_is_not_there_is_named():
    _, problems = keys_of({"message.fly": "f"}, preset="nano")
    assert "nano" in problems[0]
    assert "message.fly" in problems[1]


@pytest.mark.parametrize(
    "nonsense", ["nonsense+key", "ctrl+nonsense", "f1, nonsense", "ctlr+k", "Ctrl+K", "ctrl+", "++"]
)
def test_a_key_that_is_none_is_told_and_the_presets_stays(nonsense):
    keys, problems = keys_of({"app.help": nonsense})
    assert keys["app.help"] == ("f1",)
    (problem,) = problems
    assert "no key is called that; app.help keeps F1." in problem


@pytest.mark.parametrize("key", ["ctrl+alt+f12", "ä", "€", "?", "*", "alt+slash", "ctrl+shift+up"])
def test_keys_that_terminals_have_are_taken(key):
    keys, problems = keys_of({"app.help": key})
    assert problems == ()
    assert len(keys["app.help"]) == 1


@pytest.mark.parametrize("preset", PRESETS)
def test_every_key_of_the_presets_is_one(preset):
    assert all(is_key(key) for action in keymap(preset).actions for key in action.keys)


def test_vim_and_emacs_differ_where_they_should():
    vim, _ = keys_of({}, "vim")
    emacs, _ = keys_of({}, "emacs")
    assert "i" in vim["composer.focus"]
    assert "alt+x" in emacs["app.palette"]
    assert "ctrl+k" not in emacs["app.palette"], "it kills to the end of the line there"
