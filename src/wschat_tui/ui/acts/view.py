"""Actions that move what is seen, and change nothing else."""

from wschat_tui.state.model import State
from wschat_tui.ui.actions import Action, Place
from wschat_tui.ui.desk import Desk

FAR = 1_000_000_000
"""Further than any list is long."""


def _rooms(desk: Desk, _rest: str) -> None:
    desk.toggle("rooms")


def _people(desk: Desk, _rest: str) -> None:
    desk.toggle("people")


def _next_pane(desk: Desk, _rest: str) -> None:
    desk.focus_next(1)


def _previous_pane(desk: Desk, _rest: str) -> None:
    desk.focus_next(-1)


def _close_thread(desk: Desk, _rest: str) -> None:
    desk.close_thread()


def _page_up(desk: Desk, _rest: str) -> None:
    desk.page(-1)


def _page_down(desk: Desk, _rest: str) -> None:
    desk.page(1)


def _bottom(desk: Desk, _rest: str) -> None:
    desk.to_bottom()


def _message_up(desk: Desk, _rest: str) -> None:
    desk.move_cursor(-1)


def _message_down(desk: Desk, _rest: str) -> None:
    desk.move_cursor(1)


def _oldest(desk: Desk, _rest: str) -> None:
    desk.move_cursor(-FAR)


def _newest(desk: Desk, _rest: str) -> None:
    desk.move_cursor(FAR)


def _list_up(desk: Desk, _rest: str) -> None:
    desk.move_list(-1)


def _list_down(desk: Desk, _rest: str) -> None:
    desk.move_list(1)


def _list_first(desk: Desk, _rest: str) -> None:
    desk.move_list(-FAR)


def _list_last(desk: Desk, _rest: str) -> None:
    desk.move_list(FAR)


def _has_thread(state: State, _place: Place) -> bool:
    return bool(state.thread)


ACTIONS = (
    Action("view.rooms", "Show or hide the rooms", "View", _rooms, keys=("f3",)),
    Action("view.people", "Show or hide the people", "View", _people, keys=("f4",)),
    Action(
        "view.next_pane", "Go to the next pane", "View", _next_pane, keys=("f6",), palette=False
    ),
    Action(
        "view.previous_pane",
        "Go to the pane before",
        "View",
        _previous_pane,
        keys=("shift+f6",),
        palette=False,
    ),
    Action(
        "thread.close",
        "Close the thread",
        "View",
        _close_thread,
        keys=("alt+t",),
        hint="close thread",
        allowed=_has_thread,
    ),
    Action("view.page_up", "Scroll up", "View", _page_up, keys=("pageup",), palette=False),
    Action("view.page_down", "Scroll down", "View", _page_down, keys=("pagedown",), palette=False),
    Action("view.bottom", "Go to the newest message", "View", _bottom, keys=("ctrl+end",)),
    Action(
        "cursor.up",
        "Go to the message above",
        "Messages",
        _message_up,
        keys=("k", "up"),
        context="timeline",
        palette=False,
    ),
    Action(
        "cursor.down",
        "Go to the message below",
        "Messages",
        _message_down,
        keys=("j", "down"),
        context="timeline",
        palette=False,
    ),
    Action(
        "cursor.oldest",
        "Go to the oldest message that is loaded",
        "Messages",
        _oldest,
        keys=("g", "home"),
        context="timeline",
        palette=False,
    ),
    Action(
        "cursor.newest",
        "Go to the newest message",
        "Messages",
        _newest,
        keys=("G", "end"),
        context="timeline",
        palette=False,
    ),
    Action(
        "cursor.page_up",
        "Scroll up",
        "Messages",
        _page_up,
        keys=("b",),
        context="timeline",
        palette=False,
    ),
    Action(
        "cursor.page_down",
        "Scroll down",
        "Messages",
        _page_down,
        keys=("space",),
        context="timeline",
        palette=False,
    ),
    Action("list.up", "Go up", "View", _list_up, keys=("k", "up"), context="lists", palette=False),
    Action(
        "list.down",
        "Go down",
        "View",
        _list_down,
        keys=("j", "down"),
        context="lists",
        palette=False,
    ),
    Action(
        "list.first",
        "Go to the first",
        "View",
        _list_first,
        keys=("g", "home"),
        context="lists",
        palette=False,
    ),
    Action(
        "list.last",
        "Go to the last",
        "View",
        _list_last,
        keys=("G", "end"),
        context="lists",
        palette=False,
    ),
)
