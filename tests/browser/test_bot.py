"""Chromium and the people of the mock server who take calls: a page of standard WebRTC, no more."""

import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="module")

MICROPHONE, CAMERA = 700, ((40, 160, 70), (190, 60, 160))
WHITE, YELLOW, CYAN, GREEN = (235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16)
MAGENTA, RED, BLUE, BLACK = (235, 16, 235), (235, 16, 16), (16, 16, 235), (16, 16, 16)
BARS = (WHITE, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE, BLACK)

SCENARIO = """
about = "Two who answer, and do as they are told."
present = ["bob", "carol"]
[[telephones]]
who = "bob"
sends = "echo"
rings = 0
delay = 0.1
[[telephones]]
who = "carol"
sends = "pattern"
rings = 0
candidates = "described"
"""

TOLD = """
[[on]]
event = "direct"
who = "*"
words = ["{word}"]
[[on.take]]
acts = [{{ who = "$who", do = "{word}", user = "$me" }}]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["standard", "goconnect"])
async def page(request, serve, open_page, tmp_path_factory):
    scenario = tmp_path_factory.mktemp("played") / "two.toml"
    orders = [TOLD.format(word=word) for word in ("call", "show", "hang up")]
    scenario.write_text(SCENARIO + "".join(orders))
    url = await serve(request.param, "--bots", "--scenario", str(scenario))
    return await open_page(url, "alice", request.param)


async def test_an_echo_comes_back(page):
    await page.do("await phone.call('bob', ['microphone', 'camera'], 'video')")
    await page.hears(MICROPHONE)
    await page.sees(*CAMERA)
    await page.do("phone.hangUp()")


async def test_who_answers_may_add_a_picture_to_a_call_that_the_browser_made(page):
    await page.do("await phone.call('carol', ['microphone'], 'audio')")
    await page.hears(440)
    await page.do("phone.wire.say('dm:carol', 'show')")
    await page.sees(*BARS)
    await page.do("await phone.add(['camera'])")
    await page.until("phone.pc.signalingState === 'stable'")
    await page.hears(440)
    await page.do("phone.wire.say('dm:carol', 'hang up')")
    await page.until("phone.ended === 'hangup'")


async def test_who_calls_the_browser_gets_its_picture_later(page):
    await page.do("phone.wire.say('dm:bob', 'call')")
    await page.until("phone.ringing?.from === 'bob'")
    await page.do("await phone.accept(['microphone'])")
    await page.hears(MICROPHONE)
    await page.do("await phone.add(['camera'])")
    await page.sees(*CAMERA)
    await page.hears(MICROPHONE)
    await page.do("phone.hangUp()")
