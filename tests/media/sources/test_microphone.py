"""The microphone: from a device's thread to the loop, never late and never missing."""

import asyncio
import threading
import time

import numpy as np
import pytest

from wschat_tui.media.blocks import SAMPLES
from wschat_tui.media.cards import keeper as keeper_module
from wschat_tui.media.setup import Setup
from wschat_tui.media.sources.microphone import WAITING, Microphone
from wschat_tui.media.sources.sound import open_sound

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def data(value: int, samples: int = SAMPLES) -> bytes:
    return np.full(samples, value, np.int16).tobytes()


@pytest.fixture
async def microphone(sound_system):
    opened = Microphone(Setup())
    await opened.ready(5)
    yield opened
    opened.close()
    await opened.gone()


async def speak(sound_system, *pieces: bytes) -> None:
    """As a device does it: from a thread of its own."""

    def run() -> None:
        for piece in pieces:
            sound_system.card.hook(piece)

    thread = threading.Thread(target=run)
    thread.start()
    await asyncio.to_thread(thread.join)


async def test_what_is_heard_is_given_in_blocks_however_it_comes(sound_system, microphone) -> None:
    await speak(sound_system, data(1, 500), data(1, 460), data(2, SAMPLES + 1), data(3, 959))
    blocks = [await microphone.block() for _ in range(3)]
    assert [set(block) for block in blocks] == [{1}, {2}, {2, 3}]
    assert {len(block) for block in blocks} == {SAMPLES}


async def test_a_block_is_given_as_soon_as_it_is_there(sound_system, microphone) -> None:
    waiting = asyncio.get_running_loop().create_task(microphone.block())
    await asyncio.sleep(0)
    sound_system.card.hook(data(5))
    assert set(await waiting) == {5}


async def test_a_device_that_owes_a_block_is_replaced_by_silence_at_its_pace(microphone) -> None:
    began = time.monotonic()
    blocks = [await microphone.block() for _ in range(5)]
    assert not np.concatenate(blocks).any()
    assert time.monotonic() - began >= 0.06 + 4 * 0.02 - 0.005


async def test_what_piled_up_while_nobody_sent_is_not_sent_late(sound_system, microphone) -> None:
    await speak(sound_system, *(data(number) for number in range(1, 20)))
    first = await microphone.block()
    assert set(first) == {20 - WAITING}


async def test_after_a_pause_the_newest_is_sent_first(sound_system, microphone) -> None:
    assert not (await microphone.block()).any()
    await speak(sound_system, *(data(number) for number in range(1, 5)))
    assert set(await microphone.block()) == {4}


async def test_the_notice_says_what_is_missing_and_what_to_do(opened, sound_system) -> None:
    sound_system.microphones.clear()
    track = await opened(open_sound, Setup())
    assert track.notice == (
        "No microphone (no sound server answers): silence is sent. Plug one in,"
        " or start a sound server such as PipeWire or PulseAudio; it is then used at once."
    )
    assert not (await track.recv()).to_ndarray().any()


async def test_a_microphone_that_is_pulled_out_is_told_and_used_again(
    opened, sound_system, monkeypatch
) -> None:
    monkeypatch.setattr(keeper_module, "STALLED", 0.05)
    track = await opened(open_sound, Setup())
    await speak(sound_system, data(9))
    assert (await track.recv()).to_ndarray().any()
    sound_system.microphones.clear()
    async with asyncio.timeout(10):
        while not track.notice:
            await track.recv()
    assert track.notice.startswith("The microphone is gone: silence is sent.")
    sound_system.microphones.append("again")
    async with asyncio.timeout(10):
        while track.notice or sound_system.card is None:
            await track.recv()


async def test_another_microphone_is_used_in_the_same_track(opened, sound_system) -> None:
    track = await opened(open_sound, Setup())
    first = sound_system.card
    track.use(Microphone(Setup(microphone="headset")))
    async with asyncio.timeout(10):
        while first.open or sound_system.card is None:
            await track.recv()
    assert sound_system.card.id == "headset"
    await speak(sound_system, data(4))
    async with asyncio.timeout(10):
        while not (await track.recv()).to_ndarray().any():
            """What was late is silence."""


async def test_a_device_that_goes_nowhere_sends_silence_without_a_complaint(opened) -> None:
    track = await opened(open_sound, Setup(backend="null"))
    frames = [await track.recv() for _ in range(5)]
    assert track.notice == ""
    assert not any(frame.to_ndarray().any() for frame in frames)


async def test_a_device_may_outlive_the_loop(sound_system) -> None:
    microphone = Microphone(Setup())
    await microphone.ready(5)
    hook = sound_system.card.hook
    loop = asyncio.new_event_loop()
    microphone._loop = loop
    loop.close()
    hook(data(1))
    await microphone.gone()
