"""Frames of any kind, and a terminal that tells which two colours each of its cells shows."""

from collections.abc import Callable

import av
import numpy as np
import pyte
import pytest

BASIC = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
XTERM = (
    *("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5"),
    *("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff"),
)
NAMES = dict(zip((*BASIC, *(f"bright{name}" for name in BASIC)), XTERM, strict=True))
NAMES["bfightmagenta"] = NAMES["brightmagenta"]  # pyte 0.8.2 calls the ground 105 so

Dots = list[tuple[str, str]]


def colour(name: str) -> str:
    """#rrggbb of what pyte says; nothing for the terminal's own."""
    return "" if name == "default" else "#" + NAMES.get(name, name)


class Terminal:
    """A line of a terminal by an emulator that nobody here wrote."""

    def __init__(self, columns: int) -> None:
        self._screen = pyte.Screen(columns, 1)
        self._stream = pyte.Stream(self._screen)

    def write(self, text: str) -> None:
        """Write at the begin of the line."""
        self._stream.feed("\r" + text)

    def dots(self) -> Dots:
        """The upper and the lower colour of each cell; a letter and its colour for letters."""
        line = self._screen.buffer[0]
        return [self._dots(line[column]) for column in range(self._screen.columns)]

    def plain(self) -> bool:
        """What is written next is in the terminal's own colours."""
        cursor = self._screen.cursor.attrs
        return (cursor.fg, cursor.bg) == ("default", "default")

    def _dots(self, char: pyte.screens.Char) -> tuple[str, str]:
        ink, ground = colour(char.fg), colour(char.bg)
        shown = {"▀": (ink, ground), "▄": (ground, ink), " ": (ground, ground), "█": (ink, ink)}
        return shown.get(char.data, (char.data, ink))


@pytest.fixture
def terminal() -> type[Terminal]:
    """Make a line of a terminal of so many columns."""
    return Terminal


@pytest.fixture
def told() -> Callable[[list[tuple[str, str, str]]], Dots]:
    """What cells say that each of them shows, in the words of the terminal."""

    def dots(cells: list[tuple[str, str, str]]) -> Dots:
        found: Dots = []
        for text, ink, ground in cells:
            for letter in text:
                if ink or ground:
                    assert letter == "▀"
                    found.append((ink, ground))
                else:
                    found.append(("", "") if letter == " " else (letter, ""))
        return found

    return dots


@pytest.fixture
def frame() -> Callable[..., av.VideoFrame]:
    """Make a frame of colours of shape (height, width, 3), in any pixel format."""

    def make(colours: object, pixels: str = "rgb24") -> av.VideoFrame:
        array = np.ascontiguousarray(colours, np.uint8)
        made = av.VideoFrame.from_ndarray(array, format="rgb24")
        return made if pixels == "rgb24" else made.reformat(format=pixels)

    return make
