"""Clips for every program that shows them: a talking head before a camera's noise, and a screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIDTH, HEIGHT, RATE = 640, 360, 30
FRAMES = 150
SENSOR = 2.0
"""Standard deviation of the camera's noise, in steps of 255."""


def head() -> Iterator[np.ndarray]:
    """A head that nods and speaks, in soft light."""
    chance = np.random.default_rng(0)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    wall = np.stack(
        [60 + 60 * x / WIDTH, 80 + 40 * y / HEIGHT, 100 + 30 * np.sin(x / 60) * np.cos(y / 50)], -1
    )
    for moment in range(FRAMES):
        across, down = WIDTH / 2 + 20 * np.sin(moment / 10), HEIGHT * 0.52 + 8 * np.cos(moment / 7)
        colours = wall.copy()
        face = ((x - across) / 90) ** 2 + ((y - down) / 120) ** 2 < 1
        colours[face] = np.array([205, 160, 130]) - 30 * ((x - across) / 90)[face][:, None]
        for eye in (-32, 32):
            colours[((x - across - eye) / 12) ** 2 + ((y - down + 25) / 7) ** 2 < 1] = 30
        mouth = 4 + 6 * abs(np.sin(moment / 3))
        lips = ((x - across) / 30) ** 2 + ((y - down - 55) / mouth) ** 2 < 1
        colours[lips] = (120, 40, 40)
        colours += chance.normal(0, SENSOR, (HEIGHT, WIDTH, 1))
        yield colours.clip(0, 255).astype(np.uint8)


def screen() -> Iterator[np.ndarray]:
    """Lines of text, of which another one changes five times a second."""
    chance = np.random.default_rng(0)
    colours = np.full((HEIGHT, WIDTH, 3), 25, np.uint8)
    for y in range(4, HEIGHT - 12, 14):
        for column in range(int(chance.integers(10, WIDTH // 7 - 2))):
            if chance.random() < 0.85:
                ink = chance.integers(90, 255, 3)
                letter = (chance.random((9, 5, 1)) > 0.5) * ink
                colours[y : y + 9, column * 7 : column * 7 + 5] = letter
    for moment in range(FRAMES):
        changed = colours.copy()
        y = (moment // 6 * 14) % (HEIGHT - 20)
        changed[y : y + 9] = changed[y : y + 9][:, ::-1]
        yield changed


CLIPS: dict[str, Callable[[], Iterator[np.ndarray]]] = {"head": head, "screen": screen}


def film(name: str, folder: Path) -> Path:
    """A clip as a film for players."""
    path = folder / f"{name}.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "18"}
        for colours in CLIPS[name]():
            out.mux(stream.encode(av.VideoFrame.from_ndarray(colours, format="rgb24")))
        out.mux(stream.encode(None))
    return path


def stills(path: Path, folder: Path, count: int) -> list[Path]:
    """The first frames of a film as pictures, for programs that show no films."""
    made: list[Path] = []
    with av.open(str(path)) as clip:
        for number, frame in enumerate(clip.decode(video=0)):
            if number == count:
                break
            made.append(folder / f"{path.stem}-{number:03d}.png")
            frame.to_image().save(made[-1], compress_level=1)
    return made
