"""The settings: what may stand in settings.toml, and what each means."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from wschat_tui.storage.addresses import proxy_choice, server_url
from wschat_tui.storage.settings.calls import Calls, Way
from wschat_tui.storage.settings.first_look import Preset, Receipts, Toasts, flat
from wschat_tui.storage.settings.history import History, OwnHistory
from wschat_tui.storage.settings.section import FilePath, Section, Word, Words, listed

_PROFILE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MIB = 1024 * 1024


def profile_name(name: str) -> str:
    """A name fit for a file name, a table's header and a keyring entry; else ValueError."""
    if not _PROFILE_NAME.fullmatch(name):
        msg = "must be 1 to 64 letters, digits, - or _"
        raise ValueError(msg)
    return name


def _mail(text: str) -> str:
    if "@" not in text:
        msg = "must be a mail address such as alice@example.test"
        raise ValueError(msg)
    return text


def _keys(value: Any) -> Any:
    """The keys of each action: one text or a list of texts, below a dotted or a quoted name."""
    if not isinstance(value, dict):
        return value
    return {
        name: (keys,) if isinstance(keys, str) else listed(keys)
        for name, keys in flat(value).items()
    }


Server = Annotated[str, AfterValidator(server_url)]
Proxy = Annotated[str, AfterValidator(proxy_choice)]
Mail = Annotated[Word, AfterValidator(_mail)]
Resend = Literal["ask", "auto", "never"]
ProfileName = Annotated[str, AfterValidator(profile_name)]


class Profile(Section):
    """`[profiles.NAME]`: one account on one server."""

    server: Server
    """ws:// or wss:// address; without a path it is /v1/ws."""
    user: Word | None = None
    """The account's id on the server."""
    email: Mail | None = None
    """Filled in at login."""
    dialect: Literal["standard", "goconnect"] = "standard"
    rooms: Words = ()
    """Networks to join after connecting."""
    token_in_url: bool = False
    """For servers that read no Authorization header; the token then shows in their logs."""
    insecure: bool = False
    """Send the token over ws:// to other machines as well."""
    ca_file: FilePath | None = None
    """PEM certificates to trust in place of the system's; relative to the settings' directory."""
    proxy: Proxy = "env"
    """`none`, `env` (what the environment names) or a URL."""
    rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 8.0
    """Frames a second that the client sends at most, on average."""
    burst: Annotated[int, Field(ge=1, le=1000)] = 15
    """Frames that may go out at once."""
    max_frame: Annotated[int, Field(ge=64 * 1024, le=64 * _MIB)] = 8 * _MIB
    """Bytes of the largest inbound frame; a larger one ends the connection (close code 1009)."""
    calls: Way = Field(default_factory=Way)
    """How calls of this account find a path, where `[calls]` does not say it."""
    history: OwnHistory = Field(default_factory=OwnHistory)
    """What of this account stays on the disk, where `[history]` does not say it."""


class Ui(Section):
    """`[ui]`: how the screen looks and behaves."""

    theme: str = ""
    """A theme's name; empty for wschat-dark."""
    keys: Preset = "default"
    """The set of keys that `[keys]` changes."""
    receipts: Receipts = "focused"
    """When what was seen is reported as read."""
    bell: bool = True
    animations: bool = True
    mouse: bool = True


class Notifications(Section):
    """`[notifications]`: what may draw attention to a message that is not on the screen."""

    toasts: Toasts = "mentions"
    """mentions: for mentions and direct messages."""
    desktop: bool = True
    """Ask the terminal to show on the desktop that somebody calls (OSC 9 or 777)."""


class Outbox(Section):
    """`[outbox]`: messages of mine of which nobody knows whether the server has them."""

    resend: Resend = "ask"
    """Where the server keeps no history that tells: ask, send them again (duplicates are possible),
    or never send them again."""


class Settings(Section):
    """All of settings.toml."""

    default_profile: ProfileName | None = None
    """The profile to open when none is named."""
    profiles: dict[ProfileName, Profile] = Field(default_factory=dict)
    ui: Ui = Field(default_factory=Ui)
    keys: Annotated[dict[str, Words], BeforeValidator(_keys)] = Field(default_factory=dict)
    """Action id to the keys it is moved to, in Textual's names (`ctrl+k`)."""
    notifications: Notifications = Field(default_factory=Notifications)
    calls: Calls = Field(default_factory=Calls)
    history: History = Field(default_factory=History)
    outbox: Outbox = Field(default_factory=Outbox)

    def profile(self, name: str = "") -> Profile | None:
        """The named profile, or the default one: the one that is named so, else the only one."""
        chosen = name or self.default_name
        return None if chosen is None else self.profiles.get(chosen)

    @property
    def default_name(self) -> str | None:
        """The profile to open when none is named; None when that cannot be told."""
        only = next(iter(self.profiles)) if len(self.profiles) == 1 else None
        return self.default_profile or only
