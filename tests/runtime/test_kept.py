"""What a program keeps on the disk, where, and who is told: with a real server and real files."""

import asyncio
import tempfile

import pytest

from wschat_tui.runtime.choice import Choice
from wschat_tui.runtime.history import history_of_profile, look_at
from wschat_tui.runtime.program import Program
from wschat_tui.runtime.services import LoginForm
from wschat_tui.runtime.session import Session
from wschat_tui.state.effects import Notify
from wschat_tui.state.inputs import DraftKept, Typed
from wschat_tui.storage.settings.read import load_settings

LOBBY = "network:lobby"


@pytest.fixture
async def program(tmp_path, server):
    """A program where alice is logged in to the profile `work`, closed at the end."""
    made = []

    async def make(**choice):
        # It is made before the loop begins, and reads a file.
        chosen = Choice(home=tmp_path, token_store="memory", **choice)
        one = await asyncio.to_thread(Program, chosen)
        made.append(one)
        if not choice.get("demo"):
            form = LoginForm(server.url, "work", "alice@example.test", "alice")
            assert (await one.login(form)).ok
        return one

    yield make
    for one in made:
        await one.close()


async def until(session, true):
    """Wait until the state is so."""
    moved = asyncio.Event()
    stop = session.listen(moved.set)
    while not true(session.state):
        await moved.wait()
        moved.clear()
    stop()
    return session.state


async def file_of(one):
    """Where the history of the profile is."""
    settings = await asyncio.to_thread(load_settings, one.places.settings_file)
    profile = settings.profiles["work"]
    return history_of_profile(one.places, "work", profile)


async def say(session, text):
    """Post a message and wait until the server has it."""
    session.feed(Typed(f"say-{text}", 1, LOBBY, text))
    await until(session, lambda now: any(one.body == text for one in delivered(now)))


def delivered(state):
    room = state.rooms.get(LOBBY)
    return [one for one in (room.messages if room else ()) if one.delivery == "sent"]


async def online(session):
    return await until(session, lambda now: now.link.phase == "online" and LOBBY in now.rooms)


async def test_the_next_run_begins_where_this_one_ended_without_a_server(program, server):
    first = await program()
    session = await first.open("work")
    await online(session)
    await say(session, "kept")
    session.feed(DraftKept(LOBBY, "", "half a thought"))
    await first.close()
    kept = await look_at(await file_of(first))
    assert kept.size > 0
    assert not kept.taken
    second = await program()
    await server.__aexit__(None, None, None)
    state = (await second.open("work")).state
    assert state.archive == "ready"
    room = state.rooms[LOBBY]
    assert [one.body for one in room.messages if one.kind == "chat"] == ["kept"]
    assert room.drafts[""] == "half a thought"


async def test_a_second_client_of_a_profile_reads_and_hears_why_it_keeps_nothing(program):
    """F22."""
    first, second = await program(), await program()
    await online(await first.open("work"))
    assert (await look_at(await file_of(first))).taken
    words = []
    session = await second.open("work")
    session.on_word(words.append)
    assert session.state.archive == "reading"
    assert [one for one in words if isinstance(one, Notify) and "another wschat" in one.text]
    await online(session)
    await say(session, "not written by the second")


@pytest.mark.parametrize("way", ["option", "settings"])
async def test_where_nothing_is_to_be_kept_nothing_is_made(program, way, tmp_path):
    one = await program(history=way != "option")
    if way == "settings":
        await one.keep_setting("history.keep", value=False)
    session = await one.open("work")
    await online(session)
    await say(session, "unkept")
    assert session.state.archive == "absent"
    await one.close()
    assert not one.places.history_dir.exists()


async def test_the_demo_keeps_a_history_that_goes_with_it(program, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one = await program(demo=True)
    session = await one.open()
    await online(session)
    assert session.state.archive == "ready"
    (home,) = tmp_path.glob("wschat-demo-*")
    assert home.stat().st_mode & 0o777 == 0o700
    assert list(home.rglob("*.db"))
    await one.close()
    assert not home.exists()
    assert not one.places.history_dir.exists()


async def test_a_disk_that_takes_nothing_is_told_and_the_chat_goes_on(program):
    """F21."""
    one = await program()
    one.places.data_dir.mkdir(parents=True, exist_ok=True)
    one.places.history_dir.write_text("a file where the folder should be")
    words = []
    session = await one.open("work")
    session.on_word(words.append)
    assert session.state.archive == "failed"
    assert any("nothing is kept in this run" in word.text for word in words)
    await online(session)
    await say(session, "all the same")


async def test_a_program_that_is_closed_while_it_opens_leaves_the_file_to_others(program):
    one = await program()
    file = await file_of(one)
    opening = asyncio.create_task(one.open("work"))
    while not file.exists() and not opening.done():  # noqa: ASYNC110  made in a thread
        await asyncio.sleep(0)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    await one.close()
    other = await program()
    assert (await other.open("work")).state.archive == "ready"


async def test_what_becomes_of_messages_in_doubt_is_set(program):
    one = await program()
    await one.keep_setting("outbox.resend", "never")
    assert (await one.open("work")).state.resend == "never"


async def test_what_is_older_than_the_settings_allow_is_gone_at_the_next_start(program, clock):
    """The machine's clock goes forward by 40 days between the two runs."""
    first = await program()
    session = await first.open("work")
    await online(session)
    await say(session, "old news")
    await first.close()
    second = await program()
    await second.keep_setting("history.days", 30)
    clock.at = second.clock.now() + 40 * 86_400_000
    second.clock = clock
    state = (await second.open("work")).state
    assert state.archive == "ready"
    assert not [one for room in state.rooms.values() for one in room.messages]


class Nowhere:
    """Carries nothing out."""

    def run(self, effect):
        pass

    async def close(self):
        pass


async def test_words_that_nobody_heard_wait_for_the_first_who_does():
    session, heard = Session(Nowhere()), []
    session.say(Notify("early"))
    session.on_word(heard.append)
    session.say(Notify("late"))
    assert [word.text for word in heard] == ["early", "late"]
