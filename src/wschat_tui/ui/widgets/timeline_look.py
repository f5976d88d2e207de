"""How the timeline looks in the terms of the theme, and its component classes as styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget

LOOK = """
TimelineView {
    height: 1fr;
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    & > .timeline--time { color: $text-muted; }
    & > .timeline--meta { color: $text-muted; }
    & > .timeline--pending { color: $text-muted; text-style: italic; }
    & > .timeline--quote { color: $text-muted; }
    & > .timeline--code { color: $text-accent; background: $panel; }
    & > .timeline--code-block { color: $text; background: $panel; }
    & > .timeline--keyword { color: $text-secondary; text-style: bold; }
    & > .timeline--string { color: $text-success; }
    & > .timeline--number { color: $text-warning; }
    & > .timeline--comment { color: $text-muted; text-style: italic; }
    & > .timeline--callable { color: $text-primary; }
    & > .timeline--link { color: $text-primary; text-style: underline; }
    & > .timeline--mention { color: $text-secondary; text-style: bold; }
    & > .timeline--mention-me { color: $text-warning; text-style: bold reverse; }
    & > .timeline--spoiler { color: $text-muted; background: $panel; }
    & > .timeline--reaction { color: $text; background: $panel; }
    & > .timeline--reaction-mine { color: $primary; text-style: bold reverse; }
    & > .timeline--thread { color: $text-primary; }
    & > .timeline--thread-new { color: $text-warning; text-style: bold; }
    & > .timeline--read { color: $text-success; }
    & > .timeline--unconfirmed { color: $text-warning; text-style: bold; }
    & > .timeline--failed { color: $text-error; text-style: bold; }
    & > .timeline--rule { color: $text-muted; }
    & > .timeline--rule-new { color: $text-error; text-style: bold; }
    & > .timeline--event { color: $text-muted; text-style: italic; }
    & > .timeline--event-call { color: $text-warning; }
    & > .timeline--gap { color: $text-warning; text-style: italic; }
    & > .timeline--cursor { background: $primary 15%; }
    & > .timeline--cursor-bar { color: $primary; text-style: bold; }
    & > .timeline--name-mine { color: $text; text-style: bold; }
    & > .timeline--author-0 { color: $text-error; text-style: bold; }
    & > .timeline--author-1 { color: $text-secondary; text-style: bold; }
    & > .timeline--author-2 { color: $text-accent; text-style: bold; }
    & > .timeline--author-3 { color: $text-success; text-style: bold; }
    & > .timeline--author-4 { color: $text-warning; text-style: bold; }
    & > .timeline--author-5 { color: $text-primary; text-style: bold; }
    & > .timeline--author-6 { color: #62d0d6; text-style: bold; }
    & > .timeline--author-7 { color: #f29ad0; text-style: bold; }
    &:light > .timeline--author-6 { color: #00646e; }
    &:light > .timeline--author-7 { color: #9c1a72; }
    &:ansi > .timeline--cursor { background: ansi_default; text-style: bold; }
    &:ansi > .timeline--author-6 { color: ansi_cyan; }
    &:ansi > .timeline--author-7 { color: ansi_magenta; }
}
"""


def component_style(widget: Widget, name: str) -> Style:
    """The style of a component class: what its rules say, over the widget's background."""
    rules = widget.get_component_styles(name)
    style = widget.get_component_rich_style(name)
    color = style.color if rules.has_rule("color") and rules.color.a else None
    background = style.bgcolor if rules.has_rule("background") and rules.background.a else None
    return Style.from_color(color, background) + rules.text_style
