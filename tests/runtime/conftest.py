"""A clock that a test turns by hand, and a server in the same loop."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from mock_server.server import MockServer, Options


class HandClock:
    """Time stands still until it is moved; ids count."""

    def __init__(self) -> None:
        self.at = 1_795_428_000_000
        self._ids = count(1)

    def now(self) -> int:
        return self.at

    def op_id(self) -> str:
        return f"op{next(self._ids):04}"


@pytest.fixture
def clock() -> HandClock:
    """Fixed time, counted ids."""
    return HandClock()


@pytest.fixture
async def server() -> AsyncIterator[MockServer]:
    """A quiet mock server on a free port."""
    async with MockServer(Options(port=0)) as running:
        yield running
