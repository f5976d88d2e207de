import subprocess
import sys

import pytest

from wschat_tui.storage.settings.first_look import FirstLook, look
from wschat_tui.storage.settings.read import load_settings

FULL = """default_profile = "work"
[profiles.work]
server = "ws://x"
[profiles.home]
server = "ws://y"
[ui]
theme = "nord"
keys = "emacs"
receipts = "visible"
bell = false
animations = false
mouse = false
[keys]
message.reply = ["r", "f2"]
"message.edit" = "e"
[notifications]
toasts = "none"
"""


def as_model_says(file):
    settings = load_settings(file)
    return FirstLook(
        theme=settings.ui.theme,
        mouse=settings.ui.mouse,
        animations=settings.ui.animations,
        receipts=settings.ui.receipts,
        preset=settings.ui.keys,
        bell=settings.ui.bell,
        keys={name: ",".join(keys) for name, keys in settings.keys.items()},
        toasts=settings.notifications.toasts,
        has_profiles=bool(settings.profiles),
        default_profile=settings.default_name,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        FULL,
        '[profiles.only]\nserver = "ws://x"',
        FULL.replace("default_profile", "# default_profile"),
    ],
)
def test_it_says_what_the_whole_model_says(toml, text):
    file = toml(text)
    assert look(file) == as_model_says(file)


def test_without_a_file_there_are_the_defaults(tmp_path):
    assert look(tmp_path / "none.toml") == FirstLook() == as_model_says(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "data", [b"[ui", b"\xff", b"a = " + b"[" * 100_000, b'ui = 1\nprofiles = ""\nkeys = []']
)
def test_nothing_in_the_file_breaks_the_first_picture(tmp_path, data):
    file = tmp_path / "settings.toml"
    file.write_bytes(data)
    assert look(file) == FirstLook()
    assert look(tmp_path) == FirstLook()


def test_what_is_wrong_has_its_default_and_the_rest_counts(toml):
    text = """default_profile = 3
[profiles.work]
[ui]
theme = 1
mouse = "no"
receipts = "never"
keys = ["vim"]
bell = false
[keys]
a = 1
b = ["x", 2]
c = "y"
"""
    expected = FirstLook(bell=False, keys={"c": "y"}, has_profiles=True, default_profile=None)
    assert look(toml(text)) == expected
    assert look(toml('default_profile = "gone"\n[profiles.work]')).default_profile is None


def test_it_loads_nothing_heavy():
    code = (
        "import sys, pathlib, wschat_tui.storage.settings.first_look as f, wschat_tui.storage.paths as p; "
        "f.look(p.find(pathlib.Path('/nowhere'), {}).settings_file); "
        "print(sorted({'pydantic', 'keyring', 'tomlkit', 'asyncio', 'platformdirs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
