"""This program and Chromium: what each hears and sees of the other, whoever calls and adds what."""

import asyncio

import pytest
import pytest_asyncio

from wschat_tui.state.calls.call_inputs import (
    CallAccepted,
    CallAsked,
    CallDeclined,
    HangUpAsked,
    ShowAsked,
)
from wschat_tui.state.inputs import Typed

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
        self.times = {}

    async def show(self, *what):
        """Send a picture within the call; the page's clock starts with it."""
        await self.page.do("phone.restart()")
        self.us.do(ShowAsked, *what)

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
        # What each still had on its way has come when the server answers what was sent behind it.
        await self.page.do("await phone.wire.beat()")
        self.us.do(Typed, "host", "no call is on")
        await self.us.until(lambda now: not now.outbox)
        await self.page.do("await phone.wire.beat()")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["standard", "goconnect"])
async def connected(request, serve, open_page, open_us):
    """Whoever sorts first keeps an offer that meets another, so it is the one and the other."""
    theirs, ours = {"standard": ("alice", "bob"), "goconnect": ("mia", "carol")}[request.param]
    url = await serve(request.param)
    page = await open_page(url, theirs, request.param)
    us = await open_us(url, ours, request.param)
    return Pair(page, us, request.param, url, theirs, ours)


@pytest_asyncio.fixture(loop_scope="module")
async def pair(connected, record_property):
    record_property("dialect", connected.dialect)
    connected.times = {}
    record_property("times", connected.times)
    await connected.page.do("phone.lastTimes = null")
    yield connected
    errors = await connected.page.do("return phone.errors.splice(0)")
    await connected.rest()
    connected.times.update(await connected.page.do("return phone.lastTimes ?? {}"))
    assert errors == []


class Lost:
    """A call whose other side dies without a word, and what is made of that here."""

    def __init__(self, us):
        self.us = us
        self.before = us.over
        self.died = None
        self.missed = None
        self.ended = None
        us.client.session.listen(self._look)

    def die(self):
        self.died = asyncio.get_running_loop().time()

    def _look(self):
        if self.died is None:
            return
        after = asyncio.get_running_loop().time() - self.died
        if self.us.call is not None and self.us.call.reconnecting:
            self.missed = self.missed or after
        if self.us.over is not self.before:
            self.ended = self.ended or after


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lost(serve, open_page, open_us):
    """Dies at the beginning, so that the others need not wait for the end."""
    url = await serve("standard")
    us = await open_us(url, "bob", "standard")
    page = await open_page(url, "alice", "standard")
    await page.do("await phone.call('bob', ['microphone', 'camera'], 'video')")
    await us.rings("alice")
    us.do(CallAccepted, shows="pattern")
    await us.active()
    await us.sees(*CAMERA)
    made = Lost(us)
    made.die()
    await page.close()
    return made


async def test_a_page_dies_within_a_call(lost):
    await lost.us.until(lambda now: now.call is None or now.call.stats.picture_in)
    assert lost.us.call is not None


async def test_the_browser_calls_us(pair):
    """The browser calls, with sound and pictures."""
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
    """We call, with sound and pictures."""
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
    """The browser calls, we add a picture, then it does."""
    await pair.audio_call(by_browser=True)
    await pair.show("pattern")
    await pair.page.sees(*PATTERN)
    await pair.page.do("await phone.add(['camera'])")
    await pair.us.sees(*CAMERA)
    await pair.page.hears(TONE)


async def test_pictures_are_added_to_a_call_that_we_made(pair):
    """We call, the browser adds a picture, then we do."""
    await pair.audio_call(by_browser=False)
    await pair.page.do("await phone.add(['camera'])")
    await pair.us.sees(*CAMERA)
    await pair.show("pattern")
    await pair.page.sees(*PATTERN)
    await pair.page.hears(TONE)


async def test_a_picture_is_taken_away_and_another_comes(pair):
    """We stop our picture, and send another."""
    await pair.audio_call(by_browser=True)
    await pair.show("pattern")
    await pair.page.sees(*PATTERN)
    pair.us.do(ShowAsked, "")
    await pair.page.until("phone.remoteDirection('video') !== 'sendrecv'")
    pair.us.do(ShowAsked, "command", COLOURED)
    await pair.page.sees(PAPER, PAPER)


async def test_the_browser_shares_its_screen(pair):
    """The browser adds its screen."""
    await pair.audio_call(by_browser=True)
    await pair.page.do("await phone.add(['screen'], 'screen')")
    await pair.us.sees(*SCREEN)


async def test_we_share_a_terminal(pair):
    """We call to share a terminal."""
    await pair.we_call("screen", "command", COLOURED)
    assert await pair.page.do("return phone.ringing.kind") == "screen"
    await pair.page.do("await phone.accept(['microphone'])")
    await pair.us.active()
    await pair.page.sees(PAPER, PAPER)


@pytest.mark.parametrize("by_browser", [True, False])
async def test_a_call_is_declined(pair, by_browser):
    """The call is declined, by either side."""
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
    """The caller thinks better of it, on either side."""
    await pair.browser_calls("microphone", kind="audio")
    before = pair.us.over
    await pair.page.do("phone.hangUp('cancelled')")
    assert (await pair.us.ended(before)).reason == "cancelled"
    await pair.we_call("audio", "")
    pair.us.do(HangUpAsked)
    await pair.page.until("phone.ended === 'cancelled'")


async def test_who_is_in_a_call_is_busy(pair, open_page):
    """Whoever is in a call is busy."""
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
    """Both call at once: each has sent its offer before it hears of the other's."""
    await pair.page.do("phone.wire.hold()")
    pair.us.do(CallAsked, pair.theirs, "audio")
    await pair.page.until("phone.wire.waiting('call.offer')")
    await pair.page.do("await phone.call(...args)", pair.ours, ["microphone"], "audio")
    await pair.page.do("phone.wire.release()")
    await pair.us.active()
    await pair.page.hears(TONE)
    await pair.page.until("phone.pc.signalingState === 'stable'")


async def test_both_add_a_picture_at_once(pair):
    """Both add a picture at once."""
    await pair.audio_call(by_browser=True)
    await pair.page.do("phone.wire.hold()")
    await pair.show("pattern")
    await pair.page.until("phone.wire.waiting('call.offer')")
    await pair.page.do("await phone.add(['camera'])")
    await pair.page.do("phone.wire.release()")
    await asyncio.gather(pair.page.sees(*PATTERN), pair.us.sees(*CAMERA))
    await pair.page.hears(TONE)


async def test_a_browser_that_hides_its_addresses_is_reached(pair, open_page):
    """The browser hides its addresses (mDNS)."""
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
    pair.times.update(await shy.do("return phone.times"))
    await pair.us.hang_up()
    await shy.close()


async def test_a_page_that_died_was_missed_and_then_given_up(lost):
    """The page is killed within a call: it is missed after 5 s, and given up after 20."""
    over = await lost.us.ended(lost.before, within=40)
    assert (over.reason, over.by_me) == ("lost", True)
    assert 3 < lost.missed < 15
    assert 15 < lost.ended < 40
