"""What is said and listed around the messages: pure functions of the state."""

from dataclasses import replace

import pytest
from rpds import HashTrieMap, HashTrieSet

from wschat_tui.state.model import HOST, LinkState, Message, Past, Person, Room, State, Typing
from wschat_tui.state.text import SafeText
from wschat_tui.ui.clipboard import verdict
from wschat_tui.ui.link_words import link_words, trouble
from wschat_tui.ui.links import host_of, links_in
from wschat_tui.ui.opener import openers
from wschat_tui.ui.panes import Panes, Wanted, arrange
from wschat_tui.ui.people_rows import people_rows
from wschat_tui.ui.render import counted, dot, room_name, seconds, status_word
from wschat_tui.ui.room_rows import elsewhere, room_rows, short
from wschat_tui.ui.room_words import (
    below_words,
    placeholder,
    thread_texts,
    title_texts,
    typing_sentence,
    typing_texts,
    unread_texts,
)

NOW = 1_000_000


def plain(texts):
    return [one.plain for one in texts]


# ---- the connection


@pytest.mark.parametrize(
    ("link", "long", "mood"),
    [
        (LinkState(), "starting…", "busy"),
        (LinkState("connecting", attempt=1), "connecting…", "busy"),
        (LinkState("connecting", attempt=3), "connecting… (try 3)", "busy"),
        (LinkState("connecting", attempt=2, ever_online=True), "connecting again… (try 2)", "busy"),
        (LinkState("online"), "online", "good"),
        (LinkState("online", round_trip=1234), "online 1,234 ms", "good"),
        (LinkState("online", round_trip=12, silent=4), "online 12 ms", "good"),
        (LinkState("online", round_trip=12, silent=12), "no answer for 12 s", "busy"),
        (
            LinkState("waiting", retry_at=NOW + 6_001, ever_online=True),
            "connection lost — trying again in 7 s",
            "bad",
        ),
        (LinkState("waiting", retry_at=NOW + 900), "not connected — trying again in 1 s", "bad"),
        (LinkState("waiting", retry_at=NOW - 5), "not connected — trying again now", "bad"),
        (LinkState("waiting"), "not connected — trying again now", "bad"),
        (LinkState("stopped", SafeText("why")), "not connected", "bad"),
        (LinkState("login", SafeText("why")), "log in again to go on", "bad"),
    ],
)
def test_the_connection_in_words(link, long, mood):
    words = link_words(link, NOW)
    assert (words.long, words.mood) == (long, mood)
    assert len(words.short) <= len(long) + 2
    assert words.retry is (mood == "bad")


def test_signs_tell_moods_without_colour():
    states = (
        LinkState("online"),
        LinkState("waiting"),
        LinkState("connecting"),
        LinkState("stopped"),
    )
    assert len({link_words(one, NOW).sign for one in states}) == 4


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        (
            LinkState("stopped", SafeText("The certificate has expired.")),
            "The certificate has expired.",
        ),
        (LinkState("login", SafeText("")), "The connection has ended."),
        (LinkState("waiting", SafeText("Nobody answers.")), "Nobody answers."),
        (LinkState("waiting", SafeText("Lost."), ever_online=True), ""),
        (LinkState("online"), ""),
    ],
)
def test_what_must_be_read_and_not_only_glanced_at(link, sentence):
    assert trouble(link) == sentence


# ---- panes


@pytest.mark.parametrize(
    ("width", "wanted", "panes"),
    [
        (60, Wanted(), Panes("hidden", "hidden", "hidden", room=True)),
        (69, Wanted(), Panes("hidden", "hidden", "hidden", room=True)),
        (70, Wanted(), Panes("docked", "hidden", "hidden", room=True)),
        (99, Wanted(), Panes("docked", "hidden", "hidden", room=True)),
        (100, Wanted(), Panes("docked", "docked", "hidden", room=True)),
        (60, Wanted(rooms=True), Panes("over", "hidden", "hidden", room=True)),
        (80, Wanted(people=True), Panes("docked", "over", "hidden", room=True)),
        (120, Wanted(rooms=False, people=False), Panes("hidden", "hidden", "hidden", room=True)),
        (60, Wanted(thread=True), Panes("hidden", "hidden", "docked", room=False)),
        (120, Wanted(thread=True), Panes("docked", "hidden", "docked", room=True)),
        (120, Wanted(people=True, thread=True), Panes("docked", "over", "docked", room=True)),
        (150, Wanted(thread=True), Panes("docked", "docked", "docked", room=True)),
    ],
)
def test_which_panes_are_seen(width, wanted, panes):
    assert arrange(width, wanted) == panes


# ---- rooms and people


def rows_of(rows):
    return [
        "".join(text for text, _ in row.left) + "|" + "".join(text for text, _ in row.right)
        for row in rows
    ]


def test_the_room_list(lobby):
    assert rows_of(room_rows(lobby)) == [
        "ROOMS|",
        "⌂ host|",
        "# lobby|",
        "# team|@1 3",
        "|",
        "DIRECT|",
        "● Bob|12",
        "◐ Carol|",
    ]
    assert [row.key for row in room_rows(lobby) if row.current] == ["network:lobby"]


def test_drafts_refusals_and_rooms_left_are_marked():
    rooms = (
        Room("network:a", joined=True, drafts=HashTrieMap({"": "x"}), unread=1200),
        Room("network:b", refused=SafeText("no")),
        Room("network:c"),
    )
    rows = room_rows(State(me="me", rooms=HashTrieMap({one.scope: one for one in rooms})))
    assert rows_of(rows)[1:] == ["# a|✎ 999+", "✕ b|", "# c|"]
    assert rows[2].left[1][1] == rows[3].left[1][1] == "dim"


def test_what_is_unread_elsewhere(lobby):
    assert elsewhere(lobby) == (15, 1, False)
    assert plain(unread_texts(lobby, "F3")) == ["@1 15  F3 rooms", "@1 15 F3"]
    assert plain(unread_texts(State(), "F3")) == ["F3 rooms"]
    assert short(999) == "999"


def test_a_count_that_may_be_too_low_says_so(lobby):
    room = replace(lobby.rooms["network:lobby"], unread=7, mentions=2, parted=True)
    state = replace(lobby, rooms=lobby.rooms.insert(room.scope, room), focus="")
    assert next(one for one in rows_of(room_rows(state)) if "lobby" in one.lower()).endswith("7+")
    assert elsewhere(state)[2]
    assert "+" in plain(unread_texts(state, "F3"))[0].split("  ")[0]
    shown = replace(state, focus=room.scope, past=Past(room.scope, (), above=False))
    assert below_words(shown, 3) == "7+ new ↓"
    assert (short(7, least=True), short(5_000, least=True)) == ("7+", "999+")


def test_the_people_of_a_room():
    people = {
        "alice": Person("alice", SafeText("Alice"), "online"),
        "bob": Person("bob", SafeText("Bob"), "away", HashTrieMap({"d1": SafeText("ios")})),
        "carol": Person(
            "carol",
            SafeText("Carol"),
            "online",
            HashTrieMap({"d1": SafeText(""), "d2": SafeText("")}),
        ),
        "dave": Person("dave", SafeText("Dave"), "on holiday"),
    }
    room = Room(
        "network:x",
        joined=True,
        members=HashTrieSet([*people, "eve"]),
        typing=(Typing("dave", NOW + 1), Typing("bob", NOW - 1)),
    )
    state = State(
        me="alice",
        focus="network:x",
        now=NOW,
        rooms=HashTrieMap({"network:x": room}),
        people=HashTrieMap(people),
    )
    assert rows_of(people_rows(state)) == [
        "PEOPLE|4/5",
        "● Alice you|",
        "● Carol|▣ 2",
        "◐ Bob|▣",
        "○ Dave on holiday|typing…",
        "○ eve|",
    ]
    assert rows_of(people_rows(State())) == ["PEOPLE|"]


# ---- titles


def test_titles(lobby):
    assert plain(title_texts(lobby)) == ["# lobby   3 members · 3 online", "# lobby"]
    assert plain(title_texts(State())) == ["no room is open"]
    direct = State(me="alice", focus="dm:alice:bob", rooms=lobby.rooms, people=lobby.people)
    assert plain(title_texts(direct))[0] == "@ Bob   ● online"
    team = State(me="alice", focus="network:team", rooms=lobby.rooms)
    assert plain(title_texts(team)) == ["# team"]
    rooms = HashTrieMap({"network:b": Room("network:b", refused=SafeText("members only"))})
    assert plain(title_texts(State(focus="network:b", rooms=rooms)))[0] == (
        "# b   you cannot join: members only"
    )
    rooms = HashTrieMap({"network:c": Room("network:c")})
    assert plain(title_texts(State(focus="network:c", rooms=rooms)))[0] == (
        "# c   not joined — /join enters it"
    )


def test_thread_titles(lobby):
    state = State(rooms=lobby.rooms, places=lobby.places, thread="m-1", people=lobby.people)
    assert plain(thread_texts(state))[0] == "Thread in #lobby   1 reply"
    assert plain(thread_texts(State(thread="gone")))[0] == "Thread   no replies yet"


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("carol",), "carol is typing…"),
        (("carol", "dave"), "carol and dave are typing…"),
        (("a", "b", "c"), "a, b and 1 other are typing…"),
        (("a", "b", "c", "d"), "a, b and 2 others are typing…"),
    ],
)
def test_who_is_typing(names, sentence):
    assert typing_sentence(names) == sentence


def test_typing_is_told_in_fewer_words_where_it_is_narrow():
    room = Room(HOST, typing=(Typing("a", 5), Typing("b", 5)))
    state = State(focus=HOST, rooms=HashTrieMap({HOST: room}), now=1)
    assert plain(typing_texts(state)) == ["a and b are typing…", "2 people are typing…"]
    assert plain(typing_texts(State())) == [""]


def test_what_the_composer_is_for(lobby):
    assert placeholder(lobby, "network:lobby", "") == "Message #lobby"
    assert placeholder(lobby, "dm:alice:bob", "") == "Message @Bob"
    assert placeholder(lobby, "host", "") == "Message host"
    assert placeholder(lobby, "network:lobby", "m-1") == "Reply in this thread"
    assert placeholder(lobby, "", "") == "Choose a room to write in"


def test_small_words(lobby):
    assert dot("online") != dot("offline") == dot("something else")
    assert status_word("away") == "away"
    assert status_word("x\x1by") == "x␛y"
    assert counted(1, "reply", "replies") == "1 reply"
    assert counted(2_000, "day") == "2,000 days"
    assert [seconds(one) for one in (-5, 0, 1, 1000, 1001)] == [0, 0, 1, 1, 2]
    assert room_name(lobby, "dm:alice:carol") == "@Carol"


# ---- links and clipboard


def message(body, **more):
    return Message("m", "host", "bob", SafeText(body), 1, **more)


def test_links_are_http_alone_and_without_the_sentence_s_punctuation():
    body = "see https://a.example/x?y=1, (http://b.example/(z)) javascript:alert(1) ftp://c.example"
    assert links_in(message(body)) == ["https://a.example/x?y=1", "http://b.example/(z)"]
    assert links_in(message("https://a.example", deleted=True)) == []
    assert links_in(message("https://a.example", redacted=True)) == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/x", "example.org"),
        ("https://пример.example/", "xn--e1afmkfd.example"),
        ("https://user:pass@evil.example:8080/@good.example", "evil.example"),
        ("file:///etc/passwd", ""),
        ("javascript:alert(1)", ""),
        ("https://[bad", ""),
        ("https:///x", ""),
        ("HTTPS://" + "a" * 70 + ".example/", "a" * 70 + ".example"),
    ],
)
def test_the_host_is_shown_as_it_is(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({}, "if this terminal lets programs write there"),
        ({"TMUX": "x"}, "set-clipboard"),
        ({"STY": "x"}, "screen may not pass on"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "select it with the mouse"),
    ],
)
def test_the_truth_about_the_clipboard(environ, word):
    assert word in verdict(environ, "the text")


def test_links_open_on_a_desktop_and_nowhere_else():
    assert openers({"DISPLAY": ":0"}, "linux") == ("xdg-open",)
    assert openers({"WAYLAND_DISPLAY": "w"}, "linux") == ("xdg-open",)
    assert openers({"WSL_DISTRO_NAME": "d"}, "linux") == ("wslview", "explorer.exe")
    assert openers({}, "darwin") == ("open",)
    assert openers({}, "linux") == ()
