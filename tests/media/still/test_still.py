"""Images of strangers: shown where they are honest, refused in little memory where not (S19)."""

import asyncio
import io
import os
import struct
import subprocess
import sys
import warnings
import zlib

import pytest
from PIL import Image

from wschat_tui.media.still import child, decode
from wschat_tui.media.still.decode import Still

MIB = 1024 * 1024


def png(width, height, *, depth=8, colours=2, content=None):
    """A PNG of one colour that says it is as large as it is told."""

    def chunk(kind, data):
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    if content is None:
        bits = depth * {0: 1, 2: 3, 6: 4}[colours]
        row = bytes(1 + -(-width * bits // 8))
        packer = zlib.compressobj(9)
        content = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", content),
            chunk(b"IEND", b""),
        )
    )


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def halves(size=(40, 20), mode="RGB"):
    """Red at the left, blue at the right."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    return image


async def colours(data, columns=8, rows=2):
    """The colours of the upper dots, and whether it has none."""
    picture = await Still(data).fitted(columns, rows, "truecolor")
    assert not isinstance(picture, str), picture
    assert (picture.columns, picture.rows) == (columns, rows)
    return [ink for text, ink, _ in picture.cells(0) for _ in text]


@pytest.mark.parametrize(
    "data",
    [
        saved(halves(), "PNG"),
        saved(halves().convert("P"), "PNG"),
        saved(halves().convert("P"), "GIF"),
        saved(halves(), "WEBP", lossless=True),
        saved(halves(mode="RGBA"), "PNG"),
        saved(halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (40, 20), "lime")]),
    ],
    ids=["png", "palette", "gif", "webp", "alpha", "first frame"],
)
async def test_an_image_in_its_shape_and_colours(data):
    assert await colours(data) == ["#ff0000"] * 4 + ["#0000ff"] * 4


async def test_a_jpeg_about():
    shown = await colours(saved(halves((800, 400)), "JPEG", quality=95))
    assert shown[1][:3] == "#f7" or shown[1] > "#f0"
    assert shown[-2].endswith(("f7", "ff"))


async def test_what_is_transparent_is_black_and_what_is_left_over_too():
    clear = Image.new("RGBA", (10, 20), (255, 0, 0, 0))
    assert set(await colours(saved(clear, "PNG"))) == {"#000000"}
    pale = Image.new("P", (4, 4), 0)
    assert set(await colours(saved(pale, "PNG", transparency=0))) == {"#000000"}
    narrow = await colours(saved(Image.new("RGB", (4, 4), "white"), "PNG"))
    assert narrow == ["#000000"] * 2 + ["#ffffff"] * 4 + ["#000000"] * 2


async def test_a_photo_stands_as_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 3
    assert (await colours(saved(halves(), "PNG", exif=exif)))[0] == "#0000ff"


async def test_letters_where_there_are_no_colours():
    picture = await Still(saved(Image.new("RGB", (4, 4), "white"), "PNG")).fitted(4, 2, "ascii")
    assert picture.ansi(0) == "@@@@"


async def test_true_pixels_for_terminals_that_draw_them():
    picture = await Still(saved(halves(), "PNG")).fitted(8, 2, "truecolor")
    assert picture.graphic(7).startswith("\x1b_Ga=T,q=2,C=1,i=7,")


BOMBS = {
    "9,000 x 9,000 grey in 79 kB": png(9000, 9000, colours=0),
    "14,000 x 12,000 in one bit": png(14000, 12000, depth=1, colours=0),
    "65,000 x 65,000 that is not even there": png(65000, 65000, content=b"x"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_before_it_takes_memory(bomb, tmp_path):
    """S19: refused, with no more than 64 MiB of resident memory in all."""
    (tmp_path / "bomb").write_bytes(BOMBS[bomb])
    answer, peak = measured(tmp_path / "bomb")
    assert answer == b"large\n"
    assert peak <= 64 * MIB


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux holds the limit")
def test_the_largest_image_that_is_allowed_stays_within_the_limit(tmp_path):
    """S19: 16 million pixels of four bytes each."""
    (tmp_path / "large").write_bytes(png(4000, 4000, colours=6))
    answer, peak = measured(tmp_path / "large")
    assert answer[:3] == b"ok\n"
    assert peak <= child.MEMORY


METER = """
import resource, subprocess, sys
with open(sys.argv[1], "rb") as file:
    done = subprocess.run(sys.argv[2:], stdin=file, stdout=subprocess.PIPE, env={}, check=True)
sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.stdout.buffer.write(done.stdout)
"""


def measured(file):
    """What the child answers, and its largest resident memory in bytes.

    A small process starts it: one that this large one started would count as large as this.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", METER, file, *decode.COMMAND, "80", "44"],
        capture_output=True,
        check=True,
    )
    return done.stdout, int(done.stderr) * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no PNG, JPEG, WebP or GIF"),
        (b"#!/bin/sh\n", "no PNG, JPEG, WebP or GIF"),
        (saved(halves(), "BMP"), "no PNG, JPEG, WebP or GIF"),
        (saved(halves(), "TIFF"), "no PNG, JPEG, WebP or GIF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no PNG, JPEG, WebP or GIF"),
        (saved(halves((400, 400)), "PNG")[:-40], "damaged"),
        (png(10, 10, content=b"nonsense"), "damaged"),
        (BOMBS["65,000 x 65,000 that is not even there"], "more than 16 million pixels"),
    ],
    ids=["empty", "script", "bmp", "tiff", "eps", "cut", "broken", "bomb"],
)
async def test_what_is_not_shown_is_one_sentence(data, words):
    told = await Still(data).fitted(10, 5, "truecolor")
    assert words in told
    assert told.endswith("; Enter saves it.")
    assert told.count(".") == 1


async def test_the_child_is_told_nothing_of_this_process(monkeypatch, tmp_path):
    """S13, S19: its environment is empty."""
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import os, sys\n"
        "sys.stdin.buffer.read()\n"
        "open(sys.argv[1], 'w').write(repr(dict(os.environ)))\n"
    )
    monkeypatch.setenv("WSCHAT_TOKEN", "canary")
    seen = tmp_path / "seen"
    monkeypatch.setattr(decode, "COMMAND", (sys.executable, "-I", str(spy), str(seen)))
    assert "damaged" in await Still(b"x").fitted(1, 1, "truecolor")
    kept = {"LC_CTYPE": "C.UTF-8"}
    assert eval(seen.read_text()).items() <= kept.items()


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("import time; time.sleep(60)", "damaged"),
        ("print('ok')", "damaged"),
        ("print('x' * 100_000)", "damaged"),
        ("import os; os.kill(os.getpid(), 9)", "damaged"),
        ("print('surprise')", "damaged"),
    ],
    ids=["slow", "short", "long", "killed", "odd"],
)
async def test_a_child_that_goes_wrong(monkeypatch, does, words):
    monkeypatch.setattr(decode, "COMMAND", (sys.executable, "-I", "-c", does))
    monkeypatch.setattr(decode, "SECONDS", 0.3 if "sleep" in does else 15)
    assert words in await Still(b"x" * 1_000_000).fitted(1, 1, "truecolor")


async def test_a_machine_that_starts_no_child(monkeypatch):
    monkeypatch.setattr(decode, "COMMAND", ("/nonexistent/python",))
    told = await Still(b"x").fitted(1, 1, "truecolor")
    assert told == "The image cannot be decoded here (No such file or directory); Enter saves it."


async def test_whoever_looks_away_ends_the_child(monkeypatch, tmp_path):
    started = tmp_path / "started"
    os.mkfifo(started)
    does = f"import time; open({str(started)!r}, 'w').close(); time.sleep(60)"
    monkeypatch.setattr(decode, "COMMAND", (sys.executable, "-I", "-c", does))
    pids = []
    spawn = asyncio.create_subprocess_exec

    async def noted(*args, **kwargs):
        process = await spawn(*args, **kwargs)
        pids.append(process.pid)
        return process

    monkeypatch.setattr("asyncio.create_subprocess_exec", noted)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(Still(b"x").fitted(1, 1, "truecolor"))
        await asyncio.to_thread(started.read_bytes)
        task.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (saved(halves((4, 2)), "PNG"), b"ok\n" + b"\xff\0\0\xff\0\0\0\0\xff\0\0\xff" * 2),
        (b"", b"kind\n"),
        (BOMBS["14,000 x 12,000 in one bit"], b"large\n"),
    ],
    ids=["image", "nothing", "bomb"],
)
def test_the_childs_own_words(monkeypatch, capfdbinary, data, answer):
    monkeypatch.setattr(child, "_limit", lambda: None)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    with warnings.catch_warnings():
        child.main(["4", "2"])
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == answer


def test_a_child_without_memory_says_so(monkeypatch, capfdbinary):
    def greedy(*_):
        raise MemoryError

    monkeypatch.setattr(child, "_limit", lambda: None)
    monkeypatch.setattr(child, "_small", greedy)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(saved(halves(), "PNG"))))
    with warnings.catch_warnings():
        child.main(["4", "2"])
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"large\n"
