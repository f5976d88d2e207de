"""docs/SECURITY-TESTS.md says which test proves what, and nothing goes unproven."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE = runpy.run_path(str(ROOT / "docs" / "write_security_tests.py"))


def test_the_page_is_made_from_the_tests():
    assert (ROOT / "docs/SECURITY-TESTS.md").read_text() == MADE["page"](), "run `make docs`"


def test_every_row_is_proven_by_a_test_that_names_it():
    unproven = [
        row
        for row, places in MADE["proofs"](ROOT / "tests").items()
        if not any("::" in place and not place.endswith(MADE["LONG"]) for place in places)
    ]
    assert unproven == []


def test_spans_of_rows_are_read_one_by_one():
    assert [*MADE["rows_in"]("S9-S11, F1 to F2 (R3) and S99, F10.")] == [
        *("S9", "S10", "S11"),
        *("F1", "F2"),
        *("R3", "F10"),
    ]


def test_a_test_is_listed_where_its_docstring_names_a_row(tmp_path):
    (tmp_path / "test_one.py").write_text(
        '"""All of S1."""\ndef test_x():\n    """S2: so."""\ndef other():\n    """S3."""\n'
    )
    found = MADE["proofs"](tmp_path)
    assert (found["S1"], found["S2"], found["S3"]) == (["test_one.py"], ["test_one.py::test_x"], [])


def test_what_runs_only_in_the_long_run_is_marked(tmp_path):
    gate = 'import os, pytest\n@pytest.mark.skipif(not os.environ.get("HOSTILE"), reason="long")\n'
    (tmp_path / "test_one.py").write_text(f'{gate}def test_x():\n    """S2."""\n')
    assert MADE["proofs"](tmp_path)["S2"] == ["test_one.py::test_x (long)"]


def test_there_are_36_classes_of_hostile_text(payloads):
    """R1: the table of classes is whole, and no two are the same."""
    assert len(payloads) == len(set(payloads.values())) == 36
