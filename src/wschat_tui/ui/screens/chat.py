"""The chat screen: lays the panes out, paints what changed, and turns gestures into actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events, on
from textual.binding import BindingsMap
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from wschat_tui.ui.chat_desk import ChatDesk
from wschat_tui.ui.hints_of import hints
from wschat_tui.ui.later import archive_inputs, effects, inputs
from wschat_tui.ui.link_words import trouble
from wschat_tui.ui.no_session import NoSession
from wschat_tui.ui.painter import Painter
from wschat_tui.ui.panes import WIDTHS, Panes, Wanted, arrange
from wschat_tui.ui.people_rows import people_rows
from wschat_tui.ui.room_rows import room_rows
from wschat_tui.ui.screens.attached import Under, attached
from wschat_tui.ui.seeing import Seeing
from wschat_tui.ui.telephone import Telephone
from wschat_tui.ui.toasts import Toasts
from wschat_tui.ui.typing_notice import TypingNotice
from wschat_tui.ui.widgets import timeline_messages
from wschat_tui.ui.widgets.composer import Composer
from wschat_tui.ui.widgets.composer_box import ComposerBox
from wschat_tui.ui.widgets.header import Header
from wschat_tui.ui.widgets.hint_line import HintLine
from wschat_tui.ui.widgets.room_pane import RoomPane
from wschat_tui.ui.widgets.row_list import RowList
from wschat_tui.ui.widgets.thread_pane import ThreadPane, ThreadTitle

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from textual.app import ComposeResult
    from textual.timer import Timer

    from wschat_tui.runtime.services import Services, SessionView
    from wschat_tui.state.effects import GiveBack
    from wschat_tui.state.model import LinkState, State
    from wschat_tui.ui.keys import Keymap


RECENT = 20
"""Rooms whose order of visit is remembered."""


class ChatScreen(Screen[None]):
    """The rooms, the open room, its people and a thread; works on whatever session is attached."""

    AUTO_FOCUS = "#composer-text"
    HORIZONTAL_BREAKPOINTS = WIDTHS

    def __init__(self, services: Services, keymap: Keymap, tz: tzinfo) -> None:
        super().__init__()
        self.services = services
        self.keymap = keymap
        self.tz = tz
        self.session: SessionView = NoSession()
        self.desk = ChatDesk(self)
        self.wanted = Wanted()
        self.panes = arrange(0, self.wanted)
        self.recent: tuple[str, ...] = ()
        self.seeing = Seeing(services, lambda: self.session, lambda: self.panes.room)
        self.typing = TypingNotice(self.desk.telling.tell)
        self.toasts = Toasts(self, services)
        self.telephone = Telephone(self)
        self._painter = Painter(self.paint)
        self._parts: dict[str, tuple[object, ...]] = {}
        self._unhook: list[Callable[[], None]] = []
        self._seconds: Timer | None = None
        self._styled = False
        self._bindings = BindingsMap.merge([self._bindings, keymap.bindings("anywhere")])
        self.header = Header()
        self.trouble = Static(id="trouble", markup=False)
        self.rooms = RowList(id="rooms")
        self.room = RoomPane(keymap, self.desk.feed, tz)
        self.thread = ThreadPane(keymap, self.desk.feed, tz)
        self.people = RowList(id="people")
        self.hints = HintLine()
        self.rooms.listen_to(keymap.bindings("rooms", "lists"))
        self.people.listen_to(keymap.bindings("people", "lists"))

    @property
    def state(self) -> State:
        """The newest state."""
        return self.session.state

    def get_widget_and_offset_at(self, x: int, y: int) -> Under:
        """What the mouse is on, unless it was just taken away."""
        return attached(super().get_widget_and_offset_at(x, y))

    def compose(self) -> ComposeResult:
        """The real layout at once, of whatever is known; what nobody sees yet comes later."""
        self._lay(arrange(self.app.size.width, self.wanted), update=False)
        self._fill()
        yield self.header
        yield self.trouble
        with Horizontal(id="body"):
            yield self.rooms
            yield self.room
            yield self.people
        yield self.hints

    def _fill(self) -> None:
        """Have something to say in the very first picture."""
        state = self.state
        self.header.show(state, self.services.now(), self.keymap.key_of("link.retry"))
        self.people.put(people_rows(state))
        self.room.show(state, rooms_seen=self.panes.rooms != "hidden")
        self.hint()

    def update_node_styles(self, animate: bool = True) -> None:
        """Style anew when the screen comes back; the first time, mounting has just done it."""
        if self._styled:
            super().update_node_styles(animate)
        self._styled = True

    # ---- the session

    def attach(self, session: SessionView) -> None:
        """Show this session from now on."""
        self.detach()
        self.session = session
        self._unhook = [session.listen(self._painter.mark), session.on_word(self.hear)]
        session.feed(inputs.AttentionChanged(self.app.app_focus))
        self._painter.mark()

    def keep_drafts(self) -> None:
        """Tell the session what stands in the composers, down to the last key."""
        for box in (self.room.box, self.thread.box):
            box.keep_draft()

    def detach(self) -> SessionView:
        """Show nothing from now on; what is typed is kept as a draft. Answers what was shown."""
        self.keep_drafts()
        self.typing.stop()
        for unhook in self._unhook:
            unhook()
        self._unhook = []
        session, self.session = self.session, NoSession()
        self._painter.mark()
        return session

    def hear(self, word: effects.Notify | GiveBack) -> None:
        """Tell the user, or give text back to the composer it came from."""
        if isinstance(word, effects.Notify):
            if not self.telephone.tells(word):
                self.toasts.show(word)
        else:
            self.desk.give_back(word)

    # ---- painting

    def on_mount(self) -> None:
        """Paint once, from nothing."""
        self.paint()
        self.call_after_refresh(self._mount_thread)

    def _mount_thread(self) -> None:
        self.query_one("#body").mount(self.thread, after=self.room)
        self.mark()

    def on_unmount(self) -> None:
        """Paint no more."""
        self._painter.stop()

    def paint(self) -> None:
        """Show every part of the state that changed since it was shown last."""
        if not self.is_mounted:
            return
        state = self.state
        retry = self.keymap.key_of("link.retry")
        unseen = self.telephone.shown == "away"
        self.header.show(state, self.services.now(), retry, call=unseen)
        self._count_seconds()
        if self._changed("trouble", state.link):
            self._show_trouble(trouble(state.link), state.link)
        if self._changed("thread", state.thread):
            self.fold()
        self._remember(state.focus)
        if self._changed("rooms", state.rooms, state.people, state.focus, state.thread, state.me):
            self.rooms.put(room_rows(state))
        if self._changed("people", state.rooms.get(state.focus), state.people, state.now):
            self.people.put(people_rows(state))
        self.room.show(state, rooms_seen=self.panes.rooms != "hidden")
        if self.thread.is_attached:
            self.thread.show(state)
        self.telephone.show(state)
        self.hint()

    def hint(self) -> None:
        """Name the keys that matter where the user is."""
        state = self.state
        note = f"token {state.token_home}" if state.token_home else ""
        self.hints.show(hints(self.keymap.actions, state, self.desk.place), note)

    def _remember(self, scope: str) -> None:
        if scope and scope != next(iter(self.recent), ""):
            self.typing.stop()
            self.recent = (scope, *(one for one in self.recent if one != scope))[:RECENT]

    def mark(self) -> None:
        """Paint soon."""
        self._painter.mark()

    def _changed(self, part: str, *now: object) -> bool:
        before = self._parts.get(part)
        self._parts[part] = now
        return before is None or any(a is not b for a, b in zip(before, now, strict=True))

    def _show_trouble(self, sentence: str, link: LinkState) -> None:
        does = "opens the login" if link.phase == "login" else "tries again now"
        helps = "" if link.final else f"  {self.keymap.key_of('link.retry')} or a click {does}."
        if sentence:
            self.trouble.update(Content(f"{sentence}{helps}"))
        if self.trouble.display != bool(sentence):
            self.trouble.display = bool(sentence)

    def _count_seconds(self) -> None:
        """A countdown needs a clock, and nothing else does."""
        if self.header.ticks() and self._seconds is None:
            self._seconds = self.set_interval(1, self._painter.mark, name="countdown")
        elif not self.header.ticks() and self._seconds is not None:
            self._seconds.stop()
            self._seconds = None

    # ---- layout

    def fold(self) -> None:
        """Show the panes that fit and are wanted."""
        rooms, people = self.wanted.rooms, self.wanted.people
        self.wanted = Wanted(rooms, people, bool(self.state.thread), self.telephone.shown)
        panes = arrange(self.size.width, self.wanted)
        if panes != self.panes:
            self._lay(panes)
            self._keep_writing()
            self.seeing.pay()

    def _keep_writing(self) -> None:
        """Where the pane that had the focus is folded away, what is typed goes to a composer."""
        around = self.focused.ancestors_with_self if self.focused is not None else ()
        if self.focused is not None and not any(one.has_class("-hidden") for one in around):
            return
        if self.panes.call == "alone" and self.telephone.pane is not None:
            self.telephone.pane.focus()
        else:
            (self.room if self.panes.room else self.thread).box.composer.focus()

    def _lay(self, panes: Panes, *, update: bool = True) -> None:
        self.panes = panes
        for pane, shown in ((self.rooms, panes.rooms), (self.people, panes.people)):
            pane.set_class(shown == "hidden", "-hidden", update=update)
            pane.set_class(shown == "over", "-over", update=update)
        self.thread.set_class(panes.thread == "hidden", "-hidden", update=update)
        self.thread.set_class(panes.room, "-beside", update=update)
        self.room.set_class(not panes.room, "-hidden", update=update)
        if panes.call != "away" or self.telephone.pane is not None:
            self.telephone.fold(panes.call)

    def on_resize(self, _event: events.Resize) -> None:
        """Fold panes away, or unfold them."""
        self.fold()
        self.mark()

    # ---- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key means its action here and now; where not, the key goes on."""
        if action == "act":
            return self.desk.allows(str(parameters[0]))
        return True

    def action_act(self, action_id: str) -> None:
        """Run an action of the registry."""
        self.desk.run(action_id)

    # ---- what the panes tell

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The user is elsewhere now."""
        for box in (self.room.box, self.thread.box):
            box.set_class(event.widget is box.composer, "-live")
        self.hint()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Whoever leaves a composer has stopped typing."""
        if isinstance(event.widget, Composer):
            self.typing.stop()

    @on(RowList.Chosen, "#rooms")
    def _room_chosen(self, event: RowList.Chosen) -> None:
        self.desk.open_room(event.key)

    @on(RowList.Chosen, "#people")
    def _person_chosen(self, event: RowList.Chosen) -> None:
        self.desk.open_direct(event.key)

    @on(HintLine.Clicked)
    def _hint_clicked(self, event: HintLine.Clicked) -> None:
        self.desk.run(event.action_id)

    @on(Header.Clicked)
    def _header_clicked(self, event: Header.Clicked) -> None:
        if event.status:
            self.desk.compose("/status ")
        else:
            self.desk.run("link.retry")

    def on_click(self, event: events.Click) -> None:
        """A click on the sentence about the connection tries again."""
        if event.widget is self.trouble:
            self.desk.run("link.retry")

    def on_call_bar_clicked(self) -> None:
        """Back to the call; found by its name, since what it names is loaded with the first one."""
        self.desk.run("call.view")

    @on(ThreadTitle.Closed)
    def _thread_closed(self) -> None:
        self.desk.close_thread()

    @on(ComposerBox.Typed)
    def _typed(self, event: ComposerBox.Typed) -> None:
        self.desk.typed(event.box)
        (self.room if event.box is self.room.box else self.thread).count(self.state)
        self.hint()

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted on messages or lists is meant to be written: none of it is lost."""
        self.desk.compose()
        self.desk.box.composer.post_message(events.Paste(event.text))

    @on(Composer.Pasted)
    def _pasted(self, event: Composer.Pasted) -> None:
        composer, text = event.composer, event.text
        question = f"Paste {event.lines:,} lines as one message?"
        self.desk.confirm(question, "Paste", lambda: composer.paste(text))

    @on(timeline_messages.Moved)
    @on(timeline_messages.Selected)
    def _messages_moved(self) -> None:
        self.mark()

    @on(timeline_messages.Seen)
    def _seen(self, event: timeline_messages.Seen) -> None:
        past = self.state.past
        shown = past.scope if past is not None else ""
        self.seeing.look(self.state.places.get(event.message_id, shown), event.message_id)

    @on(timeline_messages.NeedOlder)
    def _older(self) -> None:
        self.session.feed(inputs.OlderAsked(self.state.focus))

    @on(timeline_messages.NeedNewer)
    def _newer(self) -> None:
        self.session.feed(archive_inputs.NewerAsked(self.state.focus))

    @on(timeline_messages.ThreadClicked)
    def _thread_clicked(self, event: timeline_messages.ThreadClicked) -> None:
        self.desk.open_thread(event.message_id)

    @on(timeline_messages.ReactionClicked)
    def _reaction_clicked(self, event: timeline_messages.ReactionClicked) -> None:
        op_id, now = self.services.op_id(), self.services.now()
        self.session.feed(inputs.ReactAsked(op_id, now, event.message_id, event.reaction))

    @on(timeline_messages.LinkClicked)
    def _link_clicked(self, event: timeline_messages.LinkClicked) -> None:
        self.desk.open_link(event.url)

    @on(timeline_messages.Activated)
    def _activated(self, event: timeline_messages.Activated) -> None:
        self.desk.run("message.files" if event.hint == "file" else "message.reply")
