"""Chromium and the people of the mock server who take calls: a page of standard WebRTC, no more."""

import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHITE, YELLOW, CYAN, GREEN = (235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16)
MAGENTA, RED, BLUE, BLACK = (235, 16, 235), (235, 16, 16), (16, 16, 235), (16, 16, 16)
BARS = (WHITE, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE, BLACK)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["standard", "goconnect"])
async def page(request, serve, open_page):
    url = await serve(request.param, "--bots", "--scenario", "demo")
    return await open_page(url, "alice", request.param)


async def test_an_echo_comes_back(page):
    await page.do("await phone.call('echo', ['microphone', 'camera'], 'video')")
    await page.hears(700)
    await page.sees((40, 160, 70), (190, 60, 160))
    print(await page.do("return await phone.report()"))
    await page.do("phone.hangUp()")


async def test_the_pattern_arrives(page):
    await page.do("await phone.call('pattern', ['microphone', 'camera'], 'video')")
    await page.hears(440)
    await page.sees(*BARS)
    await page.do("phone.hangUp()")
