import os
import stat

import pytest

from wschat_tui.storage import private
from wschat_tui.storage.paths import below, find


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def test_home_puts_everything_below_one_directory(tmp_path):
    places = find(tmp_path, {"WSCHAT_HOME": "/elsewhere"})
    assert places == below(tmp_path)
    assert {places.config_dir, places.data_dir, places.state_dir, places.downloads_dir} == {
        tmp_path / name for name in ("config", "data", "state", "downloads")
    }
    assert places.settings_file == tmp_path / "config" / "settings.toml"
    assert places.token_file == tmp_path / "data" / "tokens.vault"
    assert places.log_file == tmp_path / "state" / "wschat.log"
    assert places.faults_file == tmp_path / "state" / "faults.log"
    assert list(tmp_path.iterdir()) == [tmp_path / "home"]


def test_the_variable_counts_when_home_is_not_given(tmp_path):
    assert find(None, {"WSCHAT_HOME": str(tmp_path)}) == below(tmp_path)


def test_home_is_made_absolute(tmp_path, monkeypatch, home):
    monkeypatch.chdir(tmp_path)
    assert below(private.Path("x")).config_dir == tmp_path / "x" / "config"
    assert below(private.Path("~/x")).config_dir == home / "x" / "config"


@pytest.mark.parametrize("env", [{}, {"WSCHAT_HOME": ""}])
def test_else_the_platform_says_where(home, env):
    places = find(None, env)
    assert places.config_dir == home / ".config" / "wschat-tui"
    assert places.data_dir == home / ".local/share" / "wschat-tui"
    assert places.state_dir == home / ".local/state" / "wschat-tui"
    assert places.downloads_dir == home / "Downloads" / "wschat-tui"
    assert not places.config_dir.exists()


def test_directories_are_closed_under_any_umask(tmp_path, no_umask):
    private.private_dir(tmp_path / "a" / "b")
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700


def test_an_open_directory_of_ours_is_closed_but_not_its_parent(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a").chmod(0o755)
    (tmp_path / "a" / "b").chmod(0o755)
    private.private_dir(tmp_path / "a" / "b")
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o755, 0o700)


def test_files_are_written_whole_and_closed(tmp_path, no_umask):
    file = tmp_path / "new" / "x"
    private.write_atomic(file, b"one")
    file.chmod(0o644)
    private.write_atomic(file, b"two")
    assert (file.read_bytes(), mode(file), mode(file.parent)) == (b"two", 0o600, 0o700)
    assert list(file.parent.iterdir()) == [file]


def test_a_link_to_a_file_kept_elsewhere_stays_a_link(tmp_path):
    (tmp_path / "dotfiles").mkdir()
    real = tmp_path / "dotfiles" / "settings.toml"
    real.write_bytes(b"old")
    link = tmp_path / "settings.toml"
    link.symlink_to(real)
    private.write_atomic(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_what_does_not_read_back_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "x"
    file.write_bytes(b"old")

    def spoil(descriptor):
        os.ftruncate(descriptor, 1)

    monkeypatch.setattr("os.fsync", spoil)
    with pytest.raises(OSError, match="does not read back"):
        private.write_atomic(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [file]


def test_the_opener_narrows_an_old_file(tmp_path, no_umask):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    assert mode(old) == 0o666
    for path in (old, new):
        with open(path, "a", opener=private.opener):
            assert mode(path) == 0o600
