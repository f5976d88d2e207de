"""The options of `wschat call` and `wschat answer`, and what they come to."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wschat_tui.state.calls.call import CallKind, Shown

FLOWS = ("sound-in", "sound-out", "picture-in", "picture-out")
"""What `--expect` may name."""

CLOCK = "while date; do sleep 1; done"
"""What a terminal shows when nothing is named: it moves, and gives nothing away."""

DAY = 86_400.0

_UNITS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|)")

_SHOWN: dict[str, Shown] = {
    "cam": "camera",
    "screen": "screen",
    "terminal": "command",
    "pattern": "pattern",
}
_USUAL: dict[CallKind, str] = {"audio": "mic", "video": "cam", "screen": "screen"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call is to carry, and for how long."""

    kind: CallKind
    shows: Shown = ""
    what: str = ""
    """The file or the command to show."""
    sound: str = ""
    """As in `media.setup.Setup`."""
    devices: bool = True
    """Whether anything of this machine is heard or played."""
    record: str = ""
    seconds: float | None = None
    """Hang up so long after the call is connected; None: somebody does."""
    patience: float | None = None
    """Seconds to wait for an answer; None: as long as a call rings."""
    expect: frozenset[str] = frozenset()
    """The flows without which the call was a failure."""
    each_second: bool = True
    """Print figures each second, beside those of the end."""


def add_call(verb: argparse.ArgumentParser) -> None:
    """The arguments of `wschat call`."""
    verb.add_argument("callee", metavar="USER", help="whom to call")
    _add_media(verb, "what the call is to be; audio where none is given")
    verb.add_argument(
        "--timeout", metavar="T", type=duration, help="wait so long for an answer; default: 45s"
    )


def add_answer(verb: argparse.ArgumentParser) -> None:
    """The arguments of `wschat answer`."""
    verb.add_argument("--auto", action="store_true", help="take calls without asking")
    verb.add_argument("--from", dest="caller", metavar="USER", help="decline everybody else")
    verb.add_argument("--once", action="store_true", help="end after the first call")
    _add_media(verb, "what to send; audio where none is given")


def _add_media(verb: argparse.ArgumentParser, sentence: str) -> None:
    kinds = verb.add_argument_group("media", sentence)
    kind = kinds.add_mutually_exclusive_group()
    for name in ("audio", "video", "screen"):
        kind.add_argument(f"--{name}", dest="kind", action="store_const", const=name)
    kinds.add_argument(
        "--source",
        metavar="S",
        help="mic, cam, screen, terminal, pattern (and a tone), silence, or a media file",
    )
    kinds.add_argument(
        "--command", metavar="C", help="what --source terminal runs and shows; default: a clock"
    )
    kinds.add_argument("--record", metavar="FILE", type=Path, help="both sides, as .webm or .mkv")
    kinds.add_argument("--for", dest="lasts", metavar="T", type=duration, help="such as 10s or 2m")
    kinds.add_argument(
        "--expect",
        metavar="F,…",
        type=flows,
        help=f"fail unless these flowed: {', '.join(FLOWS)}; default: sound, and the picture sent",
    )
    kinds.add_argument(
        "--stats",
        choices=("json", "end"),
        default="json",
        help="json: a line each second and one at the end; end: that one alone",
    )
    kinds.add_argument(
        "--relay-only", action="store_true", help="go through TURN, and show no address of mine"
    )


def duration(text: str) -> float:
    """Seconds of a text such as 10s, 500ms, 2m or 90."""
    found = _DURATION.fullmatch(text.strip())
    value = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < value <= DAY:
        raise argparse.ArgumentTypeError("must be a time such as 10s, 500ms or 2m, up to 24h")
    return value


def flows(text: str) -> frozenset[str]:
    """The flows that a text names."""
    named = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not named or named - frozenset(FLOWS):
        raise argparse.ArgumentTypeError(f"must name some of {', '.join(FLOWS)}")
    return named


def wanted_from(options: argparse.Namespace) -> Wanted | str:
    """What is wanted, or a sentence about what is wrong with it."""
    kind: CallKind = options.kind or "audio"
    source: str = options.source or _USUAL[kind]
    if options.command is not None and source != "terminal":
        return "--command goes with --source terminal; nothing was called."
    record = _recordable(options.record)
    if isinstance(record, Problem):
        return record.sentence
    picture = frozenset({"picture-out"} if kind != "audio" else ())
    common = Wanted(
        kind=kind,
        record=record,
        seconds=options.lasts,
        patience=getattr(options, "timeout", None),
        expect=options.expect or frozenset({"sound-in", "sound-out"}) | picture,
        each_second=options.stats == "json",
    )
    return _with_source(common, source, options.command or "")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be."""

    sentence: str


def _recordable(path: Path | None) -> str | Problem:
    """The file to record to, as a whole path; it must be new, and of a kind that holds both."""
    if path is None:
        return ""
    if path.suffix.lower() not in {".webm", ".mkv"}:
        return Problem(f"{path} cannot be recorded to; name a .webm or .mkv file.")
    if path.exists():
        return Problem(f"{path} is there already; name a new file to record to.")
    if not path.absolute().parent.is_dir():
        return Problem(f"{path} cannot be recorded to; its directory is not there.")
    return str(path.absolute())


def _with_source(wanted: Wanted, source: str, command: str) -> Wanted | str:
    if wanted.kind == "audio" and source in {"cam", "screen", "terminal"}:
        return f"--source {source} shows a picture; add --video or --screen."
    if wanted.kind != "audio" and source in {"mic", "silence"}:
        return f"--source {source} shows no picture; choose another, or call with --audio."
    if source == "silence":
        return replace(wanted, sound="silence", devices=False)
    if source == "pattern":
        shows: Shown = "pattern" if wanted.kind != "audio" else ""
        return replace(wanted, shows=shows, sound="tone", devices=False)
    if source in _SHOWN:
        what = (command or CLOCK) if source == "terminal" else ""
        return replace(wanted, shows=_SHOWN[source], what=what)
    return wanted if source == "mic" else _with_file(wanted, Path(source))


def _with_file(wanted: Wanted, path: Path) -> Wanted | str:
    """A file's sound alone in a call without pictures, else its picture with the sound in it."""
    if not path.is_file():
        return f"{path} is no file, and no source that is known; nothing was called."
    file = str(path.absolute())
    if wanted.kind == "audio":
        return replace(wanted, sound=file, devices=False)
    return replace(wanted, shows="file", what=file, sound="silence", devices=False)
