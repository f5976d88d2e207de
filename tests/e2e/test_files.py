"""Files of messages, from the server's disk to the user's, in a real terminal."""

import json
import urllib.request

import pytest

from mock_server.drawings import png

pytestmark = pytest.mark.pty

IMAGE = png("octopus", 64)


@pytest.fixture
def shown(screen, mock, person):
    """Alice sees a message of bob with an image."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="octopus.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + IMAGE + b"\r\n--b--\r\n"
    )
    headers = {"Authorization": "Bearer dev:bob", "Content-Type": "multipart/form-data; boundary=b"}
    request = urllib.request.Request(f"http://127.0.0.1:{mock.port}/v1/uploads", body, headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        told = json.load(response)
    url = told["url"].removeprefix(f"http://127.0.0.1:{mock.port}")
    files = [told | {"name": "../octopus.png"}, {"url": url, "name": "the same"}]
    files.append({"url": f"http://127.0.0.1:{mock.port + 1}/v1/uploads/x/y", "name": "elsewhere"})
    bob = person("bob", mock, "network:lobby")
    bob.say("network:lobby", "look", attachments=files)
    terminal = screen("--server", mock.url, token="dev:alice", size=(80, 24))
    terminal.wait_for("● online", "elsewhere")
    terminal.press("escape")
    terminal.wait_for("a files")
    terminal.press("a")
    terminal.wait_for("Esc close")
    return terminal


def test_a_file_is_saved_and_an_image_seen(shown, tmp_path):
    """S18, S19."""
    folder = tmp_path / "wschat/downloads"
    assert not folder.exists()
    shown.press("enter")
    shown.wait_for("✓ Saved as octopus.png")
    [saved] = folder.iterdir()
    assert (saved.name, saved.read_bytes()) == ("octopus.png", IMAGE)
    assert saved.stat().st_mode & 0o777 == 0o600
    shown.press("down", "v")
    shown.wait_for("Esc back", lambda one: "▀" in one.text or "▄" in one.text)
    assert b"48;2;214;99;123" in shown.raw
    shown.press("escape")
    shown.wait_for("Esc close")
    shown.press("escape")
    shown.wait_for("a files")
    assert [one.name for one in folder.iterdir()] == ["octopus.png"]


def test_a_link_to_something_else_on_this_machine_is_refused(shown, tmp_path):
    """S20."""
    shown.press("down", "down")
    shown.wait_for("sends files in the clear")
    shown.press("enter")
    shown.wait_for("✗ 127.0.0.1")
    assert not (tmp_path / "wschat/downloads").exists()
