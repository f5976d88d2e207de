"""Other colours, and none: nothing is told by colour alone."""

import pytest

pytestmark = pytest.mark.snapshot


def test_light(picture, lively):
    assert picture("120x36", theme="wschat-light")


def test_no_colour(picture, lively, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def stand(seat):
        await seat.press("escape", "k", "k")

    assert picture("80x24", stand)


def test_colours_of_the_terminal(picture, lively):
    assert picture("80x24", theme="ansi-dark")
