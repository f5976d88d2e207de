"""The colours that a terminal can show, with the words that switch to them ready-made."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from wschat_tui.state.calls.call_views import Ability

_SHADES = np.rint(np.linspace(0, 255, 32)).astype(np.uint8)
"""Of red, green and blue each, where a terminal shows all colours: 5 bits."""

_LEVELS = (0, 95, 135, 175, 215, 255)
"""Of xterm's cube of 216 colours, which begins at 16."""

_SIXTEEN = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0)),
    *((0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0)),
    *((92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)),
)
"""xterm's; users change them, and the picture with them."""


_GRAIN = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) / 16 - 15 / 32
"""What is added to dots in turn, where colours are few (Bayer 1973): it stands still."""

FAR = 12
"""Steps of 255 from which a colour is so wrong that mixing it of others looks better."""


class Words(dict[int, str]):
    """What is said for each colour, made when it is first said."""

    def __init__(self, make: Callable[[int], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, colour: int) -> str:
        word = self[colour] = self._make(colour)
        return word


class Palette(Protocol):
    """Numbered colours: `rgb[:, n]` is the colour n, `fore[n]` and `back[n]` its SGR parameters."""

    rgb: NDArray[np.int16]
    fore: Words
    back: Words
    hex: Words

    def aimed(self, colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What to look for in place of these, of shape (3, height, width), to look like them."""
        ...

    def nearest(self, colours: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """The number of the colour next to each of (3, ...)."""
        ...


def off(
    colours: NDArray[np.int16], numbers: NDArray[np.uint16], palette: Palette
) -> NDArray[np.int16]:
    """By how much the numbered colours are wrong, in the part that is most so."""
    red, green, blue = (
        np.abs(colours[part] - palette.rgb[part].take(numbers)) for part in range(3)
    )
    most: NDArray[np.int16] = np.maximum(np.maximum(red, green), blue)
    return most


class Cube:
    """32768 colours, 5 bits for each of red, green and blue; a number is their bits in a row."""

    def __init__(self) -> None:
        number = np.arange(1 << 15)
        self.rgb = _SHADES[np.stack((number >> 10, number >> 5 & 31, number & 31))].astype(np.int16)
        self.fore = Words(lambda colour: "38;2;{};{};{}".format(*self.rgb[:, colour].tolist()))
        self.back = Words(lambda colour: "48;2;{};{};{}".format(*self.rgb[:, colour].tolist()))
        self.hex = _hexes(self.rgb)

    def aimed(self, colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """These: there are enough."""
        return colours

    def nearest(self, colours: NDArray[np.uint8]) -> NDArray[np.uint16]:
        red, green, blue = (colours.astype(np.uint16) * 249 + 1014) >> 11  # rounds to 31sts
        found: NDArray[np.uint16] = red << 10 | green << 5 | blue
        return found


class Chosen:
    """A list of colours; a number is a place in it."""

    def __init__(
        self,
        colours: list[tuple[int, int, int]],
        fore: Callable[[int], str],
        back: Callable[[int], str],
        grain: int,
    ) -> None:
        """`grain`: how far apart colours are mixed, in steps of 255."""
        self.rgb = np.array(colours, np.int16).T
        self.fore, self.back = Words(fore), Words(back)
        self.hex = _hexes(self.rgb)
        self._grain = (_GRAIN * grain).astype(np.int16)
        self._table = self._made_table()

    def aimed(self, colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Brighter and darker by turns, where the nearest colour is far."""
        wide = colours.astype(np.int16)
        height, width = wide.shape[1:]
        grain = np.tile(self._grain, (height // 4 + 1, width // 4 + 1))[:height, :width]
        far = off(wide, self.nearest(colours), self) > FAR
        return np.where(far, (wide + grain).clip(0, 255), wide).astype(np.uint8)

    def nearest(self, colours: NDArray[np.uint8]) -> NDArray[np.uint16]:
        red, green, blue = (colours >> 3).astype(np.uint16)
        found: NDArray[np.uint16] = self._table.take(red << 10 | green << 5 | blue)
        return found

    def _made_table(self) -> NDArray[np.uint16]:
        """The nearest of each colour of 5 bits a part, as the eye weighs red, green and blue."""
        number = np.arange(1 << 15)
        asked = np.stack((number >> 10, number >> 5 & 31, number & 31), -1) * 8 + 4
        best = np.zeros(1 << 15, np.uint16)
        least = np.full(1 << 15, np.inf)
        for place, colour in enumerate(self.rgb.T.astype(int)):
            far = ((asked - colour) ** 2 * (0.3, 0.59, 0.11)).sum(-1)
            nearer = far < least
            best[nearer], least[nearer] = place, far[nearer]
        return best


@cache
def truecolor() -> Palette:
    """For terminals that take any colour."""
    return Cube()


@cache
def xterm256() -> Palette:
    """The 240 colours of xterm's 256 that are the same everywhere."""
    cube = [(red, green, blue) for red in _LEVELS for green in _LEVELS for blue in _LEVELS]
    greys = [(8 + 10 * step,) * 3 for step in range(24)]
    return Chosen([*cube, *greys], lambda n: f"38;5;{16 + n}", lambda n: f"48;5;{16 + n}", 24)


@cache
def sixteen() -> Palette:
    """The colours that every terminal has had since there were colours."""
    return Chosen(
        list(_SIXTEEN),
        lambda n: str(30 + n if n < 8 else 82 + n),
        lambda n: str(40 + n if n < 8 else 92 + n),
        100,
    )


PALETTES: Mapping[Ability, Callable[[], Palette]] = {
    "truecolor": truecolor,
    "256": xterm256,
    "16": sixteen,
}
"""By what a terminal can show; without colours there are letters."""


def _hexes(rgb: NDArray[np.int16]) -> Words:
    return Words(lambda colour: "#{:02x}{:02x}{:02x}".format(*rgb[:, colour].tolist()))
