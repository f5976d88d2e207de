"""What rows look like: as many lines as measured, each as wide as the view, and nothing a terminal obeys."""

import random
import time
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.style import Style

from wschat_tui.state.model import NEVER_AGAIN, Attachment, Reaction
from wschat_tui.state.text import SafeText, clean
from wschat_tui.ui.highlight import highlight
from wschat_tui.ui.ink import AUTHORS, COMPONENTS, Ink, author_style
from wschat_tui.ui.inline import parse
from wschat_tui.ui.message_lines import MAX_LINES, layout_of
from wschat_tui.ui.row import Row
from wschat_tui.ui.strips import VEIL, Reader
from wschat_tui.ui.wall import FORBIDDEN
from wschat_tui.ui.widgets.timeline_canvas import KEPT, Canvas

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
PIECES = [
    "deploy", "of", "the", "api", "gateway", "p99", "is", "back", "to", "normal", "a" * 90,
    "日本語テキスト", "漢", FAMILY, "❤️", "👍🏽", "e\u0301", "\u200d", "**bold**", "*it*", "`code`", "||spoiler||",
    "~~x~~", "https://example.test/" + "path/" * 20, "@alice", "\n", "\n\n", "\n> quote\n", "\n```python\ndef f(): pass\n\n```\n",
    "```", "**", "|", " ",
]  # fmt: skip

HOSTILE = {
    "title": "\x1b]0;PWN\x07tail",
    "clipboard": "\x1b]52;c;UFdORUQ=\x07tail",
    "csi": "a\x1b[2J\x1b[31;7mPWN",
    "link": "\x1b]8;;http://evil.invalid/\x1b\\click\x1b]8;;\x1b\\",
    "apc": "\x1b_Gpwn\x1b\\tail",
    "c1": "a\x9b31mPWN \x9d0;PWN\x9ctail",
    "low": "a\x00b\x05c\x07\x08d\x0b\x0ce\x0ef\x0f\x7f",
    "ends": "trusted\rPWN a\x85b\u2028c\u2029d",
    "tab": "a\tb",
    "bidi": "safe\u202egnp.exe\u202c \u2066x\u2069",
    "zalgo": "Z" + "\u0301" * 10_000 + "tail",
    "surrogate": "a\ud800b",
    "noncharacter": "a\ufffe\uffffb",
    "tags": "a\U000e0041\U000e0042b",
    "long": "A" * 1_000_000,
    "wide": "漢" * 5_000,
    "markup": "[@click=app.quit]x[/] x[/]y [bold [link=http://evil.invalid]l[/link] $primary \\[",
    "marks": "**" * 4_000 + "||" * 4_000 + "`" * 4_000,
    "in a link": "https://x.test/\x1b]8;;http://evil.invalid\x07 https://bücher.test/ü",
    "in code": "```\x1b]0;x\x07\n\x1b[2J\n```\n```python\n'\x1b[2J'\n```",
}


@pytest.fixture
def canvas():
    made = Canvas()
    made.address(Reader("alice", frozenset({"alice"})))
    made.resize(80)
    made.dip(Style(color="white", bgcolor="black"), lambda _: Style(bold=True))
    return made


@pytest.fixture
def row_of(say):
    def make(body="hello", *, kind="message", author="bob", name=None, fields=None, **more):
        message = say("m1", author, body, **more)
        return Row("m1", kind, message, name=name or author, clock="12:00", **(fields or {}))

    return make


def texts(canvas, row):
    return [line.strip.text.rstrip() for line in canvas.once(row)]


def check(canvas, row):
    lines = canvas.once(row)
    assert len(lines) == canvas.measure(row)
    for line in lines:
        assert line.strip.cell_length == canvas.layout.width
        assert sum(segment.cell_length for segment in line.strip) == canvas.layout.width
        assert not FORBIDDEN.search(line.strip.text)
        assert 0 <= line.start <= line.end <= len(line.strip.text)


def random_row(chance, say):
    body = " ".join(chance.choices(PIECES, k=chance.choice((0, 1, 3, 8, 20, 40))))
    more = {
        "edited": chance.random() < 0.1,
        "deleted": chance.random() < 0.05,
        "redacted": chance.random() < 0.05,
        "delivery": chance.choice(
            ("received", "sent", "queued", "sending", "unconfirmed", "failed")
        ),
        "problem": SafeText(chance.choice(("", "", "no room for it"))),
        "reactions": tuple(
            Reaction(chance.choice(("👍", "🎉", "ok", "漢")) * n, ("bob",) * n)
            for n in range(1, chance.choice((1, 1, 3, 9)))
        ),
        "attachments": tuple(
            Attachment(SafeText("https://x"), SafeText("file" * n), n * 999)
            for n in range(chance.choice((0, 0, 0, 1, 3)))
        ),
    }
    kind = chance.choice(("chat",) * 9 + ("joined", "call", "gap"))
    message = say("m1", chance.choice(("bob", "carol")), body, kind=kind, **more)
    mine = chance.random() < 0.3
    if kind != "chat":
        return Row("m1", "event", message, f"event {body}".replace("\n", " "), "bob", "12:00")
    return Row(
        "m1", "message", message, name=chance.choice(("bob", "a very long name indeed", "日本語の名前")), clock="12:00",
        grouped=chance.random() < 0.4, mine=mine, readers=chance.choice((0, 3, 12345)) * mine,
        replies=chance.choice((0, 0, 3)), last_reply="Yesterday 10:00", new_replies=chance.choice((0, 2)), in_thread=chance.random() < 0.1,
    )  # fmt: skip


@pytest.mark.parametrize("width", [1, 2, 5, 12, 20, 33, 45, 46, 60, 71, 72, 99, 100, 140, 200])
def test_as_many_lines_are_drawn_as_were_measured(canvas, say, width):
    chance = random.Random(width)
    canvas.resize(width)
    for _ in range(350):
        row = random_row(chance, say)
        check(canvas, row)
        canvas.reveal(row)


@pytest.mark.parametrize("width", [10, 40, 80])
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_hostile_reaches_a_segment(canvas, row_of, name, width):
    canvas.resize(width)
    raw = HOSTILE[name]
    for body in (raw[:20_000], clean(raw)):
        for row in (
            row_of(body),
            row_of(body, edited=True),
            row_of("x", name=clean(raw, one_line=True, limit=64)),
            row_of("x", name=raw[:64].replace("\n", " ")),
            row_of("x", reactions=(Reaction(raw[:500], ("bob",)),)),
            row_of(
                "x",
                attachments=(
                    Attachment(SafeText(raw[:50]), SafeText(body[:100].replace("\n", " "))),
                ),
            ),
            row_of("x", delivery="failed", problem=SafeText(body[:200].replace("\n", " "))),
        ):
            lines = canvas.once(row)
            assert len(lines) == canvas.measure(row)
            for line in lines:
                assert not FORBIDDEN.search(line.strip.text)
                for segment in line.strip:
                    link = segment.style.link if segment.style else None
                    assert link is None or (link.isascii() and link.isprintable())


@pytest.mark.parametrize("name", HOSTILE)
def test_rules_and_notices_are_behind_the_wall_too(canvas, name):
    raw = HOSTILE[name][:300]
    for kind in ("day", "top", "new"):
        (line,) = canvas.once(Row("k", kind, text=raw))
        assert not FORBIDDEN.search(line.strip.text)
    for line in canvas.notice(clean(raw), 10):
        assert not FORBIDDEN.search(line.strip.text)


def test_columns_of_a_wide_view(canvas, row_of):
    canvas.resize(80)
    assert texts(canvas, row_of("shall we ship it?")) == [" 12:00 bob         shall we ship it?"]
    assert texts(canvas, row_of("and when?", fields={"grouped": True})) == [" " * 19 + "and when?"]
    assert texts(canvas, row_of("x", name="a very long name"))[0] == " 12:00 a very lon… x"


def test_a_narrow_view_puts_the_name_on_a_line_of_its_own(canvas, row_of):
    canvas.resize(40)
    assert texts(canvas, row_of("shall we ship it?")) == [" bob  12:00", "  shall we ship it?"]
    assert texts(canvas, row_of("yes", fields={"grouped": True})) == ["  yes"]


@pytest.mark.parametrize("width", [1, 10, 30, 46, 72, 100, 300])
def test_columns_fit_into_the_view(width):
    layout = layout_of(width)
    assert layout.body >= layout.mine >= 1
    assert layout.indent + layout.body <= width or layout.body == 8


@pytest.mark.parametrize(
    ("more", "fields", "lines"),
    [
        ({"edited": True}, {}, ["hello (edited)"]),
        ({"redacted": True}, {}, ["hello (redacted)"]),
        ({"redacted": True, "body": "[REDACTED]"}, {}, ["[REDACTED]"]),
        ({"deleted": True}, {}, ["message deleted"]),
        (
            {"reactions": (Reaction("👍", ("bob", "alice")), Reaction("🎉", ("bob",)))},
            {},
            ["hello", " 👍 2   🎉 1"],
        ),
        ({}, {"replies": 3, "last_reply": "10:09"}, ["hello", "↳ 3 replies · 10:09"]),
        (
            {},
            {"replies": 1, "last_reply": "10:09", "new_replies": 1},
            ["hello", "↳ 1 reply · 10:09 · 1 new"],
        ),
        ({}, {"in_thread": True}, ["hello", "↳ in a thread"]),
        ({"problem": SafeText("the edit was refused")}, {}, ["hello", "the edit was refused"]),
    ],
)
def test_what_is_told_of_a_message(canvas, row_of, more, fields, lines):
    shown = texts(canvas, row_of(**{"body": "hello", **more}, fields={"grouped": True, **fields}))
    assert [line[19:] for line in shown] == lines


@pytest.mark.parametrize(
    ("delivery", "readers", "sign", "note"),
    [
        ("queued", 0, "◷", ""),
        ("sending", 0, "◌", ""),
        ("sent", 0, "✓", ""),
        ("received", 0, "✓", ""),
        ("sent", 4, "✓✓ 4", ""),
        ("sent", 4000, "✓✓ 1k", ""),
        ("unconfirmed", 0, "?", "no answer — r resend · x discard"),
        ("failed", 0, "✗", "no answer — r retry · x discard"),
    ],
)
def test_how_far_a_message_of_mine_has_come_stands_on_the_right(
    canvas, row_of, delivery, readers, sign, note
):
    problem = SafeText("no answer" if note else "")
    fields = {"mine": True, "readers": readers}
    first, *rest = texts(
        canvas, row_of("hi", name="you", fields=fields, delivery=delivery, problem=problem)
    )
    assert first.startswith(" 12:00 you")
    assert first.endswith(f" {sign}")
    assert len(first) == 79
    assert [line.strip().replace("\xa0", " ") for line in rest] == ([note] if note else [])


def test_what_is_never_sent_again_is_offered_to_be_copied(canvas, row_of):
    said = SafeText(f"Not confirmed{NEVER_AGAIN}")
    _, *note = texts(
        canvas, row_of("hi", fields={"mine": True}, delivery="unconfirmed", problem=said)
    )
    assert "".join(note).replace("\xa0", " ").endswith("— y copy · x discard")


def test_a_sign_never_stands_beside_what_others_wrote(canvas, row_of):
    assert texts(canvas, row_of("hi ✓✓ 4"))[0].endswith("hi ✓✓ 4")
    assert texts(canvas, row_of("hi", delivery="failed"))[0].endswith(" hi")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "📎 a.png"),
        (0, "📎 a.png (0 B)"),
        (999, "📎 a.png (999 B)"),
        (1234, "📎 a.png (1.2 kB)"),
        (12_345, "📎 a.png (12 kB)"),
        (5_000_000, "📎 a.png (5.0 MB)"),
        (7 * 10**12, "📎 a.png (7000 GB)"),
    ],
)
def test_files_stand_below_with_their_size(canvas, row_of, size, text):
    files = (Attachment(SafeText("https://x.test/a.png"), SafeText("a.png"), size),)
    assert texts(canvas, row_of("", attachments=files))[0].endswith(text)


def test_many_files_and_reactions_are_bounded(canvas, row_of):
    files = tuple(Attachment(SafeText(""), SafeText(f"f{n}")) for n in range(500))
    reactions = tuple(Reaction(f"r{n}", ("bob",)) for n in range(500))
    row = row_of("x", attachments=files, reactions=reactions)
    check(canvas, row)
    assert canvas.measure(row) < 30
    assert any("and 480 more files" in line for line in texts(canvas, row))


def test_a_body_of_very_many_lines_is_cut(canvas, row_of):
    for body in ("\n" * 16_000, "```python\n" + "x\n" * 8_000 + "```", "> a\n" * 4_000):
        row = row_of(body)
        check(canvas, row)
        assert canvas.measure(row) == MAX_LINES + 1
        assert texts(canvas, row)[-1].endswith("more lines")


@pytest.mark.parametrize("name", [*HOSTILE, "code", "newlines", "emoji", "links"])
def test_the_worst_message_is_drawn_once_and_no_more(canvas, row_of, name):
    bodies = {
        "code": "```python\n" + "x = [1, f(2)]\n" * 1_000 + "```",
        "newlines": "\n" * 16_000,
        "emoji": FAMILY * 2_000,
        "links": "https://a.test/b " * 1_000,
    }
    row = row_of(clean(HOSTILE.get(name) or bodies[name]))
    canvas.once(row)
    parse.cache_clear()
    highlight.cache_clear()
    begin = time.process_time()
    canvas.measure(row)
    canvas.once(row)
    # Tens of milliseconds where it is drawn once; what grows as a square takes minutes.
    assert time.process_time() - begin < 5


def test_code_is_read_when_it_is_drawn_and_not_before(canvas, row_of):
    row = row_of("```python\nreturn 1\n```")
    highlight.cache_clear()
    canvas.measure(row)
    assert highlight.cache_info().misses == 0
    canvas.once(row)
    assert highlight.cache_info().misses == 1


def test_events_and_rules(canvas, say):
    event = Row("e", "event", say("e", kind="joined"), "→ bob joined", "bob", "12:00")
    assert texts(canvas, event) == [" 12:00 → bob joined"]
    (rule,) = texts(canvas, Row("d", "day", text="Today"))
    assert rule.strip("─ ") == "Today"
    assert len(rule) == 79
    (top,) = texts(canvas, Row("t", "top", text="the beginning of #lobby"))
    assert top.strip() == "the beginning of #lobby"


# ---- styles


def styles(canvas, row, text):
    """The style of the first segment that shows a text."""
    return next(
        segment.style for line in canvas.once(row) for segment in line.strip if text in segment.text
    )


@pytest.fixture
def told(canvas):
    """A canvas whose styles carry their own names, as links do not."""
    canvas.ink = Ink(Style(), lambda name: Style.from_meta({"name": name}))
    return canvas


@pytest.mark.parametrize(
    ("body", "text", "name"),
    [
        ("@alice look", "@alice", "mention-me"),
        ("@Alice look", "@Alice", "mention-me"),
        ("@bob look", "@bob", "mention"),
        ("`x`", "x", "code"),
        ("https://x.test", "https://x.test", "link"),
        ("> said", "said", "quote"),
        ("||boo||", VEIL, "spoiler"),
        ("```python\nreturn 1\n```", "return", "keyword"),
    ],
)
def test_parts_of_a_body_have_their_styles(told, row_of, body, text, name):
    assert styles(told, row_of(body), text).meta["name"] == name


def test_my_reaction_is_marked(told, row_of):
    row = row_of(reactions=(Reaction("A", ("bob", "alice")), Reaction("B", ("bob",))))
    assert styles(told, row, " A 2 ").meta["name"] == "reaction-mine"
    assert styles(told, row, " B 1 ").meta["name"] == "reaction"


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ("https://x.test/a", "https://x.test/a"),
        ("**https://x.test/a**", "https://x.test/a"),
        ("https://bücher.test", None),
        ("||https://x.test/a||", None),
        ("x.test/a", None),
    ],
)
def test_only_an_address_that_is_shown_is_a_terminal_link(canvas, row_of, body, link):
    """S7, R4."""
    links = {segment.style.link for line in canvas.once(row_of(body)) for segment in line.strip}
    assert links - {None} == ({link} if link else set())


def test_a_link_over_several_lines_is_one_link(canvas, row_of):
    url = "https://x.test/" + "a" * 200
    links = [
        segment.style
        for line in canvas.once(row_of(url))
        for segment in line.strip
        if segment.style.link
    ]
    assert len(links) > 2
    assert {style.link for style in links} == {url}
    assert len({style._link_id for style in links}) == 1


def test_a_spoiler_is_veiled_until_it_is_revealed(canvas, row_of):
    row = row_of("the ||漢 secret|| is out")
    assert texts(canvas, row)[0].endswith("the " + VEIL * 9 + " is out")
    canvas.reveal(row)
    assert texts(canvas, row)[0].endswith("the 漢 secret is out")
    canvas.reveal(row)
    assert VEIL in texts(canvas, row)[0]


def test_an_author_has_the_same_colour_in_every_run():
    assert author_style("bob") == "author-5"
    assert {author_style(f"user{n}") for n in range(200)} == {f"author-{n}" for n in range(AUTHORS)}
    assert {f"author-{n}" for n in range(AUTHORS)} < set(COMPONENTS)


# ---- what is kept


def test_strips_are_the_same_objects_while_a_row_is_kept(canvas, row_of):
    row = row_of()
    assert canvas.lines(row) is canvas.lines(row)
    assert canvas.lines(row, cursor=True) is canvas.lines(row, cursor=True)
    assert canvas.drawn == 1
    rows = [replace(row) for _ in range(KEPT)]
    for one in rows:
        canvas.lines(one)
    assert len(canvas._kept) == KEPT


def test_the_cursor_is_a_bar_and_a_background(canvas, row_of):
    canvas.ink = Ink(
        Style(bgcolor="black"), lambda name: Style(bgcolor="blue") if name == "cursor" else Style()
    )
    plain, marked = canvas.lines(row_of())[0].strip, canvas.lines(row_of(), cursor=True)[0].strip
    assert marked.text == "▌" + plain.text[1:]
    assert {segment.style.bgcolor.name for segment in marked} == {"blue"}
    assert cell_len(marked.text) == 80
