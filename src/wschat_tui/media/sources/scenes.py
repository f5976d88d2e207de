"""What is taken pictures of, by its name: the source, its pace and its sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from wschat_tui.media.sources import camera, page, pattern, screen
from wschat_tui.media.sources.command import Command
from wschat_tui.media.sources.film import Film
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.terminal import Terminal

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator

    import av

    from wschat_tui.media.setup import Setup
    from wschat_tui.media.sources.sound import SideSound
    from wschat_tui.media.sources.studio import Take
    from wschat_tui.state.calls.call import Shown

FILM_RATE = 30.0
"""Pictures of a film that are sent a second, at most."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A source that was not begun yet."""

    take: Take
    rate: float
    """Pictures a second at most."""
    sound: SideSound | None = None


def scene_of(shows: Shown, what: str, setup: Setup) -> Scene:
    """The source of this name. what: the file or the command to show."""
    if setup.fake and shows in {"camera", "screen"}:
        return Scene(pattern.pattern, pattern.RATE)
    match shows:
        case "camera":
            return Scene(camera.Camera(setup.camera), camera.RATE)
        case "screen":
            return Scene(screen.Screen(setup.screen), screen.RATE)
        case "terminal":
            return Scene(Terminal(setup.terminal), page.RATE)
        case "command":
            return Scene(Command(what, setup.columns, setup.rows), page.RATE)
        case "file":
            film = Film(what, setup.name, loop=setup.loop_files)
            return Scene(film, FILM_RATE, film.sound)
        case "pattern":
            return Scene(pattern.pattern, pattern.RATE)
        case "":
            return Scene(_nothing, page.RATE)
        case _:
            assert_never(shows)


def _nothing(stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
    """A card, and nothing to complain about."""
    yield from ()
    if not stop.is_set():
        raise Missing
