"""Keeping comments above a table's header with that table while a document is edited.

The editing library counts them as the end of the table before, where a new key would come to stand
below them, and where they would go when that table goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tomlkit.items import AoT, Comment, Item, Null, Table

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.container import Container


class HeaderComments:
    """The comment lines right above each header, taken out of a document until `put_back`."""

    def __init__(self, document: TOMLDocument) -> None:
        self._taken: list[tuple[Table, str]] = []
        self._waiting: list[tuple[Container, int, Item]] = []
        self._walk(document)

    def put_back(self) -> None:
        """Hang them on their tables; those of a table that is gone are gone with it."""
        for table, text in self._taken:
            table.trivia.indent = text + table.trivia.indent
        self._taken.clear()

    def _walk(self, container: Container) -> None:
        for place, (_key, item) in enumerate(container.body):
            if isinstance(item, Table):
                self._enter(item)
            elif isinstance(item, AoT):
                for table in item.body:
                    self._enter(table)
            elif isinstance(item, Comment):
                self._waiting.append((container, place, item))
            else:
                # A value or an empty line: the comments so far speak of what is above.
                self._waiting.clear()

    def _enter(self, table: Table) -> None:
        if not table.is_super_table():
            self._take(table)
        self._walk(table.value)

    def _take(self, table: Table) -> None:
        text = "".join(comment.as_string() for _container, _place, comment in self._waiting)
        self._taken.append((table, text))
        for container, place, _comment in self._waiting:
            container.body[place] = (None, Null())
        self._waiting.clear()
