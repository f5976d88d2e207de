"""What the archive is told of where the user is, and what it says of its own troubles (F21)."""

from wschat_tui.state.effects import Notify
from wschat_tui.state.history.archive_effects import KeepPlace
from wschat_tui.state.history.archive_inputs import ArchiveOpened, ArchiveStalled
from wschat_tui.state.history.restoring import READING
from wschat_tui.state.inputs import RoomOpened, SessionOpened
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce


def opened(state=None):
    told = SessionOpened("u1", "p", "s", "standard", "memory", rooms=("network:n1",))
    return reduce(state or State(), told, ArchiveOpened(at=5))


def test_who_i_am_and_which_room_is_open_is_kept_when_it_changes():
    state, effects = opened()
    assert KeepPlace("u1", state.focus) in effects
    again, effects = reduce(state, RoomOpened("o1", 6, "dm:u2"))
    assert again.focus == "dm:u1:u2"
    assert KeepPlace("u1", "dm:u1:u2") in effects
    _, effects = reduce(again, RoomOpened("o2", 7, "dm:u2"))
    assert not [one for one in effects if isinstance(one, KeepPlace)]


def test_a_disk_that_is_full_is_told_once_and_the_word_goes_when_there_is_room_again():
    """F21."""
    state, _ = opened()
    state, effects = reduce(state, ArchiveStalled("The disk is full."))
    assert state.archive_word == "The disk is full."
    assert effects == (Notify("The disk is full.", "warning"),)
    state, effects = reduce(state, ArchiveStalled(""))
    assert (state.archive_word, effects) == ("", ())


def test_a_second_client_of_a_profile_is_told_so_in_one_sentence():
    """F22."""
    told = SessionOpened("u1", "p", "s", "standard", "memory")
    state, effects = reduce(State(), told, ArchiveOpened(at=5, writable=False))
    assert (state.archive, state.archive_word) == ("reading", READING)
    assert Notify(READING, "warning") in effects
    assert READING.endswith("To have it kept, quit both and start one.")
    assert not [one for one in effects if isinstance(one, KeepPlace)]


def test_what_became_of_a_file_that_could_not_be_read_is_told():
    """F21."""
    told = SessionOpened("u1", "p", "s", "standard", "memory")
    state, effects = reduce(State(), told, ArchiveOpened(at=5, word="Moved\x1b aside."))
    assert (state.archive, state.archive_word) == ("ready", "")
    assert Notify("Moved\u241b aside.", "error") in effects
