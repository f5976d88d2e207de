"""One chaos run: people type, the network misbehaves, clients and the server are killed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.chaos import gathering
from benchmarks.chaos.deeds import Doer
from benchmarks.chaos.outcome import LOBBY, RESTLESS, TEAM, Deed, Outcome, Plan, Said, name_of
from benchmarks.chaos.proxy import Proxy
from benchmarks.chaos.weather import CALM
from benchmarks.chaos.world import Client, Server

PEOPLE = ("alice", "bob", "carol", "mia", "dave")
"""Who takes part; mia may redact what others said."""

BURST = 8
"""Messages that somebody types in one go, at most."""

CALM_AFTER = 90.0
"""Seconds that everything has to come to rest once the faults are over."""

BESIDE = 0.5
"""The chance that somebody does something else, besides, after a message."""

CALMLY = 3
"""What somebody does where all they said has gone out."""


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
        for client in self._clients:
            client.deeds = self._outcome.deeds

    async def live(self) -> Outcome:
        """Have everything happen, then let it come to rest, and gather what there is."""
        clock = asyncio.get_running_loop()
        began = clock.time()
        await self._server.start()
        for client in self._clients:
            client.home.mkdir(mode=0o700)
        await asyncio.gather(*(client.start() for client in self._clients))
        # What is there before a client comes counts as read: all are there before anybody types.
        await self._calm()
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
        doer = Doer(self._outcome, client, chance)
        typed = 0
        while typed < share:
            for _ in range(min(chance.randint(1, BURST), share - typed)):
                typed += 1
                self._type(client, typed, chance)
                if chance.random() < BESIDE:
                    doer.do()
                if typed in doomed:
                    # Short enough to hit what is being written, long enough to hit what is sent.
                    await asyncio.sleep(chance.choice((0.0, 0.002, 0.005, 0.02, 0.1, 1.0)))
                    await client.kill()
                    self._proxy.ledger.note(f"{client.user} killed")
                    await client.start()
                    self._again(client, await client.tell())
            await self._pause(client, chance, doer)
        doer.leave()

    def _type(self, client: Client, number: int, chance: Random) -> None:
        others = [one.user for one in self._clients if one is not client]
        direct = f"dm:{chance.choice(others)}"
        scope = chance.choices((LOBBY, TEAM, direct), weights=(5, 3, 2))[0]
        name = f"{client.user}-{number:05}"
        text = f"{name} {'word ' * chance.randint(0, 20)}".strip()
        self._say(client, Said(client.user, name, scope, text))

    def _say(self, client: Client, said: Said) -> None:
        """What is said empties the composer."""
        self._outcome.said.append(said)
        self._outcome.deeds.append(Deed(client.user, "type", said.scope, said.name))
        client.do(do="type", name=said.name, scope=said.scope, text=said.text)

    def _again(self, client: Client, told: dict[str, Any]) -> None:
        """Who sees that the last words are not there, of which nobody said so, types them again."""
        shown = {name_of(row["body"]) for row in told["outbox"]}
        shown |= {name_of(row["body"]) for room in told["rooms"].values() for row in room["rows"]}
        shown |= {one.name for one in self._outcome.done("edit", "delete", "redact")}
        said = self._outcome.said
        for one in [one for one in said if one.user == client.user and one.name not in client.kept]:
            if one.name not in shown and one.name not in self._outcome.unkept:
                self._outcome.unkept.add(one.name)
                again = f"{one.name}-again"
                self._say(client, replace(one, name=again, text=again))

    async def _pause(self, client: Client, chance: Random, doer: Doer) -> None:
        """Some type on at once, some look around, some wait until all they typed has gone out."""
        drawn = chance.random()
        if drawn < 0.2:
            doer.see()
        if drawn < 0.35:
            await _quiet(client, patience=3.0)
            doer.decide()
            for _ in range(CALMLY):
                doer.do()
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
        """The faults are over: all goes out, every client comes back and catches up.

        Every second one has what is on its disk, and nothing else, to come back with.
        """
        self._proxy.weather = CALM
        await self._calm()
        living, ended = self._clients[::2], self._clients[1::2]
        for client in living:
            self._proxy.cut(client.user)
        await asyncio.gather(*(c.until(lambda c=c: c.phase != "online") for c in living))
        for client in ended:
            await client.kill()
            await client.start()
        await self._calm(heard=True)
        await self._gather()

    async def _calm(self, *, heard: bool = False) -> None:
        quiet_ones = (_quiet(one, CALM_AFTER, heard=heard) for one in self._clients)
        done = await asyncio.gather(*quiet_ones)
        for client, quiet in zip(self._clients, done, strict=True):
            if not quiet:
                self._outcome.words.setdefault(client.user, []).append(RESTLESS)

    async def _gather(self) -> None:
        outcome = self._outcome
        for client in self._clients:
            outcome.shown[client.user] = await client.tell()
            outcome.kept |= client.kept
            outcome.words.setdefault(client.user, []).extend(client.words)
            outcome.client_kills += client.kills
        outcome.server_kills = self._server.kills
        await asyncio.gather(*(client.stop() for client in self._clients))
        disks = {one.user: gathering.on_client(one.home / "history.db") for one in self._clients}
        outcome.disks = disks
        await self._server.stop()
        texts = {one.name: one.text for one in outcome.said}
        changed = outcome.done("edit", "delete", "redact")
        file = self._folder / "server.db"
        outcome.stored = gathering.on_server(file, {one.on: texts[one.name] for one in changed})
        outcome.marks = gathering.marks(file)


async def _quiet(client: Client, patience: float, *, heard: bool = False) -> bool:
    """Wait until nothing of a client's is on its way; False where that does not come in time.

    heard: also what has no ack, and is asked again, with the next connection or after a minute,
    until the server has told everybody of it.
    """
    try:
        async with asyncio.timeout(patience):
            while _busy(await client.tell(), heard=heard):  # noqa: ASYNC110  It is asked, and tells.
                await asyncio.sleep(0.1)
    except TimeoutError:
        return False
    return True


def _busy(told: dict[str, Any], *, heard: bool) -> bool:
    moving = {"queued", "handed", "inflight"}
    return (
        told["phase"] != "online"
        or any(row["phase"] in moving for row in told["outbox"])
        or any(heard or one["acked"] for one in told["operations"] if not one["unconfirmed"])
        or any(room["history"] == "loading" for room in told["rooms"].values())
        or any(room["hole"] or room["asked"] for room in told["rooms"].values())
    )


def _share(whole: int, parts: int, number: int) -> int:
    return whole // parts + (number < whole % parts)
