"""Files of messages: fetched from the real server, saved, shown, and nothing left when stopped."""

import asyncio
import os

import pytest
import pytest_asyncio

from mock_server.scenario import load
from mock_server.server import MockServer
from mock_server.server import Options as MockOptions
from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.options import Options
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime import files as files_module
from wschat_tui.runtime.files import MISSING, Files
from wschat_tui.storage.downloads import Download

URL = "/v1/uploads/octopus-64/octopus-64.png"


@pytest_asyncio.fixture
async def server():
    async with MockServer(MockOptions(port=0, scenario="demo")) as one:
        yield one


@pytest.fixture
def files(server, tmp_path):
    async def keep(_):
        """Tokens are not renewed here."""

    supply = TokenSupply(Tokens("dev:alice"), store=keep, post=None, wall=lambda: 0)
    return Files(Options(server.url), supply, tmp_path / "downloads")


def left(tmp_path):
    folder = tmp_path / "downloads"
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


async def test_a_file_of_the_demo_is_saved(files, tmp_path):
    """S18."""
    progress = []
    outcome = await files.save(URL, "../octopus.png", lambda *far: progress.append(far))
    assert outcome.ok
    assert outcome.sentence == f"Saved as octopus.png in {tmp_path / 'downloads'}."
    assert (tmp_path / "downloads/octopus.png").read_bytes().startswith(b"\x89PNG")
    assert progress[-1] == (249, 249)
    again = await files.save(URL, "octopus.png", lambda *_: None)
    assert again.sentence.startswith("Saved as octopus (2).png")


async def test_every_file_that_the_demo_names_is_there_and_as_large_as_it_says(files, tmp_path):
    scenario = await asyncio.to_thread(load, "demo")
    said = [act for loop in scenario.loop for take in loop.take for act in take.acts]
    told = [one for each in (*scenario.past, *said) for one in getattr(each, "attachments", ())]
    assert len(told) == 4
    for file in told:
        outcome = await files.save(file["url"], file["name"], lambda *_: None)
        assert outcome.ok, outcome.sentence
        assert (tmp_path / "downloads" / file["name"]).stat().st_size == file["size"]


async def test_an_image_of_the_demo_is_shown_and_kept_nowhere(files, tmp_path):
    """S19."""
    image = await files.image(URL, lambda *_: None)
    picture = await image.fitted(16, 8, "truecolor")
    assert (picture.columns, picture.rows) == (16, 8)
    assert left(tmp_path) == []


async def test_what_fails_is_a_sentence_and_leaves_nothing(files, tmp_path):
    for url, words in (
        ("/v1/uploads/none/none.png", "did not give the file (404)"),
        ("https://127.0.0.1/x", "not on the open internet"),
        ("ftp://x/", "Only https:"),
    ):
        outcome = await files.save(url, "a", lambda *_: None)
        assert not outcome.ok
        assert words in outcome.sentence
        assert words in await files.image(url, lambda *_: None)
    assert left(tmp_path) == []


async def test_limits_are_held(files, tmp_path, monkeypatch):
    monkeypatch.setattr(files_module, "MOST_SAVED", 100)
    monkeypatch.setattr(files_module, "MOST_SHOWN", 100)
    outcome = await files.save(URL, "a", lambda *_: None)
    assert "nothing was kept" in outcome.sentence
    assert "nothing was kept" in await files.image(URL, lambda *_: None)
    assert left(tmp_path) == []


async def test_a_folder_that_cannot_be_written_is_a_sentence(files, tmp_path):
    """F21."""
    (tmp_path / "downloads").write_text("a file in the way")
    outcome = await files.save(URL, "a", lambda *_: None)
    assert not outcome.ok
    assert outcome.sentence.startswith(f"The file cannot be saved in {tmp_path / 'downloads'} (")


async def test_a_disk_that_says_nothing(files, monkeypatch):
    def fails(*_):
        raise OSError

    monkeypatch.setattr(Download, "write", fails)
    outcome = await files.save(URL, "a", lambda *_: None)
    assert outcome.sentence.endswith("(it did not say why).")


@pytest.mark.parametrize("step", ["write", "keep"])
async def test_whoever_stops_it_finds_nothing(files, tmp_path, monkeypatch, step):
    """S18: even in the middle of what the disk does."""
    loop, begun, release = asyncio.get_running_loop(), asyncio.Event(), os.pipe()
    real = getattr(Download, step)

    def slow(self, *arguments):
        made = real(self, *arguments)
        loop.call_soon_threadsafe(begun.set)
        os.read(release[0], 1)
        return made

    monkeypatch.setattr(Download, step, slow)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(files.save(URL, "a", lambda *_: None))
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        os.write(release[1], b"xx")
    assert task.cancelled()
    assert left(tmp_path) == []
    for end in release:
        os.close(end)


async def test_where_a_file_is(files, server):
    place = files.whereabouts(URL)
    assert (place.own, place.refusal) == (True, "")
    assert place.url.endswith(URL)
    place = files.whereabouts("https://files.example.test/a")
    assert (place.host, place.own) == ("files.example.test", False)
    place = files.whereabouts("ftp://files.example.test/a")
    assert (place.url, place.host) == ("", "")
    assert place.refusal.startswith("Only https:")


async def test_without_the_packages_it_says_which(files, monkeypatch):
    monkeypatch.setattr(files_module, "find_spec", lambda name: None if name == "PIL" else name)
    assert await files.image(URL, lambda *_: None) == MISSING
