"""Calls that cannot be taken here: what is missing is a sentence with its mend, never an exception."""

import os
import subprocess
import sys

import pytest

from wschat_tui.runtime.call_loading import load_engine, missing


def test_here_nothing_is_missing():
    assert missing() == ""


@pytest.mark.parametrize("absent", [("pyte",), ("aiortc", "numpy")])
def test_missing_packages_are_named_with_the_command_that_adds_them(monkeypatch, absent):
    for name in absent:
        monkeypatch.setitem(sys.modules, name, None)
    sentence = missing()
    assert f"({', '.join(absent)})" in sentence
    assert "`pip install 'wschat-tui[calls]'`" in sentence
    assert load_engine() == sentence


def said_by(program, **more):
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **more},
    )
    return done.stdout


@pytest.mark.parametrize("failure", ["OSError('libx.so is missing')", "ValueError('size changed')"])
def test_packages_that_do_not_load_are_a_sentence_too(tmp_path, failure):
    (tmp_path / "aiortc.py").write_text(f"raise {failure}")
    program = "from wschat_tui.runtime.call_loading import load_engine; print(load_engine())"
    sentence = said_by(program, PYTHONPATH=str(tmp_path))
    assert f"cannot be loaded ({failure.split('(')[0]}: " in sentence
    assert "`pip install --force-reinstall 'wschat-tui[calls]'`" in sentence


def test_looking_loads_nothing():
    program = (
        "import sys; from wschat_tui.runtime.call_loading import missing; "
        "assert missing() == ''; print(sorted({'aiortc', 'av', 'numpy', 'PIL'} & set(sys.modules)))"
    )
    assert said_by(program) == "[]\n"
