"""One chaos run: people type, the network misbehaves, clients and the server are killed."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.chaos.ledger import Ledger
from benchmarks.chaos.proxy import Proxy
from benchmarks.chaos.weather import CALM, STORM, Weather
from benchmarks.chaos.world import Client, Server

PEOPLE = ("alice", "bob", "carol", "dave", "mia")
SKEWS = (0, 90, -90, 7_200, -7_200)
"""Seconds by which each one's clock is ahead of the server's."""

LOBBY, TEAM = "network:lobby", "network:team"
BURST = 8
"""Messages that somebody types in one go, at most."""

CALM_AFTER = 90.0
"""Seconds that everything has to come to rest once the faults are over."""

RESTLESS = "never came to rest"

Stored = tuple[str, str, str, str]
"""A message of the server: id, scope, user, body."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is made of."""

    messages: int
    client_kills: int
    server_kills: int
    seed: int
    people: int = 4
    history: bool = True
    """The server's history can be read."""
    weather: Weather = STORM
    flags: tuple[str, ...] = ()
    """Flags of every client."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed, in the order in which they did."""

    user: str
    name: str
    scope: str
    text: str


@dataclass
class Outcome:
    """Everything that the audit compares."""

    plan: Plan
    said: list[Said] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """Name → op_id, of what a client said was on its disk."""
    unkept: set[str] = field(default_factory=set)
    """Names of what was typed, never called kept, and not there after the kill."""
    stored: list[Stored] = field(default_factory=list)
    """In the server's order."""
    marks: dict[tuple[str, str], str] = field(default_factory=dict)
    """The server's read marks: (scope, user) → message."""
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each client shows in the end."""
    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    """User → scope → what they had read, as their client said."""
    disks: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """User → scope → ids of the rows on that client's disk, in their order."""
    words: dict[str, list[str]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    client_kills: int = 0
    server_kills: int = 0
    seconds: float = 0.0


class Run:
    """Lives through a plan."""

    def __init__(self, plan: Plan, folder: Path, proxy: Proxy) -> None:
        self._plan = plan
        self._proxy = proxy
        self._server = Server(folder / "server.db", proxy)
        self._chance = Random(f"{plan.seed}/run")
        url = f"ws://127.0.0.1:{proxy.port}/v1/ws"
        rooms = ("--room", LOBBY, "--room", TEAM)
        self._clients = [
            Client(user, folder / user, url, *rooms, *plan.flags) for user in PEOPLE[: plan.people]
        ]
        self._folder = folder
        self._outcome = Outcome(plan, ledger=proxy.ledger)

    async def live(self) -> Outcome:
        """Have everything happen, then let it come to rest, and gather what there is."""
        clock = asyncio.get_running_loop()
        began = clock.time()
        await self._server.start()
        for client in self._clients:
            client.home.mkdir(mode=0o700)
        await asyncio.gather(*(client.start() for client in self._clients))
        self._proxy.weather = self._plan.weather
        async with asyncio.TaskGroup() as group:
            for number, client in enumerate(self._clients):
                group.create_task(self._person(number, client), name=client.user)
            group.create_task(self._cuts(), name="power cuts")
        await self._rest()
        self._outcome.seconds = clock.time() - began
        return self._outcome

    async def _person(self, number: int, client: Client) -> None:
        """One person's share of the messages, and of the kills."""
        plan, chance = self._plan, Random(f"{self._plan.seed}/{client.user}")
        share = _share(plan.messages, plan.people, number)
        kills = _share(plan.client_kills, plan.people, number)
        doomed = set(chance.sample(range(1, share), kills))
        typed = 0
        while typed < share:
            for _ in range(min(chance.randint(1, BURST), share - typed)):
                typed += 1
                self._type(client, typed, chance)
                if typed in doomed:
                    # Short enough to hit what is being written, long enough to hit what is sent.
                    await asyncio.sleep(chance.choice((0.0, 0.002, 0.005, 0.02, 0.1, 1.0)))
                    await client.kill()
                    self._proxy.ledger.note(f"{client.user} killed")
                    await client.start()
                    self._again(client, await client.tell())
            await self._pause(client, chance)

    def _type(self, client: Client, number: int, chance: Random) -> None:
        others = [one.user for one in self._clients if one is not client]
        direct = f"dm:{chance.choice(others)}"
        scope = chance.choices((LOBBY, TEAM, direct), weights=(5, 3, 2))[0]
        name = f"{client.user}-{number:05}"
        text = f"{name} {'word ' * chance.randint(0, 20)}".strip()
        self._outcome.said.append(Said(client.user, name, scope, text))
        client.do(do="type", name=name, scope=scope, text=text)

    def _again(self, client: Client, told: dict[str, Any]) -> None:
        """Who sees that the last words are not there, of which nobody said so, types them again."""
        shown = {row["body"] for row in told["outbox"]}
        shown |= {row["body"] for room in told["rooms"].values() for row in room["rows"]}
        said = self._outcome.said
        for one in [one for one in said if one.user == client.user and one.name not in client.kept]:
            if one.text not in shown and one.name not in self._outcome.unkept:
                self._outcome.unkept.add(one.name)
                again = replace(one, name=f"{one.name}-again", text=f"{one.name}-again")
                said.append(again)
                client.do(do="type", name=again.name, scope=again.scope, text=again.text)

    async def _pause(self, client: Client, chance: Random) -> None:
        """Some type on at once, some look around, some wait until all they typed has gone out."""
        drawn = chance.random()
        if drawn < 0.2:
            client.do(do="see", scope=chance.choice((LOBBY, TEAM)))
        if drawn < 0.35:
            await _quiet(client, patience=3.0)
        else:
            await asyncio.sleep(chance.uniform(0.0, 0.25))

    async def _cuts(self) -> None:
        """Kill the server so often, evenly over what is typed, and start it again."""
        plan, chance = self._plan, Random(f"{self._plan.seed}/server")
        for number in range(plan.server_kills):
            due = (number + chance.uniform(0.2, 0.8)) * plan.messages / plan.server_kills
            while len(self._outcome.said) < due:  # noqa: ASYNC110  Nobody announces what is typed.
                await asyncio.sleep(0.005)
            await self._server.kill()
            await asyncio.sleep(chance.choice((0.0, 0.1, 0.5)))
            await self._server.start()

    async def _rest(self) -> None:
        """The faults are over: all goes out, every client connects afresh and catches up."""
        self._proxy.weather = CALM
        await self._calm()
        for client in self._clients:
            self._proxy.cut(client.user)
        await asyncio.gather(*(c.until(lambda c=c: c.phase != "online") for c in self._clients))
        await self._calm()
        await self._gather()

    async def _calm(self) -> None:
        done = await asyncio.gather(*(_quiet(one, CALM_AFTER) for one in self._clients))
        for client, quiet in zip(self._clients, done, strict=True):
            if not quiet:
                self._outcome.words.setdefault(client.user, []).append(RESTLESS)

    async def _gather(self) -> None:
        outcome = self._outcome
        for client in self._clients:
            outcome.shown[client.user] = await client.tell()
            outcome.kept |= client.kept
            outcome.seen[client.user] = dict(client.seen)
            outcome.words.setdefault(client.user, []).extend(client.words)
            outcome.client_kills += client.kills
        outcome.server_kills = self._server.kills
        await asyncio.gather(*(client.stop() for client in self._clients))
        outcome.disks = {one.user: _on_disk(one.home / "history.db") for one in self._clients}
        await self._server.stop()
        with sqlite3.connect(self._folder / "server.db") as file:
            rows = file.execute("SELECT id, scope, user_id, body FROM messages ORDER BY seq")
            outcome.stored = [tuple(row) for row in rows]
            marks = file.execute("SELECT scope, user_id, message_id FROM marks")
            outcome.marks = {(scope, user): message for scope, user, message in marks}
        file.close()


def _on_disk(file: Path) -> dict[str, list[str]]:
    if not file.exists():
        return {}
    kept: dict[str, list[str]] = {}
    connection = sqlite3.connect(file)
    rows = "SELECT scope, id FROM message JOIN room ON room.number = message.room ORDER BY row"
    for scope, message_id in connection.execute(rows):
        kept.setdefault(scope, []).append(message_id)
    connection.close()
    return kept


async def _quiet(client: Client, patience: float) -> bool:
    """Wait until nothing of a client's is on its way; False where that does not come in time."""
    try:
        async with asyncio.timeout(patience):
            while _busy(await client.tell()):  # noqa: ASYNC110  It is asked, and tells.
                await asyncio.sleep(0.1)
    except TimeoutError:
        return False
    return True


def _busy(told: dict[str, Any]) -> bool:
    moving = {"queued", "handed", "inflight"}
    return (
        told["phase"] != "online"
        or any(row["phase"] in moving for row in told["outbox"])
        or bool(told["operations"])
        or any(room["history"] == "loading" for room in told["rooms"].values())
    )


def _share(whole: int, parts: int, number: int) -> int:
    return whole // parts + (number < whole % parts)
