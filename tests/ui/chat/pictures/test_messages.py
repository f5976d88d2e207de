"""What messages look like: changed, answered, liked, quoted, with code, links and files."""

import pytest

pytestmark = pytest.mark.snapshot

CODE = """like this:
```python
def greet(name: str) -> str:
    # say hello
    return f"hello {name}" * 3
```
and then run `make test`, please"""


def test_messages_of_one_author_stand_under_one_heading(picture, story):
    story.at("08:15", days_ago=400).post("dave", "first!")
    story.at("23:58", days_ago=1).post("bob", "nearly midnight")
    story.at("00:01").post("bob", "and now it is another day")
    story.post("bob", "the same heading goes on")
    story.at("00:05").post("bob", "four minutes later still")
    story.at("00:31").post("bob", "half an hour later it begins anew")
    story.post("mia", "somebody else has a heading too")
    story.post("alice", "and so have I")
    story.post("alice", "twice")
    assert picture("80x24")


def test_edited_deleted_and_redacted(picture, story):
    story.hear("chat.edited", message_id=story.post("bob", "teh plan"), new_body="the plan")
    story.hear("chat.deleted", message_id=story.post("bob", "oops"), mode="soft")
    story.hear("chat.deleted", message_id=story.post("bob", "without a trace"), mode="hard")
    masks = ("[REDACTED]", "removed by mia: private address", "")
    for mask in masks:
        secret = story.post("carol", "12 Some Street")
        story.hear("chat.redacted", message_id=secret, new_body=mask)
    mine = story.deliver("mine, and changed")
    story.hear("chat.edited", message_id=mine, new_body="mine, and changed twice")
    story.hear("chat.deleted", message_id=story.deliver("mine, and gone"), mode="soft")
    assert picture("80x24")


def test_reactions_of_mine_and_of_others(picture, story):
    one = story.post("bob", "Lunch at noon?")
    story.react(one, "👍", "carol", "mia")
    story.react(one, "🍜", "alice", "dave", "mia")
    many = story.post("carol", "Which of these do you like best?")
    for number, reaction in enumerate("🍎🍊🍋🍉🍇🍓🫐🍒🍑🥭🍍🥥🥝🍅"):
        story.react(many, reaction, *("bob", "mia", "dave", "alice")[: number % 4 + 1])
    words = story.post("mia", "Reactions may be words")
    story.react(words, "agreed", "bob")
    story.react(words, "a whole sentence that somebody thought was a good reaction", "dave")
    assert picture("80x24")


def test_threads_with_old_and_new_replies(picture, story):
    old = story.at("09:00", days_ago=1).post("bob", "A thread that I have read")
    story.reply(old, "carol", "yes")
    single = story.at("09:10").post("carol", "One with a single reply")
    story.reply(single, "mia", "no")
    news = story.at("09:20").post("mia", "One with news, and a reaction")
    story.reply(news, "bob", "first")
    story.react(news, "👀", "bob")
    story.look_away()
    story.at("10:02")
    for number in range(3):
        story.reply(news, "bob", f"news {number}")
    story.post("dave", "the rest of the room goes on, and I have seen it")
    assert picture("80x24")


def test_files_quotes_and_code(picture, story):
    story.post(
        "bob",
        "both files",
        attachments=[
            {"url": "https://chat.example.org/f/1", "name": "plan.pdf", "size": 123_456},
            "https://chat.example.org/files/photo%20of%20the%20board.jpg?size=large",
        ],
    )
    story.post("carol", "", attachments=[{"url": "https://chat.example.org/f/2", "size": 12}])
    story.post("mia", "> shall we ship it?\n>> or wait until everybody is back?\nShip it.")
    story.post("dave", CODE)
    assert picture("80x24")


def test_mentions_links_and_marked_words(picture, story):
    story.post("bob", "@alice, please ask @mia and @dave; @all know it by now")
    story.post("bob", "**bold**, *italic*, ~~gone~~, `code`, and 2 * 3 * 4, snake_case_name")
    story.post("carol", "see https://chat.example.org/wiki/Releases#notes, it is all there")
    story.post("mia", "the ending: ||the butler did it||, of course")
    story.post("dave", "HTTPS://EXAMPLE.ORG/" + "very/long/path/" * 8)
    assert picture("80x24")


def test_wide_letters_emoji_and_words_without_end(picture, story):
    story.post(
        "bob", "日本語のメッセージは全角文字で書かれているので、折り返しも二桁ずつ進みます。"
    )
    story.post("bob", "👩‍👩‍👧‍👦 families, 🏳️‍🌈 flags, 👍🏽 tones, e\u0301 accents and 한국어 字")
    story.post("carol", "Donaudampfschifffahrtsgesellschaftskapitän" * 5)
    story.post("mia", "العربية and עברית run the other way")
    assert picture("80x24")


def test_members_come_and_go(picture, story):
    story.post("bob", "nobody else here?")
    story.hear("member.joined", network_id="lobby", user_id="root", role="admin")
    story.post("root", "hello")
    story.hear("member.left", network_id="lobby", user_id="root", role="admin")
    story.hear(
        "member.joined",
        network_id="lobby",
        user_id="guest-of-the-longest-name-that-is-shown",
        role="member",
    )
    assert picture("80x24")


def test_call_that_was_declined(picture, story):
    story.go("dm:alice:bob").post("bob", "can I call you?")
    story.at("10:12").call("bob")
    story.post("bob", "ah well")
    assert picture("80x24")
