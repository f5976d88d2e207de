"""What people do besides typing: read, edit, delete, redact, react, draft, and give their word."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

from benchmarks.chaos.outcome import LOBBY, TEAM, Deed, Kind, Outcome, Said

if TYPE_CHECKING:
    from benchmarks.chaos.world import Client

REACTIONS = ("👍", "🎉")

RECENT = 10
"""Messages among which somebody chooses one: the newest of their own, or of all."""

MODERATOR = "mia"

CHANCES: dict[Kind, int] = {"edit": 6, "react": 6, "draft": 4, "see": 8, "delete": 2, "redact": 1}

DOUBTFUL = ("unconfirmed", "failed")
"""What a message is shown as whose user is asked, or told why it did not go."""


class Doer:
    """One person, by chance."""

    def __init__(self, outcome: Outcome, client: Client, chance: Random) -> None:
        self._outcome = outcome
        self._client = client
        self._chance = chance

    def do(self) -> None:
        """Do something."""
        (kind,) = self._chance.choices(tuple(CHANCES), weights=tuple(CHANCES.values()))
        number, user, chance = len(self._outcome.deeds), self._client.user, self._chance
        match kind:
            case "see":
                self.see()
            case "draft":
                self._order(kind, on=chance.choice((LOBBY, TEAM)), value=f"draft {number}")
            case "redact" if user != MODERATOR:
                """Nobody else may."""
            case "redact" | "react":
                open_ = [one for one in self._outcome.said if one.scope in (LOBBY, TEAM)]
                value = chance.choice(REACTIONS) if kind == "react" else f"masked {number}"
                self._change(kind, open_, value)
            case _:
                own = [one for one in self._outcome.said if one.user == user]
                self._change(kind, own, f"edited {number}" if kind == "edit" else "")

    def see(self) -> None:
        """Read a room to its end."""
        others = {one.user for one in self._outcome.said} - {self._client.user}
        direct = f"dm:{self._chance.choice(sorted(others))}" if others else LOBBY
        self._order("see", on=self._chance.choices((LOBBY, TEAM, direct), weights=(2, 2, 1))[0])

    def leave(self) -> None:
        """Leave something half said."""
        self._order("draft", on=LOBBY, value=f"draft {len(self._outcome.deeds)}")

    def decide(self) -> None:
        """Give one's word on what is in doubt: send it again, or give it up."""
        told = self._client.told or {"outbox": [], "operations": []}
        doubtful = [row["op"] for row in told["outbox"] if row["phase"] in DOUBTFUL]
        doubtful += [one["op"] for one in told["operations"] if one["unconfirmed"]]
        for op_id in doubtful[:2]:
            drawn = self._chance.random()
            if drawn < 0.6:
                self._order("resend" if drawn < 0.4 else "discard", on=op_id)

    def _change(self, kind: Kind, among: list[Said], value: str) -> None:
        if among:
            name = self._chance.choice(among[-RECENT:]).name
            # An edited message goes by the same name.
            self._order(kind, name=name, value=f"{name} {value}" if kind == "edit" else value)

    def _order(self, kind: Kind, on: str = "", name: str = "", value: str = "") -> None:
        number = len(self._outcome.deeds)
        deed = Deed(self._client.user, kind, on, name, value, at=time.monotonic())
        self._outcome.deeds.append(deed)
        self._client.do(do=kind, deed=number, on=on, name=name, value=value)
