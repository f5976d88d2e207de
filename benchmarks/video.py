"""Pictures of a call in a terminal: how many a second and how dear, beside mpv and chafa.

`python -m benchmarks video` prints three tables. The same clips are shown by every program on a
terminal of its own, whose other end reads as fast as it can: as many frames as the program manages,
and then fifteen a second. chafa shows no films: it is given the frames as pictures. The last table
is the sound of a call between two processes while the terminal of one of them reads too slowly.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import select
import shutil
import struct
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import video_call, worlds
from benchmarks.tables import Table, ratio, save
from benchmarks.terminal import ANSWERS, cpu_seconds
from benchmarks.video_clip import CLIPS, FRAMES, film, stills

SIZES = ((80, 24), (120, 40), (200, 60))
STILLS = 60
"""Frames that chafa is given."""

SLOW = 15
"""Pictures a second of the second table."""

PLAIN, PROGRAM, MPV, CHAFA = "our pictures alone", "our pictures in a program", "mpv", "chafa"
MISSING = "{} is not installed here, so it is left out."


@dataclass(frozen=True)
class Run:
    """What showing a clip took."""

    wall: float
    """Seconds from the first byte on the terminal to the last."""
    cpu: float
    """Seconds on a processor in that time."""
    written: int
    """Bytes."""


def show(command: list[str], size: tuple[int, int], **env: str) -> Run:
    """Run a program on a terminal of that size, which reads all that comes at once."""
    columns, lines = size
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", **env)
        os.execvp(command[0], command)
    written, first, last, used = 0, 0.0, 0.0, 0.0
    while True:
        select.select([terminal], [], [])
        try:
            data = os.read(terminal, 1 << 20)
        except OSError:
            break
        last = time.perf_counter()
        if not first:
            first, used = last, cpu_seconds(pid)
        written += len(data)
        for query, answer in ANSWERS.items():
            if query in data:
                os.write(terminal, answer)
    _, status, usage = os.wait4(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return Run(last - first, usage.ru_utime + usage.ru_stime - used, written)


def mpv(clip: Path, *options: str) -> list[str]:
    """The player on a terminal, with half blocks and nothing of the user's."""
    flags = ("--no-config", "--really-quiet", "--no-audio", "--vo=tct", *options)
    return ["mpv", *flags, "--vo-tct-algo=half-blocks", str(clip)]


def chafa(pictures: list[Path], size: tuple[int, int]) -> list[str]:
    """The viewer of pictures, one after the other, with half blocks."""
    flags = ("--symbols", "vhalf", "--colors", "full", "--clear", "--duration", "0")
    return ["chafa", *flags, "--size", "{}x{}".format(*size), *map(str, pictures)]


def stage(clip: Path, how: str, report: Path) -> list[str]:
    """Our own pictures."""
    return [sys.executable, "-m", "benchmarks.video_stage", str(clip), how, str(report)]


def fastest(clip: Path, pictures: list[Path], size: tuple[int, int]) -> dict[str, dict[str, float]]:
    """As many frames as each manages: frames a second, kB and milliseconds of CPU a frame."""
    report = clip.with_suffix(".json")
    found: dict[str, dict[str, float]] = {}
    commands = {
        PLAIN: (stage(clip, "plain", report), FRAMES),
        PROGRAM: (stage(clip, "program", report), FRAMES),
        MPV: (mpv(clip, "--untimed", "--framedrop=no"), FRAMES),
        CHAFA: (chafa(pictures, size), len(pictures)),
    }
    for name, (command, count) in commands.items():
        if name in {MPV, CHAFA} and shutil.which(name) is None:
            continue
        run = show(command, size, TEXTUAL_FPS="1000")
        fps, cpu = count / run.wall, run.cpu / count
        if name == PROGRAM:
            told = json.loads(report.read_text())
            fps, cpu = told["fps"], told["cpu"] / count
        found[name] = {"fps": fps, "kB": run.written / count / 1000, "cpu": cpu * 1000}
    return found


def paced(clip: Path, size: tuple[int, int]) -> dict[str, dict[str, float]]:
    """Fifteen frames a second: percent of a processor, and how late the loop comes."""
    report = clip.with_suffix(".json")
    show(stage(clip, str(SLOW), report), size)
    told = json.loads(report.read_text())
    found = {
        PROGRAM: {
            "cpu": 100 * told["cpu"] / told["wall"],
            "painted": told["painted"] / told["wall"],
            "stall": told["stall"],
        }
    }
    if shutil.which("mpv"):
        run = show(mpv(clip, "--speed=0.5"), size)
        found[MPV] = {"cpu": 100 * run.cpu / run.wall}
    return found


def tables(rounds: int) -> tuple[list[Table], dict[str, object], bool]:
    """Both tables of pictures, every figure of them, and whether we are ahead throughout."""
    fast = Table(
        "As many frames as can be shown",
        ("clip, size", "program", "frames/s", "kB/frame", "CPU ms/frame", "bytes", "speed"),
    )
    calm = Table(
        f"{SLOW} frames a second",
        ("clip, size", "our CPU %", "mpv's CPU %", "ratio", "painted/s", "loop stall p95, ms"),
    )
    figures: dict[str, object] = {}
    ahead = True
    with worlds.folder() as folder:
        for name in CLIPS:
            clip = film(name, folder)
            pictures = stills(clip, folder, STILLS)
            for size in SIZES:
                label = "{}, {}x{}".format(name, *size)
                best = _best([fastest(clip, pictures, size) for _ in range(rounds)])
                ahead &= _compare(fast, label, best)
                slow = _best([paced(clip, size) for _ in range(rounds)])
                _calm(calm, label, slow)
                figures[label] = {"fastest": best, "paced": slow}
    fast.notes.append(
        "bytes: how many times ours alone; speed: how many times as fast as it ours alone is."
    )
    fast.notes += [MISSING.format(one) for one in (MPV, CHAFA) if shutil.which(one) is None]
    fast.notes.append(
        "In a program Textual is told not to stop at its 60 frames a second; it does by itself."
    )
    return [fast, calm], figures, ahead


def _best(runs: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """The middle of several runs, figure by figure."""
    return {
        name: {key: round(median(run[name][key] for run in runs), 2) for key in runs[0][name]}
        for name in runs[0]
    }


def _compare(table: Table, label: str, found: dict[str, dict[str, float]]) -> bool:
    ours, ahead = found[PLAIN], True
    for name, run in found.items():
        row = [label, name, round(run["fps"]), round(run["kB"], 1), round(run["cpu"], 1)]
        if name in {MPV, CHAFA}:
            row += [ratio(run["kB"], ours["kB"]), ratio(ours["fps"], run["fps"])]
            ahead &= ours["kB"] < run["kB"] and ours["fps"] > run["fps"]
        table.add(*row, *("", "")[: 7 - len(row)])
    return ahead


def _calm(table: Table, label: str, found: dict[str, dict[str, float]]) -> None:
    ours, theirs = found[PROGRAM], found.get(MPV)
    beside = (round(theirs["cpu"]), ratio(ours["cpu"], theirs["cpu"])) if theirs else ("", "")
    table.add(label, round(ours["cpu"], 1), *beside, ours["painted"], ours["stall"])


def main() -> int:
    """Measure, print, and tell by the exit code whether we are ahead and no sound was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks video")
    parser.add_argument("--rounds", type=int, default=1, help="how often all is measured")
    parser.add_argument("--calls", type=int, default=2, help="how often each call is made")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results/video.json")
    options = parser.parse_args()
    made, figures, ahead = tables(options.rounds)
    sound, heard, whole = video_call.table(options.calls)
    for table in (*made, sound):
        print(table, flush=True)
    if options.save:
        save("video", [*made, sound], {**figures, "sound": heard})
    return 0 if ahead and whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
