"""The world on disk: what is kept comes back, in order, and is kept before it is told."""

import sqlite3
import threading

import pytest

from mock_server.accounts import Accounts
from mock_server.ids import RandomIds
from mock_server.records import Mark, Message, Upload
from mock_server.store import Store
from mock_server.world import first_world


@pytest.fixture
def open_store(tmp_path):
    """Stores on one file; each is closed by the test or at its end."""
    opened, complaints = [], []

    def make():
        store = Store(tmp_path / "world.db", lambda then: then(), complaints.append)
        opened.append(store)
        store.complaints = complaints
        return store

    yield make
    for store in opened:
        if store._writer.is_alive():
            store.close()


def keep(store, changes):
    kept = threading.Event()
    store.keep(changes, kept.set)
    assert kept.wait(10)


def message(seq, **more):
    return Message(f"m{seq}", seq, "host", "alice", f"body {seq}", 1000 + seq, **more)


def lived(world):
    """A world in which one of everything happened."""
    for seq in (1, 2, 3, 4):
        world.post(message(seq))
    world.post(
        message(5, parent_id="m1", attachments=("https://x.test/a", {"url": "u", "size": 3}))
    )
    world.edit(world.messages["m1"], "better", 2000)
    world.edit(world.messages["m2"], "better", 2000)
    world.redact(world.messages["m2"], "***")
    world.bury(world.messages["m3"], 3000)
    world.react("m1", "👍", "bob")
    world.react("m1", "👍", "alice")
    world.react("m1", "🎉", "bob")
    world.unreact("m1", "🎉", "bob")
    world.react("m4", "👍", "bob")
    world.mark(Mark("host", "bob", "m4", 5000))
    world.mark(Mark("host", "mia", "m5", 5000))
    world.remove(world.messages["m4"])
    world.admit("vault", "alice")
    world.expel("lobby", "dave")
    world.keep(Upload("up", "alice", "a.txt", "text/plain", b"\x00abc"))
    return world


def test_what_was_kept_comes_back(open_store):
    before = lived(first_world())
    store = open_store()
    keep(store, before.drain())
    store.close()
    after = first_world()
    assert open_store().load(after) == []
    for part in ("messages", "revisions", "marks", "members", "uploads"):
        assert getattr(after, part) == getattr(before, part), part
    assert after.reactions == {"m1": {"👍": ["bob", "alice"]}}
    assert after.timeline("host") == before.timeline("host")
    assert after.next_seq() == 6
    assert after.drain() == []


def test_tokens_come_back_by_their_hash(open_store):
    world = first_world()
    accounts = Accounts(world.users, world.changes)
    spent = accounts.grant(world.users["mia"], 0, RandomIds())
    _, pair = accounts.rotate(spent.refresh_token, 0, RandomIds())
    store = open_store()
    keep(store, world.drain())
    store.close()
    tokens = {token.digest: token for token in open_store().load(first_world())}
    assert tokens == accounts.tokens
    again = Accounts(world.users, [], tokens=tokens)
    assert again.by_access(pair.access_token, 1).id == "mia"


def test_callbacks_come_in_order_and_after_the_commit(open_store, tmp_path):
    store, seen, done = open_store(), [], threading.Event()

    def look(number):
        with sqlite3.connect(tmp_path / "world.db") as other:
            (count,) = other.execute("SELECT count(*) FROM messages").fetchone()
        other.close()
        seen.append((number, count >= number))

    for number in range(1, 21):
        store.keep([message(number)], lambda number=number: look(number))
    store.keep([], done.set)
    assert done.wait(10)
    assert seen == [(number, True) for number in range(1, 21)]


def test_closing_keeps_what_was_given(open_store):
    store = open_store()
    store.keep([message(1)], lambda: None)
    store.close()
    world = first_world()
    open_store().load(world)
    assert list(world.messages) == ["m1"]


def test_members_of_networks_that_are_no_more_are_passed_over(open_store):
    world = first_world()
    world.users["guest01"] = world.users["bob"]
    world.admit("lobby", "guest01")
    store = open_store()
    keep(store, world.drain())
    store.close()
    after = first_world()
    open_store().load(after)
    assert after.members["lobby"] == first_world().members["lobby"]


def test_a_disk_that_fails_is_told_and_the_server_goes_on(open_store):
    store = open_store()
    store._file.execute("DROP TABLE messages")
    keep(store, [message(1)])
    (complaint,) = store.complaints
    assert complaint.startswith("The database could not be written (no such table: messages)")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_text("dear diary, this is no database at all. " * 50),
        lambda path: _other(path, "PRAGMA user_version=9"),
        lambda path: _other(path, "CREATE TABLE recipes (name TEXT)"),
    ],
)
def test_a_file_of_somebody_else_is_left_alone(open_store, tmp_path, spoil):
    path = tmp_path / "world.db"
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(sqlite3.Error):
        open_store()
    assert path.read_bytes() == before


def test_the_file_is_for_its_owner_alone(open_store, tmp_path):
    open_store()
    assert (tmp_path / "world.db").stat().st_mode & 0o077 == 0


def _other(path, sql):
    with sqlite3.connect(path) as file:
        file.execute(sql)
    file.close()
