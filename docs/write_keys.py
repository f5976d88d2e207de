"""Writes docs/KEYS.md from the registry of actions, by `make docs`; a test keeps it true."""

from pathlib import Path

from wschat_tui.ui.help_pages import Row, pages
from wschat_tui.ui.keys import keymap
from wschat_tui.ui.presets import PRESETS

FILE = Path(__file__).with_name("KEYS.md")

HEAD = """\
# Keys and commands

Made from the registry of actions by `make docs`; inside the program it is `F1`. To move keys,
`[keys]` in `settings.toml` takes the id of an action and its keys; `ui.keys` chooses a preset.
"""


def page() -> str:
    """The whole document."""
    parts = [HEAD]
    for section in pages(keymap().actions):
        parts.append(
            f"\n## {section.heading}\n\n| key | what it does | command |\n| --- | --- | --- |"
        )
        parts.extend(_line(row) for row in section.rows)
    parts.append("\n## Ids and presets\n")
    presets = [name for name in ("default", *PRESETS) if name != "default"]
    maps = {name: {one.id: one.keys for one in keymap(name).actions} for name in presets}
    parts.append(f"| id | default | {' | '.join(presets)} |\n|{' --- |' * (len(presets) + 2)}")
    for action in keymap().actions:
        moved = [_keys(maps[name][action.id]) for name in presets]
        parts.append(f"| `{action.id}` | {_keys(action.keys)} | {' | '.join(moved)} |")
    return "\n".join(parts) + "\n"


def _line(row: Row) -> str:
    command = f"`{row.command}`" if row.command else ""
    return f"| {_code(row.keys)} | {_plain(row.text)} | {_plain(command)} |"


def _keys(keys: tuple[str, ...]) -> str:
    return _code(" ".join(keys))


def _code(text: str) -> str:
    return " ".join(f"`{word}`" for word in _plain(text).split())


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
