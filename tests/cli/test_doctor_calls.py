"""What the doctor says of calls: each lack with its mend."""

import pytest

from wschat_tui.cli.doctor_calls import findings
from wschat_tui.runtime.call_survey import Survey, survey
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.state.calls.call_views import Device
from wschat_tui.storage.settings.calls import Calls


def told(found, **calls):
    return [(one.grade, one.subject, one.text, one.mend) for one in findings(found, Calls(**calls))]


def test_without_the_packages_the_command_that_adds_them_is_the_mend():
    sentence = (
        "Calls need packages that are not here (av); `pip install 'wschat-tui[calls]'` adds them."
    )
    assert told(Survey(sentence)) == [
        (
            "lack",
            "calls",
            "Calls need packages that are not here (av)",
            "`pip install 'wschat-tui[calls]'` adds them",
        )
    ]


def test_devices_are_named_and_missing_ones_have_a_mend():
    mics = tuple(Device("microphone", str(n), f"mic {n}") for n in range(5))
    lines = told(Survey("", ("aiortc 1",), (*mics, Device("screen", ":0", "Screen :0"))))
    assert [line[:2] for line in lines] == [
        ("ok", "calls"),
        ("ok", "microphone"),
        ("note", "speaker"),
        ("note", "camera"),
        ("ok", "screen"),
    ]
    assert lines[1][2] == "mic 0, mic 1, mic 2, and 2 more"
    assert all(line[3] for line in lines if line[0] == "note")


def test_servers_that_answer_and_those_that_do_not():
    servers = (("stun:a.test", ""), ("turns:b.test", "it did not answer in 2 s"))
    lines = told(Survey("", servers=servers))[-2:]
    assert lines[0] == ("ok", "STUN", "stun:a.test answers", "")
    assert lines[1][:3] == ("lack", "TURN", "turns:b.test: it did not answer in 2 s")
    assert "calls.ice_servers" in lines[1][3]


@pytest.mark.parametrize(("url", "lacking"), [("stun:a.test", True), ("turn:a.test", False)])
def test_calls_through_a_relay_alone_need_one(url, lacking):
    lines = told(Survey("", servers=((url, ""),)), relay_only=True, ice_servers=(url,))
    assert any(line[1] == "relay" for line in lines) == lacking


async def test_the_survey_asks_the_machine_and_the_servers():
    calls = Calls(ice_servers=("turn:127.0.0.1:1?transport=tcp",), backend="null")
    found = await survey(calls, SystemClock())
    assert found.hindrance == ""
    assert any(package.startswith("aiortc 1.") for package in found.packages)
    assert "cannot be reached" in found.servers[0][1]
