"""The files of a message: save them, look at images, open them in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from textual.worker import WorkerState

from wschat_tui.ui.amount import amount
from wschat_tui.ui.screens.picture import PictureScreen
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.menu import Item, Menu
from wschat_tui.ui.widgets.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from textual import events
    from textual.app import ComposeResult
    from textual.worker import Worker

    from wschat_tui.runtime.services import FilesView, Whereabouts
    from wschat_tui.state.model import Attachment

_AT_REST = (
    Hint("Enter", "save", "screen.save"),
    Hint("v", "view image", "screen.view"),
    Hint("o", "open in browser", "screen.open"),
    Hint("Esc", "close", "screen.back"),
)
_AT_WORK = (Hint("Esc", "stop", "screen.back"),)


class FilesScreen(Sheet[None]):
    """Nothing is fetched before a key asks for it, and one file at a time."""

    CSS_PATH = ["../styles/sheet.tcss", "../styles/files.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", show=False),
        Binding("v", "view", "View", show=False),
        Binding("o", "open", "Open in the browser", show=False),
    ]

    def __init__(
        self,
        attachments: tuple[Attachment, ...],
        files: FilesView,
        open_link: Callable[[str], None],
    ) -> None:
        """`open_link`: asks, then opens a link."""
        super().__init__(classes="sheet-screen")
        self._attachments = attachments
        self._files = files
        self._open_link = open_link
        self._work: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """The files, what is known of one, how it goes, the keys."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Files"
            items = (self._item(at) for at in range(len(self._attachments)))
            yield Menu(*items, keys_alone=True, id="files")
            yield Static("", id="about", markup=False)
            yield Progress(id="progress")
            with Vertical(classes="sheet-foot"):
                yield Hints(*_AT_REST)

    def on_mount(self) -> None:
        """Arrows choose."""
        self.query_one(Menu).focus()

    def _item(self, at: int) -> Item:
        file = self._attachments[at]
        place = self._files.whereabouts(file.url)
        size = amount(file.size) if file.size is not None else ""
        host = "this server" if place.own else place.host
        known = " · ".join(filter(None, (host, size, file.content_type)))
        return Item(str(at), Content(file.name), Content.styled(known, "$text-muted"))

    # ---- which file

    def on_menu_moved(self, event: Menu.Moved) -> None:
        """Tell about the file under the cursor."""
        event.stop()
        file = self._file
        if file is not None:
            about = Content(_about(file, self._files.whereabouts(file.url)))
            self.query_one("#about", Static).update(about)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Enter saves."""
        event.stop()
        self.action_save()

    @property
    def _file(self) -> Attachment | None:
        item = self.query_one(Menu).current
        return self._attachments[int(item.key)] if item is not None else None

    # ---- what is done with it

    def action_save(self) -> None:
        """Fetch the file into the folder for downloads."""
        self._begin("Saving", self._save)

    def action_view(self) -> None:
        """Fetch the image and show it."""
        self._begin("Fetching", self._view)

    def action_open(self) -> None:
        """Ask, then open it in the browser."""
        file = self._file
        if file is None or self._busy:
            return
        place = self._files.whereabouts(file.url)
        # What is refused here is judged again by the opener, which takes http and https alone.
        self._open_link(place.url or file.url)

    def action_back(self) -> None:
        """Stop what is going on, else close."""
        if self._work is not None and self._busy:
            self._work.cancel()
        else:
            self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it, unless something is going on."""
        if event.widget is self and not self._busy:
            self.dismiss(None)

    @property
    def _busy(self) -> bool:
        return self._work is not None and not self._work.is_finished

    def _begin(
        self, verb: str, do: Callable[[Attachment, _Told], Coroutine[Any, Any, None]]
    ) -> None:
        file = self._file
        if file is None or self._busy:
            return
        self.query_one(Hints).show(*_AT_WORK)
        told = _Told(f"{verb} {file.name}", self.query_one(Progress))
        self._work = self.run_worker(do(file, told), name="file", group="file")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """It ended, or was stopped."""
        if event.worker is self._work and event.worker.is_finished:
            self.query_one(Hints).show(*_AT_REST)
            if event.state is WorkerState.CANCELLED:
                self.query_one(Progress).say("Stopped; nothing was kept.", "bad")

    async def _save(self, file: Attachment, told: _Told) -> None:
        outcome = await self._files.save(file.url, file.name, told)
        self.query_one(Progress).say(outcome.sentence, "good" if outcome.ok else "bad")

    async def _view(self, file: Attachment, told: _Told) -> None:
        image = await self._files.image(file.url, told)
        if isinstance(image, str):
            self.query_one(Progress).say(image, "bad")
            return
        self.query_one(Progress).say("")
        self.app.push_screen(PictureScreen(file.name, image))


class _Told:
    """Says how far it is, where that changes what is said."""

    def __init__(self, what: str, progress: Progress) -> None:
        self._what = what
        self._progress = progress
        progress.say(what, "busy")

    def __call__(self, came: int, whole: int | None) -> None:
        far = f"{100 * came // whole} % of {amount(whole)}" if whole else amount(came)
        sentence = f"{self._what}: {far}"
        if sentence != self._progress.sentence:
            self._progress.say(sentence, "busy")


def _about(file: Attachment, place: Whereabouts) -> str:
    """What kind of file it is, and who learns of it when it is fetched."""
    kind = f" ({file.content_type})" if file.content_type else ""
    if place.refusal:
        return place.refusal
    if place.own:
        return f"From the chat server{kind}."
    return f"From {place.host}{kind}, which learns your address when you fetch it."
