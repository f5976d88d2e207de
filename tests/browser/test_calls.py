"""This program and Chromium: what each hears and sees of the other, whoever calls and adds what."""

import asyncio

import pytest
import pytest_asyncio

from wschat_tui.state.call_inputs import (
    CallAccepted,
    CallAsked,
    CallDeclined,
    HangUpAsked,
    ShowAsked,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONE, MICROPHONE = 440, 700
CAMERA = ((40, 160, 70), (190, 60, 160))
SCREEN = ((30, 160, 60), (200, 120, 20))
WHITE, YELLOW, CYAN, GREEN = (235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16)
MAGENTA, RED, BLUE = (235, 16, 235), (235, 16, 16), (16, 16, 235)
PATTERN = (WHITE, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE)

PAPER = (200, 30, 40)
COLOURED = r"printf '\033[48;2;200;30;40m%3000s'; read wait"
"""A command that fills its terminal with a colour, and waits."""


class Pair:
    """A browser, this program, and who they are to each other."""

    def __init__(self, page, us, dialect, url, theirs, ours):
        self.page, self.us, self.dialect, self.url = page, us, dialect, url
        self.theirs, self.ours = theirs, ours

    async def browser_calls(self, *media, kind="video"):
        await self.page.do("await phone.call(...args)", self.ours, list(media), kind)
        await self.us.rings(self.theirs)

    async def we_call(self, kind="video", shows="pattern", what=""):
        self.us.do(CallAsked, self.theirs, kind, shows=shows, what=what)
        await self.page.until(f"phone.ringing?.from === '{self.ours}'")

    async def audio_call(self, *, by_browser):
        """A call of sounds alone, made by the one or the other."""
        if by_browser:
            await self.browser_calls("microphone", kind="audio")
            self.us.do(CallAccepted)
        else:
            await self.we_call("audio", "")
            await self.page.do("await phone.accept(['microphone'])")
        await self.us.active()
        await self.page.hears(TONE)

    async def rest(self):
        """No call on either side, and no word of one on its way: nothing names a call it belongs to."""
        await self.us.hang_up()
        await self.page.until(f"phone.peer !== '{self.ours}' && phone.ringing === null")
        await self.page.do("phone.rest()")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["standard", "goconnect"])
async def connected(request, serve, open_page, open_us):
    """Whoever sorts first keeps an offer that meets another, so it is the one and the other."""
    theirs, ours = {"standard": ("alice", "bob"), "goconnect": ("mia", "carol")}[request.param]
    url = await serve(request.param)
    page = await open_page(url, theirs, request.param)
    us = await open_us(url, ours, request.param)
    return Pair(page, us, request.param, url, theirs, ours)


@pytest_asyncio.fixture(loop_scope="module")
async def pair(connected):
    yield connected
    errors = await connected.page.do("return phone.errors.splice(0)")
    await connected.rest()
    assert errors == []


async def test_the_browser_calls_us(pair):
    await pair.browser_calls("microphone", "camera")
    pair.us.do(CallAccepted, shows="pattern")
    await pair.us.active()
    await pair.page.hears(TONE)
    await pair.page.sees(*PATTERN)
    await pair.us.sees(*CAMERA)
    await pair.us.hears(MICROPHONE)
    before = pair.us.over
    pair.us.do(HangUpAsked)
    assert (await pair.us.ended(before)).by_me
    await pair.page.until("phone.ended === 'hangup'")


async def test_we_call_the_browser(pair):
    await pair.we_call()
    await pair.page.do("await phone.accept(['microphone', 'camera'])")
    await pair.us.active()
    await pair.page.hears(TONE)
    await pair.page.sees(*PATTERN)
    await pair.us.sees(*CAMERA)
    await pair.us.hears(MICROPHONE)
    before = pair.us.over
    await pair.page.do("phone.hangUp()")
    over = await pair.us.ended(before)
    assert (over.reason, over.by_me) == ("hangup", False)


async def test_pictures_are_added_to_a_call_that_the_browser_made(pair):
    await pair.audio_call(by_browser=True)
    pair.us.do(ShowAsked, "pattern")
    await pair.page.sees(*PATTERN)
    await pair.page.do("await phone.add(['camera'])")
    await pair.us.sees(*CAMERA)
    await pair.page.hears(TONE)


async def test_pictures_are_added_to_a_call_that_we_made(pair):
    await pair.audio_call(by_browser=False)
    await pair.page.do("await phone.add(['camera'])")
    await pair.us.sees(*CAMERA)
    pair.us.do(ShowAsked, "pattern")
    await pair.page.sees(*PATTERN)
    await pair.page.hears(TONE)


async def test_a_picture_is_taken_away_and_another_comes(pair):
    await pair.audio_call(by_browser=True)
    pair.us.do(ShowAsked, "pattern")
    await pair.page.sees(*PATTERN)
    pair.us.do(ShowAsked, "")
    await pair.page.until("phone.remoteDirection('video') !== 'sendrecv'")
    pair.us.do(ShowAsked, "command", COLOURED)
    await pair.page.sees(PAPER, PAPER)


async def test_the_browser_shares_its_screen(pair):
    await pair.audio_call(by_browser=True)
    await pair.page.do("await phone.add(['screen'], 'screen')")
    await pair.us.sees(*SCREEN)


async def test_we_share_a_terminal(pair):
    await pair.we_call("screen", "command", COLOURED)
    assert await pair.page.do("return phone.ringing.kind") == "screen"
    await pair.page.do("await phone.accept(['microphone'])")
    await pair.us.active()
    await pair.page.sees(PAPER, PAPER)


@pytest.mark.parametrize("by_browser", [True, False])
async def test_a_call_is_declined(pair, by_browser):
    before = pair.us.over
    if by_browser:
        await pair.we_call("audio", "")
        await pair.page.do("phone.decline()")
        over = await pair.us.ended(before)
        assert (over.reason, over.by_me, over.active_at) == ("declined", False, None)
    else:
        await pair.browser_calls("microphone", kind="audio")
        pair.us.do(CallDeclined)
        await pair.page.until("phone.ended === 'declined'")
        assert (await pair.us.ended(before)).by_me


async def test_a_caller_thinks_better_of_it(pair):
    await pair.browser_calls("microphone", kind="audio")
    before = pair.us.over
    await pair.page.do("phone.hangUp('cancelled')")
    assert (await pair.us.ended(before)).reason == "cancelled"
    await pair.we_call("audio", "")
    pair.us.do(HangUpAsked)
    await pair.page.until("phone.ended === 'cancelled'")


async def test_who_is_in_a_call_is_busy(pair, open_page):
    third = await open_page(pair.url, "dave", pair.dialect)
    await pair.audio_call(by_browser=True)
    await third.do("await phone.call(...args)", pair.ours, ["microphone"], "audio")
    await third.until("phone.ended === 'busy'")
    await pair.page.hears(TONE)
    await pair.rest()
    # A browser calls a browser, and we call one of them.
    await third.do("await phone.call(...args)", pair.theirs, ["microphone"], "audio")
    await pair.page.until("phone.ringing?.from === 'dave'")
    await pair.page.do("await phone.accept(['microphone'])")
    await pair.page.hears(MICROPHONE)
    before = pair.us.over
    pair.us.do(CallAsked, pair.theirs, "audio")
    assert (await pair.us.ended(before)).reason == "busy"
    await third.close()


async def test_both_call_at_once(pair):
    """Each has sent its offer before it hears of the other's."""
    await pair.page.do("phone.wire.hold()")
    pair.us.do(CallAsked, pair.theirs, "audio")
    await pair.page.until("phone.wire.waiting('call.offer')")
    await pair.page.do("await phone.call(...args)", pair.ours, ["microphone"], "audio")
    await pair.page.do("phone.wire.release()")
    await pair.us.active()
    await pair.page.hears(TONE)
    await pair.page.until("phone.pc.signalingState === 'stable'")


async def test_both_add_a_picture_at_once(pair):
    await pair.audio_call(by_browser=True)
    await pair.page.do("phone.wire.hold()")
    pair.us.do(ShowAsked, "pattern")
    await pair.page.until("phone.wire.waiting('call.offer')")
    await pair.page.do("await phone.add(['camera'])")
    await pair.page.do("phone.wire.release()")
    await asyncio.gather(pair.page.sees(*PATTERN), pair.us.sees(*CAMERA))
    await pair.page.hears(TONE)


async def test_a_browser_that_hides_its_addresses_is_reached(pair, open_page):
    shy = await open_page(pair.url, "root", pair.dialect, devices=False)
    await shy.do("await phone.call(...args)", pair.ours, ["drawn"], "video")
    await pair.us.rings("root")
    pair.us.do(CallAccepted, shows="pattern")
    await pair.us.active()
    await shy.hears(TONE)
    await shy.sees(*PATTERN)
    await pair.us.sees((200, 30, 90), (20, 110, 180))
    found = await shy.do("return phone.candidates")
    assert found
    assert all(".local " in candidate for candidate in found)
    await pair.us.hang_up()
    await shy.close()
