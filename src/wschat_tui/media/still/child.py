"""Decodes one image from a stranger, in a process of its own with little memory (row S19).

Run as `python -I -m wschat_tui.media.still.child COLUMNS DOTS [COLUMNS DOTS …]`: takes the file on
stdin; writes a line that says how it went and then, for each size, the image within it as red,
green and blue bytes, row by row, black around it.
"""

from __future__ import annotations

import sys
import warnings
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 320 * 1024 * 1024
"""Bytes of address space: the interpreter and its libraries, and 16 million pixels."""

SECONDS = 10
"""Of a processor."""

PIXELS = 16_000_000

KINDS = ("PNG", "JPEG", "WEBP", "GIF")


def main(arguments: list[str]) -> None:
    """Answer `ok` and the pictures, or `large`, `kind`, `broken`."""
    sizes = [
        (int(wide), int(high)) for wide, high in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    data = sys.stdin.buffer.read()
    _limit()
    try:
        answer = b"ok\n" + b"".join(_pictures(data, sizes))
    except MemoryError:
        answer = b"large\n"
    except _Told as told:
        answer = f"{told}\n".encode()
    sys.stdout.buffer.write(answer)


class _Told(Exception):
    """Why there is no picture."""


def _limit() -> None:
    """Take no more memory, time and disk than an honest image needs; where the system can."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _pictures(data: bytes, sizes: list[tuple[int, int]]) -> list[bytes]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = PIXELS
    # A warning is how Pillow tells of a bomb that is not twice as large as allowed.
    warnings.simplefilter("error")
    try:
        opened = Image.open(BytesIO(data), formats=KINDS)
        small = _small(opened, max(max(size) for size in sizes))
        upright = _flat(ImageOps.exif_transpose(small))
    except UnidentifiedImageError as error:
        raise _Told("kind") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _Told("large") from error
    except MemoryError:
        raise
    except Exception as error:
        # Decoders fail in many ways over what they were not made for.
        raise _Told("broken") from error
    return [_fitted(upright, size) for size in sizes]


def _small(image: Image, most: int) -> Image:
    """The first frame, no side longer than `most`; of a JPEG no more than needed is decoded."""
    if image.mode in {"1", "P"}:
        # Numbers of colours have no mean.
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((most, most))
    return image


def _flat(image: Image) -> Image:
    """Plain colours; what is transparent is black."""
    from PIL import Image as Images

    whole = image.convert("RGBA")
    ground = Images.new("RGB", whole.size)
    ground.paste(whole, mask=whole)
    return ground


def _fitted(image: Image, size: tuple[int, int]) -> bytes:
    from PIL import Image as Images
    from PIL import ImageOps

    ground = Images.new("RGB", size)
    inner = ImageOps.contain(image, size, Images.Resampling.BOX)
    ground.paste(inner, ((size[0] - inner.width) // 2, (size[1] - inner.height) // 2))
    return ground.tobytes()


if __name__ == "__main__":
    main(sys.argv[1:])
