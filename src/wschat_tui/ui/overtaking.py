"""Work of a screen of which the newest takes the place of what was begun before."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from textual.dom import DOMNode
    from textual.worker import Worker, WorkType


def overtake(
    node: DOMNode, group: str, work: Callable[[], Coroutine[Any, Any, None]]
) -> Worker[None]:
    """Begin some work, and end the work of the same group that is not done yet.

    The coroutine is made when its turn comes: one that is overtaken before that never was.
    """
    return node.run_worker(cast("WorkType[None]", work), group, group, exclusive=True)
