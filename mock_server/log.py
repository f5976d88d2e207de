"""What the server did, one JSON object a line. Never what was said, and never a token."""

import json
from dataclasses import dataclass
from typing import Any, TextIO

from mock_server.clock import Clock, rfc3339


@dataclass(frozen=True, slots=True)
class Log:
    """Writes to a stream, or, without one, nowhere."""

    clock: Clock
    stream: TextIO | None = None

    def note(self, event: str, **facts: Any) -> None:
        if self.stream is None:
            return
        line = {"at": rfc3339(self.clock.now()), "event": event, **facts}
        self.stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.stream.flush()
