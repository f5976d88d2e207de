"""People who are played: they act by the rules, answer who speaks to them, and repeat under a seed."""

import asyncio
import io
import json
from collections import Counter

import pytest
from websockets.asyncio.client import connect

from mock_server.bots import Troupe
from mock_server.clock import SEEDED_START
from mock_server.scenario import Scenario
from wschat_tui.protocol.codec import decode_events, encode
from wschat_tui.protocol.requests import ChatReaction, ChatSend, RoomJoin

LOBBY = "network:lobby"
LONG = 100_000.0
"""So much faster than life that hours pass in no time."""


class Listener:
    """A person's end of a connection: hears everything, and may ask."""

    def __init__(self, server, name="alice"):
        self.board = server.board
        self.events = []
        self._moved = asyncio.Event()
        self.connection = self.board.connect(name, self)
        for room in (LOBBY, "network:team"):
            self.ask(RoomJoin(room=room))

    def deliver(self, parcel):
        self.events.append(parcel.event)
        self._moved.set()

    def ask(self, request):
        return self.board.request(self.connection, "op", request)

    async def until(self, wanted):
        """The first event that is wanted, whenever it comes."""
        async with asyncio.timeout(10):
            while True:
                for event in self.events:
                    if wanted(event):
                        return event
                self._moved.clear()
                await self._moved.wait()

    def kinds(self):
        return [event.frame_type for event in self.events]


@pytest.fixture
def play(serve, tmp_path):
    """A server on which a scenario, given as TOML, is played."""

    async def start(text, **options):
        path = tmp_path / "mine.toml"
        await asyncio.to_thread(path.write_text, f"about = 'a test'\n{text}")
        return await serve(**{"bots": True, "scenario": str(path), "tempo": LONG, **options})

    return start


def body(text):
    return lambda event: getattr(event, "body", None) == text


def arrive(server, name="alice"):
    listener = Listener(server, name)
    server._troupe.arrived(name)
    return listener


ACTS = """
present = ["bob", "mia", "root"]
act = [
  { who = "bob", do = "say", typing = 1, to = "network:lobby", body = "hello $Me, dear @$me", label = "hi" },
  { who = "mia", do = "react", on = "hi", reaction = "👋" },
  { who = "mia", do = "react", on = "hi", reaction = "👋", action = "remove" },
  { who = "mia", do = "say", to = "network:lobby", body = "a reply", reply_to = "hi", attachments = ["https://x.test/a"] },
  { who = "bob", do = "edit", on = "hi", body = "hello again" },
  { who = "mia", do = "read", to = "network:lobby" },
  { who = "mia", do = "read", to = "network:lobby", on = "hi" },
  { who = "bob", do = "status", status = "away" },
  { who = "mia", do = "redact", on = "hi", mask = "***" },
  { who = "bob", do = "delete", on = "hi" },
  { who = "bob", do = "type", to = "network:lobby", typing = 2 },
  { who = "bob", do = "say", to = "dm:$me", body = "between us" },
  { who = "bob", do = "leave", room = "network:lobby" },
  { who = "bob", do = "join", room = "network:lobby" },
  { who = "carol", do = "come" },
  { who = "carol", do = "come" },
  { who = "carol", do = "go" },
  { who = "carol", do = "go" },
  { who = "carol", do = "say", to = "host", body = "nobody hears this" },
  { who = "root", do = "expel", user = "dave", network = "team" },
  { who = "root", do = "admit", user = "dave", network = "team" },
  { who = "carol", do = "admit", user = "dave", network = "team" },
  { who = "mia", do = "say", to = "network:lobby", body = "the end" },
]
"""


async def test_every_act_is_done_through_the_hub(play):
    stream = io.StringIO()
    server = await play(ACTS, json_log=stream)
    alice = arrive(server)
    hello = await alice.until(lambda event: event.frame_type == "chat.message")
    assert hello.body == "hello Alice, dear @alice"
    await alice.until(body("the end"))
    counts = Counter(alice.kinds())
    assert counts["chat.typing.user"] == 4
    assert counts["chat.reaction.update"] == 2
    assert [counts[f"chat.{kind}"] for kind in ("edited", "redacted", "deleted")] == [1, 1, 1]
    assert (counts["member.left"], counts["member.joined"]) == (1, 1)
    assert (counts["device.online"], counts["device.offline"]) == (1, 1)
    reply = await alice.until(body("a reply"))
    assert (reply.parent_id, reply.attachments) == (hello.id, ("https://x.test/a",))
    direct = await alice.until(body("between us"))
    assert direct.scope == "dm:alice:bob"
    assert "bot refused" not in stream.getvalue()
    assert "nobody hears this" not in [
        event.body for event in alice.events if hasattr(event, "body")
    ]


async def test_what_bots_may_not_do_is_refused_and_noted(play):
    stream = io.StringIO()
    acts = """
    present = ["bob"]
    act = [
      { who = "bob", do = "redact", on = "nothing" },
      { who = "bob", do = "react", on = "nothing", reaction = "x" },
      { who = "bob", do = "read", to = "an empty room" },
      { who = "bob", do = "say", to = "host", body = "the end" },
    ]
    """
    server = await play(acts, json_log=stream)
    alice = arrive(server)
    await alice.until(body("the end"))
    refused = [line for line in stream.getvalue().splitlines() if "bot refused" in line]
    assert [json.loads(line)["reason"] for line in refused] == [
        "Only moderators and admins can redact messages."
    ]


async def test_the_script_starts_with_the_first_person_and_greets_the_next(play):
    server = await play("""
    present = ["bob"]
    act = [{ who = "bob", do = "say", to = "network:lobby", body = "it begins for $Me" }]
    [[on]]
    event = "connect"
    who = "bob"
    [[on.take]]
    acts = [{ who = "bob", do = "say", to = "network:lobby", body = "welcome $Me" }]
    """)
    alice = arrive(server)
    await alice.until(body("it begins for Alice"))
    arrive(server, "carol")
    await alice.until(body("welcome Carol"))
    assert sum(kind == "chat.message" for kind in alice.kinds()) == 2


async def test_nobody_greets_where_nobody_answers(play):
    server = await play('present = ["bob"]')
    arrive(server)
    assert arrive(server, "carol").kinds().count("chat.message") == 0


def rule(event, reply, **more):
    extra = "\n".join(f"{key} = {json.dumps(value)}" for key, value in more.items())
    return f"""
    [[on]]
    event = "{event}"
    who = "*"
    {extra}
    [[on.take]]
    acts = [{{ who = "$who", do = "say", to = "$scope", reply_to = "$thread", body = "$who: {reply} $me" }}]
    """


ANSWERS = 'present = ["bob", "carol"]\n' + "".join(
    rule(kind, kind) for kind in ("direct", "mention", "reply", "react")
)


@pytest.mark.parametrize(
    ("scope", "said", "answer"),
    [
        ("dm:bob", "hello", "bob: direct alice"),
        ("dm:carol", "@bob", "carol: direct alice"),
        (LOBBY, "hey @Bob!", "bob: mention alice"),
        (LOBBY, "hey @carol", "carol: mention alice"),
    ],
)
async def test_who_is_spoken_to_answers(play, scope, said, answer):
    server = await play(ANSWERS)
    alice = arrive(server)
    alice.ask(ChatSend(scope=scope, body=said))
    reply = await alice.until(body(answer))
    assert reply.parent_id is None


async def test_a_reply_or_reaction_to_a_bots_message_is_answered_in_its_place(play):
    server = await play(
        ANSWERS + '[[act]]\nwho = "bob"\ndo = "say"\nto = "network:lobby"\nbody = "first"\n'
    )
    alice = arrive(server)
    first = await alice.until(body("first"))
    alice.ask(ChatSend(scope=LOBBY, body="indeed", parent_id=first.id))
    reply = await alice.until(body("bob: reply alice"))
    assert reply.parent_id == first.id
    for action in ("remove", "add"):
        alice.ask(ChatReaction(message_id=first.id, reaction="👍", action=action, scope=LOBBY))
    await alice.until(body("bob: react alice"))
    assert sum(getattr(event, "body", "").endswith("alice") for event in alice.events) == 2


async def test_bots_do_not_answer_one_another(play):
    server = await play("""
    present = ["bob", "carol"]
    act = [
      { who = "bob", do = "say", to = "network:lobby", body = "hello @carol" },
      { who = "bob", do = "say", to = "network:lobby", body = "the end" },
    ]
    [[on]]
    event = "say"
    who = "*"
    [[on.take]]
    acts = [{ who = "$who", do = "say", to = "$scope", body = "echo" }]
    """)
    alice = arrive(server)
    await alice.until(body("the end"))
    alice.ask(ChatSend(scope=LOBBY, body="and now?"))
    await alice.until(body("echo"))
    said = [event.body for event in alice.events if event.frame_type == "chat.message"]
    assert said[:3] == ["hello @carol", "the end", "and now?"]


def step(server, until, since=0.0):
    """Do what is due in a stretch of the script's time, in an instant."""
    troupe = server._troupe
    for second in range(int(since), int(until)):
        for cue in troupe._director.due(second + 1.0):
            troupe._do(cue)


async def test_loops_rest_when_the_last_person_leaves(play):
    server = await play(
        """
        present = ["bob"]
        [[loop]]
        start = 1
        every = [1, 1]
        [[loop.take]]
        again = true
        acts = [{ who = "bob", do = "say", to = "host", body = "tick" }]
        """,
        tempo=0.001,
    )
    arrive(server)
    step(server, 5)
    assert len(server.hub.world.messages) == 5
    server._troupe.left("alice")
    step(server, 10, since=5)
    assert len(server.hub.world.messages) == 5
    arrive(server)
    step(server, 15, since=10)
    assert len(server.hub.world.messages) == 10


@pytest.mark.parametrize(
    ("name", "minutes"), [("crowd", 5), ("demo", 120), ("quiet", 5), ("screens", 5)]
)
async def test_the_bundled_scenarios_play_without_a_refusal(serve, name, minutes):
    stream = io.StringIO()
    server = await serve(bots=True, scenario=name, seed=3, tempo=0.001, json_log=stream)
    alice = arrive(server)
    step(server, minutes * 60)
    for scope in ("dm:bob", LOBBY):
        alice.ask(ChatSend(scope=scope, body="hello @carol, @bob, @mia, shall we ship it? thanks"))
    step(server, minutes * 60 + 60, since=minutes * 60)
    assert "bot refused" not in stream.getvalue()
    assert alice.kinds().count("chat.message") >= 2


async def listen(server, count):
    """The first frames that a person hears, as they are on the wire."""
    headers = {"Authorization": "Bearer dev:alice"}
    async with connect(server.url, additional_headers=headers, proxy=None) as socket:
        frames = [await socket.recv() for _ in range(5)]
        for room in (LOBBY, "network:team"):
            await socket.send(encode(RoomJoin(room=room), room))
            frames.append(await socket.recv())
            while decode_events(frames[-1])[0].op_id != room:
                frames.append(await socket.recv())
        while len(frames) < count:
            frames.append(await socket.recv())
        return frames[:count]


SEEDED = """
present = ["bob", "carol", "dave", "mia", "root"]
[[act]]
wait = [300, 400]
who = "bob"
do = "say"
to = "network:lobby"
body = "let us begin"
[[loop]]
start = 420
every = [1, 20]
[[loop.take]]
again = true
acts = [{ who = "carol", wait = [1, 9], do = "say", typing = [1, 3], to = "network:lobby", body = "$n", label = "n" }, { who = "bob", wait = [0, 5], do = "react", on = "n", reaction = "👍" }]
[[loop.take]]
again = true
acts = [{ who = "dave", wait = [1, 9], do = "status", status = "away" }]
"""


async def test_a_seeded_run_is_the_same_to_the_byte(play):
    runs = []
    for seed in (7, 7, 8):
        server = await play(SEEDED, seed=seed, tempo=1500.0)
        runs.append(await listen(server, 50))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert "2026-01-05T10:05:" in "".join(runs[0])


async def test_the_demo_shows_something_within_two_seconds(serve):
    """In the demo's own time: the cues that are due by then, done in an instant."""
    server = await serve(bots=True, seed=1, tempo=0.001)
    alice = arrive(server)
    step(server, 2)
    assert "chat.typing.user" in alice.kinds()
    assert "chat.message" in alice.kinds()


async def test_nobody_is_played_without_bots(serve):
    server = await serve(scenario="quiet")
    assert server.connections() == []
    assert len(server.hub.world.messages) == 3


async def test_a_troupe_begins_at_the_clocks_time(play):
    server = await play('present = ["bob"]', seed=1)
    assert isinstance(server._troupe, Troupe)
    assert isinstance(server._troupe._scenario, Scenario)
    assert server.clock.now() >= SEEDED_START


async def test_bots_that_fail_are_our_fault_and_shown_at_once(serve, monkeypatch):
    shown = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().set_exception_handler(lambda _, facts: shown.set_result(facts))

    async def fail(_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(Troupe, "play", fail)
    server = await serve(bots=True, scenario="quiet")
    facts = await asyncio.wait_for(shown, 10)
    assert (facts["message"], str(facts["exception"])) == ("The bots stopped.", "a bug")
    assert server.connections("bob")
