"""How much one connection may send: a token bucket."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """Fills at `rate` messages a second up to `burst`; a rate of 0 sets no limit."""

    rate: float
    burst: int
    _left: float = field(init=False)
    _at: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._left = float(self.burst)

    def take(self, at: float) -> bool:
        """Whether one more message may come `at` this instant (seconds that only ever grow)."""
        if self.rate <= 0:
            return True
        passed = 0.0 if self._at is None else at - self._at
        self._at = at
        self._left = min(float(self.burst), self._left + passed * self.rate)
        if self._left < 1:
            return False
        self._left -= 1
        return True
