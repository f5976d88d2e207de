"""What a hostile server says, in all classes at once, and the judge of what reaches a terminal."""

import base64
import json
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from wcwidth import wcwidth

LOBBY = "network:lobby"

WHOLE = (150, 130)
"""Large enough for a room with all classes at once."""

USUAL = (130, 40)

COMPLETE = bool(os.environ.get("HOSTILE"))
ROUNDS = range(36) if COMPLETE else (7, 31)
"""The classes that are shown one after the other: all of them in the long run."""

QUIET = '[ui]\nbell = false\n[calls]\nbackend = "null"\n'

OURS = re.compile(
    r"\x1b\[[0-9;]*m"  # colours
    r"|\x1b\[\d+;\d+H|\x1b\[H"  # moves
    r"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026|2031|2048)[hl]"  # modes
    r"|\x1b\[\?2026\$p|\x1b\[\?2048\$p|\x1b\[>25u|\x1b\[<u|\x1b\[>1u|\x1b\[c"  # asked at the start
    r"|\x1b\]22;[a-z-]+\x07"  # the shape of the mouse's pointer
    r"|\x1b\]8;id=\d+;https?://[!-~]+\x1b\\|\x1b\]8;;\x1b\\"  # links
    r"|\x1b7\x1b\[\d+;\d+H(?:\x1b_G[a-zA-Z0-9=,]*(?:;[A-Za-z0-9+/=]*)?\x1b\\|\x1b\[6n)*\x1b8"
    r"|\x1b_Ga=d,d=I,i=\d+,q=2\x1b\\"  # pictures
    r"|\x1b_Gi=\d+,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"  # whether pixels are drawn
)
"""What the program itself writes; a stranger's sequences differ from all of these."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINK = re.compile(r"\x1b\]8;id=\d+;([^\x1b]*)\x1b\\(.*?)\x1b\]8;;\x1b\\")

NOTE = re.compile(r"\x1b\]9;wschat: ([^\x07]*)\x07")
COPIED = re.compile(r"\x1b\]52;c;([^\x07]*)\x07")
"""A notice on the desktop, and what the user's own key put on the clipboard: judged by themselves."""

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


def obeyed(raw):
    """What of these bytes a terminal would obey or hide, and the program did not mean."""
    text = bytes(raw).decode("utf-8")
    # A link of ours leads where it says that it leads, or to more of it than fits in a line.
    lying = [one for one in LINK.findall(text) if COLOUR.sub("", one[1]) not in one[0]]
    text = NOTE.sub(r"\1", OURS.sub("", text))
    text = COPIED.sub(_copied, text)
    found = {repr(text[max(at.start() - 9, 0) : at.end() + 9]) for at in HARM.finditer(text)}
    return sorted(found | {repr(one) for one in THEIRS if one in raw}) + lying


def _copied(found):
    """The text on the clipboard, where it is what a key of the user's asked for: a link of ours."""
    said = base64.b64decode(found[1]).decode()
    return said.replace("\n", " ") if said.startswith("https://j") else found[0]


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


def typed(text):
    """As much of a text as a command line can hold."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


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


class Told:
    """The words of the strangers, field by field, and the frames that carry them."""

    def __init__(self, texts):
        self._texts = texts

    def words(self, letter, longest=900):
        """Class by class, a text of it for one field, behind a mark that is looked for."""
        return [f"{letter}{n:02}{text}"[:longest] for n, text in enumerate(self._texts)]

    def crowd(self, longest=None):
        """A room in which each class is a body, an author, a file, an address, a reaction."""
        words = self.words
        files = zip(words("f"), words("u"), words("t", 200), strict=True)
        named = [{"name": f, "url": u, "content_type": t, "size": 1} for f, u, t in files]
        each = zip(words("b", longest), words("n", 300), named, words("e"), strict=True)
        for number, (body, user, file, reaction) in reversed(list(enumerate(each))):
            at = 36 - number
            yield chat(at, LOBBY, user, body, attachments=[file])
            reacts = {"message_id": f"m{at}", "user_id": user, "reaction": reaction}
            yield event("chat.reaction.update", action="add", **reacts)

    def pages(self):
        """The HTTP side of a server that is hostile wherever it can be."""
        words = self.words
        networks = [{"id": "lobby", "name": "lobby"}]
        rooms = zip(words("i", 60), words("r"), strict=True)
        networks += [{"id": id, "name": name} for id, name in rooms]
        people = zip(words("n", 300), words("w"), words("o", 200), words("s", 200), strict=True)
        members = [{"id": "alice", "name": "alice", "role": "admin"}]
        members += [{"id": i, "name": w, "role": o, "status": s} for i, w, o, s in people]
        past = [
            {"id": f"h{n}", "scope": LOBBY, "user_id": "bob", "body": body, "created_at": stamp(n)}
            for n, body in enumerate(words("h"))
        ]
        return {
            "/v1/networks": (200, {"networks": networks}),
            "/v1/networks/lobby/members": (200, {"members": members}),
            "/v1/chat": (200, {"messages": past, "has_more": False}),
        }

    def profiles(self):
        """Settings whose profiles lead to hostile servers and users."""
        for n, text in enumerate(self.words("p", 100)):
            # More than this the settings refuse.
            kept = (one if one.isprintable() and one != " " else "_" for one in text)
            said = json.dumps("".join(kept), ensure_ascii=False)
            yield f'[profiles.p{n:02}]\nserver = "wss://p{n:02}.example/"\nuser = {said}\n'


def columns(text):
    """The cells that a row's beginning takes; what marks another letter takes none."""
    return sum(max(wcwidth(one), 0) for one in text)


class Visit:
    """A walk through the screens of one program; each is judged when it is left."""

    def __init__(self, screen):
        self.screen = screen
        self.told = []
        self._before = 0

    def held(self, where):
        """Nothing was obeyed on this screen, and the program goes on."""
        # What is behind the last frame may be half a sequence: it is judged with the next screen.
        begin, self._before = self._before, self.screen.drawn
        found = obeyed(self.screen.raw[begin : self._before])
        size = self._before - begin
        self.told.append((where, size, len(found), self.screen.over))
        assert found == [], where
        assert not self.screen.over, where

    def press_all(self, then, *facts, sheet=False):
        """Click on all that asks for it, on its tag, its word and behind; then a key, which is heard."""
        screen = self.screen
        for y, line in enumerate(screen.lines, 1):
            # Beside a sheet a click takes it away, as it should.
            border, behind = (line.find("│"), line.rfind("│")) if sheet else (0, len(line))
            at = line.find("@click", border, behind) if border >= 0 else -1
            end = columns(line[: line.find("│", at)] if sheet else line)
            begin = columns(line[:at])
            for x in range(begin, min(begin + 50, end), 18) if at >= 0 else ():
                screen.write(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m".encode())
        screen.press(then)
        screen.wait_for(*facts)


@pytest.fixture
def told(payloads):
    """What the strangers say."""
    return Told(list(payloads.values()))


@pytest.fixture
def kit():
    """Names that the tests share."""
    return SimpleNamespace(
        WHOLE=WHOLE,
        USUAL=USUAL,
        LOBBY=LOBBY,
        COMPLETE=COMPLETE,
        ROUNDS=ROUNDS,
        obeyed=obeyed,
        event=event,
        chat=chat,
        seen=seen,
        typed=typed,
        offer=offer,
    )


@pytest.fixture
def visit(request):
    """Begin a walk; its figures go to the file that HOSTILE_TABLE names, where it is set."""
    walks = []

    def begin(screen):
        walks.append(Visit(screen))
        return walks[-1]

    yield begin
    table = os.environ.get("HOSTILE_TABLE")
    if table:
        with Path(table).open("a") as file:
            rows = (one for walk in walks for one in walk.told)
            file.writelines(" | ".join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def enter(screen, puppet, told, tmp_path):
    """Alice on a screen, on a server that is hostile wherever it can be."""
    puppet.pages = told.pages()
    place = tmp_path / "wschat" / "config"
    place.mkdir(parents=True)
    (place / "settings.toml").write_text(QUIET + "".join(told.profiles()))

    def start(size, **how):
        where = ("--server", puppet.url, "--user", "alice")
        one = screen(*where, token="of-alice", size=size, **how)
        one.wait_for("● online", "Message #lobby", "h34")
        return one

    return start
