"""Write the table of look-alikes from the one that the Rust crate `unicode-security` carries.

    cargo add unicode-security && cargo fetch
    python .ci/confusables.py PATH/TO/unicode-security-*/src/tables.rs

The crate (MIT or Apache-2.0) takes its table from Unicode's `confusables.txt` (UTS #39, under the
Unicode License v3), and is to be had from a package registry, as that file is not.
"""

import re
import sys
import textwrap
import unicodedata
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/wschat_tui/state/confusables.py"

HEAD = '''\
"""Characters that look like others: the prototypes of UTS #39, "Unicode Security Mechanisms".

Made by `.ci/confusables.py`; do not edit. Data: Unicode {version}, `confusables.txt`, copyright
© 1991-present Unicode, Inc., used under the Unicode License v3 (SPDX: Unicode-3.0); taken from the
table of the crate `unicode-security` (MIT or Apache-2.0).

An entry is a prototype, a colon, and all that looks like it, as code points in hexadecimal.
Entries are parted by bars.
"""

VERSION = "{version}"

TABLE = """
{table}
"""
'''

CODE = re.compile(r"\\u\{([0-9a-f]+)\}")
ENTRY = re.compile(r"\('(\\u\{[0-9a-f]+\})',\s*&\[(.*?)\]\)", re.DOTALL)


def entries(source: str) -> dict[str, str]:
    """Character → its prototype, for all that is left of a text once it is decomposed (NFD)."""
    start = source.index("mod confusable_detection")
    found = ENTRY.findall(source[start : source.index("];", start)])
    pairs = {_text(one): _text(other) for one, other in found}
    return {one: other for one, other in pairs.items() if unicodedata.normalize("NFD", one) == one}


def page(source: str) -> str:
    """The whole module."""
    (version,) = re.findall(r"UNICODE_VERSION: .* = \((\d+, \d+, \d+)\)", source)
    alike: dict[str, list[str]] = {}
    for one, other in sorted(entries(source).items()):
        alike.setdefault(other, []).append(one)
    said = (f"{_hex(shape)}: {' '.join(map(_hex, ones))}" for shape, ones in sorted(alike.items()))
    table = textwrap.fill(" | ".join(said), 100)
    return HEAD.format(version=version.replace(", ", "."), table=table)


def _text(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in CODE.findall(codes))


def _hex(text: str) -> str:
    return " ".join(f"{ord(one):x}" for one in text)


if __name__ == "__main__":
    TARGET.write_text(page(Path(sys.argv[1]).read_text("utf-8")), encoding="utf-8")
