"""What a crowd says, the same in every run, as a chat server and as an IRC server send it."""

from __future__ import annotations

import json
from random import Random

LAST = "the-crowd-has-spoken"
"""The body of the last message: what tells that all of them are shown."""

TEXT = """
deploy of the gateway finished latency back to normal can someone check the shard before we roll
further the build is green again I moved the retry into the pacer and wrote a test for the burst
"""
WORDS = TEXT.split()
WIDE = ("日本語テキスト", "한국어", "👍 gut", "Ελληνικά")
AUTHORS = 40


def bodies(count: int) -> list[str]:
    """What is said: 3 to 30 words, one in twenty with wide letters."""
    chance = Random(7)
    said = []
    for _ in range(count - 1):
        words = chance.choices(WORDS, k=chance.choice((3, 8, 12, 16, 30)))
        if chance.random() < 0.05:
            words.append(chance.choice(WIDE))
        said.append(" ".join(words))
    return [*said, LAST]


def envelopes(count: int) -> list[str]:
    """`chat.message` envelopes to everyone."""
    return [
        json.dumps(
            {
                "type": "chat.message",
                "data": {
                    "id": f"01K{number:023d}",
                    "scope": "host",
                    "user_id": f"person-{number % AUTHORS}",
                    "body": body,
                    "created_at": f"2026-01-05T{number // 3600 % 24:02}:{number // 60 % 60:02}:00Z",
                },
            },
            ensure_ascii=False,
        )
        for number, body in enumerate(bodies(count))
    ]


def frames(count: int, batch: int) -> list[str]:
    """The envelopes, so many to a frame, joined as servers join what waits in their queues."""
    made = envelopes(count)
    return ["\n".join(made[at : at + batch]) for at in range(0, count, batch)]


def irc_lines(count: int) -> list[str]:
    """The same as an IRC server sends it."""
    return [
        f":person-{number % AUTHORS}!crowd@example.test PRIVMSG #crowd :{body}\r\n"
        for number, body in enumerate(bodies(count))
    ]
