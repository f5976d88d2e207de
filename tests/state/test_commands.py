"""Telling commands from messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.state.commands import Command, NoCommand, Said, parse, words

NAMES = {"join", "leave", "me", "msg", "react"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hello", Said("hello")),
        ("a /join b", Said("a /join b")),
        (" /join b", Said(" /join b")),
        ("//join b", Said("/join b")),
        ("///", Said("//")),
        ("/", Said("/")),
        ("/ join", Said("/ join")),
        ("/join lobby", Command("join", "lobby")),
        ("/JOIN  lobby ", Command("join", "lobby")),
        ("/leave", Command("leave", "")),
        ("/me one\ntwo", Command("me", "one\ntwo")),
        ("/me\none two", Command("me", "one two")),
        ("/jion lobby", NoCommand("jion", "join")),
        ("/usr/bin/env", NoCommand("usr/bin/env", "")),
    ],
)
def test_what_a_line_means(text, meant):
    assert parse(text, NAMES) == meant


def test_an_unknown_command_says_what_to_do():
    assert NoCommand("jion", "join").sentence == (
        "There is no command /jion: did you mean /join? Start with // to send it as text."
    )
    assert "F1" in NoCommand("xyzzy", "").sentence


def test_the_first_word_and_the_rest():
    assert words("  bob  hello there ") == ("bob", "hello there")
    assert words("bob") == ("bob", "")
    assert words("") == ("", "")


@given(st.text())
def test_two_slashes_send_any_text_that_begins_with_one(text):
    assert parse("//" + text, NAMES) == Said("/" + text)


@given(st.text())
def test_a_message_is_posted_as_it_is(text):
    meant = parse(text, NAMES)
    if not text.startswith("/"):
        assert meant == Said(text)


@given(st.sampled_from(sorted(NAMES)), st.text())
def test_what_follows_a_command_is_kept_whole(name, rest):
    meant = parse(f"/{name} {rest}", NAMES)
    assert meant == Command(name, rest.strip())
