"""Writes docs/SECURITY-TESTS.md from the docstrings of the tests; a test keeps it true.

Run by `make docs`.

A test's docstring, or its module's, names the rows that it proves: `S9`, `F1-F3`, `R1 to R3`.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = Path(__file__).with_name("SECURITY-TESTS.md")

ROWS = {
    "S1": "Escape sequences in bodies, names, rooms, errors, reasons, file names",
    "S2": "Markup that acts when it is clicked",
    "S3": "Markup that does not close",
    "S4": "Letters that turn the direction of others",
    "S5": "Names that look like somebody else's, or like nothing",
    "S6": "Piles of marks, floods of emoji, lines of a megabyte",
    "S7": "Writing the clipboard, links that lead elsewhere",
    "S8": "Speaking in somebody else's name",
    "S9": "Odd JSON, and bombs of it",
    "S10": "Line ends inside records",
    "S11": "Frames that unfold",
    "S12": "Frames in pieces, or by halves",
    "S13": "Tokens in logs",
    "S14": "Tokens in reports of a crash",
    "S15": "A redirect that takes the session along",
    "S16": "A proxy that nobody meant",
    "S17": "Certificates, and tokens in plain text",
    "S18": "Files saved where they do not belong",
    "S19": "Images that unfold",
    "S20": "Addresses that should not be asked",
    "S21": "Addresses told before a call is taken",
    "S22": "Servers of others asked for a way",
    "S23": "Hostile descriptions and candidates",
    "S24": "Somebody in the middle of a call",
    "S25": "Unwanted calls, microphones and cameras",
    "S26": "History and outbox on disk",
    "S27": "The mock server within reach of others",
    "F1": "The server is killed",
    "F2": "A link that is open on one side",
    "F3": "A server that takes and closes",
    "F4": "Tokens that are refused",
    "F5": "What ends the trying",
    "F6": "What is tried again",
    "F7": "A close in good order",
    "F8": "A screen that is slow",
    "F9": "A loop that is blocked",
    "F10": "A frame that is too large, from the server",
    "F11": "A frame that is too large, to the server",
    "F12": "A frame of ours that the server closes on",
    "F13": "Bytes that are no text",
    "F14": "A bad line among good ones",
    "F15": "Acks twice, late and out of order",
    "F16": "An ack that never comes",
    "F17": "Too many messages, says the server",
    "F18": "Back after a break",
    "F19": "The client is killed, or the power fails",
    "F20": "The terminal goes, or asks to end",
    "F21": "The disk is full, locked or broken",
    "F22": "Two clients of one profile",
    "F23": "A clock that jumps",
    "F24": "Signals of a call that are lost",
    "F25": "A renewal whose answer is lost",
    "R1": "One function that makes strangers' words harmless",
    "R2": "No stranger's words for what reads markup",
    "R3": "A second wall before the terminal",
    "R4": "Clipboard and links only for the user's own keys",
    "R5": "Names: composed, short, and told apart",
    "R6": "A megabyte in one line",
    "R7": "No stranger's words in titles, or left behind on the terminal",
}

HEAD = """\
# What is proven, and by which test

Made from the docstrings of the tests by `make docs`. `S` are threats, `F` are faults, `R` are rules
of drawing. A file without a test's name is about the row as a whole; what runs only with
`HOSTILE=1` is marked as long.
"""

PAYLOADS = """
## What strangers send

The classes of hostile text in `tests/payloads.json`: each is put into every field that a stranger
fills, and shown on every screen (`tests/e2e/strangers/payloads/`). Where a screen shows many at
once, all are there in every run. Where it shows one at a time, as a dialog does, every run shows
classes 8 and 32, and `HOSTILE=1` in the environment all of them.

"""

LONG = " (long)"

SPAN = re.compile(r"\b([SFR])(\d{1,2})(?:(?: to |[-–])[SFR]?(\d{1,2}))?\b")


def rows_in(text: str) -> Iterator[str]:
    """The rows that a docstring names, spans of them one by one."""
    for kind, first, last in SPAN.findall(text):
        for number in range(int(first), int(last or first) + 1):
            if f"{kind}{number}" in ROWS:
                yield f"{kind}{number}"


def is_long(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a test is skipped but in the long run."""
    return any("'HOSTILE'" in ast.unparse(one) for one in node.decorator_list)


def proofs(tests: Path) -> dict[str, list[str]]:
    """Row → the tests that name it, as pytest spells them."""
    found: dict[str, list[str]] = {row: [] for row in ROWS}
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        where = path.relative_to(tests).as_posix()
        for row in dict.fromkeys(rows_in(ast.get_docstring(tree) or "")):
            found[row].append(where)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                named = rows_in(ast.get_docstring(node) or "")
                for row in dict.fromkeys(named) if node.name.startswith("test_") else ():
                    found[row].append(f"{where}::{node.name}{LONG if is_long(node) else ''}")
    return found


def page(root: Path = ROOT) -> str:
    """The whole document."""
    lines = [HEAD, "| row | what | proven in `tests/` |\n| --- | --- | --- |"]
    for row, places in proofs(root / "tests").items():
        named = "<br>".join(f"`{place}`" for place in places)
        lines.append(f"| {row} | {ROWS[row]} | {named} |")
    classes = json.loads((root / "tests" / "payloads.json").read_text("utf-8"))
    numbered = [f"{number}. {one['class']}" for number, one in enumerate(classes, 1)]
    return "\n".join(lines) + "\n" + PAYLOADS + "\n".join(numbered) + "\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
