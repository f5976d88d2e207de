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


@pytest.fixture
async def kept(sound_system):
    """Have something kept open; it is let go of at the end, however that comes."""
    owners = []

    async def keep(**options) -> Owner:
        owners.append(Owner(**options))
        await owners[-1].keeper.ready(5)
        return owners[-1]

    yield keep
    for owner in owners:
        await owner.keeper.gone()


async def soon(condition) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not happen")


async def test_the_default_device_is_opened_and_let_go_of(kept, sound_system) -> None:
    owner = await kept()
    assert sound_system.card.id == "inside"
    assert owner.keeper.notice == ""
    sound_system.card.hook(4)
    assert owner.played == 1
    await owner.keeper.gone()
    assert sound_system.card is None


async def test_the_chosen_device_is_opened(kept, sound_system) -> None:
    owner = await kept(chosen="headset")
    assert (sound_system.card.id, owner.keeper.notice) == ("headset", "")


async def test_another_device_takes_the_place_of_a_chosen_one_that_is_not_there(
    kept,
    sound_system,
) -> None:
    owner = await kept(chosen="lost property")
    assert (sound_system.card.id, owner.keeper.notice) == ("inside", "Other.")


async def test_without_a_device_the_pace_is_kept_and_a_sentence_says_why(
    kept, sound_system
) -> None:
    sound_system.speakers.clear()
    owner = await kept()
    assert owner.keeper.notice == "None (no sound server answers)."
    await soon(lambda: owner.played >= 3)


async def test_a_device_that_is_plugged_in_later_is_used(kept, sound_system) -> None:
    sound_system.speakers.clear()
    owner = await kept()
    sound_system.speakers.append("new")
    await soon(lambda: sound_system.card is not None)
    await soon(lambda: owner.keeper.notice == "")
    await owner.keeper.gone()
    assert sound_system.card is None


async def test_a_device_that_falls_silent_is_given_up_for_another(
    kept, sound_system, monkeypatch
) -> None:
    monkeypatch.setattr(keeper_module, "STALLED", 0.05)
    owner = await kept(chosen="headset")
    first = sound_system.card
    first.hook(4)
    sound_system.speakers.remove("headset")
    await soon(lambda: owner.keeper.notice == "Other.")
    assert not first.open
    assert sound_system.card.id == "inside"


async def test_a_device_that_was_pulled_out_is_told_and_silence_goes_on(
    kept, sound_system, monkeypatch
) -> None:
    monkeypatch.setattr(keeper_module, "STALLED", 0.05)
    owner = await kept()
    sound_system.card.hook(4)
    sound_system.speakers.clear()
    await soon(lambda: owner.keeper.notice == "Lost.")
    before = owner.played
    await soon(lambda: owner.played > before)


async def test_a_device_may_take_long_to_begin(kept, sound_system, monkeypatch) -> None:
    monkeypatch.setattr(keeper_module, "STALLED", 0.02)
    await kept()
    await asyncio.sleep(0.1)
    assert len(sound_system.opened) == 1


async def test_a_device_that_was_let_go_of_is_not_heard_any_more(kept, sound_system) -> None:
    owner = await kept()
    card = sound_system.card
    await owner.keeper.gone()
    card.hook(4)
    assert owner.played == 0


async def test_no_device_is_looked_for_where_none_is_wanted(kept, sound_system) -> None:
    owner = await kept(backend="null")
    assert (sound_system.opened, owner.keeper.notice) == ([], "")
    await soon(lambda: owner.played >= 2)


async def test_the_next_sound_system_is_asked_where_the_first_is_missing(
    kept, sound_system, monkeypatch
) -> None:
    def missing(name):
        def make():
            raise keeper_module.NoCard(f"the package {name} is not installed")

        return make

    monkeypatch.setattr(keeper_module, "SYSTEMS", (missing("miniaudio"), lambda: sound_system))
    owner = await kept()
    assert sound_system.card.id == "inside"
    sound_system.speakers.clear()
    owner = await kept()
    assert owner.keeper.notice == "None (no sound server answers)."
    both = (missing("miniaudio"), missing("sounddevice"))
    monkeypatch.setattr(keeper_module, "SYSTEMS", both)
    owner = await kept()
    assert owner.keeper.notice == (
        "None (the package miniaudio is not installed, the package sounddevice is not installed)."
    )
