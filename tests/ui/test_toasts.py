"""Notices at the edge of the screen: which are shown, and when they ring."""

from types import SimpleNamespace

import pytest

from wschat_tui.runtime.services import Look
from wschat_tui.state.effects import Notify
from wschat_tui.ui.toasts import QUIET, Toasts


class Screen:
    """Writes down what is shown and how often it rings."""

    def __init__(self):
        self.shown = []
        self.rings = 0
        self.app = SimpleNamespace(bell=self._bell, _driver=None)

    def notify(self, text, **how):
        self.shown.append((text, how["severity"], how["markup"]))

    def _bell(self):
        self.rings += 1


def toasts(screen, **look):
    clock = SimpleNamespace(at=0, look=Look(**look))
    clock.now = lambda: clock.at
    return Toasts(screen, clock), clock


MENTION = Notify("bob: hey [b]you[/b]", bell=True)


@pytest.mark.parametrize(
    ("look", "shown", "rings"),
    [
        ({}, 1, 1),
        ({"toasts": "none"}, 0, 1),
        ({"bell": False}, 1, 0),
        ({"toasts": "none", "bell": False}, 0, 0),
    ],
)
def test_the_settings_choose_between_a_picture_and_a_sound(look, shown, rings):
    screen = Screen()
    toasts(screen, **look)[0].show(MENTION)
    assert (len(screen.shown), screen.rings) == (shown, rings)


def test_what_went_wrong_is_always_shown_and_never_markup():
    screen = Screen()
    toasts(screen, toasts="none")[0].show(Notify("x[/]y", "error"))
    assert screen.shown == [("x[/]y", "error", False)]


def test_the_same_sentence_is_not_shown_twice_at_once():
    screen = Screen()
    one, clock = toasts(screen)
    one.say("again")
    one.say("again")
    assert len(screen.shown) == 1
    clock.at = QUIET
    one.say("again")
    assert len(screen.shown) == 2
