"""`wschat export` and `wschat history prune`: what is kept, as data, and less of it."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.history import history_file
from wschat_tui.state.history.archive_effects import KeepMessages, KeepPerson, KeepRoom, RoomRecord
from wschat_tui.state.model import Attachment, Message, Person, Reaction
from wschat_tui.state.text import SafeText, clean
from wschat_tui.storage.archive import door
from wschat_tui.storage.archive.orders import carry_out
from wschat_tui.storage.paths import find

SERVER = "ws://127.0.0.1:9/v1/ws"
HOSTILE = (
    "</p><script>alert(1)</script> \x1b]52;c;AAAA\x07 \x9b31m \u202egnp.exe"
    "\n2026-01-01 00:00:00  #team  Root (root): forged line\x00"
)
DAY = 86_400_000


def said(number, body, at, author="bob", scope="network:team", **more):
    return Message(f"m{number}", scope, author, clean(body), at, source=body, **more)


@pytest.fixture
def now():
    return SystemClock().now()


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Keep orders in alice's history, as her client would; answers the file."""
    monkeypatch.setenv("WSCHAT_HOME", str(tmp_path / "wschat"))
    file = history_file(find(tmp_path / "wschat", {}), "", SERVER, "alice")

    def write(*orders):
        entered = door.enter(file, lambda: 1_700_000_000_000, "alice")
        for order in orders:
            carry_out(entered.store, order)
        entered.store.close()
        entered.lock.release()
        return file

    return write


@pytest.fixture
def kept(keep, now):
    files = (
        Attachment(clean("https://x/plan.pdf"), clean('a"b.pdf'), 5, clean("text/plain")),
        Attachment(clean("javascript:alert(1)"), clean("bad"), None),
        Attachment(clean("http://[half"), clean("odd"), None),
    )
    keep(
        KeepRoom(RoomRecord("network:team", SafeText("The team"))),
        KeepPerson(Person("bob", SafeText("Bob <b>"))),
        KeepMessages(
            (
                said(1, "long ago", now - 200 * DAY),
                said(2, "first", now - DAY),
                said(3, HOSTILE, now - DAY + 1000, "root\x1b[2J\x7f"),
                said(4, "see", now - 1000, attachments=files, parent_id="m2",
                     reactions=(Reaction("👍\x1b[1m", ("alice", "bob")),)),
                said(5, "in host", None, scope="host"),
            )
        ),
    )  # fmt: skip
    return keep(
        KeepMessages((said(2, "second", now - DAY, edited=True),)),
        KeepMessages((said(6, "", now, deleted=True),)),
    )


@pytest.fixture
def export(wschat):
    def run(*arguments):
        return wschat("export", "--server", SERVER, "--user", "alice", *arguments)

    return run


@pytest.fixture
def prune(wschat):
    def run(*arguments):
        return wschat("history", "prune", "--server", SERVER, "--user", "alice", *arguments)

    return run


CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("form", ["json", "text", "html"])
def test_nothing_that_a_terminal_or_browser_obeys_comes_out(export, kept, form):
    """R1, S1 to S4: a stranger's words are harmless in every format."""
    done = export("--format", form)
    assert (done.code, done.err) == (0, "")
    assert CONTROL.search(done.out) is None
    assert "gnp.exe" in done.out


def test_json_is_an_array_with_everything(export, kept, now):
    messages = json.loads(export("--format", "json").out)
    by_id = {one["id"]: one for one in messages}
    assert [one["id"] for one in messages if one["at"]] == ["m1", "m2", "m3", "m4", "m6"]
    assert by_id["m2"]["body"] == "second"
    assert [one["body"] for one in by_id["m2"]["earlier"]] == ["first"]
    assert by_id["m4"]["attachments"][0] == {
        "url": "https://x/plan.pdf", "name": 'a"b.pdf', "size": 5, "type": "text/plain",
    }  # fmt: skip
    assert by_id["m4"]["reactions"][0]["user_ids"] == ["alice", "bob"]
    assert by_id["m4"]["parent_id"] == "m2"
    assert by_id["m6"]["deleted"]
    assert by_id["m5"]["at"] is None
    assert by_id["m3"]["user_id"] == "root\x1b[2J\x7f"


def test_a_room_that_has_no_message_is_an_empty_array(export, keep):
    keep(KeepRoom(RoomRecord("network:team", SafeText("The team"))))
    assert json.loads(export("--format", "json", "--room", "team").out or "[]") == []


def test_text_lines_cannot_be_forged(export, kept):
    lines = export("--format", "text").out.splitlines()
    begin = [line for line in lines if not line.startswith("    ")]
    assert len(begin) == 6
    assert any(line.endswith("#The team  Bob <b> (bob): second (edited)") for line in begin)
    assert any(line.startswith("    2026-01-01 00:00:00") for line in lines)
    assert any("(in a thread): see" in line for line in begin)
    assert '    [file: a"b.pdf https://x/plan.pdf]' in lines
    assert any("(deleted)" in line for line in begin)
    assert any(line.startswith("????-??-?? ??:??:??  host  ") for line in begin)


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.text += data


def test_html_escapes_and_fetches_nothing(export, kept):
    page = Page()
    out = export("--format", "html", "--room", "The team").out
    page.feed(out)
    assert {"script", "img", "link", "iframe"}.isdisjoint(page.tags)
    assert page.links == ["https://x/plan.pdf"]
    assert "<script>alert(1)</script>" in page.text
    assert "default-src 'none'" in out
    assert "in host" not in out
    assert out.count("<h2>") >= 2


def test_a_room_is_named_by_title_or_scope(export, kept):
    assert "in host" not in export("--format", "text", "--room", "#the team").out
    assert export("--format", "text", "--room", "host").out.count("\n") == 1
    nowhere = export("--format", "text", "--room", "nowhere")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "nowhere" in nowhere.err


def test_what_is_missing_or_broken_is_one_sentence(export, prune, keep):
    nothing = export("--format", "json")
    assert (nothing.code, nothing.out) == (1, "")
    assert "Nothing is kept" in nothing.err
    assert "Nothing is kept" in prune("--older-than", "90d").err
    file = keep()
    file.write_bytes(b"no database at all" * 1000)
    broken = export("--format", "json")
    assert broken.code == 1
    assert "could not be read" in broken.err
    assert "Traceback" not in broken.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_cannot_be_written_is_one_sentence(kept):
    """F21: a full disk is nobody's crash."""
    verb = ("-m", "wschat_tui", "export", "--server", SERVER, "--user", "alice", "--format", "text")
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [sys.executable, *verb], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert said.returncode == 1
    assert said.stderr == (
        "The output could not be written, as the disk is full; what is there is not all of it.\n"
    )


def test_pruning_takes_out_what_is_old(export, prune, kept):
    done = prune("--older-than", "90d")
    assert (done.code, done.out) == (0, "")
    assert re.match(r"(1 message from before \S+ is|2 messages from before \S+ are) gone", done.err)
    left = [one["id"] for one in json.loads(export("--format", "json").out)]
    assert "m1" not in left
    assert {"m2", "m3", "m4"} <= set(left)
    assert b"long ago" not in kept.read_bytes()
    assert "Nothing here was said before" in prune("--older-than", "90d").err


def test_pruning_waits_for_nobody(prune, kept):
    entered = door.enter(kept, lambda: 1, "alice")
    held = prune("--older-than", "1y")
    entered.store.close()
    entered.lock.release()
    assert held.code == 1
    assert "Quit that one first." in held.err


@pytest.mark.parametrize("age", ["90", "d", "0d", "1h", "99999y", "９d"])
def test_an_age_is_a_number_and_a_unit(prune, age):
    refused = prune("--older-than", age)
    assert refused.code == 2
    assert "such as 90d" in refused.err


def test_without_an_account_the_sentence_says_what_to_do(wschat):
    assert wschat("export", "--format", "json").code == 3
    assert wschat("export", "--format", "json", "--profile", "none").code == 2
    assert wschat("history", "prune", "--older-than", "9d", "--profile", "none").code == 2
    assert wschat("export", "--format", "json", "--server", SERVER).code == 3


def test_a_token_tells_whose_history_is_meant(wschat, as_alice):
    done = wschat("export", "--format", "json", "--server", SERVER)
    assert done.code in {1, 3}


def test_a_room_that_is_not_kept_is_guessed_at(export, kept):
    said = export("--format", "text", "--room", "the taem")
    assert said.code == 2
    assert said.err == (
        "No room that is kept here is called the taem; did you mean #The team (network:team)?\n"
    )
    said = export("--format", "text", "--room", "zzz")
    assert said.err.endswith("is called zzz; without --room all are written.\n")
