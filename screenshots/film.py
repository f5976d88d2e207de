"""A short film of hills at dusk, for pictures of calls: somebody has to be seen."""

from pathlib import Path

import av  # noqa: TID253 - nothing is painted before this is needed
import numpy as np  # noqa: TID253
from numpy.typing import NDArray  # noqa: TID253

WIDTH, HEIGHT = 640, 360
SECONDS, RATE = 30, 5
SKY = ((38, 42, 84), (121, 80, 128), (236, 134, 96), (255, 206, 120))
"""From the top to the horizon."""
HILLS = ((96, 66, 110), (62, 48, 92), (34, 32, 62))
"""From the farthest to the nearest."""
SUN = (255, 236, 190)


def film(path: Path) -> None:
    """Write the film: the sun sinks, and the hills stay."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libvpx", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 800_000
        for number in range(SECONDS * RATE):
            picture = dusk(number / (SECONDS * RATE))
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def dusk(passed: float) -> NDArray[np.uint8]:
    """A picture of shape (HEIGHT, WIDTH, 3). `passed`: how much of the film is over, 0 to 1."""
    across = np.linspace(0, 1, WIDTH)[None, :, None]
    down = np.linspace(0, 1, HEIGHT)[:, None, None]
    image = _sky(down) * np.ones((1, WIDTH, 1))
    far = np.hypot((across - 0.63) * WIDTH / HEIGHT, down - 0.42 - passed * 0.1)
    glow = np.clip(1 - far / 0.5, 0, 1) ** 2 * 0.5
    image += (np.array(SUN) - image) * glow
    image = np.where(far < 0.11, np.array(SUN, float), image)
    for number, colour in enumerate(HILLS):
        height = 0.60 + number * 0.13 - _ridge(across, number)
        image = np.where(down > height, np.array(colour) * (1.15 - 0.3 * down), image)
    return np.clip(image, 0, 255).astype(np.uint8)


def _sky(down: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.linspace(0, 0.65, len(SKY))
    return np.stack(
        [np.interp(down[..., 0], steps, [colour[one] for colour in SKY]) for one in range(3)], -1
    )


def _ridge(across: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    waves = ((3, 0.055), (7, 0.022), (17, 0.008))
    return sum(
        size * np.sin(across * turns * (1 + number * 0.3) + number * 2.1) for turns, size in waves
    )
