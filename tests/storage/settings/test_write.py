import os
import stat
import tomllib

import pytest

from wschat_tui.storage.settings.problems import SettingsError
from wschat_tui.storage.settings.read import load_settings
from wschat_tui.storage.settings.settings import Profile
from wschat_tui.storage.settings.write import remove_profile, save_profile, set_default, set_value

LAID_OUT = """# my settings
default_profile = "work"   # the one at work

[profiles.work]  # first
# which server
server = "ws://localhost:8765"  # loopback
rooms = [
    "lobby",  # everyone
    "team",
]

# how it looks
[ui]
bell = false # quiet
theme = "nord"

[keys]
message.reply = "R"
"""


def test_the_first_profile_makes_the_file(places):
    umask = os.umask(0)
    try:
        profile = Profile(server="wss://chat.example.test", user="alice", rooms=("lobby",))
        settings = save_profile(places.settings_file, "work", profile)
    finally:
        os.umask(umask)
    assert settings == load_settings(places.settings_file)
    assert settings.profiles == {"work": profile}
    assert places.settings_file.read_text() == (
        '[profiles.work]\nserver = "wss://chat.example.test/v1/ws"\nuser = "alice"\nrooms = ["lobby"]\n'
    )
    assert stat.S_IMODE(places.settings_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.config_dir.stat().st_mode) == 0o700


def test_a_changed_value_leaves_all_else_as_it_was(toml):
    file = toml(LAID_OUT)
    set_value(file, "ui.theme", "dracula")
    assert file.read_text() == LAID_OUT.replace('"nord"', '"dracula"')


def test_a_saved_profile_changes_only_what_differs(toml):
    file = toml(LAID_OUT)
    old = load_settings(file).profiles["work"]
    save_profile(file, "work", old)
    assert file.read_text() == LAID_OUT
    save_profile(file, "work", old.model_copy(update={"user": "alice", "insecure": True}))
    assert file.read_text() == LAID_OUT.replace(
        '"team",\n]\n', '"team",\n]\nuser = "alice"\ninsecure = true\n'
    )


def test_values_that_become_defaults_are_taken_out(toml):
    file = toml(LAID_OUT)
    old = load_settings(file).profiles["work"]
    save_profile(file, "work", Profile(server=old.server))
    assert "rooms" not in file.read_text()
    assert "# which server" in file.read_text()
    set_value(file, "ui.bell", None)
    set_value(file, "ui.mouse", None)
    assert tomllib.loads(file.read_text())["ui"] == {"theme": "nord"}


def test_another_profile_is_added_with_room_around_it(toml):
    file = toml(LAID_OUT)
    settings = save_profile(file, "home", Profile(server="ws://[::1]:9"))
    text = file.read_text()
    assert set(settings.profiles) == {"work", "home"}
    assert '\n\n[profiles.home]\nserver = "ws://[::1]:9/v1/ws"\n\n' in text
    kept = text.replace('[profiles.home]\nserver = "ws://[::1]:9/v1/ws"\n', "")
    assert [line for line in kept.split("\n") if line] == [
        line for line in LAID_OUT.split("\n") if line
    ]


def test_a_removed_profile_is_no_longer_the_default(toml):
    file = toml(LAID_OUT + '[profiles.home]\nserver = "ws://x"\n')
    settings = remove_profile(file, "work")
    assert (list(settings.profiles), settings.default_profile) == (["home"], None)
    assert "# how it looks" in file.read_text()
    before = file.read_text()
    assert remove_profile(file, "work") == settings
    assert file.read_text() == before


def test_another_profile_removed_leaves_the_default(toml):
    file = toml(LAID_OUT + '[profiles.home]\nserver = "ws://x"\n')
    assert remove_profile(file, "home").default_profile == "work"


def test_the_last_profile_can_be_removed(toml):
    file = toml('default_profile = "work"\n[profiles.work]\nserver = "ws://x"\n')
    assert remove_profile(file, "work").profiles == {}
    assert save_profile(file, "home", Profile(server="ws://y")).default_name == "home"


def test_the_last_key_of_a_dotted_name_can_be_taken_back(toml):
    file = toml(LAID_OUT)
    assert set_value(file, "keys.message.reply", None).keys == {}
    assert set_value(file, "ui.theme", None).ui.theme == ""
    assert set_value(file, "ui.bell", None).ui.bell
    assert "# how it looks\n[ui]" in file.read_text()


def test_the_default_is_set_above_the_tables(toml):
    file = toml('[profiles.work]\nserver = "ws://x"\n[ui]\nbell = true\n')
    assert set_default(file, "work").default_profile == "work"
    assert file.read_text().startswith('default_profile = "work"\n')


def test_keys_of_actions_are_set_by_the_name_of_the_action(toml):
    file = toml("")
    settings = set_value(file, "keys.message.reply", ["r", "f4"])
    assert settings.keys == {"message.reply": ("r", "f4")}
    assert set_value(file, "keys.token.import", "f9").keys["token.import"] == ("f9",)
    assert set_value(file, "keys.message.reply", None).keys == {"token.import": ("f9",)}


def test_a_key_written_as_a_dotted_name_is_changed_in_its_place(toml):
    file = toml(LAID_OUT)
    settings = set_value(file, "keys.message.reply", "x")
    assert settings.keys == {"message.reply": ("x",)}
    assert file.read_text() == LAID_OUT.replace('"R"', '"x"')


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda file: set_default(file, "wrok"), "did you mean 'work'?"),
        (lambda file: set_value(file, "ui.thme", "x"), "did you mean 'ui.theme'?"),
        (
            lambda file: set_value(file, "ui.bell", "yes"),
            "settings.toml: 'ui.bell' must be true or false.",
        ),
        (
            lambda file: set_value(file, "ui.theme.deep", "x"),
            "settings.toml: 'ui.theme' must be a text in quotes.",
        ),
        (
            lambda file: set_value(file, "profiles.work.access_token", "canary"),
            (
                "'profiles.work.access_token' does not belong in this file; take it out and run "
                "`wschat login`, which keeps it in the system keyring."
            ),
        ),
        (
            lambda file: save_profile(file, "my work", Profile(server="ws://x")),
            "must be 1 to 64 letters, digits, - or _.",
        ),
    ],
)
def test_a_wrong_change_is_refused_and_nothing_is_written(toml, change, sentence):
    file = toml(LAID_OUT)
    with pytest.raises(SettingsError) as caught:
        change(file)
    assert sentence in str(caught.value)
    assert "canary" not in str(caught.value)
    assert file.read_text() == LAID_OUT


def test_a_file_that_is_wrong_already_is_left_alone(toml):
    file = toml("[ui]\nthme = 1\n")
    with pytest.raises(SettingsError, match=r"'ui\.thme' is not a setting"):
        set_value(file, "ui.theme", "x")
    assert file.read_text() == "[ui]\nthme = 1\n"


@pytest.mark.parametrize(
    "text",
    [
        'profiles = { work = { server = "ws://x" } }\n',
        'profiles.work.server = "ws://x"\n',
        '[profiles]\nwork = { server = "ws://x" }\n',
        '[profiles.work]\nserver = "ws://x"\n[ui]\nbell = true\n[profiles.home]\nserver = "ws://y"\n',
        '[ui]\nbell = true\n[profiles]\n[profiles.work]\nserver = "ws://x"\r\n',
    ],
)
def test_unusual_layouts_are_changed_right_or_left_alone(toml, text):
    file = toml(text)
    profiles = load_settings(file).profiles
    new = Profile(server="ws://new", rooms=("a",))
    changes = (
        lambda: save_profile(file, "new", new),
        lambda: save_profile(file, "work", new),
        lambda: set_value(file, "profiles.work.rate", 3),
        lambda: remove_profile(file, "work"),
    )
    for change in changes:
        file.write_text(text)
        try:
            now = change()
        except SettingsError as error:
            assert "change it by hand" in str(error)  # noqa: PT017
            assert file.read_text() == text
        else:
            assert now == load_settings(file)
            untouched = set(profiles) - {"work"}
            assert {name: now.profiles[name] for name in untouched} == {
                name: profiles[name] for name in untouched
            }


@pytest.mark.parametrize("wrong", [LAID_OUT, "[ui\n"])
def test_a_layout_that_the_editor_gets_wrong_is_left_alone(toml, monkeypatch, wrong):
    file = toml(LAID_OUT)
    monkeypatch.setattr("tomlkit.dumps", lambda _document: wrong)
    with pytest.raises(SettingsError) as caught:
        set_value(file, "ui.theme", "x")
    assert str(caught.value) == (
        "settings.toml: its layout is too unusual for a program to change; change it by hand."
    )
    assert file.read_text() == LAID_OUT


def test_a_full_disk_is_a_sentence_and_keeps_the_old_file(toml, monkeypatch):
    file = toml(LAID_OUT)

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SettingsError) as caught:
        set_value(file, "ui.theme", "x")
    assert str(caught.value) == (
        "settings.toml: it could not be written (No space left on device); nothing was changed."
    )
    assert file.read_text() == LAID_OUT
    assert list(file.parent.glob(".settings*")) == []


def test_comments_stay_with_the_table_below_them(toml):
    file = toml(
        """# head

# about work
[profiles.work]
server = "ws://x"
# rate = 3

# about home
# and more
[profiles.home]
server = "ws://y"
# about the list
"""
    )
    set_default(file, "home")
    set_value(file, "profiles.work.user", "alice")
    assert file.read_text() == (
        """# head
default_profile = "home"

# about work
[profiles.work]
server = "ws://x"
# rate = 3
user = "alice"

# about home
# and more
[profiles.home]
server = "ws://y"
# about the list
"""
    )
    remove_profile(file, "work")
    assert file.read_text() == (
        """# head
default_profile = "home"

# about home
# and more
[profiles.home]
server = "ws://y"
# about the list
"""
    )


def test_lists_of_tables_keep_their_comments_while_they_are_refused(toml):
    from tomlkit import dumps, parse

    from wschat_tui.storage.settings.toml_comments import HeaderComments

    text = """# dotted
x.y.z = 1
# one
[[a]]
x = 1
# two
[[a]]
# inner

[b]
  # indented
  [b.c]
# dotted too
d.e = 1
# last
[f.g]
"""
    document = parse(text)
    HeaderComments(document).put_back()
    assert dumps(document) == text
    assert document["a"][1].trivia.indent == "# two\n"
    assert document["b"]["c"].trivia.indent == "  # indented\n  "
