"""All about one message: the facts, in words; and copying them."""

from dataclasses import replace

import pytest

from wschat_tui.state.history.query import Revision
from wschat_tui.state.select import message_of
from wschat_tui.state.text import SafeText, clean
from wschat_tui.ui.screens.details import DetailsScreen, details_of, earlier_facts


@pytest.fixture
def facts(lobby, days):
    """Facts of a message of the lobby, changed as asked: word → texts."""

    def of(message_id, state=lobby, **changes):
        message = replace(message_of(state, message_id), **changes)
        found = {}
        for fact in details_of(state, message, lobby.now, days).facts:
            found.setdefault(fact.word, []).append(fact.text)
        return found

    return of


def test_a_reply_of_mine(facts):
    assert facts("m-2") == {
        "Author": ["Alice (alice), you"],
        "Room": ["lobby (network:lobby)"],
        "Time": ["Today 10:02:31, 3 minutes ago"],
        "Text": ["yes\nand soon"],
        "Changed": ["edited; this is the newest text"],
        "Delivery": ["✓ sent: the server has it"],
        "Read by": ["Bob, Carol"],
        "Attachment": [
            "plan.pdf (123,456 bytes, application/pdf)\nhttps://chat.example.org/files/plan.pdf"
        ],
        "Thread": ["reply to Bob: shall we ship it?"],
        "Id": ["m-2"],
    }


def test_the_root_of_a_thread_with_reactions(facts):
    found = facts("m-1")
    assert found["Author"] == ["Bob (bob)"]
    assert found["Reaction"] == ["👍 :thumbsup: by Alice, Carol", "🎉 :tada: by Bob"]
    assert found["Thread"] == ["1 reply, by Alice"]
    assert found["Read by"] == ["Carol"]
    assert "Delivery" not in found
    assert "Changed" not in found


@pytest.mark.parametrize(
    ("changes", "word", "text"),
    [
        ({"at": None}, "Time", "not known: the server sent no valid time"),
        ({"at": 1_763_892_351_000}, "Time", "Today 10:05:51, just now"),
        ({"at": 1_763_892_356_000}, "Time", "Today 10:05:56, 5 seconds ahead of this clock"),
        ({"at": 1_763_800_000_000}, "Time", "Yesterday 08:26:40, 1 day ago"),
        ({"at": 1_600_000_000_000}, "Time", "Sun 13 Sep 2020 12:26:40, 1,896 days ago"),
        ({"delivery": "queued"}, "Delivery", "◷ queued: waits for the connection or for its turn"),
        ({"delivery": "failed", "problem": SafeText("no")}, "Problem", "no"),
        ({"parent_id": "m-0"}, "Thread", "reply to m-0, which is not loaded"),
        ({"body": SafeText("")}, "Text", "none, just what is attached"),
        ({"body": SafeText(""), "attachments": ()}, "Text", "none"),
        ({"body": SafeText(""), "deleted": True}, "Text", "deleted"),
        (
            {"redacted": True, "edited": False},
            "Changed",
            "redacted: a moderator put a mask in place of the text",
        ),
    ],
)
def test_each_fact_in_words(facts, changes, word, text):
    assert facts("m-2", **changes)[word] == [text]


def test_nobody_has_read_it(facts, lobby):
    room = replace(lobby.rooms["network:lobby"], receipts=lobby.rooms["host"].receipts)
    state = replace(lobby, rooms=lobby.rooms.insert("network:lobby", room))
    assert facts("m-2", state)["Read by"] == ["nobody else, as far as the server told"]


def test_who_read_what_is_not_sent_is_not_told(facts):
    assert "Read by" not in facts("m-2", delivery="sending")


def test_ids_and_scopes_of_strangers_are_cleaned(lobby, days):
    hostile = "x\x1b]52;c;aGk=\x07\u202e"
    message = replace(message_of(lobby, "m-1"), id=hostile, author=hostile, scope=hostile)
    details = details_of(lobby, message, lobby.now, days)
    everything = details.everything
    assert everything == clean(everything)
    assert "\x1b" not in everything
    assert details.message_id.startswith("x␛]52")


@pytest.fixture
def screen(lobby, days):
    """Make a details screen of a message; its `copied` get what was copied, and as what."""

    def make(message_id="m-2", **changes):
        message = replace(message_of(lobby, message_id), **changes)
        copied = []
        one = DetailsScreen(
            details_of(lobby, message, lobby.now, days),
            lambda text, what: copied.append((text, what)),
        )
        one.copied = copied
        return one

    return make


async def test_text_id_and_everything_can_be_copied(stage, screen):
    one = screen()
    app = stage(one)
    async with app.run_test() as pilot:
        await pilot.press("y", "c", "a")
        await pilot.pause()
    assert one.copied[:2] == [("yes\nand soon", "text"), ("m-2", "message id")]
    text, what = one.copied[2]
    assert what == "description of the message"
    assert text.startswith("Author: Alice (alice), you\nRoom: lobby (network:lobby)\n")


async def test_a_click_on_a_hint_copies(stage, screen):
    one = screen()
    app = stage(one)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.click("Hints", offset=(3, 0))
        await pilot.pause()
    assert one.copied == [("yes\nand soon", "text")]


@pytest.mark.parametrize("keys", [["escape"], ["i"], ["q"]])
async def test_keys_close_it(stage, screen, keys):
    app = stage(screen())
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await pilot.pause()
    assert app.results == [None]


async def test_a_long_message_scrolls_and_the_keys_stay_in_sight(stage, screen):
    app = stage(screen(body=SafeText("a line\n" * 100)))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        place = app.screen.query_one("#facts")
        assert app.screen.region.contains_region(app.screen.query_one("Hints").region)
        await pilot.press("j", "j", "k")
        assert place.scroll_y == 1
        await pilot.press("end")
        await pilot.pause()
        assert place.scroll_y == place.max_scroll_y > 80


async def test_a_strangers_markup_is_text(stage, screen):
    app = stage(screen(body=SafeText("[@click=app.quit]x[/]y [bold")))
    async with app.run_test() as pilot:
        await pilot.pause()
        picture = app.export_screenshot().replace("&#160;", " ")
        assert "[@click=app.quit]x[/]y [bold" in picture


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_it_looks(snap_compare, stage, screen, size):
    assert snap_compare(stage(screen()), terminal_size=size)


@pytest.mark.snapshot
def test_how_reactions_and_threads_look(snap_compare, stage, screen):
    assert snap_compare(stage(screen("m-1"), "wschat-light"))


async def test_what_a_message_said_before_comes_from_the_disk(stage, lobby, days):
    revisions = (
        Revision(SafeText("first"), lobby.now - 120_000),
        Revision(SafeText(""), lobby.now - 60_000),
    )
    details = details_of(lobby, message_of(lobby, "m-2"), lobby.now, days)
    copied = []

    async def earlier():
        return earlier_facts(revisions, lobby.now, days)

    app = stage(DetailsScreen(details, lambda *what: copied.append(what), earlier))
    async with app.run_test(size=(80, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        texts = [str(one.content) for one in app.screen.query(".fact-text")]
        assert texts[-2:] == [
            "nothing\nuntil Today 10:04:51, 1 minute ago",
            "first\nuntil Today 10:03:51, 2 minutes ago",
        ]
        await pilot.press("a")
        assert copied[0][0].endswith("Before: first\nuntil Today 10:03:51, 2 minutes ago")
