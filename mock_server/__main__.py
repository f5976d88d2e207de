"""Run the mock server: `python -m mock_server`, or `wschat-mock`."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from mock_server.manners import MANNERS
from mock_server.server import CannotStart, MockServer, Options


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop. 0: stopped; 2: a flag that may not be; 3: no such port or file."""
    given = parser().parse_args(argv)
    options = Options(
        host=given.host,
        port=given.port,
        allow_remote=given.allow_remote,
        db=given.db,
        dialect=given.dialect,
        batch=given.batch,
        rate=given.rate,
        burst=given.burst,
        max_frame=given.max_frame,
        seed=given.seed,
        bots=given.bots,
        scenario=given.scenario,
        json_log=sys.stderr if given.json_log else None,
        access_ttl=given.access_ttl,
    )
    try:
        asyncio.run(_serve(options, with_stdin=given.exit_with_stdin))
    except CannotStart as reason:
        print(f"wschat-mock: {reason}", file=sys.stderr)
        return reason.exit_code
    return 0


async def _serve(options: Options, *, with_stdin: bool = False) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if with_stdin:
        await loop.connect_read_pipe(lambda: _Leash(stop), sys.stdin)
    async with MockServer(options) as server:
        print(f"ready {server.url}", flush=True)
        await stop.wait()


class _Leash(asyncio.Protocol):
    """Whoever started the server holds its stdin: when that closes, nobody wants it any more."""

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop

    def connection_lost(self, _exc: Exception | None) -> None:
        """The other end is closed, or its process has died."""
        self._stop.set()


def parser() -> argparse.ArgumentParser:
    """The flags and what they mean."""
    made = argparse.ArgumentParser(
        "wschat-mock", description="A chat server to talk to, with people in it."
    )
    add = made.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=8765, help="port, 0 for a free one (default: %(default)s)")
    add("--allow-remote", action="store_true", help="allow a --host that others can reach")
    add("--db", type=Path, metavar="FILE", help="keep everything in this SQLite file")
    add("--dialect", choices=sorted(MANNERS), default="standard", help="how the server writes")
    add("--batch", action="store_true", help="join waiting envelopes with newlines in one frame")
    add("--rate", type=_amount, default=10.0, help="messages a second for a connection; 0: any")
    add("--burst", type=_count, default=20, help="messages at once (default: %(default)s)")
    add("--max-frame", type=_count, default=512 * 1024, metavar="BYTES", help="largest frame read")
    add("--seed", type=int, metavar="N", help="make ids, clock and bots the same in every run")
    add("--bots", action=argparse.BooleanOptionalAction, default=False, help="people who act")
    add("--scenario", metavar="NAME|FILE", help="the past and the people (default with bots: demo)")
    add("--json-log", action="store_true", help="write what happens to stderr, a JSON line each")
    add("--access-ttl", type=_lifetime, default=900.0, metavar="SECONDS", help="life of a token")
    add("--exit-with-stdin", action="store_true", help="end when stdin is closed")
    return made


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("it must be 1 or more")
    return count


def _amount(text: str) -> float:
    amount = float(text)
    if not 0 <= amount < float("inf"):
        raise argparse.ArgumentTypeError("it must be 0 or more")
    return amount


def _lifetime(text: str) -> float:
    seconds = _amount(text)
    if not seconds:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return seconds


if __name__ == "__main__":
    raise SystemExit(main())
