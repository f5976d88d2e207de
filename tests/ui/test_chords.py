"""Escape and the letter after it, however the terminal's bytes are cut into reads."""

import pytest
from textual import events

from wschat_tui.ui.chords import Chord, ChordParser

LONG = "somebody typed on for quite a while here"


def keys(*reads):
    """The keys of some reads; a paste as its text, a chord with what may come of it."""
    parser = ChordParser()
    found = []
    for read in reads:
        for event in parser.feed(read):
            if isinstance(event, Chord):
                found.append((event.key, event.letter.key, event.among))
            elif isinstance(event, events.Paste):
                found.append(f"pasted {event.text}")
            else:
                found.append(event.key)
    parser._timeout_time = 0.0 if parser._timeout_time is not None else None
    return [*found, *(event.key for event in parser.tick())]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        (["\x1b"], ["escape"]),
        (["\x1bh"], [("alt+h", "h", False)]),
        (["\x1bH"], [("alt+shift+h", "H", False)]),
        (["\x1b/"], [("alt+slash", "slash", False)]),
        (["\x1b1"], [("alt+1", "1", False)]),
        (["\x1b\r"], [("alt+enter", "enter", False)]),
        (["\x1bhi"], [("alt+h", "h", True), "i"]),
        (["\x1b", "hi"], ["escape", "h", "i"]),
        (["a\x1b", "/"], ["a", "escape", "slash"]),
        (["\x1b" + LONG], [("alt+s", "s", True), *LONG[1:].replace(" ", "~")]),
        (["\x1b\x1bx"], ["escape", ("alt+x", "x", False)]),
        (["\x1bx\x1by"], [("alt+x", "x", False), ("alt+y", "y", False)]),
        (["\x1b[A\x1bOP\x1b[1;3A"], ["up", "f1", "alt+up"]),
        (["\x1b", "[A"], ["up"]),
        (["\x1b[", "A"], ["up"]),
        (["\x1b\x06hi"], ["escape", "ctrl+f", "h", "i"]),
        (["\x1b\x0b"], ["escape", "ctrl+k"]),
        (["\x1bb", "\x1b\x7f"], ["ctrl+left", "ctrl+w"]),
        (["\x1b[200~one\x1b[201~two"], ["pasted one", "t", "w", "o"]),
        (["\x1b[20", "0~one\x1b[2", "01~", "\x1b", "x"], ["pasted one", "escape", "x"]),
    ],
)
def test_each_key_is_told_once_and_none_is_lost(reads, expected):
    expected = ["space" if one == "~" else one for one in expected]
    assert keys(*reads) == expected


def test_the_driver_reads_keys_by_our_parser():
    from textual.drivers import linux_driver

    from wschat_tui.ui.chords import Chords

    Chords()
    assert linux_driver.XTermParser is ChordParser
