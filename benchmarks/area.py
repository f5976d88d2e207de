"""A text area and nothing else: the quickest echo of a key that Textual can give."""

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class Area(App[None]):
    """A text area without blinking."""

    def compose(self) -> ComposeResult:
        """The text area."""
        area = TextArea(placeholder="Ready to type")
        area.cursor_blink = False
        yield area


if __name__ == "__main__":
    Area().run()
