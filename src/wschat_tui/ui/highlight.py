"""Code in colours, for the languages that people paste; Pygments is loaded with the first of it."""

from __future__ import annotations

from functools import lru_cache

from wschat_tui.ui.inline import Code, Span

MAX_HIGHLIGHTED = 4_000
"""Characters of a block that is coloured: a longer one is shown plain, and costs nothing."""

_NAMES = """
bash c c++ cpp cs css csharp dart diff docker dockerfile elixir erlang go golang haskell
html ini java javascript js json kotlin lua make makefile nix ocaml perl php pl
powershell py python python3 rb rs ruby rust scala sh shell sql swift toml ts typescript
xml yaml yml zig zsh
"""
LANGUAGES = frozenset(_NAMES.split())
"""What may stand after the three ticks."""

_STYLES = {
    "Keyword": "keyword",
    "Operator.Word": "keyword",
    "Literal.String": "string",
    "Literal.Number": "number",
    "Comment": "comment",
    "Name.Function": "callable",
    "Name.Class": "callable",
    "Name.Decorator": "callable",
    "Name.Builtin": "callable",
    "Name.Tag": "keyword",
    "Name.Attribute": "callable",
    "Generic.Inserted": "string",
    "Generic.Deleted": "number",
    "Generic.Subheading": "comment",
}


@lru_cache(128)
def highlight(code: Code) -> tuple[tuple[Span, ...], ...]:
    """The spans of each line of a block; none where its language is not known."""
    source = "\n".join(code.lines)
    if code.language not in LANGUAGES or len(source) > MAX_HIGHLIGHTED:
        return ((),) * len(code.lines)
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]

    found: list[list[Span]] = [[] for _ in code.lines]
    number = column = 0
    for _, token, value in get_lexer_by_name(code.language).get_tokens_unprocessed(source):
        style = _style_of(str(token).removeprefix("Token."))
        for index, part in enumerate(value.split("\n")):
            if index:
                number, column = number + 1, 0
            if style and part.strip():
                found[number].append(Span(column, column + len(part), style))
            column += len(part)
    return tuple(tuple(spans) for spans in found)


@lru_cache(512)
def _style_of(token: str) -> str:
    while token:
        if token in _STYLES:
            return _STYLES[token]
        token = token.rpartition(".")[0]
    return ""
