"""Names that look alike are told apart by the id beside them (SECURITY.md, R5 and S5)."""

import runpy
import unicodedata
from pathlib import Path

import pytest
from rpds import HashTrieMap

from wschat_tui.state import confusables
from wschat_tui.state.likeness import _ASCII, meet, part, prototypes, skeleton, told_apart
from wschat_tui.state.text import name

ALIKE = [
    ("alice", "аlice"),  # Cyrillic а
    ("alice", "al\u0456ce"),  # Cyrillic і
    ("paypal", "pаypаl"),
    ("scope", "ѕсоре"),  # all Cyrillic
    ("bob", "b0b"),
    ("bill", "biII"),
    ("bill", "bi11"),
    ("carmen", "carrnen"),
    ("Omega", "Οmega"),  # Greek Ο
    ("nu", "ոu"),  # Armenian
    ("admin", "ａｄｍｉｎ"),  # fullwidth
    ("root", "r\u03bfοt"),
    ("hello", "heⅼⅼo"),  # Roman numerals
    ("math", "𝐦𝐚𝐭𝐡"),
    ("cafe\u0301", "café"),  # composed and not
    ("mia", "mi\u200ca"),  # a joiner
    ("dave", "Dave"),
    ("a b", "a  b"),
    ("a b", "a\u3000b"),
    ("x|y", "xly"),
    ("o'neil", "o\u2019neil"),
    ("Ρаul", "Paul"),
    ("ℓena", "lena"),
]
DIFFERENT = [("alice", "alicia"), ("bob", "rob"), ("anna", "änna"), ("mia", "mla1"), ("李", "王")]


def shown(first, second):
    looks = meet(HashTrieMap(), "id-one", name(first))
    looks = meet(looks, "id-two", name(second))
    return told_apart(looks, "id-one", name(first)), told_apart(looks, "id-two", name(second))


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_two_who_look_alike_are_told_apart(first, second):
    """S5, R5: with each name stands the id of its owner."""
    assert skeleton(name(first)) == skeleton(name(second))
    one, other = shown(first, second)
    assert one == f"{name(first)} ‹id-one›"
    assert other == f"{name(second)} ‹id-two›"


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_two_who_differ_go_by_their_names(first, second):
    """R5: nothing is added where nothing is unclear."""
    assert shown(first, second) == (name(first), name(second))


def test_a_name_that_looks_like_somebodys_id_is_told_apart():
    """R5: who is called what another's id is passes for them where ids are shown."""
    looks = meet(meet(HashTrieMap(), "alice", name("Alice Smith")), "mallory", name("аlice"))
    assert told_apart(looks, "mallory", name("аlice")) == "аlice ‹mallory›"
    assert told_apart(looks, "alice", name("Alice Smith")) == "Alice Smith"


def test_ids_that_look_alike_are_spelled():
    """S5: an id tells nobody apart from one that looks the same, its code points do."""
    looks = meet(meet(meet(HashTrieMap(), "alice"), "аlice"), "a1ice")
    assert told_apart(looks, "alice", name("alice")) == "alice ‹alice›"
    assert told_apart(looks, "аlice", name("аlice")) == "аlice ‹\\430lice›"
    assert told_apart(looks, "a1ice", name("a1ice")) == "a1ice ‹a\\31ice›"


def test_a_name_given_up_is_free_again():
    """R5: only those who go by a name now are told apart."""
    looks = meet(meet(HashTrieMap(), "u1", name("Bob")), "u2", name("B0b"))
    assert told_apart(looks, "u1", name("Bob")) == "Bob ‹u1›"
    looks = part(looks, "u2", name("B0b"))
    assert told_apart(looks, "u1", name("Bob")) == "Bob"
    assert part(looks, "u1", name("Bob")) == part(part(looks, "u1", name("Bob")), "u1", name("Bob"))
    assert part(meet(HashTrieMap(), "bob"), "bob", name("Bob")) == meet(HashTrieMap(), "bob")


@pytest.mark.parametrize("brackets", ["‹›", "❮❯", "⟨⟩", "\u2329\u232a", "〈〉"])
def test_nobody_writes_the_id_beside_a_name_themselves(brackets):
    """R5: the brackets of an id stand in no name."""
    opens, closes = brackets
    assert name(f"bob {opens}alice{closes}") == "bob <alice>"


def test_what_is_shown_of_a_name_is_composed_and_short():
    """R5: NFC, and 64 cells at most."""
    long = name("é" * 200)
    assert unicodedata.is_normalized("NFC", name("cafe\u0301"))
    assert len(long) == 64
    assert long.endswith("…")


def test_plain_letters_need_no_table():
    """R5: the short way for names in ASCII says what the whole table says."""
    table = prototypes()
    assert {code: drawn for code, drawn in table.items() if code < 128} == dict(_ASCII)


def test_prototypes_are_their_own():
    """UTS #39: what something looks like looks like itself, so that a skeleton's skeleton is it."""
    for shape in set(prototypes().values()):
        drawn = unicodedata.normalize("NFD", shape)
        assert unicodedata.normalize("NFD", drawn.translate(prototypes())) == drawn


def test_the_table_is_made_by_the_script():
    """R5: the script reads the crate's table as it is written there."""
    made = runpy.run_path(str(Path(__file__).parents[2] / ".ci" / "confusables.py"))["page"]
    source = r"""
        pub const UNICODE_VERSION: (u64, u64, u64) = (18, 0, 0);
        mod confusable_detection { const CONFUSABLES: &'static [(char, &'static [char])] = &[
        ('\u{430}', &['\u{61}']), ('\u{e9}', &['\u{78}']), ('\u{6d}',  &['\u{72}',
         '\u{6e}']), ('\u{ff41}', &['\u{61}'])
        ]; '\u{31}' }
    """
    page = made(source)
    assert "61: 430 ff41 | 72 6e: 6d\n" in page
    assert 'VERSION = "18.0.0"' in page
    assert confusables.VERSION == "18.0.0"
    assert len(prototypes()) > 6000
