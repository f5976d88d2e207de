"""Where a history lies, and what is deleted with it."""

import pytest

from wschat_tui.runtime.history import delete_history, history_file, in_words, size_of
from wschat_tui.storage.archive import lock
from wschat_tui.storage.paths import below

SERVER = "wss://chat.example.org/v1/ws"


@pytest.fixture
def places(tmp_path):
    return below(tmp_path)


def test_each_account_has_a_file_of_its_own_whatever_its_name(places):
    whose = [
        ("work", SERVER, "alice"),
        ("Work", SERVER, "alice"),
        ("work", SERVER, "bob"),
        ("work", "wss://other.example.org/v1/ws", "alice"),
        ("", SERVER, "alice"),
        ("", SERVER, ""),
        ("", SERVER, "../../etc/passwd"),
        ("", SERVER, "\ud800" * 300),
    ]
    files = [history_file(places, *one) for one in whose]
    assert len({file.name.lower() for file in files}) == len(whose)
    assert {file.parent for file in files} == {places.history_dir}
    assert all(len(file.name) < 90 and file.name.isascii() for file in files)
    assert files[0].name.startswith("work-")
    assert files[4].name.startswith("alice@chat-example-org-")
    assert history_file(places, *whose[0]) == files[0]


async def test_a_history_goes_with_all_that_lies_beside_it_and_nothing_else(places):
    file = history_file(places, "work", SERVER, "alice")
    other = history_file(places, "home", SERVER, "alice")
    assert await size_of(file) == 0
    assert await delete_history(file) == 0
    places.history_dir.mkdir(parents=True)
    beside = [
        file.with_name(file.name + more) for more in ("", "-wal", "-shm", ".lock", ".broken-1")
    ]
    for one in (*beside, other):
        one.write_bytes(b"x" * 1000)
    assert await size_of(file) == 5000
    assert await delete_history(file) == 5000
    assert list(places.history_dir.iterdir()) == [other]


async def test_a_history_that_a_client_has_open_stays(places):
    file = history_file(places, "work", SERVER, "alice")
    places.history_dir.mkdir(parents=True)
    file.write_bytes(b"x" * 1000)
    held = lock.take(file)
    with pytest.raises(OSError, match="open in another wschat"):
        await delete_history(file)
    assert file.exists()
    held.release()
    assert await delete_history(file) == 1000
    assert list(places.history_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "words"), [(0, "1 kB"), (311_700, "312 kB"), (12_350_000, "12.3 MB")]
)
def test_a_size_is_told_in_words(size, words):
    assert in_words(size) == words
