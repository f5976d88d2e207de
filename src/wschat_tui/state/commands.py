"""Lines that begin with a slash: what they ask for, without doing it."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """Text to post."""

    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name, and the rest of the line."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class NoCommand:
    """Nothing is called that; `nearest` is what may have been meant, or empty."""

    name: str
    nearest: str

    @property
    def sentence(self) -> str:
        """What happened, and what to do."""
        hint = f"did you mean /{self.nearest}?" if self.nearest else "F1 lists what there is."
        return f"There is no command /{self.name}: {hint} Start with // to send it as text."


def parse(text: str, names: Collection[str]) -> Said | Command | NoCommand:
    """Tell a message from a command. `//` sends a literal slash; names are without their slash."""
    if not text.startswith("/"):
        return Said(text)
    if text.startswith("//"):
        return Said(text[1:])
    head, _, rest = text[1:].partition(" ")
    first, newline, more = head.partition("\n")
    name = first.casefold()
    if newline:
        rest = f"{more} {rest}".strip() if rest else more
    if not name:
        return Said(text)
    if name in names:
        return Command(name, rest.strip())
    return NoCommand(first, _nearest(name, names))


def _nearest(name: str, names: Collection[str]) -> str:
    # Loaded when somebody has mistyped, not before the first picture.
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, names, 1, 0.6)), "")


def words(rest: str) -> tuple[str, str]:
    """The first word of what follows a command, and what comes after it."""
    head, _, tail = rest.strip().partition(" ")
    return head, tail.strip()
