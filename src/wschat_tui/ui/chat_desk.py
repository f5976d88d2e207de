"""The gestures of the chat screen: what actions ask for, done on its panes."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from wschat_tui.state import commands
from wschat_tui.state.text import clean
from wschat_tui.ui import clipboard, sheets
from wschat_tui.ui.actions import REACH, Place
from wschat_tui.ui.acts.delivery import stuck
from wschat_tui.ui.acts.people import open_direct
from wschat_tui.ui.frozen import FULL, waiting_writes
from wschat_tui.ui.later import archive_inputs, inputs
from wschat_tui.ui.no_session import NoSession
from wschat_tui.ui.posting import posting
from wschat_tui.ui.registry import commands as command_table
from wschat_tui.ui.telling import Telling
from wschat_tui.ui.widgets.messages_pane import FAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import Services
    from wschat_tui.state.effects import GiveBack
    from wschat_tui.state.inputs import Input
    from wschat_tui.state.model import Level, Message, State
    from wschat_tui.ui.actions import Action
    from wschat_tui.ui.desk import Pane, Sheet
    from wschat_tui.ui.phone import Phone
    from wschat_tui.ui.screens.chat import ChatScreen
    from wschat_tui.ui.widgets.composer_box import ComposerBox
    from wschat_tui.ui.widgets.messages_pane import MessagesPane


class ChatDesk:
    """Implements `ui.desk.Desk` on a chat screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self.telling = Telling(screen)

    # ---- what actions know

    @property
    def state(self) -> State:
        """The newest state."""
        return self._screen.session.state

    @property
    def services(self) -> Services:
        """The program behind the screens."""
        return self._screen.services

    @property
    def place(self) -> Place:
        """Where the user is."""
        screen, state = self._screen, self.state
        box = self.box
        place = Place(
            scope=state.focus,
            thread=box.thread,
            message=self.pane.message,
            text=box.text,
            editing=box.editing,
            eager=box.offering == "eager",
        )
        focused = screen.focused
        if focused is box.composer:
            return replace(place, context="completion" if box.offering else "composer")
        if focused is not None and focused is screen.telephone.pane:
            return replace(place, context="call", message=None)
        if focused is screen.rooms:
            return replace(place, context="rooms", scope=screen.rooms.cursor, message=None)
        if focused is screen.people:
            return replace(place, context="people", person=screen.people.cursor, message=None)
        if not self.pane.live:
            return place
        stands_on = place.message
        if stands_on is not None and stands_on.kind == "call":
            return replace(place, context="called")
        if stands_on is not None and stands_on.kind == "gap":
            return replace(place, context="gap")
        doubtful = stands_on is not None and stuck(state, stands_on) is not None
        return replace(place, context="undelivered" if doubtful else "timeline")

    @property
    def box(self) -> ComposerBox:
        """The composer that is meant: the thread's where the user is in the thread pane."""
        return self._screen.thread.box if self._in_thread else self._screen.room.box

    @property
    def pane(self) -> MessagesPane:
        """The messages that are meant."""
        return self._screen.thread.messages if self._in_thread else self._screen.room.messages

    @property
    def _in_thread(self) -> bool:
        if not self.state.thread:
            return False
        return self._screen.thread.live or not self._screen.panes.room

    def allows(self, action_id: str) -> bool:
        """Whether an action's key means it here and now; a message's keys at least say why not."""
        action = self._screen.keymap.action(action_id)
        place = self.place
        if action.context not in REACH[place.context]:
            return False
        says_why = place.message is not None and action.context == "timeline"
        return says_why or action.allowed(self.state, place)

    def run(self, action_id: str, rest: str = "") -> None:
        """Run an action, and say why where it refuses."""
        refusal = self._attempt(self._screen.keymap.action(action_id), rest)
        if refusal:
            self.say(refusal, "warning")

    def _attempt(self, action: Action, rest: str) -> str | None:
        return action.hindrance(self.state, self.place) or action.run(self, rest)

    # ---- the session

    @property
    def phone(self) -> Phone:
        """The screens of calls."""
        return self._screen.telephone

    def feed(self, *inputs: Input) -> None:
        """Give inputs to the session."""
        self._screen.session.feed(*inputs)

    def op_id(self) -> str:
        """A fresh id for an operation."""
        return self.services.op_id()

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return self.services.now()

    def say(self, sentence: str, level: Level = "information") -> None:
        """Tell the user one sentence."""
        self._screen.toasts.say(sentence, level)

    # ---- other screens

    def quit(self) -> None:
        """Close the session and leave the program."""
        self._screen.call_later(self._screen.app.action_quit)

    def open_sheet(self, sheet: Sheet, about: str = "") -> None:
        """Open a screen over the chat."""
        sheets.open_sheet(self._screen, sheet, about)

    def confirm(self, question: str, yes: str, then: Callable[[], None]) -> None:
        """Ask a question, and do `then` where the answer is yes."""
        sheets.confirm(self._screen, question, yes, then)

    def pick_reaction(self, message: Message) -> None:
        """Let the user choose a reaction to a message."""

        def picked(reaction: str | None) -> None:
            if reaction:
                self.feed(inputs.ReactAsked(self.op_id(), self.now(), message.id, reaction))

        sheets.pick_reaction(self._screen, message, picked)

    def show_details(self, message: Message) -> None:
        """Show all that is known of a message."""
        sheets.show_details(self._screen, message)

    def show_files(self, message: Message) -> str | None:
        """Show the files of a message, or answer why not."""
        return sheets.show_files(self._screen, message)

    def copy(self, text: str, what: str) -> None:
        """Put text on the terminal's clipboard, and say what is known of whether that worked."""
        app = self._screen.app
        if len(text.encode("utf-8", "replace")) > clipboard.MOST:
            self.say(f"Not copied: {what} is too long for a terminal's clipboard.", "warning")
        elif waiting_writes(getattr(app, "_driver", None)) > FULL:
            self.say("The terminal takes nothing just now; try again.", "warning")
        else:
            app.copy_to_clipboard(clean(text))
            self.say(clipboard.verdict(os.environ, what))

    def reveal(self) -> None:
        """Show the spoilers of the message under the cursor, or hide them again."""
        self.pane.timeline.reveal()

    def open_link(self, url: str) -> None:
        """Ask, then open a link."""
        sheets.open_link(self._screen, url)

    def set_theme(self, name: str) -> str | None:
        """Change the colours and keep the choice, or answer why not."""
        return sheets.set_theme(self._screen, name)

    # ---- going somewhere

    def open_room(self, scope: str) -> None:
        """Show a room and write there."""
        self._screen.telephone.make_room()
        self.feed(inputs.RoomOpened(self.op_id(), self.now(), scope))
        self._fold_overlays()
        self._screen.paint()
        self._focus_composer()

    def go_to(self, message: Message) -> None:
        """Show a message in its place, however long ago that is."""
        self._screen.telephone.make_room()
        around = archive_inputs.AroundAsked(self.op_id(), self.now(), message.scope, message.id)
        self.feed(around)
        self._fold_overlays()
        self._screen.paint()

    def open_direct(self, user: str) -> None:
        """Show the direct chat with somebody and write there."""
        refusal = open_direct(self, user)
        if refusal:
            self.say(refusal, "warning")

    def toggle(self, pane: Pane) -> None:
        """Show a pane, or hide it; over the messages it takes the focus."""
        screen = self._screen
        now = screen.panes.rooms if pane == "rooms" else screen.panes.people
        wanted = now == "hidden"
        screen.wanted = (
            replace(screen.wanted, rooms=wanted)
            if pane == "rooms"
            else replace(screen.wanted, people=wanted)
        )
        screen.fold()
        screen.mark()
        shown = screen.panes.rooms if pane == "rooms" else screen.panes.people
        if shown == "over":
            (screen.rooms if pane == "rooms" else screen.people).focus()
        elif shown == "hidden":
            self._focus_composer()

    def _fold_overlays(self) -> None:
        screen = self._screen
        rooms = None if screen.panes.rooms == "over" else screen.wanted.rooms
        people = None if screen.panes.people == "over" else screen.wanted.people
        screen.wanted = replace(screen.wanted, rooms=rooms, people=people)
        screen.fold()

    def focus_next(self, by: int) -> None:
        """Move the focus to the next pane."""
        if by > 0:
            self._screen.focus_next()
        else:
            self._screen.focus_previous()

    def open_thread(self, message_id: str, text: str = "") -> None:
        """Show the thread of a message and write there; `text` begins the reply."""
        self._screen.telephone.make_room()
        self.feed(inputs.ThreadOpened(message_id))
        self._screen.paint()
        self._screen.room.messages.leave()
        box = self._screen.thread.box
        box.composer.focus()
        if text:
            box.insert(text)

    def close_thread(self) -> None:
        """Close the thread pane."""
        self.feed(inputs.ThreadOpened(""))
        self._screen.paint()
        self._screen.room.box.composer.focus()

    # ---- messages

    def browse(self) -> None:
        """Put the message cursor on the newest message."""
        self.pane.enter()

    def move_cursor(self, by: int) -> None:
        """Move the message cursor; the ends are as far as it goes."""
        if by >= FAR:
            self._to_end()
        self.pane.move(by)
        self._screen.hint()

    def move_list(self, by: int) -> None:
        """Move the cursor of the list that has the focus."""
        screen = self._screen
        (screen.people if screen.focused is screen.people else screen.rooms).move(by)

    def page(self, by: int) -> None:
        """Scroll the timeline by pages; the ends are as far as it goes."""
        self.pane.page(by)

    def to_bottom(self) -> None:
        """Show the newest message and follow the ones that come."""
        self._to_end()
        self.pane.to_bottom()

    def _to_end(self) -> None:
        """Where the past is shown, or what was missed is coming, show the end of the room."""
        if not self._in_thread:
            self.feed(archive_inputs.NewestAsked(self.state.focus))
            self._screen.paint()

    # ---- writing

    def compose(self, text: str = "") -> None:
        """Go to the composer, and insert text at its cursor."""
        self._screen.telephone.make_room()
        if self._screen.panes.rooms == "over" or self._screen.panes.people == "over":
            self._fold_overlays()
        self._screen.paint()
        box = self.box
        box.composer.focus()
        if text:
            box.insert(text)
        else:
            self.pane.leave()

    def _focus_composer(self) -> None:
        self.box.composer.focus()
        self.pane.leave()

    def begin_edit(self, message: Message) -> None:
        """Put a message into the composer to be changed."""
        self.pane.leave()
        self.box.begin_edit(message)
        self.box.composer.focus()

    def new_line(self) -> None:
        """Begin a new line in the composer."""
        self.box.composer.insert("\n")

    def empty(self) -> str | None:
        """Empty the composer, or bring back what emptying it took; answers why not."""
        self.box.composer.focus()
        return None if self.box.empty() else "Nothing is typed here, and nothing was taken away."

    def cancel(self) -> None:
        """Leave editing, else leave the composer for the messages."""
        if not self.box.cancel_edit():
            self.browse()

    def complete(self, move: Literal["next", "previous", "accept", "dismiss"]) -> None:
        """Move in what completion offers, take it, or close it."""
        self.box.complete(move)
        self._screen.hint()

    def give_back(self, word: GiveBack) -> None:
        """Put text back where it was typed, before what stands there already."""
        for box in (self._screen.room.box, self._screen.thread.box):
            if (box.scope, box.thread) == (word.scope, word.thread):
                box.give_back(word.text)
                return
        room = self.state.rooms.get(word.scope)
        draft = room.drafts.get(word.thread, "") if room is not None else ""
        text = f"{word.text}\n{draft}" if draft else word.text
        self.feed(inputs.DraftKept(word.scope, word.thread, text))

    def send(self) -> str | None:
        """Post what stands in the composer, or run it where it is a command."""
        box = self.box
        if not box.text.strip():
            return None
        if isinstance(self._screen.session, NoSession):
            return "The rooms are still being opened. The text stays; press Enter again then."
        match commands.parse(box.text, command_table()) if not box.editing else box.text:
            case commands.Command(name, rest):
                return self._command(box, name, rest)
            case commands.NoCommand() as unknown:
                return unknown.sentence
            case commands.Said(text) | str(text):
                return self._post(box, text)

    def _command(self, box: ComposerBox, name: str, rest: str) -> str | None:
        action = command_table()[name]
        text = box.text
        box.clear()
        refusal = self._attempt(action, rest)
        if refusal and not box.text:
            box.restore(text)
        return refusal

    def _post(self, box: ComposerBox, typed: str) -> str | None:
        posted = posting(box, typed, self.op_id(), self.now())
        if isinstance(posted, str):
            return posted
        self.feed(posted)
        self._screen.typing.stop()
        box.clear()
        self.to_bottom()
        return None

    # ---- telling that I type

    def typed(self, box: ComposerBox) -> None:
        """The text of a composer changed."""
        self.telling.typed(box)
