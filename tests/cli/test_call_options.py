"""What may be asked of `wschat call` and `wschat answer`, and what is refused with a sentence."""

import argparse

import pytest

from wschat_tui.cli.call_options import Wanted, add_answer, add_call, duration, flows, wanted_from

SOUND = frozenset({"sound-in", "sound-out"})
PICTURE = SOUND | {"picture-out"}


def wanted(*arguments, add=add_call):
    parser = argparse.ArgumentParser()
    add(parser)
    return wanted_from(parser.parse_args([*(["bob"] if add is add_call else []), *arguments]))


@pytest.fixture
def clip(tmp_path):
    file = tmp_path / "clip.wav"
    file.write_bytes(b"RIFF")
    return str(file)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), Wanted("audio", expect=SOUND)),
        (("--audio", "--source", "mic"), Wanted("audio", expect=SOUND)),
        (("--video",), Wanted("video", "camera", expect=PICTURE)),
        (("--screen",), Wanted("screen", "screen", expect=PICTURE)),
        (("--video", "--source", "screen"), Wanted("video", "screen", expect=PICTURE)),
        (("--source", "pattern"), Wanted("audio", sound="tone", devices=False, expect=SOUND)),
        (("--source", "silence"), Wanted("audio", sound="silence", devices=False, expect=SOUND)),
        (
            ("--screen", "--source", "pattern"),
            Wanted("screen", "pattern", sound="tone", devices=False, expect=PICTURE),
        ),
        (
            ("--screen", "--source", "terminal", "--command", "top -d 1"),
            Wanted("screen", "command", "top -d 1", expect=PICTURE),
        ),
        (
            ("--video", "--source", "terminal"),
            Wanted("video", "command", "while date; do sleep 1; done", expect=PICTURE),
        ),
        (
            ("--for", "10s", "--timeout", "2m", "--stats", "end", "--expect", "sound-in"),
            Wanted(
                "audio",
                seconds=10,
                patience=120,
                each_second=False,
                expect=frozenset({"sound-in"}),
            ),
        ),
    ],
)
def test_what_is_asked_is_what_is_wanted(arguments, expected):
    assert wanted(*arguments) == expected


def test_who_answers_has_the_same_choices_and_waits_as_long_as_it_takes():
    assert wanted("--video", "--source", "pattern", add=add_answer) == Wanted(
        "video", "pattern", sound="tone", devices=False, expect=PICTURE
    )


def test_a_file_is_heard_in_a_call_without_pictures_and_else_shown(clip):
    heard, shown = wanted("--source", clip), wanted("--video", "--source", clip)
    assert heard == Wanted("audio", sound=clip, devices=False, expect=SOUND)
    assert shown == Wanted("video", "file", clip, sound="silence", devices=False, expect=PICTURE)


@pytest.mark.parametrize("name", ["out.webm", "out.MKV"])
def test_a_recording_goes_to_a_whole_path(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert wanted("--record", name).record == str(tmp_path / name)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--source", "cam"), "shows a picture; add --video or --screen"),
        (("--audio", "--source", "terminal"), "shows a picture"),
        (("--video", "--source", "mic"), "shows no picture"),
        (("--screen", "--source", "silence"), "shows no picture"),
        (("--source", "nothing-here.wav"), "nothing-here.wav is no file"),
        (("--command", "top"), "--command goes with --source terminal"),
        (("--record", "out.mp3"), "name a .webm or .mkv file"),
        (("--record", "no/such/place/out.webm"), "its directory is not there"),
    ],
)
def test_what_does_not_go_together_is_a_sentence(arguments, part):
    sentence = wanted(*arguments)
    assert part in sentence
    assert sentence.endswith(".")


def test_a_recording_overwrites_nothing(tmp_path):
    (tmp_path / "out.webm").touch()
    assert "is there already" in wanted("--record", str(tmp_path / "out.webm"))


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("90", 90), ("500ms", 0.5), ("2m", 120), ("1.5h", 5400)]
)
def test_durations(text, seconds):
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "-1s", "10 s", "ten", "25h", "1d", "nan", "inf"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        duration(text)


def test_flows():
    assert flows("picture-in, sound-out,") == {"picture-in", "sound-out"}
    for text in ("", ",", "sound", "sound-in,pictures"):
        with pytest.raises(argparse.ArgumentTypeError):
            flows(text)


@pytest.mark.parametrize(
    "arguments",
    [
        ("call",),
        ("call", "bob", "--for", "never"),
        ("call", "bob", "--expect", "fun"),
        ("call", "bob", "--audio", "--video"),
        ("call", "bob", "--stats", "xml"),
        ("call", "bob", "--source", "nothing-here"),
        ("answer", "--auto", "--record", "out.txt"),
        ("answer", "bob"),
    ],
)
def test_nonsense_is_exit_2_before_anything_is_opened(wschat, arguments):
    said = wschat(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
