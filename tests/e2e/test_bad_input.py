"""What a person or a stranger may type, on the real screen: asked, refused or made harmless."""

import pytest

pytestmark = pytest.mark.pty

ROOM = "network:lobby"
LIMIT = 4096


@pytest.fixture
def chat(screen, mock):
    """Alice in the lobby."""
    terminal = screen("--server", mock.url, "--user", "alice", token="dev:alice")
    terminal.wait_for("● online", "Message #Lobby")
    return terminal


def test_a_paste_of_many_lines_asks_and_is_one_message(chat, mock):
    lines = [f"verse {number}" for number in range(1, 26)]
    chat.paste("\n".join(lines))
    chat.wait_for("Paste 25 lines as one message?")
    chat.press("n")
    chat.wait_gone("Paste 25 lines")
    chat.wait_for("Message #Lobby")
    chat.paste("\n".join(lines))
    chat.wait_for("Paste 25 lines as one message?")
    chat.press("y")
    chat.wait_gone("Paste 25 lines")
    chat.wait_for("verse 25")
    chat.press("enter")
    chat.wait_for("Message #Lobby", lambda one: "✓" in one.line_with("verse 1"))
    assert mock.bodies(ROOM) == ["\n".join(lines)]


def test_a_paste_that_is_too_long_for_a_message_is_refused_and_kept(chat, mock):
    chat.paste("x" * 5000)
    chat.wait_for("5,000 of 4,096 bytes")
    chat.press("enter")
    chat.wait_for("The message has 5,000 bytes and the server takes 4,096.", "Nothing was sent")
    assert "xxxx" in chat.text
    chat.write(b"\x7f" * (5000 - LIMIT))
    chat.wait_for("4,096 of 4,096 bytes")
    chat.press("enter")
    chat.wait_for("Message #Lobby")
    chat.wait_for(lambda _: mock.bodies(ROOM) == ["x" * LIMIT])


def test_bytes_are_counted_and_not_characters(chat):
    chat.paste("é" * 2049)
    chat.wait_for("4,098 of 4,096 bytes")
    chat.press("enter")
    chat.wait_for("shorten it by 2")
    assert "éééé" in chat.text


REFUSED_COMMANDS = [
    ("/join vault", "vault"),
    ("/redact", "Moderators and admins redact messages"),
    ("/frobnicate now", "/frobnicate"),
    ("/delete sideways", "Delete how?"),
    ("/edit", "You can edit your own messages"),
    ("/react :nosuchthing:", "There is no emoji"),
]


def test_a_command_that_may_not_be_says_why(chat, mock, person):
    person("bob", mock, ROOM).say(ROOM, "somebody else's words")
    chat.wait_for("somebody else's words")
    for command, sentence in REFUSED_COMMANDS:
        chat.type(command)
        chat.press("enter")
        chat.wait_for(sentence, "● online", "somebody else's words")
        # Most of what was refused is given back, to be mended.
        chat.write(b"\x7f" * len(command))
        chat.wait_for("Message #Lobby")
    assert mock.bodies(ROOM) == ["somebody else's words"]


def test_a_network_of_others_says_that_it_is_theirs(chat):
    # In one go: what completion offered for the first half must not take the place of the whole.
    chat.type("/join network:vault\r")
    refusal = "Only members may enter the network 'vault', and you are not one."
    chat.wait_for(f"You cannot join vault: {refusal} Nothing else changed.")
    chat.wait_for("● online")
