import random

from wschat_tui.media.words import COUNT, fingerprint, words

KEY = ":".join(f"{number:02X}" for number in range(32))


def test_both_ends_read_the_same_words_whatever_their_order():
    one, other = bytes(range(32)), bytes(range(1, 33))
    assert words(one, other) == words(other, one)
    # Held for good, since two versions of this program must agree, too.
    assert words(one, other) == ("armed", "connect", "burger", "cluster", "eye", "ship")


def test_a_key_that_differs_by_a_bit_gives_other_words():
    """S24: somebody in the middle has another key."""
    chance = random.Random(1)
    mine = chance.randbytes(32)
    seen = set()
    for bit in range(256):
        theirs = (1 << bit).to_bytes(32, "big")
        seen.add(words(mine, theirs))
    assert len(seen) == 256


def test_the_words_carry_more_than_64_bits():
    assert COUNT * 11 >= 64


def test_the_key_is_read_from_any_level_and_any_case():
    for line in (f"a=fingerprint:sha-256 {KEY}", f"a=fingerprint:SHA-256 {KEY.lower()}"):
        assert fingerprint(f"v=0\r\n{line}\r\nm=audio 9 X 0\r\n{line}\r\n") == bytes(range(32))


def test_a_key_that_is_missing_malformed_or_not_the_only_one_is_none():
    other = KEY.replace("00", "FF")
    for text in (
        "",
        f"a=fingerprint:sha-1 {KEY}",
        f"a=fingerprint:sha-256 {KEY}:00",
        f"a=fingerprint:sha-256 {KEY[:-3]}",
        f"a=fingerprint:sha-256 {KEY}\r\na=fingerprint:sha-256 {other}",
    ):
        assert fingerprint(text) is None
