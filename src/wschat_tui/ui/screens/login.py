"""Logging in to a server, by password or with a token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from wschat_tui.protocol.dialects import DIALECTS
from wschat_tui.runtime.services import LoginForm, Outcome
from wschat_tui.state.text import clean
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.choice import Choice
from wschat_tui.ui.widgets.entry import Entry
from wschat_tui.ui.widgets.form_row import FormRow
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.progress import Progress
from wschat_tui.ui.widgets.secret import SecretInput

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.worker import Worker

    from wschat_tui.runtime.services import Services

Mode = Literal["password", "token"]

_MODES = {"password": "Password", "token": "Access token"}
_DIALECT_LABELS = {"standard": "Standard", "goconnect": "GoConnect"}
_OF_MODE: dict[str, Mode] = {
    "email": "password",
    "password": "password",
    "code": "password",
    "token": "token",
    "user": "token",
}
_NEEDED: dict[Mode, tuple[tuple[str, str], ...]] = {
    "password": (
        ("server", "Which server? Type its address, such as chat.example.org."),
        ("email", "Which account? Type the email address you log in with."),
        ("password", "The password is missing."),
    ),
    "token": (
        ("server", "Which server is the token for? Type its address, such as chat.example.org."),
        ("token", "The token is missing. Paste it here: it is not shown."),
    ),
}
_HOME: dict[Mode, str] = {
    "password": "Your password is not kept. The token you get is kept in the system's keyring, "
    "or until you quit where there is none.",
    "token": "The token is kept in the system's keyring, or until you quit where there is none.",
}
_TITLES: dict[Mode, str] = {"password": "Connect to a server", "token": "Import a token"}
_SUBMITS: dict[Mode, str] = {"password": "Log in", "token": "Use this token"}
_HOST = re.compile(r"^(?:[a-z]+://)?(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:\s]+)", re.IGNORECASE)
_HERE = r"(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/?#]|$)"
_OPEN = re.compile(rf"^(?:ws|http)://(?!{_HERE})", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_INPUTS = ("server", "email", "password", "code", "token", "user", "profile")


def suggested_profile(server: str) -> str:
    """A profile's name made from a server's address: its host."""
    found = _HOST.match(server.strip())
    return _NOT_IN_A_NAME.sub("-", found[1]).strip("-")[:64].lower() if found else ""


class LoginScreen(Sheet[Outcome | None]):
    """The form to log in with. Dismisses with the good `Outcome`, whose `profile` is ready to open.

    None where the user gave up. While the server is asked, Escape stops that and keeps the form.
    What was typed stays through every failure; the field at fault gets the focus and the sentence.
    """

    CSS_PATH = ["../styles/sheet.tcss", "../styles/login.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Back", show=False),
        # Ahead of the keys that follow: what a password manager types fast is for the next field.
        Binding("tab", "app.focus_next", "Next field", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Previous field", show=False, priority=True),
        Binding("down", "app.focus_next", "Next field", show=False),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("ctrl+t", "other_mode", "Password or token", show=False),
    ]

    def __init__(
        self,
        services: Services,
        mode: Mode = "password",
        *,
        server: str = "",
        profile: str = "",
        sentence: str = "",
        token_home: str = "",
    ) -> None:
        """`sentence`: why a login is needed. `token_home`: where tokens will be, as "in memory"."""
        super().__init__(classes="sheet-screen")
        self._services = services
        self._mode: Mode = mode
        self._server = clean(server, one_line=True)
        self._profile = clean(profile, one_line=True)
        self._sentence = sentence
        self._home = f"The token will be kept {clean(token_home)}." if token_home else ""
        self._asking: Worker[None] | None = None
        self._code_asked = False
        self._insecure_asked = False

    def compose(self) -> ComposeResult:
        """The form, what is going on, the buttons, the keys."""
        with Vertical(id="login", classes="sheet"):
            with VerticalScroll(id="fields", can_focus=False):
                yield from self._rows()
                yield Static("", id="home", markup=False)
            yield Progress(id="status")
            with Horizontal(classes="sheet-buttons"):
                yield Button("Back", id="back", compact=True)
                yield Button("Log in", id="submit", variant="primary", compact=True)
            with Vertical(classes="sheet-foot"):
                yield Hints(id="keys")

    def _rows(self) -> ComposeResult:
        yield FormRow("Log in with", Choice(_MODES, self._mode, id="mode"))
        yield FormRow("Server", _line("server", "chat.example.org", self._server))
        yield FormRow("Email", _line("email", "you@example.org"))
        yield FormRow("Password", SecretInput("not shown", id="password"))
        yield FormRow("One-time code", _line("code", "from your authenticator"))
        yield FormRow("Token", SecretInput("paste it; not shown", id="token"))
        yield FormRow("User id", _line("user", "only if the token does not say it"))
        yield FormRow("Profile", _line("profile", "a name for this login", self._profile))
        labels = {name: _DIALECT_LABELS.get(name, name) for name in DIALECTS}
        yield FormRow("Dialect", Choice(labels, id="dialect"))
        allow = {"no": "Refuse", "yes": "Allow: others can read it"}
        yield FormRow("Unencrypted", Choice(allow, id="insecure"))

    def on_mount(self) -> None:
        """Show the fields that matter and go to the first that is empty."""
        self._arrange()
        self._suggest()
        self._status.say(self._sentence, "bad")
        self._show_keys()
        names = [name for name, _ in _NEEDED[self._mode]]
        self._go_to(next((name for name in names if not self._text(name)), names[-1]))

    @property
    def _status(self) -> Progress:
        return self.query_one("#status", Progress)

    @property
    def _busy(self) -> bool:
        return self._asking is not None

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _held(self, name: str) -> str:
        return self.query_one(f"#{name}", Choice).value

    def _row(self, name: str) -> FormRow:
        return self.query_one(f"#row-{name}", FormRow)

    def _go_to(self, name: str) -> None:
        self._row(name).control.focus()

    def _arrange(self) -> None:
        """Show the fields of this mode, and the rare ones where they matter."""
        for name, mode in _OF_MODE.items():
            self._row(name).display = mode == self._mode
        self._row("code").display = self._mode == "password" and self._code_asked
        exposed = self._insecure_asked or _OPEN.match(self._text("server")) is not None
        self._row("insecure").display = exposed
        self.query_one("#login").border_title = _TITLES[self._mode]
        self.query_one("#submit", Button).label = _SUBMITS[self._mode]
        self.query_one("#home", Static).update(Content(self._home or _HOME[self._mode]))

    def _suggest(self) -> None:
        suggestion = suggested_profile(self._text("server"))
        self.query_one("#profile", Input).placeholder = suggestion or "a name for this login"

    def _show_keys(self) -> None:
        word = "Stop" if self._busy else "Back"
        self.query_one("#back", Button).label = Content(word)
        stop = Hint("Esc", word.lower(), "screen.cancel")
        if self._busy:
            self.query_one("#keys", Hints).show(stop)
            return
        other = "use a password" if self._mode == "token" else "use a token"
        self.query_one("#keys", Hints).show(
            Hint("Enter", "log in", "screen.submit"),
            Hint("Tab", "next field", "app.focus_next"),
            Hint("^T", other, "screen.other_mode"),
            stop,
        )

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """The way to log in changed; what is typed in the other stays."""
        if event.choice.id == "mode":
            self._mode = "token" if event.value == "token" else "password"
            self._arrange()
            self._show_keys()

    def action_other_mode(self) -> None:
        """Change between password and token."""
        self.query_one("#mode", Choice).action_step(1)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A field that is being mended is no longer marked."""
        if event.input.id in _INPUTS:
            self._row(event.input.id).mark(fault=False)
        if event.input.id == "server":
            self._arrange()
            self._suggest()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in any field logs in."""
        event.stop()
        self.action_submit()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was pressed or clicked."""
        event.stop()
        if event.button.id == "submit":
            self.action_submit()
        else:
            self.action_cancel()

    def form(self) -> LoginForm:
        """What is typed, for the way to log in that is chosen."""
        by_token = self._mode == "token"
        server = self._text("server")
        return LoginForm(
            server=server,
            profile=self._text("profile") or suggested_profile(server),
            email="" if by_token else self._text("email"),
            password="" if by_token else self.query_one("#password", Input).value,
            code="" if by_token else self._text("code"),
            token=self._text("token") if by_token else "",
            user=self._text("user") if by_token else "",
            dialect=self._held("dialect"),
            insecure=self._row("insecure").display and self._held("insecure") == "yes",
        )

    def action_submit(self) -> None:
        """Ask the server, unless something is missing or it is being asked already."""
        if self._busy:
            return
        for name, sentence in _NEEDED[self._mode]:
            if not self._text(name):
                self._blame(name, sentence)
                return
        self._blame("", "")
        form = self.form()
        self._status.say(f"Logging in to {form.server}", "busy")
        self._asking = self.run_worker(self._ask(form), name="log in", group="login")
        self._show_keys()

    async def _ask(self, form: LoginForm) -> None:
        outcome = await self._services.login(form)
        self._end()
        if outcome.ok:
            self._forget_secrets()
            self.dismiss(outcome)
        else:
            self._blame(outcome.field, outcome.sentence or "The server did not say why it refused.")

    def _end(self) -> None:
        self._asking = None
        self._show_keys()

    def _forget_secrets(self) -> None:
        for secret in self.query(SecretInput):
            secret.value = ""

    def _blame(self, name: str, sentence: str) -> None:
        """Show what is wrong, mark the field at fault and go there. No name: it is none of them."""
        self._code_asked |= name == "code"
        self._insecure_asked |= name == "insecure"
        mode = _OF_MODE.get(name)
        if mode is not None and mode != self._mode:
            self.query_one("#mode", Choice).value = self._mode = mode
        self._arrange()
        for row in self.query(FormRow):
            row.mark(fault=row.control.id == name)
        self._status.say(sentence, "bad")
        if any(row.control.id == name for row in self.query(FormRow)):
            self._go_to(name)

    def action_cancel(self) -> None:
        """Stop asking and keep the form; else leave it."""
        if self._asking is None:
            self._forget_secrets()
            self.dismiss(None)
            return
        self._asking.cancel()
        self._end()
        self._status.say("Stopped. What you typed is still here.", "bad")


def _line(name: str, placeholder: str, value: str = "") -> Entry:
    return Entry(value, placeholder, id=name)
