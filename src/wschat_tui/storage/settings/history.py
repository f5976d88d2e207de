"""`[history]`: what of the chat stays on this machine's disk, and for how long."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wschat_tui.storage.settings.section import Section

Days = Annotated[int, Field(ge=0, le=36_500)]


class OwnHistory(Section):
    """`[profiles.NAME.history]`: where one account differs from `[history]`."""

    keep: bool | None = None
    days: Days | None = None


class History(Section):
    """`[history]`: the same for all profiles, where a profile does not say it."""

    keep: bool = True
    """Keep messages, drafts and what waits to be sent on the disk."""
    days: Days = 0
    """Messages older than this are removed from the disk at the start; 0: none ever are."""

    def by(self, own: OwnHistory) -> History:
        """These settings with those of a profile in place of their own, where it has some."""
        return self.model_copy(update=own.model_dump(exclude_none=True))
