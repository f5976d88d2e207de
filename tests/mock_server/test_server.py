"""The server over real sockets: upgrade, frames, limits, ends."""

import asyncio
import io
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mock_server import sockets
from mock_server.clock import SeededClock
from mock_server.server import CannotStart, MockServer, Options
from wschat_tui.protocol.codec import decode_events
from wschat_tui.protocol.events import Ack, ChatMessage, ErrorReply, PresencePong

LOBBY = "network:lobby"


class Client:
    """A connection that asks and hears."""

    def __init__(self, socket):
        self.socket = socket
        self.frames = []
        self._heard = []

    async def send(self, kind, op_id=None, **data):
        await self.socket.send(json.dumps({"type": kind, "op_id": op_id, "data": data}))

    async def hear(self, kind, op_id=None):
        """The next event of a kind, or of an operation; what comes before it is passed over."""
        while True:
            while self._heard:
                received = self._heard.pop(0)
                if isinstance(received.payload, kind) and op_id in (None, received.op_id):
                    return received
            frame = await self.socket.recv()
            self.frames.append(frame)
            self._heard += decode_events(frame)

    async def ask(self, kind, **data):
        await self.send(kind, "op", **data)
        return (await self.hear((Ack, ErrorReply), "op")).payload

    async def settled(self):
        """Everything that was sent before has been heard of."""
        await self.send("presence.ping", "settled")
        await self.hear(PresencePong, "settled")


@pytest.fixture
async def enter():
    """Connect to a server as somebody."""
    opened = []

    async def make(server, name="alice", **options):
        headers = {"Authorization": f"Bearer dev:{name}"}
        socket = await connect(server.url, additional_headers=headers, proxy=None, **options)
        opened.append(socket)
        return Client(socket)

    yield make
    for socket in opened:
        await socket.close()


async def test_a_message_goes_round(serve, enter, dialect):
    server = await serve(dialect=dialect)
    alice, bob = await enter(server), await enter(server, "bob")
    for client in (alice, bob):
        assert isinstance(await client.ask("room.join", room=LOBBY), Ack)
    ack = await alice.ask("chat.send", scope=LOBBY, body="hi")
    message = (await bob.hear(ChatMessage)).payload
    assert (message.body, message.user_id) == ("hi", "alice")
    assert message.id == ack.data["message_id"]


@pytest.mark.parametrize(
    ("dialect", "ack"),
    [
        ("standard", {"type": "ack", "op_id": "x", "data": {"op_id": "x", "data": None}}),
        ("goconnect", {"type": "ack", "op_id": "x"}),
    ],
)
async def test_each_dialect_writes_its_own_ack(serve, enter, dialect, ack):
    alice = await enter(await serve(dialect=dialect))
    await alice.send("presence.set", "x", status="away")
    await alice.hear(Ack, "x")
    assert json.loads(alice.frames[-1]) == ack


@pytest.mark.parametrize(("dialect", "where"), [("standard", "data"), ("goconnect", "error")])
async def test_each_dialect_writes_its_own_error(serve, enter, dialect, where):
    alice = await enter(await serve(dialect=dialect))
    await alice.send("room.join", "x", room="network:vault")
    await alice.hear(ErrorReply, "x")
    document = json.loads(alice.frames[-1])
    assert document["op_id"] == "x"
    assert document[where]["code"] == "ERR_HANDLER_FAILED"


async def test_who_has_no_token_is_refused_at_the_door(serve):
    server = await serve()
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic dev:alice"}):
        with pytest.raises(InvalidStatus) as told:
            await connect(server.url, additional_headers=headers, proxy=None)
        assert told.value.response.status_code == 401
        assert json.loads(told.value.response.body)["code"] == "ERR_UNAUTHORIZED"


async def test_a_token_may_stand_in_the_address(serve):
    server = await serve()
    async with connect(server.url + "?token=dev:mia", proxy=None):
        assert [c.user_id for c in server.connections()] == ["mia"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:3000", 101),
        ("http://127.0.0.1", 101),
        ("http://[::1]:8080", 101),
        ("https://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("http://[broken", 403),
        ("null", 403),
    ],
)
async def test_pages_of_other_origins_are_refused(serve, origin, status):
    """S27: no page of a browser gets in."""
    server = await serve()
    headers = {"Authorization": "Bearer dev:alice"}
    try:
        async with connect(server.url, origin=origin, additional_headers=headers, proxy=None):
            met = 101
    except InvalidStatus as refused:
        met = refused.response.status_code
    assert met == status


async def test_what_is_over_the_rate_is_dropped_and_said_without_an_op_id(serve, enter):
    alice = await enter(await serve(rate=0.001, burst=3))
    for number in range(5):
        await alice.send("chat.send", f"op{number}", scope="host", body=str(number))
    errors = [await alice.hear(ErrorReply) for _ in range(2)]
    assert {(e.op_id, e.payload.code) for e in errors} == {(None, "ERR_RATE_LIMIT")}
    sent = [
        m.payload.body
        for f in alice.frames
        for m in decode_events(f)
        if isinstance(m.payload, ChatMessage)
    ]
    assert sent == ["0", "1", "2"]


async def test_the_rate_is_each_connections_own(serve, enter):
    server = await serve(rate=0.001, burst=1)
    for name in ("alice", "alice", "bob"):
        client = await enter(server, name)
        assert isinstance(await client.ask("presence.set", status="online"), Ack)


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ("{", "The line is not JSON"),
        ("[]", "not an object"),
        ('{"op_id":"x"}', "no 'type'"),
        ('{"type":"chat.dance","op_id":"x"}', "There is no message type 'chat.dance'."),
        ('{"type":"chat.send","op_id":"x","data":{"scope":"host"}}', "body: "),
        ('{"type":"presence.set","op_id":"x","data":{"status":"asleep"}}', "status: "),
    ],
)
async def test_what_cannot_be_read_is_answered_without_an_op_id(
    serve, enter, dialect, frame, sentence
):
    alice = await enter(await serve(dialect=dialect))
    await alice.socket.send(frame)
    error = await alice.hear(ErrorReply)
    assert (error.op_id, error.payload.code) == (None, "ERR_INVALID_MESSAGE")
    assert sentence in error.payload.message
    await alice.settled()


async def test_a_frame_may_hold_several_lines_and_a_bad_one_spoils_no_other(serve, enter):
    alice = await enter(await serve())
    ping = json.dumps({"type": "presence.ping", "op_id": "p"})
    await alice.socket.send(f"{ping}\nnonsense\n\n{ping}".encode())
    await alice.hear(PresencePong)
    await alice.hear(ErrorReply)
    await alice.hear(PresencePong)


@pytest.mark.parametrize("over", [0, 1])
async def test_a_frame_over_the_limit_closes_with_1009(serve, enter, over):
    alice = await enter(await serve(max_frame=1000))
    await alice.socket.send("x" * (1000 + over))
    if over:
        with pytest.raises(ConnectionClosed) as told:
            await alice.hear(PresencePong)
        assert told.value.rcvd.code == 1009
    else:
        await alice.hear(ErrorReply)
        await alice.settled()


async def test_the_default_limit_is_that_of_deployed_servers(serve, enter):
    alice = await enter(await serve())
    await alice.socket.send("x" * 524_288)
    await alice.hear(ErrorReply)
    await alice.socket.send("x" * 524_289)
    with pytest.raises(ConnectionClosed) as told:
        await alice.hear(PresencePong)
    assert told.value.rcvd.code == 1009


async def test_with_batch_what_waits_shares_a_frame(serve, enter):
    for batch, frames in ((True, 1), (False, 20)):
        server = await serve(batch=batch)
        alice = await enter(server)
        await alice.settled()
        alice.frames.clear()
        (connection,) = server.connections("alice")
        for number in range(20):
            server.board.answer(connection, ErrorReply(code="E", message=str(number)))
        heard = [(await alice.hear(ErrorReply)).payload.message for _ in range(20)]
        assert heard == [str(number) for number in range(20)]
        assert len(alice.frames) == frames


async def test_who_reads_too_slowly_is_disconnected_with_an_empty_close(serve, enter):
    server = await serve()
    alice = await enter(server)
    await alice.settled()
    (connection,) = server.connections("alice")
    for number in range(sockets.QUEUE + 2):
        server.board.answer(connection, ErrorReply(code="E", message=str(number)))
    with pytest.raises(ConnectionClosed) as told:
        await alice.hear(Ack)
    assert told.value.rcvd.code == 1005
    await gone(server, "alice")


async def test_a_queue_that_is_just_full_is_no_fault(serve, enter):
    server = await serve()
    alice = await enter(server)
    await alice.settled()
    (connection,) = server.connections("alice")
    for number in range(sockets.QUEUE):
        server.board.answer(connection, ErrorReply(code="E", message=str(number)))
    for _ in range(sockets.QUEUE):
        await alice.hear(ErrorReply)


async def gone(server, user):
    """The server has noticed that a user's connections are closed."""
    async with asyncio.timeout(10):
        while server.connections(user):  # noqa: ASYNC110  It tells nobody when it notices.
            await asyncio.sleep(0.005)


async def upgrade(server):
    """A client that speaks no further: the bare streams of an upgraded connection."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", int(server.http_url.rsplit(":", 1)[1])
    )
    writer.write(
        b"GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Authorization: Bearer dev:alice\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def test_who_does_not_answer_the_close_is_cut_off(serve, monkeypatch):
    monkeypatch.setattr(sockets, "LINGER", 0.05)
    server = await serve()
    reader, writer = await upgrade(server)
    (connection,) = server.connections("alice")
    await server.board.peers[connection.id].end()
    server.board.answer(connection, ErrorReply(code="E", message="too late"))
    assert await reader.read() == b"\x88\x00"
    await gone(server, "alice")
    writer.close()


async def test_what_an_ending_connection_says_is_not_heard(serve, enter):
    server = await serve()
    reader, writer = await upgrade(server)
    (connection,) = server.connections("alice")
    ended = asyncio.ensure_future(server.board.peers[connection.id].end())
    masked = bytes([0x81, 0x80 | 2, 0, 0, 0, 0]) + b"{}"
    writer.write(masked + bytes([0x88, 0x80, 0, 0, 0, 0]))
    assert await reader.readexactly(2) == b"\x88\x00"
    await ended
    await gone(server, "alice")
    writer.close()


async def test_a_connection_that_is_lost_while_it_is_written_to_ends_quietly(serve):
    server = await serve()
    _, writer = await upgrade(server)
    (connection,) = server.connections("alice")
    server.board.peers[connection.id]._transport.abort()
    server.board.answer(connection, ErrorReply(code="E", message="too late"))
    await gone(server, "alice")
    writer.close()


async def test_connections_can_be_dropped(serve, enter):
    server = await serve()
    for code, met in ((None, None), (1012, 1012), (4401, 4401)):
        clients = [await enter(server, name) for name in ("alice", "bob")]
        await server.drop_all(code)
        for client in clients:
            with pytest.raises(ConnectionClosed) as told:
                await client.hear(PresencePong)
            assert (told.value.rcvd and told.value.rcvd.code) == met
        await gone(server, "alice")
        await gone(server, "bob")


async def test_a_server_that_ends_says_goodbye_without_a_word(enter):
    async with MockServer() as server:
        alice = await enter(server)
        await alice.settled()
    with pytest.raises(ConnectionClosed) as told:
        await alice.hear(ErrorReply)
    assert told.value.rcvd.code == 1005


async def test_connections_are_known_by_user(serve, enter):
    server = await serve()
    await enter(server)
    await enter(server)
    await enter(server, "bob")
    assert [c.user_id for c in server.connections("alice")] == ["alice", "alice"]
    assert len({c.device_id for c in server.connections()}) == 3


async def test_tokens_expire_and_are_renewed_over_the_socket(serve):
    clock = SeededClock()
    server = await serve(clock=clock, access_ttl=60)
    pair = server.hub.accounts.grant(server.hub.world.users["alice"], clock.now(), server.ids)
    headers = {"Authorization": f"Bearer {pair.access_token}"}
    async with connect(server.url, additional_headers=headers, proxy=None) as socket:
        alice = Client(socket)
        clock.advance(61)
        with pytest.raises(InvalidStatus) as told:
            await connect(server.url, additional_headers=headers, proxy=None)
        assert told.value.response.status_code == 401
        ack = await alice.ask("auth.refresh", refresh_token=pair.refresh_token)
        assert ack.data["expires_in"] == 60
        error = await alice.ask("auth.refresh", refresh_token=pair.refresh_token)
        assert error.code == "ERR_HANDLER_FAILED"
        headers = {"Authorization": f"Bearer {ack.data['access_token']}"}
        async with connect(server.url, additional_headers=headers, proxy=None):
            assert len(server.connections("alice")) == 2


async def test_everything_outlives_a_restart_with_a_database(tmp_path, enter):
    options = Options(db=tmp_path / "world.db")
    async with MockServer(options) as server:
        alice = await enter(server)
        ack = await alice.ask("chat.send", scope="host", body="still here tomorrow")
        message = ack.data["message_id"]
        await alice.send(
            "chat.reaction", message_id=message, reaction="👍", action="add", scope="host"
        )
        await alice.settled()
    async with MockServer(options) as server:
        assert server.hub.world.messages[message].body == "still here tomorrow"
        assert server.hub.world.reactions[message] == {"👍": ["alice"]}
        bob = await enter(server, "bob")
        ack = await bob.ask("chat.send", scope="host", body="indeed", parent_id=message)
        assert isinstance(ack, Ack)


async def test_a_seeded_server_goes_on_after_what_it_stored(tmp_path, enter):
    options = Options(db=tmp_path / "world.db", seed=1)
    messages = []
    for _ in range(3):
        async with MockServer(options) as server:
            alice = await enter(server)
            await alice.ask("chat.send", scope="host", body="x")
            assert len(server.hub.world.messages) == len(messages) + 1
            messages = list(server.hub.world.timeline("host"))
    assert [m.created_at for m in messages] == sorted({m.created_at for m in messages})


async def test_a_disk_that_fails_is_said_once_and_the_chat_goes_on(tmp_path, enter, capsys):
    async with MockServer(Options(db=tmp_path / "world.db")) as server:
        alice = await enter(server)
        await alice.settled()
        await asyncio.to_thread(server.board.store._file.execute, "DROP TABLE messages")
        assert isinstance(await alice.ask("chat.send", scope="host", body="x"), Ack)
    error = capsys.readouterr().err
    assert error.startswith("wschat-mock: The database could not be written (no such table")
    assert error.count("\n") == 1


async def test_a_scenario_is_laid_into_an_empty_database_once(tmp_path):
    options = Options(db=tmp_path / "world.db", scenario="quiet")
    for _ in range(2):
        async with MockServer(options) as server:
            assert len(server.hub.world.messages) == 3


async def test_the_log_says_what_happened_and_no_more(serve, enter):
    stream = io.StringIO()
    server = await serve(json_log=stream, seed=1)
    alice = await enter(server)
    await alice.ask("chat.send", scope="host", body="a private matter")
    await alice.ask("auth.refresh", refresh_token="a secret")
    await alice.socket.send("?")
    await alice.hear(ErrorReply)
    with pytest.raises(InvalidStatus):
        await connect(server.url, proxy=None)
    await alice.socket.close()
    await gone(server, "alice")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "connected",
        "request",
        "request",
        "refused",
        "refused",
        "disconnected",
    ]
    assert lines[1]["type"] == "chat.send"
    assert "private" not in stream.getvalue()
    assert "secret" not in stream.getvalue()


@pytest.mark.parametrize(
    ("options", "exit_code", "reason"),
    [
        ({"host": "0.0.0.0"}, 2, "give --allow-remote if that is meant"),
        ({"host": "192.0.2.1"}, 2, "192.0.2.1 can be reached by others"),
        ({"host": "192.0.2.1", "allow_remote": True}, 3, "cannot be opened"),
        ({"scenario": "nope"}, 2, "The scenario nope cannot be read"),
        ({"db": Path("/dev/null/world.db")}, 3, "The database /dev/null/world.db cannot be used"),
        ({"db": Path("/proc/no/x.db")}, 3, "x.db cannot be used: No such file or directory."),
    ],
)
async def test_a_server_that_cannot_start_says_why(options, exit_code, reason):
    """S27: within reach of others only where that is asked for in so many words."""
    with pytest.raises(CannotStart) as told:
        async with MockServer(Options(**options)):
            pass
    assert reason in str(told.value)
    assert told.value.exit_code == exit_code


@pytest.mark.parametrize(
    "text",
    ["present = ['eve']", "[[past]]\nwhen='5m'\nwho='bob'\nto='host'\nbody='x'\nreply_to='?'"],
)
async def test_a_scenario_that_does_not_hold_together_is_refused(tmp_path, text):
    path = tmp_path / "mine.toml"
    await asyncio.to_thread(path.write_text, f"about='x'\n{text}")
    with pytest.raises(CannotStart) as told:
        async with MockServer(Options(scenario=str(path), db=tmp_path / "world.db")):
            pass
    assert told.value.exit_code == 2


async def test_a_port_in_use_is_said_in_a_sentence(serve):
    server = await serve()
    port = int(server.http_url.rsplit(":", 1)[1])
    with pytest.raises(CannotStart, match=f"Port {port} on 127.0.0.1 cannot be opened") as told:
        async with MockServer(Options(port=port)):
            pass
    assert told.value.exit_code == 3


async def test_dev_tokens_end_where_others_can_connect(serve):
    """S27: there, the published tokens are no tokens."""
    server = await serve(host="0.0.0.0", allow_remote=True)
    url = server.url.replace("0.0.0.0", "127.0.0.1")
    with pytest.raises(InvalidStatus):
        await connect(url, additional_headers={"Authorization": "Bearer dev:alice"}, proxy=None)


async def test_the_sixth_version_of_the_address_is_written_in_brackets(serve):
    try:
        server = await serve(host="::1")
    except CannotStart:
        pytest.skip("this machine has no ::1")
    assert server.url.startswith("ws://[::1]:")
