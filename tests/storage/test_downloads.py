"""Files that the user saves lie in their folder and nowhere else, whatever a stranger calls them (S18)."""

import os
import stat
from pathlib import Path

import pytest

from wschat_tui.storage.downloads import Download
from wschat_tui.storage.file_names import MOST, safe_name, shortened

HOSTILE = {
    "../escape.txt": "escape.txt",
    "../../../../etc/passwd": "passwd",
    "/etc/cron.d/job": "job",
    "/tmp/abs.txt": "abs.txt",
    "..\\..\\windows\\system.ini": "system.ini",
    "C:\\autoexec.bat": "autoexec.bat",
    "\\\\server\\share\\a.txt": "a.txt",
    "..": "file",
    ".": "file",
    "": "file",
    "/": "file",
    "///": "file",
    "...": "file",
    "   ": "file",
    ".bashrc": "bashrc",
    ".ssh/authorized_keys": "authorized_keys",
    "-rf": "rf",
    "--help.txt": "help.txt",
    "~/.profile": "profile",
    "a\x00b.txt": "ab.txt",
    "a\nb.txt": "ab.txt",
    "esc\x1b]0;owned\x07.txt": "esc]0;owned.txt",
    "c1\x9b31mred.txt": "c131mred.txt",
    "gpj\u202eexe.txt": "gpj_U+202E_exe.txt",
    "zero\u200bwidth.txt": "zerowidth.txt",
    "full\uff0fwidth\uff0fslash.txt": "slash.txt",
    "divided\u2215slash.txt": "slash.txt",
    "con": "_con",
    "NUL.txt": "_NUL.txt",
    "lpt1.png": "_lpt1.png",
    "file.txt:stream": "file.txt_stream",
    'a*b?c<d>e|f"g.txt': "a_b_c_d_e_f_g.txt",
    "trailing.txt. . .": "trailing.txt",
    "$(rm -rf ~).txt": "$(rm -rf ~).txt",
    "cafe\u0301.txt": "caf\xe9.txt",
    "\ud800.txt": "\ufffd.txt",
}

LONG = {
    "x" * 1020 + ".png": "x" * 116 + ".png",
    "é" * 300 + ".tar.gz": "é" * 58 + ".gz",
    "🐙" * 200: "🐙" * 30,
    "a." + "b" * 300: "a." + "b" * 118,
    "n" * 200 + "." + "e" * 40: "n" * 120,
}


@pytest.mark.parametrize(
    ("told", "kept"), [*HOSTILE.items(), *LONG.items()], ids=lambda name: ascii(name)[:30]
)
def test_a_hostile_name_stays_in_the_folder(tmp_path, told, kept):
    """S18."""
    folder = tmp_path / "downloads"
    path = saved(folder, told)
    assert path == folder / kept
    assert [one.name for one in folder.iterdir()] == [kept]
    assert [one.name for one in tmp_path.iterdir() if one.name != "home"] == ["downloads"]
    assert len(kept.encode()) <= MOST


def saved(folder, told, data=b"data"):
    download = Download(folder, told)
    download.write(data)
    path = download.keep()
    assert path.read_bytes() == data
    return path


def test_a_name_is_cleaned_once(tmp_path):
    for told in (*HOSTILE, *LONG):
        assert safe_name(safe_name(told)) == safe_name(told)


def test_nothing_is_written_over(tmp_path):
    """S18."""
    names = [saved(tmp_path, "a/report.pdf", bytes([at])).name for at in range(3)]
    assert names == ["report.pdf", "report (2).pdf", "report (3).pdf"]
    assert (tmp_path / "report.pdf").read_bytes() == b"\0"
    long = [saved(tmp_path, "l" * 200 + ".txt") for _ in range(2)]
    assert long[1].name == "l" * 112 + " (2).txt"


def test_links_and_folders_in_the_way_are_left_alone(tmp_path):
    """S18: neither a link of the name nor one of the unfinished name is followed."""
    folder, outside = tmp_path / "downloads", tmp_path / "outside"
    folder.mkdir()
    outside.write_text("mine")
    (folder / "a.txt").symlink_to(outside)
    (folder / "a.txt.part").symlink_to(tmp_path / "new")
    (folder / "b.txt").mkdir()
    (folder / "dangling.txt").symlink_to(tmp_path / "nowhere")
    assert saved(folder, "a.txt").name == "a (2).txt"
    assert saved(folder, "b.txt").name == "b (2).txt"
    assert saved(folder, "dangling.txt").name == "dangling (2).txt"
    assert outside.read_text() == "mine"
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "nowhere").exists()


def test_others_can_neither_read_it_nor_run_it(tmp_path):
    """S18."""
    before = os.umask(0)
    try:
        path = saved(tmp_path / "a" / "downloads", "tool.sh")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_while_it_comes_it_has_another_name(tmp_path):
    download = Download(tmp_path / "downloads", "a.txt")
    assert not (tmp_path / "downloads").exists()
    download.write(b"half")
    assert names(tmp_path) == ["a.txt.part"]
    download.discard()
    download.discard()
    assert names(tmp_path) == []


def names(folder: Path):
    return sorted(one.name for one in (folder / "downloads").iterdir())


def test_an_empty_file_is_a_file(tmp_path):
    download = Download(tmp_path / "downloads", "a.txt")
    assert download.keep().read_bytes() == b""
    assert names(tmp_path) == ["a.txt"]


def test_what_is_not_wanted_after_all_is_gone_and_nothing_else(tmp_path):
    saved(tmp_path / "downloads", "a.txt")
    Download(tmp_path / "downloads", "a.txt").discard()
    assert names(tmp_path) == ["a.txt"]
    second = Download(tmp_path / "downloads", "a.txt")
    assert second.keep().name == "a (2).txt"
    second.discard()
    second.discard()
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    download = Download(tmp_path / "downloads", "a.txt")
    download.write(b"x")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        download.keep()
    download.discard()
    assert names(tmp_path) == []


def test_a_folder_with_a_thousand_of_the_name_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr("wschat_tui.storage.downloads._MOST_TRIES", 3)
    for _ in range(2):
        saved(tmp_path, "a.txt")
    with pytest.raises(FileExistsError):
        saved(tmp_path, "a.txt")


def test_a_disk_without_links_keeps_files_as_well(tmp_path, monkeypatch):
    """S18."""

    def unlinkable(_part, _path):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", unlinkable)
    assert [saved(tmp_path / "downloads", "a.txt").name for _ in range(2)] == ["a.txt", "a (2).txt"]
    assert names(tmp_path) == ["a (2).txt", "a.txt"]


def test_a_mark_leaves_room_for_itself():
    assert shortened("abc.txt", " (2)") == "abc (2).txt"
    assert len(shortened("é" * 100 + ".txt", " (999)").encode()) <= MOST
