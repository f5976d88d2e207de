import tomllib

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.storage.settings.toml_lines import find_lines


def lines_of(text):
    tomllib.loads(text)
    return find_lines(text)


def test_keys_tables_and_comments():
    text = """# head = 1
a = 1  # b = 2

[ui]
theme = "x"
[profiles.work]
server = "ws://x"
"""
    assert lines_of(text) == {
        ("a",): 2,
        ("ui",): 4,
        ("ui", "theme"): 5,
        ("profiles",): 6,
        ("profiles", "work"): 6,
        ("profiles", "work", "server"): 7,
    }


def test_dotted_and_quoted_keys():
    text = """a.b . "c.d" = 1
'x=y' = 2
"tab\\tkey" = 3
[ "p" . 'q r' ]
"]" = 4
"""
    assert lines_of(text) == {
        ("a",): 1,
        ("a", "b"): 1,
        ("a", "b", "c.d"): 1,
        ("x=y",): 2,
        ("tab\tkey",): 3,
        ("p",): 4,
        ("p", "q r"): 4,
        ("p", "q r", "]"): 5,
    }


def test_lists_over_several_lines():
    text = """rooms = [ # the list
  "a", # first ]
  # none
  "b]",
  ["c",
   'd'],
]
after = 1
"""
    assert lines_of(text) == {
        ("rooms",): 1,
        ("rooms", 0): 2,
        ("rooms", 1): 4,
        ("rooms", 2): 5,
        ("rooms", 2, 0): 5,
        ("rooms", 2, 1): 6,
        ("after",): 8,
    }


def test_inline_tables():
    text = 'a = { b = 1, c.d = "}", e = { f = [1, 2] }, g = {} }\nz = 1\n'
    assert lines_of(text) == {
        ("a",): 1,
        ("a", "b"): 1,
        ("a", "c"): 1,
        ("a", "c", "d"): 1,
        ("a", "e"): 1,
        ("a", "e", "f"): 1,
        ("a", "e", "f", 0): 1,
        ("a", "e", "f", 1): 1,
        ("a", "g"): 1,
        ("z",): 2,
    }


@pytest.mark.parametrize(
    "value",
    [
        '"a \\" = [ # b"',
        "'a \" # b'",
        '"""\nx = 1\n[y]\n"""',
        '"""a "quoted" \\""" b"""',
        '"""ends in two"""""',
        "'''\nx = 1\n'''",
        "'''ends in two'''''",
        '""',
        "''",
        "1979-05-27 07:32:00",
        "[]",
        "[ ]",
        "+1_000.5e3",
        "true",
    ],
)
def test_values_of_every_kind_are_stepped_over(value):
    found = lines_of(f"a = {value}\nb = 1\n")
    assert found[("b",)] == 2 + value.count("\n")
    assert {path[0] for path in found} == {"a", "b"}


def test_lists_of_tables_are_counted():
    text = """[[a]]
x = 1
[a.sub]
y = 2
[[a]]
x = 3
[[a.list]]
z = 4
[[a.list]]
z = 5
[a.list.deep]
w = 6
"""
    found = lines_of(text)
    assert found[("a", 0, "x")] == 2
    assert found[("a", 0, "sub", "y")] == 4
    assert found[("a", 1, "x")] == 6
    assert found[("a", 1, "list", 0, "z")] == 8
    assert found[("a", 1, "list", 1, "z")] == 10
    assert found[("a", 1, "list", 1, "deep", "w")] == 12
    assert found[("a",)] == 1
    assert found[("a", 1)] == 5


def test_windows_line_ends():
    assert lines_of("a = 1\r\n\r\n[b]\r\nc = 2\r\n") == {
        ("a",): 1,
        ("b",): 3,
        ("b", "c"): 4,
    }


def test_an_empty_document():
    assert lines_of("") == {}
    assert lines_of("\n# only words\n") == {}


def test_no_line_break_at_the_end():
    assert lines_of("[a]\nb = 'x'") == {("a",): 1, ("a", "b"): 2}


VALUES = st.recursive(
    st.one_of(
        st.integers(-5, 5),
        st.booleans(),
        st.text(st.sampled_from("ab\"'\\\n[]{}=#,. \tü"), max_size=6),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.text(st.sampled_from("ab.\"' =]#"), min_size=1, max_size=3), inner, max_size=3
        ),
    ),
    max_leaves=12,
)


def paths_in(value, above=()):
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in items:
        yield (*above, name)
        yield from paths_in(inner, (*above, name))


@given(
    st.dictionaries(
        st.text(st.sampled_from("ab.\"' =]#"), min_size=1, max_size=3), VALUES, max_size=4
    )
)
def test_every_path_of_any_document_has_its_line(document):
    text = tomlkit.dumps(document)
    found = find_lines(text)
    assert set(found) == set(paths_in(tomllib.loads(text)))
    rows = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str) and path[-1].isalnum():
            assert path[-1] in rows[line - 1]
