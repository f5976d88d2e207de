"""How large a terminal is, in the words that style sheets use."""

WIDTHS: list[tuple[int, str]] = [(0, "-narrow"), (70, "-medium"), (100, "-wide")]
"""Columns from which a class holds; panes fold away under 100 and under 70."""

HEIGHTS: list[tuple[int, str]] = [(0, "-short"), (23, "-normal"), (34, "-tall")]
"""Lines from which a class holds."""
