"""A broken history that was moved aside does not hold words for ever (S26, F21)."""

import pytest

from wschat_tui.storage.archive import asides, door

DAY = 86_400_000
NOW = 1_800_000_000_000


@pytest.fixture
def aside(history_file):
    """Make one that was moved so many days ago."""
    history_file.parent.mkdir(parents=True)

    def made(days, name="alice.db"):
        file = history_file.with_name(f"{name}.broken-{NOW - days * DAY}")
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).write_bytes(b"a redacted word")
        return file

    return made


def left(folder):
    return sorted(one.name for one in folder.iterdir() if ".broken-" in one.name)


def test_after_thirty_days_it_goes_with_its_log_whoevers_it_is(aside, history_file):
    """S26."""
    old, others, young = aside(30), aside(99, "bob.db"), aside(29)
    assert asides.asides(history_file.parent) == sorted([old, others, young])
    asides.remove_old(history_file.parent, NOW)
    assert left(history_file.parent) == [young.name, f"{young.name}-shm", f"{young.name}-wal"]
    asides.remove_old(history_file.parent, asides.goes_at(young) - 1)
    assert young.exists()


async def test_opening_any_history_does_it(archives, aside, history_file):
    """S26."""
    long_ago, other = aside(400_000 // 24), history_file.with_name("alice.db.broken-notes")
    other.write_bytes(b"this is the user's own")
    assert asides.goes_at(long_ago) < NOW
    long_ago.rename(history_file.with_name("alice.db.broken-0"))
    kept = await archives(clock=lambda: NOW)
    await kept.down()
    assert left(history_file.parent) == sorted(
        [f"{long_ago.name}-shm", f"{long_ago.name}-wal", other.name]
    )


def test_the_sentence_says_how_long_it_stays_and_how_it_goes(history_file):
    """S26, F21."""
    history_file.parent.mkdir(parents=True)
    history_file.write_bytes(b"this is no database " * 500)
    entered = door.enter(history_file, lambda: NOW, "u1")
    (name,) = left(history_file.parent)
    assert entered.told.word.endswith(
        f"the file is kept as {name} for 30 days, with all that was in it;"
        f" `wschat history delete {name}` removes it now."
    )
    entered.store.close()
    entered.lock.release()


def test_what_cannot_be_deleted_is_tried_at_the_next_start(
    aside, history_file, monkeypatch, caplog
):
    aside(30)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(asides, "remove", refuse)
    asides.remove_old(history_file.parent, NOW)
    assert "could not be deleted: Permission denied" in caplog.text
    monkeypatch.undo()
    asides.remove_old(history_file.parent, NOW)
    assert left(history_file.parent) == []
