"""However much was missed: the client stays where it was read, then shows the first of it."""

import pytest

from wschat_tui.state import turn
from wschat_tui.state.effects import Recall
from wschat_tui.state.history import history, missed, past
from wschat_tui.state.history.archive_effects import (
    DropMessages,
    KeepMessages,
    ReadPage,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import (
    ArchiveOpened,
    GapAsked,
    NewerAsked,
    NewestAsked,
    PageRead,
    RoomKept,
)
from wschat_tui.state.history.gaps import START
from wschat_tui.state.inputs import (
    Heard,
    HistoryFailed,
    HistoryLoaded,
    LinkDown,
    LinkUp,
    OlderAsked,
    Seen,
)
from wschat_tui.state.reading import message_from
from wschat_tui.state.server_inputs import RoomListed, RoomsListed

LOBBY = "network:lobby"
PAGE = 5


class Away:
    """The lobby, where m0 to m9 were read; then the link is lost, and others talk.

    There is a disk that keeps what it is told, and counts what is unread of it.
    """

    def __init__(self, scene, wire, *, read=10):
        self.scene, self.wire, self.said = scene, wire, []
        self.kept, self.asked = {}, []
        scene.trimmed = True
        self.talk(read)
        self.play(Heard(tuple(self.said), scene.now, "first"))
        if read:
            self.play(Seen("first", scene.now, LOBBY, f"m{read - 1}"))

    def play(self, *inputs):
        """Reduce inputs; the disk answers who asks it to count."""
        self.scene.play(*inputs)
        counts = []
        for one in self.scene.effects:
            match one:
                case KeepMessages():
                    self.kept |= {line.id: line for line in one.messages if line.scope == LOBBY}
                case DropMessages():
                    self.kept = {id: line for id, line in self.kept.items() if id not in one.ids}
                case ReadPage(limit=0):
                    counts.append(self.counted(one.anchor))
                case Recall(scope="network:lobby"):
                    self.asked.append(one)
        if counts:
            self.play(*counts)

    def counted(self, anchor):
        read = self.scene.room().last_read
        lines = self.lines()
        ids = [line.id for line in lines]
        begin = ids.index(read) + 1 if read in ids else 0
        above = lines[begin : ids.index(anchor)]
        parted = any(line.kind == "gap" for line in above)
        news = sum(line.kind == "chat" and line.author == "bob" for line in above)
        return PageRead(LOBBY, "older", anchor, (), True, True, news, news, read, parted)

    def talk(self, count, who="bob", body="@alice"):
        first = len(self.said)
        self.said += [
            self.wire.said(f"m{number}", who, body, at=number)
            for number in range(first, first + count)
        ]

    def misses(self, count, who="bob"):
        self.play(LinkDown("Lost.", self.scene.now, self.scene.now + 1, 1))
        self.talk(count, who)
        self.play(LinkUp(self.scene.now, self.scene.stamp()))

    def tell(self, pages=1000):
        """The server answers what is asked, one page after another; gives how many."""
        for number in range(pages):
            if not self.asked:
                return number
            asked = self.asked.pop(0)
            ids = [one.payload.id for one in self.said]
            end = ids.index(asked.before) if asked.before else len(ids)
            begin = max(end - PAGE, 0)
            page = tuple(one.payload for one in self.said[begin:end])
            older = bool(asked.before)
            told = (asked.hole, asked.before, asked.pages, asked.hole_at)
            self.play(HistoryLoaded(LOBBY, page, "", begin > 0, older, *told))
        return pages

    def disk(self):
        """What the disk answers who looks for the place of what was missed."""
        place = self.scene.state.sought[1]
        lines = self.lines()
        at = next((at for at, one in enumerate(lines) if one.id == place), 0)
        begin = max(at - 2, 0)
        page = tuple(lines[begin : begin + 8])
        self.play(PageRead(LOBBY, "around", place, page, bool(begin), below=True))
        return place

    def lines(self):
        return sorted(self.kept.values(), key=lambda line: (line.at or 0, line.kind == "gap"))


@pytest.fixture
def small(monkeypatch):
    for module in (turn, missed):
        monkeypatch.setattr(module, "WINDOW", 20)
        monkeypatch.setattr(module, "SLACK", 2)
    monkeypatch.setattr(history, "WINDOW", 20)
    monkeypatch.setattr(history, "DEEP", 10)
    monkeypatch.setattr(missed, "FAR", 12)
    monkeypatch.setattr(missed, "BACK", 6)
    monkeypatch.setattr(past, "MOST", 15)
    monkeypatch.setattr(past, "PAGE", 5)


@pytest.fixture
def away(online, wire, small):
    online.play(ArchiveOpened(online.T))
    return Away(online, wire)


def shown(away):
    return [one.id for one in away.scene.state.past.messages]


def test_what_outgrows_the_window_waits_below_what_was_read(away):
    away.misses(40)
    away.tell(4)
    room = away.scene.room()
    assert (away.scene.state.past.awaiting, shown(away)[-2:]) == (True, ["m9", "gap:m9"])
    assert (room.parted, room.unread) == (True, 20)
    away.play(NewerAsked(LOBBY))
    assert away.scene.effects == ()
    away.scene.see("m49")
    assert away.scene.room().last_read == "m9"


def test_then_the_first_of_it_is_shown_and_all_of_it_is_counted(away):
    away.misses(40)
    away.tell()
    assert away.disk() == "m9"
    room, scene = away.scene.room(), away.scene
    assert (room.divider, room.parted, room.unread) == ("m10", False, 40)
    assert (scene.state.past.awaiting, shown(away)[:4]) == (False, ["m7", "m8", "m9", "m10"])


def test_what_is_too_far_away_leaves_a_row_and_a_count_that_says_so(away):
    away.misses(100)
    assert away.tell() == 12
    away.disk()
    room = away.scene.room()
    assert (room.unread, room.mentions, room.parted, room.asked) == (60, 60, True, "")
    assert shown(away)[2:5] == ["m9", "gap:m9", "m50"]


def test_a_room_that_is_not_open_is_counted_less_far(away):
    away.scene.visit("host")
    away.misses(100)
    assert away.tell() == 6
    assert (away.scene.room().unread, away.scene.room().parted) == (30, True)
    assert away.scene.state.past is None
    away.scene.visit(LOBBY)
    away.disk()
    assert away.scene.room().divider == "m80"


def test_reading_past_the_row_leaves_an_exact_count(away):
    away.misses(100)
    away.tell()
    away.disk()
    away.play(Seen("seen", away.scene.now, LOBBY, "m53"))
    assert away.scene.room().last_read == "m53"
    assert (away.scene.unread(), away.scene.room().parted) == ((56, 56), False)


def test_what_stands_below_what_is_asked_for_was_not_read_with_it(away):
    away.misses(100)
    away.tell()
    away.disk()
    away.play(GapAsked("gap:m9"))
    away.scene.see("m52")
    assert away.scene.room().last_read == "m9"
    away.scene.see("m52", by_hand=True)
    assert away.scene.room().last_read == "m52"


def test_where_the_server_fails_midway_what_came_is_shown(away):
    away.misses(60)
    away.tell(6)
    away.play(HistoryFailed(LOBBY, "No."))
    away.disk()
    assert (away.scene.room().unread, away.scene.room().parted) == (30, True)


@pytest.mark.parametrize("how", ["key", "word"])
def test_who_went_to_the_end_meanwhile_is_left_there(away, how):
    away.misses(60)
    away.tell(1)
    if how == "key":
        away.play(NewestAsked(LOBBY))
    else:
        away.scene.post("o1")
    away.tell()
    assert (away.scene.state.past, away.scene.state.sought) == (None, ("", ""))
    assert away.scene.room().unread == 60


def test_who_was_at_the_end_at_one_loss_is_not_there_for_ever(away):
    away.misses(3)
    away.play(NewestAsked(LOBBY))
    assert away.scene.state.ended == LOBBY
    away.scene.down()
    away.scene.up()
    assert away.scene.state.ended == ""


def test_who_reads_older_messages_meanwhile_is_left_there(away):
    away.misses(50)
    away.tell(6)
    away.play(OlderAsked(LOBBY))
    assert not away.scene.state.past.awaiting
    away.tell()
    assert shown(away)[-1] == "m9"
    assert away.scene.state.sought == ("", "")


def test_a_stretch_ends_where_what_followed_it_follows_no_more(away, wire):
    away.misses(50)
    away.tell(5)
    away.play(OlderAsked(LOBBY))
    page = tuple(message_from(one.payload, away.scene.state) for one in away.said[50:53])
    away.play(PageRead(LOBBY, "newer", "gap:m9", page, above=True, below=True))
    assert shown(away)[-4:] == ["gap:m9", "m50", "m51", "m52"]
    away.tell()
    assert shown(away)[-1] == "m9"


def test_where_all_that_was_missed_is_mine_nothing_is_new(away):
    away.misses(40, who="alice")
    away.tell()
    assert (away.scene.state.past, away.scene.room().unread) == (None, 0)


def test_where_the_disk_has_lost_the_place_the_window_is_shown(away):
    away.misses(40)
    away.tell()
    away.kept.clear()
    away.disk()
    assert (away.scene.state.past, away.scene.room().unread) == (None, 40)


def test_a_room_that_was_empty_begins_at_its_first_message(online, wire, small):
    online.play(ArchiveOpened(online.T))
    away = Away(online, wire, read=0)
    away.misses(40)
    assert away.asked[0].hole == f"{START}:{LOBBY}"
    away.tell(4)
    assert shown(away) == [f"gap:{START}:{LOBBY}"]
    away.tell()
    assert away.disk() == START
    past_shown = away.scene.state.past
    assert (away.scene.room().divider, past_shown.messages[0].id) == ("m0", "m0")
    assert (away.scene.room().unread, away.scene.room().parted) == (40, False)


def test_the_first_of_an_empty_room_is_read_as_any(online, wire, small):
    online.play(ArchiveOpened(online.T))
    away = Away(online, wire, read=0)
    away.misses(40)
    away.tell()
    lines = tuple(away.lines()[2:10])
    away.play(PageRead(LOBBY, "around", START, lines, above=True, below=True))
    away.play(Seen("early", online.now, LOBBY, "m4"))
    assert online.room().last_read == ""
    online.visit("host")
    online.visit(LOBBY)
    away.disk()
    away.play(Seen("seen", online.now, LOBBY, "m4"))
    assert (online.room().last_read, online.room().unread) == ("m4", 35)


def test_above_a_row_that_says_so_nothing_older_is_asked_for(online, wire, small):
    online.play(ArchiveOpened(online.T))
    away = Away(online, wire, read=0)
    away.misses(15)
    away.tell(1)
    assert online.ids()[0] == f"gap:{START}:{LOBBY}"
    assert online.play(OlderAsked(LOBBY)) == []


def test_two_rooms_that_were_empty_have_a_row_each(online, wire):
    team = "network:team"
    online.visit(team)
    online.page(scope=team)
    online.down()
    online.up()
    for scope in (LOBBY, team):
        page = (wire.said(f"{scope}.1", "bob", scope=scope),)
        online.page(*page, more=True, scope=scope, hole=f"{START}:{scope}")
        assert online.ids(scope)[0] == f"gap:{START}:{scope}"
        assert online.room(scope).parted


def test_without_a_disk_what_is_not_held_is_not_asked_for(online, wire, small, monkeypatch):
    monkeypatch.setattr(missed, "BACK", 50)
    away = Away(online, wire)
    online.visit("host")
    away.misses(100)
    assert away.tell() == 6
    assert len(online.ids()) <= 22
    assert (online.room().unread, online.room().parted) == (25, True)
    assert online.room().asked == ""


def test_a_row_above_the_window_makes_the_count_a_lower_bound(online, wire, small):
    online.play(ArchiveOpened(online.T))
    away = Away(online, wire)
    online.visit("host")
    online.down()
    online.up()
    away.talk(40)
    online.hear(*away.said[10:])
    assert not online.room().parted
    online.play(HistoryFailed(LOBBY, "No."))
    assert (online.unread(), online.room().parted) == ((40, 40), True)


def test_what_the_disk_counted_is_not_counted_twice_where_a_page_brings_it_back(away):
    away.scene.visit("host")
    away.talk(5)
    away.play(Heard(tuple(away.said[10:]), away.scene.now, "live"))
    away.misses(20)
    away.tell()
    assert (away.scene.unread(), away.scene.room().parted) == ((25, 25), False)


def test_what_the_disk_counts_says_whether_some_are_missing(scene, wire):
    scene.trimmed = True
    scene.open()
    line = message_from(wire.said("m9", "bob", at=9).payload, scene.state)
    kept = RoomKept(RoomRecord(LOBBY, "", True, "m1"), (line,), True, 5, 0, parted=True)
    scene.play(ArchiveOpened(scene.T, (kept,), focus="host"))
    assert (scene.unread(), scene.room().parted) == ((6, 0), True)
    told = (LOBBY, "older", "m9", (), True, True, 5, 0, "m1")
    scene.play(PageRead(*told))
    assert (scene.unread(), scene.room().parted) == ((6, 0), False)


# ---- orders, clocks, devices


def test_a_page_stands_in_the_servers_order_whatever_ids_and_clocks_say(online, wire):
    online.hear(wire.said("z", "bob", at=10))
    online.see("z")
    online.down()
    online.up()
    page = (
        wire.said("z", "bob", at=10),
        wire.said("c", "bob", at=12),
        wire.said("b", "bob", at=12),
        wire.said("a", "bob", "@alice", at=3),
    )
    online.page(*page, hole="z")
    assert online.ids() == ["z", "c", "b", "a"]
    assert (online.unread(), online.room().divider) == ((3, 1), "c")


def test_of_messages_of_one_moment_none_is_taken_out_for_its_time_alone(online, wire):
    for name in ("m1", "m2", "m3"):
        online.hear(wire.said(name, "bob", at=5))
    online.see("m3")
    online.down()
    online.up()
    online.page(wire.said("m1", "bob", at=5), wire.said("m4", "bob", at=5), hole="m3")
    assert online.ids() == ["m1", "m2", "m3", "m4"]
    assert online.unread() == (1, 0)


def test_missed_replies_and_mentions_are_counted_and_called(online, wire):
    online.hear(wire.said("m1", "alice", at=1))
    online.see("m1")
    online.down()
    online.up()
    reply = wire.said("m2", "bob", "@alice?", at=2, parent_id="m1")
    online.page(wire.said("m1", "alice", at=1), reply, wire.said("m3", "bob", at=3), hole="m1")
    assert (online.unread(), online.room().divider) == ((2, 1), "m2")


def test_what_another_device_of_mine_read_meanwhile_is_read(online, wire):
    online.visit("host")
    online.hear(wire.said("m1", "bob", at=1))
    online.down()
    online.up()
    online.hear(wire.read("m3", "alice"))
    assert online.unread() == (1, 0)
    page = [wire.said(f"m{number}", "bob", at=number) for number in range(1, 6)]
    online.page(*page, hole="m1")
    assert (online.room().last_read, online.unread()) == ("m3", (2, 0))


def test_a_room_that_is_listed_begins_to_count_where_there_is_a_disk(online, wire):
    team = "network:team"
    online.play(ArchiveOpened(online.T))
    online.play(RoomsListed((RoomListed(team, "Team"),), online.stamp(), online.T))
    assert Recall(team) in online.effects
    online.page(wire.said("t1", "bob", scope=team), scope=team)
    assert (online.unread(team), online.room(team).last_read) == ((0, 0), "t1")
    online.down()
    online.up()
    page = (wire.said("t1", "bob", scope=team), wire.said("t2", "bob", scope=team, at=2))
    online.page(*page, scope=team, hole="t1")
    assert online.unread(team) == (1, 0)


def test_a_server_without_history_leaves_a_row_and_a_lower_bound(online, wire):
    online.hear(wire.said("m1", "bob", at=1))
    online.see("m1")
    online.visit("host")
    online.down()
    online.up()
    online.play(HistoryFailed(LOBBY, "", absent=True))
    online.hear(wire.said("m2", "bob", at=2))
    assert online.ids() == ["m1", "gap:m1", "m2"]
    assert (online.unread(), online.room().parted) == ((1, 0), True)
    online.visit(LOBBY)
    assert online.room().divider == "m2"
    online.see("m2")
    assert (online.unread(), online.room().parted) == ((0, 0), False)
    online.down()
    online.up()
    assert online.ids()[-1] == "gap:m2"
