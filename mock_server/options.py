"""What a mock server can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from mock_server.accounts import ACCESS_TTL
from mock_server.clock import Clock


@dataclass(frozen=True, slots=True)
class Options:
    """The command line's flags, and what only an embedding program can give."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free one."""
    allow_remote: bool = False
    """Without it only a loopback address is taken, since the passwords are no secret."""
    db: Path | None = None
    """A SQLite file that outlives the server; None keeps everything in memory."""
    dialect: str = "standard"
    batch: bool = False
    """Join envelopes that wait with newlines, into one frame."""
    rate: float = 10.0
    """Messages a second that a connection may send; 0 sets no limit."""
    burst: int = 20
    max_frame: int = 512 * 1024
    """Bytes of the largest frame read; a larger one closes with 1009."""
    seed: int | None = None
    """With one, ids, clock and bots are the same in every run."""
    bots: bool = False
    scenario: str | None = None
    """A bundled scenario's name or a file; None is `demo` with bots, and else an empty past."""
    json_log: TextIO | None = None
    access_ttl: float = ACCESS_TTL
    """Seconds."""
    clock: Clock | None = None
    """In place of the real or the seeded one."""
    tempo: float = 1.0
    """How much faster than life the bots act."""
