import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.ui.highlight import LANGUAGES, MAX_HIGHLIGHTED, highlight
from wschat_tui.ui.inline import Code, Paragraph, Span, inline, parse

MARKS = st.sampled_from(
    [
        *"*_~`|>@ \n",
        "**",
        "~~",
        "||",
        "```",
        "a",
        "word",
        "漢",
        "https://x.test/",
        "@bob",
        "\\",
        "(",
    ]
)


def read(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text that is left, and each styled part of it with its style."""
    left, spans = inline(text)
    return left, [(left[span.start : span.end], span.style) for span in spans]


@pytest.mark.parametrize(
    ("text", "left", "spans"),
    [
        ("**bold** rest", "bold rest", [("bold", "bold")]),
        ("an *italic* word", "an italic word", [("italic", "italic")]),
        ("an _italic_ word", "an italic word", [("italic", "italic")]),
        ("~~gone~~", "gone", [("gone", "strike")]),
        ("||secret||", "secret", [("secret", "spoiler")]),
        ("`code *x*`", "code *x*", [("code *x*", "code")]),
        ("``a`b``", "a`b", [("a`b", "code")]),
        ("***both***", "both", [("both", "bold"), ("both", "italic")]),
        ("**a *b* c**", "a b c", [("a b c", "bold"), ("b", "italic")]),
        ("(*a*), *b*.", "(a), b.", [("a", "italic"), ("b", "italic")]),
        ("这是**重点**内容", "这是重点内容", [("重点", "bold")]),
        ("hi @bob_s.", "hi @bob_s.", [("@bob_s", "mention")]),
        (
            "**https://x.test/_a_/b**",
            "https://x.test/_a_/b",
            [("https://x.test/_a_/b", "bold"), ("https://x.test/_a_/b", "link")],
        ),
        (
            "(see https://x.test/a_(b)_c).",
            "(see https://x.test/a_(b)_c).",
            [("https://x.test/a_(b)_c", "link")],
        ),
        ("HTTP://X.test!", "HTTP://X.test!", [("HTTP://X.test", "link")]),
    ],
)
def test_marks_become_spans(text, left, spans):
    assert read(text) == (left, spans)


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "**unbalanced",
        "`tick",
        "****",
        "||||",
        "** a **",
        "* item",
        "2*3*4",
        "a**b c**d",
        "a || b || c",
        "snake_case_name",
        "__init__",
        "¯\\_(ツ)_/¯",
        "C:\\*\\_x",
        "x@y.test",
        "https://",
        "ftp://x.test",
        "javascript://x",
        "file:///etc/passwd",
        ":shortcode:",
        "[link](https",
        "[bold red]x[/]",
        "[@click=app.quit]x[/]",
    ],
)
def test_what_does_not_pair_up_stays_as_it_was_typed(text):
    left, spans = inline(text)
    assert left == text
    assert not [span for span in spans if span.style != "mention"]


def test_an_address_is_a_link_to_itself_and_to_nothing_else():
    _, spans = inline("[https://good.test](https://bad.test) and https://x.test.")
    assert [(span.style, span.data) for span in spans] == [
        ("link", "https://good.test"),
        ("link", "https://bad.test"),
        ("link", "https://x.test"),
    ]


@given(st.lists(MARKS | st.text(max_size=4), max_size=40).map("".join))
def test_a_link_shows_its_address_and_spans_lie_within_the_text(text):
    for paragraph in parse(text):
        for span in paragraph.spans:
            assert 0 <= span.start <= span.end <= len(paragraph.text)
            if span.style == "link":
                assert paragraph.text[span.start : span.end] == span.data
            if span.style == "mention":
                assert paragraph.text[span.start : span.end] == f"@{span.data}"


@given(st.lists(MARKS | st.text(max_size=4), max_size=40).map("".join))
def test_nothing_but_marks_is_taken_out(text):
    kept = "".join(paragraph.text for paragraph in parse(text))
    rest = iter(text)
    assert all(character in rest for character in kept)


def test_quotes_are_as_deep_as_they_are_marked():
    assert parse("> a\n> > b\n>> c\n>\n>:(\n>_<") == (
        Paragraph("a", quote=1),
        Paragraph("b", quote=2),
        Paragraph("c", quote=2),
        Paragraph("", quote=1),
        Paragraph(">:("),
        Paragraph(">_<"),
    )


def test_a_fence_holds_code_as_it_is():
    code = Code("python", ("def f():", "    return *x*"))
    assert parse("look:\n```python\ndef f():\n    return *x*\n```\nok") == (
        Paragraph("look:"),
        Paragraph("def f():", code=code, number=0),
        Paragraph("    return *x*", code=code, number=1),
        Paragraph("ok"),
    )


@pytest.mark.parametrize("text", ["```python\nx", "```\n```", "```a b\nx\n```", "    ```\nx\n```"])
def test_a_fence_that_is_none_stays(text):
    assert "```" in "".join(paragraph.text for paragraph in parse(text))


def test_code_of_a_known_language_has_colours():
    code = Code("python", ("def f(x):", "", "    return 'a'  # why", "@dec"))
    spans = highlight(code)
    assert Span(0, 3, "keyword") in spans[0]
    assert Span(4, 5, "callable") in spans[0]
    assert spans[1] == ()
    assert {span.style for span in spans[2]} == {"keyword", "string", "comment"}
    assert spans[3][0].style == "callable"


@pytest.mark.parametrize(
    "code",
    [
        Code("", ("def f():",)),
        Code("nolang", ("def",)),
        Code("python", ("x" * (MAX_HIGHLIGHTED + 1),)),
    ],
)
def test_other_code_has_none(code):
    assert highlight(code) == ((),) * len(code.lines)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_is_known_and_its_spans_lie_within_its_lines(language):
    lines = ("if (x == 'a') { return 42; } // why", "<a b='c'>", "+ added", "", "\t\\x`´")
    for line, spans in zip(lines, highlight(Code(language, lines)), strict=True):
        assert all(0 <= span.start < span.end <= len(line) for span in spans)


HOSTILE = [
    "*",
    "`",
    "_a*b~~||`",
    "**a ",
    "@",
    "https://",
    "> ",
    "(",
    "|",
    "*a ",
    "@a-",
    "a.",
    "```\n",
    "`a``b```c````",
    "https://a)",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_work_grows_no_faster_than_the_text(piece):
    def cost(length: int) -> float:
        text = (piece * length)[:length]
        costs = []
        for _ in range(5):
            parse.cache_clear()
            begin = time.process_time()
            parse(text)
            costs.append(time.process_time() - begin)
        return min(costs)

    # Eight times the text: a square would cost 64 times as much.
    assert cost(16_000) < 24 * cost(2_000) + 0.002
