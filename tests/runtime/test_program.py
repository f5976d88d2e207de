"""The program behind the screens, on real servers."""

import asyncio
import sys

import pytest

from wschat_tui.runtime.choice import Choice
from wschat_tui.runtime.program import Program
from wschat_tui.runtime.services import LoginForm, Outcome
from wschat_tui.state.inputs import RetryAsked


@pytest.fixture
async def program(tmp_path):
    """A program on an empty home, closed at the end."""
    made = []

    def make(**choice):
        one = Program(
            Choice(home=tmp_path, token_store=choice.pop("token_store", "memory"), **choice)
        )
        made.append(one)
        return one

    yield make
    for one in made:
        await one.close()


async def online(session):
    """Wait until the session is online."""
    moved = asyncio.Event()
    stop = session.listen(moved.set)
    while session.state.link.phase != "online":
        await moved.wait()
        moved.clear()
    stop()
    return session.state


async def until(session, true):
    """Wait until the state is so."""
    moved = asyncio.Event()
    stop = session.listen(moved.set)
    while not true(session.state):
        await moved.wait()
        moved.clear()
    stop()
    return session.state


async def test_an_empty_home_begins_with_the_welcome_screen(program):
    assert program().start == "welcome"
    assert program(server="localhost:1").start == "chat"
    assert program(demo=True).start == "chat"


async def test_what_cannot_be_opened_is_an_outcome(program):
    outcome = await program().open()
    assert isinstance(outcome, Outcome)
    assert not outcome.ok


async def test_logs_in_and_opens_with_rooms_people_and_history(program, server):
    one = program()
    form = LoginForm(server.url, "work", "alice@example.test", "alice")
    assert (await one.login(form)).profile == "work"
    session = await one.open("work")
    state = await until(session, lambda now: "network:team" in now.rooms)
    assert (state.me, state.profile) == ("alice", "work")
    await until(session, lambda now: now.people.get("mia") is not None and now.people["mia"].role)
    state = await until(session, lambda now: now.rooms[now.focus].history == "complete")
    assert state.focus == "network:lobby"


async def test_a_second_profile_takes_the_place_of_the_first(program, server):
    one = program()
    for name in ("alice", "bob"):
        await one.login(LoginForm(server.url, name, f"{name}@example.test", name))
    await online(await one.open("alice"))
    session = await one.open("bob")
    assert (await online(session)).me == "bob"
    assert not server.connections("alice")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (LoginForm("nonsense://", "p"), "server"),
        (LoginForm("localhost:1", "p", "a@example.test", "x"), "server"),
        (LoginForm("localhost:1", "p", token="two words"), "token"),
        (LoginForm("localhost:1", "no good name", token="t"), "profile"),
        (LoginForm("localhost:1", "p", token="t", user="two words"), "user"),
    ],
)
async def test_a_login_that_fails_names_the_field_at_fault(program, form, field):
    outcome = await program().login(form)
    assert (outcome.ok, outcome.field) == (False, field)
    assert outcome.sentence


async def test_a_wrong_password_names_the_password(program, server):
    outcome = await program().login(LoginForm(server.url, "p", "alice@example.test", "no"))
    assert (outcome.ok, outcome.field) == (False, "password")


async def test_profiles_are_listed_changed_and_forgotten(program, server):
    one = program()
    for name in ("alice", "bob"):
        await one.login(LoginForm(server.url, name, f"{name}@example.test", name))
    assert (await one.make_default("bob")).ok
    infos = {info.name: info for info in (await one.profiles()).profiles}
    assert infos["bob"].is_default
    assert infos["alice"].token_home
    assert (await one.forget("alice")).ok
    assert not (await one.forget("alice")).ok
    assert [info.name for info in (await one.profiles()).profiles] == ["bob"]


async def test_a_setting_is_kept_or_refused_with_a_sentence(program):
    one = program()
    assert (await one.keep_setting("ui.theme", "wschat-light")).ok
    assert (await asyncio.to_thread(program)).look.theme == "wschat-light"
    assert not (await one.keep_setting("ui.thme", "x")).ok


async def test_the_demo_has_people_who_talk_and_ends_with_the_program(program):
    one = program(demo=True)
    session = await one.open()
    state = await until(
        session, lambda now: any(room.typing or room.unread for room in now.rooms.values())
    )
    assert state.me == "alice"
    process = one._demo._process
    await one.close()
    assert process.returncode is not None


async def test_a_demo_whose_server_ends_says_so_and_tries_no_more(program):
    one = program(demo=True)
    session = await one.open()
    words = []
    session.on_word(words.append)
    await online(session)
    one._demo._process.kill()
    state = await until(session, lambda now: now.link.phase == "stopped")
    ended = "The demo's server has ended; quit and start `wschat demo` again."
    assert state.link.sentence == ended
    assert [word.text for word in words if word.level == "error"] == [ended]
    session.feed(RetryAsked())
    assert session.state.link.phase == "stopped"
    assert (await one.open_demo()).state is not state


async def test_a_demo_that_is_left_says_nothing(program, server):
    one = program(demo=True)
    await one.login(LoginForm(server.url, "work", "alice@example.test", "alice"))
    demo = await one.open()
    words = []
    demo.on_word(words.append)
    await online(demo)
    session = await one.open("work")
    (watch,) = one._watching._running
    one._demo._process.kill()
    await watch
    assert (await online(session)).profile == "work"
    assert [word for word in words if word.level == "error"] == []


async def test_a_demo_that_cannot_start_is_a_sentence(program, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    outcome = await program(demo=True).open()
    assert not outcome.ok
    assert "could not be started" in outcome.sentence


async def test_a_demo_that_ends_at_once_is_a_sentence(program, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    outcome = await program(demo=True).open()
    assert "did not start" in outcome.sentence


async def test_the_demo_server_ends_when_its_keeper_is_gone():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mock_server", "--port", "0", "--exit-with-stdin",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert (await process.stdout.readline()).startswith(b"ready ")
    process.stdin.close()
    assert await process.wait() == 0


async def test_a_fault_in_a_task_is_told(program, server):
    one = program()
    failed = asyncio.get_running_loop().create_future()
    one.on_fault = lambda fault: failed.done() or failed.set_result(fault)
    await one.login(LoginForm(server.url, "work", "alice@example.test", "alice"))
    session = await one.open("work")
    await online(session)

    def fail():
        raise RuntimeError("a listener of ours")

    session.listen(fail)
    await server.drop_all()
    fault = await asyncio.wait_for(failed, 10)
    assert isinstance(fault, BaseException)
