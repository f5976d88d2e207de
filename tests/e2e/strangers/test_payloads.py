"""Every class of hostile text in every field, on every screen of the real program.

What reaches the terminal is read byte by byte: nothing that a stranger wrote may be among what a
terminal obeys, no click on it may run anything, and the program goes on (S1-S4, S7, R1-R4, R7).
"""

import json
import os
import re
import sqlite3

import pytest

pytestmark = [pytest.mark.pty, pytest.mark.slow]

LOBBY = "network:lobby"

WHOLE = (170, 260)
"""Large enough for a room with all classes at once."""

USUAL = (130, 40)

ROUNDS = range(36) if os.environ.get("HOSTILE") else (7, 12, 22, 29, 31)
"""The classes that are shown one after the other: all of them in the long run."""

QUIET = "[ui]\nbell = false\n[notifications]\ndesktop = false\n"

OURS = re.compile(
    r"\x1b\[[0-9;]*m"  # colours
    r"|\x1b\[\d+;\d+H|\x1b\[H"  # moves
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2031|2048)[hl]"  # modes
    r"|\x1b\[\?2026\$p|\x1b\[\?2048\$p|\x1b\[>25u|\x1b\[<u|\x1b\[>1u|\x1b\[c"  # asked at the start
    r"|\x1b\]22;[a-z-]+\x07"  # the shape of the mouse's pointer
    r"|\x1b\]8;id=\d+;https?://[!-~]+\x1b\\|\x1b\]8;;\x1b\\"  # links
    r"|\x1b_Gi=\d+,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"  # whether pixels are drawn
)
"""What the program itself writes; a stranger's sequences differ from all of these."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINK = re.compile(r"\x1b\]8;id=\d+;([^\x1b]*)\x1b\\(.*?)\x1b\]8;;\x1b\\")

HARM = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
THEIRS = (b"\x1b[38;5;196m", b"\x1b[5m", b"\x1b[3;7H", b"\x1b[31m", b"\x1b[c asked")
"""Sequences of the payloads in forms that the program uses, too."""

SDP = "\r\n".join(
    (
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=rtpmap:96 opus/48000/2",
        "a=ice-ufrag:frag",
        "a=ice-pwd:0123456789abcdef012345",
        f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}",
        "a=setup:actpass",
        "",
    )
)

PRESSED = "[@click=app.quit]press"


def obeyed(raw):
    """What of these bytes a terminal would obey or hide, and the program did not mean."""
    text = bytes(raw).decode("utf-8")
    # A link of ours leads where it says that it leads, or to more of it than fits in a line.
    lying = [one for one in LINK.findall(text) if COLOUR.sub("", one[1]) not in one[0]]
    text = OURS.sub("", text)
    found = {repr(text[max(at.start() - 9, 0) : at.end() + 9]) for at in HARM.finditer(text)}
    return sorted(found | {repr(one) for one in THEIRS if one in raw}) + lying


def event(kind, **data):
    return json.dumps({"type": kind, "data": data})


def stamp(number):
    return f"2026-01-05T09:{number // 60:02}:{number % 60:02}Z"


def chat(number, scope, user, body, **more):
    data = {"id": f"m{number}", "scope": scope, "user_id": user, "body": body}
    return event("chat.message", created_at=stamp(number), **data, **more)


def marked(letter, count):
    """All marks of one field: a letter and the number of the class."""
    return [f"{letter}{number:02}" for number in range(count)]


def seen(*letters, count=36, least=None):
    """A fact: the marks of these fields are on the screen, as many as can be."""

    def fact(screen):
        text = screen.text
        wanted = least or count
        return all(sum(one in text for one in marked(each, count)) >= wanted for each in letters)

    return fact


def offer(text):
    """A description of a call that is taken as one, with a stranger's words in it."""
    said = (
        text.encode("utf-8", "replace")
        .decode()
        .translate(dict.fromkeys([10, 13, 0x2028, 0x2029, 0x85], " "))
    )
    return SDP.replace("s=-", f"s={said}")


@pytest.fixture
def words(payloads):
    """Class by class, a text of it for each field, behind a mark that is looked for."""

    def of(letter, longest=900):
        return [f"{letter}{n:02}{text}"[:longest] for n, text in enumerate(payloads.values())]

    return of


@pytest.fixture
def enter(screen, puppet, words, tmp_path):
    """Alice on a screen, on a server that is hostile wherever it can be."""
    networks = [{"id": "lobby", "name": "lobby"}]
    networks += [
        {"id": id, "name": name} for id, name in zip(words("i", 60), words("r"), strict=True)
    ]
    people = zip(words("n", 300), words("w"), words("o", 200), words("s", 200), strict=True)
    members = [{"id": i, "name": w, "role": o, "status": s} for i, w, o, s in people]
    past = [
        {"id": f"h{n}", "scope": LOBBY, "user_id": "bob", "body": body, "created_at": stamp(n)}
        for n, body in enumerate(words("h"))
    ]
    puppet.pages = {
        "/v1/networks": (200, {"networks": networks}),
        "/v1/networks/lobby/members": (200, {"members": members}),
        "/v1/chat": (200, {"messages": past, "has_more": False}),
    }
    place = tmp_path / "wschat" / "config"
    place.mkdir(parents=True)
    (place / "settings.toml").write_text(QUIET)

    def start(size, **how):
        where = ("--server", puppet.url, "--user", "alice")
        one = screen(*where, token="of-alice", size=size, **how)
        one.wait_for("● online", "Message #lobby", "h34")
        return one

    return start


@pytest.fixture
def alice(enter):
    """Alice, on a terminal as they are."""
    return enter(USUAL)


@pytest.fixture
def tall(enter):
    """Alice, on a terminal that shows a whole room."""
    one = enter(WHOLE)
    one.wait_for(seen("h"))
    return one


def held(screen):
    """Nothing was obeyed so far, and the program goes on."""
    assert obeyed(screen.raw) == []
    assert not screen.over


def press_all(screen, then, *told, sheet=False):
    """Click on every second cell of all that asks to be clicked on; then a key, which is heard."""
    for y, line in enumerate(screen.lines, 1):
        # Beside a sheet a click takes it away, as it should.
        begin, end = (line.find("│"), line.rfind("│")) if sheet else (0, len(line))
        at = line.find("@click", max(begin, 0), max(end, 0))
        for x in range(at, min(at + 50, end), 2) if at >= 0 else ():
            screen.write(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m".encode())
    screen.press(then)
    screen.wait_for(*told)


def crowd(words):
    """A room in which each class is a body, an author, a file, an address, a type, a reaction."""
    files = zip(words("f"), words("u"), words("t", 200), strict=True)
    named = [{"name": f, "url": u, "content_type": t, "size": 1} for f, u, t in files]
    each = zip(words("b", None), words("n", 300), named, words("e"), strict=True)
    for number, (body, user, file, reaction) in reversed(list(enumerate(each))):
        at = 36 - number
        yield chat(at, LOBBY, user, body, attachments=[file])
        yield event(
            "chat.reaction.update",
            message_id=f"m{at}",
            user_id=user,
            reaction=reaction,
            action="add",
        )


def test_rooms_people_messages_files_and_reactions(tall, puppet, words):
    puppet.tell(*crowd(words))
    tall.wait_for(seen("b", "f", "e", "r", "w", least=35))
    held(tall)


def test_a_thread(tall, puppet, words):
    root = chat(100, LOBBY, "bob", "here it begins")
    replies = [
        chat(100 + n, LOBBY, "bob", text, parent_id="m100")
        for n, text in enumerate(words("t", None)[:35], 1)
    ]
    puppet.tell(root, *replies, chat(200, LOBBY, "bob", "the last of it"))
    tall.wait_for("the last of it", "35 replies")
    tall.press("escape")
    tall.wait_for("Esc write")
    tall.press("k", "r")
    tall.wait_for("Reply in this thread", seen("t", least=34))
    press_all(tall, "f1", "Keys and commands")
    held(tall)


def test_what_is_known_of_a_message_and_its_reactions(alice, puppet, words):
    puppet.tell(*crowd(words))
    alice.wait_for("b00")
    alice.press("escape")
    alice.wait_for("Esc write")
    for number in range(36):
        if number not in ROUNDS:
            alice.press("k")
            continue
        alice.press("i")
        alice.wait_for("About this message", "Author", f"n{number:02}")
        press_all(alice, "escape", lambda one: "About this message" not in one.text, sheet=True)
        alice.press("t")
        alice.wait_for("Search by name", f"e{number:02}")
        press_all(alice, "escape", lambda one: "Search by name" not in one.text, sheet=True)
        alice.press("k")
    held(alice)


def test_the_palette(tall):
    tall.press("ctrl+k")
    tall.wait_for("Go to", seen("r", least=30))
    tall.type("@")
    tall.wait_for(seen("w", least=30))
    held(tall)


def test_errors_as_notices(tall, puppet, words):
    said = [{"code": "E", "message": text} for text in words("x")]
    puppet.tell(*(json.dumps({"type": "error", "data": one}) for one in said))
    tall.wait_for("The server reports", seen("x", least=30))
    press_all(tall, "f1", "Keys and commands")
    held(tall)


def test_why_a_message_was_refused(alice, puppet, words):
    texts = words("y")
    for number in ROUNDS:
        puppet.fails = texts[number]
        alice.type(f"mine {number}")
        alice.press("enter")
        alice.wait_for(f"y{number:02}")
    press_all(alice, "f1", "Keys and commands")
    held(alice)


def test_who_types_and_who_comes_and_goes(alice, puppet, words):
    users = words("n", 300)
    for number in ROUNDS:
        user = users[number]
        puppet.tell(
            event("chat.typing.user", scope=LOBBY, user_id=user, typing=True),
            event("member.left", network_id="lobby", user_id=user),
            event("device.online", user_id=user, device_id=user, platform=user),
        )
        alice.wait_for("typing", f"← w{number:02}")
        puppet.tell(event("chat.typing.user", scope=LOBBY, user_id=user, typing=False))
    press_all(alice, "f1", "Keys and commands")
    held(alice)


def test_the_words_of_a_connection_that_ends(alice, puppet, words):
    pairs = list(zip(words("c"), words("g"), strict=True))
    for number in ROUNDS:
        reason, said = pairs[number]
        puppet.hang_up(1008, reason.encode("utf-8", "ignore")[:100].decode("utf-8", "ignore"))
        alice.wait_for(f"c{number:02}")
        puppet.refuses = {"error": {"code": "E", "message": said}}
        alice.press("ctrl+r")
        alice.wait_for(f"g{number:02}")
        alice.press("ctrl+r")
        alice.wait_for("● online")
    held(alice)


def test_calls_that_come_and_how_they_end(alice, puppet, words):
    pairs = list(zip(words("n", 300), words("z", 200), strict=True))
    for number in ROUNDS:
        user, reason = pairs[number]
        puppet.tell(event("call.offer", from_user=user, call_type="audio", sdp=offer(reason)))
        alice.wait_for("is calling you", f"w{number:02}")
        puppet.tell(event("call.end", from_user=user, reason=reason))
        alice.wait_gone("is calling you")
    held(alice)


def test_the_answers_to_a_login(screen, raw_server, words):
    bodies = [json.dumps({"error": {"code": "E", "message": one}}) for one in words("l")]
    bodies = [bodies[number] for number in ROUNDS]
    head = "HTTP/1.1 401 No\r\nContent-Type: application/json\r\nContent-Length: "
    where = raw_server(iter([f"{head}{len(one)}\r\n\r\n{one}".encode() for one in bodies]))
    one = screen(size=USUAL)
    one.wait_for("Connect to a server")
    one.press("c")
    one.wait_for("Email", "Password")
    for text in (where, "alice@example.test", "sesame"):
        one.type(text)
        one.press("tab")
    for number in ROUNDS:
        one.press("enter")
        one.wait_for(f"l{number:02}")
    press_all(one, "escape", "Try the demo")
    held(one)


UNCLEAN = """
import wschat_tui.state.text as text
text.clean = lambda said, *, one_line=False, limit=0: said[:limit or 400]
text.name = lambda said: said[:64] or "?"
"""


def test_the_second_wall_holds_by_itself(enter, puppet, words):
    """R3: with the cleaning switched off, what is drawn still holds nothing that is obeyed."""
    one = enter(WHOLE, patch=UNCLEAN)
    puppet.tell(*crowd(lambda letter, longest=300: words(letter, longest or 300)))
    one.wait_for(seen("b", least=30))
    one.press("ctrl+k")
    one.wait_for("Go to", seen("r", least=20))
    one.press("escape")
    held(one)


def test_the_lines_of_a_script_that_follows_the_chat(screen, puppet, words):
    """S1, R1: `wschat tail`, in words and in JSON, on a terminal as well as in a pipe."""
    for kind in ((), ("--json",)):
        one = screen("tail", *kind, "--server", puppet.url, "--user", "alice", token="of-alice")
        one.wait_for("Connected to")
        puppet.connected(2 if kind else 1)
        for n, (user, text) in enumerate(zip(words("n", 300), words("b"), strict=True)):
            puppet.tell(chat(n, "host", user, text))
        puppet.tell(
            "no JSON: \x1b]52;c;aGFj\x07 \x9b31m \u202e", chat(99, "host", "bob", "the end")
        )
        one.wait_for("the end")
        held(one)
        one.press("ctrl+c")
        assert one.code() == 130


def test_what_keeps_a_script_out(screen, puppet, words):
    """S1, R7: a server's reasons on stderr."""
    for number in ROUNDS:
        puppet.refuses = {"error": {"code": "E", "message": words("g")[number]}}
        one = screen("send", "host", "x", "--server", puppet.url, "--user", "a", token="of-alice")
        one.wait_for(lambda screen: screen.over or "g" in screen.text)
        assert one.code() != 0
        assert f"g{number:02}" in one.raw.decode()
        assert obeyed(one.raw) == []


def edited(file, words):
    """The history, changed by hand: each class in each column that is shown."""
    base = sqlite3.connect(file)
    raw = [text.encode("utf-8", "replace").decode() for text in words("d", 200)]
    rows = [one for (one,) in base.execute("select row from message order by row desc limit 36")]
    for row, text in zip(rows, raw, strict=True):
        base.execute(
            "update message set body = ?, author = ?, problem = ? where row = ?",
            (text, text, text, row),
        )
    base.execute("update room set title = ?", (words("k", 60)[7],))
    base.execute("update person set name = ?, role = ?", (raw[12], raw[31]))
    base.execute(
        "insert or replace into draft (scope, thread, text) values (?, '', ?)",
        (LOBBY, words("v", 300)[0]),
    )
    base.commit()
    base.close()


def test_a_history_that_was_changed_by_hand(enter, screen, puppet, words, tmp_path):
    """S1, S26: what comes from the disk is as strange as what comes over the wire."""
    first = enter(WHOLE)
    puppet.tell(*crowd(words))
    first.wait_for(seen("b", least=35))
    first.press("ctrl+q")
    assert first.code() == 0
    (file,) = (tmp_path / "wschat").rglob("*.db")
    edited(file, words)
    puppet.refuses = {"error": {"code": "E", "message": "not today"}}
    again = screen("--server", puppet.url, "--user", "alice", token="of-alice", size=WHOLE)
    again.wait_for("not today", seen("d", least=30))
    held(again)
