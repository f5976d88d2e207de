"""The gate's own eyes: what the check of calls that read markup finds, and what it lets pass (R2)."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = runpy.run_path(str(ROOT / ".ci" / "markup_calls.py"))

CAUGHT = {
    "static": "Static(body)",
    "a static that is filled later": 'Static("")',
    "a static told to read markup": 'Static("x", markup=True)',
    "a static told by a variable": "Static(body, markup=how)",
    "label": 'Label("x")',
    "an f-string in a button": 'Button(f"Send to {name}")',
    "cleaned text in a button": "Button(clean(body))",
    "a named argument": "Button(label=body)",
    "checkbox": "Checkbox(name)",
    "option": "Option(name, id=key)",
    "option list": "OptionList(*names)",
    "tab": "TabPane(name)",
    "collapsible": "Collapsible(widget, title=name)",
    "one branch of two": 'Button("Yes" if sure else name)',
    "the second of two": 'Button(name or "Yes")',
    "a sum": 'Button("Send to " + name)',
    "a format": 'Button("Send to {}".format(name))',
    "notify": "self.notify(problem)",
    "notify with a colour": 'app.notify(problem, severity="error")',
    "an import under another name": "from textual.widgets import Static as Box\nBox(body)",
    "a whole module": "widgets.Static(body)",
    "border": "self.border_title = name",
    "border of another": 'self.query_one("#x").border_subtitle = f"{name}"',
    "tooltip": "row.tooltip = body",
    "a button's label": 'self.query_one("#x", Button).label = name',
    "markdown": "Markdown(body)",
    "table": "DataTable()",
    "tree": 'Tree("x")',
    "select": "Select(options)",
    "log": "RichLog(markup=True)",
    "content from markup": "Content.from_markup(body)",
    "content from text": "Content.from_text(body)",
    "rich": "Text.from_markup(body)",
    "escapes": "Text.from_ansi(body)",
    "visual": "visualize(self, body)",
    "a constant that is made of something": 'HOST = host()\nButton(HOST)\n',
    "a clickable span": 'Style.from_meta({"@click": action})',
    "clickable markup": 'Content.from_markup("[@click=app.quit]x[/]")',
    "a widget that renders text": "class One(Widget):\n def render(self) -> str:\n  return body",
    "a widget that renders who knows": "class One(Widget):\n def render(self):\n  return body",
    "a kind of static": "class One(Static):\n def __init__(self):\n  super().__init__(body)",
    "a kind of button": "class One(Button):\n def __init__(self):\n  super().__init__(body)",
    "a kind of text area": "class One(TextArea):\n def f(self):\n  self.placeholder = body",
    "a text area": "TextArea(placeholder=body)",
    "a border of a class": "class One(Widget):\n BORDER_TITLE = body",
}  # fmt: skip

PASSED = {
    "no markup": "Static(body, markup=False)",
    "notify without": "self.notify(body, markup=False)",
    "option list without": "OptionList(*names, markup=False)",
    "literal": 'Button("Send")',
    "two literals": 'Button("Yes" if sure else "No")',
    "content": "Button(Content(name))",
    "assembled": 'Button(Content.assemble(name, (" x", "bold")))',
    "joined": 'Option(Content("\\n").join(lines))',
    "styled and cut": 'Option(Content.styled(name, "bold").truncate(9))',
    "a template": 'Content.from_markup("[b]$who[/b]", who=name)',
    "border": "self.border_title = Content(name)",
    "no border": "self.border_title = None",
    "constant": 'WORDS = {"a": "b"}\nself.border_title = WORDS[key]',
    "update": "self.box.update(Content(body))",
    "a renderer of another kind": "class One:\n def render(self, console) -> str:\n  return body",
    "a widget that renders content": "class One(Widget):\n def render(self) -> Content:\n  return x",
    "a record": "class One:\n def __init__(self, label):\n  self.label = label",
    "input": 'self.query_one("#x", Input).placeholder = name',
    "a kind of static": "class One(Static):\n def __init__(self):\n  super().__init__(b, markup=False)",
}  # fmt: skip


@pytest.mark.parametrize("source", CAUGHT.values(), ids=CAUGHT)
def test_a_call_that_could_obey_a_stranger_is_found(source):
    """R2, S2, S3: neither text made of others' words, nor cleaned text, may reach such a call."""
    found = CHECK["findings"](source, "src/wschat_tui/ui/one.py")
    assert found, source
    assert str(found[0]).startswith("src/wschat_tui/ui/one.py:")


@pytest.mark.parametrize("source", PASSED.values(), ids=PASSED)
def test_a_call_that_obeys_nobody_is_let_pass(source):
    """R2: a literal, plain content, or a widget that reads no markup."""
    assert CHECK["findings"](source, "src/wschat_tui/ui/one.py") == []


def test_only_the_hints_make_text_clickable():
    """S2: an action that a click runs is written in one module, from the registry of actions."""
    source = 'Style.from_meta({"@click": hint.action})'
    assert CHECK["findings"](source, CHECK["CLICK_HOME"]) == []
    assert CHECK["findings"](source, "src/wschat_tui/ui/other.py")


def test_the_check_fails_where_a_file_breaks_the_rule(tmp_path, capsys):
    """R2: the gate stops, and says where."""
    folder = tmp_path / "src" / "wschat_tui"
    folder.mkdir(parents=True)
    assert CHECK["main"](tmp_path) == 0
    (folder / "one.py").write_text("x = 1\nStatic(body)\n", "utf-8")
    assert CHECK["main"](tmp_path) == 1
    assert "src/wschat_tui/one.py:2: Static reads markup" in capsys.readouterr().err


def test_this_program_keeps_the_rule():
    """R2, S2, S3: no call of this repository that reads markup gets a stranger's words."""
    assert CHECK["main"](ROOT) == 0


def test_the_gate_runs_it():
    """R2: `make check` stops on it."""
    assert ".ci/markup_calls.py" in (ROOT / "Makefile").read_text()
