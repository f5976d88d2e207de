"""The smallest Textual program: what everything built with Textual pays before its own work."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("Hello, terminal")


if __name__ == "__main__":
    Hello().run()
