"""docs/KEYS.md says what the registry says."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_made_from_the_registry():
    page = runpy.run_path(str(DOCS / "write_keys.py"))["page"]
    assert (DOCS / "KEYS.md").read_text() == page(), "run `make docs`"
