"""What there is to call with: listed by name, cleaned, and never a fault."""

import sys
import types

import pytest

from wschat_tui.media import devices as devices_module
from wschat_tui.media import eyes
from wschat_tui.media.devices import devices
from wschat_tui.media.setup import Setup
from wschat_tui.state.calls.call_views import Device

pytestmark = pytest.mark.usefixtures("leaves_nothing")


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine with nothing, but for what a test puts there."""
    monkeypatch.setattr(eyes, "DEV", tmp_path / "dev")
    monkeypatch.setattr(eyes, "SYS", tmp_path / "sys")
    monkeypatch.setattr(devices_module, "SYSTEMS", ())
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


async def test_a_machine_with_nothing_has_nothing_to_choose() -> None:
    assert await devices(Setup()) == ()


async def test_all_kinds_are_listed_with_what_is_chosen(machine, sound_system, monkeypatch) -> None:
    monkeypatch.setattr(devices_module, "SYSTEMS", (lambda: sound_system,))
    (machine / "dev").mkdir()
    (machine / "dev" / "video0").touch()
    (machine / "sys" / "video0").mkdir(parents=True)
    (machine / "sys" / "video0" / "name").write_text("Evil \x1b[2J\u202ecam" + "x" * 99)
    monkeypatch.setenv("DISPLAY", ":0")
    found = await devices(Setup(microphone="headset", screen=":0"))
    assert [(one.kind, one.id, one.chosen) for one in found] == [
        ("microphone", "inside", False),
        ("microphone", "headset", True),
        ("speaker", "inside", False),
        ("speaker", "headset", False),
        ("camera", str(machine / "dev" / "video0"), False),
        ("screen", ":0", True),
    ]
    assert found[1] == Device("microphone", "headset", "The headset one", chosen=True)
    assert "\x1b" not in found[4].name
    assert "\u202e" not in found[4].name
    assert len(found[4].name) <= 60


async def test_no_sound_is_listed_where_none_is_wanted(sound_system, monkeypatch) -> None:
    monkeypatch.setattr(devices_module, "SYSTEMS", (lambda: sound_system,))
    assert await devices(Setup(backend="null")) == ()


async def test_the_next_sound_system_is_asked_where_one_does_not_answer(
    sound_system, monkeypatch
) -> None:
    def missing():
        raise devices_module.NoCard("not installed")

    monkeypatch.setattr(devices_module, "SYSTEMS", (missing, lambda: sound_system))
    assert len(await devices(Setup())) == 4
    sound_system.microphones.clear()
    assert {one.kind for one in await devices(Setup())} == {"speaker"}


async def test_wayland_shows_no_screen(monkeypatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert await devices(Setup()) == ()


async def test_other_systems_are_asked_in_their_own_way(monkeypatch) -> None:
    def listed(system):
        assert system == "avfoundation"
        return [
            types.SimpleNamespace(name="0", description="Lid", media_types=["video"]),
            types.SimpleNamespace(name="1", description="Mic", media_types=["audio"]),
        ]

    monkeypatch.setattr(sys, "platform", "darwin")
    module = types.SimpleNamespace(enumerate_input_devices=listed)
    monkeypatch.setattr(eyes, "import_module", lambda name: module)
    assert [(one.kind, one.id, one.name) for one in await devices(Setup())] == [
        ("camera", "0", "Lid"),
        ("screen", "1", "Main screen"),
    ]


@pytest.mark.parametrize("fault", [ImportError("av.device"), ValueError("no such input format")])
async def test_a_system_that_lists_nothing_is_no_fault(fault, monkeypatch) -> None:
    def failing(name):
        raise fault

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(eyes, "import_module", failing)
    assert [one.kind for one in await devices(Setup())] == ["screen"]
