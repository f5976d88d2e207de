"""The command line itself: verbs, help, and what happens when something of ours fails."""

import re

import pytest

from wschat_tui import __version__
from wschat_tui.cli import main as command


def test_version(wschat):
    said = wschat("--version")
    assert (said.code, said.out) == (0, f"wschat {__version__}\n")


@pytest.mark.parametrize("verb", command.VERBS)
def test_every_verb_has_help_that_says_how_to_name_a_server(wschat, verb):
    said = wschat(verb, "--help")
    assert said.code == 0
    assert "--server URL" in said.out


def test_no_option_takes_a_token(wschat):
    for verb in command.VERBS:
        text = wschat(verb, "--help").out
        assert "--token " not in text
        assert "--password" not in text


def test_nonsense_is_exit_2(wschat):
    assert wschat("nonsense").code == 2


@pytest.mark.parametrize("arguments", [(), ("--server", "localhost"), ("chat",), ("demo",)])
def test_the_screen_needs_a_terminal(wschat, arguments):
    said = wschat(*arguments)
    assert said.code == 2
    assert "needs a terminal" in said.err


def test_a_fault_of_ours_is_a_sentence_and_a_private_file(wschat, monkeypatch, tmp_path):
    def fail(_options):
        raise RuntimeError("a fault")

    monkeypatch.setattr("wschat_tui.cli.doctor.run", fail)
    said = wschat("doctor", "--home", str(tmp_path))
    assert said.code == 1
    assert "Traceback" not in said.err
    report = next((tmp_path / "state").glob("crash-*"))
    assert "RuntimeError: a fault" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_ctrl_c_is_exit_130(wschat, monkeypatch):
    def interrupt(_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("wschat_tui.cli.doctor.run", interrupt)
    assert wschat("doctor").code == 130


def test_options_may_stand_before_the_verb(wschat, tmp_path):
    there = wschat("profiles", "--home", str(tmp_path))
    assert there.code == 0
    assert wschat("--home", str(tmp_path), "profiles") == there
    assert wschat(f"--home={tmp_path}", "--insecure", "profiles") == there
    assert wschat("--profile", "demo", "logout").code == 2
    assert "nonsense" in wschat("--home", str(tmp_path), "nonsense").err


def test_the_options_that_take_no_value_are_all_known(wschat):
    for verb in command.VERBS:
        listed = re.findall(r"^  (-[^ ].*?)(?:  |$)", wschat(verb, "--help").out, re.MULTILINE)
        bare = {
            one for entry in listed if not re.search("[A-Z{]", entry) for one in entry.split(", ")
        }
        assert bare <= command.SWITCHES
