"""The routes beside the socket."""

import io
import json

import aiohttp
import pytest

from mock_server import rest
from mock_server.clock import SeededClock, rfc3339
from mock_server.records import Message
from mock_server.rest import safe_name


@pytest.fixture
async def http():
    async with aiohttp.ClientSession() as session:
        yield session


class Asker:
    """Requests to one server, as one user."""

    def __init__(self, session, server, token="dev:alice"):
        self._session = session
        self._server = server
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def __call__(self, method, path, **options):
        headers = {**self._headers, **options.pop("headers", {})}
        url = self._server.http_url + path
        async with self._session.request(method, url, headers=headers, **options) as answer:
            body = await answer.read()
            return answer.status, json.loads(body) if body else None


def fill(server, count, scope="network:lobby"):
    world = server.hub.world
    for _ in range(count):
        seq = world.next_seq()
        at = 1_767_607_200_000 + seq * 1000
        world.post(Message(f"m{seq}", seq, scope, "bob", f"body {seq}", at))


async def test_health_needs_no_token(serve, http):
    assert await Asker(http, await serve(), token="")("GET", "/healthz") == (200, {"status": "ok"})


async def test_a_login_gives_tokens_and_says_who(serve, http):
    ask = Asker(http, await serve(access_ttl=60), token="")
    body = {"email": "mia@example.test", "password": "mia", "code": "123456"}
    status, answer = await ask("POST", "/v1/auth/login", json=body)
    data = answer["data"]
    assert status == 200
    assert data["user"] == {
        "id": "mia",
        "name": "Mia",
        "email": "mia@example.test",
        "role": "moderator",
    }
    assert (data["expires_in"], data["token_type"]) == (60, "Bearer")


async def test_tokens_expire_rotate_and_are_refused_afterwards(serve, http):
    clock = SeededClock()
    server = await serve(clock=clock, access_ttl=60)
    ask = Asker(http, server, token="")
    body = {"email": "alice@example.test", "password": "alice"}
    _, answer = await ask("POST", "/v1/auth/login", json=body)
    old = answer["data"]
    mine = Asker(http, server, old["access_token"])
    assert (await mine("GET", "/v1/networks"))[0] == 200
    clock.advance(61)
    status, error = await mine("GET", "/v1/networks")
    assert (status, error["code"]) == (401, "ERR_UNAUTHORIZED")
    renew = {"refresh_token": old["refresh_token"]}
    status, answer = await ask("POST", "/v1/auth/refresh", json=renew)
    assert (status, answer["data"]["user"]["id"]) == (200, "alice")
    assert (await Asker(http, server, answer["data"]["access_token"])("GET", "/v1/networks"))[
        0
    ] == 200
    status, error = await ask("POST", "/v1/auth/refresh", json=renew)
    assert (status, error["code"]) == (401, "ERR_UNAUTHORIZED")


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        (
            "login",
            {"email": "alice@example.test", "password": "bob"},
            401,
            "The address or the password is wrong.",
        ),
        ("login", {"email": "alice@example.test"}, 400, "'password' is missing."),
        ("login", {"email": 7, "password": "x"}, 400, "'email' is missing."),
        ("login", ["alice"], 400, "The body is not a JSON object."),
        ("refresh", {}, 400, "'refresh_token' is missing."),
    ],
)
async def test_what_is_no_login_is_refused(serve, http, path, body, status, message):
    answer = await Asker(http, await serve(), token="")("POST", f"/v1/auth/{path}", json=body)
    assert (answer[0], answer[1]["message"]) == (status, message)


async def test_what_is_no_json_is_refused(serve, http):
    ask = Asker(http, await serve(), token="")
    for data in (b"{", b"\xff"):
        status, error = await ask("POST", "/v1/auth/login", data=data)
        assert (status, error["code"]) == (400, "ERR_INVALID_REQUEST")


# ── History ──────────────────────────────────────────────────────────────────────────────────────


async def pages(ask, limit, scope="network:lobby"):
    """All pages of a scope, as lists of ids."""
    found, query = [], {"scope": scope, "limit": limit}
    while True:
        status, page = await ask("GET", "/v1/chat", params=query)
        assert status == 200
        found.append([message["id"] for message in page["messages"]])
        if not page["has_more"]:
            assert page["next_cursor"] is None
            return found
        query["cursor"] = page["next_cursor"]


async def test_history_goes_back_page_by_page(serve, http):
    server = await serve()
    ask = Asker(http, server)
    assert await pages(ask, 2) == [[]]
    fill(server, 4)
    assert await pages(ask, 2) == [["m4", "m3"], ["m2", "m1"]]
    fill(server, 1)
    assert await pages(ask, 2) == [["m5", "m4"], ["m3", "m2"], ["m1"]]


async def test_a_page_has_fifty_messages_or_what_was_asked_for_up_to_a_hundred(serve, http):
    server = await serve()
    fill(server, 120)
    ask = Asker(http, server)
    for query, count in (({}, 50), ({"limit": "7"}, 7), ({"limit": "1000"}, 100)):
        _, page = await ask("GET", "/v1/chat", params={"scope": "network:lobby", **query})
        assert len(page["messages"]) == count


async def test_history_ends_before_a_message_or_a_time(serve, http):
    server = await serve()
    fill(server, 4)
    ask = Asker(http, server)
    third = server.hub.world.messages["m3"]
    for before in ("m3", rfc3339(third.created_at)):
        query = {"scope": "network:lobby", "before": before}
        _, page = await ask("GET", "/v1/chat", params=query)
        assert [message["id"] for message in page["messages"]] == ["m2", "m1"]


async def test_history_shows_messages_as_they_are_now(serve, http):
    server = await serve()
    fill(server, 3)
    world = server.hub.world
    world.edit(world.messages["m1"], "better", 1_767_607_300_000)
    world.redact(world.messages["m2"], "***")
    world.bury(world.messages["m3"], 1_767_607_300_000)
    world.react("m1", "👍", "bob")
    world.react("m1", "👍", "mia")
    _, page = await Asker(http, server)("GET", "/v1/chat", params={"scope": "network:lobby"})
    deleted, redacted, edited = page["messages"]
    assert deleted["deleted_at"] == "2026-01-05T10:01:40.000Z"
    assert deleted["body"] == ""
    assert (redacted["redacted"], redacted["body"]) == (True, "***")
    assert (edited["body"], edited["edited_at"]) == ("better", "2026-01-05T10:01:40.000Z")
    assert edited["reactions"] == [{"reaction": "👍", "user_ids": ["bob", "mia"]}]
    assert "reactions" not in redacted


async def test_a_direct_chat_is_one_room_under_both_names(serve, http):
    server = await serve()
    fill(server, 1, "dm:alice:bob")
    for token, scope in (("dev:alice", "dm:bob"), ("dev:bob", "dm:alice:bob")):
        _, page = await Asker(http, server, token)("GET", "/v1/chat", params={"scope": scope})
        assert [message["id"] for message in page["messages"]] == ["m1"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"scope": "network:vault"}, 403),
        ({"scope": "network:nope"}, 403),
        ({"scope": "dm:bob:carol"}, 403),
        ({"scope": "tenant:else"}, 403),
        ({"scope": "any room"}, 200),
        ({"scope": "host", "limit": "0"}, 400),
        ({"scope": "host", "limit": "-1"}, 400),
        ({"scope": "host", "limit": "many"}, 400),
        ({"scope": "host", "cursor": "no"}, 400),
        ({"scope": "host", "cursor": "9" * 30}, 400),
        ({"scope": "host", "before": "the flood"}, 400),
        ({"scope": "host", "before": "m1"}, 400),
    ],
)
async def test_history_is_for_those_who_may_and_for_questions_that_can_be_read(
    serve, http, query, status
):
    server = await serve()
    fill(server, 1)
    met, answer = await Asker(http, server)("GET", "/v1/chat", params=query)
    assert met == status
    if status != 200:
        assert answer.keys() == {"code", "message"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/chat?scope=host"),
        ("POST", "/v1/uploads"),
        ("GET", "/v1/networks"),
        ("GET", "/v1/networks/lobby/members"),
        ("GET", "/v1/networks/lobby/ice-config"),
    ],
)
async def test_every_route_but_the_open_ones_needs_a_token(serve, http, method, path):
    status, error = await Asker(http, await serve(), token="wrong")(method, path)
    assert (status, error["code"]) == (401, "ERR_UNAUTHORIZED")


# ── Files ────────────────────────────────────────────────────────────────────────────────────────


def form(content=b"hello", name="a.txt", field="file", **more):
    data = aiohttp.FormData(quote_fields=False)
    data.add_field("comment", "before the file")
    data.add_field(field, content, filename=name, **more)
    return data


async def test_a_file_goes_up_and_comes_back(serve, http, tmp_path):
    server = await serve(db=tmp_path / "world.db")
    ask = Asker(http, server)
    data = form(b"\x00\xff", "caf\u00e9 menu.pdf", content_type="application/pdf")
    status, answer = await ask("POST", "/v1/uploads", data=data)
    assert status == 200
    assert (answer["filename"], answer["size"]) == ("café menu.pdf", 2)
    assert answer["url"].startswith(f"{server.http_url}/v1/uploads/")
    async with http.get(answer["url"]) as file:
        assert await file.read() == b"\x00\xff"
        assert file.headers["Content-Type"] == "application/pdf"
        assert file.headers["Content-Disposition"].startswith("attachment;")
        assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content_type", "served"),
    [
        ("image/png", "image/png"),
        ("text/html", "text/html"),
        ("nonsense", "application/octet-stream"),
    ],
)
async def test_a_media_type_is_passed_on_where_it_is_one(serve, http, content_type, served):
    ask = Asker(http, await serve())
    data = aiohttp.MultipartWriter("form-data")
    part = data.append(b"x", {"Content-Type": content_type})
    part.set_content_disposition("form-data", name="file", filename="x")
    _, answer = await ask("POST", "/v1/uploads", data=data)
    async with http.get(answer["url"]) as file:
        assert file.headers["Content-Type"] == served


async def test_a_file_has_ten_mebibytes_at_most(serve, http, monkeypatch):
    monkeypatch.setattr(rest, "MAX_UPLOAD", 1000)
    ask = Asker(http, await serve())
    assert (await ask("POST", "/v1/uploads", data=form(b"x" * 1000)))[0] == 200
    status, error = await ask("POST", "/v1/uploads", data=form(b"x" * 1001))
    assert (status, error["code"]) == (413, "ERR_TOO_LARGE")


async def test_a_real_file_of_ten_mebibytes_is_taken(serve, http):
    ask = Asker(http, await serve())
    status, answer = await ask("POST", "/v1/uploads", data=form(io.BytesIO(b"x" * rest.MAX_UPLOAD)))
    assert (status, answer["size"]) == (200, 10 * 1024 * 1024)


async def test_all_files_together_have_a_limit(serve, http, monkeypatch):
    monkeypatch.setattr(rest, "MAX_KEPT", 8)
    ask = Asker(http, await serve())
    assert (await ask("POST", "/v1/uploads", data=form(b"12345")))[0] == 200
    status, error = await ask("POST", "/v1/uploads", data=form(b"12345"))
    assert (status, error["code"]) == (507, "ERR_STORAGE_FULL")


@pytest.mark.parametrize(
    "options",
    [
        {"json": {}},
        {"data": form(field="picture")},
        {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        {"data": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
    ],
)
async def test_what_holds_no_file_is_refused(serve, http, options):
    status, error = await Asker(http, await serve())("POST", "/v1/uploads", **options)
    assert (status, error["code"]) == (400, "ERR_INVALID_REQUEST")


async def test_a_file_that_is_not_there_is_not_there(serve, http):
    status, error = await Asker(http, await serve())("GET", "/v1/uploads/no/such")
    assert (status, error["code"]) == (404, "ERR_NOT_FOUND")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("/", "file"),
        ("..", "file"),
        (".hidden", "hidden"),
        ("", "file"),
        ("a\x1b[31m\n.txt", "a[31m.txt"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("日本.txt", "日本.txt"),
        ("é" * 100 + ".png", "é" * 58 + ".png"),
    ],
)
def test_file_names_are_made_safe(given, safe):
    assert safe_name(given) == safe
    assert len(safe_name(given).encode()) <= 120


# ── Networks ─────────────────────────────────────────────────────────────────────────────────────


async def test_one_sees_the_networks_one_belongs_to(serve, http):
    server = await serve()
    _, answer = await Asker(http, server)("GET", "/v1/networks")
    assert answer["networks"][0] == {
        "id": "lobby",
        "name": "Lobby",
        "scope": "network:lobby",
        "member_count": 6,
    }
    assert [network["id"] for network in answer["networks"]] == ["lobby", "team"]
    _, answer = await Asker(http, server, "dev:mia")("GET", "/v1/networks")
    assert [network["id"] for network in answer["networks"]] == ["lobby", "team", "vault"]


async def test_one_sees_the_members_of_ones_networks(serve, http):
    server = await serve(bots=True, scenario="quiet")
    ask = Asker(http, server)
    _, answer = await ask("GET", "/v1/networks/lobby/members")
    members = {member["user_id"]: member for member in answer["members"]}
    assert members["mia"] == {
        "user_id": "mia",
        "name": "Mia",
        "role": "moderator",
        "status": "online",
    }
    assert members["dave"]["status"] == "offline"
    for path in ("members", "ice-config"):
        assert (await ask("GET", f"/v1/networks/vault/{path}"))[0] == 403


async def test_calls_on_one_machine_need_no_server_of_others(serve, http):
    ask = Asker(http, await serve())
    assert await ask("GET", "/v1/networks/lobby/ice-config") == (200, {"stun_servers": []})


# ── Everything else ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nope", 404), ("PUT", "/v1/chat", 405)]
)
async def test_what_does_not_exist_is_said_in_the_same_shape(serve, http, method, path, status):
    met, error = await Asker(http, await serve())(method, path)
    assert met == status
    assert error["code"] == f"ERR_HTTP_{status}"


async def test_pages_of_other_origins_are_refused_everywhere(serve, http):
    ask = Asker(http, await serve())
    for path in ("/healthz", "/v1/networks"):
        status, _ = await ask("GET", path, headers={"Origin": "https://evil.example"})
        assert status == 403
        status, _ = await ask("GET", path, headers={"Origin": "http://localhost:3000"})
        assert status == 200
