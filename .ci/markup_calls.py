"""Hold rule R2 of SECURITY.md: a call that reads markup gets a literal, or plain `Content`.

Cleaned text is not enough for such a call: square brackets are harmless to a terminal, and orders
to Textual. So whatever is not written down in the source goes in as `Content(...)`, or into a
widget that was told `markup=False`.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOURCES = ("src/wschat_tui", "mock_server")

SWITCHED = frozenset({"Static", "Label", "Pretty", "notify", "Notification", "OptionList"})
"""Read markup in all they are ever given, unless they are made with `markup=False`."""

LABELLED = {
    "Button": "label",
    "Checkbox": "label",
    "Collapsible": "title",
    "Option": "prompt",
    "RadioButton": "label",
    "Tab": "label",
    "TabPane": "title",
    "ToggleButton": "label",
}
"""Read markup in their first argument, which also has a name."""

FORBIDDEN = {
    **dict.fromkeys(
        ("from_markup", "from_text", "from_rich_text", "from_ansi", "render_str", "visualize"),
        "parses what it is given",
    ),
    **dict.fromkeys(("Markdown", "MarkdownViewer"), "opens links of any scheme"),
    **dict.fromkeys(
        ("DataTable", "RichLog", "Select", "SelectionList", "Tabs", "Tree", "DirectoryTree"),
        "reads markup in rows that are added later",
    ),
}
"""No argument makes these safe, or not for long."""

TITLES = frozenset({"border_title", "border_subtitle", "label", "tooltip"})
"""Attributes of widgets that are read as markup when they are set to a text."""

CLICK = "@click"
CLICK_HOME = "src/wschat_tui/ui/widgets/hints.py"
"""The one place that makes text clickable, with actions of the registry."""


class Finding(NamedTuple):
    """A place that may obey a stranger, and why."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


def findings(source: str, path: str) -> list[Finding]:
    """All places of a module that break the rule, from top to bottom."""
    reading = _Reading(ast.parse(source, path), path)
    return sorted(reading.found(), key=lambda one: one.line)


class _Reading:
    """One module: what its names stand for, and what it calls."""

    def __init__(self, tree: ast.Module, path: str) -> None:
        self._tree = tree
        self._path = path
        self._real = {
            name.asname: name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
            if name.asname
        }
        self._constants = dict(_constants(tree))

    def found(self) -> Iterator[Finding]:
        for node, owner in _owned(self._tree):
            for why in self._wrongs(node, owner):
                yield Finding(self._path, getattr(node, "lineno", 0), why)

    def _wrongs(self, node: ast.AST, owner: ast.ClassDef | None) -> Iterator[str]:
        match node:
            case ast.Call():
                yield from self._call(node, owner)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from self._assigned(target, value, owner)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from self._assigned(target, value, owner)
            case ast.FunctionDef(name="render", args=ast.arguments(args=[_])):
                if "str" in _named(node.returns) or node.returns is None:
                    yield "a text that render() returns is read as markup: return Content"
            case ast.Constant(value=str(text)) if CLICK in text and self._path != CLICK_HOME:
                yield f"only {CLICK_HOME} makes text clickable"

    def _call(self, call: ast.Call, owner: ast.ClassDef | None) -> Iterator[str]:
        name = self._called(call, owner)
        if name in FORBIDDEN and not self._is_templated(name, call):
            yield f"{name} {FORBIDDEN[name]}: draw Content"
        elif name in SWITCHED and not _says_no_markup(call):
            yield f"{name} reads markup: pass markup=False"
        elif name in LABELLED:
            given = _argument(call, LABELLED[name])
            if given is not None and not self._plain(given):
                yield f"{name} reads markup in its {LABELLED[name]}: pass a literal, or Content"
        elif name == "TextArea":
            given = _argument(call, "placeholder", at=None)
            if given is not None and not self._plain(given):
                yield "TextArea reads markup in its placeholder: pass a literal, or Content"

    def _assigned(
        self, target: ast.expr, value: ast.expr, owner: ast.ClassDef | None
    ) -> Iterator[str]:
        if isinstance(target, ast.Name) and target.id.lower() in TITLES:
            title = owner is not None and target.id.isupper()
        elif isinstance(target, ast.Attribute):
            own = isinstance(target.value, ast.Name) and target.value.id == "self"
            area = own and owner is not None and "TextArea" in self._bases(owner)
            widget = (
                owner is None or target.attr != "label" or bool(self._bases(owner) & {*LABELLED})
            )
            title = (target.attr in TITLES and (widget or not own)) or (
                area and target.attr == "placeholder"
            )
        else:
            return
        if title and not self._plain(value):
            named = target.id if isinstance(target, ast.Name) else target.attr
            yield f"{named} is read as markup: set it to a literal, or to Content"

    def _called(self, call: ast.Call, owner: ast.ClassDef | None) -> str:
        """The real name of what is called; of `super().__init__`, that of the base it means."""
        match call.func:
            case ast.Name(id=name):
                return self._real.get(name, name)
            case ast.Attribute(attr="__init__", value=ast.Call(func=ast.Name(id="super"))):
                known = SWITCHED | LABELLED.keys() | FORBIDDEN.keys() | {"TextArea"}
                return next(iter(self._bases(owner) & known), "") if owner is not None else ""
            case ast.Attribute(attr=name):
                return name
            case _:
                return ""

    def _bases(self, owner: ast.ClassDef) -> set[str]:
        names = {_named(base).rpartition(".")[2].partition("[")[0] for base in owner.bases}
        return {self._real.get(name, name) for name in names}

    def _is_templated(self, name: str, call: ast.Call) -> bool:
        """`Content.from_markup` of a literal: what is put into its places is never markup."""
        return name == "from_markup" and len(call.args) == 1 and _literal(call.args[0])

    def _plain(self, given: ast.expr) -> bool:
        match given:
            case ast.IfExp(body=one, orelse=other):
                return self._plain(one) and self._plain(other)
            case ast.BoolOp(values=values):
                return all(map(self._plain, values))
            case ast.Call(func=ast.Name(id=name)):
                return self._real.get(name, name) == "Content"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="Content"), attr=made)):
                return made not in FORBIDDEN
            case ast.Call(func=ast.Attribute(value=ast.Call() as before)):
                return self._plain(before)
            case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name):
                return name in self._constants and _literal(self._constants[name])
            case _:
                return _literal(given)


def _owned(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.ClassDef | None]]:
    """Every node, with the class in whose body or methods it stands."""
    waiting: list[tuple[ast.AST, ast.ClassDef | None]] = [(tree, None)]
    while waiting:
        node, owner = waiting.pop()
        yield node, owner
        inner = node if isinstance(node, ast.ClassDef) else owner
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The module's names in capitals, which nothing gives another value."""
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name.isupper():
                yield name, value


def _argument(call: ast.Call, name: str, at: int | None = 0) -> ast.expr | None:
    """What a call is given under a name, or in a place."""
    named = next((one.value for one in call.keywords if one.arg == name), None)
    if named is None and at is not None and len(call.args) > at:
        return call.args[at]
    return named


def _says_no_markup(call: ast.Call) -> bool:
    return any(
        one.arg == "markup" and isinstance(one.value, ast.Constant) and one.value.value is False
        for one in call.keywords
    )


def _literal(given: ast.expr) -> bool:
    """It is written in the source, whole."""
    parts = (one for one in ast.walk(given) if isinstance(one, ast.expr))
    allowed = (ast.Constant, ast.JoinedStr, ast.Tuple, ast.List, ast.Dict)
    return all(isinstance(one, allowed) for one in parts)


def _named(annotation: ast.expr | None) -> str:
    return ast.unparse(annotation) if annotation is not None else ""


def main(root: Path = ROOT) -> int:
    """Report every place that breaks the rule."""
    files = sorted(path for folder in SOURCES for path in (root / folder).rglob("*.py"))
    found = [
        one
        for path in files
        for one in findings(path.read_text("utf-8"), path.relative_to(root).as_posix())
    ]
    for one in found:
        print(one, file=sys.stderr)
    if not found:
        print(f"markup: {len(files)} files read, no call obeys a stranger's words")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
