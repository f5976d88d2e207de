"""What calls can do here, as lines of the doctor's report."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wschat_tui.cli.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wschat_tui.runtime.call_survey import Survey
    from wschat_tui.state.calls.call_views import Device
    from wschat_tui.storage.settings.calls import Calls

SOUND = "start a sound server (PulseAudio or PipeWire), or plug a device in"
LACKING: Mapping[str, tuple[str, str]] = {
    "microphone": ("none was found; calls send silence", SOUND),
    "speaker": ("none was found; calls are not heard", SOUND),
    "camera": ("none was found; calls show a card with your initials", "plug one in"),
    "screen": (
        "none can be captured here; calls can show the terminal, or a command",
        (
            "run in an X11 session, or share the terminal: it works everywhere, over SSH too"
            if sys.platform == "linux"
            else "`pip install 'wschat-tui[screen]'`, and let the terminal record the screen"
        ),
    ),
}
"""What is said of each kind of device where there is none, and the mend."""

SHOWN = 3
"""Devices of a kind that are named."""


def findings(survey: Survey, calls: Calls) -> Iterator[Finding]:
    """The packages, the devices and the servers."""
    if survey.hindrance:
        what, _, mend = survey.hindrance.partition("; ")
        yield Finding("lack", "calls", what, mend.rstrip("."))
    else:
        yield Finding("ok", "calls", ", ".join(survey.packages))
        for kind in LACKING:
            yield _devices(kind, [one for one in survey.devices if one.kind == kind])
    yield from _servers(survey, calls)


def _devices(kind: str, devices: list[Device]) -> Finding:
    if not devices:
        text, mend = LACKING[kind]
        return Finding("note", kind, text, mend)
    more = f", and {len(devices) - SHOWN} more" if len(devices) > SHOWN else ""
    return Finding("ok", kind, ", ".join(one.name for one in devices[:SHOWN]) + more)


def _servers(survey: Survey, calls: Calls) -> Iterator[Finding]:
    for url, silence in survey.servers:
        subject = url.partition(":")[0].removesuffix("s").upper()
        if silence:
            mend = "check calls.ice_servers, and that this network lets its port through"
            yield Finding("lack", subject, f"{url}: {silence}", mend)
        else:
            yield Finding("ok", subject, f"{url} answers")
    relays = any(url.startswith("turn") for url, _ in survey.servers)
    if calls.relay_only and calls.ice_servers is not None and not relays:
        mend = "name a TURN server in calls.ice_servers, or turn calls.relay_only off"
        yield Finding(
            "lack", "relay", "calls are to go through a relay alone, and none is named", mend
        )
