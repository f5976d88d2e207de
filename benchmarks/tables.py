"""Figures as a table on the screen, and as JSON for later."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESULTS = Path(__file__).parent / "results"


@dataclass
class Table:
    """Rows of one measurement, and the ratios that are held against the targets."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Add a row; numbers are shown as they come."""
        self.rows.append(tuple(str(cell) for cell in cells))

    def __str__(self) -> str:
        """The table, its columns as wide as what is in them."""
        lines = [self.columns, *self.rows]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        shown = [self.title, "", _row(self.columns, widths), "  ".join("-" * one for one in widths)]
        shown += [_row(row, widths) for row in self.rows]
        return "\n".join([*shown, *([""] if self.notes else []), *self.notes, ""])


def save(name: str, tables: Sequence[Table], figures: Mapping[str, Any]) -> Path:
    """Write what was measured, and on what kind of machine."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    machine = {
        "at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    document = {"machine": machine, "tables": [asdict(one) for one in tables], "figures": figures}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return path


def ratio(ours: float, theirs: float) -> str:
    """How many times theirs ours is."""
    return f"{ours / theirs:.2f}x"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((first, *rest)).rstrip()
