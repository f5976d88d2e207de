"""The timeline on a stage: what is seen, what stays where it is, what is posted, and what it costs."""

import asyncio
import random
from dataclasses import replace

import pytest
from textual.events import MouseScrollUp
from textual.geometry import Offset
from textual.selection import Selection
from textual.widget import Widget

from wschat_tui.state.model import Attachment, Reaction
from wschat_tui.state.text import SafeText
from wschat_tui.ui.row import Row, Rows
from wschat_tui.ui.wall import FORBIDDEN
from wschat_tui.ui.widgets.timeline import Timeline

WORDS = ("deploy", "of", "the", "gateway", "finished", "p99", "is", "back", "to", "normal", "again")


@pytest.fixture
def talk(say):
    """Messages of different heights by three authors, ten minutes apart."""
    chance = random.Random(3)
    return [
        say(
            f"m{n}",
            ("bob", "carol", "alice")[n % 3],
            " ".join(chance.choices(WORDS, k=chance.choice((2, 5, 20, 60)))) + f" #{n}.",
            n * 10,
        )
        for n in range(300)
    ]


def marks(on):
    """Which messages' ends are on which line of the view."""
    found = {}
    for y, line in enumerate(on.texts()):
        for word in line.split():
            if word.startswith("#") and word.endswith("."):
                found[word] = y
    return found


def same_place(before, after):
    """What is in both views stands on the same lines, and enough is in both."""
    both = before.keys() & after.keys()
    return len(both) >= min(len(before), 2) and all(before[one] == after[one] for one in both)


def at_bottom(on):
    return on.timeline.scroll_offset.y == on.timeline.max_scroll_y


# ---- following


async def test_the_newest_message_is_seen_and_followed(stage, talk, rows_of):
    rows = rows_of(*talk[:100])
    async with stage(rows) as on:
        assert on.texts()[-1].endswith("#99.")
        for n in range(101, 120):
            rows = rows_of(*talk[:n], previous=rows)
            await on.show(rows)
            assert on.texts()[-1].endswith(f"#{n - 1}.") or talk[n - 1].author == "alice"
            assert at_bottom(on)
        assert on.timeline.follow


async def test_few_messages_stand_at_the_bottom(stage, say, rows_of):
    async with stage(rows_of(say("1", body="only one"))) as on:
        lines = on.texts()
        assert lines[-1].endswith("only one")
        assert not any(lines[:-2])


async def test_an_empty_room_says_so(stage, rows_of):
    async with stage(rows_of(history="complete")) as on:
        assert "No messages here yet. Say hello." in "\n".join(on.texts())
        await on.show(rows_of(history="loading"))
        assert "loading messages…" in "\n".join(on.texts())


async def test_new_messages_do_not_move_what_is_read(stage, talk, rows_of):
    rows = rows_of(*talk[:100])
    async with stage(rows) as on:
        on.timeline.page(-2)
        await on.pilot.pause()
        before = marks(on)
        assert not on.timeline.follow
        for n in range(101, 130):
            rows = rows_of(*talk[:n], previous=rows)
            await on.show(rows)
            assert marks(on) == before
        assert on.timeline.below > 20
        on.timeline.bottom()
        await on.pilot.pause()
        assert on.timeline.below == 0
        assert on.texts()[-1].endswith("#128.") or "#128." in on.texts()[-1]


async def test_scrolling_to_the_bottom_follows_again(stage, talk, rows_of):
    rows = rows_of(*talk[:50])
    async with stage(rows) as on:
        on.timeline.page(-1)
        assert not on.timeline.follow
        on.timeline.page(1)
        assert on.timeline.follow
        await on.show(rows_of(*talk[:51], previous=rows))
        assert at_bottom(on)


async def test_the_wheel_scrolls_and_lets_go_of_the_bottom(stage, talk, rows_of):
    async with stage(rows_of(*talk[:50])) as on:
        bottom = on.timeline.scroll_offset.y
        await on.pilot._post_mouse_events([MouseScrollUp], offset=(10, 10))
        await on.pilot.pause()
        assert on.timeline.scroll_offset.y < bottom
        assert not on.timeline.follow


async def test_what_i_send_is_shown_wherever_i_was(stage, talk, say, rows_of):
    rows = rows_of(*talk[:100])
    async with stage(rows) as on:
        on.timeline.page(-3)
        mine = say("op1", "alice", "here I am", 1100, op_id="op1", delivery="sending")
        await on.show(rows_of(*talk[:100], mine, previous=rows))
        assert "here I am" in on.texts()[-1]
        assert on.timeline.follow


# ---- staying


CHANGES = {
    "older above": lambda talk, say: [*[say(f"o{n}", "dave", f"old {n}", n - 9000) for n in range(120)], *talk],
    "trimmed": lambda talk, say: talk[60:],
    "new below": lambda talk, say: [*talk, say("n", "dave", "new", 9000)],
    "edited above": lambda talk, say: [replace(talk[10], body=SafeText("word " * 300), revision=1) if one is talk[10] else one for one in talk],
    "reactions above": lambda talk, say: [replace(one, reactions=(Reaction("👍", ("bob",)),), revision=1) if n < 50 else one for n, one in enumerate(talk)],
    "removed above": lambda talk, say: talk[:20] + talk[40:],
    "all at once": lambda talk, say: [
        say("o", "dave", "old", -9000), *talk[30:80], *[replace(one, edited=True, revision=1) for one in talk[80:85]], *talk[85:], say("n", "dave", "new", 9000),
    ],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_read_stays_where_it_is(stage, talk, say, rows_of, change):
    rows = rows_of(*talk)
    async with stage(rows) as on:
        for _ in range(6):
            on.timeline.page(-1)
        await on.pilot.pause()
        before = marks(on)
        await on.show(rows_of(*CHANGES[change](talk, say), previous=rows))
        assert marks(on) == before
        assert not on.timeline.follow


async def test_what_is_read_stays_when_rows_far_above_are_measured(stage, talk, say, rows_of):
    """A long history is estimated until it is looked at; measuring it must not move the view."""
    long = [say(f"m{n}", "bob", "word " * (n * 13 % 90) + f"#{n}.", n * 6) for n in range(2000)]
    async with stage(rows_of(*long)) as on:
        for _ in range(70):
            before = marks(on)
            on.timeline.page(-1)
            await on.pilot.pause()
            after = marks(on)
            shared = before.keys() & after.keys()
            moved = {after[one] - before[one] for one in shared}
            assert moved <= {on.timeline.size.height - 2}
            assert not shared or len(moved) == 1


async def test_what_is_read_stays_when_the_width_changes(stage, talk, rows_of):
    async with stage(rows_of(*talk), size=(100, 30)) as on:
        for _ in range(5):
            on.timeline.page(-1)
        await on.pilot.pause()
        key, line = on.timeline._held[0]
        for width in (60, 44, 180, 100):
            await on.pilot.resize_terminal(width, 30)
            await on.pilot.pause()
            tops = {
                part.row.key: part.top - on.timeline.scroll_offset.y for part in on.timeline.seen
            }
            assert tops[key] == line


async def test_the_bottom_stays_the_bottom_when_the_size_changes(stage, talk, rows_of):
    async with stage(rows_of(*talk), size=(100, 30)) as on:
        for size in ((60, 20), (44, 40), (180, 50), (80, 5)):
            await on.pilot.resize_terminal(*size)
            await on.pilot.pause()
            assert on.timeline.follow
            assert at_bottom(on)
            assert "#299." in "".join(on.texts())


async def test_a_room_that_is_left_is_found_again_where_it_was(stage, talk, say, world, rows_of):
    lobby = rows_of(*talk)
    team = Rows("network:team", rows_of(say("x", body="other room")).rows)
    async with stage(lobby) as on:
        on.timeline.page(-3)
        await on.pilot.pause()
        before = marks(on)
        await on.show(team)
        assert "other room" in on.texts()[-1]
        assert on.timeline.follow
        await on.show(lobby)
        assert marks(on) == before


async def test_a_room_with_much_that_is_new_begins_where_the_new_begins(stage, talk, rows_of):
    async with stage(rows_of(*talk, divider="m200")) as on:
        assert on.line_of("new messages") == on.timeline.size.height // 4
        assert not on.timeline.follow
        assert on.timeline.below > 50
    async with stage(rows_of(*talk, divider="m298")) as on:
        assert on.timeline.follow


# ---- what is posted


async def test_seen_is_told_once_for_the_newest_message_in_view(stage, talk, say, rows_of):
    rows = rows_of(*talk[:100])
    async with stage(rows) as on:
        assert [one.message_id for one in on.posted(Timeline.Seen)] == ["m99"]
        on.timeline.page(-4)
        on.timeline.page(1)
        await on.show(rows_of(*talk[:102], previous=rows))
        assert len(on.posted(Timeline.Seen)) == 1
        on.timeline.bottom()
        await on.pilot.pause()
        assert [one.message_id for one in on.posted(Timeline.Seen)] == ["m99", "m101"]


async def test_a_message_is_seen_when_its_end_is(stage, say, rows_of):
    long = say("2", "carol", "word " * 900, 10)
    rows = rows_of(say("1"), long, say("3", minutes=20), divider="2")
    async with stage(rows) as on:
        assert "2" not in [one.message_id for one in on.posted(Timeline.Seen)]
        on.timeline.bottom()
        await on.pilot.pause()
        assert on.posted(Timeline.Seen)[-1].message_id == "3"


async def test_what_is_on_its_way_is_not_seen(stage, say, rows_of):
    async with stage(rows_of(say("1"), say("op", "alice", op_id="op", delivery="sending"))) as on:
        assert [one.message_id for one in on.posted(Timeline.Seen)] == ["1"]


async def test_older_messages_are_asked_for_once_when_the_top_comes_near(stage, talk, say, rows_of):
    rows = rows_of(*talk[:100], history="more")
    async with stage(rows) as on:
        assert not on.posted(Timeline.NeedOlder)
        on.timeline.first()
        on.timeline.page(-1)
        await on.pilot.pause()
        assert len(on.posted(Timeline.NeedOlder)) == 1
        loading = rows_of(*talk[:100], history="loading", previous=rows)
        await on.show(loading)
        assert len(on.posted(Timeline.NeedOlder)) == 1
        older = [say(f"o{n}", "dave", "old", n - 900) for n in range(3)]
        await on.show(rows_of(*older, *talk[:100], history="more", previous=loading))
        assert len(on.posted(Timeline.NeedOlder)) == 2


async def test_moving_is_told_when_it_changes(stage, talk, rows_of):
    rows = rows_of(*talk[:100])
    async with stage(rows) as on:
        assert on.timeline.at_bottom
        on.timeline.page(-1)
        on.timeline.page(-1)
        await on.pilot.pause()
        assert [(one.below, one.at_bottom) for one in on.posted(Timeline.Moved)] == [(0, False)]
        await on.show(rows_of(*talk[:103], previous=rows))
        assert on.posted(Timeline.Moved)[-1].below == 3
        assert not on.timeline.at_bottom


# ---- the message cursor


async def test_the_cursor_goes_from_message_to_message(stage, talk, rows_of):
    async with stage(rows_of(*talk[:60], divider="m58")) as on:
        timeline = on.timeline
        assert timeline.cursor is None
        timeline.move_cursor(0)
        assert timeline.cursor == "m59"
        timeline.move_cursor(1)
        assert timeline.cursor == "m59"
        timeline.move_cursor(-2)
        assert timeline.cursor == "m57"
        timeline.first()
        assert timeline.cursor == "m0"
        assert timeline.scroll_offset.y == 0
        timeline.move_cursor(-1)
        assert timeline.cursor == "m0"
        timeline.last()
        assert timeline.cursor == "m59"
        timeline.cursor = "nothing"
        assert timeline.cursor == "m59"
        timeline.cursor = None
        await on.pilot.pause()
        assert timeline.cursor_row is None
        assert [one.message_id for one in on.posted(Timeline.Selected)] == [
            "m59",
            "m57",
            "m0",
            "m59",
            "",
        ]


async def test_the_cursor_is_always_in_view_with_a_bar_beside_it(stage, talk, rows_of):
    async with stage(rows_of(*talk)) as on:
        timeline = on.timeline
        timeline.move_cursor(0)
        for step in [-1] * 30 + [-5, -20, 3, 40, -100, 200]:
            timeline.move_cursor(step)
            barred = [line for line in on.texts() if line.startswith("▌")]
            part = next(part for part in timeline.seen if part.row.key == timeline.cursor)
            assert len(barred) == min(part.height, timeline.size.height)
        timeline.cursor = None
        assert not any(line.startswith("▌") for line in on.texts())


async def test_a_message_without_heading_tells_its_time_under_the_cursor(stage, say, rows_of):
    async with stage(rows_of(say("1", body="one"), say("2", body="two", minutes=3))) as on:
        assert on.texts()[-1] == " " * 19 + "two"
        on.timeline.move_cursor(0)
        assert on.texts()[-1] == "▌12:03" + " " * 13 + "two"


async def test_pages_take_the_cursor_along(stage, talk, rows_of):
    async with stage(rows_of(*talk)) as on:
        on.timeline.page_cursor(-1)
        first = on.timeline.cursor
        on.timeline.page_cursor(-1)
        assert int(on.timeline.cursor[1:]) < int(first[1:])
        for _ in range(400):
            on.timeline.page_cursor(1)
        assert on.timeline.cursor == "m299"


async def test_the_view_does_not_follow_while_a_message_is_under_the_cursor(stage, talk, rows_of):
    rows = rows_of(*talk[:100])
    async with stage(rows) as on:
        on.timeline.move_cursor(0)
        before = marks(on)
        rows = rows_of(*talk[:105], previous=rows)
        await on.show(rows)
        assert marks(on) == before
        assert on.timeline.cursor == "m99"
        on.timeline.cursor = None
        assert not on.timeline.follow
        on.timeline.bottom()
        assert on.timeline.follow


async def test_the_cursor_stays_on_a_message_that_the_server_names(stage, talk, say, rows_of):
    mine = say("op1", "alice", "hi", 1100, op_id="op1", delivery="sending")
    rows = rows_of(*talk[:30], mine)
    async with stage(rows) as on:
        on.timeline.last()
        named = replace(mine, id="m30", delivery="sent", revision=1)
        await on.show(rows_of(*talk[:30], named, previous=rows))
        assert on.timeline.cursor_row.message.id == "m30"
        assert on.timeline.select("m30")
        assert on.timeline.cursor == "op1"
        assert not on.timeline.select("nothing")


@pytest.mark.parametrize(("gone", "left"), [("m20", "m21"), ("m29", "m28")])
async def test_the_cursor_goes_to_a_neighbour_when_its_message_goes(
    stage, talk, rows_of, gone, left
):
    rows = rows_of(*talk[:30])
    async with stage(rows) as on:
        on.timeline.cursor = gone
        await on.show(rows_of(*(one for one in talk[:30] if one.id != gone), previous=rows))
        assert on.timeline.cursor == left
        await on.show(rows_of(previous=rows))
        assert on.timeline.cursor is None


# ---- the mouse


async def test_a_click_puts_the_cursor_on_a_message(stage, talk, rows_of):
    async with stage(rows_of(*talk[:40])) as on:
        await on.pilot.click(offset=on.find("#37."))
        assert on.timeline.cursor == "m37"
        assert on.posted(Timeline.Selected)[-1].message_id == "m37"
        await on.pilot.click(offset=on.find("#37."), times=2)
        assert [(one.message_id, one.hint) for one in on.posted(Timeline.Activated)] == [
            ("m37", "open")
        ]


async def test_clicks_on_what_is_more_than_text(stage, say, rows_of):
    rows = rows_of(
        say(
            "1",
            body="see https://x.test/path now",
            reactions=(Reaction("A", ("bob",)), Reaction("B\x1b", ("bob",))),
        ),
        say("2", "carol", "reply", 1, parent_id="1"),
        say("3", "carol", "alone ||secret||", 2, parent_id="gone"),
        say(
            "4",
            "bob",
            "",
            3,
            attachments=(Attachment(SafeText("https://f.test"), SafeText("file.txt")),),
        ),
    )
    async with stage(rows) as on:
        await on.pilot.click(offset=on.find("//x.test"))
        await on.pilot.click(offset=on.find("B␛ 1" if "B␛ 1" in "\n".join(on.texts()) else "B"))
        await on.pilot.click(offset=on.find("1 reply"))
        await on.pilot.click(offset=on.find("in a thread"))
        await on.pilot.click(offset=on.find("file.txt"))
        assert [one.url for one in on.posted(Timeline.LinkClicked)] == ["https://x.test/path"]
        assert [(one.message_id, one.reaction) for one in on.posted(Timeline.ReactionClicked)] == [
            ("1", "B\x1b")
        ]
        assert [one.message_id for one in on.posted(Timeline.ThreadClicked)] == ["1", "gone"]
        assert [(one.message_id, one.hint) for one in on.posted(Timeline.Activated)] == [
            ("4", "file")
        ]
        assert on.timeline.cursor is None
        await on.pilot.click(offset=on.find("▒▒▒"))
        assert "alone secret" in "\n".join(on.texts())
        on.timeline.cursor = "3"
        on.timeline.reveal()
        assert "alone ▒▒▒▒▒▒" in "\n".join(on.texts())


async def test_a_click_beside_everything_does_nothing(stage, say, rows_of):
    async with stage(rows_of(say("1"))) as on:
        await on.pilot.click(offset=(5, 2))
        await on.pilot.click(offset=on.find("Today"))
        assert on.timeline.cursor is None


# ---- selected text


async def drag(on, start, end):
    await on.pilot.mouse_down(offset=start)
    await on.pilot.hover(offset=end)
    await on.pilot.mouse_up(offset=end)
    await on.pilot.pause()


async def test_selected_text_is_what_was_written(stage, say, rows_of):
    body = "one two three " * 12 + "漢字 end"
    rows = rows_of(
        say("1", body=body),
        say("2", body="```\ncode  here\n```", minutes=1),
        say("3", "carol", "last", 2),
    )
    async with stage(rows) as on:
        timeline = on.timeline
        await drag(on, (0, on.line_of("one two")), on.find("last"))
        assert timeline.screen.get_selected_text() == f"{body}\ncode  here\nl"
        assert timeline.cursor is None
        x, y = on.find("three")
        await drag(on, (x, y), (x + 4, y))
        assert timeline.screen.get_selected_text() == "three"


async def test_selected_text_looks_so_and_nothing_else_does(stage, say, rows_of):
    async with stage(rows_of(say("1", body="abcdef"))) as on:
        x, y = on.find("abcdef")
        timeline = on.timeline
        plain = timeline.render_lines(timeline.size.region)[y]
        line = timeline.render_line(y).text.index("abcdef")
        number = timeline.scroll_offset.y + 1
        timeline.screen.selections = {
            timeline: Selection(Offset(line + 1, number), Offset(line + 3, number))
        }
        strip = timeline.render_lines(timeline.size.region)[y]
        changed = [a != b for a, b in zip(cells_of(plain), cells_of(strip), strict=True)]
        assert [n for n, one in enumerate(changed) if one] == [x + 1, x + 2]
        style = cells_of(strip)[x + 1][1]
        assert style.color != style.bgcolor != cells_of(plain)[x + 1][1].bgcolor


def cells_of(strip):
    return [(character, segment.style) for segment in strip for character in segment.text]


async def test_the_selection_stays_on_its_text_when_older_messages_come(stage, talk, say, rows_of):
    rows = rows_of(*talk)
    async with stage(rows) as on:
        on.timeline.page(-3)
        await on.pilot.pause()
        x, y = on.find(next(iter(marks(on))))
        await drag(on, (x, y), (x + 3, y))
        text = on.timeline.screen.get_selected_text()
        older = [say(f"o{n}", "dave", "old", n - 9000) for n in range(30)]
        await on.show(rows_of(*older, *talk, previous=rows))
        assert on.timeline.screen.get_selected_text() == text


# ---- what it costs


async def test_a_new_message_costs_no_layout_and_draws_itself_alone(
    stage, talk, rows_of, monkeypatch
):
    rows = rows_of(*talk[:200])
    async with stage(rows) as on:
        layouts = []
        monkeypatch.setattr(
            on.timeline.screen, "_refresh_layout", lambda *a, **k: layouts.append(1)
        )
        before = on.timeline._layout_updates
        drawn, known = on.timeline.canvas.drawn, len(rows.rows)
        for n in range(201, 240):
            rows = rows_of(*talk[:n], previous=rows)
            await on.show(rows)
        assert not layouts
        assert on.timeline._layout_updates == before
        assert on.timeline.canvas.drawn - drawn == len(rows.rows) - known


@pytest.mark.parametrize("count", [10, 20_000])
async def test_neither_widgets_nor_strips_grow_with_the_messages(stage, rows_of, say, count):
    rows = [
        Row(f"k{n}", "message", say(f"k{n}", body="hello there"), name="bob") for n in range(count)
    ]
    async with stage() as on:
        on.timeline.extend(rows)
        await on.pilot.pause()
        on.timeline.settle()
        await on.pilot.pause()
        assert len(list(on.timeline.walk_children(Widget))) == 0
        assert on.timeline.canvas.drawn <= on.timeline.size.height
        on.timeline.append(Row("new", "message", say("new", body="the newest"), name="bob"))
        on.timeline.settle()
        assert "the newest" in on.texts()[-1]
        assert on.timeline.canvas.drawn <= on.timeline.size.height + 1


async def test_rows_added_without_show_are_settled_once_a_frame(stage, say):
    async with stage() as on:
        settled = []
        done = asyncio.Event()
        place = on.timeline._place
        on.timeline._place = lambda *args: (settled.append(1), place(*args), done.set())
        for n in range(500):
            on.timeline.append(Row(f"k{n}", "message", say(f"k{n}", body=f"hello {n}"), name="bob"))
        assert not settled
        await asyncio.wait_for(done.wait(), 10)
        assert len(settled) == 1
        assert "hello 499" in on.texts()[-1]
        assert on.timeline.replace(Row("k499", "message", say("k499", body="changed"), name="bob"))
        on.timeline.settle()
        assert "changed" in on.texts()[-1]


async def test_show_after_rows_were_added_otherwise_shows_what_it_is_told(
    stage, talk, say, rows_of
):
    rows = rows_of(*talk[:30])
    async with stage(rows) as on:
        on.timeline.append(Row("stray", "message", say("stray", body="stray"), name="bob"))
        await on.show(rows)
        assert list(on.timeline.index) == list(rows.rows)


# ---- what is drawn


async def test_colours_change_with_the_theme(stage, talk, rows_of):
    async with stage(rows_of(*talk[:30])) as on:

        def look():
            return {
                segment.style
                for strip in on.timeline.render_lines(on.timeline.size.region)
                for segment in strip
            }

        dark = look()
        on.pilot.app.theme = "wschat-light"
        await on.pilot.pause()
        light = look()
        assert not dark & light
        on.pilot.app.theme = "wschat-dark"
        await on.pilot.pause()
        assert look() == dark


async def test_no_colour_is_drawn_where_none_is_wanted(stage, talk, rows_of, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(rows_of(*talk[:30], divider="m20")) as on:
        on.timeline.move_cursor(0)
        strips = on.timeline.render_lines(on.timeline.size.region)
        for segment in (segment for strip in strips for segment in strip):
            for color in (segment.style.color, segment.style.bgcolor):
                if color is not None and color.triplet is not None:
                    assert len(set(color.triplet)) == 1


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "textual-dark", "textual-light"])
async def test_every_theme_can_be_drawn(stage, talk, rows_of, theme):
    async with stage(rows_of(*talk[:30], divider="m20")) as on:
        on.pilot.app.theme = theme
        await on.pilot.pause()
        on.timeline.move_cursor(0)
        assert len(on.texts()) == 24
        on.pilot.app.export_screenshot()


async def test_padding_leaves_the_text_whole(stage, say, rows_of):
    async with stage(rows_of(say("1", body="hello"))) as on:
        on.timeline.styles.padding = (1, 2)
        await on.pilot.pause()
        strips = on.timeline.render_lines(on.timeline.region.reset_offset)
        assert any("hello" in strip.text for strip in strips)


async def test_no_control_character_leaves_the_widget(stage, say, rows_of):
    raw = "a\x1b]52;c;x\x07\x9b31m\u202eb\x00\x7f"
    rows = rows_of(
        say("1", body=raw, reactions=(Reaction(raw, ("bob",)),)),
        say("2", raw, kind="joined"),
        say("3", raw),
    )
    async with stage(rows) as on:
        on.timeline.move_cursor(0)
        for y, strip in enumerate(on.timeline.render_lines(on.timeline.size.region)):
            assert not FORBIDDEN.search(strip.text)
            assert not FORBIDDEN.search(on.timeline.render_line(y).text)
