"""`wschat history`: every history on this machine by its name, whoever's it is, also broken ones."""

import os
import sqlite3
import time

import pytest

from wschat_tui.cli.main import main
from wschat_tui.runtime.history import history_file
from wschat_tui.state.history.archive_effects import KeepMessages
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import asides, door, orders
from wschat_tui.storage.archive import lock as archive_lock
from wschat_tui.storage.archive.whose import Whose, remember
from wschat_tui.storage.paths import find

DAY = 86_400_000
SERVER = "wss://chat.example.org/v1/ws"


@pytest.fixture
def now():
    return int(time.time() * 1000)


@pytest.fixture
def keep(tmp_path, now):
    """Make a history as a client would; answers its file."""

    def made(user, profile="", *, remembered=True, messages=3):
        file = history_file(find(tmp_path / "wschat", {}), profile, SERVER, user)
        entered = door.enter(file, lambda: now, user)
        run = entered.store.connection.execute
        run("begin")
        if remembered:
            remember(entered.store, Whose(profile, SERVER, user))
        said = [
            Message(f"m{one}", "host", "bob", SafeText(f"words {one}"), now - one * 100 * DAY)
            for one in range(messages)
        ]
        orders.carry_out(entered.store, KeepMessages(tuple(said)))
        run("commit")
        entered.store.close()
        entered.lock.release()
        return file

    return made


@pytest.fixture
def broken(now):
    """Put a broken file beside a history, as it is moved aside."""

    def made(file, days=0):
        aside = file.with_name(f"{file.name}.broken-{now - days * DAY}")
        aside.write_bytes(b"a redacted word" + bytes(2_000_000))
        aside.with_name(f"{aside.name}-wal").write_bytes(b"x")
        return aside

    return made


def rows(said):
    return [line.split("\t") for line in said.out.splitlines()]


def test_all_are_listed_also_of_accounts_that_no_profile_names(wschat, keep, broken, now):
    alice = keep("alice")
    aside = broken(alice)
    keep("bob", "work", messages=1)
    said = wschat("history")
    assert (said.code, said.err) == (0, "")
    first, second, third = rows(said)
    assert first[:4] == [alice.stem, "alice", SERVER, "3 messages"]
    assert first[-1] == "no profile"
    assert first[0].startswith("alice@chat-example-org-")
    assert second[1:4] == ["bob", SERVER, "1 message"]
    assert second[-1] == "profile work"
    today = time.strftime("%Y-%m-%d", time.gmtime(now / 1000))
    assert all(row[5].startswith(f"used {today}") for row in (first, second))
    goes = time.strftime("%Y-%m-%d", time.gmtime(now / 1000 + asides.DAYS * 86_400))
    assert third[0] == aside.name
    assert third[4] == "2.0 MB"
    assert third[-1] == f"broken, goes on {goes}"
    assert wschat("history", "list").out == said.out


def test_none_is_said(wschat, tmp_path):
    said = wschat("history")
    assert (said.code, said.out) == (0, "")
    assert "No history is kept on this disk" in said.err
    assert not (tmp_path / "wschat").exists()


def test_a_file_of_an_earlier_version_is_known_by_the_settings(wschat, keep, tmp_path):
    file = keep("carol", "old", remembered=False)
    with sqlite3.connect(file) as connection:
        connection.execute("drop table whose")
    ((_, user, server, *_),) = rows(wschat("history"))
    assert (user, server) == ("-", "-")
    folder = tmp_path / "wschat" / "config"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(
        f'[profiles.old]\nserver = "{SERVER}"\nuser = "carol"\n', encoding="utf-8"
    )
    ((_, user, server, *_, note),) = rows(wschat("history"))
    assert (user, server, note) == ("carol", SERVER, "profile old")


def test_what_is_listed_can_be_deleted_by_its_name(wschat, keep, broken):
    alice, bob = keep("alice"), keep("bob")
    aside, other = broken(alice), broken(bob)
    said = wschat("history", "delete", aside.name)
    assert (said.code, said.err) == (0, f"{aside.name} is deleted (2.0 MB).\n")
    assert not list(alice.parent.glob(f"{aside.name}*"))
    assert alice.exists()
    assert wschat("history", "delete", alice.stem).code == 0
    assert not list(alice.parent.glob(f"{alice.name}*"))
    assert wschat("history", "delete", bob.name).code == 0
    assert not other.exists()
    assert wschat("history").out == ""


@pytest.mark.parametrize("name", ["nobody", "../settings", ""])
def test_a_name_that_is_not_listed_deletes_nothing(wschat, keep, name):
    alice = keep("alice")
    said = wschat("history", "delete", alice.stem, name)
    assert said.code == 2
    assert "nothing was done" in said.err
    assert alice.exists()
    assert wschat("history", "delete").code == 2


def test_one_that_is_open_is_listed_as_such_and_stays(wschat, keep):
    alice, bob = keep("alice"), keep("bob")
    lock = archive_lock.take(alice)
    try:
        assert rows(wschat("history"))[0][-1] == "no profile, open now"
        said = wschat("history", "delete", alice.stem, bob.stem)
        assert said.code == 1
        assert f"{alice.stem} could not be deleted" in said.err
        assert "open in another wschat" in said.err
        pruned = wschat("history", "prune", "--older-than", "50d", alice.stem)
        assert (pruned.code, "open in another wschat" in pruned.err) == (1, True)
    finally:
        lock.release()
    assert alice.exists()
    assert not bob.exists()


def test_any_can_be_pruned_by_name(wschat, keep, broken):
    alice, bob = keep("alice"), keep("bob")
    aside = broken(alice)
    said = wschat("history", "prune", alice.stem, bob.stem, "--older-than", "150d")
    assert said.code == 0
    first, second, third = said.err.splitlines()
    assert first.startswith(f"{alice.stem}: 1 message from before")
    assert second.startswith(f"{bob.stem}: 1 message from before")
    assert f"wschat history delete {aside.name}" in third
    assert [row[3] for row in rows(wschat("history"))][:2] == ["2 messages", "2 messages"]
    assert wschat("history", "prune", aside.name, "--older-than", "1d").code == 2
    assert wschat("history", "prune", "nobody", "--older-than", "1d").code == 2
    assert wschat("history", "prune", alice.stem).code == 2


def test_a_file_that_cannot_be_read_is_listed_and_can_be_deleted(wschat, keep):
    alice = keep("alice")
    alice.write_bytes(b"this is no database " * 500)
    ((called, *_, note),) = rows(wschat("history"))
    assert (called, note) == (alice.stem, "cannot be read")
    assert wschat("history", "delete", called).code == 0
    assert not alice.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_one_sentence(wschat, keep):
    folder = keep("alice").parent
    folder.chmod(0)
    said = wschat("history")
    folder.chmod(0o700)
    assert said.code == 1
    assert "could not be read" in said.err


def test_words_in_a_file_that_somebody_edited_are_harmless(wschat, keep):
    file = keep("alice")
    with sqlite3.connect(file) as connection:
        connection.execute("update whose set server = 'wss://x\x1b[2J\ttab', user = 'al\nice'")
    said = wschat("history")
    assert "\x1b" not in said.out
    assert len(said.out.splitlines()) == 1
    assert len(rows(said)[0]) == 7


def test_the_help_names_what_can_be_done(capsys):
    with pytest.raises(SystemExit):
        main(["history", "--help"])
    told = capsys.readouterr().out
    assert all(word in told for word in ("list", "prune", "delete", "NAME", "--older-than"))


def test_any_can_be_exported_by_its_name(wschat, keep, broken):
    alice, bob = keep("alice"), keep("bob", messages=0)
    said = wschat("export", "--format", "text", alice.stem)
    assert said.code == 0
    assert said.out.count("words") == 3
    assert wschat("export", alice.name, "--format", "text").out == said.out
    empty = wschat("export", "--format", "json", bob.stem)
    assert (empty.code, empty.out) == (0, "[\n]\n")
    assert empty.err == "No message is kept of this account.\n"
    assert wschat("export", "nobody", "--format", "text").code == 2
    refused = wschat("export", broken(alice).name, "--format", "text")
    assert (refused.code, "is broken" in refused.err) == (2, True)


def test_who_names_no_account_is_told_of_those_that_are_there(wschat, keep):
    assert "`wschat history`" not in wschat("export", "--format", "text").err
    keep("alice")
    said = wschat("export", "--format", "text")
    assert said.code == 3
    assert "`wschat history` lists their names" in said.err
