"""Calls in a process of their own: `pair` calls itself, `answer` takes a call over its pipes.

Every name that is looked up and every address that is spoken to is written down, from the first.
"""

import asyncio
import itertools
import json
import sys
import time

NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
TALKS = {"socket.connect", "socket.sendto", "socket.sendmsg"}

asked, reached = set(), set()


def watch(event, arguments):
    if event in NAMES:
        asked.add(str(arguments[0]))
    elif event in TALKS and isinstance(arguments[1], tuple):
        reached.add(str(arguments[1][0]))


sys.addaudithook(watch)

from wschat_tui.media.engine import Engine  # noqa: E402  the watch comes first
from wschat_tui.media.setup import Setup  # noqa: E402
from wschat_tui.protocol.objects import IceCandidate  # noqa: E402
from wschat_tui.state.calls.call_effects import OpenMedia, TakeCandidate, TakeDescription  # noqa: E402
from wschat_tui.state.calls.call_inputs import (  # noqa: E402
    MediaCandidate,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
    MediaVerified,
)

ids = itertools.count()


def say(what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def engine(tell):
    loop = asyncio.get_running_loop()
    return Engine(
        lambda item: loop.call_soon_threadsafe(tell, item),
        Setup(fake=True),
        lambda: time.time_ns() // 1_000_000,
        lambda: str(next(ids)),
    )


async def pair():
    """A call from this process to itself; prints what became of it."""
    told = {"caller": [], "callee": []}
    sides = {}
    flowing = asyncio.Event()

    def pass_on(name, other):
        def tell(item):
            told[name].append(item)
            if isinstance(item, MediaDescribed) and item.kind == "offer":
                sides[other].run(OpenMedia("call", "audio", offer=item.sdp))
            elif isinstance(item, MediaDescribed):
                sides[other].run(TakeDescription("call", "answer", item.sdp))
            elif isinstance(item, MediaCandidate):
                sides[other].run(TakeCandidate("call", item.candidate))
            flowing_at = [
                any(isinstance(one, MediaFlowing) for one in heard) for heard in told.values()
            ]
            if all(flowing_at) or any(isinstance(one, MediaEnded) for one in told[name]):
                flowing.set()

        return tell

    sides["caller"] = engine(pass_on("caller", "callee"))
    sides["callee"] = engine(pass_on("callee", "caller"))
    sides["caller"].run(OpenMedia("call", "audio"))
    await asyncio.wait_for(flowing.wait(), 30)
    for side in sides.values():
        await side.close()
    items = [*told["caller"], *told["callee"]]
    say(
        {
            "flowing": sum(isinstance(one, MediaFlowing) for one in items),
            "words": [one.words for one in items if isinstance(one, MediaVerified)],
            "candidates": [
                one.candidate.candidate
                for one in items
                if isinstance(one, MediaCandidate) and one.candidate
            ],
            "asked": sorted(asked),
            "reached": sorted(reached),
        }
    )


async def answer():
    """Take what comes as lines of JSON, and say what happens in the same way."""
    loop = asyncio.get_running_loop()

    def tell(item):
        if isinstance(item, MediaDescribed):
            say({"kind": item.kind, "sdp": item.sdp})
        elif isinstance(item, MediaCandidate):
            found = item.candidate.candidate if item.candidate else None
            say({"candidate": found})

    side = engine(tell)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        said = json.loads(line)
        if "candidate" in said:
            text = said["candidate"]
            given = IceCandidate(candidate=text, sdpMLineIndex=0) if text else None
            side.run(TakeCandidate("call", given))
        else:
            side.run(OpenMedia("call", "audio", offer=said["sdp"]))
    await side.close()


asyncio.run({"pair": pair, "answer": answer}[sys.argv[1]]())
