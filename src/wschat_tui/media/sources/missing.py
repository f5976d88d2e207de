"""A source that cannot be had, told as a sentence."""

from __future__ import annotations


class Missing(Exception):
    """What is missing or ended, what is sent in its place, and what to do."""

    @property
    def sentence(self) -> str:
        """The words of it."""
        return str(self)
