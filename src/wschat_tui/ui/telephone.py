"""The screens of calls, and what actions may ask of them; each is loaded when it is needed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.state.resolve import direct_scope
from wschat_tui.state.select import name_of
from wschat_tui.ui.later import call_inputs, inputs
from wschat_tui.ui.panes import BESIDE_FROM
from wschat_tui.ui.phone import KINDS, CallLook

if TYPE_CHECKING:
    from wschat_tui.runtime.services import MediaView
    from wschat_tui.state.calls.call import Call, Shown
    from wschat_tui.state.effects import Notify
    from wschat_tui.state.model import State
    from wschat_tui.ui.phone import Layout, View
    from wschat_tui.ui.push_to_talk import PushToTalk
    from wschat_tui.ui.ringing import Ringing
    from wschat_tui.ui.screens.chat import ChatScreen
    from wschat_tui.ui.terminal_share import TerminalShare
    from wschat_tui.ui.widgets.call_bar import CallBar
    from wschat_tui.ui.widgets.call_pane import CallPane

TALK_LOOK = 0.1
"""Seconds between looks whether the key to talk is still held."""


class Telephone:
    """Implements `ui.phone.Phone` on a chat screen, and shows what the state says of calls."""

    def __init__(self, screen: ChatScreen) -> None:
        self.look = CallLook()
        self.pane: CallPane | None = None
        self._screen = screen
        self._bar: CallBar | None = None
        self._ringing: Ringing | None = None
        self._key: PushToTalk | None = None
        self._watching_key = False
        self._on = ""
        self._last: Shown = ""
        self._verified: tuple[str, ...] = ()
        self._terminal: TerminalShare | None = None
        self._preparing = False

    # ---- what the state says

    @property
    def media(self) -> MediaView | None:
        """The media of the session that is open."""
        return self._screen.session.media

    @property
    def shown(self) -> View:
        """How the call that is on is seen; `away` too where there is none."""
        return self.look.view if self._on else "away"

    def show(self, state: State) -> None:
        """Show what the state says of calls; nothing is loaded while it says nothing."""
        call = state.call
        self._show_ringing(state, call if call is not None and rings(call) else None)
        if call is None or call.phase == "in_ringing":
            self._end()
        else:
            if call.id != self._on:
                self._begin(call)
            self._show_call(state, call)
        self._show_terminal(call)

    def _show_terminal(self, call: Call | None) -> None:
        """Hand over what this terminal shows, while it may be wanted."""
        shared = call is not None and bool(self._on) and call.shows == "terminal"
        if self._terminal is None and (shared or self._preparing):
            from wschat_tui.ui.terminal_share import TerminalShare

            self._terminal = TerminalShare(self._screen, lambda: self.media)
        if self._terminal is not None:
            self._terminal.switch(on=shared or self._preparing)

    def tells(self, word: Notify) -> bool:
        """The banner over every screen says it already."""
        state = self._screen.state
        call = state.call
        return (
            word.bell
            and call is not None
            and rings(call)
            and word.scope == direct_scope(state, call.peer)
        )

    def _show_ringing(self, state: State, call: Call | None) -> None:
        if call is not None:
            if self._ringing is None:
                from wschat_tui.ui.ringing import Ringing

                screen = self._screen
                self._ringing = Ringing(screen, screen.keymap, screen.services)
            self._ringing.show(state, call)
        elif self._ringing is not None:
            self._ringing.stop()
            self._ringing = None

    def _begin(self, call: Call) -> None:
        screen = self._screen
        self._on = call.id
        self.look = replace(self.look, view="alone", full=False, figures=False)
        if self.pane is None:
            self._mount()
        self._arrange()
        if screen.app.screen is not screen:
            name = name_of(screen.state, call.peer)
            screen.toasts.say(f"The call with {name} is behind this; close it to see the call.")

    def _mount(self) -> None:
        from wschat_tui.ui.widgets.call_bar import CallBar
        from wschat_tui.ui.widgets.call_pane import CallPane

        screen, keymap = self._screen, self._screen.keymap
        self.pane = CallPane(keymap, lambda: self.media)
        self._bar = CallBar(keymap.key_of("call.view"), keymap.key_of("call.hang_up"))
        screen.query_one("#body").mount(self.pane, after=screen.rooms)
        screen.mount(self._bar, after=screen.trouble)

    def _show_call(self, state: State, call: Call) -> None:
        from wschat_tui.ui.widgets.call_pane import Scene

        now = self._screen.services.now()
        if self._bar is not None:
            self._bar.show(state, call, now)
        if self.pane is not None and self.look.view != "away":
            verified = bool(call.words) and call.words == self._verified
            unread = sum(room.unread for room in state.rooms.values())
            self.pane.show(Scene(state, call, self.look, now, unread, verified=verified))

    def _end(self) -> None:
        if self._on:
            self._on = ""
            self._stop_talking()
            if self.pane is not None:
                self.pane.rest()
            self._arrange()

    def _arrange(self) -> None:
        """Fold the panes of the screen around the call; the focus follows."""
        screen, view = self._screen, self.shown
        screen.set_class(view != "away" and self.look.full, "-call-full")
        if self._bar is not None:
            self._bar.set_class(not self._on or view != "away", "-hidden")
        if view != "away":
            rooms = False if screen.wanted.rooms is False else None
            people = False if screen.wanted.people is False else None
            screen.wanted = replace(screen.wanted, rooms=rooms, people=people)
        screen.fold()
        if self.pane is not None and view == "alone":
            self.pane.focus()
        screen.mark()

    def fold(self, view: View) -> None:
        """The screen has room for the call so."""
        screen = self._screen
        if self.pane is not None:
            self.pane.set_class(view == "away", "-hidden")
            self.pane.set_class(view == "beside", "-beside")
        for pane in (screen.room, screen.thread):
            pane.set_class(view == "beside", "-with-call")

    def make_room(self) -> None:
        """The user goes elsewhere: the chat is seen again, and the call goes on."""
        if self.shown == "alone" or (self._on and not self._screen.panes.room):
            self.view("away")

    # ---- what actions ask

    def prepare(self, user: str, shows: Shown | None = None) -> None:
        """Let the user look at devices and choose before calling; None: as the last time."""
        from wschat_tui.ui.screens.call_setup import CallSetupScreen, Plan

        def chosen(plan: Plan | None) -> None:
            self._preparing = False
            self._screen.mark()
            if plan is not None:
                self.call(user, plan.shows, plan.what)

        app = self._screen.app
        first = self._last if shows is None else shows
        app.push_screen(CallSetupScreen(self._screen.state, user, self.media, first), chosen)
        self._preparing = any(isinstance(one, CallSetupScreen) for one in app.screen_stack)
        self._screen.mark()

    def call(self, user: str, shows: Shown, what: str = "") -> None:
        """Call somebody now."""
        services = self._screen.services
        self._last = shows if shows not in {"command", "file"} else ""
        asked = call_inputs.CallAsked(
            services.op_id(), services.now(), user, KINDS[shows], shows, what
        )
        self._screen.session.feed(asked)

    def accept(self, shows: Shown, what: str = "") -> None:
        """Take the call that rings; it is shown as soon as the state says that it is on."""
        services, call = self._screen.services, self._screen.state.call
        seen = call.id if call is not None else ""
        self._screen.session.feed(
            call_inputs.CallAccepted(services.op_id(), services.now(), shows, what, seen)
        )

    def hang_up(self) -> None:
        """End the call, where one is on: whoever leaves the program hangs up first."""
        call = self._screen.state.call
        if call is not None and call.phase != "in_ringing":
            services = self._screen.services
            self._screen.session.feed(call_inputs.HangUpAsked(services.op_id(), services.now()))

    def view(self, view: View) -> None:
        """Show the call so; `away` goes back to writing, `beside` opens the chat with them."""
        call = self._screen.state.call
        if call is None:
            return
        if view == "beside":
            desk = self._screen.desk
            scope = direct_scope(desk.state, call.peer)
            desk.feed(inputs.RoomOpened(desk.op_id(), desk.now(), scope))
            view = view if self._screen.size.width >= BESIDE_FROM else "away"
        self.look = replace(self.look, view=view, full=False)
        self._arrange()
        self._screen.paint()
        if view == "away":
            self._screen.desk.compose()

    def lay(self, layout: Layout) -> None:
        """Arrange the pictures so."""
        self.look = replace(self.look, layout=layout)
        self._screen.mark()

    def fill(self, *, full: bool) -> None:
        """Give the whole terminal to the picture, or no longer."""
        self.look = replace(self.look, full=full, view="alone" if full else self.look.view)
        self._arrange()

    def explain(self, *, figures: bool) -> None:
        """Show all figures over the picture, or no longer."""
        self.look = replace(self.look, figures=figures)
        self._screen.mark()

    def refresh(self) -> None:
        """Something that is no part of the state changed, such as a volume."""
        self._screen.mark()

    def choose_share(self) -> None:
        """Let the user choose what to send a picture of."""
        from wschat_tui.ui.screens.call_share import CallShareScreen, Share

        def chosen(share: Share | None) -> None:
            if share is not None:
                desk = self._screen.desk
                desk.feed(call_inputs.ShowAsked(desk.op_id(), desk.now(), share.shows, share.what))

        call = self._screen.state.call
        if call is not None:
            self._screen.app.push_screen(CallShareScreen(call.shows), chosen)

    def choose_devices(self) -> None:
        """Let the user choose devices, volumes and when the microphone is sent."""
        from wschat_tui.ui.screens.call_devices import CallDevicesScreen

        if self.media is not None:
            self._screen.app.push_screen(CallDevicesScreen(self.media), lambda _: self.refresh())

    def verify(self) -> None:
        """Show the words that both sides compare, and keep what came of it."""
        from wschat_tui.ui.screens.call_verify import CallVerifyScreen, Verdict

        call = self._screen.state.call
        if call is None or not call.words:
            self._screen.toasts.say("The words are made when the call connects; wait a moment.")
            return
        words = call.words

        def told(verdict: Verdict | None) -> None:
            if verdict == "same":
                self._verified = words
                self._screen.mark()
            elif verdict == "differ":
                self.hang_up()

        name = name_of(self._screen.state, call.peer)
        self._screen.app.push_screen(CallVerifyScreen(words, name), told)

    # ---- talking by a key

    def talk(self) -> None:
        """The key to talk came: once, or once more while it is held."""
        from wschat_tui.ui.push_to_talk import PushToTalk

        if self._key is None:
            self._key = PushToTalk()
        self._push(on=self._key.press(_now()))
        self._watch_key()

    def _push(self, *, on: bool) -> None:
        if self.media is not None:
            self.media.push(on)
        self._screen.mark()

    def _watch_key(self) -> None:
        if self._key is not None and self._key.waits and not self._watching_key:
            self._watching_key = True
            self._screen.set_timer(TALK_LOOK, self._look_at_key, name="talk")

    def _look_at_key(self) -> None:
        self._watching_key = False
        if self._key is not None and self._key.waits:
            self._push(on=self._key.look(_now()))
            self._watch_key()

    def _stop_talking(self) -> None:
        if self._key is not None and self._key.on:
            self._key.stop()
            self._push(on=False)


def rings(call: Call) -> bool:
    """It rings here; one that came too soon after another does not yet."""
    return call.phase == "in_ringing" and not call.quiet


def _now() -> float:
    return asyncio.get_running_loop().time()
