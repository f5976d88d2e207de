"""A device kept open: the chosen one, another, or none."""

import asyncio

import pytest

from wschat_tui.media.cards import keeper as keeper_module
from wschat_tui.media.cards.keeper import Keeper, Words

WORDS = Words(none="None ({why}).", lost="Lost.", other="Other.")

pytestmark = pytest.mark.usefixtures("leaves_nothing")


class Owner:
    """Plays through whatever its keeper opens."""

    def __init__(self, chosen: str = "", backend: str = "") -> None:
        self.played = 0
        self.keeper = Keeper(self.open, chosen, backend, WORDS)

    def open(self, system, id, alive):
        def give(size: int) -> bytes:
            self.played += alive()
            return bytes(size)

        return system.play(id, give)


async def kept(**options) -> Owner:
    owner = Owner(**options)
    await owner.keeper.ready(5)
    return owner


async def soon(condition) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not happen")


async def test_the_default_device_is_opened_and_let_go_of(sound_system) -> None:
    owner = await kept()
    assert sound_system.card.id == "inside"
    assert owner.keeper.notice == ""
    sound_system.card.hook(4)
    assert owner.played == 1
    await owner.keeper.gone()
    assert sound_system.card is None


async def test_the_chosen_device_is_opened(sound_system) -> None:
    owner = await kept(chosen="headset")
    assert (sound_system.card.id, owner.keeper.notice) == ("headset", "")
    await owner.keeper.gone()


async def test_another_device_takes_the_place_of_a_chosen_one_that_is_not_there(
    sound_system,
) -> None:
    owner = await kept(chosen="lost property")
    assert (sound_system.card.id, owner.keeper.notice) == ("inside", "Other.")
    await owner.keeper.gone()


async def test_without_a_device_the_pace_is_kept_and_a_sentence_says_why(sound_system) -> None:
    sound_system.speakers.clear()
    owner = await kept()
    assert owner.keeper.notice == "None (no sound server answers)."
    await soon(lambda: owner.played >= 3)
    await owner.keeper.gone()


async def test_a_device_that_is_plugged_in_later_is_used(sound_system) -> None:
    sound_system.speakers.clear()
    owner = await kept()
    sound_system.speakers.append("new")
    await soon(lambda: sound_system.card is not None)
    await soon(lambda: owner.keeper.notice == "")
    await owner.keeper.gone()
    assert sound_system.card is None


async def test_a_device_that_falls_silent_is_given_up_for_another(
    sound_system, monkeypatch
) -> None:
    monkeypatch.setattr(keeper_module, "STALLED", 0.05)
    owner = await kept(chosen="headset")
    first = sound_system.card
    first.hook(4)
    sound_system.speakers.remove("headset")
    await soon(lambda: owner.keeper.notice == "Other.")
    assert not first.open
    assert sound_system.card.id == "inside"
    await owner.keeper.gone()


async def test_a_device_that_was_pulled_out_is_told_and_silence_goes_on(
    sound_system, monkeypatch
) -> None:
    monkeypatch.setattr(keeper_module, "STALLED", 0.05)
    owner = await kept()
    sound_system.card.hook(4)
    sound_system.speakers.clear()
    await soon(lambda: owner.keeper.notice == "Lost.")
    before = owner.played
    await soon(lambda: owner.played > before)
    await owner.keeper.gone()


async def test_a_device_may_take_long_to_begin(sound_system, monkeypatch) -> None:
    monkeypatch.setattr(keeper_module, "STALLED", 0.02)
    owner = await kept()
    await asyncio.sleep(0.1)
    assert len(sound_system.opened) == 1
    await owner.keeper.gone()


async def test_a_device_that_was_let_go_of_is_not_heard_any_more(sound_system) -> None:
    owner = await kept()
    card = sound_system.card
    await owner.keeper.gone()
    card.hook(4)
    assert owner.played == 0


async def test_no_device_is_looked_for_where_none_is_wanted(sound_system) -> None:
    owner = await kept(backend="null")
    assert (sound_system.opened, owner.keeper.notice) == ([], "")
    await soon(lambda: owner.played >= 2)
    await owner.keeper.gone()


async def test_the_next_sound_system_is_asked_where_the_first_is_missing(
    sound_system, monkeypatch
) -> None:
    def missing():
        raise keeper_module.NoCard("the package miniaudio is not installed")

    monkeypatch.setattr(keeper_module, "SYSTEMS", (missing, lambda: sound_system))
    owner = await kept()
    assert sound_system.card.id == "inside"
    await owner.keeper.gone()
    sound_system.speakers.clear()
    owner = await kept()
    assert owner.keeper.notice == "None (the package miniaudio is not installed)."
    await owner.keeper.gone()
