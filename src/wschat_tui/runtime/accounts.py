"""Which server, as whom, with which tokens: settings, vault and command line brought together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from wschat_tui.link.address import Nonsense, parse
from wschat_tui.link.options import Options
from wschat_tui.link.tokens import claims
from wschat_tui.protocol.dialects import DIALECTS
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime.history import history_file, history_of
from wschat_tui.storage.settings.calls import Calls
from wschat_tui.storage.settings.history import History
from wschat_tui.storage.settings.problems import SettingsError
from wschat_tui.storage.settings.read import load_settings
from wschat_tui.storage.settings.settings import Profile, Settings
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.vault import Unseen, Vault, account_of, open_others, open_vault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wschat_tui.runtime.choice import Choice
    from wschat_tui.storage.paths import Places
    from wschat_tui.storage.settings.settings import Resend


GIVEN = frozenset({"WSCHAT_TOKEN", "WSCHAT_TOKEN_FILE"})
"""Variables that bring a token for one run."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account on one server, ready to connect."""

    name: str
    """The profile's name; empty where the command line alone names the server."""
    profile: Profile
    user: str
    """The user's id: from the command line, the profile, or the token itself."""
    tokens: Tokens | None
    vault: Vault
    calls: Calls = field(default_factory=Calls)
    """With what calls are made, and which way they take."""
    history: History = field(default_factory=History)
    """What stays on the disk."""
    resend: Resend = "ask"
    """What becomes of messages in doubt where no history tells whether they arrived."""

    @property
    def keeper(self) -> str:
        """Under which name the vault keeps its tokens."""
        return account_of(self.profile.user or "", self.name)

    @property
    def options(self) -> Options:
        """How the link connects."""
        profile = self.profile
        return Options(
            profile.server,
            proxy=profile.proxy,
            ca_file=profile.ca_file,
            insecure=profile.insecure,
            token_in_url=profile.token_in_url,
            dialect=DIALECTS[profile.dialect],
            max_frame_in=profile.max_frame,
            rate=profile.rate,
            burst=profile.burst,
        )

    async def keep(self, tokens: Tokens) -> Trouble | None:
        """Store a renewed pair; one that cannot be stored lives on in memory, and why is told."""
        return await self.vault.swap(self.profile.server, self.keeper, tokens)

    async def kept(self) -> Tokens | None:
        """The pair as it is stored now; another run may have renewed it."""
        tokens = await self.vault.get(self.profile.server, self.keeper)
        return tokens if isinstance(tokens, Tokens) else None


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why an account cannot be opened: a sentence for the user."""

    sentence: str
    kind: str = "usage"
    """usage: the command line or the settings; login: there is no token."""


class Accounts:
    """Finds accounts. The vault is opened once a run, and asked off the event loop."""

    def __init__(self, places: Places, env: Mapping[str, str], choice: Choice) -> None:
        self.places = places
        self.choice = choice
        self._env = dict(env)
        if choice.token:
            self._env["WSCHAT_TOKEN"] = choice.token
        self._vault: Vault | None = None
        self._others: list[Vault | Unseen] | None = None

    async def settings(self) -> Settings | Hindrance:
        """The settings, or every mistake in them."""
        try:
            return await asyncio.to_thread(load_settings, self.places.settings_file)
        except SettingsError as error:
            return Hindrance(" ".join(str(problem) for problem in error.problems))

    async def vault(self) -> Vault | Trouble:
        """Where tokens are kept in this run."""
        if self._vault is None:
            choice = self.choice
            opened = await open_vault(self.places, self._env, choice.token_store, choice.passphrase)
            if isinstance(opened, Trouble):
                return opened
            self._vault = opened
        return self._vault

    async def others(self) -> list[Vault | Unseen]:
        """Where other runs may have put tokens."""
        if self._others is None:
            choice = self.choice
            self._others = await open_others(
                self.places, self._env, choice.token_store, choice.passphrase
            )
        return self._others

    @property
    def given(self) -> str:
        """The variable that brings the token of this run; empty where none does."""
        return next((one for one in sorted(GIVEN) if self._env.get(one)), "")

    async def find(self, name: str = "") -> Account | Hindrance:
        """The account that the command line, `name`, or the settings' default means."""
        chosen = await self._chosen(name)
        return chosen if isinstance(chosen, Hindrance) else await self._with_tokens(*chosen)

    async def history(self) -> Path | Hindrance:
        """The file of what is kept of the account that is meant, logged in or not."""
        chosen = await self._chosen()
        if isinstance(chosen, Hindrance):
            return chosen
        named, profile, _ = chosen
        if named or profile.user:
            return history_file(self.places, named, profile.server, profile.user or "")
        account = await self._with_tokens(*chosen)
        return account if isinstance(account, Hindrance) else history_of(self.places, account)

    async def _chosen(self, name: str = "") -> tuple[str, Profile, Settings] | Hindrance:
        settings = await self.settings()
        if isinstance(settings, Hindrance):
            return settings
        named = name or self.choice.profile or self._meant(settings)
        profile = settings.profiles.get(named) if named else None
        if named and profile is None and not self.choice.server:
            return Hindrance(f"There is no profile {named!r}; `wschat profiles` lists them.")
        wanted = self._adjusted(profile)
        if isinstance(wanted, Hindrance):
            return wanted
        return named or "", wanted, settings

    async def _with_tokens(
        self, name: str, profile: Profile, settings: Settings
    ) -> Account | Hindrance:
        vault = await self.vault()
        if isinstance(vault, Trouble):
            return Hindrance(str(vault), "login")
        calls, history = settings.calls.by(profile.calls), settings.history.by(profile.history)
        user, resend = profile.user or "", settings.outbox.resend
        account = Account(name, profile, user, None, vault, calls, history, resend)
        tokens = await vault.get(profile.server, account.keeper)
        if isinstance(tokens, Trouble):
            return Hindrance(str(tokens), "login")
        if tokens is None:
            return Hindrance(_no_token(name), "login")
        return replace(
            account, tokens=tokens, user=account.user or claims(tokens.access).user or ""
        )

    def _meant(self, settings: Settings) -> str | None:
        """The profile that nobody named: the default one, or the one of the server that is named.

        A token from outside is for that server alone, and belongs to no profile.
        """
        if not self.choice.server:
            return settings.default_name
        address = parse(self.choice.server)
        if isinstance(address, Nonsense) or GIVEN & self._env.keys():
            return None
        fitting = [
            name
            for name, profile in settings.profiles.items()
            if profile.server == address.url and self.choice.user in {"", profile.user}
        ]
        preferred = settings.default_name
        return preferred if preferred in fitting else next(iter(fitting), None)

    def _adjusted(self, profile: Profile | None) -> Profile | Hindrance:
        """The profile with what the command line says in place of it."""
        choice = self.choice
        changes: dict[str, object] = {}
        if choice.server:
            address = parse(choice.server)
            if isinstance(address, Nonsense):
                return Hindrance(address.sentence)
            changes["server"] = address.url
        elif profile is None:
            return Hindrance(
                "No server is known yet; run `wschat demo` to look around, or `wschat login`.",
                "login",
            )
        changes |= {"user": choice.user} if choice.user else {}
        changes |= {"dialect": choice.dialect} if choice.dialect else {}
        changes |= {"ca_file": choice.ca_file.absolute()} if choice.ca_file else {}
        changes |= {"insecure": True} if choice.insecure else {}
        rooms = (*(profile.rooms if profile else ()), *choice.rooms)
        known = profile.model_dump() if profile else {}
        wanted = {**known, **changes, "rooms": tuple(dict.fromkeys(rooms))}
        try:
            return Profile.model_validate(wanted)
        except ValidationError as error:
            return Hindrance(_odd(error))


def _odd(error: ValidationError) -> str:
    """What is wrong with a word of the command line; the settings have been checked before."""
    first = error.errors(include_url=False, include_input=False)[0]
    what = "The room" if first["loc"][0] == "rooms" else f"The {first['loc'][0]}"
    return f"{what} {first['msg'].removeprefix('Value error, ')}; nothing was done."


def _no_token(name: str) -> str:
    if name:
        return f"Nobody is logged in to {name!r}; run `wschat login --profile {name}`."
    return "No token was given; set WSCHAT_TOKEN, pass --token-stdin, or run `wschat login`."
