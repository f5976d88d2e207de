"""The files of a message: what is listed, and what each key does with one."""

import asyncio
from dataclasses import replace

import pytest

from wschat_tui.runtime.services import Outcome, Whereabouts
from wschat_tui.state.model import Attachment
from wschat_tui.state.text import SafeText
from wschat_tui.ui.amount import amount
from wschat_tui.ui.screens.files import FilesScreen
from wschat_tui.ui.screens.picture import PictureScreen
from wschat_tui.ui.widgets.hints import Hints
from wschat_tui.ui.widgets.menu import Menu
from wschat_tui.ui.widgets.progress import Progress
from wschat_tui.ui.widgets.video import Video

FILES = (
    Attachment(
        SafeText("/v1/uploads/1/octopus.png"),
        SafeText("octopus.png"),
        51_877,
        SafeText("image/png"),
    ),
    Attachment(SafeText("https://files.example.test/plan.pdf"), SafeText("plan.pdf"), 1_234_567),
    Attachment(SafeText("http://10.0.0.1/"), SafeText("no size known, and a rather long name")),
)

PLACES = {
    FILES[0].url: Whereabouts(
        "https://chat.example.org:443/v1/uploads/1/octopus.png", "x", own=True
    ),
    FILES[1].url: Whereabouts("https://files.example.test:443/plan.pdf", "files.example.test"),
    FILES[2].url: Whereabouts("", "", refusal="10.0.0.1 sends files in the clear (http:)."),
}


class FakeImage:
    """Fits into every size, or says why not."""

    def __init__(self, picture):
        self.asked = []
        self.trouble = ""
        self._picture = picture

    async def fitted(self, columns, rows, ability):
        self.asked.append((columns, rows))
        return self.trouble or self._picture(columns, rows, ability)


class FakeFiles:
    """Implements `FilesView`: answers as told, and waits where there is a gate."""

    def __init__(self, image):
        self.asked = []
        self.gate = None
        self.told = Outcome(True, "Saved as plan.pdf in /home/alice/Downloads.")
        self.image_told = image
        self.steps = ()

    def whereabouts(self, url):
        return PLACES[url]

    async def save(self, url, name, progress):
        self.asked.append(("save", url, name))
        await self._going(progress)
        return self.told

    async def image(self, url, progress):
        self.asked.append(("image", url))
        await self._going(progress)
        return self.image_told

    async def _going(self, progress):
        for step in self.steps:
            progress(*step)
        if self.gate is not None:
            await self.gate.wait()


@pytest.fixture
def image(media):
    return FakeImage(lambda columns, rows, ability: media.picture("far", columns, rows, ability))


@pytest.fixture
def files(image):
    return FakeFiles(image)


@pytest.fixture
def opened():
    return []


@pytest.fixture
def screen(files, opened):
    return FilesScreen(FILES, files, opened.append)


def sentence(app):
    return app.screen.query_one(Progress).sentence


async def done(app, pilot):
    await app.workers.wait_for_complete()
    await pilot.pause()


def test_amounts():
    told = [amount(size) for size in (0, 999, 1000, 9_949, 51_877, 2_500_000, 10**9, 5 * 10**13)]
    assert told == ["0 B", "999 B", "1.0 kB", "9.9 kB", "52 kB", "2.5 MB", "1.0 GB", "50000 GB"]


async def test_nothing_is_fetched_before_a_key_says_so(stage, screen, files):
    """S20."""
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "up")
        for row in range(3):
            await pilot.click(Menu, offset=(5, row))
        await pilot.pause()
    assert files.asked == []


async def test_enter_saves_and_says_where(stage, screen, files):
    files.steps = ((256_000, 1_234_567), (1_234_567, 1_234_567))
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        await done(app, pilot)
        assert files.asked == [("save", FILES[1].url, "plan.pdf")]
        assert sentence(app) == "Saved as plan.pdf in /home/alice/Downloads."
        assert app.screen.query_one(Progress).mood == "good"
        files.told = Outcome(False, "The file has more than 100 MiB; nothing was kept.")
        await pilot.press("enter")
        await done(app, pilot)
        assert sentence(app) == "The file has more than 100 MiB; nothing was kept."
        assert app.screen.query_one(Progress).mood == "bad"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ((617_000, 1_234_567), "Saving plan.pdf: 49 % of 1.2 MB"),
        ((617_000, None), "Saving plan.pdf: 617 kB"),
        (None, "Saving plan.pdf"),
    ],
)
async def test_how_far_it_is(stage, screen, files, step, said):
    files.gate, files.steps = asyncio.Event(), (step, step) if step else ()
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
        assert sentence(app) == said
        files.gate.set()
        await done(app, pilot)


async def test_escape_stops_it_and_then_closes(stage, screen, files):
    files.gate = asyncio.Event()
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "stop" in app.screen.query_one(Hints).render().plain
        # One at a time: nothing else begins, and a click beside the panel does not close it.
        await pilot.press("enter", "v", "o")
        await pilot.click(offset=(0, 0))
        assert len(files.asked) == 1
        await pilot.press("escape")
        await pilot.pause()
        assert sentence(app) == "Stopped; nothing was kept."
        assert "save" in app.screen.query_one(Hints).render().plain
        assert app.results == []
        await pilot.press("escape")
        assert app.results == [None]


async def test_a_click_beside_the_panel_closes_it(stage, screen):
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(offset=(0, 0))
        assert app.results == [None]


async def test_leaving_the_program_in_the_middle(stage, screen, files):
    files.gate = asyncio.Event()
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
    assert len(files.asked) == 1


async def test_the_browser_gets_the_whole_address(stage, screen, opened):
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o", "down", "down", "o")
    assert opened == ["https://chat.example.org:443/v1/uploads/1/octopus.png", FILES[2].url]


async def test_an_image_is_shown_as_large_as_the_terminal(stage, screen, files, image):
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        await done(app, pilot)
        assert isinstance(app.screen, PictureScreen)
        await done(app, pilot)
        assert app.screen.query_one(Video).picture is not None
        assert image.asked == [(78, 21)]
        await pilot.resize_terminal(60, 20)
        await done(app, pilot)
        assert image.asked[-1] == (58, 17)
        await pilot.press("escape")
        assert app.screen is screen
        assert sentence(app) == ""
    assert files.asked == [("image", FILES[0].url)]


async def test_what_cannot_be_shown_is_a_sentence(stage, screen, files, image):
    image.trouble = "The image is damaged and cannot be shown; Enter saves it."
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        await done(app, pilot)
        await done(app, pilot)
        assert "damaged" in app.screen.query_one(Video).render().plain
        await pilot.press("enter")
        files.image_told = "Images are shown with Pillow."
        await pilot.press("v")
        await done(app, pilot)
        assert sentence(app) == "Images are shown with Pillow."


async def test_words_about_a_file(stage, screen):
    app = stage(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        told = []
        for _ in FILES:
            await pilot.pause()
            told.append(str(app.screen.query_one("#about").content))
            await pilot.press("down")
    assert told == [
        "From the chat server (image/png).",
        "From files.example.test, which learns your address when you fetch it.",
        "10.0.0.1 sends files in the clear (http:).",
    ]


async def test_a_message_whose_files_are_gone(stage, files, opened):
    app = stage(FilesScreen((), files, opened.append))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "v", "o")
    assert (files.asked, opened) == ([], [])


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["80x24", "60x20"])
def test_how_it_looks(snap_compare, stage, screen, size):
    assert snap_compare(stage(screen), terminal_size=size, press=["down"])


@pytest.mark.snapshot
def test_how_saving_looks(snap_compare, stage, screen, files):
    files.gate, files.steps = asyncio.Event(), ((617_000, 1_234_567),)
    assert snap_compare(stage(screen), terminal_size=(80, 24), press=["down", "enter"])


@pytest.mark.snapshot
def test_how_it_ends_looks(snap_compare, stage, screen, files):
    files.told = replace(
        files.told, ok=False, sentence="files.example.test took too long; nothing was kept."
    )
    assert snap_compare(stage(screen), terminal_size=(80, 24), press=["down", "enter"])


@pytest.mark.snapshot
def test_how_an_image_looks(snap_compare, stage, image):
    async def decoded(pilot):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    shown = stage(PictureScreen(SafeText("octopus.png"), image))
    assert snap_compare(shown, terminal_size=(80, 24), run_before=decoded)
