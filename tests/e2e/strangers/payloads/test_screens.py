"""Every class of hostile text in every field, on every screen of the real program.

What reaches the terminal is read byte by byte: nothing that a stranger wrote may be among what a
terminal obeys, no click on it may run anything, and the program goes on (S1-S4, S7, R1-R4, R7).
`HOSTILE=1` shows each class by itself, too, where a screen shows one at a time.
"""

import json
import os
import sqlite3
from functools import partial

import pytest

from mock_server.drawings import png

LONGEST = 3_000 if os.environ.get("HOSTILE") else 600
"""Seconds for one walk; all classes one after the other take their time."""

pytestmark = [pytest.mark.pty, pytest.mark.slow, pytest.mark.timeout(LONGEST)]


def test_where_a_screen_shows_all_classes_at_once(enter, puppet, told, kit, visit):
    """Room, rooms, people, thread, palette, search, notices."""
    tall = enter(kit.WHOLE)
    walk = visit(tall)
    puppet.tell(*told.crowd())
    tall.wait_for(kit.seen("b", "f", "e", least=25), kit.seen("r", "w", least=30))
    walk.press_all("f1", "Keys and commands")
    walk.held("room, rooms, people")
    tall.paste("".join(told.words("q", 60))[:900].replace("\x1b[201~", ""))
    tall.wait_for("Nothing has")
    walk.held("help")
    tall.press("escape")
    tall.wait_gone("Nothing has")
    tall.press("ctrl+k")
    tall.wait_for("Go to", kit.seen("r", least=30))
    tall.type("@")
    tall.wait_for(kit.seen("w", least=30))
    walk.press_all("escape", lambda one: "Go to" not in one.text, sheet=True)
    walk.held("palette")
    tall.press("ctrl+f")
    tall.wait_for("from:bob")
    tall.type("b")
    tall.wait_for("found, newest first", kit.seen("b", least=30))
    tall.press("down", "down")
    walk.press_all("escape", lambda one: "found, newest first" not in one.text, sheet=True)
    walk.held("search, preview")
    said = [{"code": "E", "message": text} for text in told.words("x")]
    puppet.tell(*(json.dumps({"type": "error", "data": one}) for one in said))
    tall.wait_for("The server reports", kit.seen("x", least=20))
    walk.press_all("f1", "Keys and commands")
    tall.press("escape")
    walk.held("notices")


def test_what_completion_offers(enter, kit, visit):
    """People and rooms below the composer: all of them are looked at, and none is taken."""
    alice = enter(kit.USUAL)
    walk = visit(alice)
    for begin in ("@w", "#r", "/call @w", "/join #r"):
        alice.type(begin)
        alice.wait_for("Tab")
        for _ in range(40):
            alice.press("down")
        alice.press("escape")
        alice.wait_gone("Tab")
        for _ in begin:
            alice.write(b"\x7f")
        alice.wait_for("Message #lobby")
    walk.held("completion")


def test_a_thread(enter, puppet, told, kit, visit):
    """Replies, and what a click in a thread does."""
    tall = enter(kit.WHOLE if kit.COMPLETE else kit.USUAL)
    walk = visit(tall)
    texts = told.words("t", None)
    root = kit.chat(100, kit.LOBBY, "bob", "here it begins")
    replies = [
        kit.chat(101 + n, kit.LOBBY, "bob", texts[n], parent_id="m100") for n in reversed(range(35))
    ]
    puppet.tell(root, *replies, kit.chat(200, kit.LOBBY, "bob", "the last of it"))
    tall.wait_for("the last of it", "35 replies")
    tall.press("escape")
    tall.wait_for("Esc write")
    tall.press("k", "r")
    tall.wait_for("Reply in this thread", kit.seen("t", least=30 if kit.COMPLETE else 5))
    walk.press_all("f1", "Keys and commands")
    walk.held("thread")


def test_dialogs_and_what_comes_and_goes(enter, puppet, told, kit, visit):
    """Details, reactions, files, who types and comes, calls, refusals, profiles, lost links."""
    alice = enter(kit.USUAL)
    walk = visit(alice)
    _of_people(alice, puppet, told, kit, walk)
    _of_messages(alice, puppet, told, kit, walk)
    _of_images(alice, puppet, told, kit, walk)
    _of_my_own(alice, puppet, told, kit, walk)
    alice.type("/profiles")
    alice.press("enter")
    alice.wait_for("Profiles", kit.seen("p", least=5))
    for _ in range(36):
        alice.press("down")
    walk.press_all("escape", lambda one: "make default" not in one.text, sheet=True)
    walk.held("profiles")
    _of_calls(alice, puppet, told, kit, walk)
    _of_the_link(alice, puppet, told, kit, walk)


def _of_messages(alice, puppet, told, kit, walk):
    """Each class by itself: what is known of a message, its reactions, its files."""
    alice.press("ctrl+k")
    alice.wait_for("Go to")
    alice.type("#lobby")
    alice.press("enter")
    alice.wait_for("Message #lobby")
    puppet.tell(*told.crowd())
    alice.press("escape")
    alice.wait_for("Esc write")
    # The room is open at the first message that was missed.
    alice.press("end")
    alice.wait_for("b00")
    sheets = (("i", "About this message", "n"), ("t", "Search by name", "e"), ("a", "─ Files", "f"))
    for number in range(max(kit.ROUNDS) + 1):
        for key, title, letter in sheets if number in kit.ROUNDS else ():
            alice.press(key)
            alice.wait_for(title, f"{letter}{number:02}")
            if key == "a":
                alice.press("v")
                alice.wait_for("✗")
            # A click on a reaction gives it, as it should.
            press = alice.press if key == "t" else partial(walk.press_all, sheet=True)
            press("escape")
            alice.wait_for(lambda one, title=title: title not in one.text)
        if number in kit.ROUNDS:
            walk.held(f"details, reactions, files: class {number}")
        alice.press("k")
    alice.press("escape")
    alice.wait_for("Esc messages")


def _of_people(alice, puppet, told, kit, walk):
    users, reasons, texts = told.words("n", 300), told.words("z", 200), told.words("y")
    for number in kit.ROUNDS:
        user, sign = users[number], f"w{number:02}"
        puppet.tell(
            kit.event("chat.typing.user", scope=kit.LOBBY, user_id=user, typing=True),
            kit.event("member.left", network_id="lobby", user_id=user),
            kit.event("device.online", user_id=user, device_id=user, platform=user),
        )
        alice.wait_for("typing", f"← {sign}")
        puppet.tell(kit.event("chat.typing.user", scope=kit.LOBBY, user_id=user, typing=False))
        offer = kit.offer(reasons[number])
        puppet.tell(kit.event("call.offer", from_user=user, call_type="audio", sdp=offer))
        alice.wait_for("calling you", sign)
        puppet.tell(kit.event("call.end", from_user=user, reason=reasons[number]))
        alice.wait_gone("calling you")
        puppet.fails = texts[number]
        alice.type(f"mine {number}")
        alice.press("enter")
        alice.wait_for(f"y{number:02}")
        puppet.fails = None
        walk.held(f"typing, coming and going, ringing, refusals: class {number}")
    walk.press_all("f1", "Keys and commands")
    alice.press("escape")
    alice.wait_gone("Keys and commands")
    walk.held("clicks on all of these")


def _of_images(alice, puppet, told, kit, walk):
    """An image that is shown, under its name."""
    puppet.pages["/image"] = (200, png("octopus", 32))
    host = puppet.url.removeprefix("ws").removesuffix("/v1/ws")
    names, kinds = told.words("f"), told.words("t", 200)
    for number in kit.ROUNDS:
        file = {"name": names[number], "url": f"http{host}/image", "content_type": kinds[number]}
        said = kit.chat(300 + number, kit.LOBBY, "bob", f"look {number}", attachments=[file])
        puppet.tell(said)
        alice.press("escape")
        alice.wait_for("Esc write")
        alice.press("end")
        alice.wait_for(f"look {number}", "a files")
        alice.press("a")
        alice.wait_for("─ Files", "Enter save")
        alice.press("v")
        alice.wait_for("Esc back", f"f{number:02}", lambda one: "▀" in one.text or "▄" in one.text)
        walk.press_all("escape", "Enter save")
        alice.press("escape")
        alice.wait_gone("Enter save")
        alice.press("escape")
        alice.wait_for("Esc messages")
        walk.held(f"picture: class {number}")


def _of_my_own(alice, puppet, told, kit, walk):
    """What is asked before a link is opened, and before words go; they are edited and copied."""
    words = told.words("", 200)
    for number in kit.ROUNDS:
        link = f"https://j{number:02}.example/"
        puppet.tell(kit.chat(400 + number, kit.LOBBY, "alice", link + words[number][2:]))
        alice.press("escape")
        alice.wait_for("Esc write")
        alice.press("end")
        alice.wait_for(link)
        for key, question in (
            ("o", f"It leads to j{number:02}.example"),
            ("d", "A mark stays where it was"),
            ("x", "Nobody can undo it"),
        ):
            alice.press(key)
            alice.wait_for(question)
            walk.press_all("escape", lambda one, question=question: not one.reads(question))
        alice.press("y")
        alice.wait_for("went to the clipboard")
        alice.press("e")
        alice.wait_for(lambda one: "Message #lobby" not in one.text)
        alice.press("escape")
        alice.wait_for("Message #lobby")
        walk.held(f"questions, editing, copying: class {number}")


def _of_calls(alice, puppet, told, kit, walk):
    """A call is prepared, placed to somebody who declines it, and told of in the chat."""
    users, reasons = told.words("n", 300), told.words("z", 200)
    for number in kit.ROUNDS[-1:] if not kit.COMPLETE else kit.ROUNDS:
        alice.press("ctrl+k")
        alice.wait_for("Go to")
        alice.type(f"@w{number:02}")
        alice.wait_for(lambda one, number=number: f"w{number:02}" in one.line_with("❯"))
        alice.press("enter")
        alice.wait_for(f"Message @w{number:02}")
        alice.press("f2")
        alice.wait_for(f"Call w{number:02}", "Enter call")
        walk.press_all("f3", f"Call w{number:02}", sheet=True)
        alice.press("enter")
        alice.wait_for("no picture sent", f"w{number:02}")
        puppet.tell(kit.event("call.end", from_user=users[number], reason=reasons[number]))
        alice.wait_for(f"Message @w{number:02}", f"z{number:02}")
        walk.press_all("f1", "Keys and commands")
        alice.press("escape")
        alice.wait_gone("Keys and commands")
        walk.held(f"call setup, cockpit, a call that was declined: class {number}")


@pytest.mark.skipif(not os.environ.get("HOSTILE"), reason="its media take half a minute")
def test_a_call_that_is_connected(enter, verb, puppet, told, kit, visit):
    """The cockpit under each name: figures, words to compare, questions, the bar above the chat."""
    user, names = told.words("n", 300)[31], told.words("w")
    puppet.callers = {"Bearer of-alice": "alice", "Bearer dev:bob": user}
    bob = verb("bob", puppet, "answer", "--auto", "--once", "--source", "pattern")
    bob.says("Waiting for calls")
    alice = enter(kit.USUAL)
    walk = visit(alice)
    alice.press("ctrl+k")
    alice.wait_for("Go to")
    alice.type("@w31")
    alice.wait_for(lambda one: "w31" in one.line_with("❯"))
    alice.press("enter")
    alice.wait_for("Message @w31")
    alice.press("f2")
    alice.wait_for("Call w31", "Enter call")
    alice.press("enter")
    alice.wait_for("connected", "not verified")
    puppet.pages["/v1/networks"] = (200, {"networks": [{"id": "lobby", "name": "lobby"}]})
    for number in kit.ROUNDS:
        known = [{"id": user, "name": names[number], "role": "", "status": "online"}]
        puppet.pages["/v1/networks/lobby/members"] = (200, {"members": known})
        puppet.tell(kit.event("member.joined", network_id=f"q{number}", user_id="alice"))
        alice.wait_for(lambda one, number=number: f"☎ w{number:02}" in one.text)
        for key, seen, back in (
            ("i", "Figures of the last second", "i"),
            ("w", "Read these words aloud", "escape"),
            ("r", "is told in the chat", "escape"),
            ("ctrl+q", "You are in a call with", "escape"),
            ("escape", "to the call", "f2"),
        ):
            alice.press(key)
            alice.wait_for(seen, f"w{number:02}")
            # A click on the bar goes to the call, as it should.
            press = alice.press if back == "f2" else partial(walk.press_all, sheet=True)
            press(back)
            alice.wait_for(lambda one, seen=seen: not one.reads(seen))
        walk.held(f"a connected call: class {number}")
    for key, seen in (("d", "You hear at"), ("s", "A test pattern")):
        alice.press(key)
        alice.wait_for(seen)
        alice.press("escape")
        alice.wait_gone(seen)
    walk.held("devices, sharing")
    alice.press("f9")
    assert bob.code() == 0


def _of_the_link(alice, puppet, told, kit, walk):
    """The words of a connection that ends, of one that is refused, and of a history that fails."""
    reasons, refusals, faults = told.words("c"), told.words("g"), told.words("m")
    for number in kit.ROUNDS:
        fault = {"error": {"code": "E", "message": faults[number]}}
        puppet.pages["/v1/chat"] = (500, fault)
        reason = reasons[number].encode("utf-8", "ignore")[:100].decode("utf-8", "ignore")
        puppet.hang_up(1008, reason)
        alice.wait_for(f"c{number:02}")
        puppet.refuses = {"error": {"code": "E", "message": refusals[number]}}
        alice.press("ctrl+r")
        alice.wait_for(f"g{number:02}")
        alice.press("ctrl+r")
        alice.wait_for("● online")
        walk.held(f"a lost link, a refusal, a history that fails: class {number}")


def test_the_answers_to_a_login(screen, raw_server, told, kit, visit):
    """S1, R7: a server's words under the form."""
    bodies = [json.dumps({"error": {"code": "E", "message": one}}) for one in told.words("l")]
    bodies = [bodies[number] for number in kit.ROUNDS]
    head = "HTTP/1.1 401 No\r\nContent-Type: application/json\r\nContent-Length: "
    where = raw_server(iter([f"{head}{len(one)}\r\n\r\n{one}".encode() for one in bodies]))
    one = screen(size=kit.USUAL)
    walk = visit(one)
    one.wait_for("Connect to a server")
    one.press("c")
    one.wait_for("Email", "Password")
    for text in (where, "alice@example.test", "sesame"):
        one.type(text)
        one.press("tab")
    for number in kit.ROUNDS:
        one.press("enter")
        one.wait_for(f"l{number:02}")
    walk.press_all("escape", "Try the demo")
    walk.held("login")


UNCLEAN = """
import wschat_tui.state.text as text
text.clean = lambda said, *, one_line=False, limit=0: said[:limit or 400]
text.name = lambda said: said[:64] or "?"
"""


@pytest.mark.skipif(not os.environ.get("HOSTILE"), reason="tests/ui/chat/test_wall.py is shorter")
def test_the_second_wall_holds_by_itself(enter, puppet, told, kit, visit):
    """R3: with the cleaning switched off, what is drawn still holds nothing that is obeyed."""
    one = enter(kit.WHOLE if kit.COMPLETE else kit.USUAL, patch=UNCLEAN)
    walk = visit(one)
    puppet.tell(*told.crowd(300))
    one.wait_for(kit.seen("b", least=25 if kit.COMPLETE else 4))
    one.press("ctrl+k")
    one.wait_for("Go to", kit.seen("r", least=4))
    one.press("escape")
    walk.held("room and palette, not cleaned")


def edited(file, told, kit):
    """The history, changed by hand: each class in each column that is shown."""
    base = sqlite3.connect(file)
    raw = [text.encode("utf-8", "replace").decode() for text in told.words("d", 200)]
    rows = [one for (one,) in base.execute("select row from message order by row desc limit 36")]
    for row, text in zip(rows, raw, strict=True):
        base.execute(
            "update message set body = ?, author = ?, problem = ? where row = ?",
            (text, text, text, row),
        )
    base.execute("update room set title = ?", (told.words("k", 60)[7],))
    base.execute("update person set name = ?, role = ?", (raw[12], raw[31]))
    base.execute(
        "insert or replace into draft (scope, thread, text) values (?, '', ?)",
        (kit.LOBBY, told.words("v", 300)[0]),
    )
    base.commit()
    base.close()


def test_a_history_that_was_changed_by_hand(enter, screen, puppet, told, kit, visit, tmp_path):
    """S1, S26: what comes from the disk is as strange as what comes over the wire."""
    size = kit.WHOLE if kit.COMPLETE else kit.USUAL
    first = enter(size)
    puppet.tell(*told.crowd())
    first.wait_for("b00")
    first.press("ctrl+q")
    assert first.code() == 0
    (file,) = (tmp_path / "wschat").rglob("*.db")
    edited(file, told, kit)
    puppet.refuses = {"error": {"code": "E", "message": "not today"}}
    where = ("--server", puppet.url, "--user", "alice")
    again = screen(*where, token="of-alice", size=size)
    again.wait_for("not today", kit.seen("d", least=30 if kit.COMPLETE else 5))
    visit(again).held("a history that was changed by hand")
    for form in ("text", "html"):
        out = screen("export", "--format", form, *where, token="of-alice")
        assert out.code() == 0
        assert sum(f"d{n:02}".encode() in out.raw for n in range(36)) == 36
        assert kit.obeyed(out.raw) == [], form
