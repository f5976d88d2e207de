"""Modules of records that load with their first use: the first picture does not wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["archive_inputs", "call_inputs", "effects", "inputs"]

if TYPE_CHECKING:
    from wschat_tui.state import effects, inputs
    from wschat_tui.state.calls import call_inputs
    from wschat_tui.state.history import archive_inputs
else:
    from importlib import import_module

    class _Later:
        """Stands for a module until something of it is needed."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, attribute: str) -> object:
            found = getattr(import_module(self._name), attribute)
            setattr(self, attribute, found)
            return found

    archive_inputs = _Later("wschat_tui.state.history.archive_inputs")
    call_inputs = _Later("wschat_tui.state.calls.call_inputs")
    effects = _Later("wschat_tui.state.effects")
    inputs = _Later("wschat_tui.state.inputs")
