"""What became of read messages while nobody listened: what the server's pages prove, and no more."""

import pytest

from wschat_tui.state.effects import Recall
from wschat_tui.state.history import looking
from wschat_tui.state.history.archive_effects import DropMessages, KeepMessages, RoomRecord
from wschat_tui.state.history.archive_inputs import ArchiveOpened, AroundAsked, PageRead, RoomKept
from wschat_tui.state.history.looking import LOOK
from wschat_tui.state.inputs import HistoryFailed, HistoryLoaded
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText

LOBBY = "network:lobby"
COUNT = 300


@pytest.fixture
def kept(scene):
    def make(number, **more):
        at = scene.T + number * 1000
        return Message(f"m{number}", LOBBY, "bob", SafeText("hi"), at, **more)

    return make


@pytest.fixture
def back(scene, kept):
    """Connected again in the lobby: m100 to m299 are loaded and read."""
    scene.trimmed = True

    def make(lines=None, focus=LOBBY):
        scene.open()
        lines = lines or tuple(kept(number) for number in range(100, COUNT))
        record = RoomRecord(LOBBY, "lobby", True, lines[-1].id, complete=True)
        room = RoomKept(record, lines, True, 0, 0)
        scene.play(ArchiveOpened(scene.T, (room,), focus=focus))
        scene.up()
        return scene

    return make


@pytest.fixture
def served(wire):
    """A page as the server has it; `without` are not there any more."""

    def make(scene, first, last, *, before="", hole=LOOK, without=(), more=True, **change):
        options = {"pages": 1, "hole_at": scene.T + 299_000, "skipped": 0} | change
        numbers = [number for number in range(first, last + 1) if number not in without]
        events = tuple(wire.said(f"m{n}", "bob", "hi", at=n).payload for n in numbers)
        told = (LOBBY, events, "c", more, bool(before), hole, before)
        return scene.play(HistoryLoaded(*told, **options))

    return make


def dropped(scene):
    return [id for one in scene.effects if isinstance(one, DropMessages) for id in one.ids]


def looks(scene):
    return [one for one in scene.recalls if one.hole == LOOK]


def test_a_page_that_tells_little_of_what_was_read_is_followed(back, served):
    scene = back()
    served(scene, 290, 320, hole="m299")
    assert looks(scene) == [Recall(LOBBY, "", "m290", LOOK, 1, scene.T + 299_000)]
    served(scene, 240, 289, before="m290", without=(250, 251))
    assert dropped(scene) == ["m250", "m251"]
    assert "m250" not in scene.ids()
    assert looks(scene) == [Recall(LOBBY, "c", "m240", LOOK, 2, scene.T + 299_000)]
    served(scene, 190, 239, before="m240", pages=2)
    assert [one.pages for one in looks(scene)] == [3]
    served(scene, 140, 189, before="m190", pages=3)
    assert looks(scene) == []


def test_one_that_tells_enough_is_not(back, served):
    scene = back()
    served(scene, 140, 320, hole="m299")
    assert looks(scene) == []


def test_in_a_room_that_is_not_open_less_is_enough(back, served):
    scene = back(focus="host")
    served(scene, 265, 320, hole="m299")
    assert looks(scene) == []


@pytest.mark.parametrize("change", [{"more": False}, {"hole_at": None}])
def test_where_nothing_can_be_told_nothing_is_asked(back, served, change):
    scene = back()
    served(scene, 290, 320, hole="m299", **change)
    assert looks(scene) == []


def test_a_look_ends_at_the_top_of_the_window(back, served):
    scene = back()
    served(scene, 290, 320, hole="m299")
    served(scene, 90, 289, before="m290")
    assert looks(scene) == []


def test_what_was_edited_or_deleted_meanwhile_is_set_right(back, wire):
    scene = back()
    gone = wire.said("m201", "bob", "", at=201, deleted_at=wire.stamp(400)).payload
    other = wire.said("m202", "bob", "better", at=202, edited_at=wire.stamp(400)).payload
    scene.play(HistoryLoaded(LOBBY, (gone, other), "", True, True, LOOK, "m203", 1, scene.T))
    assert (scene.message("m201").deleted, scene.message("m202").body) == (True, "better")
    kept = [one for one in scene.effects if isinstance(one, KeepMessages)]
    assert {line.id for one in kept for line in one.messages} == {"m201", "m202"}


@pytest.mark.parametrize(
    "change",
    [
        {"skipped": 1},
        {"hole_at": 0},
        {"before": "m205", "first": 203},
        {"before": "elsewhere"},
    ],
)
def test_what_a_page_does_not_prove_stays(back, served, change):
    scene = back()
    told = {"first": 190, "before": "m230", "without": (200, 201)} | change
    first = told.pop("first")
    served(scene, first, 229, **told)
    assert dropped(scene) == []
    assert {"m200", "m201"} <= set(scene.ids())


def test_an_empty_page_proves_nothing(back, served):
    scene = back()
    served(scene, 1, 0, before="m230")
    assert (dropped(scene), looks(scene)) == ([], [])


def test_of_replies_a_page_without_any_tells_nothing_nor_of_what_i_sent(back, served, kept):
    lines = [kept(number) for number in range(100, 110)]
    lines[4] = kept(104, parent_id="m100")
    lines[5] = kept(105, op_id="o1", delivery="sent")
    scene = back(tuple(lines))
    served(scene, 100, 108, before="m109", without=(103, 104, 105))
    assert dropped(scene) == ["m103"]
    assert {"m104", "m105"} <= set(scene.ids())


def test_the_past_that_is_shown_is_looked_through_too(back, served, kept):
    scene = back()
    scene.play(AroundAsked("go", scene.T, LOBBY, "m20"))
    lines = tuple(kept(number) for number in range(10, 31))
    scene.play(PageRead(LOBBY, "around", "m20", lines, above=True, below=True))
    scene.down()
    scene.up()
    assert looks(scene) == [Recall(LOBBY, "", "m30", LOOK, 1, scene.T + 30_000)]
    served(scene, 15, 29, before="m30", without=(21,), hole_at=scene.T + 30_000)
    assert dropped(scene) == ["m21"]
    assert "m21" not in [one.id for one in scene.state.past.messages]
    assert [one.before for one in looks(scene)] == ["m15"]


def test_where_the_user_goes_in_the_past_the_server_is_asked_what_became_of_it(back, served, kept):
    """S26: what was redacted or deleted while nobody listened leaves the disk, too."""
    scene = back()
    scene.play(AroundAsked("go", scene.T, LOBBY, "m20"))
    lines = tuple(kept(number) for number in range(10, 31))
    scene.play(PageRead(LOBBY, "around", "m20", lines, above=True, below=True))
    assert looks(scene) == [Recall(LOBBY, "", "m30", LOOK, 1, scene.T + 30_000)]
    served(scene, 15, 29, before="m30", without=(20,), hole_at=scene.T + 30_000)
    assert dropped(scene) == ["m20"]


def test_without_a_link_nobody_is_asked(back, kept):
    scene = back()
    scene.down()
    scene.play(AroundAsked("go", scene.T, LOBBY, "m20"))
    scene.play(PageRead(LOBBY, "around", "m20", (kept(20),), above=True, below=True))
    assert looks(scene) == []


def test_a_past_without_messages_of_the_server_is_not(back, kept):
    scene = back()
    scene.play(AroundAsked("go", scene.T, LOBBY, "gap:m9"))
    row = kept(9, kind="gap")
    scene.play(PageRead(LOBBY, "around", "gap:m9", (row,), above=True, below=True))
    scene.down()
    scene.up()
    assert looks(scene) == []


def test_a_server_without_history_is_not_asked(back, kept):
    scene = back()
    scene.play(AroundAsked("go", scene.T, LOBBY, "m20"))
    scene.play(PageRead(LOBBY, "around", "m20", (kept(20),), above=True, below=True))
    scene.play(HistoryFailed(LOBBY, "", absent=True))
    scene.down()
    scene.up()
    assert looks(scene) == []


def test_a_page_of_what_is_not_shown_any_more_is_dropped(back, served, kept):
    scene = back()
    assert served(scene, 15, 29, before="m30") == []
    assert scene.effects == ()
    scene.visit("host")
    scene.play(AroundAsked("go", scene.T, "host", "h1"))
    line = Message("h1", "host", "bob", SafeText("hi"), scene.T)
    scene.play(PageRead("host", "around", "h1", (line,), above=True, below=True))
    served(scene, 15, 29, before="h1")
    assert scene.effects == ()


def test_a_look_that_fails_is_not_worth_a_word(back):
    scene = back()
    before = scene.room().hole
    scene.play(HistoryFailed(LOBBY, "No.", hole=looking.LOOK))
    assert (scene.words, scene.room().hole) == ([], before)
    assert not any(one.kind == "gap" for one in scene.room().messages)


def test_what_is_missing_at_a_row_is_not_filled_by_a_look(back, served, kept):
    scene = back()
    scene.play(AroundAsked("go", scene.T, LOBBY, "m20"))
    lines = [kept(10), kept(11), Message("gap:m11", LOBBY, "", SafeText(""), scene.T, kind="gap")]
    lines += [kept(number) for number in range(20, 31)]
    scene.play(PageRead(LOBBY, "around", "m20", tuple(lines), above=True, below=True))
    served(scene, 15, 29, before="m30", hole_at=scene.T + 30_000)
    shown = [one.id for one in scene.state.past.messages]
    assert shown == [one.id for one in lines]
    assert looks(scene) == []
    kept = [
        line.id for one in scene.effects if isinstance(one, KeepMessages) for line in one.messages
    ]
    assert not {"m15", "m19"} & set(kept)
