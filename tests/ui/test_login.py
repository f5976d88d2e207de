"""Logging in: what is sent, what stays after a failure, where the focus goes, and what never leaks."""

import asyncio
import io

import pytest
from rich.console import Console
from textual.widgets import Button, Input

from wschat_tui.runtime.services import LoginForm, Outcome
from wschat_tui.ui.screens.login import LoginScreen, suggested_profile
from wschat_tui.ui.widgets.choice import Choice
from wschat_tui.ui.widgets.progress import Progress
from wschat_tui.ui.widgets.secret import SecretInput

REFUSED = "The server refused the password. Nothing was saved; check it and try again."
SECRET = "correct horse"


def text_of(app, name):
    return app.screen.query_one(f"#{name}", Input).value


def status(app):
    return app.screen.query_one("#status", Progress)


def shown(app):
    """Names of the rows in sight."""
    return [row.id.removeprefix("row-") for row in app.screen.query("FormRow") if row.display]


async def fill(pilot, password=SECRET):
    """Fill the form as quickly as a paste does; the focus ends on the profile."""
    texts = {"server": "chat.example.org", "email": "alice@example.test", "password": password}
    for name, text in texts.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = text
    pilot.app.screen.query_one("#profile").focus()
    await pilot.pause()


@pytest.fixture
def login(stage, fake_services):
    """Make a login screen over the scripted services."""

    def make(mode="password", **more):
        return stage(LoginScreen(fake_services, mode, **more))

    return make


async def test_what_is_typed_is_sent_and_the_good_outcome_is_the_result(login, fake_services):
    good = Outcome(True, "Logged in.", profile="chat-example-org")
    fake_services.answers = [good]
    app = login()
    async with app.run_test() as pilot:
        await pilot.press(*"chat.example.org", "tab", *"alice@example.test", "tab", *SECRET)
        await pilot.press("tab", "enter")
        await pilot.pause()
    assert app.results == [good]
    assert fake_services.forms == [
        LoginForm(
            "chat.example.org",
            "chat-example-org",
            "alice@example.test",
            SECRET,
        )
    ]


async def test_the_button_logs_in_by_mouse(login, fake_services):
    fake_services.answers = [Outcome(True, profile="work")]
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        await pilot.press(*"work")
        await pilot.click("#dialect", offset=(20, 0))
        await pilot.click("#submit")
        await pilot.pause()
    assert app.results[0].profile == "work"
    assert (fake_services.forms[0].profile, fake_services.forms[0].dialect) == ("work", "goconnect")


async def test_a_refusal_keeps_all_that_was_typed_and_goes_to_the_field_at_fault(
    login, fake_services
):
    fake_services.answers = [Outcome(False, REFUSED, "password")]
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.focused.id == "password"
        assert app.screen.query_one("#row-password").has_class("-fault")
        assert (status(app).sentence, status(app).mood) == (REFUSED, "bad")
        assert text_of(app, "server") == "chat.example.org"
        assert text_of(app, "email") == "alice@example.test"
        assert text_of(app, "password") == SECRET
        await pilot.press("x")
        assert not app.screen.query_one("#row-password").has_class("-fault")
    assert app.results == []


async def test_a_failure_of_no_field_leaves_the_focus_where_it_is(login, fake_services):
    fake_services.answers = [Outcome(False, "The network is down. Nothing was sent.")]
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.focused.id == "profile"
        assert not list(app.screen.query("FormRow.-fault"))
        assert "network is down" in status(app).sentence


@pytest.mark.parametrize(
    ("keys", "field"),
    [([], "server"), (["h"], "email"), (["h", "down", "a"], "password")],
)
async def test_what_is_missing_is_asked_for_before_the_server_is(login, fake_services, keys, field):
    app = login()
    async with app.run_test() as pilot:
        await pilot.press(*keys, "enter")
        await pilot.pause()
        assert app.focused.id == field
        assert status(app).mood == "bad"
    assert fake_services.forms == []


async def test_a_one_time_code_is_asked_for_when_the_server_wants_it(login, fake_services):
    fake_services.answers = [
        Outcome(False, "The server wants a one-time code.", "code"),
        Outcome(True, profile="p"),
    ]
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        assert "code" not in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.focused.id == "code"
        assert "code" in shown(app)
        await pilot.press(*"123456", "enter")
        await pilot.pause()
    assert fake_services.forms[1].code == "123456"
    assert fake_services.forms[1].password == SECRET
    assert len(app.results) == 1


async def test_a_token_is_used_instead_of_a_password(login, fake_services):
    fake_services.answers = [Outcome(True, profile="p")]
    app = login("token", server="chat.example.org", profile="mine")
    async with app.run_test() as pilot:
        assert app.focused.id == "token"
        assert {"email", "password", "code"}.isdisjoint(shown(app))
        await pilot.press(*"t0ken", "tab", *"alice", "enter")
        await pilot.pause()
    assert fake_services.forms == [
        LoginForm("chat.example.org", "mine", token="t0ken", user="alice")
    ]


async def test_changing_the_way_keeps_what_is_typed_in_both(login):
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert "token" in shown(app)
        assert app.screen.form().email == ""
        app.screen.query_one("#mode", Choice).focus()
        await pilot.press("left")
        await pilot.pause()
        assert "token" not in shown(app)
        assert app.screen.form().email == "alice@example.test"
        assert app.screen.form().token == ""


async def test_a_fault_of_the_other_way_shows_that_way(login, fake_services):
    fake_services.answers = [Outcome(False, "This server takes tokens alone.", "token")]
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.focused.id == "token"
        assert app.screen.query_one("#mode", Choice).value == "token"


@pytest.mark.parametrize(
    ("server", "asked"),
    [
        ("ws://chat.example.org", True),
        ("HTTP://chat.example.org", True),
        ("chat.example.org", False),
        ("wss://chat.example.org", False),
        ("ws://localhost:8765", False),
        ("ws://127.0.0.1:8765", False),
        ("ws://[::1]:8765", False),
        ("ws://localhost.example.org", True),
        ("ws://127.evil.example.org", True),
    ],
)
async def test_an_open_connection_is_offered_only_where_it_matters(login, server, asked):
    app = login(server=server)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert ("insecure" in shown(app)) == asked
        assert not app.screen.form().insecure


async def test_an_open_connection_is_allowed_by_hand(login, fake_services):
    fake_services.answers = [Outcome(False, "That would be unencrypted.", "insecure")]
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.focused.id == "insecure"
        await pilot.press("space")
        assert app.screen.form().insecure


async def test_escape_stops_asking_and_keeps_the_form(login, fake_services):
    fake_services.gate = asyncio.Event()
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        await pilot.press("enter")
        await fake_services.waiting.wait()
        assert status(app).mood == "busy"
        assert str(app.screen.query_one("#back", Button).label) == "Stop"
        await pilot.press("enter")
        assert len(fake_services.forms) == 1
        await pilot.press("escape")
        await pilot.app.workers.wait_for_complete()
        assert fake_services.stopped
        assert (status(app).mood, text_of(app, "password")) == ("bad", SECRET)
        assert app.results == []
        await pilot.press("escape")
        await pilot.pause()
    assert app.results == [None]


async def test_a_click_on_a_name_goes_to_its_field(login):
    app = login()
    async with app.run_test() as pilot:
        await pilot.click("#row-email .form-label")
        assert app.focused.id == "email"


async def test_dots_move_while_the_server_is_asked_where_the_user_likes_it(login, fake_services):
    fake_services.gate = asyncio.Event()
    app = login()
    async with app.run_test() as pilot:
        app.animation_level = "full"
        await fill(pilot)
        before = len(status(app).content.plain)
        await pilot.press("enter")
        await fake_services.waiting.wait()
        lengths = {before}
        while len(lengths) < 4:
            await pilot.pause(0.05)
            lengths.add(len(status(app).content.plain))
        assert status(app).sentence == "Logging in to chat.example.org"


async def test_the_back_button_leaves(login):
    app = login()
    async with app.run_test() as pilot:
        await pilot.click("#back")
        await pilot.pause()
    assert app.results == [None]


async def test_why_a_login_is_needed_is_said_first(login):
    app = login(sentence="The token ran out.", server="chat.example.org")
    async with app.run_test() as pilot:
        await pilot.pause()
        assert status(app).sentence == "The token ran out."
        assert app.focused.id == "email"


async def test_a_secret_is_in_no_picture_message_or_clipboard(login, fake_services):
    fake_services.answers = [Outcome(False, REFUSED, "password")]
    app = login()
    seen = []
    async with app.run_test(message_hook=seen.append) as pilot:
        await fill(pilot, password="")
        app.screen.query_one("#password").focus()
        field = app.screen.query_one("#password", SecretInput)
        field.insert_text_at_cursor(SECRET)
        await pilot.pause()
        field.select_all()
        await pilot.press("ctrl+c", "ctrl+x")
        await pilot.press("enter")
        await pilot.pause()
        assert field.value == SECRET
        assert app.clipboard == ""
        picture = app.export_screenshot()
        out = io.StringIO()
        console = Console(file=out, width=200)
        for message in seen:
            console.print(repr(message), [getattr(message, "value", "")])
        console.print(repr(app.screen), repr(field), repr(fake_services.forms))
    assert fake_services.forms[0].password == SECRET
    for sink in (picture, out.getvalue()):
        assert SECRET not in sink
        assert SECRET.replace(" ", "&#160;") not in sink


async def test_secrets_are_gone_from_the_fields_after_a_login(login, fake_services):
    fake_services.answers = [Outcome(True, profile="p")]
    app = login()
    async with app.run_test() as pilot:
        await fill(pilot)
        fields = list(app.screen.query(SecretInput))
        await pilot.press("enter")
        await pilot.pause()
        assert [field.value for field in fields] == ["", ""]


@pytest.mark.parametrize(
    ("server", "name"),
    [
        ("chat.example.org", "chat-example-org"),
        ("wss://Chat.Example.org:8443/v1/ws", "chat-example-org"),
        ("ws://user@127.0.0.1:8765", "127-0-0-1"),
        ("wss://[::1]:1", "1"),
        ("", ""),
        ("   ", ""),
        ("müller.example", "m-ller-example"),
    ],
)
def test_a_profile_is_named_after_the_host(server, name):
    assert suggested_profile(server) == name


async def test_the_suggested_name_is_shown_while_the_server_is_typed(login):
    app = login()
    async with app.run_test() as pilot:
        await pilot.press(*"chat.example")
        assert app.screen.query_one("#profile", Input).placeholder == "chat-example"


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)])
async def test_the_buttons_and_keys_stay_in_sight(login, fake_services, size):
    fake_services.answers = [Outcome(False, f"{REFUSED} " * 2, "code")]
    app = login(server="ws://chat.example.org")
    async with app.run_test(size=size) as pilot:
        await fill(pilot)
        app.screen.query_one("#server", Input).value = "ws://chat.example.org"
        await pilot.press("enter")
        await pilot.pause()
        for part in (app.screen.query_one("#submit", Button), app.screen.query_one("#keys")):
            assert app.screen.region.contains_region(part.region)
            assert part.region.height
        assert app.focused.id == "code"
        assert app.screen.region.contains_region(app.focused.region)


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_it_looks(snap_compare, login, size):
    assert snap_compare(login(), terminal_size=size)


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
def test_how_a_refusal_looks(snap_compare, login, fake_services, size):
    fake_services.answers = [Outcome(False, REFUSED, "password")]

    async def refuse(pilot):
        await fill(pilot)
        await pilot.press("enter")
        await pilot.pause()

    assert snap_compare(login(), terminal_size=size, run_before=refuse)


@pytest.mark.snapshot
def test_how_waiting_looks(snap_compare, login, fake_services):
    fake_services.gate = asyncio.Event()

    async def ask(pilot):
        await fill(pilot)
        await pilot.press("enter")
        await fake_services.waiting.wait()
        await pilot.pause()

    assert snap_compare(login(), run_before=ask)


@pytest.mark.snapshot
def test_how_a_token_looks(snap_compare, stage, fake_services):
    screen = LoginScreen(
        fake_services, "token", server="ws://chat.example.org", token_home="in the system keyring"
    )
    assert snap_compare(stage(screen, "wschat-light"))
